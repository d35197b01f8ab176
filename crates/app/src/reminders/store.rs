//! Reminders.

use parlor_db::{Result, Tx, args, statements};
use parlor_model::{ConversationId, JobId, Millis, Seq, UserId};

use super::Reminder;

statements! {
    COUNT = "SELECT COUNT(*) FROM reminders WHERE user_id = $1";
    INSERT = "INSERT INTO reminders (id, user_id, conversation_id, seq, at, note) VALUES ($1, $2, $3, $4, $5, $6)";
    SNOOZE = "UPDATE reminders SET at = $3, due = 0 WHERE id = $2 AND user_id = $1";
    REMOVE = "DELETE FROM reminders WHERE id = $2 AND user_id = $1";
    COME_DUE = "UPDATE reminders SET due = 1 WHERE id = $1 AND due = 0";
    LIST = "SELECT id, conversation_id, seq, at, note, due FROM reminders WHERE user_id = $1 ORDER BY at, id";
}

pub(super) async fn count(tx: &mut Tx, user: UserId) -> Result<i64> {
    Ok(tx.one::<(i64,)>(&COUNT, args![user.0]).await?.map_or(0, |(count,)| count))
}

pub(super) async fn insert(tx: &mut Tx, user: UserId, reminder: &Reminder) -> Result<()> {
    let Reminder { id, conversation, seq, at, note, .. } = reminder;
    tx.run(&INSERT, args![id.0, user.0, conversation.0, *seq, *at, note.clone()]).await.map(drop)
}

/// False when there is none.
pub(super) async fn snooze(tx: &mut Tx, user: UserId, id: JobId, at: Millis) -> Result<bool> {
    Ok(tx.run(&SNOOZE, args![user.0, id.0, at]).await? > 0)
}

/// False when there is none.
pub(super) async fn remove(tx: &mut Tx, user: UserId, id: JobId) -> Result<bool> {
    Ok(tx.run(&REMOVE, args![user.0, id.0]).await? > 0)
}

/// False when it is so already.
pub(super) async fn come_due(tx: &mut Tx, id: JobId) -> Result<bool> {
    Ok(tx.run(&COME_DUE, args![id.0]).await? > 0)
}

/// By their times; without the messages.
pub(super) async fn list(tx: &mut Tx, user: UserId) -> Result<Vec<Reminder>> {
    let rows: Vec<(i64, i64, Seq, Millis, Option<String>, i64)> = tx.all(&LIST, args![user.0]).await?;
    let reminder = |(id, conversation, seq, at, note, due)| Reminder {
        id: JobId(id),
        conversation: ConversationId(conversation),
        seq,
        at,
        note,
        due: due > 0,
        message: None,
    };
    Ok(rows.into_iter().map(reminder).collect())
}
