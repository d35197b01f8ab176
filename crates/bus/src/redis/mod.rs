//! The bus of several nodes: Redis or Valkey, by publish and subscribe.
//!
//! A node's own subscribers hear its events at once and without the broker, so a node alone goes on when the broker is
//! away. To the others an event goes as a *letter* in the channel of one instance, chosen by its topic; every node listens
//! to all instances. Letters are numbered by their sender, and a sender with nothing to say repeats its number each
//! [`HEARTBEAT`]: whoever sees a number missing, or has just come back to an instance, tells its subscribers
//! [`Signal::Lagged`], and they compare themselves with the store; whoever hears nothing at all tells it every [`DEAF`].

mod letter;
mod listener;
mod publisher;
#[cfg(test)]
mod tests;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use parlor_model::Event;
use redis::TlsCertificates;
use tokio::task::JoinSet;

use crate::{Bus, RING_EVENTS, Ring, Signal, Subscription, Topic};
use publisher::Outgoing;

/// The channel that all nodes use, on each instance.
const CHANNEL: &str = "parlor:events";
/// A sender says its number at least this often.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// A listener that hears nothing, or is not connected, tells of a loss as often as this: the price is a comparison of
/// every session with the store, the gain that nodes without a broker are so much late and not cut off.
const DEAF: Duration = Duration::from_secs(2);
/// A listener that hears nothing for so long connects anew: its own node's heartbeat should have come.
const SILENCE: Duration = Duration::from_secs(5);
/// Connecting, and one round trip.
const PATIENCE: Duration = Duration::from_secs(3);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(500);

/// A bus that cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum RedisError {
    /// No instance is named.
    #[error("the bus names no instance")]
    Empty,
    /// An address that is none, or certificates that cannot be read.
    #[error("the bus cannot be reached by {url}: {cause}")]
    Address {
        /// Without its password.
        url: String,
        /// What is wrong with it.
        cause: redis::RedisError,
    },
    /// The instance is there and refuses.
    #[error("{url} refuses this node: {cause}")]
    Refused {
        /// Without its password.
        url: String,
        /// What it said.
        cause: redis::RedisError,
    },
}

/// See the module. Dropping it ends its connections.
#[derive(Debug)]
pub struct Redis {
    ring: Ring,
    instances: Vec<Arc<Outgoing>>,
    _tasks: JoinSet<()>,
}

impl Redis {
    /// Connects to the instances (`redis://` or, with TLS, `rediss://[user:password@]host:port`). One that cannot be
    /// reached is tried for ever, in the background: a node must be able to start while the broker is away. One that
    /// refuses the node is an error, as waiting would not help; so is one whose certificate is not to be trusted.
    /// `authority`: the certificates (PEM) by which those of the instances are judged, instead of those the web trusts.
    ///
    /// # Errors
    /// No instance, an address that cannot be read, or an instance that refuses.
    pub async fn start(urls: &[String], authority: Option<&[u8]>) -> Result<Self, RedisError> {
        Self::with_capacity(urls, authority, RING_EVENTS).await
    }

    /// A bus whose subscribers may fall `events` behind.
    ///
    /// # Errors
    /// As [`Redis::start`].
    pub async fn with_capacity(urls: &[String], authority: Option<&[u8]>, events: usize) -> Result<Self, RedisError> {
        if urls.is_empty() {
            return Err(RedisError::Empty);
        }
        let node = letter::Node::random();
        let mut bus = Self { ring: Ring::new(events), instances: Vec::new(), _tasks: JoinSet::new() };
        for url in urls {
            let named = without_password(url);
            let client = open(url, authority).map_err(|cause| RedisError::Address { url: named.clone(), cause })?;
            let first = listener::connect(&client).await;
            match &first {
                Err(cause) if refuses(cause) => {
                    return Err(RedisError::Refused { url: named, cause: cause.clone() });
                }
                Err(cause) => tracing::warn!(instance = named, %cause, "the bus cannot be reached; trying on"),
                Ok(_) => {}
            }
            let outgoing = Arc::new(Outgoing::default());
            bus._tasks.spawn(publisher::run(client.clone(), named.clone(), node, Arc::clone(&outgoing)));
            bus._tasks.spawn(listener::run(client, named, node, bus.ring.clone(), first.ok()));
            bus.instances.push(outgoing);
        }
        Ok(bus)
    }
}

impl Bus for Redis {
    fn publish(&self, event: Event) {
        let mut hasher = DefaultHasher::new();
        Topic::of(&event).hash(&mut hasher);
        let instances = u64::try_from(self.instances.len()).unwrap_or(1);
        let place = usize::try_from(hasher.finish() % instances).unwrap_or_default();
        self.instances[place].put(event.clone());
        self.ring.put(Signal::Event(event));
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn doubt(&self) {
        // One instance reaches everybody.
        if let Some(outgoing) = self.instances.first() {
            outgoing.skip();
        }
        self.ring.put(Signal::Lagged);
    }

    fn subscribe(&self) -> Subscription {
        self.ring.subscribe()
    }
}

fn open(url: &str, authority: Option<&[u8]>) -> redis::RedisResult<redis::Client> {
    match authority {
        Some(pem) if url.starts_with("rediss:") => {
            redis::Client::build_with_tls(url, TlsCertificates { client_tls: None, root_cert: Some(pem.to_vec()) })
        }
        _ => redis::Client::open(url),
    }
}

/// It answered, and says no or is not to be trusted: trying again changes nothing.
fn refuses(cause: &redis::RedisError) -> bool {
    let no_permission = matches!(cause.code(), Some("NOAUTH" | "WRONGPASS" | "NOPERM"));
    // The library passes on what rustls says as words alone.
    let not_trusted = cause.is_io_error() && cause.to_string().contains("invalid peer certificate");
    no_permission || not_trusted || cause.kind() == redis::ErrorKind::AuthenticationFailed
}

/// An address as it may be logged.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}{}", &url[..scheme + 3], &url[at + 1..]),
        _ => url.to_owned(),
    }
}
