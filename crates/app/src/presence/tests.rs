//! The story of who is there and who writes.

use std::time::Duration;

use parlor_model::limits::WATCHED;
use parlor_testkit::{Home, Line, both_databases};
use serde_json::{Value, json};

fn how(frame: &Value) -> (&str, &str) {
    (frame["user"].as_str().unwrap_or_default(), frame["status"].as_str().unwrap_or_default())
}

async fn watch(line: &mut Line, users: &[&str]) {
    line.say(json!({ "op": "watch", "users": users })).await;
}

#[both_databases]
async fn who_watches_is_told_who_comes_goes_and_wants_to_be_left_alone(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let (mut hers, _) = alice.connects().await;
    watch(&mut hers, &[&bob.id]).await;
    assert_eq!(how(&hers.until("presence").await), (bob.id.as_str(), "offline"));
    let (mut his, _) = bob.connects().await;
    assert_eq!(how(&hers.until("presence").await).1, "online");
    for status in ["away", "busy", "online"] {
        his.say(json!({ "op": "presence", "status": status })).await;
        assert_eq!(how(&hers.until("presence").await).1, status);
    }
    let at = home.clock.now();
    his.say(json!({ "op": "presence", "status": "invisible" })).await;
    his.ask(json!({ "op": "ping", "id": "p" })).await;
    home.clock.advance(10_000);
    let gone = hers.until("presence").await;
    assert_eq!((how(&gone).1, &gone["last_seen_at"]), ("offline", &json!(at)));
    // Who asks later is told the same, also after a restart.
    let (mut late, _) = alice.another_device().await.connects().await;
    watch(&mut late, &[&bob.id]).await;
    assert_eq!(late.until("presence").await, gone);
}

#[both_databases]
async fn when_somebody_was_last_there_outlives_a_restart(mut home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let (his, _) = bob.connects().await;
    let at = home.clock.now();
    home.restart().await;
    assert_eq!(his.goodbye().await, "draining");
    home.clock.advance(60_000);
    let (mut hers, _) = alice.connects().await;
    watch(&mut hers, &[&bob.id]).await;
    let told = hers.until("presence").await;
    assert_eq!((how(&told).1, &told["last_seen_at"]), ("offline", &json!(at)));
}

#[both_databases]
async fn who_hides_looks_offline_and_who_shows_no_time_sees_none(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let ((mut hers, _), (his, _)) = (alice.connects().await, bob.connects().await);
    watch(&mut hers, &[&bob.id, "1"]).await;
    let first = [hers.until("presence").await, hers.until("presence").await];
    assert!(first.iter().any(|told| how(told) == (bob.id.as_str(), "online")), "{first:?}");
    assert!(first.iter().any(|told| how(told) == ("1", "offline")), "nobody looks like somebody who is not there");
    bob.patch("/me", json!({ "preferences": { "presence_to": "nobody" } })).await.ok();
    let hidden = hers.until("presence").await;
    assert_eq!((how(&hidden).1, hidden.get("last_seen_at")), ("offline", None));
    bob.patch("/me", json!({ "preferences": { "presence_to": "everyone" } })).await.ok();
    assert_eq!(how(&hers.until("presence").await).1, "online");
    // Signed out is gone at once; told after the grace.
    let at = home.clock.now();
    bob.delete(&format!("/me/sessions/{}", bob.session)).await.ok();
    assert_eq!(his.goodbye().await, "revoked");
    home.clock.advance(10_000);
    let gone = hers.until("presence").await;
    assert_eq!((how(&gone).1, &gone["last_seen_at"]), ("offline", &json!(at)));
    alice.patch("/me", json!({ "preferences": { "last_seen_to": "nobody" } })).await.ok();
    let timeless = hers.until("presence").await;
    assert_eq!(timeless.get("last_seen_at"), None);
}

/// Waits until this is what somebody is told to be up to.
async fn says(line: &mut Line, text: Value) -> Value {
    loop {
        let told = line.until("presence").await;
        if told["text"] == text {
            return told;
        }
    }
}

