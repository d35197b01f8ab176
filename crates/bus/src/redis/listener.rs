//! What the other nodes say on one instance.

use futures_util::StreamExt as _;
use tokio::time::{Instant, sleep, timeout};

use super::letter::{Heard, Letter, Node};
use super::{CHANNEL, HEARTBEAT, PATIENCE, PAUSE, SILENCE};
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
            None => match connect(&client).await {
                Ok(channel) => {
                    // Only now: what is read from the store from here on, nobody misses twice.
                    losses.tell();
                    channel
                }
                Err(cause) => {
                    tracing::debug!(instance, %cause, "the bus cannot be reached");
                    sleep(PAUSE).await;
                    continue;
                }
            },
        };
        let mut letters = channel.into_on_message();
        // Nothing at all: the connection is dead, or the instance does not even pass on this node's heartbeat.
        while let Ok(Some(message)) = timeout(SILENCE, letters.next()).await {
            match serde_json::from_slice::<Letter>(message.get_payload_bytes()) {
                Ok(letter) if letter.from == me => {}
                Ok(letter) => {
                    if !heard.follows(&letter, Instant::now()) {
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
        tracing::warn!(instance, "the bus fell silent; connecting anew");
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
