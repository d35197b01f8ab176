//! What may become of a message.

use parlor_model::frames::ClientFrame;
use parlor_model::{ConversationId, Mention, Seq};

/// A change of a message. Asked for again, it changes nothing more, so it may be repeated after a lost connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// One's own says something else.
    Edit {
        /// What.
        text: String,
        /// Whom it mentions now.
        mentions: Vec<Mention>,
    },
    /// It is taken back.
    Delete,
    /// One puts an emoji on it.
    React(String),
    /// One takes an emoji off it.
    Unreact(String),
}

impl Change {
    pub(super) fn frame(&self, id: String, conversation: ConversationId, seq: Seq) -> ClientFrame {
        match self.clone() {
            Self::Edit { text, mentions } => ClientFrame::Edit { id, conversation, seq, text, mentions },
            Self::Delete => ClientFrame::Delete { id, conversation, seq },
            Self::React(emoji) => ClientFrame::React { id, conversation, seq, emoji },
            Self::Unreact(emoji) => ClientFrame::Unreact { id, conversation, seq, emoji },
        }
    }
}
