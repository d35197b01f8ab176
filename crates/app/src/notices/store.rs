//! Notices.

use std::collections::HashMap;

use parlor_db::{Result, Tx, args, statements};
use parlor_model::{ConversationId, Seq, UserId};
use serde_json::{Value, json};

use super::{EVERYBODY, Notice, Reason};

statements! {
    INSERT = "INSERT INTO notices (user_id, conversation_id, seq, kind, actor_id, target, at) \
        SELECT r.u, r.c, r.seq, r.kind, r.actor, r.target, r.at \
        FROM rows($1: u BIGINT, c BIGINT, seq BIGINT, kind TEXT, actor BIGINT, target BIGINT, at BIGINT) AS r \
        WHERE NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = r.u AND b.blocked_id = r.actor) \
            AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = r.actor AND b.blocked_id = r.u) \
        ON CONFLICT DO NOTHING RETURNING user_id";
    TAKE_BACK = "DELETE FROM notices WHERE conversation_id = $1 AND target = $2 AND actor_id = $3 AND kind = $4";
    UNCALL = "DELETE FROM notices WHERE conversation_id = $1 AND seq = $2 AND kind = 'mention' \
        AND user_id IN (SELECT r.u FROM rows($3: u BIGINT) AS r)";
    PRUNE = "DELETE FROM notices WHERE user_id = $1 \
        AND at < (SELECT n.at FROM notices n WHERE n.user_id = $1 ORDER BY n.at DESC LIMIT 1 OFFSET $2)";
    FORGET = "DELETE FROM notices WHERE conversation_id = $1 AND seq = $2";
    FORGET_ABOUT = "DELETE FROM notices WHERE conversation_id = $1 AND target = $2";
    MENTIONS_AFTER = "SELECT r.c, r.u, COUNT(DISTINCT n.seq) FROM rows($1: c BIGINT, u BIGINT, seq BIGINT) AS r \
        JOIN notices n ON n.user_id IN (r.u, 0) AND n.conversation_id = r.c AND n.seq > r.seq \
        WHERE n.kind = 'mention' AND n.actor_id <> r.u \
            AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = r.u AND b.blocked_id = n.actor_id) GROUP BY r.c, r.u";
    MENTIONS = "SELECT m.conversation_id, COUNT(DISTINCT n.seq) FROM rows($2: c BIGINT) AS r CROSS JOIN members m \
        JOIN notices n ON n.user_id IN ($1, 0) AND n.conversation_id = m.conversation_id AND n.seq > m.read_seq \
        WHERE m.conversation_id = r.c AND m.user_id = $1 AND n.kind = 'mention' AND n.actor_id <> $1 \
            AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = $1 AND b.blocked_id = n.actor_id) GROUP BY m.conversation_id";
}

/// Who is called: not by somebody they blocked, nor by somebody who blocked them.
pub(super) async fn insert(tx: &mut Tx, notices: &[&Notice]) -> Result<Vec<UserId>> {
    let rows: Value = notices
        .iter()
        .map(|notice| {
            json!({
                "u": notice.user.unwrap_or(EVERYBODY).0, "c": notice.conversation.0, "seq": notice.seq,
                "kind": notice.reason.name(), "actor": notice.actor.0, "target": notice.target, "at": notice.at,
            })
        })
        .collect();
    let rows: Vec<(i64,)> = tx.all(&INSERT, args![rows]).await?;
    Ok(rows.into_iter().map(|(user,)| UserId(user)).filter(|user| *user != EVERYBODY).collect())
}

pub(super) async fn uncall(
    tx: &mut Tx,
    conversation: ConversationId,
    seq: Seq,
    users: &[Option<UserId>],
) -> Result<()> {
    let rows: Value = users.iter().map(|user| json!({ "u": user.unwrap_or(EVERYBODY).0 })).collect();
    tx.run(&UNCALL, args![conversation.0, seq, rows]).await.map(drop)
}

pub(super) async fn prune(tx: &mut Tx, user: UserId, keep: i64) -> Result<()> {
    tx.run(&PRUNE, args![user.0, keep - 1]).await.map(drop)
}

pub(super) async fn take_back(
    tx: &mut Tx,
    conversation: ConversationId,
    target: Seq,
    actor: UserId,
    reason: Reason,
) -> Result<()> {
    tx.run(&TAKE_BACK, args![conversation.0, target, actor.0, reason.name()]).await.map(drop)
}

pub(super) async fn forget(tx: &mut Tx, conversation: ConversationId, seq: Seq) -> Result<()> {
    // With both in one statement SQLite would look through all notices of the conversation.
    tx.run(&FORGET, args![conversation.0, seq]).await?;
    tx.run(&FORGET_ABOUT, args![conversation.0, seq]).await.map(drop)
}

pub(super) async fn mentions_after(
    tx: &mut Tx,
    marks: &[(ConversationId, UserId, Seq)],
) -> Result<HashMap<(ConversationId, UserId), i64>> {
    let rows: Value = marks.iter().map(|(c, u, seq)| json!({ "c": c.0, "u": u.0, "seq": seq })).collect();
    let rows: Vec<(i64, i64, i64)> = tx.all(&MENTIONS_AFTER, args![rows]).await?;
    Ok(rows.into_iter().map(|(c, u, count)| ((ConversationId(c), UserId(u)), count)).collect())
}

pub(super) async fn mentions(
    tx: &mut Tx,
    user: UserId,
    conversations: &[ConversationId],
) -> Result<HashMap<ConversationId, i64>> {
    let rows: Value = conversations.iter().map(|c| json!({ "c": c.0 })).collect();
    let rows: Vec<(i64, i64)> = tx.all(&MENTIONS, args![user.0, rows]).await?;
    Ok(rows.into_iter().map(|(c, count)| (ConversationId(c), count)).collect())
}
