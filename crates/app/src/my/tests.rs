//! The story of what one sets for oneself.

use parlor_testkit::{Home, Person, both_databases};
use serde_json::{Value, json};

const FOR_EVER: i64 = 253_402_300_799_999;

async fn set(person: &Person, conversation: &str, change: Value) -> parlor_testkit::Reply {
    person.patch(&format!("/conversations/{conversation}/my"), change).await
}

#[both_databases]
async fn what_one_sets_is_kept_told_to_own_devices_and_to_nobody_else(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    let (mut phone, welcome) = alice.another_device().await.connects().await;
    assert_eq!(welcome["heads"][0][6], 0);
    let (mut other, _) = bob.connects().await;
    let all = json!({
        "notify": "mentions", "muted_until": FOR_EVER, "favourite": true, "archived": true, "marked_unread": true,
        "draft": "dear \"marked_unread\":true",
    });
    let my = set(&alice, &conversation, all.clone()).await.ok();
    for (key, value) in all.as_object().into_iter().flatten() {
        assert_eq!(&my[key], value, "{key}");
    }
    assert_eq!(my["version"], 1);
    let told = phone.until("my").await;
    assert_eq!((&told["conversation"], &told["my"]), (&json!(conversation), &my));
    assert_eq!(alice.sees(&conversation).await["my"], my);
    // The same again changes nothing and is told to nobody.
    assert_eq!(set(&alice, &conversation, all).await.ok()["version"], 1);
    // What is not named stays; null is nothing.
    let my = set(&alice, &conversation, json!({ "muted_until": null, "draft": null, "notify": "all" })).await.ok();
    assert_eq!((&my["version"], &my["favourite"]), (&json!(2), &json!(true)));
    assert!(my.get("muted_until").is_none() && my.get("draft").is_none() && my.get("notify").is_none(), "{my}");
    assert_eq!(phone.until("my").await["my"]["version"], 2);
    assert_eq!(alice.connects().await.1["heads"][0][6], 2);
    // The other one has seen nothing of all that.
    other.say(json!({ "op": "ping", "id": "p" })).await;
    assert_eq!(other.next().await.expect("a frame")["op"], "pong");
    assert!(bob.sees(&conversation).await["my"].get("favourite").is_none());
}

#[both_databases]
async fn times_that_are_over_and_blank_drafts_are_nothing(home: Home) {
    let alice = home.person("alice").await;
    let notes = alice.post("/conversations", json!({ "kind": "notes" })).await.ok();
    let notes = notes["id"].as_str().expect("an id");
    let now = home.clock.now();
    assert!(set(&alice, notes, json!({ "muted_until": now, "draft": " \n" })).await.ok().get("version").is_none());
    assert_eq!(set(&alice, notes, json!({ "muted_until": now + 1 })).await.ok()["muted_until"], now + 1);
}

#[both_databases]
async fn what_does_not_fit_is_refused(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let conversation = alice.direct(&bob).await;
    set(&eve, &conversation, json!({ "favourite": true })).await.refused("not_found");
    set(&alice, "123", json!({ "favourite": true })).await.refused("not_found");
    for (change, field) in [
        (json!({ "muted_until": -1 }), "muted_until"),
        (json!({ "muted_until": FOR_EVER + 1 }), "muted_until"),
        (json!({ "notify": "loud" }), "notify"),
        (json!({ "draft": "a\0b" }), "draft"),
        (json!({ "favourite": "yes" }), "favourite"),
    ] {
        let problem = set(&alice, &conversation, change.clone()).await.refused("invalid");
        assert_eq!(problem["field"], field, "{change}");
    }
    // Not one's own to set, or not known.
    for key in ["role", "read_seq", "delivered_seq", "version", "request", "colour"] {
        set(&alice, &conversation, json!({ key: 1 })).await.refused("invalid");
    }
    let long = "x".repeat(16 * 1024);
    assert_eq!(set(&alice, &conversation, json!({ "draft": long })).await.ok()["draft"], long);
    set(&alice, &conversation, json!({ "draft": format!("{long}x") })).await.refused("too_large");
    // Who has left has set nothing any more.
    let group = alice.group("lunch", &[&bob]).await;
    set(&bob, &group, json!({ "favourite": true })).await.ok();
    bob.delete(&format!("/conversations/{group}/members/{}", bob.id)).await.ok();
    set(&bob, &group, json!({ "favourite": false })).await.refused("not_found");
    alice.post(&format!("/conversations/{group}/members"), json!({ "user_id": bob.id })).await.ok();
    assert!(bob.sees(&group).await["my"].get("favourite").is_none());
}

#[both_databases]
async fn a_thread_is_set_also_by_who_only_looks(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let group = alice.group("lunch", &[&bob]).await;
    let seq = alice.says(&group, "where?").await.ok()["seq"].clone();
    let thread = bob.post(&format!("/conversations/{group}/messages/{seq}/thread"), json!({})).await.ok();
    let thread = thread["id"].as_str().expect("an id");
    assert_eq!(set(&bob, thread, json!({ "draft": "at the" })).await.ok()["draft"], "at the");
    assert_eq!(bob.sees(thread).await["my"]["draft"], "at the");
    bob.says(thread, "at the corner").await.ok();
    assert_eq!(set(&bob, thread, json!({ "draft": null, "notify": "nothing" })).await.ok()["notify"], "nothing");
    set(&eve, thread, json!({ "favourite": true })).await.refused("not_found");
}

#[both_databases]
async fn two_devices_that_begin_at_once_undo_nothing(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    for _ in 0..5 {
        let group = alice.group("lunch", &[&bob]).await;
        let changes = ["favourite", "archived", "marked_unread"];
        let done = changes.map(|key| set(&alice, &group, json!({ key: true })));
        for reply in futures_util::future::join_all(done).await {
            reply.ok();
        }
        let my = &alice.sees(&group).await["my"];
        assert!(changes.iter().all(|key| my[key] == true) && my["version"] == 3, "{my}");
    }
}

#[both_databases]
async fn reading_takes_the_mark_off_also_when_nothing_was_unread(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    alice.says(&conversation, "hello").await.ok();
    let (mut line, _) = bob.connects().await;
    let read = format!("/conversations/{conversation}/read");
    bob.put(&read, json!({ "seq": 2 })).await.ok();
    for again in 0..2 {
        let marked = set(&bob, &conversation, json!({ "marked_unread": true })).await.ok();
        assert_eq!((&marked["marked_unread"], &marked["read_seq"]), (&json!(true), &json!(2)));
        assert_eq!(line.until("my").await["my"]["marked_unread"], true);
        if again == 0 {
            bob.put(&read, json!({ "seq": 2 })).await.ok();
            assert!(line.until("my").await["my"].get("marked_unread").is_none());
        } else {
            line.ask(json!({ "op": "read", "id": "r", "conversation": conversation, "seq": 1 })).await;
        }
        assert!(bob.sees(&conversation).await["my"].get("marked_unread").is_none());
    }
    // Nothing else of it is touched by reading, nor by what others say.
    set(&bob, &conversation, json!({ "archived": true, "draft": "hm" })).await.ok();
    let seq = alice.says(&conversation, "still there?").await.ok()["seq"].clone();
    bob.put(&read, json!({ "seq": seq })).await.ok();
    let my = &bob.sees(&conversation).await["my"];
    assert_eq!((&my["archived"], &my["draft"]), (&json!(true), &json!("hm")));
}
