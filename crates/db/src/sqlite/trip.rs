//! Statements that go to the thread of a connection together. Each trip there and back switches threads twice, which costs
//! more than most statements do.

use std::fmt::Write as _;

use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};

use crate::error::Result;
use crate::value::{Value, for_sqlite};

/// What waits to go along with a statement: texts that give no rows, one after the other, and their arguments.
#[derive(Default)]
pub(super) struct Trip {
    text: String,
    args: Vec<Value>,
    count: usize,
}

impl Trip {
    /// A statement alone.
    pub(super) fn of(text: &'static str, args: Vec<Value>) -> Result<(SqlStr, SqliteArguments)> {
        Ok((text.into_sql_str(), for_sqlite(args)?))
    }

    pub(super) fn is_of_one(&self) -> bool {
        self.count == 1
    }

    /// One more behind the others.
    pub(super) fn add(&mut self, text: &str, args: Vec<Value>) {
        if self.count > 0 {
            self.text.push_str("; ");
        }
        renumber(text, self.args.len(), &mut self.text);
        self.args.extend(args);
        self.count += 1;
    }

    /// All of them, and behind them the statement that asks for something.
    pub(super) fn with(mut self, text: &'static str, args: Vec<Value>) -> Result<(SqlStr, SqliteArguments)> {
        if self.count == 0 {
            return Self::of(text, args);
        }
        self.add(text, args);
        Ok((AssertSqlSafe(self.text).into_sql_str(), for_sqlite(self.args)?))
    }
}

/// Writes a text whose arguments come after so many others: `$1` becomes `$3` after two.
fn renumber(text: &str, after: usize, out: &mut String) {
    let mut parts = text.split('$');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        out.push('$');
        match part[..digits].parse::<usize>() {
            Ok(number) => {
                let _ = write!(out, "{}", number + after); // A String takes all.
                out.push_str(&part[digits..]);
            }
            Err(_) => out.push_str(part),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    #[test]
    fn arguments_are_counted_through() {
        let mut trip = Trip::default();
        trip.add("BEGIN IMMEDIATE", vec![]);
        trip.add("UPDATE t SET a = $2 WHERE b = $1", args![1_i64, "x"]);
        trip.add("DELETE FROM t WHERE a ->> '$.b' = $1 OR b IN ($1,$2)", args![2_i64, 3_i64]);
        let (text, _) = trip.with("SELECT $12, $1", vec![]).unwrap();
        assert_eq!(
            text.as_str(),
            "BEGIN IMMEDIATE; UPDATE t SET a = $2 WHERE b = $1; DELETE FROM t WHERE a ->> '$.b' = $3 OR b IN ($3,$4); \
             SELECT $16, $5"
        );
    }

    #[test]
    fn one_alone_is_as_it_was_written() {
        let (text, _) = Trip::default().with("SELECT $1", args![1_i64]).unwrap();
        assert_eq!(text.as_str(), "SELECT $1");
    }
}
