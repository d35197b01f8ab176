//! Events: what leaves a node after a commit. A hint for the others; the database is the truth.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::conversations::ReadMark;
use crate::entries::Entry;
use crate::ids::{ConversationId, SessionId, UserId};

/// Something became true. Carried by the bus, which may lose, repeat or reorder it.
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
