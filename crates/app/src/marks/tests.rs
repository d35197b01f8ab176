//! The story of what one saves and hides.

use parlor_testkit::{Home, both_databases};
use serde_json::{Value, json};

#[both_databases]
async fn saved_messages_are_found_again(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let group = alice.group("talk", &[&bob]).await;
    for text in ["one", "two", "three"] {
        alice.says(&group, text).await.ok();
    }
    let at = |seq: i64| format!("/me/saved/{group}/{seq}");
    bob.put(&at(2), json!({ "note": "read this" })).await.ok();
    home.clock.advance(1);
    bob.put(&at(3), json!({})).await.ok();
    home.clock.advance(1);
    bob.put(&at(4), json!({})).await.ok();
    bob.put(&at(4), json!({})).await.ok();
    let page = bob.get("/me/saved?limit=2").await.ok();
    let texts = |page: &Value| -> Vec<String> {
        page["saved"]
            .as_array()
            .unwrap()
            .iter()
            .map(|saved| saved["message"]["text"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(texts(&page), ["three", "two"]);
    let rest = bob.get(&format!("/me/saved?limit=2&cursor={}", page["cursor"].as_str().unwrap())).await.ok();
    assert_eq!(
        (texts(&rest), &rest["cursor"], &rest["saved"][0]["note"]),
        (vec!["one".into()], &Value::Null, &json!("read this"))
    );
    assert_eq!(alice.get("/me/saved").await.ok()["saved"], json!([]));
    // Gone is gone, and who has left reads nothing.
    alice.delete(&format!("/conversations/{group}/messages/4")).await.ok();
    assert_eq!(bob.get("/me/saved").await.ok()["saved"][0]["message"]["deleted"], true);
    bob.delete(&at(3)).await.ok();
    bob.delete(&at(3)).await.ok();
    bob.delete(&format!("/conversations/{group}/members/{}", bob.id)).await.ok();
    let left = bob.get("/me/saved").await.ok()["saved"].clone();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["message"]), (2, &Value::Null));
}

#[both_databases]
async fn what_one_hides_is_hidden_from_oneself(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    alice.says(&conversation, "embarrassing").await.ok();
    let (mut line, _) = bob.connects().await;
    bob.put(&format!("/me/hidden/{conversation}/2"), json!({})).await.ok();
    assert_eq!(line.until("changed").await["what"], "hidden");
    assert_eq!(bob.get("/me/hidden").await.ok()["hidden"], json!({ &conversation: [2] }));
    assert_eq!(alice.get("/me/hidden").await.ok()["hidden"], json!({}));
    // The log is everybody's: nothing changed there.
    assert_eq!(bob.reads(&conversation).await, ["embarrassing"]);
    bob.delete(&format!("/me/hidden/{conversation}/2")).await.ok();
    assert_eq!(bob.get("/me/hidden").await.ok()["hidden"], json!({}));
}

#[both_databases]
async fn only_messages_that_one_may_read(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let conversation = alice.direct(&bob).await;
    alice.says(&conversation, "hello").await.ok();
    for mark in ["saved", "hidden"] {
        for (who, seq) in [(&eve, 2), (&bob, 1), (&bob, 9), (&bob, -1)] {
            who.put(&format!("/me/{mark}/{conversation}/{seq}"), json!({})).await.refused("not_found");
        }
        bob.put(&format!("/me/{mark}/{conversation}/x"), json!({})).await.refused("not_found");
    }
    let path = format!("/me/saved/{conversation}/2");
    bob.put(&path, json!({ "note": "x".repeat(301) })).await.refused("invalid");
    bob.put(&path, json!({ "note": 7 })).await.refused("invalid");
    bob.get("/me/saved?cursor=x").await.refused("invalid");
    alice.delete(&format!("/conversations/{conversation}/messages/2")).await.ok();
    bob.put(&path, json!({})).await.refused("gone");
    // The line that says so may be hidden.
    bob.put(&format!("/me/hidden/{conversation}/2"), json!({})).await.ok();
}
