//! What every body of the bus must do, as one suite: `bus_conformance!(MyBus::new);` in a test
//! module makes a test of each law.

use std::collections::BTreeSet;
use std::time::Duration;

use parlor_model::{Event, UserId};

use crate::{Bus, Signal, Subscription};

/// Far longer than any body takes, so that only a broken one waits this long.
const PATIENCE: Duration = Duration::from_secs(10);

/// An event that can be told apart from others by `version`.
pub fn event(version: i64) -> Event {
    Event::AccountChanged { user: UserId(1), version }
}

/// The version of an [`event`] that was heard.
pub fn version(heard: Option<Signal>) -> Option<i64> {
    match heard {
        Some(Signal::Event(Event::AccountChanged { version, .. })) => Some(version),
        _ => None,
    }
}

async fn hear(subscription: &mut Subscription) -> Option<Signal> {
    tokio::time::timeout(PATIENCE, subscription.next()).await.ok().flatten()
}

/// Collects until all of `versions` were heard, whatever the order and however often.
async fn hears_all(subscription: &mut Subscription, versions: std::ops::RangeInclusive<i64>) {
    let mut missing: BTreeSet<i64> = versions.collect();
    while !missing.is_empty() {
        let heard = hear(subscription).await;
        assert!(heard.is_some(), "never heard {missing:?}");
        if let Some(version) = version(heard) {
            missing.remove(&version);
        }
    }
}

/// In quiet operation every subscriber hears every event, the publisher's own node included.
pub async fn every_subscriber_hears_everything(bus: impl Bus) {
    let (mut one, mut other) = (bus.subscribe(), bus.subscribe());
    (1..=50).for_each(|version| bus.publish(event(version)));
    hears_all(&mut one, 1..=50).await;
    hears_all(&mut other, 1..=50).await;
}

/// A subscriber owes nothing to what was before it, and publishing to nobody is fine.
pub async fn publishing_to_nobody_is_fine(bus: impl Bus) {
    bus.publish(event(1));
    let mut late = bus.subscribe();
    bus.publish(event(2));
    hears_all(&mut late, 2..=2).await;
}

/// Somebody who does not read holds nobody up, is told that something was lost, and hears the newest again. `capacity`
/// is what the bus was made with.
pub async fn a_slow_subscriber_is_told_and_nobody_waits(bus: impl Bus, capacity: usize) {
    let mut slow = bus.subscribe();
    let last = i64::try_from(capacity).unwrap_or(i64::MAX) * 4;
    (1..=last).for_each(|version| bus.publish(event(version)));
    let mut told = false;
    loop {
        match hear(&mut slow).await {
            Some(Signal::Lagged) => told = true,
            heard => {
                assert!(heard.is_some(), "the newest event never came");
                if version(heard) == Some(last) {
                    break;
                }
            }
        }
    }
    assert!(told, "events were lost in silence");
}

/// Whoever heard everything so far compares itself with the store all the same; nothing else is lost by it.
pub async fn a_doubt_is_told_to_every_subscriber(bus: impl Bus) {
    let (mut one, mut other) = (bus.subscribe(), bus.subscribe());
    bus.publish(event(1));
    hears_all(&mut one, 1..=1).await;
    hears_all(&mut other, 1..=1).await;
    bus.doubt();
    for subscription in [&mut one, &mut other] {
        loop {
            let heard = hear(subscription).await;
            assert!(heard.is_some(), "a doubt is told to nobody");
            if matches!(heard, Some(Signal::Lagged)) {
                break;
            }
        }
    }
    bus.publish(event(2));
    hears_all(&mut one, 2..=2).await;
    hears_all(&mut other, 2..=2).await;
}

/// A subscriber that goes away leaves the others as they were.
pub async fn a_gone_subscriber_disturbs_nobody(bus: impl Bus) {
    let mut stays = bus.subscribe();
    drop(bus.subscribe());
    bus.publish(event(1));
    hears_all(&mut stays, 1..=1).await;
}

/// Makes one test of each law; `$make` takes the number of events a subscriber may fall behind.
#[macro_export]
macro_rules! bus_conformance {
    ($make:expr) => {
        #[tokio::test]
        async fn every_subscriber_hears_everything() {
            $crate::conformance::every_subscriber_hears_everything(($make)(64)).await;
        }
        #[tokio::test]
        async fn a_doubt_is_told_to_every_subscriber() {
            $crate::conformance::a_doubt_is_told_to_every_subscriber(($make)(64)).await;
        }
        #[tokio::test]
        async fn publishing_to_nobody_is_fine() {
            $crate::conformance::publishing_to_nobody_is_fine(($make)(64)).await;
        }
        #[tokio::test]
        async fn a_slow_subscriber_is_told_and_nobody_waits() {
            $crate::conformance::a_slow_subscriber_is_told_and_nobody_waits(($make)(64), 64).await;
        }
        #[tokio::test]
        async fn a_gone_subscriber_disturbs_nobody() {
            $crate::conformance::a_gone_subscriber_disturbs_nobody(($make)(64)).await;
        }
    };
}
