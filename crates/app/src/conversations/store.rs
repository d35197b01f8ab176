//! Conversations and members.

use std::collections::{BTreeSet, HashMap, HashSet};

use parlor_db::{FromRow, Result, Tx, args, statements};
use parlor_model::{ConversationId, Kind, Member, Millis, My, Own, Parent, Role, Seq, Settings, User, UserId};
use serde_json::{Value, json};

use super::{Hold, Seat, Sits};

statements! {
    SEAT = "SELECT c.kind, c.members_count, c.head_seq, c.head_ordinal, c.parent_id, c.parent_seq, c.disappear_after_ms, \
            m.role, m.read_seq, m.read_ordinal, m.delivered_seq, m.withheld_from, m.hold \
        FROM members m JOIN conversations c ON c.id = m.conversation_id WHERE m.conversation_id = $1 AND m.user_id = $2";
    THREAD_SEAT = "SELECT c.kind, c.members_count, c.head_seq, c.head_ordinal, c.parent_id, c.parent_seq, c.disappear_after_ms, \
            m.role, c.head_seq AS read_seq, c.head_ordinal AS read_ordinal, c.head_seq AS delivered_seq, m.withheld_from, m.hold \
        FROM conversations c JOIN members m ON m.conversation_id = c.parent_id WHERE c.id = $1 AND m.user_id = $2";
    SEATS = "SELECT m.conversation_id, m.user_id, m.role, m.withheld_from, m.hold FROM rows($1: c BIGINT, u BIGINT) AS r \
        JOIN members m ON m.conversation_id = r.c AND m.user_id = r.u";
    OPEN_TO = "SELECT c.id FROM rows($1: id BIGINT) AS r JOIN conversations c ON c.id = r.id \
        JOIN members m ON m.conversation_id = COALESCE(c.parent_id, c.id) AND m.user_id = $2";
    BY_KEY = "SELECT id FROM conversations WHERE unique_key = $1";
    INSERT = "INSERT INTO conversations (id, kind, title, unique_key, members_count, head_seq, head_ordinal, last_message_seq, \
            created_at, last_at, parent_id, parent_seq) \
        VALUES ($1, $2, $3, $4, 0, 0, 0, 0, $5, $5, $6, $7) ON CONFLICT (unique_key) DO NOTHING";
    SEAT_ALL = "INSERT INTO members (conversation_id, user_id, role, joined_at, read_seq, read_ordinal) \
        SELECT r.c, r.u, r.role, r.at, r.seq, r.ordinal \
        FROM rows($1: c BIGINT, u BIGINT, role TEXT, at BIGINT, seq BIGINT, ordinal BIGINT) AS r";
    COUNT = "UPDATE conversations SET members_count = members_count + $2 WHERE id = $1";
    RENAME = "UPDATE conversations SET title = $2 WHERE id = $1 AND title <> $2";
    PRESENT = "SELECT m.user_id FROM rows($2: id BIGINT) AS r CROSS JOIN members m WHERE m.conversation_id = $1 AND m.user_id = r.id";
    ROLE = "SELECT role FROM members WHERE conversation_id = $1 AND user_id = $2";
    SET_ROLE = "UPDATE members SET role = $3 WHERE conversation_id = $1 AND user_id = $2";
    UNSEAT = "DELETE FROM members WHERE conversation_id = $1 AND user_id = $2";
    OTHER_OWNERS = "SELECT COUNT(*) FROM members WHERE conversation_id = $1 AND user_id <> $2 AND role = 'owner'";
    RULERS = "SELECT m.user_id, m.role, m.joined_at FROM members m WHERE m.conversation_id = $1 AND m.role IN ('owner', 'admin') \
            AND (CASE m.role WHEN 'owner' THEN 0 ELSE 1 END, m.user_id) > ($2, $3) \
        ORDER BY CASE m.role WHEN 'owner' THEN 0 ELSE 1 END, m.user_id LIMIT $4";
    MEMBERS = "SELECT m.user_id, m.role, m.joined_at FROM members m WHERE m.conversation_id = $1 AND m.user_id > $2 \
        AND m.role NOT IN ('owner', 'admin') ORDER BY m.user_id LIMIT $3";
    MEMBER = "SELECT m.user_id, m.role, m.joined_at FROM members m WHERE m.conversation_id = $1 AND m.user_id = $2";
    VIEW = "SELECT c.id, c.kind, c.title, c.members_count, c.head_seq, c.last_message_seq, c.created_at, c.last_at, \
            c.parent_id, c.parent_seq, c.disappear_after_ms, m.role, m.read_seq, m.delivered_seq, \
            c.head_ordinal - m.read_ordinal AS unread, y.version AS my_version, y.doc AS my_doc, \
            m.user_id - m.user_id AS visitor \
        FROM members m JOIN conversations c ON c.id = m.conversation_id \
        LEFT JOIN my y ON y.user_id = m.user_id AND y.conversation_id = m.conversation_id \
        WHERE m.conversation_id = $1 AND m.user_id = $2";
    VIEWS = "SELECT c.id, c.kind, c.title, c.members_count, c.head_seq, c.last_message_seq, c.created_at, c.last_at, \
            c.parent_id, c.parent_seq, c.disappear_after_ms, m.role, m.read_seq, m.delivered_seq, \
            c.head_ordinal - m.read_ordinal AS unread, y.version AS my_version, y.doc AS my_doc, \
            m.user_id - m.user_id AS visitor \
        FROM members m JOIN conversations c ON c.id = m.conversation_id \
        LEFT JOIN my y ON y.user_id = m.user_id AND y.conversation_id = m.conversation_id \
        WHERE m.user_id = $1 AND (c.last_at, c.id) < ($2, $3) ORDER BY c.last_at DESC, c.id DESC LIMIT $4";
    THREAD_VIEW = "SELECT c.id, c.kind, c.title, c.members_count, c.head_seq, c.last_message_seq, c.created_at, c.last_at, \
            c.parent_id, c.parent_seq, c.disappear_after_ms, m.role, c.head_seq AS read_seq, c.head_seq AS delivered_seq, \
            c.head_ordinal - c.head_ordinal AS unread, y.version AS my_version, y.doc AS my_doc, c.id - c.id + 1 AS visitor \
        FROM conversations c JOIN members m ON m.conversation_id = c.parent_id \
        LEFT JOIN my y ON y.user_id = m.user_id AND y.conversation_id = c.id WHERE c.id = $1 AND m.user_id = $2";
    THREADS_OF = "SELECT c.id FROM conversations c JOIN members m ON m.conversation_id = c.id \
        WHERE c.parent_id = $1 AND m.user_id = $2 ORDER BY c.id";
    OWN = "SELECT version, doc FROM my WHERE user_id = $1 AND conversation_id = $2 FOR UPDATE";
    OWNS = "SELECT y.conversation_id, y.version, y.doc FROM rows($2: c BIGINT) AS r \
        CROSS JOIN my y WHERE y.user_id = $1 AND y.conversation_id = r.c";
    SEED_OWN = "INSERT INTO my (user_id, conversation_id, version, doc) VALUES ($1, $2, 0, '{}') ON CONFLICT DO NOTHING";
    MARKED_UNREAD = "SELECT conversation_id FROM my WHERE user_id = $1 AND doc LIKE '%\"marked_unread\":true%' \
        ORDER BY conversation_id";
    SET_OWN = "INSERT INTO my (user_id, conversation_id, version, doc) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (user_id, conversation_id) DO UPDATE SET version = $3, doc = $4";
    FORGET_OWN = "DELETE FROM my WHERE user_id = $1 AND conversation_id = $2";
    CONFIGURE = "UPDATE conversations SET disappear_after_ms = $2 WHERE id = $1";
    PEERS = "SELECT m.conversation_id, m.user_id FROM rows($1: c BIGINT) AS r \
        JOIN members m ON m.conversation_id = r.c AND m.user_id <> $2";
    WITHHOLD = "UPDATE members SET withheld_from = $3 WHERE conversation_id = $1 AND user_id = $2";
    HOLD = "UPDATE members SET hold = $3 WHERE conversation_id = $1 AND user_id = $2";
    SHARE_A_GROUP = "SELECT c.id FROM members a JOIN members b ON b.conversation_id = a.conversation_id AND b.user_id = $2 \
        JOIN conversations c ON c.id = a.conversation_id WHERE a.user_id = $1 AND c.kind = 'group' LIMIT 1";
}

