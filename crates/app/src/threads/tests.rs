//! The story of a thread.

use parlor_testkit::{Home, Person, both_databases};
use serde_json::{Value, json};

async fn open(who: &Person, conversation: &str, seq: i64) -> Value {
    who.post(&format!("/conversations/{conversation}/messages/{seq}/thread"), json!(null)).await.ok()
}

async fn summary(who: &Person, conversation: &str) -> Value {
    let page = who.get(&format!("/conversations/{conversation}/messages?seqs=2")).await.ok();
    page["messages"][0]["thread"].clone()
}

#[both_databases]
async fn a_thread_hangs_from_a_message_and_everybody_there_may_answer(home: Home) {
    let [alice, bob, carol, eve] = home.people(["alice", "bob", "carol", "eve"]).await;
    let group = alice.group("g", &[&bob, &carol]).await;
    alice.says(&group, "lunch?").await.ok();
    let thread = open(&bob, &group, 2).await;
    let id = thread["id"].as_str().unwrap();
    assert_eq!((&thread["kind"], &thread["parent"]), (&json!("thread"), &json!({ "conversation": group, "seq": 2 })));
    assert_eq!(open(&carol, &group, 2).await["id"], id);
    // Who said the message follows it; who opened it only looks, until they answer.
    assert_eq!((&thread["members_count"], &alice.sees(id).await["my"]["role"]), (&json!(1), &json!("member")));
    let (mut line, welcome) = bob.connects().await;
    assert_eq!(welcome["heads"].as_array().unwrap().len(), 1);
    bob.says(id, "pizza").await.ok();
    let joined = line.until("entry").await["entry"].clone();
    assert_eq!((&joined["conversation"], &joined["kind"]), (&json!(id), &json!("joined")));
    assert_eq!((&thread["my"]["visitor"], bob.sees(id).await["my"].get("visitor")), (&json!(true), None));
    assert_eq!(bob.reads(id).await, ["pizza"]);
    assert_eq!(carol.reads(id).await, ["pizza"]);
    assert_eq!((&alice.sees(id).await["unread"], &alice.sees(&group).await["unread"]), (&json!(1), &json!(0)));
    // The message tells how much was answered.
    home.clock.advance(5);
    carol.says(id, "soup").await.ok();
    let told = summary(&alice, &group).await;
    assert_eq!((&told["conversation"], &told["replies"]), (&json!(id), &json!(2)));
    let log = alice.log(&group).await;
    assert_eq!(log.last().unwrap()["kind"], "patched");
    assert_eq!(log.last().unwrap()["value"], told);
    // For a stranger there is nothing.
    for reply in [
        eve.get(&format!("/conversations/{id}")).await,
        eve.get(&format!("/conversations/{id}/log?after=0")).await,
        eve.says(id, "hi").await,
        eve.post(&format!("/conversations/{group}/messages/2/thread"), json!(null)).await,
        eve.put(&format!("/conversations/{id}/follow"), json!(null)).await,
    ] {
        reply.refused("not_found");
    }
}

#[both_databases]
async fn following_and_no_longer(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let direct = alice.direct(&bob).await;
    alice.says(&direct, "question").await.ok();
    let thread = open(&alice, &direct, 2).await["id"].as_str().unwrap().to_owned();
    let follow = format!("/conversations/{thread}/follow");
    assert_eq!(bob.put(&follow, json!(null)).await.ok()["members_count"], 2);
    assert_eq!(bob.put(&follow, json!(null)).await.ok()["members_count"], 2);
    alice.says(&thread, "more").await.ok();
    assert_eq!(bob.sees(&thread).await["unread"], 1);
    bob.delete(&format!("/conversations/{thread}/members/{}", bob.id)).await.ok();
    alice.says(&thread, "and more").await.ok();
    // Not followed, still open to read.
    assert_eq!(bob.sees(&thread).await["unread"], 0);
    assert_eq!(bob.reads(&thread).await, ["more", "and more"]);
    bob.put(&format!("/conversations/{direct}/follow"), json!(null)).await.refused("invalid");
    alice.post(&format!("/conversations/{thread}/messages/2/thread"), json!(null)).await.refused("invalid");
    alice.patch(&format!("/conversations/{thread}"), json!({ "title": "t" })).await.refused("invalid");
    alice.post(&format!("/conversations/{direct}/messages/1/thread"), json!(null)).await.refused("not_found");
}

