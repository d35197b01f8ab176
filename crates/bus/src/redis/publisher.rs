//! Events on their way to one instance.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_model::Event;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::letter::{Letter, Node};
use super::{CHANNEL, HEARTBEAT, PATIENCE, PAUSE};

/// Events that wait while the instance is away; older ones give way, which their missing numbers tell.
const QUEUE: usize = 16_384;
/// Letters of one round trip.
const BATCH: usize = 256;

/// What waits to be sent. Never waits itself.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    waiting: Mutex<Waiting>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Event>,
    /// Events that were put so far, those that gave way included.
    number: u64,
}

impl Outgoing {
    pub(super) fn put(&self, event: Event) {
        let mut waiting = self.waiting.lock();
        if waiting.events.len() == QUEUE {
            waiting.events.pop_front();
        }
        waiting.events.push_back(event);
        waiting.number += 1;
        drop(waiting);
        self.news.notify_one();
    }

    /// Leaves out a number: whoever listens notices a loss.
    pub(super) fn skip(&self) {
        self.waiting.lock().number += 1;
        self.news.notify_one();
    }

    /// The next letters; with nothing to say, one that says so.
    fn take(&self, from: Node) -> Vec<Letter> {
        let mut waiting = self.waiting.lock();
        let count = waiting.events.len().min(BATCH);
        let first = waiting.number - waiting.events.len() as u64;
        if count == 0 {
            return vec![Letter { from, number: first, event: None }];
        }
        let letters = waiting.events.drain(..count).zip(first + 1..);
        letters.map(|(event, number)| Letter { from, number, event: Some(event) }).collect()
    }

    fn is_empty(&self) -> bool {
        self.waiting.lock().events.is_empty()
    }
}

/// Sends for ever. What was under way when a connection broke may have arrived or not; its numbers tell.
pub(super) async fn run(client: redis::Client, instance: String, node: Node, outgoing: Arc<Outgoing>) {
    let config =
        redis::AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(Some(PATIENCE));
    loop {
        match client.get_multiplexed_async_connection_with_config(&config).await {
            Ok(mut connection) => {
                let cause = send_all(&mut connection, node, &outgoing).await;
                tracing::warn!(instance, %cause, "the bus broke; connecting anew");
            }
            Err(cause) => tracing::debug!(instance, %cause, "the bus cannot be reached"),
        }
        sleep(PAUSE).await;
    }
}

/// Until the connection breaks; gives why.
async fn send_all(
    connection: &mut redis::aio::MultiplexedConnection,
    node: Node,
    outgoing: &Outgoing,
) -> redis::RedisError {
    loop {
        let letters = outgoing.take(node);
        let mut pipe = redis::pipe();
        for letter in &letters {
            match serde_json::to_vec(letter) {
                Ok(text) => drop(pipe.publish(CHANNEL, text).ignore()),
                Err(error) => tracing::error!(%error, "an event that cannot be written"),
            }
        }
        if let Err(cause) = pipe.query_async::<()>(connection).await {
            return cause;
        }
        if outgoing.is_empty() {
            // Time is up: the heartbeat.
            let _ = timeout(HEARTBEAT, outgoing.news.notified()).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::event;

    #[test]
    fn what_gives_way_leaves_a_gap_in_the_numbers() {
        let (outgoing, node) = (Outgoing::default(), Node::random());
        let numbers = |letters: Vec<Letter>| letters.iter().map(|letter| letter.number).collect::<Vec<_>>();
        assert_eq!(numbers(outgoing.take(node)), [0]);
        (1..=3).for_each(|n| outgoing.put(event(n)));
        assert_eq!(numbers(outgoing.take(node)), [1, 2, 3]);
        assert_eq!(numbers(outgoing.take(node)), [3]);
        (0..QUEUE as i64 + 2).for_each(|n| outgoing.put(event(n)));
        assert_eq!(numbers(outgoing.take(node))[..2], [6, 7]);
        while !outgoing.is_empty() {
            outgoing.take(node);
        }
        assert_eq!(numbers(outgoing.take(node)), [QUEUE as u64 + 5]);
    }
}
