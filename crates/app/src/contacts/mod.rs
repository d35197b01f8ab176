//! The people one keeps, and those one keeps away. A private document; nobody is told whose contact they are, or who
//! blocked them.

pub mod api;
mod store;

use std::collections::{BTreeSet, HashSet};

use parlor_db::Tx;
use parlor_model::limits::{BLOCKS, CONTACTS};
use parlor_model::{Error, Event, Millis, Result, User, UserId};

use crate::cx::Cx;
use crate::{documents, users};

pub(crate) use store::STATEMENTS;

/// The name of the document.
pub const DOCUMENT: &str = "contacts";

/// The whole document.
#[derive(Debug)]
pub struct Contacts {
    /// Whom one keeps, by name.
    pub contacts: Vec<User>,
    /// Whom one keeps away, by name.
    pub blocked: Vec<User>,
    /// Of the document.
    pub version: i64,
}

/// The caller's contacts and whom they blocked.
pub async fn list(cx: &mut Cx) -> Result<Contacts> {
    let me = cx.user()?;
    let contacts = store::contacts(cx.tx(), me).await?;
    let blocked = store::blocked(cx.tx(), me).await?;
    let version = documents::versions(cx.tx(), me).await?.get(DOCUMENT).copied().unwrap_or(0);
    Ok(Contacts { contacts: by_name(cx, &contacts).await?, blocked: by_name(cx, &blocked).await?, version })
}

async fn by_name(cx: &mut Cx, ids: &[UserId]) -> Result<Vec<User>> {
    let mut users = users::many(cx, ids).await?;
    users.sort_by_cached_key(|user| (users::fold(&user.name), user.id));
    Ok(users)
}

/// Keeps somebody. Once more is as once.
pub async fn add(cx: &mut Cx, other: UserId) -> Result<()> {
    let me = somebody_else(cx, other).await?;
    users::lock(cx, &[me]).await?;
    if store::has(cx.tx(), me, other).await? {
        return Ok(());
    }
    if store::contacts_count(cx.tx(), me).await? >= CONTACTS {
        return Err(Error::too_large(format!("One has at most {CONTACTS} contacts.")));
    }
    let at = cx.now();
    store::add(cx.tx(), me, other, at).await?;
    changed(cx, me, other).await
}

/// Keeps somebody no more.
pub async fn remove(cx: &mut Cx, other: UserId) -> Result<()> {
    let me = somebody_else(cx, other).await?;
    if store::remove(cx.tx(), me, other).await? { changed(cx, me, other).await } else { Ok(()) }
}

/// Notes whom the caller keeps away; false when they are already. A contact who is blocked stays one, for the day it is undone.
/// What follows from it is for `requests`.
pub async fn block(cx: &mut Cx, other: UserId) -> Result<bool> {
    let me = somebody_else(cx, other).await?;
    users::lock(cx, &[me, other]).await?;
    if store::blocks(cx.tx(), me, other).await? {
        return Ok(false);
    }
    if store::blocks_count(cx.tx(), me).await? >= BLOCKS {
        return Err(Error::too_large(format!("One blocks at most {BLOCKS} people.")));
    }
    let at = cx.now();
    store::block(cx.tx(), me, other, at).await?;
    Ok(true)
}

/// Keeps somebody away no more; false when they were not.
pub async fn unblock(cx: &mut Cx, other: UserId) -> Result<bool> {
    let me = somebody_else(cx, other).await?;
    users::lock(cx, &[me, other]).await?;
    Ok(store::unblock(cx.tx(), me, other).await?)
}

async fn somebody_else(cx: &mut Cx, other: UserId) -> Result<UserId> {
    let me = cx.user()?;
    if other == me {
        return Err(Error::invalid("This is yourself."));
    }
    users::find(cx, other).await.map(|_| me)
}

/// Tells of a change: last, as the append path touches documents under the lock of a log as well.
pub(crate) async fn changed(cx: &mut Cx, me: UserId, other: UserId) -> Result<()> {
    cx.emit(Event::PresenceChanged { users: vec![me, other] });
    documents::touch(cx, me, DOCUMENT).await
}

/// Keeps somebody whose request was accepted, where there is room; gives what is to be told after the commit.
pub(crate) async fn meet(tx: &mut Tx, user: UserId, other: UserId, at: Millis) -> Result<Vec<Event>> {
    if store::has(tx, user, other).await? || store::contacts_count(tx, user).await? >= CONTACTS {
        return Ok(Vec::new());
    }
    store::add(tx, user, other, at).await?;
    documents::touched(tx, &[user], DOCUMENT).await
}

/// Whether `user` keeps `other`.
pub(crate) async fn has(tx: &mut Tx, user: UserId, other: UserId) -> Result<bool> {
    Ok(store::has(tx, user, other).await?)
}

/// Those of `others` who keep `user`.
pub(crate) async fn kept_by(tx: &mut Tx, user: UserId, others: &[UserId]) -> Result<HashSet<UserId>> {
    if others.is_empty() {
        return Ok(HashSet::new());
    }
    Ok(store::kept_by(tx, user, others).await?.into_iter().collect())
}

/// Whether `user` blocked `other`.
pub(crate) async fn blocks(tx: &mut Tx, user: UserId, other: UserId) -> Result<bool> {
    Ok(store::blocks(tx, user, other).await?)
}

/// Those of `others` whom `user` blocked, or who blocked them: neither is to see the other come, go, read or write.
pub async fn hidden_between(tx: &mut Tx, user: UserId, others: &[UserId]) -> Result<BTreeSet<UserId>> {
    if others.is_empty() {
        return Ok(BTreeSet::new());
    }
    Ok(store::hidden_between(tx, user, others).await?)
}

/// All between whom and `user` lies a block, whoever set it.
pub(crate) async fn all_apart(tx: &mut Tx, user: UserId) -> Result<Vec<UserId>> {
    Ok(store::all_apart(tx, user).await?)
}

/// Those of these users between whom lies a block, whoever set it; each pair in both orders.
pub(crate) async fn apart(tx: &mut Tx, users: &[UserId]) -> Result<HashSet<(UserId, UserId)>> {
    let pairs = if users.len() < 2 { Vec::new() } else { store::apart(tx, users).await? };
    Ok(pairs.into_iter().flat_map(|(user, blocked)| [(user, blocked), (blocked, user)]).collect())
}

#[cfg(test)]
mod tests;
