//! Entries, and the heads of conversations.

use std::collections::BTreeMap;

use parlor_db::{FromRow, Result, Tx, args, statements};
use parlor_model::entries::{Entry, EntryBody, Message, Seq};
use parlor_model::{ConversationId, Error, Kind, Millis, UserId};
use serde_json::{Value, json};

use super::{LogHead, Of};

statements! {
    TAKE_SEQ = "UPDATE conversations SET head_seq = head_seq + 1, last_at = $2 WHERE id = $1 RETURNING head_seq, head_ordinal";
    LOCK = "SELECT id, kind, head_seq, head_ordinal FROM conversations \
        WHERE id IN (SELECT r.id FROM rows($1: id BIGINT) AS r) ORDER BY id FOR UPDATE";
    INSERT = "INSERT INTO entries (conversation_id, seq, ordinal, kind, actor_id, at, client_id, reply_to, body) \
        SELECT r.c, r.seq, r.ordinal, r.kind, r.actor, r.at, r.client_id, r.reply_to, r.body \
        FROM rows($1: c BIGINT, seq BIGINT, ordinal BIGINT, kind TEXT, actor BIGINT, at BIGINT, client_id TEXT, reply_to BIGINT, body TEXT) AS r";
    MOVE_HEADS = "UPDATE conversations SET head_seq = r.seq, head_ordinal = r.ordinal, last_message_seq = r.seq, last_at = r.at \
        FROM rows($1: c BIGINT, seq BIGINT, ordinal BIGINT, at BIGINT) AS r WHERE conversations.id = r.c";
    MOVE_READ_MARKS = "UPDATE members SET read_seq = r.seq, read_ordinal = r.ordinal \
        FROM rows($1: c BIGINT, u BIGINT, seq BIGINT, ordinal BIGINT) AS r \
        WHERE members.conversation_id = r.c AND members.user_id = r.u";
    BY_CLIENT_IDS = "SELECT e.conversation_id, e.seq, e.kind, e.actor_id, e.at, e.client_id, e.reply_to, e.body \
        FROM rows($1: c BIGINT, u BIGINT, client_id TEXT) AS r \
        JOIN entries e ON e.conversation_id = r.c AND e.actor_id = r.u AND e.client_id = r.client_id";
    BELOW = "SELECT conversation_id, seq, kind, actor_id, at, client_id, reply_to, body FROM entries \
        WHERE conversation_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    ABOVE = "SELECT conversation_id, seq, kind, actor_id, at, client_id, reply_to, body FROM entries \
        WHERE conversation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    MESSAGES_BELOW = "SELECT conversation_id, seq, kind, actor_id, at, client_id, reply_to, body FROM entries \
        WHERE conversation_id = $1 AND seq < $2 AND kind = 'message' ORDER BY seq DESC LIMIT $3";
    MESSAGES_ABOVE = "SELECT conversation_id, seq, kind, actor_id, at, client_id, reply_to, body FROM entries \
        WHERE conversation_id = $1 AND seq > $2 AND kind = 'message' ORDER BY seq LIMIT $3";
    NAMED = "SELECT e.conversation_id, e.seq, e.kind, e.actor_id, e.at, e.client_id, e.reply_to, e.body \
        FROM rows($1: c BIGINT, seq BIGINT) AS r JOIN entries e ON e.conversation_id = r.c AND e.seq = r.seq";
    ORDINAL_AT = "SELECT ordinal FROM entries WHERE conversation_id = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1";
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
}

impl EntryRow {
    pub(super) fn into_entry(self) -> parlor_model::Result<Entry> {
        let Self { conversation_id, seq, kind, actor_id, at, client_id, reply_to, body } = self;
        let (conversation, actor) = (ConversationId(conversation_id), UserId(actor_id));
        let body = if kind == "message" {
            let client_id = client_id.unwrap_or_default();
            EntryBody::Message {
                message: Message { conversation, seq, client_id, sender: actor, text: body, at, reply_to },
            }
        } else {
            let mut object: Value = serde_json::from_str(&body).map_err(Error::internal)?;
            object["kind"] = Value::String(kind);
            serde_json::from_value(object).map_err(Error::internal)?
        };
        Ok(Entry { conversation, seq, actor, at, body })
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

pub(super) async fn lock(tx: &mut Tx, conversations: &[ConversationId]) -> Result<BTreeMap<ConversationId, LogHead>> {
    let ids: Value = conversations.iter().map(|id| json!({ "id": id.0 })).collect();
    let rows: Vec<(i64, String, Seq, i64)> = tx.all(&LOCK, args![ids]).await?;
    let heads = rows.into_iter().filter_map(|(id, kind, seq, ordinal)| {
        Some((ConversationId(id), LogHead { kind: Kind::parse(&kind)?, seq, ordinal }))
    });
    Ok(heads.collect())
}

pub(super) async fn insert(tx: &mut Tx, entries: &[NewEntry]) -> Result<()> {
    let rows: Value = entries
        .iter()
        .map(|new| {
            json!({
                "c": new.conversation.0, "seq": new.seq, "ordinal": new.ordinal, "kind": new.kind, "actor": new.actor.0,
                "at": new.at, "client_id": new.client_id, "reply_to": new.reply_to, "body": new.body,
            })
        })
        .collect();
    tx.run(&INSERT, args![rows]).await.map(drop)
}

/// Moves each conversation's head to its newest message, and each sender's read mark to their own newest.
pub(super) async fn move_heads(tx: &mut Tx, entries: &[NewEntry]) -> Result<()> {
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
    tx.run(&MOVE_HEADS, args![heads.into_values().collect::<Value>()]).await?;
    tx.run(&MOVE_READ_MARKS, args![marks.into_values().collect::<Value>()]).await.map(drop)
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
) -> Result<Vec<EntryRow>> {
    let statement = if of == Of::Messages { &MESSAGES_BELOW } else { &BELOW };
    let mut rows: Vec<EntryRow> = tx.all(statement, args![conversation.0, seq, limit]).await?;
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
) -> Result<Vec<EntryRow>> {
    let statement = if of == Of::Messages { &MESSAGES_ABOVE } else { &ABOVE };
    tx.all(statement, args![conversation.0, seq, limit]).await
}

pub(super) async fn named(tx: &mut Tx, named: &[(ConversationId, Seq)]) -> Result<Vec<EntryRow>> {
    let rows: Value = named.iter().map(|(c, seq)| json!({ "c": c.0, "seq": seq })).collect();
    tx.all(&NAMED, args![rows]).await
}

pub(super) async fn ordinal_at(tx: &mut Tx, conversation: ConversationId, seq: Seq) -> Result<i64> {
    Ok(tx.one::<(i64,)>(&ORDINAL_AT, args![conversation.0, seq]).await?.map_or(0, |(ordinal,)| ordinal))
}
