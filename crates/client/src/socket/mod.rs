//! The socket that resumes by itself.

mod change;
mod driver;
mod live;
mod pending;
mod tracker;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_model::conversations::{Head, My, ReadMark};
use parlor_model::frames::{Bye, ClientFrame, Presence, PresenceStatus};
use parlor_model::{Clock, ConversationId, Entry, Limits, Millis, Seq, SessionId, UserId};
use tokio::sync::{mpsc, oneshot};

use crate::chance::Chance;
use crate::client::Client;
use crate::error::{Error, Result};
pub use change::Change;
use driver::Driver;
use pending::Ask;

/// Happenings that may wait to be read; then the socket is not read either.
const UNREAD: usize = 1_024;
/// Commands that may wait for the socket.
const UNASKED: usize = 256;

/// How a socket behaves.
#[derive(Debug)]
pub struct Options {
    /// What the client calls itself.
    pub client: Option<String>,
    /// Newest seq one has of conversations; what is after it is told. Others start at their head.
    pub known: BTreeMap<ConversationId, Seq>,
    /// Entries that are still fetched one by one after a longer absence; beyond it there is a [`Happened::Reset`].
    pub catch_up: i64,
    /// The pause before the first and the longest before a later attempt to connect, each with full jitter.
    pub backoff: (Duration, Duration),
    /// Where chance comes from.
    pub chance: Chance,
}

impl Default for Options {
    fn default() -> Self {
        let backoff = (Duration::from_millis(500), Duration::from_secs(30));
        Self { client: None, known: BTreeMap::new(), catch_up: 1_000, backoff, chance: Chance::default() }
    }
}

/// A message that was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its place in the log.
    pub seq: Seq,
    /// When it was stored.
    pub at: Millis,
}

/// What a `sync` brought.
#[derive(Clone, Debug, PartialEq)]
pub enum Synced {
    /// All entries after the seq, up to the head.
    Entries(Vec<Entry>),
    /// There are more than the limit; the head is told.
    TooFar(Seq),
}

/// What happens on a socket.
#[derive(Clone, Debug, PartialEq)]
pub enum Happened {
    /// Welcomed, for the first time or again.
    Connected {
        /// The session.
        session: SessionId,
        /// Whose.
        user: UserId,
        /// The node that answers.
        node: String,
        /// Version of the account document.
        account_version: i64,
        /// What the server refuses beyond.
        limits: Limits,
        /// All conversations, latest first.
        heads: Vec<Head>,
        /// Asks for those beyond the first 2,000.
        more: Option<String>,
    },
    /// A conversation's log grew. For each conversation in dense order and once, also across lost connections, starting
    /// after the head that [`Happened::Connected`] first told (or [`Options::known`]), until a [`Happened::Reset`].
    /// One that was joined meanwhile starts with the entry that says so.
    Entry(Box<Entry>),
    /// Too much was missed of a conversation; entries go on after `head_seq`. Zero: one is no member any more.
    Reset {
        /// Which.
        conversation: ConversationId,
        /// Where it goes on.
        head_seq: Seq,
    },
    /// One's own read mark moved.
    Receipt {
        /// Where.
        conversation: ConversationId,
        /// To where.
        mark: ReadMark,
    },
    /// Marks of somebody else moved.
    Marks {
        /// Where.
        conversation: ConversationId,
        /// Whose.
        user: UserId,
        /// What has reached a device of theirs.
        delivered_seq: Option<Seq>,
        /// What they have read.
        read_seq: Option<Seq>,
    },
    /// Somebody writes, or stopped.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        user: UserId,
        /// Whether they write.
        on: bool,
    },
    /// How somebody who is watched is there.
    Presence(Presence),
    /// What one set for oneself in a conversation changed.
    My {
        /// Where.
        conversation: ConversationId,
        /// All of it.
        my: Box<My>,
    },
    /// One of one's documents changed.
    Changed {
        /// Which.
        what: String,
        /// Its version now.
        version: i64,
    },
    /// The account document changed.
    Account {
        /// Its version now.
        version: i64,
    },
    /// The connection was lost; it is tried again by itself.
    Lost {
        /// Why, in words.
        why: String,
        /// When.
        retry_in: Duration,
    },
    /// The session is over; nothing comes after this.
    Over {
        /// Why.
        code: Bye,
        /// In words.
        detail: String,
    },
}

/// The commanding end of a socket. Cheap to clone.
///
/// Answers come through the same connection as [`Happenings`]: whoever waits for an answer must have somebody read those.
#[derive(Clone, Debug)]
pub struct Socket {
    asks: mpsc::Sender<Ask>,
    chance: Arc<Mutex<Chance>>,
}

