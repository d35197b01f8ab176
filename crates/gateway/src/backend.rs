//! The port: what the gateway asks of the application. The server implements it; the gateway knows nothing behind it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use parlor_model::conversations::{Head, ReadMark};
use parlor_model::{ConversationId, Entry, Mention, Millis, Parent, Result, Seq, SessionId, Status, UserId};

/// Who a socket speaks for, as an access token proved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The user.
    pub user: UserId,
    /// The session of the token; a renewed token must be of the same.
    pub session: SessionId,
    /// When the token runs out; the socket is closed then unless it was renewed.
    pub expires_at: Millis,
}

/// All conversations of a user at one moment.
#[derive(Clone, Debug, Default)]
pub struct Heads {
    /// Version of the account document.
    pub account_version: i64,
    /// **Every** conversation the user is a member of, latest first. What `welcome` tells is cut by the gateway, what
    /// it listens to is not.
    pub heads: Vec<Head>,
    /// Cursor of `GET /conversations` after the first [`WELCOME_HEADS`](parlor_model::limits::WELCOME_HEADS); none
    /// when there are no more.
    pub more: Option<String>,
    /// Versions of the user's documents, by name.
    pub versions: BTreeMap<String, i64>,
}

/// Something to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendMessage {
    /// Where.
    pub conversation: ConversationId,
    /// The sender's own name for the message; resends carry the same.
    pub client_id: String,
    /// What. Not checked by the gateway beyond the size of the frame.
    pub text: String,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// Whom it calls.
    pub mentions: Vec<Mention>,
    /// The message that is said again.
    pub forward: Option<Parent>,
}

/// What is to become of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It says something else.
    Edit {
        /// What. Not checked by the gateway beyond the size of the frame.
        text: String,
        /// Whom it calls now.
        mentions: Vec<Mention>,
    },
    /// It is taken back.
    Delete,
    /// An emoji is put on it.
    React(String),
    /// An emoji is taken off it.
    Unreact(String),
}

/// A message that was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its place in the log.
    pub seq: Seq,
    /// When it was stored.
    pub at: Millis,
}

/// A piece of a log.
#[derive(Clone, Debug, Default)]
pub struct LogPage {
    /// Oldest first, dense from `after + 1`; empty only when there is nothing after.
    pub entries: Vec<Entry>,
    /// The newest seq of the log, read together with the entries.
    pub head_seq: Seq,
}

/// What one may see of somebody's presence, besides how they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Of whom.
    pub user: UserId,
    /// What they say of themselves.
    pub words: Option<Status>,
    /// One may see how they are.
    pub shows_presence: bool,
    /// One may see when they were last there.
    pub shows_last_seen: bool,
    /// When that was, if it is known and may be seen.
    pub last_seen_at: Option<Millis>,
}

/// The application as the gateway sees it. A refusal is an [`Error`](parlor_model::Error) whose code goes to the client.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    /// Whom the token stands for; `unauthenticated` when it is forged, has run out or its session was revoked.
    async fn authenticate(&self, token: &str) -> Result<Identity>;

    /// All conversations of the caller, from one consistent read that began after the call.
    ///
    /// Checks the session again and refuses with `unauthenticated` when it was revoked: the gateway registers the
    /// session before it asks, so a revocation is either seen here or comes as an event.
    async fn heads(&self, who: &Identity) -> Result<Heads>;

    /// Stores a message; returns after the commit. A resend of the same `client_id` gives the first result.
    async fn send(&self, who: &Identity, ask: SendMessage) -> Result<Sent>;

    /// Changes a message; returns after the commit, with the entry that tells of it.
    async fn change(&self, who: &Identity, conversation: ConversationId, seq: Seq, change: Change) -> Result<Sent>;

    /// Moves the caller's read mark forward, never back.
    async fn mark_read(&self, who: &Identity, conversation: ConversationId, seq: Seq) -> Result<ReadMark>;

    /// What came up to `seq` has reached a device of the caller.
    async fn mark_delivered(&self, who: &Identity, conversation: ConversationId, seq: Seq) -> Result<()>;

    /// The caller writes, or stopped: the members who may know are told by an event. `not_found` to those who are none.
    async fn typing(&self, who: &Identity, conversation: ConversationId, on: bool) -> Result<()>;

    /// Of these, those whose presence the caller may see now.
    async fn watch(&self, who: &Identity, users: &[UserId]) -> Result<Vec<Seen>>;

    /// When these were last seen to be there.
    async fn left(&self, last_seen: &[(UserId, Millis)]) -> Result<()>;

    /// Up to `limit` entries after `after`; `not_found` to those who are no members now.
    async fn log(&self, who: &Identity, conversation: ConversationId, after: Seq, limit: i64) -> Result<LogPage>;

    /// The log in `(after, up_to]`, oldest first and dense, without regard to who asks: for the hub, which heard of
    /// `up_to` but not of what is before. May stop early, after at least one entry (the hub asks again); ends early
    /// without an error where the log ends, so `Seq::MAX` means "all there is".
    async fn entries_between(&self, conversation: ConversationId, after: Seq, up_to: Seq) -> Result<Vec<Entry>>;
}
