//! The story of a poll.

use parlor_testkit::{Home, Person, both_databases};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;

async fn asks(person: &Person, conversation: &str, more: Value) -> String {
    let mut ask = json!({ "client_id": "p", "question": "Lunch?", "options": ["pizza", "soup", "nothing"] });
    ask.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let message = person.post(&format!("/conversations/{conversation}/polls"), ask).await.ok();
    format!("/conversations/{conversation}/polls/{}", message["seq"])
}

async fn votes(person: &Person, poll: &str, options: &[i64]) -> Value {
    person.put(&format!("{poll}/votes"), json!({ "options": options })).await.ok()
}

fn counts(poll: &Value) -> Vec<i64> {
    poll["options"].as_array().unwrap().iter().map(|option| option["count"].as_i64().unwrap()).collect()
}

#[both_databases]
async fn a_vote_can_move_and_everyone_sees_it(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let group = alice.group("lunch", &[&bob]).await;
    let poll = asks(&alice, &group, json!({})).await;
    let again = json!({ "client_id": "p", "question": "Lunch?", "options": ["pizza", "soup", "nothing"] });
    assert_eq!(alice.post(&format!("/conversations/{group}/polls"), again).await.status, 200);
    assert_eq!(alice.reads(&group).await, ["Lunch?"]);
    let (mut line, _) = alice.connects().await;
    assert_eq!(votes(&bob, &poll, &[0]).await["mine"], json!([0]));
    let entry = line.until("entry").await["entry"].clone();
    assert_eq!((&entry["kind"], &entry["part"], &entry["actor"]), (&json!("patched"), &json!("poll"), &json!(bob.id)));
    assert_eq!(entry["value"]["options"][0]["voters"], json!([bob.id]));
    votes(&alice, &poll, &[1]).await;
    let moved = votes(&bob, &poll, &[1]).await;
    assert_eq!((counts(&moved), &moved["voters"]), (vec![0, 2, 0], &json!(2)));
    assert_eq!(moved["options"][1]["voters"], json!([alice.id, bob.id]));
    // Chosen already: no line for nothing.
    let head = alice.sees(&group).await["head_seq"].clone();
    votes(&bob, &poll, &[1, 1]).await;
    assert_eq!(alice.sees(&group).await["head_seq"], head);
    assert_eq!(counts(&votes(&bob, &poll, &[]).await), [0, 1, 0]);
    // What was told piece by piece is what is stored.
    let stored =
        bob.get(&format!("/conversations/{group}/messages")).await.ok()["messages"][0]["parts"]["poll"].clone();
    let mut told = Value::Null;
    while told != stored {
        told = line.until("entry").await["entry"]["value"].clone();
    }
    assert_eq!(bob.get(&poll).await.ok()["mine"], json!([]));
    assert_eq!(alice.get(&poll).await.ok()["mine"], json!([1]));
}

#[both_databases]
async fn an_anonymous_poll_names_nobody(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let group = alice.group("lunch", &[&bob]).await;
    let poll = asks(&alice, &group, json!({ "anonymous": true, "multiple": true })).await;
    assert_eq!(counts(&votes(&bob, &poll, &[2, 0]).await), [1, 0, 1]);
    assert_eq!(bob.get(&poll).await.ok()["mine"], json!([0, 2]));
    let log = alice.log(&group).await;
    let entry = log.last().unwrap();
    assert_eq!((&entry["kind"], &entry["actor"]), (&json!("patched"), &json!(alice.id)));
    let all = serde_json::to_string(&log[1..]).unwrap() + &alice.get(&poll).await.ok().to_string();
    assert!(!all.contains(&bob.id), "{all}");
}

