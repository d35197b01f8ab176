//! Conversations and members.

use std::collections::BTreeSet;

use parlor_db::{FromRow, Result, Tx, args, statements};
use parlor_model::{ConversationId, Kind, Member, Millis, Role, Seq, User, UserId};
use serde_json::{Value, json};

use super::Seat;

statements! {
    SEAT = "SELECT c.kind, c.members_count, c.head_seq, c.head_ordinal, m.role, m.read_seq, m.read_ordinal \
        FROM members m JOIN conversations c ON c.id = m.conversation_id WHERE m.conversation_id = $1 AND m.user_id = $2";
    ROLES = "SELECT m.conversation_id, m.user_id, m.role FROM rows($1: c BIGINT, u BIGINT) AS r \
        JOIN members m ON m.conversation_id = r.c AND m.user_id = r.u";
    BY_KEY = "SELECT id FROM conversations WHERE unique_key = $1";
    INSERT = "INSERT INTO conversations (id, kind, title, unique_key, members_count, head_seq, head_ordinal, last_message_seq, created_at, last_at) \
        VALUES ($1, $2, $3, $4, 0, 0, 0, 0, $5, $5) ON CONFLICT (unique_key) DO NOTHING";
    SEAT_ALL = "INSERT INTO members (conversation_id, user_id, role, joined_at, read_seq, read_ordinal) \
        SELECT r.c, r.u, r.role, r.at, r.seq, r.ordinal \
        FROM rows($1: c BIGINT, u BIGINT, role TEXT, at BIGINT, seq BIGINT, ordinal BIGINT) AS r";
    COUNT = "UPDATE conversations SET members_count = members_count + $2 WHERE id = $1";
    RENAME = "UPDATE conversations SET title = $2 WHERE id = $1 AND title <> $2";
    PRESENT = "SELECT m.user_id FROM rows($2: id BIGINT) AS r JOIN members m ON m.conversation_id = $1 AND m.user_id = r.id";
    ROLE = "SELECT role FROM members WHERE conversation_id = $1 AND user_id = $2";
    SET_ROLE = "UPDATE members SET role = $3 WHERE conversation_id = $1 AND user_id = $2";
    UNSEAT = "DELETE FROM members WHERE conversation_id = $1 AND user_id = $2";
    OTHER_OWNERS = "SELECT COUNT(*) FROM members WHERE conversation_id = $1 AND user_id <> $2 AND role = 'owner'";
    MEMBERS = "SELECT u.id, u.username, u.name, u.bio, m.role, m.joined_at FROM members m JOIN users u ON u.id = m.user_id \
        WHERE m.conversation_id = $1 AND (CASE m.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END, m.user_id) > ($2, $3) \
        ORDER BY CASE m.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END, m.user_id LIMIT $4";
    MEMBER = "SELECT u.id, u.username, u.name, u.bio, m.role, m.joined_at FROM members m JOIN users u ON u.id = m.user_id \
        WHERE m.conversation_id = $1 AND m.user_id = $2";
    VIEW = "SELECT c.id, c.kind, c.title, c.members_count, c.head_seq, c.last_message_seq, c.created_at, c.last_at, \
            m.role, m.read_seq, c.head_ordinal - m.read_ordinal AS unread \
        FROM members m JOIN conversations c ON c.id = m.conversation_id WHERE m.conversation_id = $1 AND m.user_id = $2";
    VIEWS = "SELECT c.id, c.kind, c.title, c.members_count, c.head_seq, c.last_message_seq, c.created_at, c.last_at, \
            m.role, m.read_seq, c.head_ordinal - m.read_ordinal AS unread \
        FROM members m JOIN conversations c ON c.id = m.conversation_id \
        WHERE m.user_id = $1 AND (c.last_at, c.id) < ($2, $3) ORDER BY c.last_at DESC, c.id DESC LIMIT $4";
    PEERS = "SELECT m.conversation_id, u.id, u.username, u.name, u.bio \
        FROM rows($1: c BIGINT) AS r JOIN members m ON m.conversation_id = r.c AND m.user_id <> $2 JOIN users u ON u.id = m.user_id";
}

#[derive(FromRow)]
struct SeatRow {
    kind: String,
    members_count: i64,
    head_seq: Seq,
    head_ordinal: i64,
    role: String,
    read_seq: Seq,
    read_ordinal: i64,
}

#[derive(FromRow)]
struct MemberRow {
    id: i64,
    username: String,
    name: String,
    bio: String,
    role: String,
    joined_at: Millis,
}

impl MemberRow {
    fn into_member(self) -> Option<Member> {
        let user = User { id: UserId(self.id), username: self.username, name: self.name, bio: self.bio };
        Some(Member { user, role: Role::parse(&self.role)?, joined_at: self.joined_at })
    }
}

#[derive(FromRow)]
pub(super) struct ViewRow {
    pub(super) id: i64,
    pub(super) kind: String,
    pub(super) title: Option<String>,
    pub(super) members_count: i64,
    pub(super) head_seq: Seq,
    pub(super) last_message_seq: Seq,
    pub(super) created_at: Millis,
    pub(super) last_at: Millis,
    pub(super) role: String,
    pub(super) read_seq: Seq,
    pub(super) unread: i64,
}

