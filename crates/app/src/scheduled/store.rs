//! Messages that wait for their time.

use parlor_db::{FromRow, Result, Tx, args, statements};
use parlor_model::{ConversationId, JobId, Millis, Seq, UserId};
use serde_json::json;

use super::Scheduled;

statements! {
    COUNT = "SELECT COUNT(*) FROM scheduled WHERE user_id = $1";
    INSERT = "INSERT INTO scheduled (id, user_id, conversation_id, client_id, text, reply_to, mentions, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    BY_CLIENT_ID = "SELECT id, conversation_id, client_id, text, reply_to, mentions, at, sending, failed FROM scheduled \
        WHERE user_id = $1 AND conversation_id = $2 AND client_id = $3";
    LIST = "SELECT id, conversation_id, client_id, text, reply_to, mentions, at, sending, failed FROM scheduled \
        WHERE user_id = $1 ORDER BY at, id";
    FIND = "SELECT id, conversation_id, client_id, text, reply_to, mentions, at, sending, failed FROM scheduled \
        WHERE user_id = $1 AND id = $2 FOR UPDATE";
    CHANGE = "UPDATE scheduled SET text = $2, mentions = $3, at = $4, failed = NULL WHERE id = $1";
    SET_SENDING = "UPDATE scheduled SET sending = $2, failed = NULL WHERE id = $1";
    FAIL = "UPDATE scheduled SET sending = 0, failed = $2 WHERE id = $1";
    REMOVE = "DELETE FROM scheduled WHERE id = $1";
}

#[derive(FromRow)]
struct Row {
    id: i64,
    conversation_id: i64,
    client_id: String,
    text: String,
    reply_to: Option<Seq>,
    mentions: String,
    at: Millis,
    sending: i64,
    failed: Option<String>,
}

impl Row {
    fn into_scheduled(self) -> Scheduled {
        Scheduled {
            id: JobId(self.id),
            conversation: ConversationId(self.conversation_id),
            client_id: self.client_id,
            text: self.text,
            reply_to: self.reply_to,
            mentions: serde_json::from_str(&self.mentions).unwrap_or_default(),
            at: self.at,
            failed: self.failed,
            sending: self.sending > 0,
        }
    }
}

pub(super) async fn count(tx: &mut Tx, user: UserId) -> Result<i64> {
    Ok(tx.one::<(i64,)>(&COUNT, args![user.0]).await?.map_or(0, |(count,)| count))
}

pub(super) async fn insert(tx: &mut Tx, user: UserId, new: &Scheduled) -> Result<()> {
    let Scheduled { id, conversation, client_id, text, reply_to, mentions, at, .. } = new;
    let args = args![id.0, user.0, conversation.0, client_id.as_str(), text.as_str(), *reply_to, json!(mentions), *at];
    tx.run(&INSERT, args).await.map(drop)
}

pub(super) async fn by_client_id(
    tx: &mut Tx,
    user: UserId,
    conversation: ConversationId,
    client_id: &str,
) -> Result<Option<Scheduled>> {
    let row: Option<Row> = tx.one(&BY_CLIENT_ID, args![user.0, conversation.0, client_id]).await?;
    Ok(row.map(Row::into_scheduled))
}

pub(super) async fn list(tx: &mut Tx, user: UserId) -> Result<Vec<Scheduled>> {
    let rows: Vec<Row> = tx.all(&LIST, args![user.0]).await?;
    Ok(rows.into_iter().map(Row::into_scheduled).collect())
}

pub(super) async fn find_for_update(tx: &mut Tx, user: UserId, id: JobId) -> Result<Option<Scheduled>> {
    let row: Option<Row> = tx.one(&FIND, args![user.0, id.0]).await?;
    Ok(row.map(Row::into_scheduled))
}

pub(super) async fn change(tx: &mut Tx, changed: &Scheduled) -> Result<()> {
    let Scheduled { id, text, mentions, at, .. } = changed;
    tx.run(&CHANGE, args![id.0, text.as_str(), json!(mentions), *at]).await.map(drop)
}

/// On its way, or not any more.
pub(super) async fn set_sending(tx: &mut Tx, id: JobId, on: bool) -> Result<()> {
    tx.run(&SET_SENDING, args![id.0, on]).await.map(drop)
}

pub(super) async fn fail(tx: &mut Tx, id: JobId, why: &str) -> Result<()> {
    tx.run(&FAIL, args![id.0, why]).await.map(drop)
}

pub(super) async fn remove(tx: &mut Tx, id: JobId) -> Result<()> {
    tx.run(&REMOVE, args![id.0]).await.map(drop)
}
