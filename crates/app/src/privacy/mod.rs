//! What people let others know of them, in one place for all features that ask.

use std::collections::HashSet;

use parlor_db::Tx;
use parlor_model::{Result, UserId};

use crate::contacts;

/// Those of these users between whom lies a block, whoever set it; each pair in both orders. They are told nothing of
/// each other.
pub(crate) async fn apart(tx: &mut Tx, users: &[UserId]) -> Result<HashSet<(UserId, UserId)>> {
    contacts::apart(tx, users).await
}

/// All between whom and `user` lies a block, whoever set it.
pub(crate) async fn all_apart(tx: &mut Tx, user: UserId) -> Result<Vec<UserId>> {
    contacts::all_apart(tx, user).await
}

/// Those of `others` who have `user` as a contact.
pub(crate) async fn have_as_contact(tx: &mut Tx, user: UserId, others: &[UserId]) -> Result<HashSet<UserId>> {
    contacts::kept_by(tx, user, others).await
}
