//! Sessions.

use parlor_db::{FromRow, Result, Tx, args, statements};
use parlor_model::{Millis, Session, SessionId, UserId};

statements! {
    INSERT = "INSERT INTO sessions (id, user_id, family_hash, refresh_hash, chain_key, device, address, created_at, last_seen_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)";
    FIND = "SELECT user_id, family_hash, refresh_hash, chain_key, previous_hash, last_seen_at, expires_at FROM sessions WHERE id = $1 FOR UPDATE";
    FIND_OPEN = "SELECT user_id, family_hash, refresh_hash, chain_key, previous_hash, last_seen_at, expires_at FROM sessions WHERE id = $1 AND expires_at > $2";
    MAKE_LASTING = "UPDATE sessions SET refresh_hash = $2 WHERE id = $1";
    TOUCH = "UPDATE sessions SET last_seen_at = $2, expires_at = $3 WHERE id = $1";
    ROTATE = "UPDATE sessions SET previous_hash = $2, refresh_hash = $3, address = $4, last_seen_at = $5, expires_at = $6 WHERE id = $1";
    OWNER = "SELECT user_id FROM sessions WHERE id = $1 AND expires_at > $2";
    OF_USER = "SELECT id, device, address, created_at, last_seen_at FROM sessions \
        WHERE user_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC, id DESC LIMIT 200";
    DELETE_OTHERS = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2 RETURNING id";
    FORGET_EXPIRED = "DELETE FROM sessions WHERE user_id = $1 AND expires_at <= $2";
    DELETE = "DELETE FROM sessions WHERE id = $1 AND user_id = $2";
}

pub(super) struct NewSession {
    pub(super) id: SessionId,
    pub(super) user: UserId,
    pub(super) family_hash: Vec<u8>,
    pub(super) refresh_hash: Vec<u8>,
    pub(super) chain_key: Vec<u8>,
    pub(super) device: String,
    pub(super) address: String,
    pub(super) at: Millis,
    pub(super) expires_at: Millis,
}

#[derive(FromRow)]
pub(super) struct Found {
    pub(super) user_id: i64,
    pub(super) family_hash: Vec<u8>,
    pub(super) refresh_hash: Vec<u8>,
    pub(super) chain_key: Vec<u8>,
    pub(super) previous_hash: Option<Vec<u8>>,
    pub(super) last_seen_at: Millis,
    pub(super) expires_at: Millis,
}

#[derive(FromRow)]
pub(super) struct SessionRow {
    id: i64,
    device: String,
    address: String,
    created_at: Millis,
    last_seen_at: Millis,
}

impl SessionRow {
    pub(super) fn into_session(self, current: SessionId) -> Session {
        Session {
            id: SessionId(self.id),
            current: self.id == current.0,
            device: self.device,
            address: self.address,
            created_at: self.created_at,
            last_seen_at: self.last_seen_at,
        }
    }
}

pub(super) async fn insert(tx: &mut Tx, new: NewSession) -> Result<()> {
    let NewSession { id, user, family_hash, refresh_hash, chain_key, device, address, at, expires_at } = new;
    tx.run(&INSERT, args![id.0, user.0, family_hash, refresh_hash, chain_key, device, address, at, expires_at])
        .await
        .map(drop)
}

pub(super) async fn find_for_update(tx: &mut Tx, id: SessionId) -> Result<Option<Found>> {
    tx.one(&FIND, args![id.0]).await
}

pub(super) async fn find(tx: &mut Tx, id: SessionId, now: Millis) -> Result<Option<Found>> {
    tx.one(&FIND_OPEN, args![id.0, now]).await
}

pub(super) async fn make_lasting(tx: &mut Tx, id: SessionId, refresh_hash: Vec<u8>) -> Result<()> {
    tx.run(&MAKE_LASTING, args![id.0, refresh_hash]).await.map(drop)
}

pub(super) async fn touch(tx: &mut Tx, id: SessionId, at: Millis, expires_at: Millis) -> Result<()> {
    tx.run(&TOUCH, args![id.0, at, expires_at]).await.map(drop)
}

/// The next secret of a session, and what it replaces.
pub(super) struct Next<'a> {
    pub(super) used_hash: Vec<u8>,
    pub(super) refresh_hash: Vec<u8>,
    pub(super) address: &'a str,
    pub(super) at: Millis,
    pub(super) expires_at: Millis,
}

pub(super) async fn rotate(tx: &mut Tx, id: SessionId, next: Next<'_>) -> Result<()> {
    let Next { used_hash, refresh_hash, address, at, expires_at } = next;
    tx.run(&ROTATE, args![id.0, used_hash, refresh_hash, address, at, expires_at]).await.map(drop)
}

pub(super) async fn owner(tx: &mut Tx, id: SessionId, now: Millis) -> Result<Option<UserId>> {
    Ok(tx.one::<(i64,)>(&OWNER, args![id.0, now]).await?.map(|(user,)| UserId(user)))
}

pub(super) async fn of_user(tx: &mut Tx, user: UserId, now: Millis) -> Result<Vec<SessionRow>> {
    tx.all(&OF_USER, args![user.0, now]).await
}

pub(super) async fn delete(tx: &mut Tx, user: UserId, id: SessionId) -> Result<bool> {
    Ok(tx.run(&DELETE, args![id.0, user.0]).await? > 0)
}

/// The sessions that were ended.
pub(super) async fn delete_others(tx: &mut Tx, user: UserId, but: SessionId) -> Result<Vec<SessionId>> {
    let ended: Vec<(i64,)> = tx.all(&DELETE_OTHERS, args![user.0, but.0]).await?;
    Ok(ended.into_iter().map(|(id,)| SessionId(id)).collect())
}

pub(super) async fn forget_expired(tx: &mut Tx, user: UserId, now: Millis) -> Result<()> {
    tx.run(&FORGET_EXPIRED, args![user.0, now]).await.map(drop)
}
