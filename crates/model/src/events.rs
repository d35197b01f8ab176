//! Events: what leaves a node after a commit. A hint for the others; the database is the truth.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::conversations::{My, ReadMark};
use crate::entries::{Entry, Seq};
use crate::ids::{ConversationId, SessionId, UserId};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_small() {
        assert!(size_of::<Event>() <= 48, "{}", size_of::<Event>());
    }
}
