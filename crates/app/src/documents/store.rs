//! Versions of documents.

use std::collections::BTreeMap;

use parlor_db::{Result, Tx, args, statements};
use parlor_model::UserId;
use serde_json::{Value, json};

statements! {
    TOUCH = "INSERT INTO documents (user_id, name, version) SELECT r.u, $2, 1 FROM rows($1: u BIGINT) AS r WHERE true \
        ON CONFLICT (user_id, name) DO UPDATE SET version = documents.version + 1 RETURNING user_id, version";
    VERSIONS = "SELECT name, version FROM documents WHERE user_id = $1";
}

pub(super) async fn touch(tx: &mut Tx, users: &[UserId], name: &str) -> Result<Vec<(UserId, i64)>> {
    // In one order for all, so that two writers never wait for each other; and each once.
    let mut ids: Vec<i64> = users.iter().map(|user| user.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Value = ids.into_iter().map(|u| json!({ "u": u })).collect();
    let rows: Vec<(i64, i64)> = tx.all(&TOUCH, args![rows, name]).await?;
    Ok(rows.into_iter().map(|(user, version)| (UserId(user), version)).collect())
}

pub(super) async fn versions(tx: &mut Tx, user: UserId) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = tx.all(&VERSIONS, args![user.0]).await?;
    Ok(rows.into_iter().collect())
}
