//! Costs at a real broker on this machine, as processor time, which a busy machine changes little.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use parlor_bus::broker::Broker;
use parlor_bus::{Bus as _, Redis, Signal};
use parlor_model::Event;

/// Letters of one measurement.
const LETTERS: u32 = 100_000;
/// Published in one round trip, as the publisher does.
const BATCH: u32 = 100;
/// Topics of one measurement.
const TOPICS: u32 = 100_000;
const ROUNDS: usize = 3;

/// Microseconds and bytes.
pub(crate) struct Costs {
    pub(crate) publish: f64,
    pub(crate) deliver: f64,
    pub(crate) hear: f64,
    pub(crate) subscription: f64,
}

impl Costs {
    pub(crate) async fn measure() -> Self {
        let broker = Broker::start().await;
        let (one, ten) = (1_u32, 11_u32);
        let few = median(&broker, one).await;
        let many = median(&broker, ten).await;
        let deliver = (many - few) / f64::from(ten - one);
        let publish = few - deliver * f64::from(one);
        Self { publish, deliver, hear: hearing(&broker).await, subscription: subscription(&broker).await }
    }
}

async fn median(broker: &Broker, listeners: u32) -> f64 {
    let mut all = Vec::new();
    for _ in 0..ROUNDS {
        all.push(passing(broker, listeners).await);
    }
    all.sort_by(f64::total_cmp);
    all[ROUNDS / 2]
}

/// Processor time of the broker for one letter with so many listeners, in microseconds.
async fn passing(broker: &Broker, listeners: u32) -> f64 {
    let client = redis::Client::open(broker.url()).unwrap();
    let letter = serde_json::to_vec(&entry(1)).unwrap();
    let mut listening = Vec::new();
    for _ in 0..listeners {
        let mut channel = client.get_async_pubsub().await.unwrap();
        channel.subscribe("scale").await.unwrap();
        listening.push(tokio::spawn(async move { channel.into_on_message().take(LETTERS as usize).count().await }));
    }
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let before = processor(broker.id());
    for _ in 0..LETTERS / BATCH {
        let mut pipe = redis::pipe();
        for _ in 0..BATCH {
            pipe.publish("scale", &letter[..]).ignore();
        }
        pipe.query_async::<()>(&mut connection).await.unwrap();
    }
    for listener in listening {
        assert_eq!(listener.await.unwrap(), LETTERS as usize);
    }
    (processor(broker.id()) - before).as_secs_f64() * 1e6 / f64::from(LETTERS)
}

/// Processor time of a node that hears a letter nobody there needs: what it costs two nodes that one speaks and one hears,
/// less what it costs one to speak alone.
async fn hearing(broker: &Broker) -> f64 {
    let urls = [broker.url()];
    let speaker = Redis::start(&urls, None).await.unwrap();
    let speaking = async |listener: Option<&Redis>| {
        let mut heard = listener.map(|node| node.subscribe());
        let before = processor(std::process::id());
        for n in 0..LETTERS {
            speaker.publish(entry(n));
            // The queue of what goes out is bounded.
            if n % 1_000 == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        match &mut heard {
            Some(heard) => while !matches!(heard.next().await, Some(Signal::Event(event)) if is_last(&event)) {},
            None => tokio::time::sleep(Duration::from_secs(1)).await,
        }
        (processor(std::process::id()) - before).as_secs_f64() * 1e6 / f64::from(LETTERS)
    };
    let alone = speaking(None).await;
    let listener = Redis::start(&urls, None).await.unwrap();
    speaking(Some(&listener)).await - alone
}

/// Bytes of the broker for one subscription of one topic.
async fn subscription(broker: &Broker) -> f64 {
    let client = redis::Client::open(broker.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut used = async || {
        let info: String = redis::cmd("INFO").arg("memory").query_async(&mut connection).await.unwrap();
        let line = info.lines().find_map(|line| line.strip_prefix("used_memory:")).unwrap();
        line.trim().parse::<f64>().unwrap()
    };
    let before = used().await;
    let mut channel = client.get_async_pubsub().await.unwrap();
    let topics: Vec<String> =
        (0..TOPICS).map(|n| format!("parlor:c:{}", 8_000_000_000_000_000_u64 + u64::from(n))).collect();
    for some in topics.chunks(1_000) {
        channel.subscribe(some).await.unwrap();
    }
    (used().await - before) / f64::from(TOPICS)
}

/// Somebody's message of 150 bytes.
fn entry(n: u32) -> Event {
    let (conversation, someone, at) = ("8000000000000000", "7000000000000000", 1_800_000_000_000_i64);
    let entry = serde_json::json!({
        "conversation": conversation, "seq": n, "actor": someone, "at": at, "kind": "message",
        "message": {
            "conversation": conversation, "seq": n, "client_id": "0190f8a1b2c3", "sender": someone,
            "text": "a".repeat(150), "at": at,
        },
    });
    Event::Appended { entry: Arc::new(serde_json::from_value(entry).unwrap()) }
}

fn is_last(event: &Event) -> bool {
    matches!(event, Event::Appended { entry } if entry.seq == i64::from(LETTERS) - 1)
}

/// Processor time of a process so far; the system counts in hundredths of a second.
fn processor(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let after_name = stat.rsplit(") ").next().unwrap();
    let ticks: u64 = after_name.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}
