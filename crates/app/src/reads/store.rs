//! Read marks, in the rows of the members.

use parlor_db::{Result, Tx, args, statements};
use parlor_model::{ConversationId, Seq, UserId};

statements! {
    MARK = "UPDATE members SET read_seq = $3, read_ordinal = $4 WHERE conversation_id = $1 AND user_id = $2 AND read_seq < $3";
}

pub(super) async fn mark(
    tx: &mut Tx,
    conversation: ConversationId,
    user: UserId,
    seq: Seq,
    ordinal: i64,
) -> Result<()> {
    tx.run(&MARK, args![conversation.0, user.0, seq, ordinal]).await.map(drop)
}
