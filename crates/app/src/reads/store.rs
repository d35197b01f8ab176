//! Marks, in the rows of the members. Who tells nobody of theirs: who does not want to, and who has not accepted a
//! stranger's first word.

use std::collections::HashMap;

use parlor_db::{FromRow, Result, Tx, args, statements};
use parlor_model::{ConversationId, Seq, UserId};
use serde_json::{Value, json};

use super::{Reached, Receipt};

statements! {
    SEATS = "SELECT m.conversation_id, m.user_id, c.members_count, c.head_seq, c.head_ordinal, m.read_seq, m.read_ordinal, m.delivered_seq, \
            CASE WHEN y.doc LIKE '%\"request\":\"%' THEN 0 ELSE u.receipts END AS tells, \
            CAST(CASE WHEN y.doc LIKE '%\"marked_unread\":true%' THEN 1 ELSE 0 END AS BIGINT) AS marked \
        FROM rows($1: c BIGINT, u BIGINT) AS r JOIN conversations c ON c.id = r.c \
        JOIN members m ON m.conversation_id = r.c AND m.user_id = r.u JOIN users u ON u.id = r.u \
        LEFT JOIN my y ON y.user_id = r.u AND y.conversation_id = r.c";
    UNREAD = "SELECT m.conversation_id, c.head_seq FROM members m JOIN conversations c ON c.id = m.conversation_id \
        WHERE m.user_id = $1 AND m.read_ordinal < c.head_ordinal ORDER BY m.conversation_id";
    ORDINALS = "SELECT r.c, r.seq, COALESCE((SELECT e.ordinal FROM entries e WHERE e.conversation_id = r.c AND e.seq <= r.seq \
            ORDER BY e.seq DESC LIMIT 1), 0) FROM rows($1: c BIGINT, seq BIGINT) AS r";
    MOVE = "UPDATE members SET read_seq = r.seq, read_ordinal = r.ordinal, delivered_seq = r.delivered \
        FROM rows($1: c BIGINT, u BIGINT, seq BIGINT, ordinal BIGINT, delivered BIGINT) AS r \
        WHERE members.conversation_id = r.c AND members.user_id = r.u";
    LISTENERS = "SELECT m.conversation_id, m.user_id FROM rows($1: c BIGINT) AS r \
        JOIN members m ON m.conversation_id = r.c JOIN users u ON u.id = m.user_id WHERE u.receipts = 1";
    RECEIPTS = "SELECT m.user_id, m.delivered_seq, m.read_seq FROM members m JOIN users u ON u.id = m.user_id \
        LEFT JOIN my y ON y.user_id = m.user_id AND y.conversation_id = m.conversation_id \
        WHERE m.conversation_id = $1 AND m.user_id <> $2 AND u.receipts = 1 AND COALESCE(y.doc, '') NOT LIKE '%\"request\":\"%' \
        ORDER BY m.user_id";
    OTHERS = "SELECT COUNT(*) FROM members WHERE conversation_id = $1 AND user_id <> $2";
    REACHED = "SELECT COUNT(CASE WHEN m.read_seq >= $2 THEN 1 END), COUNT(*) FROM members m JOIN users u ON u.id = m.user_id \
        LEFT JOIN my y ON y.user_id = m.user_id AND y.conversation_id = m.conversation_id \
        WHERE m.conversation_id = $1 AND m.user_id <> $3 AND (m.read_seq >= $2 OR m.delivered_seq >= $2) \
        AND u.receipts = 1 AND COALESCE(y.doc, '') NOT LIKE '%\"request\":\"%'";
    READERS = "SELECT m.user_id FROM members m JOIN users u ON u.id = m.user_id \
        LEFT JOIN my y ON y.user_id = m.user_id AND y.conversation_id = m.conversation_id \
        WHERE m.conversation_id = $1 AND m.user_id <> $3 AND m.read_seq >= $2 \
        AND u.receipts = 1 AND COALESCE(y.doc, '') NOT LIKE '%\"request\":\"%' ORDER BY m.user_id LIMIT $4";
    RECEIVERS = "SELECT m.user_id FROM members m JOIN users u ON u.id = m.user_id \
        LEFT JOIN my y ON y.user_id = m.user_id AND y.conversation_id = m.conversation_id \
        WHERE m.conversation_id = $1 AND m.user_id <> $3 AND m.read_seq < $2 AND m.delivered_seq >= $2 \
        AND u.receipts = 1 AND COALESCE(y.doc, '') NOT LIKE '%\"request\":\"%' ORDER BY m.user_id LIMIT $4";
}

/// A member and their marks.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Marks {
    conversation_id: i64,
    user_id: i64,
    pub(super) members_count: i64,
    pub(super) head_seq: Seq,
    pub(super) head_ordinal: i64,
    pub(super) read_seq: Seq,
    pub(super) read_ordinal: i64,
    pub(super) delivered_seq: Seq,
    tells: i64,
    marked: i64,
}

