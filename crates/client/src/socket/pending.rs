//! Commands that are not answered yet. They outlive connections.

use std::collections::{BTreeMap, HashMap, VecDeque};

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

/// Commands in the order they were given. What makes one conversation's log grow goes one at a time: if the server can not
/// store a message just now and is asked again later, the next one must not overtake it.
#[derive(Debug, Default)]
pub(super) struct Pending {
    asks: BTreeMap<u64, Ask>,
    last: u64,
    /// The commands of a conversation that wait for one another; the first is under way.
    lanes: HashMap<ConversationId, VecDeque<u64>>,
    /// Whose turn it is to be said.
    due: VecDeque<u64>,
}

impl Pending {
    /// Takes a command; it is due at once or after those before it.
    pub(super) fn add(&mut self, ask: Ask) {
        self.last += 1;
        let lane = ask.lane().map(|conversation| self.lanes.entry(conversation).or_default());
        if lane.is_none_or(|lane| {
            lane.push_back(self.last);
            lane.len() == 1
        }) {
            self.due.push_back(self.last);
        }
        self.asks.insert(self.last, ask);
    }

    /// The next command to be said.
    pub(super) fn due(&mut self) -> Option<u64> {
        self.due.pop_front()
    }

    /// After a new welcome all are to be said again, in the old order. What was caught up half is found anew by the
    /// cursors.
    pub(super) fn again(&mut self) {
        self.asks.retain(|_, ask| !matches!(ask, Ask::CatchUp { .. }));
        for ask in self.asks.values_mut() {
            if let Ask::Sync { collected, .. } = ask {
                collected.clear();
            }
        }
        let lanes = &self.lanes;
        let first = |number: &u64, ask: &Ask| {
            ask.lane().is_none_or(|conversation| lanes.get(&conversation).and_then(VecDeque::front) == Some(number))
        };
        self.due = self.asks.iter().filter(|(number, ask)| first(number, ask)).map(|(number, _)| *number).collect();
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

    /// Takes a command that is over; the next of its conversation is due.
    pub(super) fn take(&mut self, number: u64) -> Option<Ask> {
        let ask = self.asks.remove(&number)?;
        if let Some(conversation) = ask.lane()
            && let Some(lane) = self.lanes.get_mut(&conversation)
        {
            // Only the first is ever under way.
            lane.pop_front();
            match lane.front() {
                Some(next) => self.due.push_back(*next),
                None => drop(self.lanes.remove(&conversation)),
            }
        }
        Some(ask)
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
    /// The conversation whose log grows by it.
    fn lane(&self) -> Option<ConversationId> {
        match self {
            Self::Send { conversation, .. } | Self::Change { conversation, .. } => Some(*conversation),
            Self::Read { .. } | Self::Sync { .. } | Self::Aside(_) | Self::CatchUp { .. } => None,
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn send(conversation: i64) -> Ask {
        let (client_id, text, reply_to) = (String::new(), String::new(), None);
        let reply = oneshot::channel().0;
        Ask::Send { conversation: ConversationId(conversation), client_id, text, reply_to, reply }
    }

    fn due(pending: &mut Pending) -> Vec<u64> {
        std::iter::from_fn(|| pending.due()).collect()
    }

    #[test]
    fn one_conversations_commands_wait_for_one_another_and_no_others_do() {
        let mut pending = Pending::default();
        [send(7), send(7), send(8), send(7)].into_iter().for_each(|ask| pending.add(ask));
        let (seq, reply) = (1, oneshot::channel().0);
        pending.add(Ask::Read { conversation: ConversationId(7), seq, reply });
        assert_eq!(due(&mut pending), [1, 3, 5]);
        // A new connection: the same again, and still not those that wait.
        pending.again();
        assert_eq!(due(&mut pending), [1, 3, 5]);
        pending.done("1", &Done::Sent { seq: 4, at: 0 });
        assert_eq!(due(&mut pending), [2]);
        pending.again();
        assert_eq!(due(&mut pending), [2, 3, 5]);
        pending.take(2).unwrap();
        pending.take(4).unwrap();
        assert!(!pending.lanes.contains_key(&ConversationId(7)));
    }
}
