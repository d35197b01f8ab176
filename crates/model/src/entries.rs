//! Entries: everything durable that happens in a conversation, one line of its log each.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Millis;
use crate::ids::{ConversationId, UserId};
use crate::permissions::Role;

/// Place in a conversation's log: dense, from 1.
pub type Seq = i64;

/// One line of a conversation's log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// Whose log.
    pub conversation: ConversationId,
    /// Which line.
    pub seq: Seq,
    /// Who did it.
    pub actor: UserId,
    /// When it was stored.
    pub at: Millis,
    /// What happened.
    #[serde(flatten)]
    pub body: EntryBody,
}

/// What happened, by `kind`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryBody {
    /// The conversation began; always seq 1.
    Created {
        /// First members, the creator included.
        users: Vec<UserId>,
        /// Groups have one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        title: Option<String>,
    },
    /// Somebody said something.
    Message {
        /// What was said.
        message: Message,
    },
    /// The actor added these.
    Joined {
        /// Who was added.
        users: Vec<UserId>,
    },
    /// The actor left.
    Left,
    /// The actor removed these.
    Removed {
        /// Who was removed.
        users: Vec<UserId>,
    },
    /// The actor gave these the role.
    Role {
        /// Whose role.
        users: Vec<UserId>,
        /// The new role.
        role: Role,
    },
    /// The actor renamed the conversation.
    Renamed {
        /// The new title.
        title: String,
    },
    /// A kind that is younger than this program. It has its place in the log all the same.
    #[serde(other)]
    Unknown,
}

/// A message, named by `(conversation, seq)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Where it was said.
    pub conversation: ConversationId,
    /// Its place in the log.
    pub seq: Seq,
    /// The sender's own name for it; resends carry the same.
    pub client_id: String,
    /// Who said it.
    pub sender: UserId,
    /// What was said.
    pub text: String,
    /// When it was stored.
    pub at: Millis,
    /// The message it answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reply_to: Option<Seq>,
}

impl Entry {
    /// The message, if the entry is one.
    pub fn message(&self) -> Option<&Message> {
        match &self.body {
            EntryBody::Message { message } => Some(message),
            _ => None,
        }
    }

    /// Who is a member from this entry on and was not before.
    pub fn arrivals(&self) -> &[UserId] {
        match &self.body {
            EntryBody::Created { users, .. } | EntryBody::Joined { users } => users,
            _ => &[],
        }
    }

    /// Who is no member any more after this entry.
    pub fn departures(&self) -> &[UserId] {
        match &self.body {
            EntryBody::Removed { users } => users,
            EntryBody::Left => std::slice::from_ref(&self.actor),
            _ => &[],
        }
    }
}
