//! The log of a conversation: dense entries, appended in the transaction that makes them true, and read in windows.
//!
//! Everything durable that happens in a conversation goes through [`append`] (one entry) or [`append_all`] (the
//! messages of many conversations at once). Both lock the conversations they write to, so a seq is given once.

mod store;

use std::collections::{BTreeMap, HashMap};

use parlor_db::Tx;
use parlor_model::entries::{Entry, EntryBody, Message, Seq, Settings, ThreadSummary};
use parlor_model::errors::OrNotFound as _;
use parlor_model::limits::LOG_PAGE;
use parlor_model::{ConversationId, Error, Event, Kind, Millis, Parent, Result, UserId};

use crate::cx::Cx;

use store::Held;
pub(crate) use store::{NewEntry, STATEMENTS};

/// Where a log stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// What sort of conversation it is.
    pub kind: Kind,
    /// Newest entry.
    pub seq: Seq,
    /// Messages in the log.
    pub ordinal: i64,
    /// The message a thread hangs from.
    pub parent: Option<Parent>,
    /// What holds for everybody in it.
    pub settings: Settings,
}

/// What a message said at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The text.
    pub text: String,
    /// When it was edited to say so; none for what it said at first.
    pub at: Option<Millis>,
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
    let actor = cx.user()?;
    append_by(cx, actor, conversation, body).await
}

/// The same for what nobody who asks has done.
pub(crate) async fn append_by(
    cx: &mut Cx,
    actor: UserId,
    conversation: ConversationId,
    body: EntryBody,
) -> Result<Entry> {
    write(cx, actor, conversation, body, None, None).await
}

async fn write(
    cx: &mut Cx,
    actor: UserId,
    conversation: ConversationId,
    body: EntryBody,
    before: Option<&str>,
    withheld_from: Option<UserId>,
) -> Result<Entry> {
    let at = cx.now();
    let mut entry = Entry { conversation, seq: 0, actor, at, withheld_from, body };
    if withheld_from.is_none() && entry.says() {
        entry.withheld_from = store::withheld_from(cx.tx(), conversation, actor).await?;
    }
    // A change of a message is no news of the conversation.
    let last_at = if entry.target().is_some() { 0 } else { at };
    let (seq, ordinal) = store::take_seq(cx.tx(), conversation, last_at).await?.or_not_found("conversation")?;
    entry.seq = seq;
    let mut new = NewEntry::of(&entry, ordinal);
    if let Some(before) = before {
        new.body = store::with_before(&new.body, before);
    }
    store::insert(cx.tx(), &[new]).await?;
    cx.emit(Event::Appended { entry: std::sync::Arc::new(entry.clone()) });
    Ok(entry)
}

/// A message as `reader` may see it; `not_found` when there is none, `gone` when it was deleted.
pub async fn message(cx: &mut Cx, conversation: ConversationId, seq: Seq, reader: UserId) -> Result<Message> {
    let found = named(cx.tx(), &[(conversation, seq)], reader).await?.pop().or_not_found("message")?;
    if found.deleted { Err(Error::gone("This message was deleted.")) } else { Ok(found) }
}

/// Appends the entry that changes a message, and writes what the message is now. The conversation is locked, and the
/// caller has checked that the actor may.
pub async fn amend(
    cx: &mut Cx,
    actor: UserId,
    message: Message,
    body: EntryBody,
    change: impl FnOnce(&mut Message, Millis),
) -> Result<Entry> {
    amend_withheld(cx, actor, (message.conversation, message.seq), body, None, change).await
}

/// The same for a change of what was withheld itself. (A change of a message that was withheld always is.)
///
/// The message is read again: what its reader saw may be an older one, held for them.
pub(crate) async fn amend_withheld(
    cx: &mut Cx,
    actor: UserId,
    (conversation, target): (ConversationId, Seq),
    body: EntryBody,
    withheld_from: Option<UserId>,
    change: impl FnOnce(&mut Message, Millis),
) -> Result<Entry> {
    let row = store::named(cx.tx(), &[(conversation, target)]).await?.pop().or_not_found("message")?;
    let is_held = row.is_held();
    let Entry { withheld_from: whole, body: EntryBody::Message { mut message }, .. } = row.into_entry()? else {
        return Err(Error::not_found("message"));
    };
    let is_edit = matches!(body, EntryBody::Edited { .. });
    let before = (is_edit && message.edited_at.is_none()).then(|| message.text.clone());
    let entry = write(cx, actor, conversation, body, before.as_deref(), whole.or(withheld_from)).await?;
    let held = entry.withheld_from.filter(|_| is_edit && whole.is_none() && !is_held).map(|reader| {
        let Message { text, mentions, edited_at, .. } = message.clone();
        Held { reader, text, mentions, edited_at }
    });
    let parts: Vec<String> = message.parts.keys().cloned().collect();
    change(&mut message, entry.at);
    message.rev = Some(entry.seq);
    store::rewrite(cx.tx(), &message).await?;
    if held.is_some() {
        store::hold(cx.tx(), conversation, target, held.as_ref()).await?;
    } else if is_held && (message.deleted || is_edit && entry.withheld_from.is_none()) {
        store::hold(cx.tx(), conversation, target, None).await?;
    }
    if message.deleted {
        store::erase_edits(cx.tx(), conversation, target).await?;
        for part in &parts {
            store::erase_patches(cx.tx(), conversation, target, part).await?;
        }
    }
    Ok(entry)
}

