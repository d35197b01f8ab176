//! The processes that serve this database.

use parlor_db::{Result, Tx, args, statements};
use parlor_model::{Millis, NodeId};

use super::{About, Node};

statements! {
    BEAT = "UPDATE nodes SET beat = beat + 1, about = $3 WHERE number = $1 AND id = $2";
    /// None when another took it in the meantime.
    TAKE = "INSERT INTO nodes (number, id, about, beat) VALUES ($1, $2, $3, 0) ON CONFLICT (number) DO NOTHING";
    LEAVE = "DELETE FROM nodes WHERE number = $1 AND id = $2";
    BURY = "DELETE FROM nodes WHERE number = $1 AND id = $2 AND beat = $3";
    ALL = "SELECT number, id, about, beat FROM nodes ORDER BY number";
    NOW = sqlite "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)",
        postgres "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
}

fn text(about: &About) -> String {
    serde_json::to_string(about).unwrap_or_default()
}

/// Whether the number is still this node's.
pub(super) async fn beat(tx: &mut Tx, number: u16, id: NodeId, about: &About) -> Result<bool> {
    Ok(tx.run(&BEAT, args![i64::from(number), id.0, text(about)]).await? > 0)
}

/// Whether the number was free.
pub(super) async fn take(tx: &mut Tx, number: u16, id: NodeId, about: &About) -> Result<bool> {
    Ok(tx.run(&TAKE, args![i64::from(number), id.0, text(about)]).await? > 0)
}

pub(super) async fn leave(tx: &mut Tx, number: u16, id: NodeId) -> Result<()> {
    tx.run(&LEAVE, args![i64::from(number), id.0]).await.map(drop)
}

/// Removes a node, unless it has shown life since.
pub(super) async fn bury(tx: &mut Tx, node: &Node) -> Result<()> {
    tx.run(&BURY, args![i64::from(node.number), node.id.0, node.beat]).await.map(drop)
}

pub(super) async fn all(tx: &mut Tx) -> Result<Vec<Node>> {
    let rows: Vec<(i64, i64, String, i64)> = tx.all(&ALL, args![]).await?;
    let node = |(number, id, about, beat): (i64, i64, String, i64)| Node {
        number: u16::try_from(number).unwrap_or_default(),
        id: NodeId(id),
        // A node of another version keeps what is understood.
        about: serde_json::from_str(&about).unwrap_or_default(),
        beat,
    };
    Ok(rows.into_iter().map(node).collect())
}

/// What time the database has.
pub(super) async fn now(tx: &mut Tx) -> Result<Millis> {
    Ok(tx.one::<(Millis,)>(&NOW, args![]).await?.map_or(0, |(now,)| now))
}
