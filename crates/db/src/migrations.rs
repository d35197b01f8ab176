//! Numbered migrations, run once each, in order, under a lock.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::copy::UNFINISHED;
use crate::error::{Error, Result};
use crate::statement::Dialect;

/// One step of the schema.
///
/// `-- compatible-with: 7` on a line of its own: programs that know the schema up to 7 may run beside it, which is what a
/// rolling upgrade needs. Without that line no older program may.
///
/// Lines between `-- only: sqlite` or `-- only: postgres` and `-- both` are for that engine.
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
    /// The oldest schema whose programs may run beside this one.
    fn compatible_with(&self) -> Result<i64> {
        let Some(said) = self.sql.lines().find_map(|line| line.trim().strip_prefix(COMPATIBLE_WITH)) else {
            return Ok(self.number);
        };
        let number = said.trim().parse().ok().filter(|number| (1..=self.number).contains(number));
        number.ok_or_else(|| {
            let Self { number, name, .. } = self;
            Error::Refused(format!(
                "migration {number} ({name}) says {COMPATIBLE_WITH}{said}, which is no schema from 1 to {number}"
            ))
        })
    }

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

const COMPATIBLE_WITH: &str = "-- compatible-with:";
const TABLES: &str = "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL); \
    CREATE TABLE IF NOT EXISTS migrations_compatible (number BIGINT PRIMARY KEY, compatible_with BIGINT NOT NULL);";
pub(crate) const DONE: &str = "SELECT COALESCE(MAX(number), 0) FROM migrations";
/// Of the migrations a program does not know, the one that asks most of it.
const NEEDS: &str = "SELECT m.number, COALESCE(c.compatible_with, m.number) AS needs \
    FROM migrations m LEFT JOIN migrations_compatible c ON c.number = m.number \
    WHERE m.number > $1 ORDER BY needs DESC, m.number LIMIT 1";
const RECORD: &str = "INSERT INTO migrations (number, name) VALUES ($1, $2)";
const RECORD_COMPATIBLE: &str = "INSERT INTO migrations_compatible (number, compatible_with) VALUES ($1, $2)";
pub(crate) const HAS_TABLE_SQLITE: &str = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = $1";
pub(crate) const HAS_TABLE_POSTGRES: &str = "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass($1)";
/// Any number, the same on every node ("parlor" in ASCII). Whoever comes second waits for as long as the first one takes.
const LOCK: &str =
    "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(123585950840690)";

fn pending(migrations: &[Migration], done: i64) -> &[Migration] {
    debug_assert!(migrations.is_sorted_by(|one, next| one.number < next.number));
    &migrations[migrations.partition_point(|migration| migration.number <= done)..]
}

fn known(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |migration| migration.number)
}

/// Whether a program that knows the schema up to `known` may run on one that is at `done`. `needs`: of the migrations it
/// does not know, which asks most, and what.
fn check(done: i64, known: i64, needs: Option<(i64, i64)>) -> Result<()> {
    match needs {
        Some((number, needs)) if needs > known => Err(Error::Refused(format!(
            "the database is at schema {done}, this program knows up to {known}, and schema {number} needs one that knows \
             at least {needs}: start a newer parlor, or restore a backup"
        ))),
        _ => Ok(()),
    }
}

/// Whether a program that runs may go on: somebody newer may have migrated since.
pub(crate) async fn still_fits(conn: &mut PgConnection, migrations: &[Migration]) -> Result<()> {
    let known = known(migrations);
    let Some(needs) = sqlx::query_as(NEEDS).bind(known).fetch_optional(&mut *conn).await? else { return Ok(()) };
    let (done,): (i64,) = sqlx::query_as(DONE).fetch_one(conn).await?;
    check(done, known, Some(needs))
}

macro_rules! run {
    ($tx:ident, $migrations:ident, $dialect:expr, $has_table:ident) => {{
        let (unfinished,): (i64,) = sqlx::query_as($has_table).bind(UNFINISHED).fetch_one(&mut *$tx).await?;
        if unfinished > 0 {
            return Err(Error::Refused(
                "a copy into this database is not finished: run the same `parlor copy` again, or begin with an empty database"
                    .into(),
            ));
        }
        sqlx::raw_sql(TABLES).execute(&mut *$tx).await?;
        let (done,): (i64,) = sqlx::query_as(DONE).fetch_one(&mut *$tx).await?;
        let known = known($migrations);
        check(done, known, sqlx::query_as(NEEDS).bind(known).fetch_optional(&mut *$tx).await?)?;
        if done > known {
            tracing::info!(schema = done, known, "the database is newer than this program, and may be used by it");
        }
        for migration in pending($migrations, done) {
            let Migration { number, name, .. } = *migration;
            tracing::info!(number, name, "migrating the database");
            sqlx::raw_sql(AssertSqlSafe(migration.text($dialect))).execute(&mut *$tx).await?;
            sqlx::query(RECORD).bind(number).bind(name).execute(&mut *$tx).await?;
            let compatible_with = migration.compatible_with()?;
            sqlx::query(RECORD_COMPATIBLE).bind(number).bind(compatible_with).execute(&mut *$tx).await?;
        }
        $tx.commit().await?;
        Ok(())
    }};
}

pub(crate) async fn on_sqlite(conn: &mut SqliteConnection, migrations: &[Migration]) -> Result<()> {
    let mut tx = conn.begin_with("BEGIN IMMEDIATE").await?;
    run!(tx, migrations, Dialect::Sqlite, HAS_TABLE_SQLITE)
}

pub(crate) async fn on_postgres(conn: &mut PgConnection, migrations: &[Migration]) -> Result<()> {
    let mut tx = conn.begin().await?;
    sqlx::raw_sql(LOCK).execute(&mut *tx).await?;
    run!(tx, migrations, Dialect::Postgres, HAS_TABLE_POSTGRES)
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
    fn a_newer_schema_is_for_those_it_says_it_is_for() {
        assert!(check(8, 8, None).is_ok(), "the same");
        assert!(check(9, 8, Some((9, 8))).is_ok() && check(10, 8, Some((9, 2))).is_ok(), "they say that it may");
        let refused = check(10, 8, Some((9, 9))).unwrap_err().to_string();
        assert!(refused.contains("schema 10") && refused.contains("up to 8") && refused.contains("at least 9"));
    }

    #[test]
    fn a_migration_says_who_may_run_beside_it() {
        let of = |sql| Migration { number: 9, name: "m", sql }.compatible_with();
        assert_eq!(of("CREATE TABLE t (n BIGINT);").unwrap(), 9, "nobody older");
        assert_eq!(of("-- About it.\n-- compatible-with: 7\nCREATE TABLE t (n BIGINT);").unwrap(), 7);
        for wrong in ["", "0", "10", "seven", "-1"] {
            assert!(of(format!("-- compatible-with: {wrong}").leak()).is_err(), "{wrong:?}");
        }
    }
}
