//! The story of a reminder.

use parlor_testkit::{Home, Person, both_databases};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;

async fn reminders(person: &Person) -> Vec<Value> {
    person.get("/me/reminders").await.ok()["reminders"].as_array().unwrap().clone()
}

#[both_databases]
async fn a_message_comes_back_at_its_time(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    alice.says(&conversation, "the report is due").await.ok();
    let at = home.clock.now() + HOUR;
    let ask = json!({ "conversation": conversation, "seq": 2, "at": at, "note": "before lunch" });
    let made = bob.post("/me/reminders", ask).await.ok();
    let path = format!("/me/reminders/{}", made["id"].as_str().unwrap());
    assert_eq!((&made["due"], &made["message"]["text"]), (&json!(false), &json!("the report is due")));
    assert_eq!(reminders(&bob).await, [made]);
    assert!(reminders(&alice).await.is_empty());

    let (mut line, _) = bob.connects().await;
    home.time_passes(HOUR).await;
    assert_eq!(line.until("changed").await["what"], "reminders");
    let bob = bob.refreshed().await;
    assert_eq!(
        (&reminders(&bob).await[0]["due"], &reminders(&bob).await[0]["note"]),
        (&json!(true), &json!("before lunch"))
    );
    // Not now.
    bob.patch(&path, json!({ "at": home.clock.now() + HOUR })).await.ok();
    assert_eq!(reminders(&bob).await[0]["due"], false);
    home.time_passes(HOUR).await;
    let (alice, bob) = (alice.refreshed().await, bob.refreshed().await);
    assert_eq!(reminders(&bob).await[0]["due"], true);
    // What is gone is shown as gone.
    alice.delete(&format!("/conversations/{conversation}/messages/2")).await.ok();
    let gone = &reminders(&bob).await[0]["message"];
    assert_eq!((&gone["deleted"], &gone["text"]), (&json!(true), &json!("")));
    alice.delete(&path).await.refused("not_found");
    bob.delete(&path).await.ok();
    bob.delete(&path).await.refused("not_found");
    bob.patch(&path, json!({ "at": home.clock.now() + HOUR })).await.refused("not_found");
    assert!(reminders(&bob).await.is_empty());
}

#[both_databases]
async fn only_of_what_one_reads_and_within_a_year(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let group = alice.group("talk", &[&bob]).await;
    alice.says(&group, "hello").await.ok();
    alice.says(&group, "gone").await.ok();
    alice.delete(&format!("/conversations/{group}/messages/3")).await.ok();
    let now = home.clock.now();
    let ask = |seq: i64, at: i64| json!({ "conversation": group, "seq": seq, "at": at });
    eve.post("/me/reminders", ask(2, now + HOUR)).await.refused("not_found");
    bob.post("/me/reminders", ask(1, now + HOUR)).await.refused("not_found");
    bob.post("/me/reminders", ask(9, now + HOUR)).await.refused("not_found");
    bob.post("/me/reminders", ask(3, now + HOUR)).await.refused("gone");
    bob.post("/me/reminders", ask(2, now)).await.refused("invalid");
    bob.post("/me/reminders", ask(2, now + 367 * 24 * HOUR)).await.refused("invalid");
    let long = json!({ "conversation": group, "seq": 2, "at": now + HOUR, "note": "x".repeat(301) });
    bob.post("/me/reminders", long).await.refused("invalid");
    // Who leaves keeps the reminder, and reads nothing by it.
    let made = bob.post("/me/reminders", ask(2, now + HOUR)).await.ok();
    bob.patch(&format!("/me/reminders/{}", made["id"].as_str().unwrap()), json!({ "at": now }))
        .await
        .refused("invalid");
    bob.delete(&format!("/conversations/{group}/members/{}", bob.id)).await.ok();
    assert_eq!(reminders(&bob).await[0]["message"], Value::Null);
}