/// Tells of a thread at the message it hangs from, at a seq that was taken under the lock.
pub(crate) async fn patch_thread(
    tx: &mut Tx,
    parent: Parent,
    (seq, ordinal): (Seq, i64),
    actor: UserId,
    thread: ThreadSummary,
) -> Result<Entry> {
    let (conversation, at) = (parent.conversation, thread.last_at);
    let body = EntryBody::Patched {
        target: parent.seq,
        part: "thread".into(),
        value: Some(serde_json::to_value(&thread).map_err(Error::internal)?),
    };
    let entry = Entry { conversation, seq, actor, at, withheld_from: None, body };
    store::insert(tx, &[NewEntry::of(&entry, ordinal)]).await?;
    store::move_seq(tx, conversation, seq).await?;
    if let Some(row) = store::named(tx, &[(conversation, parent.seq)]).await?.pop()
        && let EntryBody::Message { mut message } = row.into_entry()?.body
    {
        message.thread = Some(thread);
        message.rev = Some(seq);
        store::rewrite(tx, &message).await?;
    }
    Ok(entry)
}

/// What a message said, oldest first; empty when it was never edited.
pub(crate) async fn versions(
    tx: &mut Tx,
    conversation: ConversationId,
    seq: Seq,
    reader: UserId,
) -> Result<Vec<Version>> {
    Ok(store::edits(tx, conversation, seq, reader).await?)
}

/// How many messages a log holds, also those that somebody does not get.
pub(crate) async fn count_messages(tx: &mut Tx, conversation: ConversationId) -> Result<i64> {
    Ok(store::count_messages(tx, conversation).await?)
}

/// Whether there are messages for `reader` on that side.
pub(crate) async fn has_messages(
    tx: &mut Tx,
    conversation: ConversationId,
    window: Window,
    reader: UserId,
) -> Result<bool> {
    Ok(!rows(tx, conversation, window, Of::Messages, 1, Some(reader)).await?.is_empty())
}

/// Locks the logs, in the order of their ids so that no two writers wait for each other, and tells where each stands.
pub(crate) async fn lock(tx: &mut Tx, conversations: &[ConversationId]) -> Result<BTreeMap<ConversationId, LogHead>> {
    Ok(store::lock(tx, conversations).await?)
}

/// Appends entries whose seqs were computed from locked heads, and moves the heads.
pub(crate) async fn append_all(tx: &mut Tx, entries: &[NewEntry]) -> Result<()> {
    store::insert(tx, entries).await?;
    let messages: Vec<&NewEntry> = entries.iter().filter(|entry| entry.kind == "message").collect();
    Ok(store::move_heads(tx, &messages).await?)
}

/// Who said these messages.
pub(crate) async fn senders(
    tx: &mut Tx,
    named: &[(ConversationId, Seq)],
) -> Result<HashMap<(ConversationId, Seq), UserId>> {
    let mut senders = HashMap::new();
    for row in store::named(tx, named).await? {
        if let EntryBody::Message { message } = row.into_entry()?.body {
            senders.insert((message.conversation, message.seq), message.sender);
        }
    }
    Ok(senders)
}

/// Which emoji these entries put on their targets; those that put none are left out.
pub(crate) async fn emoji(
    tx: &mut Tx,
    named: &[(ConversationId, Seq)],
) -> Result<HashMap<(ConversationId, Seq), String>> {
    let mut found = HashMap::new();
    for row in store::named(tx, named).await? {
        let entry = row.into_entry()?;
        if let EntryBody::Reacted { emoji, .. } = entry.body {
            found.insert((entry.conversation, entry.seq), emoji);
        }
    }
    Ok(found)
}

/// A message stored before under the same client_id.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) sender: UserId,
    pub(crate) message: Message,
}

/// The messages that these `(conversation, sender, client_id)` name already.
pub(crate) async fn stored(tx: &mut Tx, asked: &[(ConversationId, UserId, &str)]) -> Result<Vec<Stored>> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
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

/// A window of a log, oldest first, as `reader` may see it. The caller has been found to be a member.
pub async fn window(
    tx: &mut Tx,
    conversation: ConversationId,
    window: Window,
    of: Of,
    limit: i64,
    reader: UserId,
) -> Result<Vec<Entry>> {
    let mut entries = rows(tx, conversation, window, of, limit, Some(reader)).await?;
    let mut messages: Vec<&mut Message> = entries.iter_mut().filter_map(Entry::message_mut).collect();
    put_reactions(tx, &mut messages, reader).await?;
    Ok(entries)
}

