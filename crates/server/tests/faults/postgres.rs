//! PostgreSQL goes away and comes back: restarted, crashed, its connections ended, in the middle of a commit. The server
//! goes on by itself; what was acknowledged is there once, and what was not is sent again under its name.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use parlor_testkit::{
    Holding, Line, Person, Postgres, Process, drop_database, end_all_connections, fresh_database, make_database_in,
    request, takes_connections,
};
use serde_json::json;

use crate::crash::{Told, check};
use crate::cut::{Cut, Wire};
use crate::process::program;

/// What is committed is written: one that crashes loses nothing of it. The machine stays on, so nothing is synced.
const WRITTEN: [&str; 1] = ["synchronous_commit=on"];
const WRITERS: usize = 16;
const GROUPS: usize = 4;
/// Between two faults so many messages are acknowledged.
const ACKNOWLEDGED: usize = 150;
/// The server answers again so soon after the database does.
const SOON: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_postgres_loses_and_doubles_nothing() {
    let mut postgres = Postgres::start(&WRITTEN).unwrap();
    let data = tempfile::tempdir().unwrap();
    let server = program(data.path(), &postgres.url()).start();
    let (people, groups) = company(&server).await;
    let listening = listen(&people[1], &groups).await;

    let (acknowledged, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let writers = (0..WRITERS).map(|n| write(&people[n % GROUPS], &groups[n % GROUPS], n, &acknowledged, &done));
    let faults = async {
        for _ in 0..3 {
            more(&acknowledged).await;
            assert!(end_all_connections(&postgres.url()).await > 0, "nobody was connected");
        }
        for how in ["INT", "QUIT", "QUIT"] {
            more(&acknowledged).await;
            tokio::task::block_in_place(|| postgres.stop(how));
            until_ready(&server, false).await;
            tokio::task::block_in_place(|| postgres.start_again().unwrap());
            let back = Instant::now();
            until_ready(&server, true).await;
            more(&acknowledged).await;
            assert!(back.elapsed() < SOON, "it took {:?} to come back", back.elapsed());
        }
        done.store(true, Ordering::Relaxed);
    };
    let (told, ()) = tokio::join!(futures_util::future::join_all(writers), faults);
    let told: Told = told.into_iter().flatten().collect();
    check(&people[0], &groups, &told).await;
    // Who did not hear the answer asks again, for ever, and hears the first one.
    for (client_id, (writer, seq)) in told.iter().step_by(7) {
        let again = people[writer % GROUPS].says_as(&groups[writer % GROUPS], client_id, client_id).await.ok();
        assert_eq!(again["seq"].as_i64(), *seq);
    }
    // And who only listened has heard all of it, in order, once.
    for group in &groups {
        people[0].says(group, "the end").await.ok();
    }
    for (group, heard) in listening.await.unwrap() {
        let head = people[0].sees(&group).await["head_seq"].as_i64().unwrap();
        assert_eq!(heard, (heard[0]..=head).collect::<Vec<_>>());
    }
}

/// As many people as groups; everybody is in every group.
async fn company(server: &Process) -> (Vec<Person>, Vec<String>) {
    let mut people = Vec::new();
    for n in 0..GROUPS {
        people.push(Person::sign_up(server.address, &format!("writer{n}")).await);
    }
    let others: Vec<&Person> = people[1..].iter().collect();
    let mut groups = Vec::new();
    for n in 0..GROUPS {
        groups.push(people[0].group(&format!("g{n}"), &others).await);
    }
    (people, groups)
}

/// One writer: each message again and again under its name until it is acknowledged.
async fn write(person: &Person, group: &str, n: usize, acknowledged: &AtomicUsize, done: &AtomicBool) -> Told {
    let mut told = Told::new();
    for k in 0.. {
        if done.load(Ordering::Relaxed) {
            break;
        }
        let client_id = format!("00-{n:02}-{k:05}");
        let seq = loop {
            let reply = person.says_as(group, &client_id, &client_id).await;
            if reply.status.is_success() {
                break reply.json["seq"].as_i64();
            }
            assert!(reply.refused("unavailable")["retry_after_ms"].is_u64(), "nobody says when to come back");
            // A patient client would wait longer.
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        told.insert(client_id, (n, seq));
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    told
}

async fn more(acknowledged: &AtomicUsize) {
    let goal = acknowledged.load(Ordering::Relaxed) + ACKNOWLEDGED;
    while acknowledged.load(Ordering::Relaxed) < goal {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn until_ready(server: &Process, ready: bool) {
    let wanted = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let asking = async { while request(server.address, Method::GET, "/readyz", &[], "").await.status != wanted {} };
    tokio::time::timeout(SOON, asking).await.unwrap_or_else(|_| panic!("/readyz never says {wanted}"));
}

/// The seqs that one person hears of each group, on one socket, until each has ended.
async fn listen(person: &Person, groups: &[String]) -> tokio::task::JoinHandle<BTreeMap<String, Vec<i64>>> {
    let (mut line, _) = person.connects().await;
    let mut open: Vec<String> = groups.to_vec();
    tokio::spawn(async move {
        let mut heard: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        while !open.is_empty() {
            for (group, seq, text) in entries(&mut line).await {
                heard.entry(group.clone()).or_default().push(seq);
                open.retain(|other| *other != group || text != "the end");
            }
        }
        heard
    })
}

/// Conversation, seq and text of the entries in the next frame.
async fn entries(line: &mut Line) -> Vec<(String, i64, String)> {
    let frame = line.next().await.expect("the socket stays open");
    let text = |json: &serde_json::Value| json.as_str().unwrap_or_default().to_owned();
    let all = frame["entries"].as_array().cloned().unwrap_or_else(|| vec![frame["entry"].clone()]);
    let entries = all.into_iter().filter_map(|entry| {
        let conversation = if entry["conversation"].is_null() { &frame } else { &entry };
        Some((text(&conversation["conversation"]), entry["seq"].as_i64()?, text(&entry["message"]["text"])))
    });
    entries.collect()
}

/// Only the database knows whether it took place. It did: who sent it is told to ask again, who listens hears it all the
/// same. It did not: it is stored when it is sent again.
#[tokio::test(flavor = "multi_thread")]
async fn gone_in_the_middle_of_a_commit() {
    let database = fresh_database().await;
    let wire = Wire::to(&database).await;
    let data = tempfile::tempdir().unwrap();
    let server = program(data.path(), &wire.url).start();
    let [alice, bob] = [Person::sign_up(server.address, "alice").await, Person::sign_up(server.address, "bob").await];
    let chat = alice.direct(&bob).await;
    let (mut line, _) = bob.connects().await;
    for cut in [Cut::AfterCommit, Cut::BeforeCommit] {
        // What else commits just then is cut as well; then once more.
        let mut n = 0;
        let client_id = loop {
            let client_id = format!("{cut:?}{n}");
            wire.cut(cut);
            let reply = alice.says_as(&chat, &client_id, &client_id).await;
            if !reply.status.is_success() {
                assert!(reply.refused("unavailable")["retry_after_ms"].is_u64());
                break client_id;
            }
            n += 1;
        };
        let told = async { while !entries(&mut line).await.iter().any(|(_, _, text)| *text == client_id) {} };
        match cut {
            Cut::AfterCommit => told.await,
            Cut::BeforeCommit => assert!(!bob.reads(&chat).await.contains(&client_id)),
        }
        let seq = alice.says_as(&chat, &client_id, &client_id).await.ok()["seq"].clone();
        let log = bob.log(&chat).await;
        let stored: Vec<_> = log.iter().filter(|entry| entry["message"]["client_id"] == *client_id).collect();
        assert_eq!(stored.len(), 1);
        assert_eq!(stored[0]["seq"], seq);
    }
    drop(server);
    drop_database(&database).await;
}

/// Somebody holds rows and does not let go: who waits is told to come back, and is served when the rows are free.
#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_is_unavailable_and_not_a_fault() {
    let database = fresh_database().await;
    let data = tempfile::tempdir().unwrap();
    for limit in ["LOCK", "STATEMENT"] {
        let limited = format!("PARLOR_DATABASE_{limit}_TIMEOUT_MS");
        let server = program(data.path(), &database).set(&limited, "1000").start();
        let [alice, bob] = ["alice", "bob"].map(|name| format!("{name}-{}", limit.to_lowercase()));
        let [alice, bob] = [Person::sign_up(server.address, &alice).await, Person::sign_up(server.address, &bob).await];
        let chat = alice.direct(&bob).await;
        let holding = Holding::conversations(&database).await;
        let problem = alice.says_as(&chat, "c1", "hello").await.refused("unavailable");
        assert!(problem["retry_after_ms"].is_u64());
        alice.put(&format!("/conversations/{chat}/read"), json!({ "seq": 1 })).await.refused("unavailable");
        until_ready(&server, true).await;
        holding.let_go().await;
        alice.says_as(&chat, "c1", "hello").await.ok();
        assert_eq!(bob.reads(&chat).await, ["hello"]);
    }
    drop_database(&database).await;
}

/// As while somebody restores a backup, or moves it: the server that answers is there, the database is closed.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_takes_no_connections_is_unavailable_until_it_does() {
    let database = fresh_database().await;
    let data = tempfile::tempdir().unwrap();
    let server = program(data.path(), &database).start();
    let [alice, bob] = [Person::sign_up(server.address, "alice").await, Person::sign_up(server.address, "bob").await];
    let chat = alice.direct(&bob).await;
    let (mut line, _) = bob.connects().await;
    takes_connections(&database, false).await;
    until_ready(&server, false).await;
    for _ in 0..3 {
        let problem = alice.says_as(&chat, "c1", "hello").await.refused("unavailable");
        assert!(problem["retry_after_ms"].is_u64());
        bob.get(&format!("/conversations/{chat}")).await.refused("unavailable");
    }
    takes_connections(&database, true).await;
    until_ready(&server, true).await;
    alice.says_as(&chat, "c1", "hello").await.ok();
    assert_eq!(bob.reads(&chat).await, ["hello"]);
    assert!(entries(&mut line).await.iter().any(|(_, _, text)| text == "hello"));
    drop(server);
    drop_database(&database).await;
}

/// What cannot work is said at the start, plainly, with the place and without the password.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_used_is_refused_with_its_reason() {
    let database = fresh_database().await;
    let (login, place) = database.split_once('@').unwrap();
    let (place, name) = place.rsplit_once('/').unwrap();
    let user = login.rsplit_once(':').unwrap().0;
    let right = login.rsplit_once(':').unwrap().1;
    let cases = [
        (format!("{user}:hunter2@{place}/{name}"), vec![place, "password"]),
        (format!("{login}@{place}/nowhere"), vec![place, "nowhere", "does not exist"]),
        (format!("{user}:hunter2@127.0.0.1:1/{name}"), vec!["127.0.0.1:1", "refused"]),
        (format!("{user}:hunter2@no-such-host.invalid/{name}"), vec!["no-such-host.invalid:5432"]),
        (format!("{user}:hunter2@{place}:x/{name}"), vec!["not understood"]),
        (format!("mysql://root:hunter2@{place}/{name}"), vec!["sqlite:", "postgres:"]),
    ];
    let data = tempfile::tempdir().unwrap();
    for (url, says) in cases {
        let said = program(data.path(), &url).refused();
        assert!(says.iter().all(|words| said.contains(words)), "{says:?}: {said}");
        assert!(!said.contains("hunter2") && !said.contains(right), "{said}");
    }
    drop_database(&database).await;
}

/// A file system of 24 MiB that fills up under the tables.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_under_postgres_refuses_loses_nothing_and_heals() {
    let postgres = Postgres::start(&WRITTEN).unwrap();
    let disk = tempfile::tempdir().unwrap();
    let Some(_mounted) = Mounted::small(disk.path()) else {
        eprintln!("skipped: only root may mount a small file system");
        return;
    };
    let folder = disk.path().join("tables");
    std::fs::create_dir(&folder).unwrap();
    postgres.give(&folder).unwrap();
    make_database_in(&postgres.url(), "small", &folder).await;
    let data = tempfile::tempdir().unwrap();
    let server = program(data.path(), &postgres.url_of("small")).start();
    let [alice, bob] = [Person::sign_up(server.address, "alice").await, Person::sign_up(server.address, "bob").await];
    let chat = alice.direct(&bob).await;
    let filler = disk.path().join("filler");
    fill(&filler);

    // As good as random, or PostgreSQL would make it small.
    let noise = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let text = |client_id: &str| {
        let first = client_id[1..].parse::<u64>().unwrap() * 1_000;
        (first..first + 500).fold(client_id.to_owned(), |text, n| format!("{text}{:x}", noise(n)))
    };
    let (mut told, mut refused) = (Vec::new(), Vec::new());
    while refused.len() < 3 {
        let client_id = format!("c{}", told.len() + refused.len());
        let reply = alice.says_as(&chat, &client_id, &text(&client_id)).await;
        if reply.status.is_success() {
            told.push(client_id);
        } else {
            assert!(reply.refused("unavailable")["retry_after_ms"].is_u64());
            refused.push(client_id);
        }
    }
    // Reading goes on.
    until_ready(&server, true).await;
    assert_eq!(bob.sees(&chat).await["head_seq"], told.len() + 1);
    std::fs::remove_file(&filler).unwrap();
    for client_id in &refused {
        alice.says_as(&chat, client_id, &text(client_id)).await.ok();
    }
    let said: Vec<String> = told.into_iter().chain(refused).map(|client_id| text(&client_id)).collect();
    let log = bob.log(&chat).await;
    let stored: Vec<&str> = log.iter().filter_map(|entry| entry["message"]["text"].as_str()).collect();
    assert_eq!(stored, said);
}

/// Takes what is free.
fn fill(file: &std::path::Path) {
    let mut file = std::fs::File::create(file).unwrap();
    while std::io::Write::write_all(&mut file, &[0; 8_192]).is_ok() {}
}

/// A file system in memory, until it is dropped.
struct Mounted(std::path::PathBuf);

impl Mounted {
    fn small(path: &std::path::Path) -> Option<Self> {
        let mount = std::process::Command::new("mount");
        let mounted = { mount }.args(["-t", "tmpfs", "-o", "size=24m,mode=755", "none"]).arg(path).status();
        mounted.is_ok_and(|status| status.success()).then(|| Self(path.to_owned()))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // PostgreSQL may still hold files in it.
        let _ = std::process::Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
