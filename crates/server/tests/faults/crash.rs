//! Killed in the middle of everything: what was acknowledged is there exactly once, in order, dense; on both databases.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use parlor_testkit::{Engine, Line, Person, drop_database, fresh_database};
use serde_json::{Value, json};

use crate::process::program;

const PEOPLE: usize = 8;
const WRITERS: usize = 64;
const GROUPS: usize = 8;
const ROUNDS: usize = 12;
/// The server is killed when this many messages of a round have been acknowledged, with more on their way. Many short
/// rounds: what is acknowledged too early shows only in the moment of the kill.
const ACKNOWLEDGED: usize = 400;

#[test]
fn nothing_acknowledged_is_lost_when_the_server_is_killed_sqlite() {
    survive(Engine::Sqlite);
}

#[test]
fn nothing_acknowledged_is_lost_when_the_server_is_killed_postgres() {
    survive(Engine::Postgres);
}

fn survive(engine: Engine) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let database = if engine == Engine::Postgres { fresh_database().await } else { String::new() };
        let data = tempfile::tempdir().unwrap();
        rounds(data.path(), &database).await;
        if engine == Engine::Postgres {
            drop_database(&database).await;
        }
    });
}

/// What the writers know: client_id → the seq they were told, or none when they were not told.
pub(crate) type Told = BTreeMap<String, (usize, Option<i64>)>;

async fn rounds(data: &Path, database: &str) {
    let mut server = program(data, database).start();
    let port = server.address.port();
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push(Person::sign_up(server.address, &format!("writer{n}")).await);
    }
    let others: Vec<&Person> = people[1..].iter().collect();
    let mut groups = Vec::new();
    for n in 0..GROUPS {
        groups.push(people[0].group(&format!("g{n}"), &others).await);
    }
    let mut told = Told::new();
    for round in 0..ROUNDS {
        let acknowledged = AtomicUsize::new(0);
        let writers = (0..WRITERS).map(|n| write(&people[n % PEOPLE], &groups[n % GROUPS], round, n, &acknowledged));
        let kill = async {
            while acknowledged.load(Ordering::Relaxed) < ACKNOWLEDGED {
                tokio::task::yield_now().await;
            }
            server.kill();
        };
        let (wrote, ()) = tokio::join!(futures_util::future::join_all(writers), kill);
        told.extend(wrote.into_iter().flatten());
        server = program(data, database).at(port).start();
        check(&people[0], &groups, &told).await;
    }
    // The premises: each round was acknowledged much, and was interrupted in the middle of something.
    let open = told.values().filter(|(_, seq)| seq.is_none()).count();
    assert!(told.len() - open >= ROUNDS * ACKNOWLEDGED && open > 0, "{} told, {open} open", told.len());
    // What was never acknowledged is sent again, under the same name: each ends up there exactly once.
    for (client_id, (writer, _)) in told.clone().into_iter().filter(|(_, (_, seq))| seq.is_none()) {
        let reply = people[writer % PEOPLE].says_as(&groups[writer % GROUPS], &client_id, &client_id).await.ok();
        told.insert(client_id, (writer, reply["seq"].as_i64()));
    }
    check(&people[0], &groups, &told).await;
    let total: usize = told.len();
    let mut stored = 0;
    for group in &groups {
        stored += messages(&people[0], group).await.len();
    }
    assert_eq!(stored, total);
}

/// One writer: the next message when the one before was acknowledged, until the line breaks.
async fn write(person: &Person, group: &str, round: usize, n: usize, acknowledged: &AtomicUsize) -> Told {
    let mut told = Told::new();
    let mut line = Line::open(person.address()).await;
    line.say(json!({ "op": "hello", "token": person.access_token })).await;
    for k in 0.. {
        // The text is the name, so that what is stored can be told apart.
        let client_id = format!("{round:02}-{n:02}-{k:05}");
        told.insert(client_id.clone(), (n, None));
        line.say(
            json!({ "op": "send", "id": client_id, "conversation": group, "client_id": client_id, "text": client_id }),
        )
        .await;
        let answer = loop {
            match line.next().await {
                Some(frame) if frame["id"] == *client_id => break frame,
                Some(_) => {}
                None => return told,
            }
        };
        assert_eq!(answer["op"], "ok", "{answer}");
        told.insert(client_id, (n, answer["seq"].as_i64()));
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    told
}

/// The seq of every message of a group, by its name; asserts that the log is dense.
async fn messages(reader: &Person, group: &str) -> BTreeMap<String, i64> {
    let mut found = BTreeMap::new();
    for entry in reader.dense_log(group).await {
        if let Some(message) = entry.get("message") {
            let client_id = text(message, "client_id");
            assert_eq!(text(message, "text"), client_id);
            let seq = entry["seq"].as_i64().unwrap();
            assert!(found.insert(client_id, seq).is_none(), "stored twice: {message}");
        }
    }
    found
}

fn text(json: &Value, key: &str) -> String {
    json[key].as_str().unwrap_or_default().to_owned()
}

pub(crate) async fn check(reader: &Person, groups: &[String], told: &Told) {
    for (g, group) in groups.iter().enumerate() {
        let stored = messages(reader, group).await;
        for (client_id, (writer, seq)) in told.iter().filter(|(_, (writer, _))| writer % GROUPS == g) {
            match (seq, stored.get(client_id)) {
                (Some(told), Some(stored)) => assert_eq!(told, stored, "{client_id} moved"),
                (Some(told), None) => panic!("{client_id} of writer {writer} was acknowledged at {told} and is lost"),
                // On its way when the server died: stored or not, the writer does not know.
                (None, _) => {}
            }
        }
        // Names sort as they were said: writer by writer the seqs grow.
        let mut last: BTreeMap<&str, i64> = BTreeMap::new();
        for (client_id, seq) in &stored {
            let writer = &client_id[..5];
            assert!(last.insert(writer, *seq).is_none_or(|before| before < *seq), "{client_id} is out of order");
        }
    }
}
