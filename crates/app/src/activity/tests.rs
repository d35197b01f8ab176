//! The story of notices.

use parlor_testkit::{Home, Person, both_databases};
use serde_json::{Value, json};

async fn say(person: &Person, conversation: &str, message: Value) -> i64 {
    let mut ask = json!({ "client_id": format!("{}-{message}", person.name).chars().take(60).collect::<String>() });
    ask.as_object_mut().expect("an object").extend(message.as_object().cloned().unwrap_or_default());
    let stored = person.post(&format!("/conversations/{conversation}/messages"), ask).await.ok();
    stored["seq"].as_i64().expect("a seq")
}

async fn notices(person: &Person) -> Value {
    person.get("/me/notices").await.ok()
}

/// Kind, text of the message and emoji of each, latest first.
async fn told(person: &Person) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let list = notices(person).await;
    let each = list["notices"].as_array().cloned().unwrap_or_default();
    each.iter().map(|it| (text(&it["kind"]), text(&it["message"]["text"]), text(&it["emoji"]))).collect()
}

fn as_told(list: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    list.iter().map(|(a, b, c)| ((*a).into(), (*b).into(), (*c).into())).collect()
}

#[both_databases]
async fn what_is_about_one_is_listed_as_it_is_now(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let (mut line, _) = bob.connects().await;
    let group = alice.group("lunch", &[&bob]).await;
    assert_eq!(line.until("changed").await["what"], "notices");
    home.clock.advance(1);
    let path = format!("/conversations/{group}/messages");
    let mine = say(&bob, &group, json!({ "text": "soup?" })).await;
    home.clock.advance(1);
    let mention = say(&alice, &group, json!({ "text": "ask @bob", "mentions": [bob.id] })).await;
    home.clock.advance(1);
    let reply = say(&alice, &group, json!({ "text": "yes", "reply_to": mine })).await;
    home.clock.advance(1);
    alice.put(&format!("{path}/{mine}/reactions/👍"), json!(null)).await.ok();
    home.clock.advance(1);
    let everybody = say(&alice, &group, json!({ "text": "all of you", "mentions": ["all", bob.id] })).await;
    let list = notices(&bob).await;
    assert_eq!(list["unread"], 5);
    let latest = &list["notices"][0];
    assert_eq!(
        (&latest["conversation"], &latest["seq"], &latest["actor"]),
        (&json!(group), &json!(everybody), &json!(alice.id))
    );
    let (reaction, answer) = (&list["notices"][1], &list["notices"][2]);
    assert_eq!((&reaction["target"], &answer["target"], &answer["seq"]), (&json!(mine), &json!(mine), &json!(reply)));
    let all = [
        ("mention", "all of you", "-"),
        ("reaction", "soup?", "👍"),
        ("reply", "yes", "-"),
        ("mention", "ask @bob", "-"),
        ("invitation", "-", "-"),
    ];
    assert_eq!(told(&bob).await, as_told(&all));
    assert_eq!(told(&alice).await, as_told(&[]), "nobody is called by themselves");
    // An edit is seen; who is not named any more is not called any more; a message that is gone calls nobody.
    alice.patch(&format!("{path}/{reply}"), json!({ "text": "no" })).await.ok();
    alice.patch(&format!("{path}/{mention}"), json!({ "text": "ask him" })).await.ok();
    alice.delete(&format!("{path}/{everybody}")).await.ok();
    alice.delete(&format!("{path}/{mine}/reactions/👍")).await.ok();
    assert_eq!(told(&bob).await, as_told(&[("reply", "no", "-"), ("invitation", "-", "-")]));
    assert_eq!(bob.sees(&group).await["mentions"], 0);
}

