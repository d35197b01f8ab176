//! The story of messages that wait for their time.

use parlor_testkit::{Home, Person, both_databases};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;

async fn waiting(person: &Person) -> Vec<Value> {
    person.get("/me/scheduled").await.ok()["scheduled"].as_array().unwrap().clone()
}

fn path(scheduled: &Value) -> String {
    format!("/me/scheduled/{}", scheduled["id"].as_str().unwrap())
}

#[both_databases]
async fn a_message_is_said_at_its_time_once_and_after_a_restart(mut home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    let at = home.clock.now() + HOUR;
    let ask = json!({ "client_id": "s", "text": "good morning", "at": at });
    let plan = format!("/conversations/{conversation}/scheduled");
    let first = alice.post(&plan, ask.clone()).await;
    assert_eq!(first.status, 201);
    let first = first.ok();
    // The answer was lost: asked again, it is the same.
    let again = alice.post(&plan, ask).await;
    assert_eq!((again.status.as_u16(), again.ok()), (200, first.clone()));
    assert_eq!(waiting(&alice).await, [first]);
    assert!(waiting(&bob).await.is_empty());

    home.time_passes(HOUR - 2).await;
    let bob = bob.refreshed().await;
    assert!(bob.reads(&conversation).await.is_empty());
    home.restart().await;
    // A clock that stood still would give the restarted server the ids of the one before.
    home.clock.advance(1);
    let (_, welcome) = alice.refreshed().await.connects().await;
    let version = welcome["versions"]["scheduled"].as_i64().unwrap();
    home.time_passes(1).await;
    home.time_passes(HOUR).await;
    let (alice, bob) = (alice.refreshed().await, bob.refreshed().await);
    assert_eq!(bob.reads(&conversation).await, ["good morning"]);
    assert_eq!(bob.log(&conversation).await[1]["message"]["at"], at);
    assert!(waiting(&alice).await.is_empty());
    let (_, welcome) = alice.connects().await;
    assert!(welcome["versions"]["scheduled"].as_i64().unwrap() > version);
}

#[both_databases]
async fn it_is_changed_taken_off_and_sent_now(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    let plan = format!("/conversations/{conversation}/scheduled");
    let at = home.clock.now() + HOUR;
    let mut made = Vec::new();
    for name in ["moved", "dropped", "now"] {
        made.push(alice.post(&plan, json!({ "client_id": name, "text": name, "at": at })).await.ok());
    }
    let changed = alice.patch(&path(&made[0]), json!({ "text": "later", "at": at + HOUR })).await.ok();
    assert_eq!((&changed["text"], &changed["at"]), (&json!("later"), &json!(at + HOUR)));
    alice.delete(&path(&made[1])).await.ok();
    let now = format!("{}/send-now", path(&made[2]));
    // Not Bob's to touch, whatever he knows.
    bob.patch(&path(&made[0]), json!({ "text": "mine" })).await.refused("not_found");
    bob.delete(&path(&made[0])).await.refused("not_found");
    bob.post(&now, json!({})).await.refused("not_found");
    assert_eq!(alice.post(&now, json!({})).await.ok()["text"], "now");
    alice.post(&now, json!({})).await.refused("not_found");
    alice.patch(&path(&made[1]), json!({ "text": "x" })).await.refused("not_found");
    home.time_passes(HOUR).await;
    assert_eq!(bob.refreshed().await.reads(&conversation).await, ["now"]);
    home.time_passes(HOUR).await;
    assert_eq!(bob.refreshed().await.reads(&conversation).await, ["now", "later"]);
}

#[both_databases]
async fn who_has_left_says_nothing_and_is_told_why(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let group = alice.group("plans", &[&bob]).await;
    let at = home.clock.now() + HOUR;
    let ask = json!({ "client_id": "s", "text": "too late", "at": at });
    let made = bob.post(&format!("/conversations/{group}/scheduled"), ask).await.ok();
    bob.delete(&format!("/conversations/{group}/members/{}", bob.id)).await.ok();
    home.time_passes(HOUR).await;
    home.time_passes(2 * HOUR).await;
    let (alice, bob) = (alice.refreshed().await, bob.refreshed().await);
    assert!(alice.reads(&group).await.is_empty());
    let failed = waiting(&bob).await;
    assert_eq!(failed.len(), 1);
    assert!(failed[0]["failed"].as_str().unwrap().contains("no such conversation"), "{failed:?}");
    bob.post(&format!("{}/send-now", path(&made)), json!({})).await.refused("not_found");
    // Planned anew it waits again; back in the group it is said.
    alice.post(&format!("/conversations/{group}/members"), json!({ "user_ids": [bob.id] })).await.ok();
    bob.patch(&path(&made), json!({ "text": "x" })).await.refused("invalid");
    let anew = bob.patch(&path(&made), json!({ "at": home.clock.now() + HOUR })).await.ok();
    assert_eq!(anew["failed"], Value::Null);
    home.time_passes(HOUR).await;
    assert_eq!(alice.refreshed().await.reads(&group).await, ["too late"]);
}

#[both_databases]
async fn what_cannot_be_planned_is_refused(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let conversation = alice.direct(&bob).await;
    let plan = format!("/conversations/{conversation}/scheduled");
    let now = home.clock.now();
    let cases = [
        (json!({ "at": now }), "invalid"),
        (json!({ "at": now - 1 }), "invalid"),
        (json!({ "at": now + 367 * 24 * HOUR }), "invalid"),
        (json!({ "at": i64::MAX }), "invalid"),
        (json!({ "at": "soon" }), "invalid"),
        (json!({ "text": " " }), "invalid"),
        (json!({ "text": "ä".repeat(8_193) }), "too_large"),
        (json!({ "client_id": "" }), "invalid"),
        (json!({ "reply_to": 99 }), "invalid"),
        (json!({ "mentions": vec!["1"; 51] }), "too_large"),
    ];
    for (wrong, code) in cases {
        let mut ask = json!({ "client_id": "s", "text": "fine", "at": now + HOUR });
        ask.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        alice.post(&plan, ask).await.refused(code);
    }
    let fine = |n: usize| json!({ "client_id": format!("s{n}"), "text": "fine", "at": now + HOUR });
    eve.post(&plan, fine(0)).await.refused("not_found");
    for n in 0..100 {
        alice.post(&plan, fine(n)).await.ok();
    }
    alice.post(&plan, fine(100)).await.refused("too_large");
    let made = waiting(&alice).await;
    alice.patch(&path(&made[0]), json!({ "at": now })).await.refused("invalid");
    alice.patch(&path(&made[0]), json!({ "text": "" })).await.refused("invalid");
    alice.delete("/me/scheduled/x").await.refused("not_found");
}
