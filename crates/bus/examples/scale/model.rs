//! Who talks to whom. Everything here is assumed, so that a reader can assume something else and run it again.

use std::collections::HashSet;

use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};

pub(crate) const ONLINE: u64 = 10_000_000;
/// With 50,000 sockets each.
pub(crate) const GATEWAYS: u64 = 200;
/// A busy hour: each of those online says 36 messages in it.
pub(crate) const MESSAGES_PER_SECOND: u64 = 100_000;
/// Conversations of one person.
const CONVERSATIONS: f64 = 50.0;
/// Of a conversation in which something is said, so many members are online.
const PRESENT: f64 = 0.3;
const DRAWS: u64 = 300_000;

/// Conversations of one sort: share of all messages, share of one person's conversations, members from and to (evenly in the
/// logarithm).
const SORTS: [(f64, f64, f64, f64); 5] = [
    (0.55, 0.40, 2.0, 2.0),
    (0.30, 0.36, 3.0, 20.0),
    (0.12, 0.18, 20.0, 1_000.0),
    (0.029, 0.05, 1_000.0, 100_000.0),
    // Channels of a million: a hundred messages a second in all.
    (0.001, 0.01, 1_000_000.0, 1_000_000.0),
];

/// At which gateway somebody is.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// At any.
    Anywhere,
    /// So many of a conversation's members are at the one gateway of their community, or at as many as hold them.
    AtHome(f64),
}

/// What the model asks for.
pub(crate) struct Traffic {
    /// Gateways that have a member of a message's conversation online.
    pub(crate) gateways: f64,
    /// Frames that go to sockets for a message.
    pub(crate) listeners: f64,
    /// Pairs of a gateway and a conversation that has a member online there.
    pub(crate) topics: f64,
}

impl Traffic {
    pub(crate) fn draw(place: Place) -> Self {
        let mut chance = SmallRng::seed_from_u64(23);
        let (mut gateways, mut listeners, mut topics) = (0.0, 0.0, 0.0);
        for (of_messages, of_conversations, from, to) in SORTS {
            // The few large ones are all alike.
            let draws = if from > 100_000.0 { 100 } else { DRAWS / from as u64 + 100 };
            let (mut reached, mut online, mut shared) = (0.0, 0.0, 0.0);
            for _ in 0..draws {
                let members = from * (to / from).powf(chance.random::<f64>());
                let others = (members - 1.0) * PRESENT;
                // Who speaks is there.
                let present = 1 + others.floor() as u64 + u64::from(chance.random::<f64>() < others.fract());
                let at = distinct(present, place, &mut chance);
                reached += at;
                online += present as f64;
                shared += at / present as f64;
            }
            let draws = draws as f64;
            gateways += of_messages * reached / draws;
            listeners += of_messages * online / draws;
            // Each of those online brings its conversations; those at one gateway share a topic.
            topics += of_conversations * CONVERSATIONS * ONLINE as f64 * shared / draws;
        }
        Self { gateways, listeners, topics }
    }
}

/// At how many gateways so many people are.
fn distinct(people: u64, place: Place, chance: &mut SmallRng) -> f64 {
    let home = match place {
        Place::Anywhere => 0,
        Place::AtHome(share) => (0..people.min(10_000)).filter(|_| chance.random::<f64>() < share).count() as u64,
    };
    let elsewhere = people.min(10_000) - home;
    let mut at: HashSet<u64> = (0..elsewhere).map(|_| chance.random_range(0..GATEWAYS)).collect();
    // A community larger than a gateway fills several, its own first.
    let homes = if home == 0 { 0 } else { (people / 50_000 + 1).min(GATEWAYS) };
    at.extend(0..homes);
    at.len() as f64
}
