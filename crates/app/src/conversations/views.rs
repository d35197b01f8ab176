//! A conversation as its member sees it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use parlor_db::Tx;
use parlor_model::entries::EntryBody;
use parlor_model::errors::OrNotFound as _;
use parlor_model::{Conversation, ConversationId, Kind, Millis, Result, Seq, User, UserId};

use super::store;
use crate::cx::Cx;
use crate::log::{Of, Window};
use crate::{log, notices, users};

/// Conversations on one page.
pub(super) const PAGE: i64 = 100;

/// A page of the caller's conversations.
#[derive(Debug)]
pub struct Page {
    /// Latest first.
    pub conversations: Vec<Conversation>,
    /// `(last_at, id)` of the last one when there may be more.
    pub next: Option<(Millis, ConversationId)>,
}

/// One of the caller's conversations.
pub async fn view(cx: &mut Cx, conversation: ConversationId) -> Result<Conversation> {
    let user = cx.user()?;
    let row = row(cx.tx(), conversation, user).await?;
    complete(cx, vec![row]).await?.pop().or_not_found("conversation")
}

/// The conversation as `user` sees it who sits there; or, if it is a thread, where it hangs.
pub(super) async fn row(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<store::ViewRow> {
    match store::view(tx, conversation, user).await? {
        Some(row) => Ok(row),
        None => store::thread_view(tx, conversation, user).await?.or_not_found("conversation"),
    }
}

/// The caller's conversations, latest first, from below `before` on.
pub async fn list(cx: &mut Cx, before: Option<(Millis, ConversationId)>, limit: i64) -> Result<Page> {
    let user = cx.user()?;
    let before = before.unwrap_or((Millis::MAX, ConversationId(i64::MAX)));
    let rows = store::views(cx.tx(), user, before, limit).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|len| len >= limit);
    let next = rows.last().filter(|_| full).map(|row| (row.last_at, ConversationId(row.id)));
    Ok(Page { conversations: complete(cx, rows).await?, next })
}

/// Adds what lies in other tables: the other one of a direct, the last message, the mentions. A few queries for any number.
async fn complete(cx: &mut Cx, rows: Vec<store::ViewRow>) -> Result<Vec<Conversation>> {
    let user = cx.user()?;
    let direct: Vec<ConversationId> =
        rows.iter().filter(|row| row.kind == Kind::Direct.name()).map(|row| ConversationId(row.id)).collect();
    let others = store::peers(cx.tx(), &direct, user).await?;
    let ids: Vec<UserId> = others.iter().map(|(_, other)| *other).collect();
    let found: HashMap<UserId, User> = users::many(cx, &ids).await?.into_iter().map(|user| (user.id, user)).collect();
    let mut peers: HashMap<ConversationId, User> =
        others.into_iter().filter_map(|(id, other)| Some((id, found.get(&other)?.clone()))).collect();
    let last: Vec<(ConversationId, Seq)> = rows
        .iter()
        .filter(|row| row.last_message_seq > 0)
        .map(|row| (ConversationId(row.id), row.last_message_seq))
        .collect();
    let messages = if last.is_empty() { Vec::new() } else { log::named(cx.tx(), &last, user).await? };
    let mut messages: HashMap<ConversationId, _> =
        messages.into_iter().map(|message| (message.conversation, message)).collect();
    for (id, _) in last {
        // The newest is not for this reader: the newest that is. Rare: they blocked somebody.
        if let Entry::Vacant(place) = messages.entry(id)
            && let Some(seen) = log::window(cx.tx(), id, Window::Latest, Of::Messages, 1, user).await?.pop()
            && let EntryBody::Message { message } = seen.body
        {
            place.insert(message);
        }
    }
    let ids: Vec<ConversationId> = rows.iter().map(|row| ConversationId(row.id)).collect();
    let mentions = notices::mentions(cx.tx(), user, &ids).await?;
    let conversations = rows.into_iter().filter_map(|row| {
        let id = ConversationId(row.id);
        Some(Conversation {
            id,
            kind: Kind::parse(&row.kind)?,
            my: row.my()?,
            parent: row.parent(),
            settings: row.settings(),
            title: row.title,
            peer: peers.remove(&id),
            members_count: row.members_count,
            head_seq: row.head_seq,
            last_message: messages.remove(&id),
            unread: row.unread,
            mentions: mentions.get(&id).copied().unwrap_or(0),
            created_at: row.created_at,
            last_at: row.last_at,
        })
    });
    Ok(conversations.collect())
}
