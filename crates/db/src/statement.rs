//! A statement, and how one text becomes two dialects.

use std::sync::OnceLock;

/// Which engine a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A statement with `$1` placeholders. Made by [`crate::statements!`] only, so that every one is prepared in a test.
///
/// Two things are written once and rendered for each engine:
/// - `rows($1: id BIGINT, text TEXT)` is a table made of the array of objects in `$1`, for statements over many rows. SQLite
///   gets it as JSON, an array for each row; PostgreSQL an array for each column: the first in the place of `$1`, the others
///   after all arguments;
/// - `FOR UPDATE` locks rows on PostgreSQL; on SQLite the writer is alone anyway and it is left out.
#[derive(Debug)]
pub struct Statement {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
    for_sqlite: OnceLock<(String, Vec<Rows>)>,
    for_postgres: OnceLock<(String, Vec<Rows>)>,
}

/// An argument that is a table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rows {
    /// Which one; the first is 1.
    pub(crate) argument: usize,
    pub(crate) columns: Vec<(&'static str, Kind)>,
}

/// What is in a column of [`Rows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    BigInt,
    Text,
}

impl Statement {
    /// Use [`crate::statements!`].
    pub const fn new(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self { name, sqlite, postgres, for_sqlite: OnceLock::new(), for_postgres: OnceLock::new() }
    }

    /// Its name, for logs and tests.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The text for an engine.
    pub fn text(&'static self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => &self.on_sqlite().0,
            Dialect::Postgres => &self.on_postgres().0,
        }
    }

    /// Its arguments that are tables, in the order in which their further columns follow on PostgreSQL.
    pub(crate) fn tables(&'static self, dialect: Dialect) -> &'static [Rows] {
        match dialect {
            Dialect::Sqlite => &self.on_sqlite().1,
            Dialect::Postgres => &self.on_postgres().1,
        }
    }

    fn on_sqlite(&'static self) -> &'static (String, Vec<Rows>) {
        self.for_sqlite.get_or_init(|| render_sqlite(self.sqlite))
    }

    fn on_postgres(&'static self) -> &'static (String, Vec<Rows>) {
        self.for_postgres.get_or_init(|| render_postgres(self.postgres))
    }
}

/// Puts something in the place of each `rows($1: …)`: its argument, without the `$`, and its columns are given.
fn replace_rows(text: &'static str, mut table: impl FnMut(usize, Vec<(&'static str, Kind)>) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("rows($") {
        let Some((inside, behind)) = after.split_once(')') else { break };
        let Some((argument, columns)) = inside.split_once(':') else { break };
        let Ok(argument) = argument.trim().parse() else { break };
        out.push_str(before);
        out.push_str(&table(argument, columns.split(',').filter_map(column).collect()));
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn column(text: &'static str) -> Option<(&'static str, Kind)> {
    let (name, kind) = text.trim().split_once(' ')?;
    Some((name, if kind.trim() == "BIGINT" { Kind::BigInt } else { Kind::Text }))
}

fn render_sqlite(text: &'static str) -> (String, Vec<Rows>) {
    let mut all: Vec<Rows> = Vec::new();
    let text = replace_rows(text, |argument, columns| {
        let picked = columns.iter().enumerate().map(|(place, (name, _))| format!("value ->> {place} AS {name}"));
        let table = format!("(SELECT {} FROM json_each(${argument}))", picked.collect::<Vec<_>>().join(", "));
        if all.iter().all(|rows| rows.argument != argument) {
            all.push(Rows { argument, columns });
        }
        table
    });
    (text.replace("FOR UPDATE", ""), all)
}

fn render_postgres(text: &'static str) -> (String, Vec<Rows>) {
    // Where the further columns of each begin.
    let mut all: Vec<(Rows, usize)> = Vec::new();
    let mut free = arguments_of(text) + 1;
    let text = replace_rows(text, |argument, columns| {
        let first = match all.iter().find(|(rows, _)| rows.argument == argument) {
            Some((rows, first)) => {
                debug_assert_eq!(rows.columns, columns, "one argument, two tables: {text}");
                *first
            }
            None => {
                let first = free;
                free += columns.len().saturating_sub(1);
                all.push((Rows { argument, columns: columns.clone() }, first));
                first
            }
        };
        let places = std::iter::once(argument).chain(first..);
        let arrays = columns.iter().zip(places).map(|((_, kind), place)| match kind {
            Kind::BigInt => format!("${place}::BIGINT[]"),
            Kind::Text => format!("${place}::TEXT[]"),
        });
        let (arrays, names): (Vec<String>, Vec<&str>) = arrays.zip(columns.iter().map(|(name, _)| *name)).unzip();
        format!("(SELECT * FROM UNNEST({}) AS t({}))", arrays.join(", "), names.join(", "))
    });
    (text, all.into_iter().map(|(rows, _)| rows).collect())
}

/// How many arguments a text has: the highest number after a `$`.
fn arguments_of(text: &str) -> usize {
    let numbers = text.split('$').skip(1).map(|after| {
        let digits = after.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(after.len());
        after[..digits].parse().unwrap_or(0)
    });
    numbers.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "SELECT r.id FROM rows($1: id BIGINT, text TEXT) AS r, rows($3: u BIGINT, c BIGINT) AS s \
        WHERE r.id = $2 AND r.id IN (SELECT t.id FROM rows($1: id BIGINT, text TEXT) AS t) FOR UPDATE";
    static S: Statement = Statement::new("S", TEXT, TEXT);

    #[test]
    fn one_text_becomes_two_dialects() {
        let table = "(SELECT value ->> 0 AS id, value ->> 1 AS text FROM json_each($1))";
        assert_eq!(
            S.text(Dialect::Sqlite).trim(),
            format!(
                "SELECT r.id FROM {table} AS r, (SELECT value ->> 0 AS u, value ->> 1 AS c FROM json_each($3)) AS s \
                 WHERE r.id = $2 AND r.id IN (SELECT t.id FROM {table} AS t)"
            )
        );
        let table = "(SELECT * FROM UNNEST($1::BIGINT[], $4::TEXT[]) AS t(id, text))";
        assert_eq!(
            S.text(Dialect::Postgres),
            format!(
                "SELECT r.id FROM {table} AS r, (SELECT * FROM UNNEST($3::BIGINT[], $5::BIGINT[]) AS t(u, c)) AS s \
                 WHERE r.id = $2 AND r.id IN (SELECT t.id FROM {table} AS t) FOR UPDATE"
            )
        );
        let tables = S.tables(Dialect::Postgres);
        assert_eq!(tables, S.tables(Dialect::Sqlite));
        let [first, second] = tables else { panic!("{tables:?}") };
        assert_eq!((first.argument, &first.columns[..]), (1, &[("id", Kind::BigInt), ("text", Kind::Text)][..]));
        assert_eq!((second.argument, &second.columns[..]), (3, &[("u", Kind::BigInt), ("c", Kind::BigInt)][..]));
    }
}
