//! How far a copy has come: a small table at the target, moved on in the transaction of each batch and dropped in the end.

use std::collections::BTreeMap;

use super::plan::{Kind, Plan, Table};
use super::side::Side;
use crate::args;
use crate::error::{Error, Result};
use crate::value::Value;

/// While it is there the target is no server's database.
pub(crate) const TABLE: &str = "unfinished_copy";

/// last_key: JSON, the key of the last row that was copied.
const CREATE: &str = "CREATE TABLE unfinished_copy
    (name TEXT PRIMARY KEY, source TEXT NOT NULL, total BIGINT NOT NULL, done BIGINT NOT NULL, last_key TEXT)";
const BEGIN: &str = "INSERT INTO unfinished_copy (name, source, total, done) VALUES ($1, $2, $3, 0)";
const ALL: &str = "SELECT name, source, total, done, last_key FROM unfinished_copy ORDER BY name";
const ADVANCE: &str = "UPDATE unfinished_copy SET done = $1, last_key = $2 WHERE name = $3 AND done = $4";
const DROP: &str = "DROP TABLE unfinished_copy";

const AGAIN: &str = "begin again with an empty target (drop and create the database, or remove the file)";

pub(super) struct Ledger(BTreeMap<String, Place>);

#[derive(Default)]
struct Place {
    done: i64,
    last_key: Option<Vec<Value>>,
}

impl Ledger {
    /// Marks an empty target as one that is copied into.
    pub(super) async fn begin(
        target: &mut Side,
        source: &str,
        plan: &Plan,
        totals: &[i64],
        made_at_start: &[&str],
    ) -> Result<Self> {
        target.begin().await?;
        for table in &plan.tables {
            if made_at_start.contains(&table.name.as_str()) {
                target.run(table.clear(), vec![]).await?;
            } else if target.number(table.is_used(), vec![]).await? > 0 {
                return Err(Error::Refused(format!(
                    "it holds somebody's data already (there are rows in `{}`): copy into an empty database",
                    table.name
                )));
            }
        }
        target.run(CREATE.into(), vec![]).await?;
        let mut places = BTreeMap::new();
        for (table, total) in plan.tables.iter().zip(totals) {
            target.run(BEGIN.into(), args![table.name.as_str(), source, *total]).await?;
            places.insert(table.name.clone(), Place::default());
        }
        target.commit().await?;
        Ok(Self(places))
    }

    /// Goes on with what another call began; refuses what came from elsewhere, or from a source that has changed.
    pub(super) async fn resume(target: &mut Side, source: &str, plan: &Plan, totals: &[i64]) -> Result<Self> {
        let kinds = [Kind::Text, Kind::Text, Kind::Int, Kind::Int, Kind::Text];
        let mut places = BTreeMap::new();
        for row in target.rows(ALL.into(), vec![], &kinds).await? {
            let [
                Value::Text(Some(name)),
                Value::Text(Some(from)),
                Value::Int(Some(total)),
                Value::Int(Some(done)),
                Value::Text(key),
            ] = row.as_slice()
            else {
                return Err(damaged());
            };
            if from != source {
                return Err(Error::Refused(format!("it holds an unfinished copy of {from}: finish that, or {AGAIN}")));
            }
            let (table, now) =
                plan.tables.iter().zip(totals).find(|(table, _)| table.name == *name).ok_or_else(damaged)?;
            if now != total {
                return Err(Error::Refused(format!(
                    "the source has changed since the copy began (`{name}` had {total} rows and has {now}): {AGAIN}"
                )));
            }
            let last_key = key.as_ref().map(|key| from_json(table, key).ok_or_else(damaged)).transpose()?;
            places.insert(name.clone(), Place { done: *done, last_key });
        }
        if places.len() != plan.tables.len() {
            return Err(damaged());
        }
        Ok(Self(places))
    }

    pub(super) fn done(&self, table: &Table) -> i64 {
        self.0.get(&table.name).map_or(0, |place| place.done)
    }

    pub(super) fn last_key(&self, table: &Table) -> Option<&[Value]> {
        self.0.get(&table.name)?.last_key.as_deref()
    }

    /// Notes that so many more rows are stored, up to this key. In the transaction that stores them.
    pub(super) async fn advance(&mut self, target: &mut Side, table: &Table, rows: u64, key: &[Value]) -> Result<()> {
        let place = self.0.entry(table.name.clone()).or_default();
        let done = place.done + i64::try_from(rows).unwrap_or(i64::MAX);
        let moved = target.run(ADVANCE.into(), args![done, to_json(key), table.name.as_str(), place.done]).await?;
        if moved != 1 {
            return Err(Error::Refused("another copy into this database is under way".into()));
        }
        *place = Place { done, last_key: Some(key.to_vec()) };
        Ok(())
    }

    /// The target is a server's database from here on.
    pub(super) async fn finish(self, target: &mut Side) -> Result<()> {
        target.run(DROP.into(), vec![]).await.map(drop)
    }
}

fn damaged() -> Error {
    Error::Refused(format!("what it knows of an unfinished copy is not understood: {AGAIN}"))
}

fn to_json(key: &[Value]) -> serde_json::Value {
    let value = |value: &Value| match value {
        Value::Int(v) => (*v).into(),
        Value::Text(v) => v.clone().into(),
        Value::Real(_) | Value::Bytes(_) | Value::Rows(_) => serde_json::Value::Null,
    };
    key.iter().map(value).collect()
}

fn from_json(table: &Table, key: &str) -> Option<Vec<Value>> {
    let key: Vec<serde_json::Value> = serde_json::from_str(key).ok()?;
    let value = |(kind, value): (Kind, &serde_json::Value)| {
        Some(match kind {
            Kind::Int => Value::Int(Some(value.as_i64()?)),
            Kind::Text => Value::Text(Some(value.as_str()?.to_owned())),
            Kind::Real | Kind::Bytes => return None,
        })
    };
    (key.len() == table.key.len()).then(|| table.key_kinds().zip(&key).map(value).collect())?
}
