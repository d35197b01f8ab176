//! Entries, and the heads of conversations.

use std::collections::BTreeMap;

use parlor_db::{FromRow, Result, Tx, args, statements};
use parlor_model::entries::{Entry, EntryBody, Forwarded, Mention, Message, Reaction, Seq, Settings, ThreadSummary};
use parlor_model::{ConversationId, Error, Kind, Millis, Parent, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{LogHead, Of, Version};

statements! {
    TAKE_SEQ = "UPDATE conversations SET head_seq = head_seq + 1, last_at = CASE WHEN last_at < $2 THEN $2 ELSE last_at END \
        WHERE id = $1 RETURNING head_seq, head_ordinal";
    WITHHELD_FROM = "SELECT m.withheld_from FROM conversations c JOIN members m ON m.conversation_id IN (c.id, c.parent_id) \
        WHERE c.id = $1 AND m.user_id = $2 AND m.withheld_from IS NOT NULL LIMIT 1";
    LOCK = "SELECT id, kind, head_seq, head_ordinal, parent_id, parent_seq, disappear_after_ms FROM conversations \
        WHERE id IN (SELECT r.id FROM rows($1: id BIGINT) AS r) \
            OR id IN (SELECT t.parent_id FROM conversations t WHERE t.id IN (SELECT r.id FROM rows($1: id BIGINT) AS r)) \
        ORDER BY id FOR UPDATE";
    INSERT = "INSERT INTO entries (conversation_id, seq, ordinal, kind, actor_id, at, client_id, reply_to, body) \
        SELECT r.c, r.seq, r.ordinal, r.kind, r.actor, r.at, r.client_id, r.reply_to, r.body \
        FROM rows($1: c BIGINT, seq BIGINT, ordinal BIGINT, kind TEXT, actor BIGINT, at BIGINT, client_id TEXT, reply_to BIGINT, body TEXT) AS r";
    INSERT_RICH = "INSERT INTO entries (conversation_id, seq, ordinal, kind, actor_id, at, client_id, reply_to, body, \
            target, extra, withheld_from, expires_at) \
        SELECT r.c, r.seq, r.ordinal, r.kind, r.actor, r.at, r.client_id, r.reply_to, r.body, r.target, r.extra, r.withheld, r.expires \
        FROM rows($1: c BIGINT, seq BIGINT, ordinal BIGINT, kind TEXT, actor BIGINT, at BIGINT, client_id TEXT, reply_to BIGINT, \
            body TEXT, target BIGINT, extra TEXT, withheld BIGINT, expires BIGINT) AS r";
    REWRITE = "UPDATE entries SET body = $3, rev = $4, extra = $5, expires_at = $6 WHERE conversation_id = $1 AND seq = $2";
    HOLD = "UPDATE entries SET held = $3 WHERE conversation_id = $1 AND seq = $2";
    // Inside, the index by target has all that is asked; else SQLite would rather look through the whole log.
    ERASE_EDITS = "UPDATE entries SET body = $3 WHERE conversation_id = $1 \
        AND seq IN (SELECT e.seq FROM entries e WHERE e.conversation_id = $1 AND e.target = $2) AND kind = 'edited'";
    ERASE_PATCHES = "UPDATE entries SET body = $3 WHERE conversation_id = $1 \
        AND seq IN (SELECT e.seq FROM entries e WHERE e.conversation_id = $1 AND e.target = $2) AND kind = 'patched' AND body LIKE $4";
    EDITS = "SELECT at, body FROM entries WHERE conversation_id = $1 \
        AND seq IN (SELECT e.seq FROM entries e WHERE e.conversation_id = $1 AND e.target = $2) AND kind = 'edited' \
        AND (withheld_from IS NULL OR withheld_from <> $3) ORDER BY seq";
    COUNT_MESSAGES = "SELECT COUNT(*) FROM entries WHERE conversation_id = $1 AND kind = 'message'";
    REACTIONS = "SELECT x.seq, x.emoji, COUNT(*) AS count, COUNT(CASE WHEN x.user_id = $2 THEN 1 END) AS mine \
        FROM rows($1: c BIGINT, seq BIGINT) AS r JOIN reactions x ON x.conversation_id = r.c AND x.seq = r.seq \
        WHERE x.withheld_from IS NULL OR x.withheld_from <> $2 GROUP BY x.seq, x.emoji ORDER BY x.seq, MIN(x.at), x.emoji";
    MOVE_HEADS = "UPDATE conversations SET head_seq = r.seq, head_ordinal = r.ordinal, last_message_seq = r.seq, last_at = r.at \
        FROM rows($1: c BIGINT, seq BIGINT, ordinal BIGINT, at BIGINT) AS r WHERE conversations.id = r.c";
    MOVE_SEQ = "UPDATE conversations SET head_seq = $2 WHERE id = $1";
    MOVE_READ_MARKS = "UPDATE members SET read_seq = r.seq, read_ordinal = r.ordinal \
        FROM rows($1: c BIGINT, u BIGINT, seq BIGINT, ordinal BIGINT) AS r \
        WHERE members.conversation_id = r.c AND members.user_id = r.u";
    BY_CLIENT_IDS = "SELECT e.conversation_id, e.seq, e.kind, e.actor_id, e.at, e.client_id, e.reply_to, e.body, e.rev, e.extra, e.withheld_from, e.expires_at, e.held \
        FROM rows($1: c BIGINT, u BIGINT, client_id TEXT) AS r \
        JOIN entries e ON e.conversation_id = r.c AND e.actor_id = r.u AND e.client_id = r.client_id";
    BELOW = "SELECT conversation_id, seq, kind, actor_id, at, client_id, reply_to, body, rev, extra, withheld_from, expires_at, held FROM entries \
        WHERE conversation_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    ABOVE = "SELECT conversation_id, seq, kind, actor_id, at, client_id, reply_to, body, rev, extra, withheld_from, expires_at, held FROM entries \
        WHERE conversation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    MESSAGES_BELOW = "SELECT conversation_id, seq, kind, actor_id, at, client_id, reply_to, body, rev, extra, withheld_from, expires_at, held FROM entries \
        WHERE conversation_id = $1 AND seq < $2 AND kind = 'message' \
            AND (withheld_from IS NULL OR withheld_from <> $4) ORDER BY seq DESC LIMIT $3";
    MESSAGES_ABOVE = "SELECT conversation_id, seq, kind, actor_id, at, client_id, reply_to, body, rev, extra, withheld_from, expires_at, held FROM entries \
        WHERE conversation_id = $1 AND seq > $2 AND kind = 'message' \
            AND (withheld_from IS NULL OR withheld_from <> $4) ORDER BY seq LIMIT $3";
    NAMED = "SELECT e.conversation_id, e.seq, e.kind, e.actor_id, e.at, e.client_id, e.reply_to, e.body, e.rev, e.extra, e.withheld_from, e.expires_at, e.held \
        FROM rows($1: c BIGINT, seq BIGINT) AS r JOIN entries e ON e.conversation_id = r.c AND e.seq = r.seq";
    STORED_AT = "SELECT at FROM entries WHERE conversation_id = $1 AND seq = $2";
    EXPIRED = "SELECT conversation_id, seq FROM entries WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
}

/// An entry on its way into the log.
#[derive(Debug)]
pub(crate) struct NewEntry {
    pub(crate) conversation: ConversationId,
    pub(crate) seq: Seq,
    pub(crate) ordinal: i64,
    pub(crate) kind: &'static str,
    pub(crate) actor: UserId,
    pub(crate) at: Millis,
    pub(crate) client_id: Option<String>,
    pub(crate) reply_to: Option<Seq>,
    pub(crate) body: String,
    pub(crate) target: Option<Seq>,
    pub(crate) extra: Option<String>,
    pub(crate) withheld_from: Option<UserId>,
    pub(crate) expires_at: Option<Millis>,
}

impl NewEntry {
    /// Plain messages are nearly all; the columns they leave empty need not be read from JSON for each.
    fn is_plain(&self) -> bool {
        self.target.is_none() && self.extra.is_none() && self.withheld_from.is_none() && self.expires_at.is_none()
    }

    fn row(&self) -> Value {
        let mut row = json!({
            "c": self.conversation.0, "seq": self.seq, "ordinal": self.ordinal, "kind": self.kind, "actor": self.actor.0,
            "at": self.at, "client_id": self.client_id, "reply_to": self.reply_to, "body": self.body,
        });
        if !self.is_plain() {
            row["target"] = json!(self.target);
            row["extra"] = json!(self.extra);
            row["withheld"] = json!(self.withheld_from.map(|user| user.0));
            row["expires"] = json!(self.expires_at);
        }
        row
    }
}

/// What a message holds besides its columns.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Extra {
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<Millis>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deleted: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<Mention>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pinned: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    forwarded: Option<Forwarded>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread: Option<ThreadSummary>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    parts: BTreeMap<String, Value>,
}

