//! What goes over the channel.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use parlor_model::Event;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// One life of a node: a node that starts again is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Node(u64);

impl Node {
    pub(super) fn random() -> Self {
        // Seeded by the system for each; 53 bits, which every JSON reader keeps.
        Self(RandomState::new().hash_one("node") >> 11)
    }
}

/// An event and its number, or the number of the last one alone.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) from: Node,
    /// Events of this sender to this instance so far, this one included, those lost on the way as well.
    pub(super) number: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) event: Option<Event>,
}

/// The last number a listener has heard of each sender. Kept when it connects anew: what a sender lost after that is
/// told by nothing else.
#[derive(Debug, Default)]
pub(super) struct Heard(HashMap<Node, (u64, Instant)>);

impl Heard {
    /// Senders of whom nothing was heard for so long are forgotten.
    const KEPT: Duration = Duration::from_secs(60);

    /// Takes a letter's number; false: something before it did not arrive.
    pub(super) fn follows(&mut self, letter: &Letter, now: Instant) -> bool {
        let expected = letter.number.saturating_sub(u64::from(letter.event.is_some()));
        let Some((number, at)) = self.0.get_mut(&letter.from) else {
            self.0.retain(|_, (_, at)| now.duration_since(*at) < Self::KEPT);
            self.0.insert(letter.from, (letter.number, now));
            return expected == 0;
        };
        let complete = expected <= *number;
        (*number, *at) = (letter.number.max(*number), now);
        complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::event;

    fn letter(from: Node, number: u64, says: bool) -> Letter {
        Letter { from, number, event: says.then(|| event(1)) }
    }

    #[test]
    fn a_missing_number_is_noticed_by_the_next_letter_and_by_the_heartbeat() {
        let (one, other, now) = (Node(1), Node(2), Instant::now());
        let mut heard = Heard::default();
        assert!(!heard.follows(&letter(one, 7, true), now), "there were six before");
        assert!(heard.follows(&letter(one, 8, true), now));
        assert!(heard.follows(&letter(one, 8, false), now));
        assert!(heard.follows(&letter(other, 1, true), now), "one that begins");
        assert!(heard.follows(&letter(other, 2, true), now));
        assert!(!heard.follows(&letter(one, 10, true), now), "9 is missing");
        assert!(heard.follows(&letter(one, 10, true), now), "a repetition is no loss");
        assert!(heard.follows(&letter(one, 11, true), now));
        assert!(!heard.follows(&letter(other, 3, false), now), "3 was the last, and is missing");
        assert!(!heard.follows(&letter(other, 5, true), now), "4 is missing");
    }

    #[test]
    fn senders_that_are_gone_are_forgotten() {
        let mut heard = Heard::default();
        let now = Instant::now();
        (0..100).for_each(|n| assert!(heard.follows(&letter(Node(n), 1, true), now)));
        assert!(heard.follows(&letter(Node(200), 1, true), now + Heard::KEPT * 2));
        assert_eq!(heard.0.len(), 1);
    }

    #[test]
    fn a_letter_arrives_as_it_was_sent() {
        let sent = Letter { from: Node::random(), number: 3, event: Some(event(5)) };
        let read: Letter = serde_json::from_slice(&serde_json::to_vec(&sent).unwrap()).unwrap();
        assert_eq!((read.from, read.number), (sent.from, 3));
        assert!(matches!(read.event, Some(Event::AccountChanged { version: 5, .. })));
    }
}
