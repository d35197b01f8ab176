//! The story of messages that disappear.

use parlor_testkit::{Home, both_databases};
use serde_json::{Value, json};

const MINUTE: i64 = 60_000;

fn settings(after: &Value) -> Value {
    json!({ "settings": { "disappear_after_ms": after } })
}

#[both_databases]
async fn what_disappears_is_nowhere(mut home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    let path = format!("/conversations/{conversation}");
    alice.says(&conversation, "stays for ever").await.ok();
    let view = bob.patch(&path, settings(&json!(5 * MINUTE))).await.ok();
    assert_eq!(view["settings"]["disappear_after_ms"], 5 * MINUTE);
    bob.patch(&path, settings(&json!(5 * MINUTE))).await.ok();
    let line = &alice.log(&conversation).await[2];
    assert_eq!(
        (&line["kind"], &line["actor"], &line["settings"]["disappear_after_ms"]),
        (&json!("settings"), &json!(bob.id), &json!(5 * MINUTE))
    );

    let secret = format!("xyzzy-{} {}", "q".repeat(40), "long ".repeat(3_000));
    let sent = alice.says(&conversation, &secret).await.ok();
    assert_eq!(sent["expires_at"], home.clock.now() + 5 * MINUTE);
    let message = format!("{path}/messages/4");
    alice.patch(&message, json!({ "text": "xyzzy edited" })).await.ok();
    assert_eq!(
        alice.get(&format!("{path}/messages?seqs=4")).await.ok()["messages"][0]["expires_at"],
        sent["expires_at"]
    );
    bob.put(&format!("{message}/reactions/%F0%9F%91%8D"), json!({})).await.ok();
    bob.put(&format!("{message}/pin"), json!({})).await.ok();
    bob.put(&format!("/me/saved/{conversation}/4"), json!({})).await.ok();
    let thread = bob.post(&format!("{message}/thread"), json!({})).await.ok()["id"].as_str().unwrap().to_owned();
    let reply = bob.says(&thread, "xyzzy in the thread").await.ok();
    assert_eq!(reply["expires_at"], sent["expires_at"]);

    let (mut line, _) = bob.connects().await;
    home.time_passes(5 * MINUTE - 1).await;
    assert_eq!(bob.reads(&conversation).await[1], "xyzzy edited");
    home.time_passes(1).await;
    let deleted = loop {
        let entry = line.until("entry").await["entry"].clone();
        if entry["conversation"] == conversation {
            break entry;
        }
    };
    assert_eq!(
        (&deleted["kind"], &deleted["target"], &deleted["actor"]),
        (&json!("deleted"), &json!(4), &json!(alice.id))
    );
    let gone = bob.get(&format!("{path}/messages?seqs=2,4")).await.ok()["messages"].clone();
    assert_eq!(
        (&gone[0]["text"], &gone[1]["deleted"], &gone[1]["text"]),
        (&json!("stays for ever"), &json!(true), &json!(""))
    );
    assert_eq!(gone[1]["reactions"], Value::Null);
    assert_eq!(bob.get(&format!("{path}/pins")).await.ok()["pins"], json!([]));
    assert_eq!(bob.reads(&thread).await, [""]);
    // Once, and for all.
    let head = bob.sees(&conversation).await["head_seq"].clone();
    home.time_passes(MINUTE).await;
    assert_eq!(bob.sees(&conversation).await["head_seq"], head);
    let everything = home.everything_stored().await;
    assert!(everything.contains("stays for ever"), "the premise: what is there is found");
    assert!(!everything.contains("xyzzy"));
    assert!(!everything.contains("long long"));
}

#[both_databases]
async fn who_may_sets_a_time_between_five_minutes_and_a_year(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let group = alice.group("talk", &[&bob]).await;
    let path = format!("/conversations/{group}");
    for wrong in [json!(5 * MINUTE - 1), json!(366 * 24 * 60 * MINUTE), json!(0), json!(-1), json!("soon")] {
        alice.patch(&path, settings(&wrong)).await.refused("invalid");
    }
    alice.patch(&path, json!({})).await.refused("invalid");
    bob.patch(&path, settings(&json!(60 * MINUTE))).await.refused("forbidden");
    eve.patch(&path, settings(&json!(60 * MINUTE))).await.refused("not_found");
    assert_eq!(alice.sees(&group).await["settings"], Value::Null);
    alice.patch(&path, settings(&json!(60 * MINUTE))).await.ok();
    alice.says(&group, "brief").await.ok();
    // Switched off: what was said before keeps its time, what comes stays.
    alice.patch(&path, settings(&Value::Null)).await.ok();
    alice.says(&group, "lasting").await.ok();
    home.time_passes(60 * MINUTE).await;
    assert_eq!(alice.refreshed().await.reads(&group).await, ["", "lasting"]);
    let thread = alice.refreshed().await.post(&format!("{path}/messages/5/thread"), json!({})).await.ok();
    let thread = format!("/conversations/{}", thread["id"].as_str().unwrap());
    alice.refreshed().await.patch(&thread, settings(&json!(60 * MINUTE))).await.refused("invalid");
}

#[both_databases]
async fn many_at_once_disappear_in_batches(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    alice.patch(&format!("/conversations/{conversation}"), settings(&json!(5 * MINUTE))).await.ok();
    let sends = (0..130).map(|_| alice.says(&conversation, "brief"));
    futures_util::future::join_all(sends).await;
    home.time_passes(5 * MINUTE).await;
    assert!(bob.reads(&conversation).await.iter().all(String::is_empty));
    assert_eq!(bob.sees(&conversation).await["head_seq"], 2 + 130 + 130);
}
