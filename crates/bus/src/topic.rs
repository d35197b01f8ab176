//! Where an event goes when nodes subscribe only to what their sockets need.

use parlor_model::{ConversationId, Event, UserId};

/// The one topic of an event. A body that filters (Redis) derives it; the one in memory delivers everything.
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

    /// The users who must hear an event of a conversation though their node does not subscribe to it yet: those whom
    /// the entry brings in.
    pub fn also(event: &Event) -> impl Iterator<Item = Self> + '_ {
        let arrivals = match event {
            Event::Appended { entry } => entry.arrivals(),
            _ => &[],
        };
        arrivals.iter().copied().map(Self::User)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parlor_model::{Entry, EntryBody};

    use super::*;

    #[test]
    fn those_who_are_brought_in_hear_of_it_on_their_own_topic() {
        let (conversation, ann, bob) = (ConversationId(7), UserId(1), UserId(2));
        let body = EntryBody::Joined { users: vec![bob] };
        let entry = Event::Appended {
            entry: Arc::new(Entry { conversation, seq: 3, actor: ann, at: 0, withheld_from: None, body }),
        };
        assert_eq!(Topic::of(&entry), Topic::Conversation(conversation));
        assert_eq!(Topic::also(&entry).collect::<Vec<_>>(), [Topic::User(bob)]);

        let account = Event::AccountChanged { user: ann, version: 2 };
        assert_eq!(Topic::of(&account), Topic::User(ann));
        assert_eq!(Topic::also(&account).count(), 0);
    }
}