#[derive(FromRow)]
struct SeatRow {
    kind: String,
    members_count: i64,
    head_seq: Seq,
    head_ordinal: i64,
    parent_id: Option<i64>,
    parent_seq: Option<Seq>,
    disappear_after_ms: Option<Millis>,
    role: String,
    read_seq: Seq,
    read_ordinal: i64,
    delivered_seq: Seq,
    withheld_from: Option<i64>,
    hold: Option<String>,
}

fn parent(id: Option<i64>, seq: Option<Seq>) -> Option<Parent> {
    id.zip(seq).map(|(id, seq)| Parent { conversation: ConversationId(id), seq })
}

#[derive(FromRow)]
pub(super) struct MemberRow {
    user_id: i64,
    role: String,
    joined_at: Millis,
}

impl MemberRow {
    pub(super) fn user(&self) -> UserId {
        UserId(self.user_id)
    }

    pub(super) fn into_member(self, user: User) -> Option<Member> {
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
    parent_id: Option<i64>,
    parent_seq: Option<Seq>,
    disappear_after_ms: Option<Millis>,
    role: String,
    read_seq: Seq,
    delivered_seq: Seq,
    pub(super) unread: i64,
    my_version: Option<i64>,
    my_doc: Option<String>,
    visitor: i64,
}

impl ViewRow {
    pub(super) fn parent(&self) -> Option<Parent> {
        parent(self.parent_id, self.parent_seq)
    }

