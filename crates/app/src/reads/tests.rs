//! The story of a read mark.

use parlor_model::limits::RECEIPTS_MEMBERS;
use parlor_testkit::{Home, both_databases};
use serde_json::{Value, json};

#[both_databases]
async fn a_read_mark_moves_forward_only_and_the_other_device_is_told(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    for n in 0..5 {
        alice.says(&conversation, &format!("{n}")).await.ok();
    }
    assert_eq!(
        (&alice.sees(&conversation).await["unread"], &bob.sees(&conversation).await["unread"]),
        (&json!(0), &json!(5))
    );
    let phone = bob.another_device().await;
    let (mut line, _) = phone.connects().await;
    let path = format!("/conversations/{conversation}/read");
    let read = async |seq: i64| bob.put(&path, json!({ "seq": seq })).await;
    assert_eq!(read(4).await.ok(), json!({ "read_seq": 4, "unread": 2, "mentions": 0 }));
    let receipt = line.until("receipt").await;
    assert_eq!((&receipt["user"], &receipt["read_seq"], &receipt["unread"]), (&json!(bob.id), &json!(4), &json!(2)));
    assert_eq!(read(2).await.ok()["read_seq"], 4);
    assert_eq!(read(0).await.ok()["read_seq"], 4);
    read(7).await.refused("invalid");
    read(-1).await.refused("invalid");
    read(i64::MAX).await.refused("invalid");
    bob.put(&path, json!({ "seq": 1.5 })).await.refused("invalid");
    bob.put(&path, json!({ "seq": "4" })).await.refused("invalid");
    assert_eq!(bob.sees(&conversation).await["unread"], 2);
    // Over the socket, with and without an id.
    let done = line.ask(json!({ "op": "read", "id": "r", "conversation": conversation, "seq": 6 })).await;
    assert_eq!((&done["op"], &done["unread"]), (&json!("ok"), &json!(0)));
    assert_eq!(bob.sees(&conversation).await["my"]["read_seq"], 6);
}

#[both_databases]
async fn sending_reads_and_other_entries_make_no_unread(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let group = alice.group("lunch", &[&bob]).await;
    alice.says(&group, "hello").await.ok();
    alice.patch(&format!("/conversations/{group}"), json!({ "title": "dinner" })).await.ok();
    assert_eq!(bob.sees(&group).await["unread"], 1);
    bob.says(&group, "hi").await.ok();
    assert_eq!((&bob.sees(&group).await["unread"], &alice.sees(&group).await["unread"]), (&json!(0), &json!(1)));
    let carol = home.person("carol").await;
    alice.post(&format!("/conversations/{group}/members"), json!({ "user_id": carol.id })).await.ok();
    assert_eq!(carol.sees(&group).await["unread"], 0);
    carol.put(&format!("/conversations/{group}/read"), json!({ "seq": 1 })).await.ok();
    assert_eq!(carol.sees(&group).await["unread"], 0);
}

fn marks(line: &Value) -> (&Value, Option<i64>, Option<i64>) {
    (&line["user"], line["delivered_seq"].as_i64(), line["read_seq"].as_i64())
}