#[both_databases]
async fn what_was_looked_at_read_or_muted_is_not_new(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let group = alice.group("lunch", &[&bob]).await;
    for n in 0..3 {
        home.clock.advance(1);
        say(&alice, &group, json!({ "text": format!("{n}"), "mentions": [bob.id] })).await;
    }
    let list = notices(&bob).await;
    assert_eq!((&list["unread"], &list["seen_at"]), (&json!(4), &json!(0)));
    let at = list["notices"][2]["at"].as_i64().expect("a time");
    let (mut line, welcome) = bob.connects().await;
    let seen = bob.put("/me/notices/seen", json!({ "at": at })).await.ok();
    assert_eq!(seen, json!({ "seen_at": at, "unread": 2 }));
    let version = line.until("changed").await["version"].as_i64();
    assert!(version > welcome["versions"]["notices"].as_i64());
    // Going back changes nothing, nor does what lies ahead.
    assert_eq!(bob.put("/me/notices/seen", json!({ "at": at - 1 })).await.ok(), seen);
    bob.put("/me/notices/seen", json!({ "at": -1 })).await.refused("invalid");
    bob.put("/me/notices/seen", json!({ "at": "now" })).await.refused("invalid");
    bob.put("/me/notices/seen", json!({})).await.refused("invalid");
    // What is read where it was said is not new, and muted places call nobody for as long.
    let second = list["notices"][1]["seq"].clone();
    bob.put(&format!("/conversations/{group}/read"), json!({ "seq": second })).await.ok();
    assert_eq!(notices(&bob).await["unread"], 1);
    let my = format!("/conversations/{group}/my");
    bob.patch(&my, json!({ "notify": "nothing" })).await.ok();
    assert_eq!(notices(&bob).await["unread"], 0);
    bob.patch(&my, json!({ "notify": "mentions", "muted_until": home.clock.now() + 10 })).await.ok();
    let muted = notices(&bob).await;
    assert_eq!((&muted["unread"], muted["notices"].as_array().map(Vec::len)), (&json!(0), Some(4)));
    home.clock.advance(10);
    assert_eq!(notices(&bob).await["unread"], 1);
    let ahead = bob.put("/me/notices/seen", json!({ "at": i64::MAX })).await.ok();
    assert_eq!(ahead, json!({ "seen_at": home.clock.now(), "unread": 0 }));
}

#[both_databases]
async fn only_where_one_sits_and_since_one_came(home: Home) {
    let [alice, bob, carol, dave] = home.people(["alice", "bob", "carol", "dave"]).await;
    let group = alice.group("lunch", &[&bob]).await;
    home.clock.advance(1);
    let root = say(&alice, &group, json!({ "text": "early", "mentions": ["all", carol.id] })).await;
    assert_eq!(told(&bob).await[0], as_told(&[("mention", "early", "-")])[0]);
    assert_eq!(told(&carol).await, as_told(&[]), "no member is called");
    home.clock.advance(1);
    alice.post(&format!("/conversations/{group}/members"), json!({ "user_id": carol.id })).await.ok();
    assert_eq!(told(&carol).await, as_told(&[("invitation", "-", "-")]), "said before she came");
    // In a thread also who does not sit there is called, if they sit where it hangs.
    let thread = alice.post(&format!("/conversations/{group}/messages/{root}/thread"), json!({})).await.ok();
    let thread = thread["id"].as_str().expect("an id");
    home.clock.advance(1);
    say(&alice, thread, json!({ "text": "in here", "mentions": [carol.id] })).await;
    let latest = &notices(&carol).await["notices"][0];
    assert_eq!(latest["parent"], json!({ "conversation": group, "seq": root }));
    assert_eq!((&latest["conversation"], &latest["message"]["text"]), (&json!(thread), &json!("in here")));
    // Who leaves is told of nothing there any more.
    carol.delete(&format!("/conversations/{group}/members/{}", carol.id)).await.ok();
    assert_eq!(told(&carol).await, as_told(&[]));
    assert_eq!(notices(&dave).await, json!({ "notices": [], "seen_at": 0, "unread": 0 }));
    assert_eq!(dave.get("/me/notices?cursor=nonsense").await.refused("invalid")["field"], "cursor");
    dave.get("/me/notices?limit=x").await.refused("invalid");
}

#[both_databases]
async fn the_list_has_pages_and_an_end(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    // The clock stands still: the order holds all the same.
    for n in 0..7 {
        say(&alice, &conversation, json!({ "text": format!("{n}"), "mentions": [bob.id] })).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = bob.get(&format!("/me/notices?limit=3{cursor}")).await.ok();
        seen.extend(page["notices"].as_array().into_iter().flatten().map(|notice| notice["seq"].clone()));
        let Some(next) = page["cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, (2..=8).rev().map(Value::from).collect::<Vec<_>>());
}

#[both_databases]
async fn the_oldest_are_not_kept_for_ever(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    for wave in 0..90 {
        home.clock.advance(1);
        let sends = (0..12).map(|n| {
            let (alice, conversation, bob) = (&alice, &conversation, &bob);
            async move {
                say(alice, conversation, json!({ "text": format!("{wave}.{n}"), "mentions": [bob.id] })).await;
            }
        });
        futures_util::future::join_all(sends).await;
    }
    let kept = bob.sees(&conversation).await["mentions"].as_i64().expect("a count");
    assert!((1_000..1_080).contains(&kept), "{kept}");
}
