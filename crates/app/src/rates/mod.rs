//! How often things may be tried: per address against floods, per account against guessing.

mod shared;

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;
use parking_lot::Mutex;
use parlor_model::events::Try;
use parlor_model::{Error, Millis, Result, UserId};
use serde::{Deserialize, Serialize};

pub(crate) use shared::share;

/// How often things may be tried.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RatesConfig {
    /// Sign-ups and sign-ins of one address in a minute; twice as many in a burst.
    pub auth_per_address_minute: u32,
    /// Renewals of tokens and sign-outs of one address in a minute; twice as many in a burst.
    pub refresh_per_address_minute: u32,
    /// Wrong passwords for one account in a minute; twice as many in a burst.
    pub auth_per_account_minute: u32,
    /// Requests of one user in a second; ten times as many in a burst.
    pub requests_per_user_second: u32,
    /// Addresses that are not counted. The machine itself by default: its own scripts, and no proxy, since a proxy tells
    /// the address it speaks for.
    #[schema(value_type = Vec<String>)]
    pub exempt: Vec<IpNet>,
}

impl Default for RatesConfig {
    fn default() -> Self {
        Self {
            auth_per_address_minute: 30,
            refresh_per_address_minute: 600,
            auth_per_account_minute: 10,
            requests_per_user_second: 200,
            exempt: vec![
                IpNet::from(IpAddr::from([127, 0, 0, 1])),
                IpNet::from(IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])),
            ],
        }
    }
}

/// The counters of this node, which are told what is tried at others.
pub struct Rates {
    tally: shared::Tally,
    clock: DefaultClock,
    exempt: Vec<IpNet>,
    address: DefaultKeyedRateLimiter<IpAddr>,
    refresh: DefaultKeyedRateLimiter<IpAddr>,
    guesses: Guesses,
    user: DefaultKeyedRateLimiter<UserId>,
}

fn at_least_one(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN)
}

impl Rates {
    pub(crate) fn new(config: &RatesConfig) -> Self {
        let minute = |n: u32| Quota::per_minute(at_least_one(n)).allow_burst(at_least_one(n.saturating_mul(2)));
        let second = Quota::per_second(at_least_one(config.requests_per_user_second))
            .allow_burst(at_least_one(config.requests_per_user_second.saturating_mul(10)));
        Self {
            tally: shared::Tally::default(),
            clock: DefaultClock::default(),
            exempt: config.exempt.clone(),
            address: RateLimiter::keyed(minute(config.auth_per_address_minute)),
            refresh: RateLimiter::keyed(minute(config.refresh_per_address_minute)),
            guesses: Guesses::new(config.auth_per_account_minute),
            user: RateLimiter::keyed(second),
        }
    }

    /// One more sign-up or sign-in from an address.
    pub(crate) fn address(&self, address: IpAddr) -> Result<()> {
        self.check_address(&self.address, address, Try::Address)
    }

    /// One more renewal or sign-out from an address.
    pub(crate) fn refresh(&self, address: IpAddr) -> Result<()> {
        self.check_address(&self.refresh, address, Try::Refresh)
    }

    fn check_address(
        &self,
        limiter: &DefaultKeyedRateLimiter<IpAddr>,
        address: IpAddr,
        what: fn(IpAddr) -> Try,
    ) -> Result<()> {
        if self.exempt.iter().any(|net| net.contains(&address)) {
            return Ok(());
        }
        // A household's IPv6 network has 2^64 addresses: it counts as one.
        let key = match address {
            IpAddr::V6(v6) => IpAddr::from((u128::from(v6) & !u128::from(u64::MAX)).to_be_bytes()),
            v4 => v4,
        };
        self.account_for(limiter.check_key(&key), what(key), "Too many tries from this address.")
    }

    /// One more try at an account's password; [`Rates::right`] gives it back.
    pub(crate) fn guess(&self, account: &str, now: Millis) -> Result<()> {
        let account = digest(account);
        self.guesses.take(account, now)?;
        self.tally.add(Try::Account(account), 1);
        Ok(())
    }

    /// The password was right: that was no guess.
    pub(crate) fn right(&self, account: &str) {
        let account = digest(account);
        self.guesses.give_back(account);
        self.tally.add(Try::Account(account), -1);
    }

    /// One more request of a user.
    pub(crate) fn user(&self, user: UserId) -> Result<()> {
        self.account_for(self.user.check_key(&user), Try::User(user), "Too many requests.")
    }

