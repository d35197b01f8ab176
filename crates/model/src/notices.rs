//! Notices: what calls somebody, as they read it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Millis;
use crate::conversations::Parent;
use crate::entries::{Message, Seq};
use crate::ids::{ConversationId, UserId};

/// Somebody did something that is about the reader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// What: `mention`, `reply`, `reaction` or `invitation`.
    pub kind: String,
    /// Where.
    pub conversation: ConversationId,
    /// The message that thread hangs from, when it is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<Parent>,
    /// The entry.
    pub seq: Seq,
    /// The message it is about, when the entry is none or answers one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<Seq>,
    /// By whom.
    pub actor: UserId,
    /// When.
    pub at: Millis,
    /// The message as it is now: that of the mention or reply, or the one that was reacted to. Absent when it is gone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub message: Option<Message>,
    /// Of a reaction.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub emoji: Option<String>,
}

/// Up to where notices were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Seen {
    /// Those up to this time were.
    pub seen_at: Millis,
    /// How many are new.
    pub unread: i64,
}
