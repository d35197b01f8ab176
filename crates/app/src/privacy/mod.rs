//! What people let others know of them, in one place for all features that ask.

use std::collections::HashSet;

use parlor_db::Tx;
use parlor_model::{Result, UserId};

/// Those of these users between whom lies a block, whoever set it; each pair in both orders. They are told nothing of
/// each other.
#[expect(clippy::unused_async, reason = "blocks are rows; nobody can set one yet")]
pub(crate) async fn apart(_tx: &mut Tx, _users: &[UserId]) -> Result<HashSet<(UserId, UserId)>> {
    Ok(HashSet::new())
}
