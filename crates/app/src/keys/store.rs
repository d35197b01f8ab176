//! Signing keys.

use parlor_db::{FromRow, Result, Tx, args, statements};
use parlor_model::{KeyId, Millis};

statements! {
    INSERT = "INSERT INTO signing_keys (id, pkcs8, created_at) VALUES ($1, $2, $3)";
    ALL = "SELECT id, pkcs8, created_at FROM signing_keys ORDER BY created_at DESC, id DESC";
    FORGET = "DELETE FROM signing_keys WHERE created_at < $1";
}

#[derive(FromRow)]
pub(super) struct KeyRow {
    pub(super) id: i64,
    pub(super) pkcs8: Vec<u8>,
    pub(super) created_at: Millis,
}

pub(super) async fn insert(tx: &mut Tx, id: KeyId, pkcs8: &[u8], at: Millis) -> Result<()> {
    tx.run(&INSERT, args![id.0, pkcs8, at]).await.map(drop)
}

pub(super) async fn all(tx: &mut Tx) -> Result<Vec<KeyRow>> {
    tx.all(&ALL, args![]).await
}

pub(super) async fn forget(tx: &mut Tx, before: Millis) -> Result<()> {
    tx.run(&FORGET, args![before]).await.map(drop)
}