impl Marks {
    /// Others may know.
    pub(super) fn tells(&self) -> bool {
        self.tells > 0
    }

    /// Shown as unread, whatever was read.
    pub(super) fn is_marked(&self) -> bool {
        self.marked > 0
    }
}

pub(super) type Key = (ConversationId, UserId);

pub(super) async fn seats(tx: &mut Tx, asked: &[Key]) -> Result<HashMap<Key, Marks>> {
    let rows: Value = asked.iter().map(|(c, u)| json!({ "c": c.0, "u": u.0 })).collect();
    let rows: Vec<Marks> = tx.all(&SEATS, args![rows]).await?;
    let keyed = |row: Marks| {
        let marks = Marks { delivered_seq: row.delivered_seq.max(row.read_seq), ..row };
        ((ConversationId(marks.conversation_id), UserId(marks.user_id)), marks)
    };
    Ok(rows.into_iter().map(keyed).collect())
}

/// Where something is unread, and where those logs end.
pub(super) async fn unread(tx: &mut Tx, user: UserId) -> Result<Vec<(ConversationId, Seq)>> {
    let rows: Vec<(i64, Seq)> = tx.all(&UNREAD, args![user.0]).await?;
    Ok(rows.into_iter().map(|(c, seq)| (ConversationId(c), seq)).collect())
}

/// How many messages these logs hold up to these places.
pub(super) async fn ordinals(
    tx: &mut Tx,
    places: &[(ConversationId, Seq)],
) -> Result<HashMap<(ConversationId, Seq), i64>> {
    let rows: Value = places.iter().map(|(c, seq)| json!({ "c": c.0, "seq": seq })).collect();
    let rows: Vec<(i64, Seq, i64)> = tx.all(&ORDINALS, args![rows]).await?;
    Ok(rows.into_iter().map(|(c, seq, ordinal)| ((ConversationId(c), seq), ordinal)).collect())
}

pub(super) async fn move_marks(tx: &mut Tx, moved: &[(Key, &Marks)]) -> Result<()> {
    let rows: Value = moved
        .iter()
        .map(|((c, u), marks)| {
            let Marks { read_seq, read_ordinal, delivered_seq, .. } = marks;
            json!({ "c": c.0, "u": u.0, "seq": read_seq, "ordinal": read_ordinal, "delivered": delivered_seq })
        })
        .collect();
    tx.run(&MOVE, args![rows]).await.map(drop)
}

/// Who there wants to be told of the others.
pub(super) async fn listeners(
    tx: &mut Tx,
    conversations: &[ConversationId],
) -> Result<HashMap<ConversationId, Vec<UserId>>> {
    let rows: Value = conversations.iter().map(|c| json!({ "c": c.0 })).collect();
    let rows: Vec<(i64, i64)> = tx.all(&LISTENERS, args![rows]).await?;
    let mut listeners: HashMap<ConversationId, Vec<UserId>> = HashMap::new();
    for (conversation, user) in rows {
        listeners.entry(ConversationId(conversation)).or_default().push(UserId(user));
    }
    Ok(listeners)
}

pub(super) async fn receipts(tx: &mut Tx, conversation: ConversationId, but: UserId) -> Result<Vec<Receipt>> {
    let rows: Vec<(i64, Seq, Seq)> = tx.all(&RECEIPTS, args![conversation.0, but.0]).await?;
    let receipt = |(user, delivered, read_seq): (i64, Seq, Seq)| Receipt {
        user: UserId(user),
        delivered_seq: delivered.max(read_seq),
        read_seq,
    };
    Ok(rows.into_iter().map(receipt).collect())
}

pub(super) async fn others(tx: &mut Tx, conversation: ConversationId, but: UserId) -> Result<i64> {
    Ok(tx.one::<(i64,)>(&OTHERS, args![conversation.0, but.0]).await?.map_or(0, |(count,)| count))
}

pub(super) async fn reached(
    tx: &mut Tx,
    conversation: ConversationId,
    seq: Seq,
    sender: UserId,
    names: i64,
) -> Result<Reached> {
    let counts: Option<(i64, i64)> = tx.one(&REACHED, args![conversation.0, seq, sender.0]).await?;
    let (read_count, delivered_count) = counts.unwrap_or_default();
    let ids = |rows: Vec<(i64,)>| rows.into_iter().map(|(id,)| UserId(id)).collect();
    let read = tx.all(&READERS, args![conversation.0, seq, sender.0, names]).await.map(ids)?;
    let delivered = tx.all(&RECEIVERS, args![conversation.0, seq, sender.0, names]).await.map(ids)?;
    Ok(Reached { read, delivered, read_count, delivered_count, members: 0 })
}
