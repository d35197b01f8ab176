//! What lies beside messages: the emoji on them, and pins.

use parlor_db::{Result, Tx, args, statements};
use parlor_model::{ConversationId, Millis, Seq, UserId};

statements! {
    REACT = "INSERT INTO reactions (conversation_id, seq, emoji, user_id, at, withheld_from) VALUES ($1, $2, $3, $4, $5, $6)";
    UNREACT = "DELETE FROM reactions WHERE conversation_id = $1 AND seq = $2 AND emoji = $3 AND user_id = $4 RETURNING withheld_from";
    REACTIONS = "SELECT emoji, user_id FROM reactions WHERE conversation_id = $1 AND seq = $2 \
        AND (withheld_from IS NULL OR withheld_from <> $3) ORDER BY at, emoji, user_id LIMIT 1000";
    FORGET_REACTIONS = "DELETE FROM reactions WHERE conversation_id = $1 AND seq = $2";
    PIN = "INSERT INTO pins (conversation_id, seq, user_id, at) VALUES ($1, $2, $3, $4)";
    UNPIN = "DELETE FROM pins WHERE conversation_id = $1 AND seq = $2";
    COUNT_PINS = "SELECT COUNT(*) FROM pins WHERE conversation_id = $1";
    PINS = "SELECT seq, user_id, at FROM pins WHERE conversation_id = $1 ORDER BY at DESC, seq DESC";
}

pub(super) async fn react(
    tx: &mut Tx,
    conversation: ConversationId,
    seq: Seq,
    emoji: &str,
    user: UserId,
    at: Millis,
    withheld_from: Option<UserId>,
) -> Result<()> {
    let reader = withheld_from.map(|reader| reader.0);
    tx.run(&REACT, args![conversation.0, seq, emoji, user.0, at, reader]).await.map(drop)
}

/// From whom it was withheld; none when there was no such reaction.
pub(super) async fn unreact(
    tx: &mut Tx,
    conversation: ConversationId,
    seq: Seq,
    emoji: &str,
    user: UserId,
) -> Result<Option<Option<UserId>>> {
    let row: Option<(Option<i64>,)> = tx.one(&UNREACT, args![conversation.0, seq, emoji, user.0]).await?;
    Ok(row.map(|(reader,)| reader.map(UserId)))
}

pub(super) async fn reactions(
    tx: &mut Tx,
    conversation: ConversationId,
    seq: Seq,
    reader: UserId,
) -> Result<Vec<(String, UserId)>> {
    let rows: Vec<(String, i64)> = tx.all(&REACTIONS, args![conversation.0, seq, reader.0]).await?;
    Ok(rows.into_iter().map(|(emoji, user)| (emoji, UserId(user))).collect())
}

/// All that hangs on a message that goes.
pub(super) async fn forget(tx: &mut Tx, conversation: ConversationId, seq: Seq) -> Result<()> {
    tx.run(&FORGET_REACTIONS, args![conversation.0, seq]).await?;
    unpin(tx, conversation, seq).await
}

pub(super) async fn pin(tx: &mut Tx, conversation: ConversationId, seq: Seq, user: UserId, at: Millis) -> Result<()> {
    tx.run(&PIN, args![conversation.0, seq, user.0, at]).await.map(drop)
}

pub(super) async fn unpin(tx: &mut Tx, conversation: ConversationId, seq: Seq) -> Result<()> {
    tx.run(&UNPIN, args![conversation.0, seq]).await.map(drop)
}

pub(super) async fn count_pins(tx: &mut Tx, conversation: ConversationId) -> Result<i64> {
    Ok(tx.one::<(i64,)>(&COUNT_PINS, args![conversation.0]).await?.map_or(0, |(count,)| count))
}

/// Last pinned first.
pub(super) async fn pins(tx: &mut Tx, conversation: ConversationId) -> Result<Vec<(Seq, UserId, Millis)>> {
    let rows: Vec<(Seq, i64, Millis)> = tx.all(&PINS, args![conversation.0]).await?;
    Ok(rows.into_iter().map(|(seq, user, at)| (seq, UserId(user), at)).collect())
}
