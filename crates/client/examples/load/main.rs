//! First figures of a running server. Not a benchmark suite: two scenarios, each with its numbers in one line.
//!
//! ```text
//! cargo run --release -p parlor-client --example load -- posts  http://127.0.0.1:8080 --pid $(pidof parlor)
//! cargo run --release -p parlor-client --example load -- fanout http://127.0.0.1:8080 --pid $(pidof parlor)
//! ```
//! `posts`: 64 people in 64 groups, each sends the next message when the one before is stored.
//! `fanout`: one group of 1,000 people who are all online, one of them talks.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a tool for developers that may stop where it stands")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt as _};
use parlor_client::{Client, Happened, Options, Signup, Socket};
use parlor_model::{ConversationId, UserId};

const TEXT: &str = "150 bytes: the quick brown fox jumps over the lazy dog, and the dog thinks about it for a while before it \
                    decides that this was not worth getting up.";

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, scenario, base, rest @ ..] = args.as_slice() else {
        println!("load posts|fanout URL [--pid N] [--seconds N]");
        return;
    };
    let option =
        |name: &str| rest.iter().position(|arg| arg == name).and_then(|n| rest.get(n + 1)?.parse::<u64>().ok());
    let seconds = Duration::from_secs(option("--seconds").unwrap_or(10));
    let cpu = Cpu { pid: option("--pid") };
    match scenario.as_str() {
        "posts" => posts(base, seconds, &cpu).await,
        "fanout" => fanout(base, seconds, &cpu).await,
        other => println!("no such scenario: {other}"),
    }
}

/// CPU time of the server's process, from /proc.
struct Cpu {
    pid: Option<u64>,
}

impl Cpu {
    /// User and system time in microseconds.
    fn used_us(&self) -> u64 {
        let Some(pid) = self.pid else { return 0 };
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks = |n: usize| fields.get(n).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        // Linux counts in hundredths of a second.
        (ticks(11) + ticks(12)) * 10_000
    }
}

async fn people(base: &str, count: usize, run: &str) -> Vec<(Client, UserId)> {
    let sign_up = |n: usize| async move {
        let client = Client::new(base).unwrap();
        let name = format!("l{run}{n}");
        let signup = Signup {
            email: format!("{name}@example.org"),
            password: "correct horse battery".into(),
            name: name.clone(),
            username: Some(name),
            device: None,
        };
        let me = client.signup(&signup).await.unwrap().user.user.id;
        (client, me)
    };
    stream::iter(0..count).map(sign_up).buffered(8).collect().await
}

/// A word that no run before had.
fn run_name() -> String {
    format!("{:x}", parlor_model::Clock::System.now() / 1_000)
}

async fn posts(base: &str, seconds: Duration, cpu: &Cpu) {
    const WRITERS: usize = 64;
    let people = people(base, WRITERS, &run_name()).await;
    let mut groups = Vec::new();
    for (n, (client, _)) in people.iter().enumerate() {
        groups.push(client.group("load", &[people[(n + 1) % WRITERS].1]).await.unwrap().id);
    }
    let before = cpu.used_us();
    let began = Instant::now();
    let writers = people.iter().zip(&groups).map(|((client, _), group)| write(client.clone(), *group, began + seconds));
    let latencies: Vec<Duration> = futures_util::future::join_all(writers).await.into_iter().flatten().collect();
    let took = began.elapsed();
    let mut sorted = latencies;
    sorted.sort_unstable();
    let count = sorted.len();
    let at = |share: f64| sorted[((count as f64 * share) as usize).min(count - 1)];
    println!(
        "posts: {:.0}/s stored and acknowledged, {WRITERS} writers, p50 {:?} p99 {:?}; server CPU {:.1} us per post",
        count as f64 / took.as_secs_f64(),
        at(0.5),
        at(0.99),
        (cpu.used_us() - before) as f64 / count as f64,
    );
}

async fn write(client: Client, group: ConversationId, until: Instant) -> Vec<Duration> {
    let (socket, mut happenings) = Socket::connect(client, Options::default());
    let listening = tokio::spawn(async move { while happenings.next().await.is_some() {} });
    let mut latencies = Vec::new();
    while Instant::now() < until {
        let began = Instant::now();
        socket.send(group, TEXT).await.unwrap();
        latencies.push(began.elapsed());
    }
    listening.abort();
    latencies
}

async fn fanout(base: &str, seconds: Duration, cpu: &Cpu) {
    const MEMBERS: usize = 1_000;
    let people = people(base, MEMBERS, &run_name()).await;
    let ids: Vec<UserId> = people[1..].iter().map(|(_, id)| *id).collect();
    let group = people[0].0.group("fan-out", &ids).await.unwrap().id;
    let delivered = Arc::new(AtomicU64::new(0));
    let connected = Arc::new(AtomicU64::new(0));
    let mut sockets = Vec::new();
    for (client, _) in &people {
        let (socket, mut happenings) = Socket::connect(client.clone(), Options::default());
        let (delivered, connected) = (Arc::clone(&delivered), Arc::clone(&connected));
        tokio::spawn(async move {
            while let Some(happened) = happenings.next().await {
                match happened {
                    Happened::Entry(_) => delivered.fetch_add(1, Ordering::Relaxed),
                    Happened::Connected { .. } => connected.fetch_add(1, Ordering::Relaxed),
                    _ => 0,
                };
            }
        });
        sockets.push(socket);
    }
    while connected.load(Ordering::Relaxed) < MEMBERS as u64 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let before = (cpu.used_us(), delivered.load(Ordering::Relaxed));
    let began = Instant::now();
    let mut sent = 0_u64;
    while began.elapsed() < seconds {
        sockets[0].send(group, TEXT).await.unwrap();
        sent += 1;
    }
    let expected = before.1 + sent * MEMBERS as u64;
    while delivered.load(Ordering::Relaxed) < expected {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (took, deliveries) = (began.elapsed(), sent * MEMBERS as u64);
    println!(
        "fanout: {sent} messages to {MEMBERS} online members, {:.0} deliveries/s; server CPU {:.2} us per delivery",
        deliveries as f64 / took.as_secs_f64(),
        (cpu.used_us() - before.0) as f64 / deliveries as f64,
    );
}