#[both_databases]
async fn the_other_one_is_told_what_was_delivered_and_what_was_read(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    let seq = alice.says(&conversation, "hello").await.ok()["seq"].as_i64().unwrap();
    let ((mut hers, _), (mut his, _)) = (alice.connects().await, bob.connects().await);
    his.say(json!({ "op": "delivered", "conversation": conversation, "seq": seq })).await;
    assert_eq!(marks(&hers.until("receipt").await), (&json!(bob.id), Some(seq), None));
    his.ask(json!({ "op": "read", "id": "r", "conversation": conversation, "seq": seq })).await;
    let receipt = hers.until("receipt").await;
    assert_eq!(marks(&receipt), (&json!(bob.id), None, Some(seq)));
    assert_eq!(receipt.get("unread"), None, "what is unread for him is not hers to know");
    let receipts = alice.get(&format!("/conversations/{conversation}/receipts")).await.ok();
    assert_eq!(receipts, json!({ "receipts": [{ "user": bob.id, "delivered_seq": seq, "read_seq": seq }] }));
    let reached = alice.get(&format!("/conversations/{conversation}/messages/{seq}/receipts")).await.ok();
    let expected = json!({ "read": [bob.id], "delivered": [], "read_count": 1, "delivered_count": 1, "members": 1 });
    assert_eq!(reached, expected);
    // Nothing new: nobody is told.
    his.say(json!({ "op": "delivered", "conversation": conversation, "seq": 1 })).await;
    his.ask(json!({ "op": "read", "id": "r", "conversation": conversation, "seq": 1 })).await;
    alice.says(&conversation, "and").await.ok();
    assert_eq!(hers.next().await.unwrap()["op"], "entry");
}

#[both_databases]
async fn a_mark_beyond_the_log_or_of_another_is_refused(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let conversation = alice.direct(&bob).await;
    let (mut line, _) = bob.connects().await;
    for seq in [json!(2), json!(-1), json!(i64::MAX)] {
        line.say(json!({ "op": "delivered", "conversation": conversation, "seq": seq })).await;
        assert_eq!(line.until("error").await["code"], "invalid");
    }
    let (mut hers, _) = eve.connects().await;
    hers.say(json!({ "op": "delivered", "conversation": conversation, "seq": 1 })).await;
    assert_eq!(hers.until("error").await["code"], "not_found");
    hers.say(json!({ "op": "delivered", "conversation": conversation, "seq": "1" })).await;
    assert_eq!(hers.until("error").await["code"], "invalid");
    bob.get(&format!("/conversations/{conversation}/messages/1/receipts")).await.refused("not_found");
}

#[both_databases]
async fn who_tells_nothing_is_told_nothing(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let group = alice.group("lunch", &[&bob, &carol]).await;
    let seq = alice.says(&group, "hello").await.ok()["seq"].as_i64().unwrap();
    bob.patch("/me", json!({ "preferences": { "receipts": false } })).await.ok();
    let ((mut hers, _), (mut his, _)) = (alice.connects().await, bob.connects().await);
    let read = format!("/conversations/{group}/read");
    bob.put(&read, json!({ "seq": seq })).await.ok();
    carol.put(&read, json!({ "seq": seq })).await.ok();
    assert_eq!(hers.until("receipt").await["user"], carol.id, "not bob, who was first");
    let receipts = format!("/conversations/{group}/receipts");
    let seen = alice.get(&receipts).await.ok();
    assert_eq!(seen["receipts"].as_array().unwrap().len(), 1, "{seen}");
    assert_eq!(bob.get(&receipts).await.ok(), json!({ "receipts": [] }));
    let reached = format!("/conversations/{group}/messages/{seq}/receipts");
    let counts = |reply: Value| (reply["read_count"].as_i64(), reply["members"].as_i64());
    assert_eq!(counts(alice.get(&reached).await.ok()), (Some(1), Some(2)));
    assert_eq!(counts(bob.get(&reached).await.ok()), (Some(0), Some(2)));
    // His own devices are told of his own mark only.
    let receipt = his.until("receipt").await;
    assert_eq!((&receipt["user"], &receipt["unread"]), (&json!(bob.id), &json!(0)));
    alice.says(&group, "and").await.ok();
    assert_eq!(his.next().await.unwrap()["op"], "entry");
}

