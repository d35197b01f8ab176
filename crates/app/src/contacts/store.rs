//! Contacts and blocks.

use std::collections::BTreeSet;

use parlor_db::{Result, Tx, args, statements};
use parlor_model::{Millis, UserId};
use serde_json::{Value, json};

statements! {
    KEPT_BY = "SELECT c.user_id FROM rows($2: id BIGINT) AS r JOIN contacts c ON c.user_id = r.id AND c.contact_id = $1";
    CONTACTS = "SELECT contact_id FROM contacts WHERE user_id = $1 ORDER BY contact_id";
    HAS = "SELECT contact_id FROM contacts WHERE user_id = $1 AND contact_id = $2";
    COUNT = "SELECT COUNT(*) FROM contacts WHERE user_id = $1";
    ADD = "INSERT INTO contacts (user_id, contact_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    REMOVE = "DELETE FROM contacts WHERE user_id = $1 AND contact_id = $2";
    BLOCKED = "SELECT blocked_id FROM blocks WHERE user_id = $1 ORDER BY blocked_id";
    BLOCKS = "SELECT blocked_id FROM blocks WHERE user_id = $1 AND blocked_id = $2";
    COUNT_BLOCKS = "SELECT COUNT(*) FROM blocks WHERE user_id = $1";
    BLOCK = "INSERT INTO blocks (user_id, blocked_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    UNBLOCK = "DELETE FROM blocks WHERE user_id = $1 AND blocked_id = $2";
    HIDDEN = "SELECT r.u FROM rows($2: u BIGINT) AS r \
        WHERE EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = $1 AND b.blocked_id = r.u) \
            OR EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = r.u AND b.blocked_id = $1)";
    ALL_APART = "SELECT blocked_id FROM blocks WHERE user_id = $1 UNION SELECT user_id FROM blocks WHERE blocked_id = $1";
    APART = "SELECT b.user_id, b.blocked_id FROM rows($1: u BIGINT) AS r CROSS JOIN blocks b \
        WHERE b.user_id = r.u AND b.blocked_id IN (SELECT s.u FROM rows($1: u BIGINT) AS s)";
}

async fn ids(tx: &mut Tx, statement: &'static parlor_db::Statement, user: UserId) -> Result<Vec<UserId>> {
    let rows: Vec<(i64,)> = tx.all(statement, args![user.0]).await?;
    Ok(rows.into_iter().map(|(id,)| UserId(id)).collect())
}

async fn count(tx: &mut Tx, statement: &'static parlor_db::Statement, user: UserId) -> Result<i64> {
    Ok(tx.one::<(i64,)>(statement, args![user.0]).await?.map_or(0, |(count,)| count))
}

pub(super) async fn contacts(tx: &mut Tx, user: UserId) -> Result<Vec<UserId>> {
    ids(tx, &CONTACTS, user).await
}

pub(super) async fn has(tx: &mut Tx, user: UserId, other: UserId) -> Result<bool> {
    Ok(tx.one::<(i64,)>(&HAS, args![user.0, other.0]).await?.is_some())
}

pub(super) async fn contacts_count(tx: &mut Tx, user: UserId) -> Result<i64> {
    count(tx, &COUNT, user).await
}

pub(super) async fn add(tx: &mut Tx, user: UserId, other: UserId, at: Millis) -> Result<()> {
    tx.run(&ADD, args![user.0, other.0, at]).await.map(drop)
}

/// False when there was none.
pub(super) async fn remove(tx: &mut Tx, user: UserId, other: UserId) -> Result<bool> {
    Ok(tx.run(&REMOVE, args![user.0, other.0]).await? > 0)
}

pub(super) async fn blocked(tx: &mut Tx, user: UserId) -> Result<Vec<UserId>> {
    ids(tx, &BLOCKED, user).await
}

pub(super) async fn blocks(tx: &mut Tx, user: UserId, other: UserId) -> Result<bool> {
    Ok(tx.one::<(i64,)>(&BLOCKS, args![user.0, other.0]).await?.is_some())
}

pub(super) async fn blocks_count(tx: &mut Tx, user: UserId) -> Result<i64> {
    count(tx, &COUNT_BLOCKS, user).await
}

pub(super) async fn block(tx: &mut Tx, user: UserId, other: UserId, at: Millis) -> Result<()> {
    tx.run(&BLOCK, args![user.0, other.0, at]).await.map(drop)
}

/// False when there was none.
pub(super) async fn unblock(tx: &mut Tx, user: UserId, other: UserId) -> Result<bool> {
    Ok(tx.run(&UNBLOCK, args![user.0, other.0]).await? > 0)
}

pub(super) async fn hidden_between(tx: &mut Tx, user: UserId, others: &[UserId]) -> Result<BTreeSet<UserId>> {
    let rows: Value = others.iter().map(|other| json!({ "u": other.0 })).collect();
    let rows: Vec<(i64,)> = tx.all(&HIDDEN, args![user.0, rows]).await?;
    Ok(rows.into_iter().map(|(id,)| UserId(id)).collect())
}

/// Whom a user blocked, and who blocked them.
pub(super) async fn all_apart(tx: &mut Tx, user: UserId) -> Result<Vec<UserId>> {
    ids(tx, &ALL_APART, user).await
}

/// Who of these blocked whom of these.
pub(super) async fn apart(tx: &mut Tx, users: &[UserId]) -> Result<Vec<(UserId, UserId)>> {
    let rows: Value = users.iter().map(|user| json!({ "u": user.0 })).collect();
    let rows: Vec<(i64, i64)> = tx.all(&APART, args![rows]).await?;
    Ok(rows.into_iter().map(|(user, blocked)| (UserId(user), UserId(blocked))).collect())
}

/// Those of `others` who keep `user`.
pub(super) async fn kept_by(tx: &mut Tx, user: UserId, others: &[UserId]) -> Result<Vec<UserId>> {
    let rows: Value = others.iter().map(|id| json!({ "id": id.0 })).collect();
    let rows: Vec<(i64,)> = tx.all(&KEPT_BY, args![user.0, rows]).await?;
    Ok(rows.into_iter().map(|(id,)| UserId(id)).collect())
}
