//! What an event is about: events of one topic go by one instance of the bus.

use parlor_model::{ConversationId, Event, UserId};

/// The one topic of an event. Redis picks an instance by it; every node hears all of them (ADR 23 says why).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// What happens in a conversation.
    Conversation(ConversationId),
    /// What concerns one user on all devices.
    User(UserId),
    /// What every node must hear.
    Nodes,
}

impl Topic {
    /// The topic of an event.
    pub fn of(event: &Event) -> Self {
        match event {
            Event::Appended { entry } => Self::Conversation(entry.conversation),
            Event::Receipt(receipt) => Self::Conversation(receipt.conversation),
            Event::Typing { conversation, .. } => Self::Conversation(*conversation),
            Event::Read { user, .. }
            | Event::My { user, .. }
            | Event::DocumentChanged { user, .. }
            | Event::AccountChanged { user, .. }
            | Event::SessionRevoked { user, .. } => Self::User(*user),
            Event::PresenceChanged { .. } | Event::Here(_) | Event::WhoIsHere { .. } | Event::Tried(_) => Self::Nodes,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parlor_model::{Entry, EntryBody};

    use super::*;

    #[test]
    fn an_event_is_about_a_conversation_or_a_person() {
        let (conversation, ann, bob) = (ConversationId(7), UserId(1), UserId(2));
        let body = EntryBody::Joined { users: vec![bob] };
        let entry = Event::Appended {
            entry: Arc::new(Entry { conversation, seq: 3, actor: ann, at: 0, withheld_from: None, body }),
        };
        assert_eq!(Topic::of(&entry), Topic::Conversation(conversation));

        let account = Event::AccountChanged { user: ann, version: 2 };
        assert_eq!(Topic::of(&account), Topic::User(ann));
    }
}
