//! Activity: one's notices, as one reads them. What is told depends on the moment of reading: where one sits, what the
//! message says now, what is muted.

pub mod api;
mod store;

use std::collections::HashMap;

use parlor_model::notices::{Notice, Seen};
use parlor_model::{ConversationId, Error, Message, Millis, Result, Seq};

use crate::cx::Cx;
use crate::{conversations, documents, log, notices};

pub use store::Place;
pub(crate) use store::STATEMENTS;

/// A page of notices.
#[derive(Debug)]
pub struct Page {
    /// Latest first.
    pub notices: Vec<Notice>,
    /// Where the next page begins, when there may be one.
    pub next: Option<Place>,
}

/// The caller's notices, latest first, from below `before` on.
pub async fn list(cx: &mut Cx, before: Option<Place>, limit: i64) -> Result<Page> {
    let user = cx.user()?;
    let mut notices = store::list(cx.tx(), user, &before.unwrap_or_else(Place::top), limit).await?;
    let full = i64::try_from(notices.len()).is_ok_and(|len| len >= limit);
    let next = notices.last().filter(|_| full).map(Place::of);
    let about: Vec<(ConversationId, Seq)> = notices.iter().filter_map(message_of).collect();
    let found = log::named(cx.tx(), &about, user).await?;
    let messages: HashMap<(ConversationId, Seq), Message> =
        found.into_iter().map(|message| ((message.conversation, message.seq), message)).collect();
    let reactions = notices.iter().filter(|notice| notice.kind == notices::Reason::Reaction.name());
    let entries: Vec<(ConversationId, Seq)> = reactions.map(|notice| (notice.conversation, notice.seq)).collect();
    let mut emoji = log::emoji(cx.tx(), &entries).await?;
    for notice in &mut notices {
        let message = message_of(notice).and_then(|place| messages.get(&place));
        notice.message = message.filter(|message| !message.deleted).cloned();
        notice.emoji = emoji.remove(&(notice.conversation, notice.seq));
    }
    Ok(Page { notices, next })
}

/// The message that a notice shows.
fn message_of(notice: &Notice) -> Option<(ConversationId, Seq)> {
    let reason = notice.kind.as_str();
    if reason == notices::Reason::Invitation.name() {
        return None;
    }
    let seq = if reason == notices::Reason::Reaction.name() { notice.target? } else { notice.seq };
    Some((notice.conversation, seq))
}

/// Up to where the caller has looked, and how many are new: later, not read where they were said, and from where nothing
/// is muted.
pub async fn seen(cx: &mut Cx) -> Result<Seen> {
    let (user, now) = (cx.user()?, cx.now());
    let seen_at = store::seen_at(cx.tx(), user).await?;
    let counts = store::unread(cx.tx(), user, seen_at).await?;
    let places: Vec<ConversationId> = counts.iter().map(|(conversation, _)| *conversation).collect();
    let owns = conversations::owns(cx.tx(), user, &places).await?;
    let calls = |place: &ConversationId| owns.get(place).is_none_or(|own| !own.is_silent(now));
    let unread = counts.iter().filter(|(place, _)| calls(place)).map(|(_, count)| count).sum();
    Ok(Seen { seen_at, unread })
}

/// The caller has looked at what came up to `at`. Moves forward only, and not beyond now; their devices are told.
pub async fn see(cx: &mut Cx, at: Millis) -> Result<Seen> {
    if at < 0 {
        return Err(Error::invalid("A time is not negative.").at("at"));
    }
    let (user, at) = (cx.user()?, at.min(cx.now()));
    if store::see(cx.tx(), user, at).await? {
        documents::touch(cx, user, notices::DOCUMENT).await?;
    }
    seen(cx).await
}

#[cfg(test)]
mod tests;