/// The column `extra` of a message; none when there is nothing in it.
pub(super) fn extra_of(message: &Message) -> Option<String> {
    let Message { edited_at, deleted, mentions, pinned, forwarded, thread, parts, .. } = message.clone();
    let extra = json!(Extra { edited_at, deleted, mentions, pinned, forwarded, thread, parts });
    extra.as_object().is_some_and(|object| !object.is_empty()).then(|| extra.to_string())
}

#[derive(FromRow)]
pub(super) struct EntryRow {
    conversation_id: i64,
    seq: Seq,
    kind: String,
    actor_id: i64,
    at: Millis,
    client_id: Option<String>,
    reply_to: Option<Seq>,
    body: String,
    rev: Option<Seq>,
    extra: Option<String>,
    withheld_from: Option<i64>,
    expires_at: Option<Millis>,
    held: Option<String>,
}

/// A message as its reader still sees it, while edits they do not get change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) reader: UserId,
    pub(super) text: String,
    pub(super) mentions: Vec<Mention>,
    pub(super) edited_at: Option<Millis>,
}

impl EntryRow {
    /// For one reader, without what is not for them; without a reader for everybody at once, as it was before any edit that
    /// somebody does not get (it follows for the others).
    pub(super) fn into_entry_for(self, reader: Option<UserId>) -> parlor_model::Result<Entry> {
        let held: Option<Held> = self.held.as_deref().and_then(|held| serde_json::from_str(held).ok());
        let mut entry = self.into_entry()?;
        let held = held.filter(|held| reader.is_none_or(|reader| reader == held.reader));
        if let (Some(Held { text, mentions, edited_at, .. }), Some(message)) = (held, entry.message_mut()) {
            (message.text, message.mentions, message.edited_at) = (text, mentions, edited_at);
        }
        Ok(reader.map_or(entry.clone(), |reader| entry.seen_by(reader)))
    }

