//! The story of a conversation and those in it.

use parlor_testkit::{Home, Person, both_databases};
use serde_json::{Value, json};

/// The log as `kind` and what it carries.
async fn lines(who: &Person, conversation: &str) -> Vec<String> {
    let log = who.log(conversation).await;
    log.iter()
        .map(|entry| format!("{} {}", entry["kind"].as_str().unwrap(), entry["users"].as_array().map_or(0, Vec::len)))
        .collect()
}

fn member(conversation: &str, person: &Person) -> String {
    format!("/conversations/{conversation}/members/{}", person.id)
}

fn members(conversation: &str) -> String {
    format!("/conversations/{conversation}/members")
}

#[both_databases]
async fn a_pair_has_exactly_one_direct_conversation(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let sides = (0..10).map(|n| if n % 2 == 0 { alice.direct(&bob) } else { bob.direct(&alice) }.into_boxed());
    let ids = futures_util::future::join_all(sides).await;
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
    assert_eq!(bob.get("/conversations").await.ok()["conversations"].as_array().unwrap().len(), 1);
    assert_eq!(alice.post("/conversations", json!({ "kind": "direct", "user_id": bob.id })).await.status, 200);
    let view = alice.sees(&ids[0]).await;
    assert_eq!(
        (&view["peer"]["name"], &view["members_count"], &view["head_seq"]),
        (&json!("bob"), &json!(2), &json!(1))
    );
    assert_eq!(bob.sees(&ids[0]).await["peer"]["name"], "alice");
    alice.post("/conversations", json!({ "kind": "direct", "user_id": alice.id })).await.refused("invalid");
    alice.post("/conversations", json!({ "kind": "direct", "user_id": "1" })).await.refused("not_found");
}

trait Boxed<'a>: Future + Sized + Send + 'a {
    fn into_boxed(self) -> std::pin::Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>> {
        Box::pin(self)
    }
}
impl<'a, F: Future + Send + 'a> Boxed<'a> for F {}

#[both_databases]
async fn notes_are_for_oneself(home: Home) {
    let alice = home.person("alice").await;
    let first = alice.post("/conversations", json!({ "kind": "notes" })).await;
    assert_eq!(first.status, 201);
    let id = first.ok()["id"].as_str().unwrap().to_owned();
    let again = alice.post("/conversations", json!({ "kind": "notes" })).await;
    assert_eq!((again.status.as_u16(), &again.json["id"]), (200, &json!(id)));
    alice.says(&id, "milk").await.ok();
    assert_eq!(alice.reads(&id).await, ["milk"]);
    alice.delete(&member(&id, &alice)).await.refused("invalid");
}

#[both_databases]
async fn a_group_lives_and_everyone_sees_each_change_as_a_line(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let group = alice.group("lunch", &[&bob, &bob, &alice]).await;
    let (mut line, _) = bob.connects().await;
    alice.post(&members(&group), json!({ "user_ids": [carol.id, bob.id] })).await.ok();
    alice.patch(&format!("/conversations/{group}"), json!({ "title": " dinner\n at eight " })).await.ok();
    alice.patch(&member(&group, &bob), json!({ "role": "admin" })).await.ok();
    bob.delete(&member(&group, &carol)).await.ok();
    bob.delete(&member(&group, &bob)).await.ok();
    assert_eq!(lines(&alice, &group).await, ["created 2", "joined 1", "renamed 0", "role 1", "removed 1", "left 0"]);
    let view = alice.sees(&group).await;
    assert_eq!(
        (&view["title"], &view["members_count"], &view["unread"]),
        (&json!("dinner at eight"), &json!(1), &json!(0))
    );
    // Bob saw each line, in order, his own leaving as the last one.
    for (seq, kind) in [(2, "joined"), (3, "renamed"), (4, "role"), (5, "removed"), (6, "left")] {
        let entry = line.until("entry").await["entry"].clone();
        assert_eq!((&entry["seq"], &entry["kind"]), (&json!(seq), &json!(kind)));
    }
    bob.get(&format!("/conversations/{group}")).await.refused("not_found");
}

#[both_databases]
async fn who_is_added_hears_of_it_and_who_is_removed_hears_no_more(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let group = alice.group("lunch", &[&bob]).await;
    alice.says(&group, "before").await.ok();
    let (mut line, _) = carol.connects().await;
    alice.post(&members(&group), json!({ "user_id": carol.id })).await.ok();
    let entry = line.until("entry").await["entry"].clone();
    assert_eq!((&entry["kind"], &entry["users"], &entry["seq"]), (&json!("joined"), &json!([carol.id]), &json!(3)));
    alice.says(&group, "hello carol").await.ok();
    assert_eq!(line.until("entry").await["entry"]["message"]["text"], "hello carol");
    alice.delete(&member(&group, &carol)).await.ok();
    assert_eq!(line.until("entry").await["entry"]["kind"], "removed");
    alice.says(&group, "without carol").await.ok();
    // Sending, syncing and reading are over.
    for ask in [
        json!({ "op": "send", "id": "1", "conversation": group, "client_id": "1", "text": "hi" }),
        json!({ "op": "sync", "id": "2", "conversation": group, "after": 0 }),
        json!({ "op": "read", "id": "3", "conversation": group, "seq": 1 }),
    ] {
        // Whatever comes before the answer, the message said without carol is not among it.
        line.say(ask).await;
        let answer = line.next().await.unwrap();
        assert_eq!((&answer["op"], &answer["code"]), (&json!("error"), &json!("not_found")), "{answer}");
    }
    let (_, welcome) = carol.connects().await;
    assert_eq!(welcome["heads"], json!([]));
    // Back again, all of it is there to read.
    alice.post(&members(&group), json!({ "user_id": carol.id })).await.ok();
    assert_eq!(carol.reads(&group).await, ["before", "hello carol", "without carol"]);
    assert_eq!(carol.sees(&group).await["unread"], 0);
}

