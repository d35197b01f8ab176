//! Several nodes that somebody set up wrongly.

use std::path::Path;
use std::time::Duration;

use http::{Method, StatusCode};
use parlor_model::Clock;
use parlor_testkit::{Broker, Line, Person, drop_database, fresh_database, request, upgrade};
use serde_json::json;

use crate::process::program;

/// What cannot work is said at the start, plainly, with the place and without the password.
#[tokio::test(flavor = "multi_thread")]
async fn a_bus_that_cannot_be_used_is_refused_with_its_reason() {
    let database = fresh_database().await;
    let broker = Broker::with_password("plum-harbour").await;
    let place = format!("127.0.0.1:{}", broker.port());
    let data = tempfile::tempdir().unwrap();
    let no_pem = data.path().join("no.pem");
    std::fs::write(&no_pem, "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n").unwrap();
    let cases = [
        (format!("redis://:hunter2@{place}"), Path::new(""), vec![&*place, "refuses", "Password"]),
        (format!("redis://{place}"), Path::new(""), vec![&place, "refuses"]),
        (format!("http://user:hunter2@{place}"), Path::new(""), vec![&place, "cannot be reached by"]),
        (format!("rediss://:hunter2@{place}"), Path::new("/nowhere.pem"), vec!["bus_ca", "/nowhere.pem"]),
        (format!("rediss://:hunter2@{place}"), &no_pem, vec![&place, "trust anchors"]),
    ];
    for (url, authority, says) in cases {
        let said = program(data.path(), &database).set("PARLOR_BUS", &url).set("PARLOR_BUS_CA", authority).refused();
        assert!(says.iter().all(|words| said.contains(words)), "{url} {says:?}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    drop_database(&database).await;
}

/// Nothing breaks: they are known by numbers of their own. But somebody should hear of it.
#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_with_one_name_work_and_say_so() {
    let database = fresh_database().await;
    let broker = Broker::start().await;
    let data = tempfile::tempdir().unwrap();
    let log = data.path().join("log");
    let twin = program(data.path(), &database)
        .set("PARLOR_BUS", broker.url())
        .set("PARLOR_NODE", "twin")
        .after(format!("exec 2>>{};", log.display()));
    let (one, other) = (twin.start(), twin.start());
    let [alice, bob] = [Person::sign_up(one.address, "alice").await, Person::sign_up(other.address, "bob").await];
    let chat = alice.direct(&bob).await;
    let (mut line, _) = bob.connects().await;
    for text in ["one", "two"] {
        alice.says(&chat, text).await.ok();
        assert_eq!(line.until("entry").await["entry"]["message"]["text"], text);
    }
    while !std::fs::read_to_string(&log).unwrap().contains("two nodes have one name") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // One of them goes: the other is not mistaken for it.
    one.kill();
    assert_eq!(request(other.address, Method::GET, "/readyz", &[], "").await.status, StatusCode::OK);
    bob.says(&chat, "three").await.ok();
    drop(other);
    drop_database(&database).await;
}

/// Nobody watched them; somebody looks later. The node had no time to write it down.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_at_a_node_that_was_killed_has_been_seen_last_then() {
    let database = fresh_database().await;
    let broker = Broker::start().await;
    let data = tempfile::tempdir().unwrap();
    let node = program(data.path(), &database).set("PARLOR_BUS", broker.url());
    let (one, other) = (node.start(), node.start());
    let [alice, bob] = [Person::sign_up(one.address, "alice").await, Person::sign_up(other.address, "bob").await];
    alice.direct(&bob).await;
    let (mut hers, _) = alice.connects().await;
    let watch = async |line: &mut Line| {
        line.say(json!({ "op": "watch", "users": [] })).await;
        line.say(json!({ "op": "watch", "users": [bob.id] })).await;
        line.until("presence").await
    };
    let before = Clock::System.now();
    let (_his, _) = bob.connects().await;
    while watch(&mut hers).await["status"] != "online" {}
    hers.say(json!({ "op": "watch", "users": [] })).await;
    other.kill();
    let killed = Clock::System.now();
    let seen = loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let told = watch(&mut hers).await;
        hers.say(json!({ "op": "watch", "users": [] })).await;
        if told["status"] == "offline" && told["last_seen_at"].is_i64() {
            break told["last_seen_at"].as_i64().unwrap();
        }
    };
    // It is noticed later, and reckoned back: right to a few seconds.
    assert!((before - 5_000..killed + 10_000).contains(&seen), "{before} {killed} {seen}");
    drop(one);
    drop_database(&database).await;
}

/// Somebody started the next version, whose migration bears no older program.
#[tokio::test(flavor = "multi_thread")]
async fn a_running_node_stops_when_the_schema_is_not_for_it_any_more() {
    let database = fresh_database().await;
    let data = tempfile::tempdir().unwrap();
    let log = data.path().join("log");
    let running = program(data.path(), &database).after(format!("exec 2>>{};", log.display())).start();
    // The first one does bear it.
    upgrade(&database, true).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(request(running.address, Method::GET, "/readyz", &[], "").await.status, StatusCode::OK);
    upgrade(&database, false).await;
    let well = tokio::task::block_in_place(|| running.wait());
    assert!(!well, "it ends as one that failed");
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(said.contains("start a newer parlor"), "{said}");
    assert!(program(data.path(), &database).refused().contains("start a newer parlor"));
    drop_database(&database).await;
}
