//! Conversations and their members.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Millis;
use crate::entries::{Message, Seq, Settings};
use crate::ids::{ConversationId, UserId};
use crate::permissions::Role;
use crate::users::User;

/// What sort of conversation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Two people; exactly one per pair.
    Direct,
    /// Several people with roles.
    Group,
    /// Oneself; one per user.
    Notes,
    /// Hangs from a message; one per message. Open to whoever is in the conversation of that message.
    Thread,
}

impl Kind {
    /// The name on the wire and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Group => "group",
            Self::Notes => "notes",
            Self::Thread => "thread",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Direct, Self::Group, Self::Notes, Self::Thread].into_iter().find(|kind| kind.name() == name)
    }
}

/// A conversation as its member sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Conversation {
    /// Names it.
    pub id: ConversationId,
    /// What sort.
    pub kind: Kind,
    /// Groups have one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// The other one of a direct conversation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub peer: Option<User>,
    /// The message a thread hangs from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<Parent>,
    /// How many people are in it.
    pub members_count: i64,
    /// What holds for everybody in it.
    #[serde(skip_serializing_if = "is_default", default)]
    pub settings: Settings,
    /// The caller's own place in it.
    pub my: My,
    /// Seq of the newest entry.
    pub head_seq: Seq,
    /// The newest message.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_message: Option<Message>,
    /// Messages after the read mark.
    pub unread: i64,
    /// Mentions after the read mark.
    pub mentions: i64,
    /// When it began.
    pub created_at: Millis,
    /// When its newest entry was stored.
    pub last_at: Millis,
}

/// A message as the root of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Parent {
    /// Where it was said.
    pub conversation: ConversationId,
    /// Its place there.
    pub seq: Seq,
}

/// The caller's own place in a conversation. Nobody else sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct My {
    /// What one may do.
    pub role: Role,
    /// Everything up to here has been read.
    pub read_seq: Seq,
    /// Everything up to here has reached a device.
    pub delivered_seq: Seq,
    /// One is no member: it is a thread one may read, and hears nothing of by itself.
    #[serde(skip_serializing_if = "is_default", default)]
    pub visitor: bool,
    /// What one set for oneself.
    #[serde(flatten)]
    pub own: Own,
}

/// What one set for oneself in a conversation: a small document, told whole when it changes. What is as it was at first is
/// left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Own {
    /// Grows with every change; 0: nothing was ever set.
    #[serde(skip_serializing_if = "is_default", default)]
    pub version: i64,
    /// What one is called for.
    #[serde(skip_serializing_if = "is_default", default)]
    pub notify: Notify,
    /// Nothing calls until then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub muted_until: Option<Millis>,
    /// Kept at the top.
    #[serde(skip_serializing_if = "is_default", default)]
    pub favourite: bool,
    /// Out of the way.
    #[serde(skip_serializing_if = "is_default", default)]
    pub archived: bool,
    /// Shown as unread though it was read.
    #[serde(skip_serializing_if = "is_default", default)]
    pub marked_unread: bool,
    /// What one began to write.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub draft: Option<String>,
    /// A stranger's first word that was not accepted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request: Option<Request>,
}

impl Own {
    /// Whether nothing calls from there, at this time.
    pub fn is_silent(&self, now: Millis) -> bool {
        self.notify == Notify::Nothing || self.muted_until.is_some_and(|until| until > now) || self.request.is_some()
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What a conversation calls its member for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// Every message.
    #[default]
    All,
    /// Mentions and replies.
    Mentions,
    /// Nothing.
    Nothing,
}

/// Where a stranger's first word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// It waits to be accepted.
    Pending,
    /// It is not shown.
    Ignored,
}

/// Somebody in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// Who.
    pub user: User,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub joined_at: Millis,
}

/// A conversation in the `welcome` frame: `[conversation, head_seq, read_seq, unread, mentions, last_at,
/// my.version]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Head(pub ConversationId, pub Seq, pub Seq, pub i64, pub i64, pub Millis, pub i64);

/// Where a read mark stands and what lies beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadMark {
    /// Everything up to here has been read.
    pub read_seq: Seq,
    /// Messages after the mark.
    pub unread: i64,
    /// Mentions after the mark.
    pub mentions: i64,
}

/// The two members of a direct conversation in one canonical key, so that a pair has exactly one.
pub fn direct_key(a: UserId, b: UserId) -> String {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    format!("direct:{low}:{high}")
}

/// The key of the thread that hangs from a message.
pub fn thread_key(conversation: ConversationId, seq: Seq) -> String {
    format!("thread:{conversation}:{seq}")
}

/// The key of somebody's notes.
pub fn notes_key(user: UserId) -> String {
    format!("notes:{user}")
}
