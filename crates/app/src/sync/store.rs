//! Heads of conversations.

use parlor_db::{Result, Tx, args, statements};
use parlor_model::conversations::Head;
use parlor_model::{ConversationId, Millis, Seq, UserId};

statements! {
    // The + 0 keeps SQLite from an index of all notices in a conversation, which has them in this order.
    HEADS = "SELECT c.id, c.head_seq, m.read_seq, c.head_ordinal - m.read_ordinal AS unread, \
            (SELECT COUNT(DISTINCT n.seq + 0) FROM notices n WHERE n.user_id IN ($1, 0) AND n.conversation_id = m.conversation_id \
                AND n.seq > m.read_seq AND n.kind = 'mention' AND n.actor_id <> $1 \
                AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = $1 AND b.blocked_id = n.actor_id)) AS mentions, \
            c.last_at, COALESCE(y.version, 0) AS my_version \
        FROM members m JOIN conversations c ON c.id = m.conversation_id \
        LEFT JOIN my y ON y.user_id = m.user_id AND y.conversation_id = m.conversation_id \
        WHERE m.user_id = $1 ORDER BY c.last_at DESC, c.id DESC";
}

pub(super) async fn heads(tx: &mut Tx, user: UserId) -> Result<Vec<Head>> {
    let rows: Vec<(i64, Seq, Seq, i64, i64, Millis, i64)> = tx.all(&HEADS, args![user.0]).await?;
    let head = |(id, head_seq, read_seq, unread, mentions, last_at, version)| {
        Head(ConversationId(id), head_seq, read_seq, unread, mentions, last_at, version)
    };
    Ok(rows.into_iter().map(head).collect())
}