#[both_databases]
async fn who_is_put_out_is_out_of_its_threads(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let group = alice.group("g", &[&bob, &carol]).await;
    bob.says(&group, "mine").await.ok();
    let thread = open(&bob, &group, 2).await["id"].as_str().unwrap().to_owned();
    carol.says(&thread, "hello").await.ok();
    let (mut line, _) = bob.connects().await;
    alice.delete(&format!("/conversations/{group}/members/{}", bob.id)).await.ok();
    let gone = line.until("entry").await["entry"].clone();
    assert_eq!((&gone["conversation"], &gone["kind"]), (&json!(thread), &json!("removed")));
    carol.says(&thread, "he is gone").await.ok();
    bob.get(&format!("/conversations/{thread}/log?after=0")).await.refused("not_found");
    bob.says(&thread, "hello?").await.refused("not_found");
    // In a thread one has the rights one has where it hangs.
    carol.delete(&format!("/conversations/{thread}/messages/3")).await.ok();
    let log = alice.log(&thread).await;
    let said = log.iter().find(|entry| entry["kind"] == "message" && entry["message"]["deleted"] != true).unwrap();
    alice.delete(&format!("/conversations/{thread}/messages/{}", said["seq"])).await.ok();
}

#[both_databases]
async fn a_mention_in_a_thread_reaches_who_sits_where_it_hangs(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let group = alice.group("g", &[&bob]).await;
    alice.says(&group, "topic").await.ok();
    let thread = open(&alice, &group, 2).await["id"].as_str().unwrap().to_owned();
    let ask = json!({ "client_id": "m", "text": "hey", "mentions": [bob.id, carol.id] });
    let sent = alice.post(&format!("/conversations/{thread}/messages"), ask).await.ok();
    assert_eq!(sent["mentions"], json!([bob.id]));
    // Who is called there follows it from then on, and it counts; once.
    let view = bob.sees(&thread).await;
    assert_eq!((view["my"].get("visitor"), &view["members_count"]), (None, &json!(2)));
    assert_eq!((&view["unread"], &view["mentions"]), (&json!(1), &json!(1)));
    let log = bob.log(&thread).await;
    let kinds: Vec<_> = log.iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["created", "joined", "message"]);
    assert_eq!((&log[1]["users"], &log[1]["actor"]), (&json!([bob.id]), &json!(alice.id)));
    let again = json!({ "client_id": "o", "text": "hey", "mentions": [bob.id] });
    alice.post(&format!("/conversations/{thread}/messages"), again).await.ok();
    assert_eq!(bob.sees(&thread).await["mentions"], 2);
    assert_eq!(alice.sees(&thread).await["head_seq"], 4);
    let all = json!({ "client_id": "n", "text": "hey", "mentions": ["all"] });
    bob.post(&format!("/conversations/{thread}/messages"), all.clone()).await.refused("forbidden");
    alice.post(&format!("/conversations/{thread}/messages"), all).await.ok();
}

#[both_databases]
async fn a_mention_in_a_thread_brings_nobody_who_keeps_away(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let group = alice.group("g", &[&bob, &carol]).await;
    alice.says(&group, "topic").await.ok();
    let thread = open(&alice, &group, 2).await["id"].as_str().unwrap().to_owned();
    bob.put(&format!("/me/blocks/{}", alice.id), json!(null)).await.ok();
    let (mut line, _) = carol.connects().await;
    let ask = json!({ "client_id": "m", "text": "hey", "mentions": [bob.id, carol.id] });
    alice.post(&format!("/conversations/{thread}/messages"), ask).await.ok();
    assert_eq!(bob.sees(&thread).await["my"]["visitor"], true);
    // Their devices hear it as it happens: first that they follow, then what calls them.
    for kind in ["joined", "message"] {
        let entry = line.until("entry").await["entry"].clone();
        assert_eq!((&entry["conversation"], &entry["kind"]), (&json!(thread), &json!(kind)));
    }
    // Who has left it is called back.
    carol.delete(&format!("/conversations/{thread}/members/{}", carol.id)).await.ok();
    let ask = json!({ "client_id": "n", "text": "come back", "mentions": [carol.id] });
    alice.post(&format!("/conversations/{thread}/messages"), ask).await.ok();
    assert_eq!(carol.sees(&thread).await["mentions"], 1);
}
