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
/// - `rows($1: id BIGINT, text TEXT)` is a table made of the JSON array of objects in `$1`, for statements over many rows;
/// - `FOR UPDATE` locks rows on PostgreSQL; on SQLite the writer is alone anyway and it is left out.
#[derive(Debug)]
pub struct Statement {
    name: &'static str,
    texts: [&'static str; 2],
    rendered: [OnceLock<String>; 2],
}

impl Statement {
    /// Use [`crate::statements!`].
    pub const fn new(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self { name, texts: [sqlite, postgres], rendered: [OnceLock::new(), OnceLock::new()] }
    }

    /// Its name, for logs and tests.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The text for an engine.
    pub fn text(&'static self, dialect: Dialect) -> &'static str {
        let n = dialect as usize;
        self.rendered[n].get_or_init(|| render(self.texts[n], dialect))
    }
}

fn render(text: &str, dialect: Dialect) -> String {
    let text = match dialect {
        Dialect::Sqlite => text.replace("FOR UPDATE", ""),
        Dialect::Postgres => text.to_owned(),
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("rows(") {
        let Some((inside, behind)) = after.split_once(')') else { break };
        let Some((argument, columns)) = inside.split_once(':') else { break };
        out.push_str(before);
        out.push_str(&table(argument.trim(), columns, dialect));
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn table(argument: &str, columns: &str, dialect: Dialect) -> String {
    let columns = columns.split(',').map(str::trim);
    match dialect {
        Dialect::Sqlite => {
            let picked: Vec<String> = columns
                .map(|column| column.split_once(' ').map_or(column, |(name, _)| name))
                .map(|name| format!("value ->> '{name}' AS {name}"))
                .collect();
            format!("(SELECT {} FROM json_each({argument}))", picked.join(", "))
        }
        Dialect::Postgres => {
            let typed: Vec<&str> = columns.collect();
            format!("(SELECT * FROM json_to_recordset({argument}::json) AS t({}))", typed.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static S: Statement = Statement::new(
        "S",
        "SELECT r.id FROM rows($1: id BIGINT, text TEXT) AS r ORDER BY r.id FOR UPDATE",
        "SELECT r.id FROM rows($1: id BIGINT, text TEXT) AS r ORDER BY r.id FOR UPDATE",
    );

    #[test]
    fn one_text_becomes_two_dialects() {
        assert_eq!(
            S.text(Dialect::Sqlite).trim(),
            "SELECT r.id FROM (SELECT value ->> 'id' AS id, value ->> 'text' AS text FROM json_each($1)) AS r ORDER BY r.id"
        );
        assert_eq!(
            S.text(Dialect::Postgres),
            "SELECT r.id FROM (SELECT * FROM json_to_recordset($1::json) AS t(id BIGINT, text TEXT)) AS r ORDER BY r.id FOR UPDATE"
        );
    }
}
