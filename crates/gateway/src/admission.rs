//! Who may connect, and the list of all who did.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::http::Extensions;
use parking_lot::Mutex;
use parlor_model::frames::Bye;
use parlor_model::{Error, Result};
use slab::Slab;
use tokio::sync::Notify;

use crate::config::DRAIN_SPREAD_MS;
use crate::counters::Counters;
use crate::outbox::{Farewell, Outbox};
use crate::{GatewayConfig, Shared};

/// Where a request really comes from, as an extension of the request. Set by the server, which knows the trusted
/// proxies; without it the address of the TCP connection counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub IpAddr);

/// The address that is counted: of IPv6 the /64, because a single host owns all of it.
pub(crate) fn address_of(extensions: &Extensions) -> IpAddr {
    let told = extensions.get::<PeerAddress>().map(|address| address.0);
    let seen = || extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    match told.or_else(seen).map(|address| address.to_canonical()) {
        Some(IpAddr::V6(address)) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        Some(address) => address,
        None => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    }
}

/// The open sockets of a node.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    open: Mutex<Open>,
    draining: AtomicBool,
    closed: Notify,
}

#[derive(Debug, Default)]
struct Open {
    outboxes: Slab<Arc<Outbox>>,
    /// Sockets that are not welcomed yet, by address.
    silent: HashMap<IpAddr, usize>,
    silent_count: usize,
}

/// A socket that was let in; dropping it makes room.
pub(crate) struct Admitted {
    shared: Arc<Shared>,
    key: usize,
    /// While it is not welcomed.
    silent: Option<IpAddr>,
    pub(crate) outbox: Arc<Outbox>,
}

impl Open {
    fn check(&self, config: &GatewayConfig, address: IpAddr) -> Result<()> {
        let busy = |detail| Error { retry_after_ms: Some(5_000), ..Error::unavailable(detail) };
        if self.outboxes.len() >= config.max_connections {
            return Err(busy("This node has all the connections it can take."));
        }
        if self.silent_count >= config.max_unauthenticated {
            return Err(busy("Too many connections are waiting to sign in."));
        }
        if self.silent.get(&address).is_some_and(|count| *count >= config.max_unauthenticated_per_address) {
            return Err(Error::limited("Too many connections from your address are waiting to sign in.", 5_000));
        }
        Ok(())
    }
}

impl Admitted {
    /// Lets a socket in, or says why not.
    pub(crate) fn admit(shared: &Arc<Shared>, address: IpAddr) -> Result<Self> {
        let admission = &shared.admission;
        let mut open = admission.open.lock();
        if admission.draining.load(Ordering::SeqCst) {
            let error = Error::unavailable("This node is stopping.");
            return Err(Error { retry_after_ms: Some(1_000), ..error });
        }
        open.check(&shared.config, address).inspect_err(|_| Counters::add(&shared.counters.refused, 1))?;
        let outbox = Arc::<Outbox>::default();
        let key = open.outboxes.insert(outbox.clone());
        *open.silent.entry(address).or_default() += 1;
        open.silent_count += 1;
        Ok(Self { shared: shared.clone(), key, silent: Some(address), outbox })
    }

    /// The socket is signed in and no longer counts against its address.
    pub(crate) fn welcomed(&mut self) {
        if let Some(address) = self.silent.take() {
            let mut open = self.shared.admission.open.lock();
            open.silent_count -= 1;
            if let Some(count) = open.silent.get_mut(&address) {
                *count -= 1;
                if *count == 0 {
                    open.silent.remove(&address);
                }
            }
        }
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.welcomed();
        let mut open = self.shared.admission.open.lock();
        open.outboxes.remove(self.key);
        if open.outboxes.is_empty() {
            self.shared.admission.closed.notify_waiters();
        }
    }
}

impl Admission {
    /// Open sockets, and how many of them are not welcomed yet.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let open = self.open.lock();
        (open.outboxes.len(), open.silent_count)
    }

    /// Lets nobody in any more, sends everybody away at spread times, and waits until they are gone or `deadline` has
    /// passed.
    pub(crate) async fn drain(&self, deadline: Duration) {
        {
            let open = self.open.lock();
            self.draining.store(true, Ordering::SeqCst);
            let count = open.outboxes.len() as u64;
            for (place, (_, outbox)) in (0..).zip(&open.outboxes) {
                let retry_after_ms = Some(100 + DRAIN_SPREAD_MS * place / count.max(1));
                let detail = "This node is stopping. Come back; nothing is lost.";
                outbox.farewell(Farewell { code: Bye::Draining, detail, retry_after_ms });
            }
        }
        let all_gone = async {
            loop {
                let closed = self.closed.notified();
                if self.open.lock().outboxes.is_empty() {
                    return;
                }
                closed.await;
            }
        };
        if tokio::time::timeout(deadline, all_gone).await.is_err() {
            tracing::warn!(left = self.counts().0, "sockets were still open when the time to drain was up");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_host_counts_once_and_a_proxy_is_believed_only_through_the_server() {
        let mut extensions = Extensions::new();
        assert_eq!(address_of(&extensions), IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        extensions.insert(ConnectInfo::<SocketAddr>("[2001:db8:1:2::99]:5".parse().unwrap()));
        assert_eq!(address_of(&extensions), "2001:db8:1:2::".parse::<IpAddr>().unwrap());
        extensions.insert(PeerAddress("::ffff:192.0.2.7".parse().unwrap()));
        assert_eq!(address_of(&extensions), "192.0.2.7".parse::<IpAddr>().unwrap());
    }
}
