//! Notices as their reader finds them.

use parlor_db::{FromRow, Result, Tx, args, statements};
use parlor_model::notices::Notice;
use parlor_model::{ConversationId, Millis, Parent, Seq, UserId};

statements! {
    // Those to oneself, where one sits or where the thread hangs that they are from; and those to everybody since one came.
    LIST = "SELECT x.kind, x.conversation_id, c.parent_id, c.parent_seq, x.seq, x.target, x.actor_id, x.at FROM ( \
            SELECT n.kind, n.conversation_id, n.seq, n.target, n.actor_id, n.at \
            FROM notices n JOIN conversations k ON k.id = n.conversation_id \
            JOIN members m ON m.conversation_id = COALESCE(k.parent_id, k.id) AND m.user_id = $1 WHERE n.user_id = $1 \
            UNION SELECT n.kind, n.conversation_id, n.seq, n.target, n.actor_id, n.at \
            FROM members m JOIN notices n ON n.user_id = 0 AND n.conversation_id = m.conversation_id \
            WHERE m.user_id = $1 AND n.at >= m.joined_at AND n.actor_id <> $1 \
        ) AS x JOIN conversations c ON c.id = x.conversation_id \
        WHERE (x.at, x.conversation_id, x.seq, x.kind) < ($2, $3, $4, $5) \
        ORDER BY x.at DESC, x.conversation_id DESC, x.seq DESC, x.kind DESC LIMIT $6";
    UNREAD = "SELECT x.conversation_id, COUNT(*) FROM ( \
            SELECT n.kind, n.conversation_id, n.seq \
            FROM notices n JOIN conversations k ON k.id = n.conversation_id \
            JOIN members m ON m.conversation_id = COALESCE(k.parent_id, k.id) AND m.user_id = $1 WHERE n.user_id = $1 AND n.at > $2 \
            UNION SELECT n.kind, n.conversation_id, n.seq \
            FROM members m JOIN notices n ON n.user_id = 0 AND n.conversation_id = m.conversation_id \
            WHERE m.user_id = $1 AND n.at > $2 AND n.at >= m.joined_at AND n.actor_id <> $1 \
        ) AS x LEFT JOIN members s ON s.conversation_id = x.conversation_id AND s.user_id = $1 \
        WHERE x.kind IN ('reaction', 'invitation') OR x.seq > COALESCE(s.read_seq, 0) GROUP BY x.conversation_id";
    SEEN_AT = "SELECT at FROM notices_seen WHERE user_id = $1";
    SEE = "INSERT INTO notices_seen (user_id, at) VALUES ($1, $2) \
        ON CONFLICT (user_id) DO UPDATE SET at = $2 WHERE notices_seen.at < $2";
}

/// Where a notice stands in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub(super) at: Millis,
    pub(super) conversation: ConversationId,
    pub(super) seq: Seq,
    pub(super) kind: String,
}

impl Place {
    pub(super) fn top() -> Self {
        Self { at: Millis::MAX, conversation: ConversationId(i64::MAX), seq: Seq::MAX, kind: String::new() }
    }

    pub(super) fn of(notice: &Notice) -> Self {
        let Notice { at, conversation, seq, .. } = *notice;
        Self { at, conversation, seq, kind: notice.kind.clone() }
    }
}

#[derive(FromRow)]
struct Row {
    kind: String,
    conversation_id: i64,
    parent_id: Option<i64>,
    parent_seq: Option<Seq>,
    seq: Seq,
    target: Option<Seq>,
    actor_id: i64,
    at: Millis,
}

impl Row {
    fn into_notice(self) -> Notice {
        let parent = self.parent_id.zip(self.parent_seq);
        Notice {
            kind: self.kind,
            conversation: ConversationId(self.conversation_id),
            parent: parent.map(|(id, seq)| Parent { conversation: ConversationId(id), seq }),
            seq: self.seq,
            target: self.target,
            actor: UserId(self.actor_id),
            at: self.at,
            message: None,
            emoji: None,
        }
    }
}

pub(super) async fn list(tx: &mut Tx, user: UserId, before: &Place, limit: i64) -> Result<Vec<Notice>> {
    let Place { at, conversation, seq, kind } = before;
    let rows: Vec<Row> = tx.all(&LIST, args![user.0, *at, conversation.0, *seq, kind.as_str(), limit]).await?;
    Ok(rows.into_iter().map(Row::into_notice).collect())
}

pub(super) async fn unread(tx: &mut Tx, user: UserId, seen_at: Millis) -> Result<Vec<(ConversationId, i64)>> {
    let rows: Vec<(i64, i64)> = tx.all(&UNREAD, args![user.0, seen_at]).await?;
    Ok(rows.into_iter().map(|(c, count)| (ConversationId(c), count)).collect())
}

pub(super) async fn seen_at(tx: &mut Tx, user: UserId) -> Result<Millis> {
    Ok(tx.one::<(Millis,)>(&SEEN_AT, args![user.0]).await?.map_or(0, |(at,)| at))
}

/// False when they have looked later already.
pub(super) async fn see(tx: &mut Tx, user: UserId, at: Millis) -> Result<bool> {
    Ok(tx.run(&SEE, args![user.0, at]).await? > 0)
}