/// Without a reader: for everybody at once.
async fn rows(
    tx: &mut Tx,
    conversation: ConversationId,
    window: Window,
    of: Of,
    limit: i64,
    reader: Option<UserId>,
) -> Result<Vec<Entry>> {
    let limit = limit.clamp(1, LOG_PAGE);
    let who = reader.unwrap_or(UserId(0));
    let rows = match window {
        Window::Latest => store::below(tx, conversation, Seq::MAX, of, limit, who).await?,
        Window::Before(seq) => store::below(tx, conversation, seq, of, limit, who).await?,
        Window::After(seq) => store::above(tx, conversation, seq, of, limit, who).await?,
        Window::Around(seq) => {
            let mut rows = store::below(tx, conversation, seq.saturating_add(1), of, limit / 2 + 1, who).await?;
            let rest = limit - i64::try_from(rows.len()).unwrap_or(limit);
            rows.extend(store::above(tx, conversation, seq, of, rest, who).await?);
            rows
        }
    };
    rows.into_iter().map(|row| row.into_entry_for(reader)).collect()
}

/// Adds the reactions to messages that something was folded into.
async fn put_reactions(tx: &mut Tx, messages: &mut [&mut Message], reader: UserId) -> Result<()> {
    let mut seqs: BTreeMap<ConversationId, Vec<Seq>> = BTreeMap::new();
    for message in messages.iter().filter(|message| message.rev.is_some() && !message.deleted) {
        seqs.entry(message.conversation).or_default().push(message.seq);
    }
    for (conversation, seqs) in seqs {
        let mut reactions = store::reactions(tx, conversation, &seqs, reader).await?;
        for message in messages.iter_mut().filter(|message| message.conversation == conversation) {
            message.reactions = reactions.remove(&message.seq).unwrap_or_default();
        }
    }
    Ok(())
}

/// Some messages by their seqs, as `reader` may see them; those that are none, or not for them, are left out.
pub(crate) async fn named(tx: &mut Tx, named: &[(ConversationId, Seq)], reader: UserId) -> Result<Vec<Message>> {
    let mut messages = Vec::new();
    for row in store::named(tx, named).await? {
        if let EntryBody::Message { message } = row.into_entry_for(Some(reader))?.body {
            messages.push(message);
        }
    }
    put_reactions(tx, &mut messages.iter_mut().collect::<Vec<_>>(), reader).await?;
    Ok(messages)
}

/// Messages of all logs whose time has come, those due first.
pub(crate) async fn expired(tx: &mut Tx, now: Millis, limit: i64) -> Result<Vec<(ConversationId, Seq)>> {
    Ok(store::expired(tx, now, limit).await?)
}

/// The first entry stored at or after `at`; the head when there is none. Times in a log never go back by much, so halving
/// finds it in a few lookups.
pub(crate) async fn seq_at(tx: &mut Tx, conversation: ConversationId, at: Millis, head: Seq) -> Result<Seq> {
    let (mut low, mut high) = (1, head);
    while low < high {
        let middle = low + (high - low) / 2;
        if store::stored_at(tx, conversation, middle).await?.is_some_and(|stored| stored >= at) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

impl NewEntry {
    /// A message on its way into the log.
    pub(crate) fn message(message: &Message, ordinal: i64) -> Self {
        let extra = store::extra_of(message);
        let Message { conversation, seq, client_id, sender, text, at, reply_to, expires_at, .. } = message.clone();
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
            target: None,
            extra,
            withheld_from: None,
            expires_at,
        }
    }

    pub(crate) fn of(entry: &Entry, ordinal: i64) -> Self {
        if let Some(message) = entry.message() {
            return Self::message(message, ordinal);
        }
        let (kind, body) = store::encode(&entry.body);
        let Entry { conversation, seq, actor, at, withheld_from, .. } = *entry;
        let target = entry.target();
        Self {
            conversation,
            seq,
            ordinal,
            kind,
            actor,
            at,
            client_id: None,
            reply_to: None,
            body,
            target,
            extra: None,
            withheld_from,
            expires_at: None,
        }
    }
}

/// The entries in `(after, up_to]`, oldest first, one page at most: for the hub, which fills the holes of its rooms. They
/// are for everybody, so they carry nothing that differs by reader: what was folded in follows as entries.
pub async fn between(tx: &mut Tx, conversation: ConversationId, after: Seq, up_to: Seq) -> Result<Vec<Entry>> {
    let mut entries = rows(tx, conversation, Window::After(after), Of::Entries, LOG_PAGE, None).await?;
    entries.retain(|entry| entry.seq <= up_to);
    entries.iter_mut().filter_map(Entry::message_mut).for_each(|message| message.rev = None);
    Ok(entries)
}
