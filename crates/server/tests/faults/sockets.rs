//! Sockets of people who mean no good, and stopping under load.

use std::io::Read as _;
use std::time::Duration;

use parlor_testkit::{Line, Person};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::process::program;

fn resident_kb(id: u32) -> u64 {
    let mut status = String::new();
    std::fs::File::open(format!("/proc/{id}/status")).and_then(|mut file| file.read_to_string(&mut status)).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Half of them say nothing at all, half begin a request and stop. Everybody else is served meanwhile, in bounded memory.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_half_open_sockets_disturb_nobody() {
    // As many as this process may open; a small machine proves it with fewer.
    let limit = std::process::Command::new("sh").args(["-c", "ulimit -Hn"]).output().unwrap();
    let limit: usize = String::from_utf8(limit.stdout).unwrap().trim().parse().unwrap_or(1 << 20);
    rlimit::increase_nofile_limit(u64::MAX).unwrap();
    let count = 10_000.min(limit.saturating_sub(200));

    let data = tempfile::tempdir().unwrap();
    let server = program(data.path(), "").start();
    let [alice, bob] = [Person::sign_up(server.address, "alice").await, Person::sign_up(server.address, "bob").await];
    let conversation = alice.direct(&bob).await;
    let (mut line, _) = bob.connects().await;
    let before = resident_kb(server.id());

    let mut held = Vec::with_capacity(count);
    for n in 0..count {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        if n % 2 == 0 {
            stream.write_all(b"GET /api/v1/socket HTTP/1.1\r\nHost: x\r\nUpgrade: webso").await.unwrap();
        }
        held.push(stream);
    }
    let grown_kb = resident_kb(server.id()).saturating_sub(before);
    assert!(grown_kb < 40 * count as u64, "{grown_kb} KB for {count} sockets");
    for n in 0..20 {
        alice.says(&conversation, &format!("{n}")).await.ok();
        assert_eq!(line.until("entry").await["entry"]["message"]["text"], format!("{n}"));
    }
    drop(held);
}

/// Whoever is still sending when they are refused hears why, and the connection lives on. Of what is far too much no end is
/// waited for.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_answered_before_the_connection_is_given_up() {
    let data = tempfile::tempdir().unwrap();
    let server = program(data.path(), "").start();
    let sends = async |bytes: usize| {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let head = format!(
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {bytes}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b' '; 280_000]).await.unwrap();
        let answer = hears(&mut stream, "too_large").await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        stream
    };
    let mut stream = sends(400_000).await;
    for _ in 0..12 {
        stream.write_all(&vec![b' '; 10_000]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    assert!(hears(&mut stream, "ok\n").await.starts_with("HTTP/1.1 200"));

    let mut endless = sends(1 << 30).await;
    let mut sent = 0;
    while endless.write_all(&vec![b' '; 100_000]).await.is_ok() {
        sent += 100_000;
        assert!(sent < 100_000_000, "it reads on and on");
    }
}

/// What is answered until this has come.
async fn hears(stream: &mut TcpStream, until: &str) -> String {
    let mut answer = String::new();
    while !answer.contains(until) {
        let mut some = [0; 4096];
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut some)).await.unwrap().unwrap();
        assert!(read > 0, "closed after {answer}");
        answer.push_str(str::from_utf8(&some[..read]).unwrap());
    }
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_it_says_bye_finishes_and_goes_within_ten_seconds() {
    let data = tempfile::tempdir().unwrap();
    let server = program(data.path(), "").start();
    let port = server.address.port();
    let [alice, bob] = [Person::sign_up(server.address, "alice").await, Person::sign_up(server.address, "bob").await];
    let conversation = alice.direct(&bob).await;
    let (listening, _) = bob.connects().await;
    // One socket that never says hello and one connection that never ends its request must not hold it up.
    let _silent = Line::open(server.address).await;
    let mut stuck = TcpStream::connect(server.address).await.unwrap();
    stuck.write_all(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{").await.unwrap();

    let (mut writing, _) = alice.connects().await;
    for n in 0..200 {
        let name = format!("c{n}");
        writing
            .say(json!({ "op": "send", "id": name, "conversation": conversation, "client_id": name, "text": name }))
            .await;
    }
    let stopping = tokio::task::spawn_blocking(move || server.stop());
    let mut acknowledged = 0;
    let mut said_bye = false;
    while let Some(frame) = writing.next().await {
        acknowledged += usize::from(frame["op"] == "ok");
        said_bye |= frame["op"] == "bye" && frame["code"] == "draining" && frame["retry_after_ms"].is_u64();
    }
    assert!(said_bye);
    assert_eq!(listening.goodbye().await, "draining");
    let (well, took) = stopping.await.unwrap();
    assert!(well && took < Duration::from_secs(10), "{well} {took:?}");

    let server = program(data.path(), "").at(port).start();
    let head = bob.sees(&conversation).await["head_seq"].as_u64().unwrap();
    assert!(head > acknowledged as u64, "{acknowledged} were acknowledged, the log ends at {head}");
    drop(server);
}
