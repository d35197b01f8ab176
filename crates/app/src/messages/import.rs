//! Messages that were said before, elsewhere.

use std::collections::BTreeSet;

use parlor_model::entries::Message;
use parlor_model::permissions::{Action, may};
use parlor_model::{ConversationId, Error, Millis, Result, UserId};

use super::{Send, check};
use crate::conversations;
use crate::cx::Cx;
use crate::log::{self, NewEntry};

/// A message with its own time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Where.
    pub conversation: ConversationId,
    /// By whom: a member.
    pub sender: UserId,
    /// The sender's own name for it, used for no other.
    pub client_id: String,
    /// What.
    pub text: String,
    /// When.
    pub at: Millis,
}

/// Appends messages in their order with their own times, as many as one transaction may bear (some thousands) in a handful
/// of statements: the rows are those that [`super::send`] writes. Nobody is told of them, so no server may have sockets in
/// these conversations meanwhile. Not for threads, nor where somebody is blocked or has not accepted: what follows from a
/// message there is no part of this. All or none: a `client_id` that is there already refuses them all, in the commit at the
/// latest.
pub async fn import(cx: &mut Cx, messages: Vec<Imported>) -> Result<()> {
    let limits = cx.app().config().limits.clone();
    let logs: BTreeSet<ConversationId> = messages.iter().map(|message| message.conversation).collect();
    let senders: BTreeSet<(ConversationId, UserId)> =
        messages.iter().map(|message| (message.conversation, message.sender)).collect();
    let mut heads = log::lock(cx.tx(), &logs.into_iter().collect::<Vec<_>>()).await?;
    let seats = conversations::seats(cx.tx(), &senders.into_iter().collect::<Vec<_>>()).await?;
    let mut entries = Vec::with_capacity(messages.len());
    for Imported { conversation, sender, client_id, text, at } in messages {
        let nothing = || Error::not_found("conversation");
        let seat = seats.get(&(conversation, sender)).ok_or_else(nothing)?;
        let head = heads.get_mut(&conversation).ok_or_else(nothing)?;
        may(head.kind, seat.role, Action::Send)?;
        if head.parent.is_some() || seat.withheld_from.is_some() || seat.hold.is_some() {
            return Err(Error::invalid("Nothing can be imported into this conversation.").at("conversation"));
        }
        let ask = Send { conversation, client_id, text, ..Send::default() };
        check(&ask, &limits)?;
        head.seq += 1;
        head.ordinal += 1;
        let Send { client_id, text, .. } = ask;
        let expires_at = head.settings.disappear_after_ms.map(|after| at.saturating_add(after));
        let seq = head.seq;
        let message = Message { conversation, seq, client_id, sender, text, at, expires_at, ..Message::default() };
        entries.push(NewEntry::message(&message, head.ordinal));
    }
    log::append_all(cx.tx(), &entries).await
}