#[both_databases]
async fn it_closes_by_hand_or_by_itself(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let group = alice.group("lunch", &[&bob, &carol]).await;
    let mine = asks(&bob, &group, json!({})).await;
    carol.post(&format!("{mine}/close"), json!({})).await.refused("forbidden");
    votes(&carol, &mine, &[0]).await;
    // An admin may.
    let closed = alice.post(&format!("{mine}/close"), json!({})).await.ok();
    assert_eq!((&closed["closed_at"], counts(&closed)), (&json!(home.clock.now()), vec![1, 0, 0]));
    assert_eq!(bob.post(&format!("{mine}/close"), json!({})).await.ok(), closed);
    carol.put(&format!("{mine}/votes"), json!({ "options": [1] })).await.refused("conflict");

    let ends = home.clock.now() + HOUR;
    let timed = asks(&alice, &group, json!({ "client_id": "t", "closes_at": ends })).await;
    home.clock.advance(HOUR);
    let (alice, bob) = (alice.refreshed().await, bob.refreshed().await);
    bob.put(&format!("{timed}/votes"), json!({ "options": [1] })).await.refused("conflict");
    home.time_passes(1).await;
    let closed_at = alice.get(&timed).await.ok()["closed_at"].as_i64().unwrap();
    assert!((ends..=ends + 1).contains(&closed_at));
    let (mut line, _) = bob.connects().await;
    // One that was deleted meanwhile has nothing to close.
    let gone = asks(&alice, &group, json!({ "client_id": "g", "closes_at": home.clock.now() + HOUR })).await;
    alice.delete(&gone.replace("polls", "messages")).await.ok();
    line.until("entry").await;
    let head = alice.sees(&group).await["head_seq"].clone();
    home.time_passes(HOUR).await;
    assert_eq!(alice.refreshed().await.sees(&group).await["head_seq"], head);
}

#[both_databases]
async fn what_is_no_vote_or_no_poll_is_refused(mut home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let group = alice.group("lunch", &[&bob]).await;
    let path = format!("/conversations/{group}/polls");
    let now = home.clock.now();
    let cases = [
        json!({ "options": ["one"] }),
        json!({ "options": (0..13).map(|n| n.to_string()).collect::<Vec<_>>() }),
        json!({ "options": ["same", " same "] }),
        json!({ "options": ["", "x"] }),
        json!({ "options": ["x".repeat(101), "y"] }),
        json!({ "question": " " }),
        json!({ "question": "x".repeat(301) }),
        json!({ "client_id": "" }),
        json!({ "closes_at": now }),
        json!({ "closes_at": now + 367 * 24 * HOUR }),
    ];
    for wrong in cases {
        let mut ask = json!({ "client_id": "p", "question": "Lunch?", "options": ["yes", "no"] });
        ask.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        alice.post(&path, ask).await.refused("invalid");
    }
    let ask = json!({ "client_id": "p", "question": "Lunch?", "options": ["yes", "no"] });
    eve.post(&path, ask).await.refused("not_found");
    let poll = asks(&alice, &group, json!({})).await;
    for options in [json!([3]), json!([-1]), json!([0, 1]), json!(["0"])] {
        bob.put(&format!("{poll}/votes"), json!({ "options": options })).await.refused("invalid");
    }
    let choice = json!({ "options": [0] });
    eve.put(&format!("{poll}/votes"), choice.clone()).await.refused("not_found");
    eve.get(&poll).await.refused("not_found");
    eve.post(&format!("{poll}/close"), json!({})).await.refused("not_found");
    alice.says(&group, "no poll").await.ok();
    bob.put(&format!("{path}/3/votes"), choice.clone()).await.refused("not_found");
    bob.put(&format!("{path}/1/votes"), choice.clone()).await.refused("not_found");
    votes(&bob, &poll, &[0]).await;
    alice.delete(&poll.replace("polls", "messages")).await.ok();
    bob.put(&format!("{poll}/votes"), choice).await.refused("gone");
    bob.get(&poll).await.refused("gone");
    assert!(!home.everything_stored().await.contains("pizza"), "its options went with it");
}
