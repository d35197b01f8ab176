//! The story of a read mark.

use parlor_testkit::{Home, both_databases};
use serde_json::json;

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
