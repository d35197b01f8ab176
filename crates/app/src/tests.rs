//! What holds for all features together.

mod upgrade;

use parlor_testkit::{Home, both_databases};
use serde_json::json;

/// Wins back what compile-time checking would give: every statement is prepared on the real engines.
#[both_databases]
async fn every_statement_prepares(home: Home) {
    let mut names: Vec<&str> = crate::statements().map(|statement| statement.name()).collect();
    assert!(names.len() > 40, "{}", names.len());
    home.app().prepare_statements().await.unwrap();
    names.dedup();
}

/// Somebody else's conversation does not exist, whatever one tries.
#[both_databases]
async fn a_stranger_finds_nothing(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let group = alice.group("secret", &[&bob]).await;
    alice.says(&group, "hello").await.ok();
    let (mut line, welcome) = eve.connects().await;
    assert_eq!(welcome["heads"], json!([]));
    for conversation in [group.as_str(), "1", "9223372036854775807", "99999999999999999999", "-1", "01", "x", "%00"] {
        let path = format!("/conversations/{conversation}");
        let at = |rest: &str| format!("{path}{rest}");
        let member = at(&format!("/members/{}", bob.id));
        let replies = [
            eve.get(&path).await,
            eve.patch(&path, json!({ "title": "mine" })).await,
            eve.get(&at("/members")).await,
            eve.post(&at("/members"), json!({ "user_ids": [eve.id] })).await,
            eve.patch(&member, json!({ "role": "owner" })).await,
            eve.delete(&member).await,
            eve.delete(&at(&format!("/members/{}", eve.id))).await,
            eve.get(&at("/messages")).await,
            eve.post(&at("/messages"), json!({ "client_id": "1", "text": "hi" })).await,
            eve.get(&at("/log?after=0")).await,
            eve.put(&at("/read"), json!({ "seq": 1 })).await,
            eve.get(&at("/receipts")).await,
            eve.get(&at("/messages/2/receipts")).await,
        ];
        for reply in replies {
            reply.refused("not_found");
        }
    }
    let asks = [
        json!({ "op": "send", "id": "1", "conversation": group, "client_id": "1", "text": "hi" }),
        json!({ "op": "sync", "id": "2", "conversation": group, "after": 0 }),
        json!({ "op": "read", "id": "3", "conversation": group, "seq": 1 }),
    ];
    for ask in asks {
        let answer = line.ask(ask).await;
        assert_eq!((&answer["op"], &answer["code"]), (&json!("error"), &json!("not_found")));
    }
    // The premise: for a member it is all there.
    assert_eq!(bob.reads(&group).await, ["hello"]);
    assert_eq!(alice.log(&group).await.len(), 2);
}

#[both_databases]
async fn nothing_is_served_without_a_token(home: Home) {
    home.person("alice").await;
    let routes = [
        ("GET", "/me"),
        ("GET", "/users"),
        ("GET", "/conversations"),
        ("POST", "/conversations"),
        ("GET", "/me/sessions"),
    ];
    for (method, path) in routes {
        let reply =
            parlor_testkit::request(home.address(), method.parse().unwrap(), &format!("/api/v1{path}"), &[], "").await;
        reply.refused("unauthenticated");
    }
    let unknown = parlor_testkit::request(home.address(), http::Method::GET, "/api/v1/nothing", &[], "").await;
    unknown.refused("not_found");
}

/// Restarted, everything is as it was: the database is the truth.
#[both_databases]
async fn a_restart_forgets_nothing(mut home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    alice.says_as(&conversation, "m", "before").await.ok();
    let before = (bob.sees(&conversation).await, bob.log(&conversation).await);
    let (line, _) = bob.connects().await;
    home.restart().await;
    assert_eq!(line.goodbye().await, "draining");
    assert_eq!((bob.sees(&conversation).await, bob.log(&conversation).await), before);
    assert_eq!(alice.says_as(&conversation, "m", "before").await.status, 200);
    alice.says(&conversation, "after").await.ok();
    assert_eq!(bob.reads(&conversation).await, ["before", "after"]);
}
