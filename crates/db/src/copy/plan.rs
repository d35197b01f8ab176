//! What there is to copy: the tables as the migrations make them, and the statements that move their rows.

use std::fmt::Write as _;

use sqlx::{Connection as _, SqliteConnection};

use crate::error::{Error, Result};
use crate::migrations::{self, Migration};
use crate::value::Value;

/// Rows that travel together. The widest table must not reach 32,766 arguments, SQLite's bound.
pub(super) const PAGE: usize = 500;
const ARGUMENTS: usize = 32_766;

const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    AND name NOT IN ('migrations', 'migrations_compatible') ORDER BY name";
/// pk: the column's place in the primary key, from 1; 0 when it is not part of it.
const COLUMNS: &str = "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid";

/// All tables of a schema.
#[derive(Debug)]
pub(super) struct Plan {
    /// The number of its last migration.
    pub(super) schema: i64,
    /// In order of their names; without the lists of migrations, which the target has from migrating.
    pub(super) tables: Vec<Table>,
}

#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Places in `columns`, in the order of the primary key.
    pub(super) key: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Real,
    Text,
    Bytes,
}

impl Plan {
    /// Runs the migrations in memory and looks at what has come of them.
    pub(super) async fn of(migrations: &[Migration]) -> Result<Self> {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await?;
        migrations::on_sqlite(&mut conn, migrations).await?;
        let names: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut conn).await?;
        let mut tables = Vec::with_capacity(names.len());
        for name in names {
            let columns: Vec<(String, String, i64)> = sqlx::query_as(COLUMNS).bind(&name).fetch_all(&mut conn).await?;
            tables.push(Table::new(name, columns)?);
        }
        conn.close().await?;
        Ok(Self { schema: migrations.last().map_or(0, |migration| migration.number), tables })
    }
}

impl Table {
    fn new(name: String, described: Vec<(String, String, i64)>) -> Result<Self> {
        let mut key: Vec<(i64, usize)> =
            described.iter().enumerate().filter(|(_, column)| column.2 > 0).map(|(n, column)| (column.2, n)).collect();
        key.sort_unstable();
        let columns = described.into_iter().map(|(column, declared, _)| {
            let kind = match declared.as_str() {
                "BIGINT" => Kind::Int,
                "DOUBLE PRECISION" => Kind::Real,
                "TEXT" => Kind::Text,
                "BLOB" => Kind::Bytes,
                other => {
                    return Err(Error::Refused(format!(
                        "`{name}.{column}` is {other:?}: nobody knows how to copy that"
                    )));
                }
            };
            Ok(Column { name: column, kind })
        });
        let table =
            Self { columns: columns.collect::<Result<_>>()?, key: key.into_iter().map(|(_, n)| n).collect(), name };
        let walkable = table.key_kinds().all(|kind| matches!(kind, Kind::Int | Kind::Text));
        if table.key.is_empty() || !walkable || table.columns.len() * PAGE > ARGUMENTS {
            return Err(Error::Refused(format!(
                "`{}` cannot be copied: it needs a primary key of BIGINT and TEXT and at most {} columns",
                table.name,
                ARGUMENTS / PAGE
            )));
        }
        Ok(table)
    }

    pub(super) fn kinds(&self) -> Vec<Kind> {
        self.columns.iter().map(|column| column.kind).collect()
    }

    pub(super) fn key_kinds(&self) -> impl Iterator<Item = Kind> {
        self.key.iter().map(|n| self.columns[*n].kind)
    }

    pub(super) fn key_of(&self, row: &[Value]) -> Vec<Value> {
        self.key.iter().map(|n| row[*n].clone()).collect()
    }

    /// The table's name as an identifier.
    pub(super) fn quoted(&self) -> String {
        quoted(&self.name)
    }

    /// The next rows, in the order of the key; behind the one in `$1…` unless it is the beginning.
    pub(super) fn page(&self, behind: bool) -> String {
        let columns = list(self.columns.iter().map(|column| quoted(&column.name)));
        let key = list(self.key.iter().map(|n| quoted(&self.columns[*n].name)));
        let mut text = format!("SELECT {columns} FROM {}", self.quoted());
        if behind {
            let last = list((1..=self.key.len()).map(|n| format!("${n}")));
            let _ = write!(text, " WHERE ({key}) > ({last})");
        }
        let _ = write!(text, " ORDER BY {key} LIMIT {PAGE}");
        text
    }

    /// So many rows, with their values one after the other.
    pub(super) fn insert(&self, rows: usize) -> String {
        let columns = list(self.columns.iter().map(|column| quoted(&column.name)));
        let width = self.columns.len();
        let row = |n: usize| format!("({})", list((1..=width).map(|place| format!("${}", n * width + place))));
        format!("INSERT INTO {} ({columns}) VALUES {}", self.quoted(), list((0..rows).map(row)))
    }

    pub(super) fn count(&self) -> String {
        format!("SELECT COUNT(*) FROM {}", self.quoted())
    }

    /// 1 when there is a row, else 0.
    pub(super) fn is_used(&self) -> String {
        format!("SELECT COUNT(*) FROM (SELECT 1 FROM {} LIMIT 1) AS t", self.quoted())
    }

    pub(super) fn clear(&self) -> String {
        format!("DELETE FROM {}", self.quoted())
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}
