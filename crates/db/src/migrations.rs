//! Numbered migrations, run once each, in order, under a lock.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::error::{Error, Result};
use crate::statement::Dialect;

/// One step of the schema. Lines between `-- only: sqlite` or `-- only: postgres` and `-- both` are for that engine.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Grows from one to the next.
    pub number: i64,
    /// For people.
    pub name: &'static str,
    /// Its statements.
    pub sql: &'static str,
}

impl Migration {
    fn text(&self, dialect: Dialect) -> String {
        let mut wanted = true;
        let mut text = String::with_capacity(self.sql.len());
        for line in self.sql.lines() {
            match line.trim() {
                "-- only: sqlite" => wanted = dialect == Dialect::Sqlite,
                "-- only: postgres" => wanted = dialect == Dialect::Postgres,
                "-- both" => wanted = true,
                _ if wanted => {
                    text.push_str(line);
                    text.push('\n');
                }
                _ => {}
            }
        }
        text
    }
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL)";
const DONE: &str = "SELECT COALESCE(MAX(number), 0) FROM migrations";
const RECORD: &str = "INSERT INTO migrations (number, name) VALUES ($1, $2)";
/// Any number, the same on every node ("parlor" in ASCII).
const LOCK: &str = "SELECT pg_advisory_xact_lock(123585950840690)";

fn pending(migrations: &[Migration], done: i64) -> Result<&[Migration]> {
    debug_assert!(migrations.is_sorted_by(|one, next| one.number < next.number));
    let known = migrations.last().map_or(0, |migration| migration.number);
    if done > known {
        return Err(Error::Refused(format!(
            "the database is at schema {done}, this program knows up to {known}: start a newer parlor, or restore a backup"
        )));
    }
    Ok(&migrations[migrations.partition_point(|migration| migration.number <= done)..])
}

macro_rules! run {
    ($tx:ident, $migrations:ident, $dialect:expr) => {{
        sqlx::query(TABLE).execute(&mut *$tx).await?;
        let (done,): (i64,) = sqlx::query_as(DONE).fetch_one(&mut *$tx).await?;
        for migration in pending($migrations, done)? {
            tracing::info!(number = migration.number, name = migration.name, "migrating the database");
            sqlx::raw_sql(AssertSqlSafe(migration.text($dialect))).execute(&mut *$tx).await?;
            sqlx::query(RECORD).bind(migration.number).bind(migration.name).execute(&mut *$tx).await?;
        }
        $tx.commit().await?;
        Ok(())
    }};
}

pub(crate) async fn on_sqlite(conn: &mut SqliteConnection, migrations: &[Migration]) -> Result<()> {
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await?;
    run!(tx, migrations, Dialect::Sqlite)
}

pub(crate) async fn on_postgres(conn: &mut PgConnection, migrations: &[Migration]) -> Result<()> {
    let mut tx = conn.begin().await?;
    sqlx::query(LOCK).execute(&mut *tx).await?;
    run!(tx, migrations, Dialect::Postgres)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_go_to_their_engine() {
        let migration =
            Migration { number: 1, name: "m", sql: "a\n-- only: sqlite\nb\n-- only: postgres\nc\n-- both\nd" };
        assert_eq!(migration.text(Dialect::Sqlite), "a\nb\nd\n");
        assert_eq!(migration.text(Dialect::Postgres), "a\nc\nd\n");
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let known = [Migration { number: 1, name: "m", sql: "" }];
        assert!(matches!(pending(&known, 2), Err(Error::Refused(_))));
        assert_eq!(pending(&known, 0).unwrap().len(), 1);
    }
}
