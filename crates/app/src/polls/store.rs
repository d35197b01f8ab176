//! Votes.

use parlor_db::{Result, Tx, args, statements};
use parlor_model::{ConversationId, Millis, Seq, UserId};
use serde_json::{Value, json};

statements! {
    MINE = "SELECT option FROM poll_votes WHERE conversation_id = $1 AND seq = $2 AND user_id = $3 ORDER BY option";
    VOTES = "SELECT user_id, option FROM poll_votes WHERE conversation_id = $1 AND seq = $2 ORDER BY at, user_id, option";
    TAKE_BACK = "DELETE FROM poll_votes WHERE conversation_id = $1 AND seq = $2 AND user_id = $3";
    CHOOSE = "INSERT INTO poll_votes (conversation_id, seq, user_id, option, at) \
        SELECT $1, $2, $3, r.option, $4 FROM rows($5: option BIGINT) AS r";
    FORGET = "DELETE FROM poll_votes WHERE conversation_id = $1 AND seq = $2";
}

pub(super) async fn mine(tx: &mut Tx, conversation: ConversationId, seq: Seq, user: UserId) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = tx.all(&MINE, args![conversation.0, seq, user.0]).await?;
    Ok(rows.into_iter().map(|(option,)| option).collect())
}

/// Who chose what, those first who were first.
pub(super) async fn votes(tx: &mut Tx, conversation: ConversationId, seq: Seq) -> Result<Vec<(UserId, i64)>> {
    let rows: Vec<(i64, i64)> = tx.all(&VOTES, args![conversation.0, seq]).await?;
    Ok(rows.into_iter().map(|(user, option)| (UserId(user), option)).collect())
}

/// These and no others.
pub(super) async fn choose(
    tx: &mut Tx,
    conversation: ConversationId,
    seq: Seq,
    user: UserId,
    options: &[i64],
    at: Millis,
) -> Result<()> {
    tx.run(&TAKE_BACK, args![conversation.0, seq, user.0]).await?;
    let rows: Value = options.iter().map(|option| json!({ "option": option })).collect();
    tx.run(&CHOOSE, args![conversation.0, seq, user.0, at, rows]).await.map(drop)
}

pub(super) async fn forget(tx: &mut Tx, conversation: ConversationId, seq: Seq) -> Result<()> {
    tx.run(&FORGET, args![conversation.0, seq]).await.map(drop)
}
