//! What the other nodes say on one instance.

use futures_util::StreamExt as _;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use super::letter::{Heard, Letter, Node};
use super::{CHANNEL, DEAF, HEARTBEAT, PATIENCE, PAUSE, SILENCE};
use crate::{Ring, Signal};

type Channel = redis::aio::PubSub;

/// Subscribes.
pub(super) async fn connect(client: &redis::Client) -> redis::RedisResult<Channel> {
    let subscribed = async {
        let mut channel = client.get_async_pubsub().await?;
        channel.subscribe(CHANNEL).await?;
        Ok(channel)
    };
    timeout(PATIENCE, subscribed).await.unwrap_or_else(|_| Err((redis::ErrorKind::Io, "it does not answer").into()))
}

/// Listens for ever; `channel` is the first connection, if there is one.
pub(super) async fn run(client: redis::Client, instance: String, me: Node, ring: Ring, channel: Option<Channel>) {
    let mut losses = Losses::new(ring.clone());
    let mut heard = Heard::default();
    let mut next = channel;
    loop {
        let channel = match next.take() {
            Some(channel) => channel,
            None => come_back(&client, &instance, &mut losses).await,
        };
        let mut letters = channel.into_on_message();
        let mut heard_at = Instant::now();
        loop {
            match timeout(DEAF, letters.next()).await {
                Ok(Some(message)) => {
                    heard_at = Instant::now();
                    match serde_json::from_slice::<Letter>(message.get_payload_bytes()) {
                        Ok(letter) if letter.from == me => {}
                        Ok(letter) => {
                            if !heard.follows(&letter, heard_at) {
                                losses.tell();
                            }
                            if let Some(event) = letter.event {
                                ring.put(Signal::Event(event));
                            }
                        }
                        Err(cause) => {
                            // Another version's word.
                            tracing::debug!(instance, %cause, "a letter that cannot be read");
                            losses.tell();
                        }
                    }
                    losses.tell_what_is_owed();
                }
                // Nothing at all: the connection is dead, or the instance does not even pass on this node's heartbeat.
                Err(_) if heard_at.elapsed() < SILENCE => losses.tell(),
                Ok(None) | Err(_) => break,
            }
        }
        tracing::warn!(instance, "the bus fell silent; connecting anew");
    }
}

/// Connects, however long it takes. What the others say meanwhile is not heard: every [`DEAF`] that is told as a loss, so
/// that people on different nodes go on talking through the store.
async fn come_back(client: &redis::Client, instance: &str, losses: &mut Losses) -> Channel {
    let connected = async {
        loop {
            match connect(client).await {
                Ok(channel) => return channel,
                Err(cause) => tracing::debug!(instance, %cause, "the bus cannot be reached"),
            }
            sleep(PAUSE).await;
        }
    };
    tokio::pin!(connected);
    let mut deaf = interval(DEAF);
    deaf.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            channel = &mut connected => {
                // Once more: what is read from the store from here on, nobody misses twice.
                losses.tell();
                return channel;
            }
            _ = deaf.tick() => losses.tell(),
        }
    }
}

/// Tells of losses, once a second at most: each makes every session of the node compare itself with the store.
struct Losses {
    ring: Ring,
    told_at: Option<Instant>,
    owed: bool,
}

impl Losses {
    fn new(ring: Ring) -> Self {
        Self { ring, told_at: None, owed: false }
    }

    fn tell(&mut self) {
        self.owed = true;
        self.tell_what_is_owed();
    }

    /// To be called whenever something was heard, which heartbeats make at least once in [`HEARTBEAT`].
    fn tell_what_is_owed(&mut self) {
        let now = Instant::now();
        if self.owed && self.told_at.is_none_or(|at| now.duration_since(at) >= HEARTBEAT) {
            (self.owed, self.told_at) = (false, Some(now));
            self.ring.put(Signal::Lagged);
        }
    }
}