#[both_databases]
async fn what_somebody_is_up_to_is_told_at_once_and_for_how_long(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let ((mut hers, _), (mut carols, _), _his) = (alice.connects().await, carol.connects().await, bob.connects().await);
    let status = async |status: Value| bob.patch("/me", json!({ "status": status })).await.ok();
    let words = |told: &Value| (told["text"].clone(), told["emoji"].clone(), told["until"].clone());
    watch(&mut hers, &[&bob.id]).await;
    assert_eq!(words(&hers.until("presence").await), (json!(null), json!(null), json!(null)));
    let until = home.clock.now() + 60_000;
    status(json!({ "text": "On the train", "emoji": "🚆", "until": until })).await;
    let told = hers.until("presence").await;
    assert_eq!((how(&told).1, words(&told)), ("online", (json!("On the train"), json!("🚆"), json!(until))));
    // It is as public as the name: who does not see how he is sees it, and hears nothing of his coming and going.
    bob.patch("/me", json!({ "preferences": { "presence_to": "nobody" } })).await.ok();
    watch(&mut carols, &[&bob.id]).await;
    assert_eq!(how(&says(&mut carols, json!("On the train")).await).1, "offline");
    bob.another_device().await.connects().await.0.say(json!({ "op": "presence", "status": "busy" })).await;
    status(json!(null)).await;
    assert_eq!(how(&says(&mut carols, json!(null)).await).1, "offline");
    // What is over is not told, and nothing is to who is blocked.
    status(json!({ "text": "Away", "until": home.clock.now() + 1_000 })).await;
    says(&mut carols, json!("Away")).await;
    home.clock.advance(2_000);
    bob.patch("/me", json!({ "preferences": { "last_seen_to": "nobody" } })).await.ok();
    says(&mut carols, json!(null)).await;
    status(json!({ "text": "Here" })).await;
    says(&mut carols, json!("Here")).await;
    bob.put(&format!("/me/blocks/{}", carol.id), json!({})).await.ok();
    says(&mut carols, json!(null)).await;
}

#[both_databases]
async fn a_presence_that_cannot_be_is_refused(home: Home) {
    let alice = home.person("alice").await;
    let (mut line, _) = alice.connects().await;
    for status in [json!("offline"), json!("asleep"), json!(7), json!(null)] {
        line.say(json!({ "op": "presence", "status": status })).await;
        assert_eq!(line.until("error").await["code"], "invalid");
    }
    let many: Vec<String> = (0..=WATCHED).map(|n| n.to_string()).collect();
    line.say(json!({ "op": "watch", "users": many })).await;
    assert_eq!(line.until("error").await["code"], "too_large");
    line.say(json!({ "op": "watch", "users": ["x"] })).await;
    assert_eq!(line.until("error").await["code"], "invalid");
    for _ in 0..50 {
        line.say(json!({ "op": "presence", "status": "busy" })).await;
    }
    assert_eq!(line.until("error").await["code"], "limited");
    alice.patch("/me", json!({ "preferences": { "presence_to": "friends" } })).await.refused("invalid");
}

#[both_databases]
async fn the_others_are_told_who_writes_and_nobody_else(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let conversation = alice.direct(&bob).await;
    let ((mut hers, _), (mut his, _), (mut eves, _)) =
        (alice.connects().await, bob.connects().await, eve.connects().await);
    his.say(json!({ "op": "typing", "conversation": conversation, "on": true })).await;
    let told = hers.until("typing").await;
    assert_eq!((&told["user"], &told["on"]), (&json!(bob.id), &json!(true)));
    // At once again: not told. Its end: once.
    for on in [true, false, false] {
        his.say(json!({ "op": "typing", "conversation": conversation, "on": on })).await;
    }
    assert_eq!(hers.until("typing").await["on"], false);
    alice.says(&conversation, "yes?").await.ok();
    assert_eq!(hers.next().await.unwrap()["op"], "entry");
    assert_eq!(his.next().await.unwrap()["op"], "entry", "nobody is told of themselves");
    eves.say(json!({ "op": "typing", "conversation": conversation, "on": true })).await;
    assert_eq!(eves.until("error").await["code"], "not_found");
    tokio::time::timeout(Duration::from_secs(20), eves.ask(json!({ "op": "ping", "id": "p" }))).await.unwrap();
}
