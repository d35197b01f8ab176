//! The log of a conversation: dense entries, appended in the transaction that makes them true, and read in windows.
//!
//! Everything durable that happens in a conversation goes through [`append`] (one entry) or [`append_all`] (the
//! messages of many conversations at once). Both lock the conversations they write to, so a seq is given once.

mod store;

use std::collections::BTreeMap;

use parlor_db::Tx;
use parlor_model::entries::{Entry, EntryBody, Message, Seq};
use parlor_model::errors::OrNotFound as _;
use parlor_model::limits::LOG_PAGE;
use parlor_model::{ConversationId, Error, Event, Kind, Result, UserId};

use crate::cx::Cx;

pub(crate) use store::{NewEntry, STATEMENTS};

/// Where a log stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// What sort of conversation it is.
    pub kind: Kind,
    /// Newest entry.
    pub seq: Seq,
    /// Messages in the log.
    pub ordinal: i64,
}

/// Which part of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The newest.
    Latest,
    /// Those just above.
    After(Seq),
    /// Those just below.
    Before(Seq),
    /// On both sides, this one included.
    Around(Seq),
}

/// What of the log is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Every entry.
    Entries,
    /// Messages only.
    Messages,
}

/// Appends one entry that is no message and tells everybody. The caller has checked that the actor may.
pub async fn append(cx: &mut Cx, conversation: ConversationId, body: EntryBody) -> Result<Entry> {
    let (actor, at) = (cx.user()?, cx.now());
    let (seq, ordinal) = store::take_seq(cx.tx(), conversation, at).await?.or_not_found("conversation")?;
    let entry = Entry { conversation, seq, actor, at, body };
    store::insert(cx.tx(), &[NewEntry::of(&entry, ordinal)]).await?;
    cx.emit(Event::Appended { entry: std::sync::Arc::new(entry.clone()) });
    Ok(entry)
}

/// Locks the logs, in the order of their ids so that no two writers wait for each other, and tells where each stands.
pub(crate) async fn lock(tx: &mut Tx, conversations: &[ConversationId]) -> Result<BTreeMap<ConversationId, LogHead>> {
    Ok(store::lock(tx, conversations).await?)
}

/// Appends entries whose seqs were computed from locked heads, and moves the heads.
pub(crate) async fn append_all(tx: &mut Tx, entries: &[NewEntry]) -> Result<()> {
    store::insert(tx, entries).await?;
    Ok(store::move_heads(tx, entries).await?)
}

/// A message stored before under the same client_id.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) sender: UserId,
    pub(crate) message: Message,
}

/// The messages that these `(conversation, sender, client_id)` name already.
pub(crate) async fn stored(tx: &mut Tx, asked: &[(ConversationId, UserId, &str)]) -> Result<Vec<Stored>> {
    let rows = store::by_client_ids(tx, asked).await?;
    rows.into_iter()
        .map(|row| {
            let entry = row.into_entry()?;
            let sender = entry.actor;
            let message = entry
                .message()
                .cloned()
                .ok_or_else(|| Error::internal("a client_id on an entry that is no message"))?;
            Ok(Stored { sender, message })
        })
        .collect()
}

/// A window of a log, oldest first. The caller has been found to be a member.
pub async fn window(
    tx: &mut Tx,
    conversation: ConversationId,
    window: Window,
    of: Of,
    limit: i64,
) -> Result<Vec<Entry>> {
    let limit = limit.clamp(1, LOG_PAGE);
    let rows = match window {
        Window::Latest => store::below(tx, conversation, Seq::MAX, of, limit).await?,
        Window::Before(seq) => store::below(tx, conversation, seq, of, limit).await?,
        Window::After(seq) => store::above(tx, conversation, seq, of, limit).await?,
        Window::Around(seq) => {
            let mut rows = store::below(tx, conversation, seq.saturating_add(1), of, limit / 2 + 1).await?;
            let rest = limit - i64::try_from(rows.len()).unwrap_or(limit);
            rows.extend(store::above(tx, conversation, seq, of, rest).await?);
            rows
        }
    };
    rows.into_iter().map(store::EntryRow::into_entry).collect()
}

/// Some messages by their seqs: the last ones of a list of conversations.
pub(crate) async fn messages(tx: &mut Tx, named: &[(ConversationId, Seq)]) -> Result<Vec<Message>> {
    let rows = store::named(tx, named).await?;
    let entries: Result<Vec<Entry>> = rows.into_iter().map(store::EntryRow::into_entry).collect();
    Ok(entries?.iter().filter_map(Entry::message).cloned().collect())
}

/// How many messages the log holds up to and including `seq`.
pub(crate) async fn ordinal_at(tx: &mut Tx, conversation: ConversationId, seq: Seq) -> Result<i64> {
    Ok(store::ordinal_at(tx, conversation, seq).await?)
}

impl NewEntry {
    /// A message on its way into the log.
    pub(crate) fn message(message: &Message, ordinal: i64) -> Self {
        let Message { conversation, seq, client_id, sender, text, at, reply_to } = message.clone();
        Self {
            conversation,
            seq,
            ordinal,
            kind: "message",
            actor: sender,
            at,
            client_id: Some(client_id),
            reply_to,
            body: text,
        }
    }

    fn of(entry: &Entry, ordinal: i64) -> Self {
        if let Some(message) = entry.message() {
            return Self::message(message, ordinal);
        }
        let (kind, body) = store::encode(&entry.body);
        let Entry { conversation, seq, actor, at, .. } = *entry;
        Self { conversation, seq, ordinal, kind, actor, at, client_id: None, reply_to: None, body }
    }
}

/// The entries in `(after, up_to]`, oldest first, one page at most: for the hub, which fills the holes of its rooms.
pub async fn between(tx: &mut Tx, conversation: ConversationId, after: Seq, up_to: Seq) -> Result<Vec<Entry>> {
    let mut entries = window(tx, conversation, Window::After(after), Of::Entries, LOG_PAGE).await?;
    entries.retain(|entry| entry.seq <= up_to);
    Ok(entries)
}
