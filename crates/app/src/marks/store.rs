//! Marks.

use parlor_db::{Result, Tx, args, statements};
use parlor_model::{ConversationId, Millis, Seq, UserId};

use super::{Mark, Place};

statements! {
    COUNT = "SELECT COUNT(*) FROM marks WHERE user_id = $1 AND kind = $2";
    SET = "INSERT INTO marks (user_id, kind, conversation_id, seq, at, note) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (user_id, kind, conversation_id, seq) DO UPDATE SET note = $6 WHERE COALESCE(marks.note, '') <> COALESCE($6, '')";
    CLEAR = "DELETE FROM marks WHERE user_id = $1 AND kind = $2 AND conversation_id = $3 AND seq = $4";
    SAVED = "SELECT at, conversation_id, seq, note FROM marks WHERE user_id = $1 AND kind = 'saved' \
        AND (at, conversation_id, seq) < ($2, $3, $4) ORDER BY at DESC, conversation_id DESC, seq DESC LIMIT $5";
    HIDDEN = "SELECT conversation_id, seq FROM marks WHERE user_id = $1 AND kind = 'hidden' ORDER BY conversation_id, seq";
}

pub(super) async fn count(tx: &mut Tx, user: UserId, mark: Mark) -> Result<i64> {
    Ok(tx.one::<(i64,)>(&COUNT, args![user.0, mark.name()]).await?.map_or(0, |(count,)| count))
}

/// False when it was so already.
pub(super) async fn set(tx: &mut Tx, user: UserId, mark: Mark, place: Place, note: Option<&str>) -> Result<bool> {
    let (at, conversation, seq) = place;
    Ok(tx.run(&SET, args![user.0, mark.name(), conversation.0, seq, at, note]).await? > 0)
}

/// False when there was none.
pub(super) async fn clear(
    tx: &mut Tx,
    user: UserId,
    mark: Mark,
    conversation: ConversationId,
    seq: Seq,
) -> Result<bool> {
    Ok(tx.run(&CLEAR, args![user.0, mark.name(), conversation.0, seq]).await? > 0)
}

/// Last saved first, with their notes.
pub(super) async fn saved(
    tx: &mut Tx,
    user: UserId,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<(Place, Option<String>)>> {
    let (at, conversation, seq) = after.unwrap_or((Millis::MAX, ConversationId(i64::MAX), Seq::MAX));
    let rows: Vec<(Millis, i64, Seq, Option<String>)> =
        tx.all(&SAVED, args![user.0, at, conversation.0, seq, limit]).await?;
    Ok(rows.into_iter().map(|(at, conversation, seq, note)| ((at, ConversationId(conversation), seq), note)).collect())
}

pub(super) async fn hidden(tx: &mut Tx, user: UserId) -> Result<Vec<(ConversationId, Seq)>> {
    let rows: Vec<(i64, Seq)> = tx.all(&HIDDEN, args![user.0]).await?;
    Ok(rows.into_iter().map(|(conversation, seq)| (ConversationId(conversation), seq)).collect())
}
