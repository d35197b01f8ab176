//! Moves a whole server from one database to another, of any engine.
//!
//! While it runs nobody else writes to the source: a SQLite file is locked, PostgreSQL's tables are, and what is read is
//! one snapshot. Rows go over in the order of their keys, in batches; each commits at the target together with how far it
//! came ([`ledger`]), so that an interrupted copy goes on there. In the end every row of both sides is read again and
//! compared, which also finds what changed at the source between two attempts. Until then the target is marked, and
//! [`Db::migrate`](crate::Db::migrate) refuses it.
//!
//! What is to be copied is read off the migrations ([`plan`]), so that no table can be forgotten.

mod ledger;
mod plan;
mod side;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::error::Error;
use crate::migrations::Migration;
use crate::value::Value;
use ledger::Ledger;
pub(crate) use ledger::TABLE as UNFINISHED;
use plan::{Plan, Table};
use side::{Role, Side};

/// What is copied where.
#[derive(Clone, Copy, Debug)]
pub struct Copy<'a> {
    /// URL of the source.
    pub from: &'a str,
    /// URL of the target: empty, or left by a copy from the same source that was interrupted.
    pub to: &'a str,
    /// The schema, which the source must have and the target gets.
    pub migrations: &'a [Migration],
    /// Tables that hold rows though nobody has used the server yet; they may, and are cleared, at the target.
    pub made_at_start: &'a [&'a str],
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// What is being done.
    pub step: Step,
    /// With which table.
    pub table: &'a str,
    /// Rows of it that are done.
    pub done: u64,
    /// Rows it has.
    pub total: u64,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Rows go over.
    Copying,
    /// Both sides are read and compared.
    Verifying,
}

/// All rows of a table on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// How many the engine counts.
    pub rows: u64,
    /// Of all columns of all rows, whatever their order.
    pub checksum: Checksum,
}

/// The sum of the first 16 bytes of the SHA-256 of each row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksum(u128);

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// A table, on both sides.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Its name.
    pub table: String,
    /// What the source holds.
    pub source: Content,
    /// What the target holds.
    pub target: Content,
}

impl Compared {
    /// Whether the copy is one.
    pub fn same(&self) -> bool {
        self.source == self.target
    }
}

/// Where it went wrong; why is its source.
#[derive(Debug, thiserror::Error)]
#[error("{place}")]
pub struct Failed {
    place: String,
    #[source]
    cause: Error,
}

trait At<T> {
    fn at(self, place: impl FnOnce() -> String) -> Result<T, Failed>;
}

impl<T> At<T> for Result<T, Error> {
    fn at(self, place: impl FnOnce() -> String) -> Result<T, Failed> {
        self.map_err(|cause| Failed { place: place(), cause })
    }
}

/// Copies all tables and compares both sides. The copy is finished, and the target can be served, when all of them are
/// [`Compared::same`]. May be dropped at any moment; the next call goes on where this one was.
pub async fn copy(ask: Copy<'_>, mut tell: impl FnMut(Progress<'_>) + Send) -> Result<Vec<Compared>, Failed> {
    let plan = Plan::of(ask.migrations).await.at(|| "the migrations".into())?;
    let at_source = || format!("the source, {}", side::name(ask.from));
    let at_target = || format!("the target, {}", side::name(ask.to));

    let mut source = Side::open(ask.from, Role::Source).await.at(at_source)?;
    source.be_at_schema(plan.schema).await.at(at_source)?;
    if source.has_table(UNFINISHED).await.at(at_source)? {
        return Err(Error::Refused("it holds an unfinished copy itself: finish that first".into())).at(at_source);
    }
    source.hold(&plan.tables).await.at(at_source)?;
    let mut totals = Vec::with_capacity(plan.tables.len());
    for table in &plan.tables {
        totals.push(source.count(table).await.at(at_source)?);
    }

    if side::name(ask.to) == source.name() {
        return Err(Error::Refused("it is the source".into())).at(at_target);
    }
    let mut target = Side::open(ask.to, Role::Target).await.at(at_target)?;
    let mut ledger = if target.has_table(UNFINISHED).await.at(at_target)? {
        target.be_at_schema(plan.schema).await.at(at_target)?;
        Ledger::resume(&mut target, source.name(), &plan, &totals).await
    } else {
        target.migrate(ask.migrations).await.at(at_target)?;
        target.be_at_schema(plan.schema).await.at(at_target)?;
        Ledger::begin(&mut target, source.name(), &plan, &totals, ask.made_at_start).await
    }
    .at(at_target)?;

    for (table, &total) in plan.tables.iter().zip(&totals) {
        let mut told = |done| tell(Progress { step: Step::Copying, table: &table.name, done, total: unsigned(total) });
        copy_table(&mut source, &mut target, table, &mut ledger, &mut told).await.at(|| place(table))?;
    }
    let mut compared = Vec::with_capacity(plan.tables.len());
    for (table, &total) in plan.tables.iter().zip(&totals) {
        let told = |done| tell(Progress { step: Step::Verifying, table: &table.name, done, total: unsigned(total) });
        let both = tokio::try_join!(content(&mut source, table, told), content(&mut target, table, |_| {}));
        let (at_source, at_target) = both.at(|| place(table))?;
        compared.push(Compared { table: table.name.clone(), source: at_source, target: at_target });
    }
    if compared.iter().all(Compared::same) {
        ledger.finish(&mut target).await.at(at_target)?;
    }
    target.close().await.at(at_target)?;
    source.close().await.at(at_source)?;
    Ok(compared)
}

