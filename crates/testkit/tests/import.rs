//! Messages that are filled in by the application's own function.

#![cfg(test)]

use parlor_app::messages::{Imported, import};
use parlor_testkit::{Home, both_databases};
use serde_json::{Value, json};

#[both_databases]
async fn what_is_imported_is_there_as_if_it_had_been_said(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let conversation = alice.group("old times", &[&bob]).await;
    let (place, sender) = (conversation.parse().unwrap(), alice.id.parse().unwrap());
    let old = |n: i64| Imported {
        conversation: place,
        sender,
        client_id: format!("old-{n}"),
        text: format!("old {n}"),
        at: 1_000 * n,
    };
    let mut cx = home.app().write(None).await.unwrap();
    import(&mut cx, vec![old(1), old(2), old(3)]).await.unwrap();
    cx.commit().await.unwrap();
    alice.says(&conversation, "new").await.ok();
    assert_eq!(bob.reads(&conversation).await, ["old 1", "old 2", "old 3", "new"]);
    assert_eq!(bob.sees(&conversation).await["unread"], json!(4));
    assert_eq!(alice.sees(&conversation).await["unread"], json!(0));
    let log = bob.log(&conversation).await;
    let seqs: Vec<&Value> = log.iter().map(|entry| &entry["seq"]).collect();
    assert_eq!(seqs, [&json!(1), &json!(2), &json!(3), &json!(4), &json!(5)]);
    assert_eq!(log[2]["at"], json!(2_000));

    // A resend of what was imported is the same message.
    let again = alice.says_as(&conversation, "old-2", "old 2").await;
    assert_eq!(again.status, 200);
    assert_eq!(again.ok()["seq"], json!(3));
    // Twice, and by somebody who is no member: nothing of it is there.
    for wrong in [old(1), Imported { sender: carol.id.parse().unwrap(), ..old(9) }] {
        let mut cx = home.app().write(None).await.unwrap();
        let refused = match import(&mut cx, vec![old(8), wrong]).await {
            Ok(()) => cx.commit().await,
            refused => refused,
        };
        assert!(refused.is_err());
    }
    assert_eq!(bob.reads(&conversation).await.len(), 4);
}
