//! Entity ids: 63 bits, ordered by time of making, decimal strings in JSON (a JavaScript number holds only 53 bits).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::clock::{Clock, Millis};

/// 2025-01-01 UTC: the ids' year zero.
const EPOCH: Millis = 1_735_689_600_000;
const NODE_BITS: u32 = 10;
const COUNT_BITS: u32 = 12;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                parse(text).map(Self)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                parse(&text).map(Self).map_err(de::Error::custom)
            }
        }
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some("^[0-9]{1,19}$"))
                    .build()
                    .into()
            }
        }
        impl utoipa::ToSchema for $name {}
    )+};
}

ids! {
    /// Names a user.
    UserId,
    /// Names a conversation.
    ConversationId,
    /// Names a session (one device signed in).
    SessionId,
    /// Names a signing key of access tokens.
    KeyId,
    /// Names timed work: a scheduled message, a reminder.
    JobId,
    /// Names one life of a process among several: a process that starts again is another.
    NodeId,
}

/// The text is not the decimal form of a 63-bit id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadId;

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id is a string of 1 to 19 decimal digits")
    }
}
impl std::error::Error for BadId {}

/// Only the canonical form is an id: no sign, no leading zero, so that one thing has one name.
fn parse(text: &str) -> Result<i64, BadId> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return Err(BadId);
    }
    text.parse().map_err(|_| BadId)
}

/// Makes ids: 41 bits of milliseconds, 10 of node, 12 of count. Within one generator they only grow, even
/// when the clock steps back.
#[derive(Clone, Debug)]
pub struct IdGenerator {
    clock: Clock,
    state: Arc<Mutex<Generator>>,
}

#[derive(Debug)]
struct Generator {
    node: i64,
    last: i64,
}

impl IdGenerator {
    /// Numbers that tell concurrent generators apart: below this.
    pub const NODES: u16 = 1 << NODE_BITS;

    /// `node`, below [`IdGenerator::NODES`], tells concurrent generators apart.
    pub fn new(clock: Clock, node: u16) -> Self {
        let ids = Self { clock, state: Arc::new(Mutex::new(Generator { node: 0, last: 0 })) };
        ids.set_node(node);
        ids
    }

    /// Goes on under another number; for all clones.
    pub fn set_node(&self, node: u16) {
        self.state.lock().node = i64::from(node % Self::NODES);
    }

    /// The next id, wrapped in whichever id type is asked for.
    pub fn next<T: From<NewId>>(&self) -> T {
        let tick = (self.clock.now() - EPOCH).max(0) << COUNT_BITS;
        let mut state = self.state.lock();
        state.last = tick.max(state.last + 1);
        let (ms, count) = (state.last >> COUNT_BITS, state.last & ((1 << COUNT_BITS) - 1));
        NewId((ms << (NODE_BITS + COUNT_BITS)) | (state.node << COUNT_BITS) | count).into()
    }
}

/// A fresh id that has not been given a type yet.
#[derive(Debug)]
pub struct NewId(i64);

macro_rules! fresh {
    ($($name:ident),+) => {$(
        impl From<NewId> for $name {
            fn from(new: NewId) -> Self { Self(new.0) }
        }
    )+};
}
fresh!(UserId, ConversationId, SessionId, KeyId, JobId);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_grow_though_the_clock_steps_back() {
        let clock = Clock::manual(EPOCH + 10_000);
        let ids = IdGenerator::new(clock.clone(), 3);
        let first: UserId = ids.next();
        clock.advance(-5_000);
        let many: Vec<UserId> = (0..10_000).map(|_| ids.next()).collect();
        assert!(first < many[0] && many.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn two_nodes_never_make_the_same_id() {
        let clock = Clock::manual(EPOCH + 1);
        let (a, b) = (IdGenerator::new(clock.clone(), 1), IdGenerator::new(clock, 2));
        assert_ne!(a.next::<UserId>(), b.next::<UserId>());
    }

    proptest! {
        #[test]
        fn json_round_trips(id in 0..i64::MAX) {
            let json = serde_json::to_string(&UserId(id)).unwrap();
            prop_assert_eq!(&json, &format!("\"{id}\""));
            prop_assert_eq!(serde_json::from_str::<UserId>(&json).unwrap(), UserId(id));
        }

        #[test]
        fn only_the_canonical_form_parses(text in "\\PC{0,24}") {
            if let Ok(id) = text.parse::<UserId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
