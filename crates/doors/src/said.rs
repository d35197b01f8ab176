//! What a client said itself: its answer told it, so it need not be told again.

use std::collections::HashSet;

use parlor_model::{ConversationId, Seq};

/// Messages that may be on their way back at once: more than wait for one client.
const KEPT: usize = 20_000;

/// See the module. A message that was stored comes back once, and is forgotten then.
#[derive(Debug, Default)]
pub(crate) struct Said(HashSet<(ConversationId, Seq)>);

impl Said {
    /// The client said that, it was new, and it has been answered.
    pub(crate) fn add(&mut self, place: (ConversationId, Seq)) {
        if self.0.len() < KEPT {
            self.0.insert(place);
        }
    }

    /// Whether it said what comes now.
    pub(crate) fn take(&mut self, place: (ConversationId, Seq)) -> bool {
        self.0.remove(&place)
    }
}
