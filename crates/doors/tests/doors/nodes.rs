//! Two nodes: who is at one hears what is said at the other.

use http::Method;
use parlor_testkit::on_two_nodes;
use serde_json::{Value, json};

use crate::socket::{Io, Socket};

#[test]
fn doors_at_two_nodes_hold_one_conversation() {
    on_two_nodes(async |home, other, _| {
        let [ann, bob, cid] = home.people(["ann", "bob", "cid"]).await;
        let conversation = ann.group("lunch", &[&bob, &cid]).await;
        let lasting = bob.through_a_door().await.at(other);
        let mut bobs = Io::set_up(&lasting).await;
        let mut cids =
            Socket::open(other, "/chat", &cid.access_token).await.unwrap_or_else(|status| panic!("{status}"));
        let mut anns = Io::connect(home.address(), json!({ "token": ann.access_token })).await.unwrap();
        let said = json!({ "conversationId": conversation, "message": "1" });
        assert_eq!(anns.ask("sendMessage", said).await["status"], "ok");
        assert_eq!(bobs.hears(1).await, ["1"]);
        assert_eq!(cids.until("new_message").await["content"], "1");
        let said = json!({ "type": "new_message", "conversationId": conversation, "content": "2" });
        cids.send(&said.to_string()).await;
        assert_eq!((anns.hears(1).await, bobs.hears(1).await), (vec!["2".to_owned()], vec!["2".to_owned()]));
        // A client that comes to the other node is known there by its token.
        let mut bobs = bobs.back(home.address()).await;
        let posted = json!({ "content": "3", "chatId": conversation });
        ann.through_a_door().await.at(other).asks(Method::POST, "/api/message", posted).await.ok();
        assert_eq!(bobs.hears(1).await, ["3"]);
        assert_eq!(cids.until("new_message").await["content"], "3");
        // Revoked at one node, out at the other.
        lasting.delete(&format!("/me/sessions/{}", lasting.session)).await.ok();
        bobs.ends().await;
        let eve = home.person("eve").await.at(other);
        let read = eve.asks(Method::GET, &format!("/api/messages/{conversation}"), Value::Null).await;
        assert_eq!(read.status.as_u16(), 404);
    });
}
