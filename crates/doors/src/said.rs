//! What a client said itself: its answer told it, so it need not be told again.

use std::collections::VecDeque;

use parlor_model::{ConversationId, Seq};

/// Messages that are remembered; a message comes back within a few.
const KEPT: usize = 64;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Said(VecDeque<(ConversationId, Seq)>);

impl Said {
    /// The client said that and has been answered.
    pub(crate) fn add(&mut self, place: (ConversationId, Seq)) {
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        self.0.push_back(place);
    }

    /// Whether it said that.
    pub(crate) fn contains(&self, place: (ConversationId, Seq)) -> bool {
        self.0.contains(&place)
    }
}
