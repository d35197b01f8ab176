//! Entries: everything durable that happens in a conversation, one line of its log each.

use std::collections::BTreeMap;

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
    /// Somebody for whom only its place exists ([`Entry::seen_by`]). Told to nobody outside.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(ignore)]
    pub withheld_from: Option<UserId>,
    /// What happened.
    #[serde(flatten)]
    pub body: EntryBody,
}

/// What happened, by `kind`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "nearly all entries are messages; a box would cost each of them")]
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
    /// The conversation has other settings now.
    Settings {
        /// All of them.
        settings: Settings,
    },
    /// The sender of `target` said it differently.
    Edited {
        /// The message.
        target: Seq,
        /// What it says now; empty once the message was deleted.
        text: String,
        /// Whom it mentions now.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        mentions: Vec<Mention>,
    },
    /// `target` was taken back.
    Deleted {
        /// The message.
        target: Seq,
    },
    /// The actor put an emoji on `target`.
    Reacted {
        /// The message.
        target: Seq,
        /// Which emoji.
        emoji: String,
    },
    /// The actor took an emoji off `target`.
    Unreacted {
        /// The message.
        target: Seq,
        /// Which emoji.
        emoji: String,
    },
    /// The actor pinned `target`.
    Pinned {
        /// The message.
        target: Seq,
    },
    /// The actor unpinned `target`.
    Unpinned {
        /// The message.
        target: Seq,
    },
    /// A part of `target` that belongs to a feature has this value now (`thread`, or a key of [`Message::parts`]).
    Patched {
        /// The message.
        target: Seq,
        /// Which part.
        part: String,
        /// All of it; none when it is gone.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        #[schema(value_type = Option<Object>)]
        value: Option<serde_json::Value>,
    },
    /// Something that is not for this reader. It has its place in the log all the same.
    Withheld,
    /// A kind that is younger than this program. It has its place in the log all the same.
    #[serde(other)]
    Unknown,
}

/// A message, named by `(conversation, seq)`, as it is now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Where it was said.
    pub conversation: ConversationId,
    /// Its place in the log.
    pub seq: Seq,
    /// The sender's own name for it; resends carry the same.
    pub client_id: String,
    /// Who said it.
    pub sender: UserId,
    /// What was said; empty once it was deleted.
    pub text: String,
    /// When it was stored.
    pub at: Millis,
    /// When it was last said differently.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub edited_at: Option<Millis>,
    /// It was taken back.
    #[serde(skip_serializing_if = "is_false", default)]
    pub deleted: bool,
    /// The message it answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reply_to: Option<Seq>,
    /// Whom it mentions.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub mentions: Vec<Mention>,
    /// In the order in which they first came. Only where one user reads; frames for all carry none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reactions: Vec<Reaction>,
    /// It is pinned.
    #[serde(skip_serializing_if = "is_false", default)]
    pub pinned: bool,
    /// It was said elsewhere before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub forwarded: Option<Forwarded>,
    /// When it disappears.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<Millis>,
    /// The thread that hangs from it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub thread: Option<ThreadSummary>,
    /// What features keep with it, by their names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    #[schema(value_type = Object)]
    pub parts: BTreeMap<String, serde_json::Value>,
    /// Seq of the newest entry folded into it. Absent where nothing was, and in frames for all: there every later entry
    /// follows anyway.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rev: Option<Seq>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Whom a message calls: a user by id, `all` members, or those who are `here` now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Mention {
    /// One member.
    User(UserId),
    /// Everybody in the conversation.
    All,
    /// Everybody who is online.
    Here,
}

impl utoipa::PartialSchema for Mention {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^([0-9]{1,19}|all|here)$"))
            .build()
            .into()
    }
}
impl ToSchema for Mention {}

impl From<Mention> for String {
    fn from(mention: Mention) -> Self {
        match mention {
            Mention::User(user) => user.to_string(),
            Mention::All => "all".into(),
            Mention::Here => "here".into(),
        }
    }
}

impl TryFrom<String> for Mention {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "all" => Ok(Self::All),
            "here" => Ok(Self::Here),
            id => id.parse().map(Self::User).map_err(|_| "a mention is a user's id, all or here".into()),
        }
    }
}

/// An emoji on a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reaction {
    /// Which.
    pub emoji: String,
    /// From how many people.
    pub count: i64,
    /// The reader is one of them.
    pub mine: bool,
}

/// Where a forwarded message comes from. The place stays untold: the reader may not be in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Forwarded {
    /// Who said it first.
    pub sender: UserId,
    /// When.
    pub at: Millis,
}

/// What a message tells of the thread that hangs from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ThreadSummary {
    /// The thread.
    pub conversation: ConversationId,
    /// Messages in it.
    pub replies: i64,
    /// When the last one was stored.
    pub last_at: Millis,
}

/// What holds for everybody in a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settings {
    /// New messages are deleted this long after they were stored; absent: never.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub disappear_after_ms: Option<Millis>,
}

impl Entry {
    /// The message, if the entry is one.
    pub fn message(&self) -> Option<&Message> {
        match &self.body {
            EntryBody::Message { message } => Some(message),
            _ => None,
        }
    }

    /// The message, if the entry is one, to complete it for a reader.
    pub fn message_mut(&mut self) -> Option<&mut Message> {
        match &mut self.body {
            EntryBody::Message { message } => Some(message),
            _ => None,
        }
    }

    /// The message it is about, when it changes one instead of being a line of its own.
    pub fn target(&self) -> Option<Seq> {
        match &self.body {
            EntryBody::Edited { target, .. }
            | EntryBody::Deleted { target }
            | EntryBody::Reacted { target, .. }
            | EntryBody::Unreacted { target, .. }
            | EntryBody::Pinned { target }
            | EntryBody::Unpinned { target }
            | EntryBody::Patched { target, .. } => Some(*target),
            _ => None,
        }
    }

    /// Whether it says something to the others, as against changing what they share or taking something back: what
    /// somebody who is blocked says is withheld.
    pub fn says(&self) -> bool {
        matches!(self.body, EntryBody::Message { .. } | EntryBody::Edited { .. } | EntryBody::Reacted { .. })
    }

    /// The entry as this reader may see it, without a word on what others may not.
    #[must_use]
    pub fn seen_by(mut self, reader: UserId) -> Self {
        if self.withheld_from.take() == Some(reader) {
            self.body = EntryBody::Withheld;
        }
        self
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