    pub(super) fn is_held(&self) -> bool {
        self.held.is_some()
    }

    pub(super) fn into_entry(self) -> parlor_model::Result<Entry> {
        let (conversation, seq, actor, at) =
            (ConversationId(self.conversation_id), self.seq, UserId(self.actor_id), self.at);
        let withheld_from = self.withheld_from.map(UserId);
        let body = if self.kind == "message" {
            EntryBody::Message { message: self.into_message()? }
        } else {
            let mut object: Value = serde_json::from_str(&self.body).map_err(Error::internal)?;
            object["kind"] = Value::String(self.kind);
            serde_json::from_value(object).map_err(Error::internal)?
        };
        Ok(Entry { conversation, seq, actor, at, withheld_from, body })
    }

    fn into_message(self) -> parlor_model::Result<Message> {
        let extra: Option<Extra> =
            self.extra.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        let Extra { edited_at, deleted, mentions, pinned, forwarded, thread, parts } = extra.unwrap_or_default();
        Ok(Message {
            conversation: ConversationId(self.conversation_id),
            seq: self.seq,
            client_id: self.client_id.unwrap_or_default(),
            sender: UserId(self.actor_id),
            text: self.body,
            at: self.at,
            edited_at,
            deleted,
            reply_to: self.reply_to,
            mentions,
            reactions: Vec::new(),
            pinned,
            forwarded,
            expires_at: self.expires_at,
            thread,
            parts,
            rev: self.rev,
        })
    }
}

/// The kind, and the rest as a JSON object: as on the wire, so that there is one form.
pub(super) fn encode(body: &EntryBody) -> (&'static str, String) {
    let kind = match body {
        EntryBody::Created { .. } => "created",
        EntryBody::Message { .. } => "message",
        EntryBody::Joined { .. } => "joined",
        EntryBody::Left => "left",
        EntryBody::Removed { .. } => "removed",
        EntryBody::Role { .. } => "role",
        EntryBody::Renamed { .. } => "renamed",
        EntryBody::Settings { .. } => "settings",
        EntryBody::Edited { .. } => "edited",
        EntryBody::Deleted { .. } => "deleted",
        EntryBody::Reacted { .. } => "reacted",
        EntryBody::Unreacted { .. } => "unreacted",
        EntryBody::Pinned { .. } => "pinned",
        EntryBody::Unpinned { .. } => "unpinned",
        EntryBody::Patched { .. } => "patched",
        EntryBody::Withheld => "withheld",
        EntryBody::Unknown => "unknown",
    };
    let mut object = json!(body);
    if let Some(object) = object.as_object_mut() {
        object.remove("kind");
    }
    (kind, object.to_string())
}

