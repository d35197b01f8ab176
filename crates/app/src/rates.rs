//! How often things may be tried: per address against floods, per account against guessing.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};

/// How often things may be tried.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RatesConfig {
    /// Sign-ups and sign-ins of one address in a minute; twice as many in a burst.
    pub auth_per_address_minute: u32,
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
            auth_per_account_minute: 10,
            requests_per_user_second: 200,
            exempt: vec![
                IpNet::from(IpAddr::from([127, 0, 0, 1])),
                IpNet::from(IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])),
            ],
        }
    }
}

/// The counters of this node.
pub struct Rates {
    clock: DefaultClock,
    exempt: Vec<IpNet>,
    address: DefaultKeyedRateLimiter<IpAddr>,
    account: DefaultKeyedRateLimiter<String>,
    user: DefaultKeyedRateLimiter<i64>,
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
            clock: DefaultClock::default(),
            exempt: config.exempt.clone(),
            address: RateLimiter::keyed(minute(config.auth_per_address_minute)),
            account: RateLimiter::keyed(minute(config.auth_per_account_minute)),
            user: RateLimiter::keyed(second),
        }
    }

    /// One more sign-up or sign-in from an address.
    pub(crate) fn address(&self, address: IpAddr) -> Result<()> {
        if self.exempt.iter().any(|net| net.contains(&address)) {
            return Ok(());
        }
        // A household's IPv6 network has 2^64 addresses: it counts as one.
        let key = match address {
            IpAddr::V6(v6) => IpAddr::from((u128::from(v6) & !u128::from(u64::MAX)).to_be_bytes()),
            v4 => v4,
        };
        self.account_for(self.address.check_key(&key), "Too many tries from this address.")
    }

    /// One more try at an account's password.
    pub(crate) fn account(&self, login: &str) -> Result<()> {
        self.account_for(self.account.check_key(&login.to_owned()), "Too many tries for this account.")
    }

    /// One more request of a user.
    pub(crate) fn user(&self, user: i64) -> Result<()> {
        self.account_for(self.user.check_key(&user), "Too many requests.")
    }

    fn account_for<T>(
        &self,
        checked: std::result::Result<T, governor::NotUntil<<DefaultClock as governor::clock::Clock>::Instant>>,
        detail: &str,
    ) -> Result<()> {
        checked.map(drop).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now()).max(Duration::from_millis(1));
            Error::limited(
                format!("{detail} Please wait a moment."),
                u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            )
        })
    }

    /// Gives back the memory of those that have been quiet.
    pub(crate) fn forget_old(&self) {
        self.address.retain_recent();
        self.account.retain_recent();
        self.user.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