    /// Tried at another node; what is too much counts no further.
    fn tried_elsewhere(&self, what: Try, times: i32, now: Millis) {
        let given_back = (times < 0).then_some(());
        for _ in 0..times.unsigned_abs() {
            let done = match what {
                Try::Address(address) => self.address.check_key(&address).is_ok(),
                Try::Refresh(address) => self.refresh.check_key(&address).is_ok(),
                Try::User(user) => self.user.check_key(&user).is_ok(),
                Try::Account(account) => match given_back {
                    None => self.guesses.take(account, now).is_ok(),
                    Some(()) => self.guesses.give_back(account),
                },
            };
            if !done {
                return;
            }
        }
    }

    fn account_for<T>(
        &self,
        checked: std::result::Result<T, governor::NotUntil<<DefaultClock as governor::clock::Clock>::Instant>>,
        what: Try,
        detail: &str,
    ) -> Result<()> {
        checked.map(|_| self.tally.add(what, 1)).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now()).max(Duration::from_millis(1));
            Error::limited(
                format!("{detail} Please wait a moment."),
                u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            )
        })
    }

    /// Gives back the memory of those that have been quiet.
    pub(crate) fn forget_old(&self, now: Millis) {
        self.guesses.forget_old(now);
        self.address.retain_recent();
        self.refresh.retain_recent();
        self.user.retain_recent();
    }
}

/// Names an account on the bus and in memory without saying who it is.
fn digest(account: &str) -> u64 {
    let digest = ring::digest::digest(&ring::digest::SHA256, account.as_bytes());
    digest.as_ref().iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// A bucket of tries for each account. Taken before the password is verified, so that many guesses at once count as
/// many, and given back when it was right, so that signing in often is no offence. (`governor` cannot give back.)
struct Guesses {
    per_minute: f64,
    buckets: Mutex<HashMap<u64, (f64, Millis)>>,
}

impl Guesses {
    fn new(per_minute: u32) -> Self {
        Self { per_minute: f64::from(per_minute.max(1)), buckets: Mutex::default() }
    }

    fn full(&self) -> f64 {
        self.per_minute * 2.0
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds of some minutes")]
    fn left(&self, (left, at): (f64, Millis), now: Millis) -> f64 {
        ((now - at).max(0) as f64).mul_add(self.per_minute / 60_000.0, left).min(self.full())
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a minute, in milliseconds")]
    fn take(&self, account: u64, now: Millis) -> Result<()> {
        let mut buckets = self.buckets.lock();
        let bucket = buckets.entry(account).or_insert((self.full(), now));
        let left = self.left(*bucket, now);
        if left < 1.0 {
            let wait = ((1.0 - left) * 60_000.0 / self.per_minute).ceil() as u64;
            return Err(Error::limited("Too many tries for this account. Please wait a moment.", wait.max(1)));
        }
        *bucket = (left - 1.0, now);
        Ok(())
    }

    /// Whether there was something to give back.
    fn give_back(&self, account: u64) -> bool {
        let mut buckets = self.buckets.lock();
        let bucket = buckets.get_mut(&account);
        bucket.map(|bucket| bucket.0 = (bucket.0 + 1.0).min(self.full())).is_some()
    }

    fn forget_old(&self, now: Millis) {
        self.buckets.lock().retain(|_, bucket| self.left(*bucket, now) < self.full());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_wrong_guesses_count_and_time_heals() {
        let rates = Rates::new(&RatesConfig { auth_per_account_minute: 2, ..RatesConfig::default() });
        for _ in 0..100 {
            rates.guess("alice", 0).unwrap();
            rates.right("alice");
        }
        assert_eq!((0..6).filter(|_| rates.guess("alice", 0).is_ok()).count(), 4);
        assert_eq!(rates.guess("alice", 0).unwrap_err().retry_after_ms, Some(30_000));
        assert!(
            rates.guess("bob", 0).is_ok()
                && rates.guess("alice", 30_000).is_ok()
                && rates.guess("alice", 30_000).is_err()
        );
        rates.forget_old(10_000_000);
        assert!(rates.guesses.buckets.lock().is_empty());
    }

    #[test]
    fn a_flood_from_one_network_is_refused_and_the_neighbour_is_not() {
        let rates = Rates::new(&RatesConfig { auth_per_address_minute: 1, ..RatesConfig::default() });
        let tries: Vec<bool> =
            (0..3).map(|n| rates.address(format!("2001:db8::{n}").parse().unwrap()).is_ok()).collect();
        assert_eq!(tries, [true, true, false]);
        assert!(rates.address("2001:db8:0:1::1".parse().unwrap()).is_ok());
        assert!((0..100).all(|_| rates.address("127.0.0.1".parse().unwrap()).is_ok()));
    }
}