    pub(super) fn settings(&self) -> Settings {
        Settings { disappear_after_ms: self.disappear_after_ms }
    }

    pub(super) fn my(&self) -> Option<My> {
        let own = own_of(self.my_version, self.my_doc.as_deref());
        let Self { read_seq, delivered_seq, .. } = *self;
        let (role, delivered_seq) = (Role::parse(&self.role)?, delivered_seq.max(read_seq));
        Some(My { role, read_seq, delivered_seq, visitor: self.visitor > 0, own })
    }
}

/// A document of another version of the program keeps what is understood.
fn own_of(version: Option<i64>, doc: Option<&str>) -> Own {
    let own: Own = doc.and_then(|doc| serde_json::from_str(doc).ok()).unwrap_or_default();
    Own { version: version.unwrap_or(0), ..own }
}

pub(super) async fn open_to(
    tx: &mut Tx,
    user: UserId,
    conversations: &[ConversationId],
) -> Result<HashSet<ConversationId>> {
    let ids: Value = conversations.iter().map(|id| json!({ "id": id.0 })).collect();
    let rows: Vec<(i64,)> = tx.all(&OPEN_TO, args![ids, user.0]).await?;
    Ok(rows.into_iter().map(|(id,)| ConversationId(id)).collect())
}

pub(super) async fn seat(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<Option<Seat>> {
    let row: Option<SeatRow> = tx.one(&SEAT, args![conversation.0, user.0]).await?;
    Ok(row.and_then(|row| row.into_seat(conversation, user)))
}

/// The seat in a thread of one who has none there but sits in the conversation it hangs from.
pub(super) async fn thread_seat(tx: &mut Tx, thread: ConversationId, user: UserId) -> Result<Option<Seat>> {
    let row: Option<SeatRow> = tx.one(&THREAD_SEAT, args![thread.0, user.0]).await?;
    Ok(row.and_then(|row| row.into_seat(thread, user)))
}

impl SeatRow {
    fn into_seat(self, conversation: ConversationId, user: UserId) -> Option<Seat> {
        let Self { members_count, head_seq, head_ordinal, read_seq, read_ordinal, delivered_seq, .. } = self;
        Some(Seat {
            conversation,
            kind: Kind::parse(&self.kind)?,
            user,
            role: Role::parse(&self.role)?,
            parent: parent(self.parent_id, self.parent_seq),
            settings: Settings { disappear_after_ms: self.disappear_after_ms },
            members_count,
            head_seq,
            head_ordinal,
            read_seq,
            read_ordinal,
            delivered_seq: delivered_seq.max(read_seq),
            withheld_from: self.withheld_from.map(UserId),
            hold: self.hold.as_deref().and_then(Hold::parse),
        })
    }
}

pub(super) async fn seats(tx: &mut Tx, seats: &[(ConversationId, UserId)]) -> Result<Vec<Sits>> {
    let rows: Value = seats.iter().map(|(c, u)| json!({ "c": c.0, "u": u.0 })).collect();
    type Row = (i64, i64, String, Option<i64>, Option<String>);
    let rows: Vec<Row> = tx.all(&SEATS, args![rows]).await?;
    let sits = rows.into_iter().filter_map(|(c, u, role, withheld_from, hold)| {
        let (conversation, user, role) = (ConversationId(c), UserId(u), Role::parse(&role)?);
        let (withheld_from, hold) = (withheld_from.map(UserId), hold.as_deref().and_then(Hold::parse));
        Some(Sits { conversation, user, role, withheld_from, hold })
    });
    Ok(sits.collect())
}

pub(super) async fn own(tx: &mut Tx, user: UserId, conversation: ConversationId) -> Result<Own> {
    let row: Option<(i64, String)> = tx.one(&OWN, args![user.0, conversation.0]).await?;
    Ok(own_of(row.as_ref().map(|(version, _)| *version), row.as_ref().map(|(_, doc)| doc.as_str())))
}

pub(super) async fn owns(
    tx: &mut Tx,
    user: UserId,
    conversations: &[ConversationId],
) -> Result<HashMap<ConversationId, Own>> {
    let rows: Value = conversations.iter().map(|c| json!({ "c": c.0 })).collect();
    let rows: Vec<(i64, i64, String)> = tx.all(&OWNS, args![user.0, rows]).await?;
    Ok(rows.into_iter().map(|(c, version, doc)| (ConversationId(c), own_of(Some(version), Some(&doc)))).collect())
}

pub(super) async fn seed_own(tx: &mut Tx, user: UserId, conversation: ConversationId) -> Result<()> {
    tx.run(&SEED_OWN, args![user.0, conversation.0]).await.map(drop)
}

/// Quotes in a draft are escaped in JSON, so nobody can write what is looked for.
pub(super) async fn marked_unread(tx: &mut Tx, user: UserId) -> Result<Vec<ConversationId>> {
    let rows: Vec<(i64,)> = tx.all(&MARKED_UNREAD, args![user.0]).await?;
    Ok(rows.into_iter().map(|(c,)| ConversationId(c)).collect())
}

pub(super) async fn set_own(tx: &mut Tx, user: UserId, conversation: ConversationId, own: &Own) -> Result<()> {
    tx.run(&SET_OWN, args![user.0, conversation.0, own.version, json!(own).to_string()]).await.map(drop)
}

pub(super) async fn configure(tx: &mut Tx, conversation: ConversationId, settings: &Settings) -> Result<()> {
    tx.run(&CONFIGURE, args![conversation.0, settings.disappear_after_ms]).await.map(drop)
}

pub(super) async fn by_key(tx: &mut Tx, key: &str) -> Result<Option<ConversationId>> {
    Ok(tx.one::<(i64,)>(&BY_KEY, args![key]).await?.map(|(id,)| ConversationId(id)))
}

/// A conversation on its way into the store.
pub(super) struct NewConversation<'a> {
    pub(super) id: ConversationId,
    pub(super) kind: Kind,
    pub(super) title: Option<&'a str>,
    pub(super) key: Option<&'a str>,
    pub(super) parent: Option<Parent>,
    pub(super) at: Millis,
}

/// False when the key is taken: somebody else was faster.
pub(super) async fn insert(tx: &mut Tx, new: &NewConversation<'_>) -> Result<bool> {
    let parent = (new.parent.map(|parent| parent.conversation.0), new.parent.map(|parent| parent.seq));
    let args = args![new.id.0, new.kind.name(), new.title, new.key, new.at, parent.0, parent.1];
    Ok(tx.run(&INSERT, args).await? > 0)
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
    tx.run(&FORGET_OWN, args![user.0, conversation.0]).await?;
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

/// In two parts, so that all pages but the first are read where they begin: in one order of both, every page would be a
/// sort of all members.
pub(super) async fn members(
    tx: &mut Tx,
    conversation: ConversationId,
    after: Option<(Role, UserId)>,
    limit: i64,
) -> Result<Vec<MemberRow>> {
    let (rank, id) = after.map_or((-1, 0), |(role, id)| (rank(role), id.0));
    if rank == self::rank(Role::Member) {
        return tx.all(&MEMBERS, args![conversation.0, id, limit]).await;
    }
    let mut page: Vec<MemberRow> = tx.all(&RULERS, args![conversation.0, rank, id, limit]).await?;
    let rest = limit - i64::try_from(page.len()).unwrap_or(limit);
    if rest > 0 {
        page.extend(tx.all::<MemberRow>(&MEMBERS, args![conversation.0, 0_i64, rest]).await?);
    }
    Ok(page)
}

fn rank(role: Role) -> i64 {
    match role {
        Role::Owner => 0,
        Role::Admin => 1,
        Role::Member => 2,
    }
}

pub(super) async fn member(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<Option<MemberRow>> {
    tx.one(&MEMBER, args![conversation.0, user.0]).await
}

pub(super) async fn view(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<Option<ViewRow>> {
    tx.one(&VIEW, args![conversation.0, user.0]).await
}

/// A thread as one sees it who sits where it hangs, but not in it.
pub(super) async fn thread_view(tx: &mut Tx, thread: ConversationId, user: UserId) -> Result<Option<ViewRow>> {
    tx.one(&THREAD_VIEW, args![thread.0, user.0]).await
}

/// The threads that hang from messages here and in which `user` sits.
pub(super) async fn threads_of(tx: &mut Tx, parent: ConversationId, user: UserId) -> Result<Vec<ConversationId>> {
    let rows: Vec<(i64,)> = tx.all(&THREADS_OF, args![parent.0, user.0]).await?;
    Ok(rows.into_iter().map(|(id,)| ConversationId(id)).collect())
}

pub(super) async fn views(
    tx: &mut Tx,
    user: UserId,
    (last_at, id): (Millis, ConversationId),
    limit: i64,
) -> Result<Vec<ViewRow>> {
    tx.all(&VIEWS, args![user.0, last_at, id.0, limit]).await
}

/// Who else sits there.
pub(super) async fn peers(
    tx: &mut Tx,
    direct: &[ConversationId],
    but: UserId,
) -> Result<Vec<(ConversationId, UserId)>> {
    if direct.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Value = direct.iter().map(|id| json!({ "c": id.0 })).collect();
    let rows: Vec<(i64, i64)> = tx.all(&PEERS, args![rows, but.0]).await?;
    Ok(rows.into_iter().map(|(conversation, user)| (ConversationId(conversation), UserId(user))).collect())
}

/// Keeps what a member says from `reader`, or from nobody any more.
pub(super) async fn withhold(
    tx: &mut Tx,
    conversation: ConversationId,
    user: UserId,
    reader: Option<UserId>,
) -> Result<()> {
    tx.run(&WITHHOLD, args![conversation.0, user.0, reader.map(|reader| reader.0)]).await.map(drop)
}

pub(super) async fn hold(tx: &mut Tx, conversation: ConversationId, user: UserId, hold: Option<Hold>) -> Result<()> {
    tx.run(&HOLD, args![conversation.0, user.0, hold.map(Hold::name)]).await.map(drop)
}

pub(super) async fn share_a_group(tx: &mut Tx, a: UserId, b: UserId) -> Result<bool> {
    Ok(tx.one::<(i64,)>(&SHARE_A_GROUP, args![a.0, b.0]).await?.is_some())
}