pub(super) async fn take_seq(tx: &mut Tx, conversation: ConversationId, at: Millis) -> Result<Option<(Seq, i64)>> {
    tx.one(&TAKE_SEQ, args![conversation.0, at]).await
}

/// Who is kept from what a member says.
pub(super) async fn withheld_from(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<Option<UserId>> {
    Ok(tx.one::<(i64,)>(&WITHHELD_FROM, args![conversation.0, user.0]).await?.map(|(reader,)| UserId(reader)))
}

/// The logs, and those from whose messages they hang.
pub(super) async fn lock(tx: &mut Tx, conversations: &[ConversationId]) -> Result<BTreeMap<ConversationId, LogHead>> {
    type Row = (i64, String, Seq, i64, Option<i64>, Option<Seq>, Option<Millis>);
    let ids: Value = conversations.iter().map(|id| json!({ "id": id.0 })).collect();
    let rows: Vec<Row> = tx.all(&LOCK, args![ids]).await?;
    let heads = rows.into_iter().filter_map(|(id, kind, seq, ordinal, parent, parent_seq, disappear_after_ms)| {
        let parent = parent.zip(parent_seq).map(|(id, seq)| Parent { conversation: ConversationId(id), seq });
        let settings = Settings { disappear_after_ms };
        Some((ConversationId(id), LogHead { kind: Kind::parse(&kind)?, seq, ordinal, parent, settings }))
    });
    Ok(heads.collect())
}

pub(super) async fn insert(tx: &mut Tx, entries: &[NewEntry]) -> Result<()> {
    let rows: Value = entries.iter().map(NewEntry::row).collect();
    let statement = if entries.iter().all(NewEntry::is_plain) { &INSERT } else { &INSERT_RICH };
    tx.queue(statement, args![rows]).await
}

/// Writes what a message is now.
pub(super) async fn rewrite(tx: &mut Tx, message: &Message) -> Result<()> {
    let Message { conversation, seq, text, rev, expires_at, .. } = message;
    tx.run(&REWRITE, args![conversation.0, *seq, text.as_str(), *rev, extra_of(message), *expires_at]).await.map(drop)
}

/// What a message still is for its one reader who does not get its edits; or that there is none.
pub(super) async fn hold(tx: &mut Tx, conversation: ConversationId, seq: Seq, held: Option<&Held>) -> Result<()> {
    let held = held.map(|held| json!(held).to_string());
    tx.run(&HOLD, args![conversation.0, seq, held]).await.map(drop)
}

pub(super) async fn count_messages(tx: &mut Tx, conversation: ConversationId) -> Result<i64> {
    Ok(tx.one::<(i64,)>(&COUNT_MESSAGES, args![conversation.0]).await?.map_or(0, |(count,)| count))
}

/// What an edit said goes; that there was one stays.
pub(super) async fn erase_edits(tx: &mut Tx, conversation: ConversationId, target: Seq) -> Result<()> {
    let (_, body) = encode(&EntryBody::Edited { target, text: String::new(), mentions: Vec::new() });
    tx.run(&ERASE_EDITS, args![conversation.0, target, body]).await.map(drop)
}

/// What a part was goes, time by time; that it was changed stays.
pub(super) async fn erase_patches(tx: &mut Tx, conversation: ConversationId, target: Seq, part: &str) -> Result<()> {
    let (_, body) = encode(&EntryBody::Patched { target, part: part.to_owned(), value: None });
    // Quotes within what people wrote are escaped, so this is found as a key only.
    let named = format!("%\"part\":\"{part}\"%");
    tx.run(&ERASE_PATCHES, args![conversation.0, target, body, named]).await.map(drop)
}

#[derive(Deserialize)]
struct EditBody {
    text: String,
    #[serde(default)]
    before: Option<String>,
}

/// What a message said, oldest first, with the time of each edit; the first one is what it said at first, if it was edited.
pub(super) async fn edits(
    tx: &mut Tx,
    conversation: ConversationId,
    target: Seq,
    reader: UserId,
) -> Result<Vec<Version>> {
    let rows: Vec<(Millis, String)> = tx.all(&EDITS, args![conversation.0, target, reader.0]).await?;
    let mut versions = Vec::new();
    for (at, body) in rows {
        let Ok(EditBody { text, before }) = serde_json::from_str(&body) else { continue };
        if let Some(text) = before {
            versions.push(Version { text, at: None });
        }
        versions.push(Version { text, at: Some(at) });
    }
    Ok(versions)
}

/// The first edit of a message keeps what it said before.
pub(super) fn with_before(body: &str, before: &str) -> String {
    let mut object: Value = serde_json::from_str(body).unwrap_or_default();
    object["before"] = Value::String(before.to_owned());
    object.to_string()
}

/// The reactions of these messages, as `reader` sees them.
pub(super) async fn reactions(
    tx: &mut Tx,
    conversation: ConversationId,
    seqs: &[Seq],
    reader: UserId,
) -> Result<BTreeMap<Seq, Vec<Reaction>>> {
    let rows: Value = seqs.iter().map(|seq| json!({ "c": conversation.0, "seq": seq })).collect();
    let rows: Vec<(Seq, String, i64, i64)> = tx.all(&REACTIONS, args![rows, reader.0]).await?;
    let mut reactions: BTreeMap<Seq, Vec<Reaction>> = BTreeMap::new();
    for (seq, emoji, count, mine) in rows {
        reactions.entry(seq).or_default().push(Reaction { emoji, count, mine: mine > 0 });
    }
    Ok(reactions)
}

pub(super) async fn move_seq(tx: &mut Tx, conversation: ConversationId, seq: Seq) -> Result<()> {
    tx.run(&MOVE_SEQ, args![conversation.0, seq]).await.map(drop)
}

/// Moves each conversation's head to its newest message, and each sender's read mark to their own newest.
pub(super) async fn move_heads(tx: &mut Tx, entries: &[&NewEntry]) -> Result<()> {
    let mut heads = BTreeMap::new();
    let mut marks = BTreeMap::new();
    for new in entries {
        heads.insert(
            new.conversation,
            json!({ "c": new.conversation.0, "seq": new.seq, "ordinal": new.ordinal, "at": new.at }),
        );
        marks.insert(
            (new.conversation, new.actor),
            json!({ "c": new.conversation.0, "u": new.actor.0, "seq": new.seq, "ordinal": new.ordinal }),
        );
    }
    tx.queue(&MOVE_HEADS, args![heads.into_values().collect::<Value>()]).await?;
    tx.queue(&MOVE_READ_MARKS, args![marks.into_values().collect::<Value>()]).await
}

pub(super) async fn by_client_ids(tx: &mut Tx, asked: &[(ConversationId, UserId, &str)]) -> Result<Vec<EntryRow>> {
    let rows: Value =
        asked.iter().map(|(c, u, client_id)| json!({ "c": c.0, "u": u.0, "client_id": client_id })).collect();
    tx.all(&BY_CLIENT_IDS, args![rows]).await
}

/// The newest below `seq`, oldest first.
pub(super) async fn below(
    tx: &mut Tx,
    conversation: ConversationId,
    seq: Seq,
    of: Of,
    limit: i64,
    reader: UserId,
) -> Result<Vec<EntryRow>> {
    let mut args = args![conversation.0, seq, limit];
    if of == Of::Messages {
        args.extend(args![reader.0]);
    }
    let statement = if of == Of::Messages { &MESSAGES_BELOW } else { &BELOW };
    let mut rows: Vec<EntryRow> = tx.all(statement, args).await?;
    rows.reverse();
    Ok(rows)
}

/// The oldest above `seq`, oldest first.
pub(super) async fn above(
    tx: &mut Tx,
    conversation: ConversationId,
    seq: Seq,
    of: Of,
    limit: i64,
    reader: UserId,
) -> Result<Vec<EntryRow>> {
    let mut args = args![conversation.0, seq, limit];
    if of == Of::Messages {
        args.extend(args![reader.0]);
    }
    let statement = if of == Of::Messages { &MESSAGES_ABOVE } else { &ABOVE };
    tx.all(statement, args).await
}

pub(super) async fn named(tx: &mut Tx, named: &[(ConversationId, Seq)]) -> Result<Vec<EntryRow>> {
    let rows: Value = named.iter().map(|(c, seq)| json!({ "c": c.0, "seq": seq })).collect();
    tx.all(&NAMED, args![rows]).await
}

/// Those whose time has come, oldest first.
pub(super) async fn expired(tx: &mut Tx, now: Millis, limit: i64) -> Result<Vec<(ConversationId, Seq)>> {
    let rows: Vec<(i64, Seq)> = tx.all(&EXPIRED, args![now, limit]).await?;
    Ok(rows.into_iter().map(|(conversation, seq)| (ConversationId(conversation), seq)).collect())
}

pub(super) async fn stored_at(tx: &mut Tx, conversation: ConversationId, seq: Seq) -> Result<Option<Millis>> {
    Ok(tx.one::<(Millis,)>(&STORED_AT, args![conversation.0, seq]).await?.map(|(at,)| at))
}
