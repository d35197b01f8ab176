//! Two nodes: who is at one hears what is said at the other.

use std::net::SocketAddr;

use http::Method;
use parlor_testkit::{Home, Person, on_two_nodes};
use serde_json::{Value, json};

use crate::socket::{Io, Socket};
use crate::stomp::Stomp;

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

/// Somebody at each door: ann and cid at the first node, bob and dan at the second.
struct Company {
    conversation: String,
    anns: Io,
    bob: Person,
    bobs: Io,
    cids: Socket,
    dans: Stomp,
}

impl Company {
    async fn meets(home: &Home, other: SocketAddr) -> Self {
        let [ann, bob, cid, dan] = home.people(["ann", "bob", "cid", "dan"]).await;
        let conversation = ann.group("lunch", &[&bob, &cid, &dan]).await;
        let bob = bob.through_a_door().await.at(other);
        let mut dans = Stomp::connects(&dan.at(other)).await;
        dans.subscribes("m", "/user/queue/messages").await;
        Self {
            conversation,
            anns: Io::connect(ann.address(), json!({ "token": ann.access_token })).await.unwrap(),
            bobs: Io::set_up(&bob).await,
            bob,
            cids: Socket::open(cid.address(), "/chat", &cid.access_token).await.unwrap(),
            dans,
        }
    }

    /// Each says something through their door and is told that it is stored; before the next speaks, the others have heard it.
    async fn talks(&mut self, when: &str) {
        let place = self.conversation.clone();
        let texts = ["ann", "bob", "cid", "dan"].map(|who| format!("{who}, {when}"));
        for (who, text) in texts.iter().enumerate() {
            match who {
                0 => {
                    let said = json!({ "conversationId": place, "message": text });
                    assert_eq!(self.anns.ask("sendMessage", said).await["status"], "ok");
                }
                1 => {
                    let said = json!({ "content": text, "chatId": place });
                    self.bob.asks(Method::POST, "/api/message", said).await.ok();
                }
                2 => {
                    let said = json!({ "type": "new_message", "conversationId": place, "content": text });
                    self.cids.send(&said.to_string()).await;
                    assert_eq!(self.cids.json().await["type"], "message_sent");
                }
                _ => assert!(self.dans.says(&place, json!({ "content": text })).await.is_empty()),
            }
            for listener in (0..texts.len()).filter(|listener| *listener != who) {
                let heard = match listener {
                    0 => self.anns.hears(1).await.remove(0),
                    1 => self.bobs.hears(1).await.remove(0),
                    2 => self.cids.json().await["content"].as_str().unwrap().to_owned(),
                    _ => self.dans.hears("m").await["content"].as_str().unwrap().to_owned(),
                };
                assert_eq!(&heard, text, "once and in order");
            }
        }
    }
}

#[test]
fn doors_at_two_nodes_go_on_while_the_broker_is_away() {
    on_two_nodes(async |home, other, broker| {
        let mut company = Company::meets(&home, other).await;
        company.talks("before").await;
        broker.kill().await;
        company.talks("without a broker").await;
        company.talks("still without").await;
        broker.revive().await;
        company.talks("with a broker").await;
        // Whatever came twice would be heard in its stead.
        company.talks("after").await;
    });
}
