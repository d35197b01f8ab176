//! Events: what leaves a node after a commit. A hint for the others; the database is the truth.

use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::Millis;
use crate::conversations::{My, ReadMark};
use crate::entries::{Entry, Seq};
use crate::frames::PresenceStatus;
use crate::ids::{ConversationId, NodeId, SessionId, UserId};

/// Something became true. Carried by the bus, which may lose, repeat or reorder it.
///
/// Small, as rings hold thousands of places for them: what is large sits behind an `Arc`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A conversation's log grew.
    Appended {
        /// The new line.
        entry: Arc<Entry>,
    },
    /// Somebody's read mark moved.
    Read {
        /// Where.
        conversation: ConversationId,
        /// Whose.
        user: UserId,
        /// To where.
        mark: ReadMark,
    },
    /// Somebody else's marks moved.
    Receipt(Arc<Receipt>),
    /// Somebody writes, or stopped. May be lost.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        user: UserId,
        /// Whether they write.
        on: bool,
        /// Members who are not told.
        except: Box<[UserId]>,
    },
    /// What somebody set for themselves in a conversation changed.
    My {
        /// Where.
        conversation: ConversationId,
        /// Whose.
        user: UserId,
        /// All of it.
        my: Arc<My>,
    },
    /// One of a user's documents changed.
    DocumentChanged {
        /// Whose.
        user: UserId,
        /// Which.
        what: Box<str>,
        /// Its new version.
        version: i64,
    },
    /// Who may see the presence of these, or what they say of themselves, changed.
    PresenceChanged {
        /// Of whom.
        users: Vec<UserId>,
    },
    /// How people are on a node, for the others.
    Here(Arc<Here>),
    /// A node wants to hear [`Event::Here`] of everybody from all others.
    WhoIsHere {
        /// Which.
        node: NodeId,
    },
    /// What was tried at a node, for the rates of the others.
    Tried(Arc<Tries>),
    /// An account document changed.
    AccountChanged {
        /// Whose.
        user: UserId,
        /// Its new version.
        version: i64,
    },
    /// A session ended: its sockets close at once.
    SessionRevoked {
        /// Whose.
        user: UserId,
        /// Which.
        session: SessionId,
    },
}

/// How far somebody's marks have moved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// Where.
    pub conversation: ConversationId,
    /// Whose.
    pub user: UserId,
    /// What has reached a device of theirs.
    pub delivered_seq: Option<Seq>,
    /// What they have read.
    pub read_seq: Option<Seq>,
    /// Who is told.
    pub to: Vec<UserId>,
}

/// What was tried at a node since it last said so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tries {
    /// Which.
    pub node: NodeId,
    /// What, and how often; below zero when tries are given back.
    pub tries: Vec<(Try, i32)>,
}

/// Something that may be tried so often and no oftener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Try {
    /// Signing up or in from an address.
    Address(IpAddr),
    /// Renewing a token or signing out from an address.
    Refresh(IpAddr),
    /// A password for an account, named by a digest.
    Account(u64),
    /// A request of a user.
    User(UserId),
}

/// How people are on one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Here {
    /// Which.
    pub node: NodeId,
    /// Grows with each that this node says.
    pub version: u64,
    /// Each user's devices there, taken together.
    pub users: Vec<(UserId, There)>,
    /// All that this node said up to this version and has not said again is over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instead_of: Option<u64>,
}

/// How somebody is on one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum There {
    /// With no device.
    No,
    /// With a device that says nothing of itself.
    Yes,
    /// As their devices say; and when one last did.
    Says(PresenceStatus, Millis),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_small() {
        assert!(size_of::<Event>() <= 48, "{}", size_of::<Event>());
    }
}
