//! The socket against a server that drops connections at the worst moments.
#![cfg(test)]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parlor_client::{Chance, Client, Error, Happened, Happenings, Options, Socket, Synced};
use parlor_model::frames::Bye;
use parlor_model::{Auth, Code, ConversationId};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

const LUNCH: ConversationId = ConversationId(7);

/// The server's end of one connection, played by the test.
struct Peer(WebSocketStream<TcpStream>);

impl Peer {
    async fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = listener.accept().await.unwrap();
        Self(tokio_tungstenite::accept_async(stream).await.unwrap())
    }

    /// The next frame; it is of this op.
    async fn hears(&mut self, op: &str) -> Value {
        let frame = self.0.next().await.unwrap().unwrap();
        let frame: Value = serde_json::from_str(frame.to_text().unwrap()).unwrap();
        assert_eq!(frame["op"], op, "{frame}");
        frame
    }

    async fn says(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// Takes the hello and welcomes with the head of lunch.
    async fn welcomes(&mut self, head: i64) -> Value {
        let hello = self.hears("hello").await;
        let limits = parlor_model::Limits::default();
        self.says(json!({
            "op": "welcome", "session": "11", "user": "1", "node": "n", "account_version": 1, "heartbeat_ms": 30_000,
            "limits": limits, "heads": [["7", head, 0, 0, 0, 1, 0]],
        }))
        .await;
        hello
    }
}

fn entry(seq: i64) -> Value {
    json!({ "conversation": "7", "seq": seq, "kind": "renamed", "actor": "1", "at": 1, "title": "t" })
}

async fn house() -> (TcpListener, Socket, Happenings) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let auth: Auth = serde_json::from_value(json!({
        "user": { "id": "1", "username": "ann", "name": "Ann", "bio": "", "email": "a@x", "role": "owner",
                  "preferences": {}, "version": 1, "created_at": 1 },
        "access_token": "token", "expires_in": 900, "session_id": "11",
    }))
    .unwrap();
    client.adopt(&auth);
    let backoff = (Duration::from_millis(1), Duration::from_millis(5));
    let options = Options { chance: Chance::seeded(1), backoff, ..Options::default() };
    let (socket, happenings) = Socket::connect(client, options);
    (listener, socket, happenings)
}

async fn next_seq(happenings: &mut Happenings) -> i64 {
    happenings.next_entry().await.unwrap().seq
}

#[tokio::test]
async fn a_message_is_sent_again_with_the_same_name_until_it_is_acknowledged() {
    let (listener, socket, happenings) = house().await;
    let sending = tokio::spawn(async move { socket.send(LUNCH, "hello").await });
    let mut peer = Peer::accept(&listener).await;
    peer.welcomes(1).await;
    let first = peer.hears("send").await;
    drop(peer);

    let mut peer = Peer::accept(&listener).await;
    peer.welcomes(1).await;
    let second = peer.hears("send").await;
    assert_eq!(first["client_id"], second["client_id"]);
    peer.says(json!({ "op": "error", "id": second["id"], "code": "unavailable", "detail": "d", "retry_after_ms": 1 }))
        .await;
    let third = peer.hears("send").await;
    assert_eq!(first["client_id"], third["client_id"]);
    peer.says(json!({ "op": "ok", "id": third["id"], "seq": 2, "at": 5 })).await;
    assert_eq!(sending.await.unwrap().unwrap().seq, 2);
    drop(happenings);
}

#[tokio::test]
async fn entries_come_once_and_in_order_across_lost_connections() {
    let (listener, _socket, mut happenings) = house().await;
    let mut peer = Peer::accept(&listener).await;
    peer.welcomes(3).await;
    peer.says(json!({ "op": "entry", "entry": entry(4) })).await;
    assert_eq!(next_seq(&mut happenings).await, 4);
    drop(peer);

    let mut peer = Peer::accept(&listener).await;
    let hello = peer.welcomes(6).await;
    assert_eq!(hello["known"], json!({ "7": 4 }));
    peer.says(json!({ "op": "entry", "entry": entry(7) })).await;
    peer.says(json!({ "op": "entries", "conversation": "7", "entries": [entry(5), entry(6)] })).await;
    peer.says(json!({ "op": "caught_up", "conversation": "7", "seq": 6 })).await;
    peer.says(json!({ "op": "entry", "entry": entry(7) })).await;
    peer.says(json!({ "op": "entry", "entry": entry(8) })).await;
    for seq in 5..=8 {
        assert_eq!(next_seq(&mut happenings).await, seq);
    }
}

#[tokio::test]
async fn a_reset_is_told_and_entries_go_on_after_it() {
    let (listener, _socket, mut happenings) = house().await;
    Peer::accept(&listener).await.welcomes(3).await;
    let mut peer = Peer::accept(&listener).await;
    peer.welcomes(9_000).await;
    peer.says(json!({ "op": "reset", "conversation": "7", "head_seq": 9_000 })).await;
    peer.says(json!({ "op": "entry", "entry": entry(9_001) })).await;
    loop {
        match happenings.next().await.unwrap() {
            Happened::Reset { conversation, head_seq } => {
                assert_eq!((conversation, head_seq), (LUNCH, 9_000));
                break;
            }
            other => assert!(!matches!(other, Happened::Entry(_)), "{other:?}"),
        }
    }
    assert_eq!(next_seq(&mut happenings).await, 9_001);
}

#[tokio::test]
async fn a_sync_collects_or_says_too_far() {
    let (listener, socket, _happenings) = house().await;
    let other = socket.clone();
    let one = tokio::spawn(async move { socket.sync(LUNCH, 0, 10).await });
    let mut peer = Peer::accept(&listener).await;
    peer.welcomes(3).await;
    let ask = peer.hears("sync").await;
    peer.says(json!({ "op": "entries", "id": ask["id"], "conversation": "7", "entries": [entry(1), entry(2)] })).await;
    peer.says(json!({ "op": "caught_up", "id": ask["id"], "conversation": "7", "seq": 2 })).await;
    assert!(matches!(one.await.unwrap().unwrap(), Synced::Entries(entries) if entries.len() == 2));

    let two = tokio::spawn(async move { other.sync(LUNCH, 0, 1).await });
    let ask = peer.hears("sync").await;
    peer.says(json!({ "op": "reset", "id": ask["id"], "conversation": "7", "head_seq": 3 })).await;
    assert_eq!(two.await.unwrap().unwrap(), Synced::TooFar(3));
}

#[tokio::test]
async fn what_would_end_the_connection_is_refused_here() {
    let (listener, socket, _happenings) = house().await;
    let mut peer = Peer::accept(&listener).await;
    peer.welcomes(3).await;
    let error = socket.send(LUNCH, "x".repeat(parlor_model::Limits::default().frame_bytes)).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::TooLarge));
}

#[tokio::test]
async fn a_revoked_session_is_over_and_whoever_waits_learns_it() {
    let (listener, socket, mut happenings) = house().await;
    let sending = tokio::spawn(async move { socket.send(LUNCH, "hello").await });
    let mut peer = Peer::accept(&listener).await;
    peer.welcomes(3).await;
    peer.hears("send").await;
    peer.says(json!({ "op": "bye", "code": "revoked", "detail": "d" })).await;
    loop {
        if let Happened::Over { code, .. } = happenings.next().await.unwrap() {
            assert_eq!(code, Bye::Revoked);
            break;
        }
    }
    assert_eq!(happenings.next().await, None);
    assert!(matches!(sending.await.unwrap(), Err(Error::Closed)));
}
