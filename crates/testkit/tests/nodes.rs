//! Several nodes on one PostgreSQL, with a broker between them.

#![cfg(test)]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use http::Method;
use parlor_app::nodes::Role;
use parlor_model::Clock;
use parlor_testkit::{
    Config, Engine, Line, Reply, on_two_nodes, on_two_nodes_by, on_two_nodes_with, request, run, run_on_two_nodes,
    run_with,
};
use serde_json::json;

/// Asks until the answer is such.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let asking = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asking).await.unwrap_or_else(|_| panic!("never: {what}"));
}

async fn get(address: SocketAddr, path: &str) -> Reply {
    request(address, Method::GET, path, &[], "").await
}

/// How somebody is, each time one is told.
async fn looks(line: &mut Line, user: &str, status: &str) {
    loop {
        let told = line.until("presence").await;
        if told["user"] == user && told["status"] == status {
            return;
        }
    }
}

async fn watches(line: &mut Line, user: &str) {
    line.say(json!({ "op": "watch", "users": [user] })).await;
}

async fn is_now(line: &mut Line, status: &str) {
    line.say(json!({ "op": "presence", "status": status })).await;
}

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
fn people_come_to_two_nodes_by_turns() {
    run_on_two_nodes(async |home| {
        let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
        assert_ne!(alice.address(), bob.address());
        assert_eq!(alice.address(), carol.address());
        let chat = alice.direct(&bob).await;
        alice.says(&chat, "one").await.ok();
        assert_eq!(bob.reads(&chat).await, ["one"]);
    });
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

/// Their keys all hold the conversation, so PostgreSQL can spread them. `PARLOR_TEST_PARTITIONED=1` tells every story so.
#[test]
fn the_hot_tables_work_as_hash_partitions() {
    run(Engine::Postgres, async |mut home| {
        home.partition().await;
        let [alice, bob] = home.people(["alice", "bob"]).await;
        for n in 0..8 {
            let chat = alice.group(&format!("g{n}"), &[&bob]).await;
            let seq = alice.says_as(&chat, "c1", "hello").await.ok()["seq"].clone();
            assert_eq!(alice.says_as(&chat, "c1", "hello").await.ok()["seq"], seq);
            bob.put(&format!("/conversations/{chat}/messages/{seq}/reactions/%F0%9F%91%8D"), json!(null)).await.ok();
            bob.put(&format!("/conversations/{chat}/messages/{seq}/pin"), json!(null)).await.ok();
            assert_eq!(bob.reads(&chat).await, ["hello"]);
            bob.delete(&format!("/conversations/{chat}/members/{}", bob.id)).await.ok();
        }
    });
}

#[test]
fn while_the_broker_stays_dead_people_at_two_nodes_go_on_talking_through_the_store() {
    on_two_nodes(async |home, other, broker| {
        let [alice, bob] = home.people(["alice", "bob"]).await;
        let chat = alice.direct(&bob).await;
        let (mut line, _) = bob.clone().at(other).connects().await;
        broker.kill().await;
        for text in ["one", "two"] {
            alice.says(&chat, text).await.ok();
            assert_eq!(hears(&mut line, 1).await, [text]);
        }
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

#[tokio::test]
async fn a_lobby_that_is_no_conversation_is_refused_at_the_start() {
    let data = tempfile::tempdir().expect("a folder");
    for lobby in ["x", "7"] {
        let mut config =
            Config { listen: ([127, 0, 0, 1], 0).into(), data: data.path().to_owned(), ..Config::default() };
        config.doors.lobby = lobby.to_owned();
        let error = parlor_server::Server::start(config, parlor_model::Clock::System).await.err().expect("a refusal");
        assert!(error.to_string().contains("doors.lobby"), "{error}");
    }
}

#[test]
fn one_is_seen_from_another_node_as_from_ones_own() {
    on_two_nodes(async |home, other, broker| {
        let [alice, bob] = home.people(["alice", "bob"]).await;
        let (mut hers, _) = alice.connects().await;
        watches(&mut hers, &bob.id).await;
        looks(&mut hers, &bob.id, "offline").await;
        let (mut his, _) = bob.clone().at(other).connects().await;
        looks(&mut hers, &bob.id, "online").await;
        for status in ["away", "busy", "online"] {
            is_now(&mut his, status).await;
            looks(&mut hers, &bob.id, status).await;
        }
        // Who begins to watch later is told the same; a device at each node is one person.
        is_now(&mut his, "away").await;
        looks(&mut hers, &bob.id, "away").await;
        let (mut late, _) = alice.another_device().await.connects().await;
        watches(&mut late, &bob.id).await;
        looks(&mut late, &bob.id, "away").await;
        let (mut here, _) = bob.another_device().await.connects().await;
        looks(&mut hers, &bob.id, "online").await;
        is_now(&mut here, "away").await;
        looks(&mut hers, &bob.id, "away").await;
        // What changes while the broker is dead is seen when it is back, empty.
        broker.kill().await;
        is_now(&mut his, "busy").await;
        drop(here);
        broker.revive().await;
        looks(&mut hers, &bob.id, "busy").await;
        drop(his);
        // Time passes only by hand, and the going must have arrived before.
        let mut told = tokio::spawn(async move { looks(&mut hers, &bob.id, "offline").await });
        until("bob looks offline", async || {
            home.clock.advance(1_000);
            tokio::time::timeout(Duration::from_millis(50), &mut told).await.is_ok()
        })
        .await;
    });
}

#[test]
fn a_node_that_stops_takes_its_people_along() {
    let set = |_, config: &mut Config| config.drain_seconds = 0;
    on_two_nodes_with(set, async |mut home, other, _| {
        let [alice, bob] = home.people(["alice", "bob"]).await;
        let (_his, _) = bob.connects().await;
        let (mut hers, _) = alice.at(other).connects().await;
        watches(&mut hers, &bob.id).await;
        looks(&mut hers, &bob.id, "online").await;
        home.stop().await;
        let mut told = tokio::spawn(async move { looks(&mut hers, &bob.id, "offline").await });
        until("bob looks offline", async || {
            home.clock.advance(1_000);
            tokio::time::timeout(Duration::from_millis(50), &mut told).await.is_ok()
        })
        .await;
    });
}

#[test]
fn guesses_at_all_nodes_count_together() {
    let set = |_, config: &mut Config| {
        config.app.rates.exempt.clear();
        config.app.rates.auth_per_address_minute = 1_000;
        config.app.rates.auth_per_account_minute = 4;
    };
    on_two_nodes_with(set, async |home, other, _| {
        home.person("alice").await;
        let guess = async |address, password: &str| {
            let body = json!({ "login": "alice", "password": password }).to_string();
            request(address, Method::POST, "/api/v1/auth/login", &[("content-type", "application/json")], body).await
        };
        for _ in 0..8 {
            guess(home.address(), "wrong").await.refused("unauthenticated");
        }
        guess(home.address(), "wrong").await.refused("limited");
        // Told five times a second; alone the other node would let eight through.
        let mut more = 0;
        until("the other node refuses", async || {
            more += 1;
            guess(other, "wrong").await.json["code"] == "limited"
        })
        .await;
        assert!(more < 8, "{more} more guesses");
    });
}

#[test]
fn ids_of_two_nodes_never_meet_and_clients_are_sent_where_it_is_quiet() {
    let set = |node: usize, config: &mut Config| config.gateway_url = format!("wss://g{node}.example.org/");
    on_two_nodes_with(set, async |home, other, _| {
        let names: Vec<String> = (0..20).map(|n| format!("somebody{n}")).collect();
        let mut ids = BTreeSet::new();
        for (n, name) in names.iter().enumerate() {
            let address = if n % 2 == 0 { home.address() } else { other };
            ids.insert(parlor_testkit::Person::sign_up(address, name).await.id);
        }
        // All within one millisecond of the clock, which stands still: their nodes' numbers tell them apart.
        assert_eq!(ids.len(), names.len());

        let alice = home.person("alice").await;
        let (_line, _) = alice.connects().await;
        for address in [home.address(), other] {
            until("the second gateway is named", async || {
                get(address, "/api/v1/gateway").await.json["url"] == "wss://g1.example.org/api/v1/socket"
            })
            .await;
        }
        let (_one, _) = alice.clone().at(other).connects().await;
        let (_two, _) = alice.at(other).connects().await;
        until("the first gateway is named", async || {
            get(other, "/api/v1/gateway").await.json["url"] == "wss://g0.example.org/api/v1/socket"
        })
        .await;
    });
}

#[test]
fn each_role_does_its_part_and_no_other() {
    let set = |node: usize, config: &mut Config| {
        config.roles = if node == 0 { vec![Role::Api, Role::Worker] } else { vec![Role::Gateway] };
    };
    on_two_nodes_with(set, async |home, other, _| {
        let alice = home.person("alice").await;
        let bob = home.person("bob").await;
        let chat = alice.direct(&bob).await;
        for address in [home.address(), other] {
            assert!(get(address, "/readyz").await.status.is_success());
        }
        alice.clone().at(other).get("/me").await.refused("not_found");
        get(other, "/").await.refused("not_found");
        get(home.address(), "/api/v1/socket").await.refused("not_found");
        let (mut line, _) = bob.at(other).connects().await;
        alice.says(&chat, "hello").await.ok();
        assert_eq!(hears(&mut line, 1).await, ["hello"]);
        line.ask(json!({ "op": "send", "id": "1", "conversation": chat, "client_id": "b1", "text": "hi" })).await;
        assert_eq!(alice.reads(&chat).await, ["hello", "hi"]);
    });
}

#[test]
fn who_is_about_to_stop_says_so_and_goes_on_until_then() {
    let set = |config: &mut Config| config.drain_seconds = 2;
    run_with(Engine::Sqlite, set, |mut home| async move {
        let alice = home.person("alice").await;
        let address = home.address();
        assert!(get(address, "/readyz").await.status.is_success());
        let watching = async {
            until("it is not ready", async || get(address, "/readyz").await.status == 503).await;
            alice.get("/me").await.ok();
            let (line, _) = alice.connects().await;
            line.goodbye().await
        };
        let ((), goodbye) = tokio::join!(home.stop(), watching);
        assert_eq!(goodbye, "draining");
    });
}

/// Ten minutes before and behind: tokens would be from the future or out of date, and who answers would have spoken first.
#[test]
fn nodes_whose_clocks_are_wrong_go_by_the_databases() {
    const TEN_MINUTES: i64 = 600_000;
    let clocks = [-TEN_MINUTES, TEN_MINUTES].map(Clock::adjusted);
    let set = |_, config: &mut Config| config.app.access_token_seconds = 60;
    on_two_nodes_by(clocks, set, async |home, other, _| {
        let [alice, bob] = home.people(["alice", "bob"]).await;
        let chat = alice.direct(&bob).await;
        let (alice, bob) = (alice.at(other).refreshed().await, bob);
        let (mut line, _) = bob.connects().await;
        for n in 0..6 {
            let speaker = if n % 2 == 0 { &alice } else { &bob };
            speaker.says(&chat, &n.to_string()).await.ok();
        }
        assert_eq!(hears(&mut line, 6).await, ["0", "1", "2", "3", "4", "5"]);
        let at: Vec<i64> = bob.log(&chat).await.iter().filter_map(|entry| entry["at"].as_i64()).collect();
        assert!(at.len() > 5 && at.windows(2).all(|two| two[1] - two[0] > -2_000), "{at:?}");
        let machine = Clock::System.now();
        assert!(at.iter().all(|at| (at - machine).abs() < 60_000), "{at:?}, and it is {machine}");
        // A token of each is good at the other.
        alice.at(home.address()).get("/me").await.ok();
        bob.at(other).get("/me").await.ok();
    });
}
