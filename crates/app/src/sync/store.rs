//! Heads of conversations.

use parlor_db::{Result, Tx, args, statements};
use parlor_model::conversations::Head;
use parlor_model::{ConversationId, Millis, Seq, UserId};

statements! {
    HEADS = "SELECT c.id, c.head_seq, m.read_seq, c.head_ordinal - m.read_ordinal AS unread, c.last_at \
        FROM members m JOIN conversations c ON c.id = m.conversation_id WHERE m.user_id = $1 ORDER BY c.last_at DESC, c.id DESC";
}

pub(super) async fn heads(tx: &mut Tx, user: UserId) -> Result<Vec<Head>> {
    let rows: Vec<(i64, Seq, Seq, i64, Millis)> = tx.all(&HEADS, args![user.0]).await?;
    let head =
        |(id, head_seq, read_seq, unread, last_at)| Head(ConversationId(id), head_seq, read_seq, unread, 0, last_at);
    Ok(rows.into_iter().map(head).collect())
}