#[both_databases]
async fn roles_decide_who_may_what(home: Home) {
    let [owner, admin, plain, other] = home.people(["owner", "admin", "plain", "other"]).await;
    let group = owner.group("g", &[&admin, &plain]).await;
    let title = format!("/conversations/{group}");
    owner.patch(&member(&group, &admin), json!({ "role": "admin" })).await.ok();

    plain.patch(&title, json!({ "title": "x" })).await.refused("forbidden");
    plain.post(&members(&group), json!({ "user_id": other.id })).await.refused("forbidden");
    plain.delete(&member(&group, &admin)).await.refused("forbidden");
    plain.patch(&member(&group, &plain), json!({ "role": "owner" })).await.refused("forbidden");
    admin.delete(&member(&group, &owner)).await.refused("forbidden");
    admin.patch(&member(&group, &admin), json!({ "role": "owner" })).await.refused("forbidden");
    admin.patch(&member(&group, &plain), json!({ "role": "king" })).await.refused("invalid");
    let before = lines(&owner, &group).await;
    assert_eq!(before, ["created 3", "role 1"]);

    admin.patch(&title, json!({ "title": "x" })).await.ok();
    admin.post(&members(&group), json!({ "user_id": other.id })).await.ok();
    admin.delete(&member(&group, &plain)).await.ok();
    owner.delete(&member(&group, &admin)).await.ok();
    owner.delete(&member(&group, &admin)).await.refused("not_found");
    let roles = owner.get(&members(&group)).await.ok();
    let roles: Vec<&str> = roles["members"].as_array().unwrap().iter().map(|m| m["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["owner", "member"]);
}

#[both_databases]
async fn the_last_owner_cannot_orphan_a_group(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let group = alice.group("g", &[&bob]).await;
    alice.delete(&member(&group, &alice)).await.refused("conflict");
    alice.patch(&member(&group, &alice), json!({ "role": "member" })).await.refused("conflict");
    alice.patch(&member(&group, &bob), json!({ "role": "owner" })).await.ok();
    // Both want to go at once: one of them has to stay.
    let (a, b) = (member(&group, &alice), member(&group, &bob));
    let (a, b) = tokio::join!(alice.delete(&a), bob.delete(&b));
    let gone: Vec<u16> = [a.status.as_u16(), b.status.as_u16()].into_iter().filter(|status| *status == 204).collect();
    assert!(!gone.is_empty());
    let stays = if a.status == 204 { &bob } else { &alice };
    let view = stays.get(&format!("/conversations/{group}")).await;
    // The second may have gone as the last one of all, which leaves nobody without an owner.
    if gone.len() == 1 {
        assert_eq!(view.ok()["my"]["role"], "owner");
    }
}

#[both_databases]
async fn what_is_no_group_is_refused(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let begin = |ask: Value| alice.post("/conversations", ask);
    for (ask, code) in [
        (json!({ "kind": "group", "title": "", "member_ids": [] }), "invalid"),
        (json!({ "kind": "group", "title": "x".repeat(101), "member_ids": [] }), "invalid"),
        (json!({ "kind": "group", "title": "a\u{202E}b", "member_ids": [] }), "invalid"),
        (json!({ "kind": "group", "title": "g", "member_ids": ["1"] }), "invalid"),
        (json!({ "kind": "group", "title": "g", "member_ids": [1] }), "invalid"),
        (json!({ "kind": "group", "title": "g", "member_ids": "[]" }), "invalid"),
        (json!({ "kind": "group", "title": "g" }), "invalid"),
        (json!({ "kind": "party", "title": "g", "member_ids": [] }), "invalid"),
        (json!({ "title": "g" }), "invalid"),
        (
            json!({ "kind": "group", "title": "g", "member_ids": (1..=1_001).map(|n| n.to_string()).collect::<Vec<_>>() }),
            "too_large",
        ),
    ] {
        begin(ask).await.refused(code);
    }
    assert_eq!(alice.get("/conversations").await.ok()["conversations"], json!([]));
    let direct = alice.direct(&bob).await;
    alice.patch(&format!("/conversations/{direct}"), json!({ "title": "x" })).await.refused("invalid");
    alice.post(&members(&direct), json!({ "user_id": bob.id })).await.refused("invalid");
    alice.delete(&member(&direct, &bob)).await.refused("invalid");
    alice.post(&members(&direct), json!({})).await.refused("invalid");
}

#[both_databases]
async fn the_list_is_latest_first_and_has_pages(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let mut groups = Vec::new();
    for n in 0..7 {
        home.clock.advance(if n < 3 { 0 } else { 1_000 });
        groups.push(alice.group(&format!("g{n}"), &[&bob]).await);
    }
    home.clock.advance(1_000);
    bob.says(&groups[0], "hello").await.ok();
    let mut titles = Vec::new();
    let mut path = "/conversations?limit=2".to_owned();
    loop {
        let page = alice.get(&path).await.ok();
        titles
            .extend(page["conversations"].as_array().unwrap().iter().map(|c| c["title"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["cursor"].as_str() else { break };
        path = format!("/conversations?limit=2&cursor={cursor}");
    }
    assert_eq!(titles, ["g0", "g6", "g5", "g4", "g3", "g2", "g1"]);
    let (_, welcome) = alice.connects().await;
    let heads: Vec<&str> = welcome["heads"].as_array().unwrap().iter().map(|head| head[0].as_str().unwrap()).collect();
    assert_eq!(heads, [0, 6, 5, 4, 3, 2, 1].map(|n: usize| groups[n].as_str()));
    alice.get("/conversations?cursor=x").await.refused("invalid");
}
