//! Conversations as other systems show them: with their members in them. Kept for a moment, since with each message that is
//! told comes the whole of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use parlor_app::{App, Caller, conversations};
use parlor_model::{Conversation, ConversationId, Entry, EntryBody, Member, Result, Role, User, UserId};

/// Members that are shown of a group, those with the higher roles first.
pub(crate) const MEMBERS: i64 = 100;
/// For how long a card is believed; a member's new name is seen by then.
const FRESH_FOR: Duration = Duration::from_secs(5);
/// Cards that are kept.
const KEPT: usize = 1_000;

/// A conversation with its members.
#[derive(Debug)]
pub(crate) struct Card {
    /// As the one who asked for it sees it: what is theirs alone is not to be shown to others.
    pub(crate) conversation: Conversation,
    pub(crate) members: Vec<Member>,
    read_at: Instant,
}

/// The cards of a node.
#[derive(Default)]
pub(crate) struct Cards(Mutex<HashMap<ConversationId, Arc<Card>>>);

impl Card {
    /// Reads a card anew, in the name of one of its members.
    pub(crate) async fn read(app: &App, caller: Caller, id: ConversationId) -> Result<Self> {
        let mut cx = app.read(caller).await?;
        let conversation = conversations::view(&mut cx, id).await?;
        let members = conversations::members(&mut cx, id, None, MEMBERS).await?;
        Ok(Self { conversation, members, read_at: Instant::now() })
    }

    /// A member, if they are shown.
    pub(crate) fn member(&self, user: UserId) -> Option<&User> {
        self.members.iter().map(|member| &member.user).find(|member| member.id == user)
    }

    /// Who runs it.
    pub(crate) fn owner(&self) -> Option<&User> {
        self.members.iter().find(|member| member.role == Role::Owner).map(|member| &member.user)
    }

    /// The other one of two.
    pub(crate) fn other(&self, user: UserId) -> Option<&User> {
        self.members.iter().map(|member| &member.user).find(|member| member.id != user)
    }
}

impl Cards {
    /// A card that is fresh, in the name of one of its members.
    pub(crate) async fn of(&self, app: &App, caller: Caller, id: ConversationId) -> Result<Arc<Card>> {
        let found = self.0.lock().get(&id).filter(|card| card.read_at.elapsed() < FRESH_FOR).cloned();
        if let Some(card) = found {
            return Ok(card);
        }
        let card = Arc::new(Card::read(app, caller, id).await?);
        let mut cards = self.0.lock();
        if cards.len() >= KEPT {
            cards.retain(|_, card| card.read_at.elapsed() < FRESH_FOR);
        }
        if cards.len() < KEPT {
            cards.insert(id, card.clone());
        }
        Ok(card)
    }

    /// Forgets what an entry has made untrue.
    pub(crate) fn hear(&self, entry: &Entry) {
        let moves = !entry.arrivals().is_empty()
            || !entry.departures().is_empty()
            || matches!(entry.body, EntryBody::Renamed { .. } | EntryBody::Role { .. });
        if moves {
            self.0.lock().remove(&entry.conversation);
        }
    }
}