/// The listening end. The socket lives until this is dropped.
#[derive(Debug)]
pub struct Happenings(mpsc::Receiver<Happened>);

impl Happenings {
    /// The next happening; `None` after the session is over. Cancel-safe. If nobody reads, the socket is not read
    /// either; then the server lets go of it, and it resumes: nothing is lost.
    pub async fn next(&mut self) -> Option<Happened> {
        self.0.recv().await
    }

    /// The next entry, skipping whatever else happens.
    pub async fn next_entry(&mut self) -> Option<Entry> {
        loop {
            if let Happened::Entry(entry) = self.next().await? {
                return Some(*entry);
            }
        }
    }
}

impl Socket {
    /// Opens a socket for the account of `client` and keeps it open. Returns at once; see [`Happened::Connected`].
    /// Must be called within a Tokio runtime.
    pub fn connect(client: Client, mut options: Options) -> (Self, Happenings) {
        let (asks, asked) = mpsc::channel(UNASKED);
        let (tell, happenings) = mpsc::channel(UNREAD);
        let chance = Chance::seeded(options.chance.bits());
        tokio::spawn(Driver::new(client, options, asked, tell).run());
        (Self { asks, chance: Arc::new(Mutex::new(chance)) }, Happenings(happenings))
    }

    /// Says something. Survives lost connections: the message keeps its `client_id` and is sent again until the server
    /// says that it is stored, so it is stored once. What is sent to one conversation or changed in it goes one at a time,
    /// so it is stored in the order of the calls.
    pub async fn send(&self, conversation: ConversationId, text: impl Into<String>) -> Result<Sent> {
        // Names ascend in time: the server finds and keeps such names together.
        let client_id = format!("{:012x}{}", Clock::System.now(), self.chance.lock().name());
        self.send_as(conversation, client_id, text, None).await
    }

    /// Like [`Socket::send`], with one's own `client_id` (to repeat it after a restart) and perhaps as a reply.
    pub async fn send_as(
        &self,
        conversation: ConversationId,
        client_id: impl Into<String>,
        text: impl Into<String>,
        reply_to: Option<Seq>,
    ) -> Result<Sent> {
        let (client_id, text) = (client_id.into(), text.into());
        self.ask(|reply| Ask::Send { conversation, client_id, text, reply_to, reply }).await
    }

    /// Changes a message; gives the entry that tells of it. Survives lost connections, as [`Socket::send`] does.
    pub async fn change(&self, conversation: ConversationId, seq: Seq, change: Change) -> Result<Sent> {
        self.ask(|reply| Ask::Change { conversation, seq, change, reply }).await
    }

    /// Moves the read mark forward.
    pub async fn mark_read(&self, conversation: ConversationId, seq: Seq) -> Result<ReadMark> {
        self.ask(|reply| Ask::Read { conversation, seq, reply }).await
    }

    /// What came up to `seq` has reached this device.
    pub async fn delivered(&self, conversation: ConversationId, seq: Seq) -> Result<()> {
        self.aside(ClientFrame::Delivered { conversation, seq }).await
    }

    /// One writes, or stopped. Others forget it after six seconds.
    pub async fn typing(&self, conversation: ConversationId, on: bool) -> Result<()> {
        self.aside(ClientFrame::Typing { conversation, on }).await
    }

    /// How one is there, on this device; holds on later connections too.
    pub async fn presence(&self, status: PresenceStatus) -> Result<()> {
        self.aside(ClientFrame::Presence { status }).await
    }

    /// Whose presence to be told ([`Happened::Presence`]), instead of those told before; holds on later connections too.
    pub async fn watch(&self, users: Vec<UserId>) -> Result<()> {
        self.aside(ClientFrame::Watch { users }).await
    }

    async fn aside(&self, frame: ClientFrame) -> Result<()> {
        self.asks.send(Ask::Aside(frame)).await.map_err(|_| Error::Closed)
    }

    /// All entries after `after`, unless they are more than `limit`. Independent of what [`Happenings`] tell.
    pub async fn sync(&self, conversation: ConversationId, after: Seq, limit: i64) -> Result<Synced> {
        self.ask(|reply| Ask::Sync { conversation, after, limit, reply, collected: Vec::new() }).await
    }

    async fn ask<T>(&self, ask: impl FnOnce(oneshot::Sender<Result<T>>) -> Ask) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.asks.send(ask(reply)).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }
}
