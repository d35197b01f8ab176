//! Commands that are not answered yet. They outlive connections.

use std::collections::BTreeMap;

use parlor_model::conversations::ReadMark;
use parlor_model::frames::{ClientFrame, Done};
use parlor_model::{ConversationId, Entry, Seq};
use tokio::sync::oneshot;

use super::{Change, Sent, Synced};
use crate::error::{Error, Result};

type Reply<T> = oneshot::Sender<Result<T>>;

/// A command and where its answer goes.
#[derive(Debug)]
pub(super) enum Ask {
    Send {
        conversation: ConversationId,
        client_id: String,
        text: String,
        reply_to: Option<Seq>,
        reply: Reply<Sent>,
    },
    Change {
        conversation: ConversationId,
        seq: Seq,
        change: Change,
        reply: Reply<Sent>,
    },
    Read {
        conversation: ConversationId,
        seq: Seq,
        reply: Reply<ReadMark>,
    },
    Sync {
        conversation: ConversationId,
        after: Seq,
        limit: i64,
        reply: Reply<Synced>,
        collected: Vec<Entry>,
    },
    /// What is not answered.
    Aside(ClientFrame),
    /// The socket's own: what was missed of a conversation that the hello did not name.
    CatchUp {
        conversation: ConversationId,
        after: Seq,
        limit: i64,
    },
}

/// Commands in the order they were given.
#[derive(Debug, Default)]
pub(super) struct Pending {
    asks: BTreeMap<u64, Ask>,
    last: u64,
}

impl Pending {
    /// Takes a command; gives its number.
    pub(super) fn add(&mut self, ask: Ask) -> u64 {
        self.last += 1;
        self.asks.insert(self.last, ask);
        self.last
    }

    /// After a new welcome: what to ask again, in the old order. What was caught up half is found anew by the cursors.
    pub(super) fn again(&mut self) -> Vec<u64> {
        self.asks.retain(|_, ask| !matches!(ask, Ask::CatchUp { .. }));
        for ask in self.asks.values_mut() {
            if let Ask::Sync { collected, .. } = ask {
                collected.clear();
            }
        }
        self.asks.keys().copied().collect()
    }

    /// The frame of a command that still waits.
    pub(super) fn frame(&self, number: u64) -> Option<ClientFrame> {
        let id = number.to_string();
        Some(match self.asks.get(&number)? {
            Ask::Aside(frame) => frame.clone(),
            Ask::Send { conversation, client_id, text, reply_to, .. } => ClientFrame::Send {
                id,
                conversation: *conversation,
                client_id: client_id.clone(),
                text: text.clone(),
                reply_to: *reply_to,
                mentions: Vec::new(),
                forward: None,
            },
            Ask::Change { conversation, seq, change, .. } => change.frame(id, *conversation, *seq),
            Ask::Read { conversation, seq, .. } => {
                ClientFrame::Read { id: Some(id), conversation: *conversation, seq: *seq }
            }
            Ask::Sync { conversation, after, limit, .. } | Ask::CatchUp { conversation, after, limit } => {
                ClientFrame::Sync { id, conversation: *conversation, after: *after, limit: Some(*limit) }
            }
        })
    }

    pub(super) fn number(id: &str) -> Option<u64> {
        id.parse().ok()
    }

    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut Ask> {
        self.asks.get_mut(&number)
    }

    pub(super) fn take(&mut self, number: u64) -> Option<Ask> {
        self.asks.remove(&number)
    }

    /// The answer `ok`. Whoever asked may have gone.
    pub(super) fn done(&mut self, id: &str, done: &Done) {
        match (Self::number(id).and_then(|number| self.take(number)), done) {
            (Some(Ask::Send { reply, .. } | Ask::Change { reply, .. }), Done::Sent { seq, at }) => {
                let _ = reply.send(Ok(Sent { seq: *seq, at: *at }));
            }
            (Some(Ask::Read { reply, .. }), Done::Read(mark)) => {
                let _ = reply.send(Ok(*mark));
            }
            _ => tracing::warn!(%id, "an answer without a question"),
        }
    }
}

impl Ask {
    /// Ends in failure.
    pub(super) fn fail(self, error: Error) {
        match self {
            Self::Send { reply, .. } | Self::Change { reply, .. } => drop(reply.send(Err(error))),
            Self::Read { reply, .. } => drop(reply.send(Err(error))),
            Self::Sync { reply, .. } => drop(reply.send(Err(error))),
            Self::CatchUp { .. } | Self::Aside(_) => {}
        }
    }
}
