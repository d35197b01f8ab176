//! Told with real brokers on free loopback ports, which are killed, frozen and started again.

use std::time::Duration;

use parlor_model::Event;
use tokio::time::{Instant, sleep, timeout};

use super::{Redis, RedisError, without_password};
use crate::broker::Broker;
use crate::conformance::{self, event, version};
use crate::{Bus, Signal, Subscription};

/// Far longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// What one node publishes and another hears.
struct Two {
    says: Redis,
    hears: Redis,
}

impl Two {
    async fn on(urls: &[String], events: usize) -> Self {
        let node = || Redis::with_capacity(urls, None, events);
        Self { says: node().await.unwrap(), hears: node().await.unwrap() }
    }
}

impl Bus for Two {
    fn publish(&self, event: Event) {
        self.says.publish(event);
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn doubt(&self) {
        self.says.doubt();
    }

    fn subscribe(&self) -> Subscription {
        self.hears.subscribe()
    }
}

#[tokio::test]
async fn it_does_what_every_bus_must_from_node_to_node() {
    let (one, other) = (Broker::start().await, Broker::start().await);
    for urls in [vec![one.url()], vec![one.url(), other.url()]] {
        conformance::every_subscriber_hears_everything(Two::on(&urls, 64).await).await;
        conformance::publishing_to_nobody_is_fine(Two::on(&urls, 64).await).await;
        conformance::a_doubt_is_told_to_every_subscriber(Two::on(&urls, 64).await).await;
        conformance::a_slow_subscriber_is_told_and_nobody_waits(Two::on(&urls, 64).await, 64).await;
        conformance::a_gone_subscriber_disturbs_nobody(Two::on(&urls, 64).await).await;
    }
}

#[tokio::test]
async fn and_within_a_node() {
    let broker = Broker::start().await;
    let node = async || Redis::with_capacity(&[broker.url()], None, 64).await.unwrap();
    conformance::every_subscriber_hears_everything(node().await).await;
    conformance::publishing_to_nobody_is_fine(node().await).await;
    conformance::a_slow_subscriber_is_told_and_nobody_waits(node().await, 64).await;
    conformance::a_gone_subscriber_disturbs_nobody(node().await).await;
}

/// Everything up to `last`, and whether a loss was told on the way.
async fn hears_until(subscription: &mut Subscription, last: i64) -> (Vec<i64>, bool) {
    let (mut heard, mut lagged) = (Vec::new(), false);
    let listening = async {
        while heard.last() != Some(&last) {
            match subscription.next().await {
                Some(Signal::Lagged) => lagged = true,
                signal => heard.push(version(signal).expect("an event")),
            }
        }
    };
    timeout(PATIENCE, listening).await.unwrap_or_else(|_| panic!("{last} never came; heard {heard:?}"));
    (heard, lagged)
}

/// Two nodes, of which one has heard the other.
async fn talking(broker: &Broker) -> (Two, Subscription) {
    let two = Two::on(&[broker.url()], 64).await;
    let mut hears = two.subscribe();
    two.publish(event(1));
    hears_until(&mut hears, 1).await;
    (two, hears)
}

/// What is published again and again is heard some time; what was published before that is told as a loss.
async fn hears_again(two: &Two, subscription: &mut Subscription) {
    let (mut lagged, mut number) = (false, 100);
    let listening = async {
        loop {
            number += 1;
            two.publish(event(number));
            while let Ok(Some(signal)) = timeout(super::PAUSE, subscription.next()).await {
                match version(Some(signal.clone())) {
                    Some(heard) => return heard,
                    None => lagged |= matches!(signal, Signal::Lagged),
                }
            }
        }
    };
    let heard = timeout(PATIENCE, listening).await.expect("something is heard again");
    assert!(lagged, "{heard} is heard, and no loss was told before");
}

async fn hears_of_a_loss(subscription: &mut Subscription) {
    let listening = async { while !matches!(subscription.next().await, Some(Signal::Lagged)) {} };
    timeout(PATIENCE, listening).await.expect("a loss is told");
}

#[tokio::test]
async fn a_node_hears_each_event_once_and_its_own_without_the_broker() {
    let mut broker = Broker::start().await;
    let (one, other) =
        (Redis::start(&[broker.url()], None).await.unwrap(), Redis::start(&[broker.url()], None).await.unwrap());
    let (mut here, mut there) = (one.subscribe(), other.subscribe());
    (1..=20).for_each(|n| one.publish(event(n)));
    let all: Vec<i64> = (1..=20).collect();
    assert_eq!(hears_until(&mut here, 20).await, (all.clone(), false));
    assert_eq!(hears_until(&mut there, 20).await.0, all);
    // The broker passes each back to the node it came from: not heard a second time.
    other.publish(event(21));
    assert_eq!(hears_until(&mut here, 21).await.0, [21]);

    broker.kill().await;
    one.publish(event(22));
    assert_eq!(hears_until(&mut here, 22).await.0, [22]);
}

#[tokio::test]
async fn a_broker_that_dies_and_comes_back_is_told_as_a_loss_and_goes_on() {
    let mut broker = Broker::start().await;
    let (two, mut hears) = talking(&broker).await;
    broker.kill().await;
    two.publish(event(2));
    broker.revive().await;
    hears_again(&two, &mut hears).await;
}

/// Losses that are told again and again, though not more often than they should be.
async fn hears_that_it_is_deaf(subscription: &mut Subscription) {
    hears_of_a_loss(subscription).await;
    let began = Instant::now();
    for _ in 0..3 {
        hears_of_a_loss(subscription).await;
    }
    // The first two may lie closer together: one for the end of a connection, one for not getting another.
    assert!(began.elapsed() > super::DEAF * 2 - super::HEARTBEAT, "{:?}", began.elapsed());
}

#[tokio::test]
async fn while_the_broker_is_dead_the_loss_is_told_again_and_again() {
    let mut broker = Broker::start().await;
    let (_two, mut hears) = talking(&broker).await;
    broker.kill().await;
    hears_that_it_is_deaf(&mut hears).await;
}

#[tokio::test]
async fn while_the_broker_is_frozen_too() {
    let broker = Broker::start().await;
    let (_two, mut hears) = talking(&broker).await;
    broker.signal("-STOP").await;
    hears_that_it_is_deaf(&mut hears).await;
    broker.signal("-CONT").await;
}

#[tokio::test]
async fn a_frozen_broker_is_noticed() {
    let broker = Broker::start().await;
    let (two, mut hears) = talking(&broker).await;
    broker.signal("-STOP").await;
    // Longer than silence is borne; nobody closes the connection meanwhile.
    sleep(super::SILENCE + Duration::from_secs(1)).await;
    broker.signal("-CONT").await;
    hears_again(&two, &mut hears).await;
}

#[tokio::test]
async fn a_node_starts_while_the_broker_is_away_and_finds_it_later() {
    let mut broker = Broker::start().await;
    broker.kill().await;
    let two = Two::on(&[broker.url()], 64).await;
    let mut hears = two.subscribe();
    broker.revive().await;
    hears_again(&two, &mut hears).await;
}

#[tokio::test]
async fn a_wrong_password_and_an_address_that_is_none_are_refused_without_naming_the_password() {
    let broker = Broker::with_password("plum-harbour").await;
    Redis::start(&[broker.url()], None).await.unwrap();
    for login in [":wrong-secret@", ""] {
        let error = Redis::start(&[format!("redis://{login}127.0.0.1:{}", broker.port())], None).await.unwrap_err();
        assert!(matches!(error, RedisError::Refused { .. }), "{error}");
        assert!(error.to_string().contains("127.0.0.1") && !error.to_string().contains("wrong-secret"), "{error}");
    }
    for url in ["http://127.0.0.1", "localhost", ""] {
        let error = Redis::start(&[url.to_owned()], None).await.unwrap_err();
        assert!(matches!(error, RedisError::Address { .. }), "{error}");
    }
    assert!(matches!(Redis::start(&[], None).await, Err(RedisError::Empty)));
    assert_eq!(without_password("rediss://user:a@b@host:1"), "rediss://host:1");
}

/// For 127.0.0.1, signed by itself, with its key; for a hundred years.
const CERTIFICATE: &str = include_str!("certificate.pem");

#[tokio::test]
async fn with_tls_it_trusts_whom_it_is_told_to_and_nobody_else() {
    let mut broker = Broker::with_tls(CERTIFICATE).await;
    let urls = [broker.url()];
    let node = || Redis::start(&urls, Some(CERTIFICATE.as_bytes()));
    let two = Two { says: node().await.unwrap(), hears: node().await.unwrap() };
    let mut hears = two.subscribe();
    two.publish(event(1));
    hears_until(&mut hears, 1).await;
    broker.kill().await;
    broker.revive().await;
    hears_again(&two, &mut hears).await;

    let error = Redis::start(&urls, None).await.unwrap_err();
    assert!(matches!(error, RedisError::Refused { .. }) && error.to_string().contains("certificate"), "{error}");
    let other_name = [urls[0].replace("127.0.0.1", "localhost")];
    let error = Redis::start(&other_name, Some(CERTIFICATE.as_bytes())).await.unwrap_err();
    assert!(matches!(error, RedisError::Refused { .. }), "{error}");
    let error = Redis::start(&urls, Some(b"-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----")).await;
    assert!(matches!(error, Err(RedisError::Address { .. })), "{error:?}");
}

/// It keeps nothing there that could need memory.
#[tokio::test]
async fn a_broker_without_memory_still_carries_news() {
    let broker = Broker::without_memory().await;
    let client = redis::Client::open(broker.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let full = redis::cmd("SET").arg("a").arg("b").exec_async(&mut connection).await.unwrap_err();
    assert_eq!(full.code(), Some("OOM"), "{full}");
    let two = Two::on(&[broker.url()], 64).await;
    let mut hears = two.subscribe();
    two.publish(event(1));
    assert_eq!(hears_until(&mut hears, 1).await.0, [1]);
}