pub(super) async fn seat(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<Option<Seat>> {
    let row: Option<SeatRow> = tx.one(&SEAT, args![conversation.0, user.0]).await?;
    Ok(row.and_then(|row| {
        let SeatRow { members_count, head_seq, head_ordinal, read_seq, read_ordinal, .. } = row;
        let (kind, role) = (Kind::parse(&row.kind)?, Role::parse(&row.role)?);
        Some(Seat { conversation, kind, user, role, members_count, head_seq, head_ordinal, read_seq, read_ordinal })
    }))
}

pub(super) async fn roles(
    tx: &mut Tx,
    seats: &[(ConversationId, UserId)],
) -> Result<Vec<(ConversationId, UserId, Role)>> {
    let rows: Value = seats.iter().map(|(c, u)| json!({ "c": c.0, "u": u.0 })).collect();
    let rows: Vec<(i64, i64, String)> = tx.all(&ROLES, args![rows]).await?;
    Ok(rows.into_iter().filter_map(|(c, u, role)| Some((ConversationId(c), UserId(u), Role::parse(&role)?))).collect())
}

pub(super) async fn by_key(tx: &mut Tx, key: &str) -> Result<Option<ConversationId>> {
    Ok(tx.one::<(i64,)>(&BY_KEY, args![key]).await?.map(|(id,)| ConversationId(id)))
}

/// False when the key is taken: somebody else was faster.
pub(super) async fn insert(
    tx: &mut Tx,
    id: ConversationId,
    kind: Kind,
    title: Option<&str>,
    key: Option<&str>,
    at: Millis,
) -> Result<bool> {
    Ok(tx.run(&INSERT, args![id.0, kind.name(), title, key, at]).await? > 0)
}

/// `read` is where their read mark begins: seq and ordinal.
pub(super) async fn seat_all(
    tx: &mut Tx,
    conversation: ConversationId,
    seats: &[(UserId, Role)],
    at: Millis,
    (seq, ordinal): (Seq, i64),
) -> Result<()> {
    let rows: Value = seats
        .iter()
        .map(|(user, role)| {
            json!({ "c": conversation.0, "u": user.0, "role": role.name(), "at": at, "seq": seq, "ordinal": ordinal })
        })
        .collect();
    tx.run(&SEAT_ALL, args![rows]).await?;
    tx.run(&COUNT, args![conversation.0, i64::try_from(seats.len()).unwrap_or(i64::MAX)]).await.map(drop)
}

pub(super) async fn unseat(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<()> {
    tx.run(&UNSEAT, args![conversation.0, user.0]).await?;
    tx.run(&COUNT, args![conversation.0, -1_i64]).await.map(drop)
}

/// False when it is called so already.
pub(super) async fn rename(tx: &mut Tx, conversation: ConversationId, title: &str) -> Result<bool> {
    Ok(tx.run(&RENAME, args![conversation.0, title]).await? > 0)
}

pub(super) async fn present(tx: &mut Tx, conversation: ConversationId, users: &[UserId]) -> Result<BTreeSet<UserId>> {
    let ids: Value = users.iter().map(|id| json!({ "id": id.0 })).collect();
    let rows: Vec<(i64,)> = tx.all(&PRESENT, args![conversation.0, ids]).await?;
    Ok(rows.into_iter().map(|(id,)| UserId(id)).collect())
}

pub(super) async fn role(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<Option<Role>> {
    Ok(tx.one::<(String,)>(&ROLE, args![conversation.0, user.0]).await?.and_then(|(role,)| Role::parse(&role)))
}

pub(super) async fn set_role(tx: &mut Tx, conversation: ConversationId, user: UserId, role: Role) -> Result<()> {
    tx.run(&SET_ROLE, args![conversation.0, user.0, role.name()]).await.map(drop)
}

pub(super) async fn other_owners(tx: &mut Tx, conversation: ConversationId, but: UserId) -> Result<i64> {
    Ok(tx.one::<(i64,)>(&OTHER_OWNERS, args![conversation.0, but.0]).await?.map_or(0, |(count,)| count))
}

pub(super) async fn members(
    tx: &mut Tx,
    conversation: ConversationId,
    after: Option<(Role, UserId)>,
    limit: i64,
) -> Result<Vec<Member>> {
    let (rank, id) = after.map_or((-1, 0), |(role, id)| (rank(role), id.0));
    let rows: Vec<MemberRow> = tx.all(&MEMBERS, args![conversation.0, rank, id, limit]).await?;
    Ok(rows.into_iter().filter_map(MemberRow::into_member).collect())
}

fn rank(role: Role) -> i64 {
    match role {
        Role::Owner => 0,
        Role::Admin => 1,
        Role::Member => 2,
    }
}

pub(super) async fn member(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<Option<Member>> {
    let row: Option<MemberRow> = tx.one(&MEMBER, args![conversation.0, user.0]).await?;
    Ok(row.and_then(MemberRow::into_member))
}

pub(super) async fn view(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<Option<ViewRow>> {
    tx.one(&VIEW, args![conversation.0, user.0]).await
}

pub(super) async fn views(
    tx: &mut Tx,
    user: UserId,
    (last_at, id): (Millis, ConversationId),
    limit: i64,
) -> Result<Vec<ViewRow>> {
    tx.all(&VIEWS, args![user.0, last_at, id.0, limit]).await
}

pub(super) async fn peers(tx: &mut Tx, direct: &[ConversationId], but: UserId) -> Result<Vec<(ConversationId, User)>> {
    if direct.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Value = direct.iter().map(|id| json!({ "c": id.0 })).collect();
    let rows: Vec<(i64, i64, String, String, String)> = tx.all(&PEERS, args![rows, but.0]).await?;
    let peer = |(conversation, id, username, name, bio)| {
        (ConversationId(conversation), User { id: UserId(id), username, name, bio })
    };
    Ok(rows.into_iter().map(peer).collect())
}
