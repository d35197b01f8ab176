//! Several nodes on one PostgreSQL, with a broker between them.

#![cfg(test)]

use parlor_testkit::{Line, on_two_nodes};
use serde_json::json;

/// The texts of the next messages, in the order in which they are heard.
async fn hears(line: &mut Line, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    while texts.len() < count {
        let frame = line.next().await.expect("a frame");
        let entries = frame["entries"].as_array().cloned().unwrap_or_else(|| vec![frame["entry"].clone()]);
        texts.extend(entries.iter().filter_map(|entry| entry["message"]["text"].as_str().map(str::to_owned)));
    }
    texts
}

#[test]
fn what_is_said_at_one_node_is_heard_at_the_other_and_a_session_ends_everywhere() {
    on_two_nodes(async |home, other, _| {
        let [alice, bob] = home.people(["alice", "bob"]).await;
        let chat = alice.direct(&bob).await;
        let (mut line, _) = bob.clone().at(other).connects().await;
        for text in ["one", "two", "three"] {
            alice.says(&chat, text).await.ok();
        }
        assert_eq!(hears(&mut line, 3).await, ["one", "two", "three"]);
        // Back again, and to a device at the first node.
        let (mut first, _) = alice.connects().await;
        line.ask(json!({ "op": "send", "id": "1", "conversation": chat, "client_id": "b1", "text": "four" })).await;
        assert_eq!(hears(&mut first, 1).await, ["four"]);
        bob.delete(&format!("/me/sessions/{}", bob.session)).await;
        assert_eq!(line.goodbye().await, "revoked");
    });
}

#[test]
fn what_is_said_while_the_broker_is_dead_arrives_when_it_is_back() {
    on_two_nodes(async |home, other, broker| {
        let [alice, bob] = home.people(["alice", "bob"]).await;
        let chat = alice.direct(&bob).await;
        let (mut line, _) = bob.clone().at(other).connects().await;
        alice.says(&chat, "before").await.ok();
        assert_eq!(hears(&mut line, 1).await, ["before"]);
        broker.kill().await;
        for text in ["one", "two", "three"] {
            alice.says(&chat, text).await.ok();
        }
        broker.revive().await;
        assert_eq!(hears(&mut line, 3).await, ["one", "two", "three"]);
        alice.says(&chat, "after").await.ok();
        assert_eq!(hears(&mut line, 1).await, ["after"]);
    });
}

#[tokio::test]
async fn a_bus_beside_a_file_of_one_process_is_refused() {
    let data = tempfile::tempdir().expect("a folder");
    let config = parlor_server::Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data: data.path().to_owned(),
        bus: vec!["redis://127.0.0.1:1".into()],
        ..parlor_server::Config::default()
    };
    let error = parlor_server::Server::start(config, parlor_model::Clock::System).await.err().expect("a refusal");
    assert!(error.to_string().contains("SQLite"), "{error}");
}