fn place(table: &Table) -> String {
    format!("table `{}`", table.name)
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

/// Copies what is left of a table. The next rows are read while those before them are stored.
async fn copy_table(
    source: &mut Side,
    target: &mut Side,
    table: &Table,
    ledger: &mut Ledger,
    told: &mut (dyn FnMut(u64) + Send),
) -> Result<(), Error> {
    told(unsigned(ledger.done(table)));
    let mut rows = source.page(table, ledger.last_key(table)).await?;
    while let Some(last) = rows.last() {
        let last = table.key_of(last);
        let next = source.page(table, Some(&last));
        let store = async {
            target.begin().await?;
            let count = target.insert(table, rows).await?;
            ledger.advance(target, table, count, &last).await?;
            target.commit().await
        };
        (rows, ()) = tokio::try_join!(next, store)?;
        told(unsigned(ledger.done(table)));
    }
    Ok(())
}

/// Reads a whole table.
async fn content(side: &mut Side, table: &Table, mut told: impl FnMut(u64)) -> Result<Content, Error> {
    let rows = unsigned(side.count(table).await?);
    let mut checksum = Checksum::default();
    let (mut last, mut done) = (None, 0);
    loop {
        let page = side.page(table, last.as_deref()).await?;
        let Some(row) = page.last() else { break };
        last = Some(table.key_of(row));
        page.iter().for_each(|row| checksum.add(row));
        done += page.len() as u64;
        told(done);
    }
    Ok(Content { rows, checksum })
}

impl Checksum {
    fn add(&mut self, row: &[Value]) {
        let mut bytes = Vec::with_capacity(256);
        for value in row {
            // A letter for the kind and, where a value has no fixed size, its length: no two rows look alike.
            match value {
                // No column holds rows.
                Value::Int(None) | Value::Real(None) | Value::Text(None) | Value::Bytes(None) | Value::Rows(_) => {
                    bytes.push(b'-');
                }
                Value::Int(Some(v)) => {
                    bytes.push(b'i');
                    bytes.extend(v.to_le_bytes());
                }
                Value::Real(Some(v)) => {
                    bytes.push(b'r');
                    bytes.extend(v.to_bits().to_le_bytes());
                }
                Value::Text(Some(v)) => sized(&mut bytes, b't', v.as_bytes()),
                Value::Bytes(Some(v)) => sized(&mut bytes, b'b', v),
            }
        }
        let hash = ring::digest::digest(&ring::digest::SHA256, &bytes);
        let first = hash.as_ref().iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte));
        self.0 = self.0.wrapping_add(first);
    }
}

fn sized(bytes: &mut Vec<u8>, kind: u8, value: &[u8]) {
    bytes.push(kind);
    bytes.extend((value.len() as u64).to_le_bytes());
    bytes.extend(value);
}
