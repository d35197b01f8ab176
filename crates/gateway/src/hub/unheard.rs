//! What passed through the hub about rooms that have nobody here.

use std::collections::HashMap;

use parlor_model::{ConversationId, Seq};

/// Conversations remembered at most; then all is forgotten, and those who counted on it are told by the epoch.
const UNHEARD_MAX: usize = 65_536;

/// For each conversation without a room the newest seq that passed, while it had a room or later. Whoever acts on heads
/// that were read a moment ago (a session that enters, a comparison) learns from it what happened since. Outdated values
/// do no harm: they are below the head that was read.
#[derive(Debug, Default)]
pub(super) struct Unheard {
    newest: HashMap<ConversationId, Seq>,
    epoch: u64,
}

impl Unheard {
    /// An entry passed and nobody was there.
    pub(super) fn note(&mut self, conversation: ConversationId, seq: Seq) {
        if self.newest.len() >= UNHEARD_MAX && !self.newest.contains_key(&conversation) {
            self.forget();
        }
        let newest = self.newest.entry(conversation).or_insert(seq);
        *newest = seq.max(*newest);
    }

    /// The newest seq that passed, 0 for none; the room that is being made remembers from here on.
    pub(super) fn take(&mut self, conversation: ConversationId) -> Seq {
        self.newest.remove(&conversation).unwrap_or(0)
    }

    /// Nothing that passed before this moment is known any more.
    pub(super) fn forget(&mut self) {
        self.newest = HashMap::new();
        self.epoch += 1;
    }

    /// Something that passed may be unknown, however long ago: events come as late as they like.
    pub(super) fn forgot(&self) -> bool {
        self.epoch > 0
    }

    /// Unchanged means: everything since is known.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }
}