#[both_databases]
async fn in_a_conversation_of_many_receipts_are_counted_and_not_told(home: Home) {
    let alice = home.person("alice").await;
    let mut others = Vec::new();
    for n in 0..RECEIPTS_MEMBERS {
        others.push(home.person(&format!("p{n}")).await);
    }
    let group = alice.group("all", &others.iter().collect::<Vec<_>>()).await;
    let seq = alice.says(&group, "hello").await.ok()["seq"].as_i64().unwrap();
    let (mut line, _) = alice.connects().await;
    let path = format!("/conversations/{group}/read");
    let reads = others.iter().map(|one| one.put(&path, json!({ "seq": seq })));
    for reply in futures_util::future::join_all(reads).await {
        assert_eq!(reply.ok()["read_seq"], seq);
    }
    assert_eq!(alice.get(&format!("/conversations/{group}/receipts")).await.ok(), json!({ "receipts": [] }));
    let reached = alice.get(&format!("/conversations/{group}/messages/{seq}/receipts")).await.ok();
    assert_eq!((&reached["read_count"], &reached["members"]), (&json!(RECEIPTS_MEMBERS), &json!(RECEIPTS_MEMBERS)));
    alice.says(&group, "and").await.ok();
    assert_eq!(line.next().await.unwrap()["op"], "entry", "no receipt came");
}

#[both_databases]
async fn everything_is_read_at_once_and_told_where_it_changes_something(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let (direct, group) = (alice.direct(&bob).await, alice.group("lunch", &[&bob]).await);
    let quiet = alice.group("quiet", &[&bob]).await;
    alice.says(&direct, "one").await.ok();
    let path = format!("/conversations/{group}/messages");
    alice.post(&path, json!({ "client_id": "m", "text": "@bob", "mentions": [bob.id] })).await.ok();
    bob.patch(&format!("/conversations/{quiet}/my"), json!({ "marked_unread": true, "favourite": true })).await.ok();
    assert_eq!(bob.sees(&group).await["mentions"], 1);
    let (mut line, _) = bob.another_device().await.connects().await;
    bob.put("/conversations/read-all", json!(null)).await.ok();
    let mut told = Vec::new();
    while told.len() < 2 {
        let receipt = line.until("receipt").await;
        assert_eq!((&receipt["unread"], &receipt["mentions"]), (&json!(0), &json!(0)));
        told.push(receipt["conversation"].as_str().expect("an id").to_owned());
    }
    told.sort();
    let mut changed = vec![direct.clone(), group.clone()];
    changed.sort();
    assert_eq!(told, changed);
    let my = line.until("my").await;
    assert_eq!((&my["conversation"], &my["my"]["favourite"]), (&json!(quiet), &json!(true)));
    for conversation in [&direct, &group, &quiet] {
        let view = bob.sees(conversation).await;
        assert_eq!((&view["unread"], &view["mentions"]), (&json!(0), &json!(0)));
        assert!(view["my"].get("marked_unread").is_none());
    }
    // Again: nothing to tell. Nobody else has read anything by it.
    bob.put("/conversations/read-all", json!(null)).await.ok();
    line.say(json!({ "op": "ping", "id": "p" })).await;
    assert_eq!(line.next().await.expect("a frame")["op"], "pong");
    bob.says(&direct, "two").await.ok();
    assert_eq!(alice.sees(&direct).await["unread"], 1);
}

#[both_databases]
async fn a_message_that_names_one_twice_is_one_mention(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let group = alice.group("lunch", &[&bob]).await;
    let path = format!("/conversations/{group}/messages");
    let ask = json!({ "client_id": "m", "text": "all of you, and @bob", "mentions": [bob.id, "all"] });
    alice.post(&path, ask).await.ok();
    let (_, welcome) = bob.connects().await;
    assert_eq!((&bob.sees(&group).await["mentions"], &welcome["heads"][0][4]), (&json!(1), &json!(1)));
    let page = bob.get("/conversations").await.ok();
    assert_eq!(page["conversations"][0]["mentions"], 1);
    alice.patch(&format!("{path}/2"), json!({ "text": "hm", "mentions": ["all"] })).await.ok();
    assert_eq!(bob.sees(&group).await["mentions"], 1);
    alice.patch(&format!("{path}/2"), json!({ "text": "hm" })).await.ok();
    assert_eq!(bob.sees(&group).await["mentions"], 0);
}
