//! SQLite: one writer that takes turns, a few readers, WAL, every commit on disk before it is acknowledged.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::pool::{PoolConnection, PoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Pool, Sqlite, SqliteConnection, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::error::{Error, Result};
use crate::open::Options;

/// Pages of the WAL (4 KiB each) after which a checkpoint keeps writers out for a moment.
const WAL_PAGES: i64 = 8_192;

pub(crate) struct SqliteDb {
    writer: Pool<Sqlite>,
    readers: Pool<Sqlite>,
    turn: Arc<Mutex<()>>,
    /// Something was committed since the last checkpoint.
    written: Arc<AtomicBool>,
    /// How long a writer waits for its turn.
    patience: Duration,
}

pub(crate) fn connect_options(url: &str) -> Result<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| Error::Refused(format!("the database URL {url:?} is not understood: {error}")))?;
    Ok(options.foreign_keys(false).pragma("temp_store", "memory"))
}

impl SqliteDb {
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self> {
        let base = connect_options(url)?.busy_timeout(Duration::from_secs(5)).statement_cache_capacity(256);
        let writer = PoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(options.acquire_timeout)
            .connect_with(
                base.clone()
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    // Checkpoints are made beside the request path, see `checkpoint`.
                    .pragma("wal_autocheckpoint", "0")
                    // 16 MiB, taken as it is needed: with SQLite's own 2 MiB the pages of busy conversations are read again each time.
                    .pragma("cache_size", "-16384")
                    // What is deleted is overwritten: it must not be read from the file later.
                    .pragma("secure_delete", "on")
                    // A WAL that grew in a rush is given back.
                    .pragma("journal_size_limit", "67108864"),
            )
            .await?;
        let readers = PoolOptions::new()
            .max_connections(options.readers)
            .min_connections(0)
            .idle_timeout(Duration::from_secs(60))
            .acquire_timeout(options.acquire_timeout)
            .test_before_acquire(false)
            .connect_lazy_with(base.read_only(true));
        Ok(Self { writer, readers, turn: Arc::default(), written: Arc::default(), patience: options.acquire_timeout })
    }

    pub(crate) async fn write(&self) -> Result<SqliteTx> {
        let turn = tokio::time::timeout(self.patience, Arc::clone(&self.turn).lock_owned());
        let turn = turn.await.map_err(|_| Error::Unavailable(sqlx::Error::PoolTimedOut))?;
        let conn = self.writer.acquire().await?;
        // Made before it begins: a caller who goes away in the middle of BEGIN leaves a transaction that is rolled back.
        let mut tx = SqliteTx::Write { conn: Some(conn), turn: Some(turn), written: Arc::clone(&self.written) };
        sqlx::query("BEGIN IMMEDIATE").execute(tx.conn()?).await?;
        Ok(tx)
    }

    pub(crate) async fn read(&self) -> Result<SqliteTx> {
        Ok(SqliteTx::Read(self.readers.begin().await?))
    }

    /// Moves what is in the WAL into the database file without stopping anybody.
    pub(crate) async fn checkpoint(&self) -> Result<()> {
        if !self.written.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        // The writer's own connection would make writers wait; a reader may not checkpoint. So: one of its own.
        let options = (*self.readers.connect_options()).clone().read_only(false);
        let mut conn = <SqliteConnection as sqlx::Connection>::connect_with(&options).await?;
        let (busy, log, done): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(&mut conn).await?;
        if log > WAL_PAGES {
            // Beside busy writers a checkpoint never reaches the end, and the file would grow for ever. For once they
            // wait: what is left is little, and the next one begins the file anew.
            let _turn = self.turn.lock().await;
            sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut conn).await?;
        }
        sqlx::Connection::close(conn).await?;
        if busy != 0 || done < log {
            self.written.store(true, Ordering::Relaxed); // Somebody still reads the rest: later.
        }
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    pub(crate) async fn writer(&self) -> Result<PoolConnection<Sqlite>> {
        Ok(self.writer.acquire().await?)
    }
}

/// Whether SQLite means to go through the rows that a statement is given (`rows(…)`) anew for each row that it finds in a
/// table. It takes them for many and the rows of a table for a dozen, whatever is true; `CROSS JOIN` keeps them in front.
pub(crate) async fn reads_its_rows_again(conn: &mut SqliteConnection, text: &str) -> Result<bool> {
    let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
    let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(plan).fetch_all(conn).await?;
    let loops = |step: &str| step.starts_with("SCAN ") || step.starts_with("SEARCH ");
    Ok(steps.iter().enumerate().any(|(place, (_, within, _, step))| {
        let before = &steps[..place];
        step.starts_with("SCAN json_each") && before.iter().any(|(_, other, _, step)| other == within && loops(step))
    }))
}

/// A write holds the turn and the one writer connection; a read has a snapshot of its own.
pub(crate) enum SqliteTx {
    Read(Transaction<'static, Sqlite>),
    Write { conn: Option<PoolConnection<Sqlite>>, turn: Option<OwnedMutexGuard<()>>, written: Arc<AtomicBool> },
}

impl SqliteTx {
    pub(crate) fn conn(&mut self) -> Result<&mut SqliteConnection> {
        match self {
            Self::Read(tx) => Ok(&mut **tx),
            Self::Write { conn, .. } => conn.as_deref_mut().ok_or(Error::Broken(sqlx::Error::PoolClosed)),
        }
    }

    pub(crate) async fn commit(mut self, say: impl FnOnce()) -> Result<()> {
        let Self::Write { conn, turn, written } = &mut self else {
            say();
            return Ok(());
        };
        written.store(true, Ordering::Relaxed);
        let (conn, turn) = (conn.take(), turn.take());
        let mut conn = conn.ok_or(Error::Broken(sqlx::Error::PoolClosed))?;
        match sqlx::query("COMMIT").execute(&mut *conn).await {
            Ok(_) => {
                drop(conn);
                say();
                drop(turn);
                Ok(())
            }
            Err(error) => {
                // After a full disk SQLite may or may not have rolled back by itself. A fresh connection knows.
                conn.close_on_drop();
                Err(error.into())
            }
        }
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        let Self::Write { conn, turn, .. } = self else { return };
        let (Some(mut conn), turn) = (conn.take(), turn.take()) else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            if sqlx::query("ROLLBACK").execute(&mut *conn).await.is_err() {
                conn.close_on_drop();
            }
            drop(turn);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::{Db, Options};

    crate::statements! {
        ADD = "UPDATE counted SET n = n + 1";
        READ = "SELECT n FROM counted";
        FILL = "UPDATE counted SET filler = $1";
        INSIDE = "SELECT s.b FROM rows($2: b BIGINT) AS r JOIN seats s ON s.a = $1 AND s.b = r.b";
        OUTSIDE = "SELECT s.b FROM rows($2: b BIGINT) AS r CROSS JOIN seats s WHERE s.a = $1 AND s.b = r.b";
    }

    /// Whoever is dropped, at whatever step, the next one writes.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_caller_who_goes_away_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}/t.db", dir.path().display()), &Options::default()).await.unwrap();
        let table = crate::Migration {
            number: 1,
            name: "t",
            sql: "CREATE TABLE counted (n BIGINT); INSERT INTO counted VALUES (0);",
        };
        db.migrate(&[table]).await.unwrap();
        let mut written = 0;
        for n in 0..400_u64 {
            let work = async {
                let mut tx = db.write().await.unwrap();
                tx.run(&ADD, vec![]).await.unwrap();
                tx.commit().await.unwrap();
            };
            // Gone after some microseconds: before BEGIN, in it, after it, in the middle of COMMIT.
            let gone = tokio::time::timeout(Duration::from_micros(n * 3 % 900), work).await.is_err();
            written += u64::from(!gone);
        }
        let mut tx = db.write().await.unwrap();
        let (n,): (i64,) = tx.one(&READ, vec![]).await.unwrap().unwrap();
        // Those whose commit had begun were carried to its end.
        assert!(u64::try_from(n).unwrap() >= written && n <= 400, "{n} {written}");
        assert_eq!(STATEMENTS.len(), 5);
    }

    #[tokio::test]
    async fn rows_that_are_gone_through_again_are_seen() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}/t.db", dir.path().display()), &Options::default()).await.unwrap();
        let sql = "CREATE TABLE seats (a BIGINT, b BIGINT, PRIMARY KEY (a, b)) WITHOUT ROWID;";
        db.migrate(&[crate::Migration { number: 1, name: "t", sql }]).await.unwrap();
        let refusal = db.prepare([&INSIDE]).await.unwrap_err();
        assert!(refusal.to_string().contains("INSIDE needs a CROSS JOIN"), "{refusal}");
        db.prepare([&OUTSIDE]).await.unwrap();
    }

    /// PostgreSQL would roll back and say that all is well; on both engines it is all or nothing.
    #[tokio::test]
    async fn what_was_refused_in_part_is_not_committed() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}/t.db", dir.path().display()), &Options::default()).await.unwrap();
        let sql = "CREATE TABLE counted (n BIGINT CHECK (n < 2)); INSERT INTO counted VALUES (0);";
        db.migrate(&[crate::Migration { number: 1, name: "t", sql }]).await.unwrap();
        let mut tx = db.write().await.unwrap();
        tx.run(&ADD, vec![]).await.unwrap();
        tx.run(&ADD, vec![]).await.unwrap_err();
        tx.commit().await.unwrap_err();
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.one::<(i64,)>(&READ, vec![]).await.unwrap(), Some((0,)));
    }

    /// However busy the writer is, the WAL does not grow without end.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_busy_writer_does_not_grow_the_wal_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}/t.db", dir.path().display()), &Options::default()).await.unwrap();
        let sql = "CREATE TABLE counted (n BIGINT, filler TEXT); INSERT INTO counted VALUES (0, 'x');";
        db.migrate(&[crate::Migration { number: 1, name: "t", sql }]).await.unwrap();
        let writer = db.clone();
        let writing = tokio::spawn(async move {
            for _ in 0..40 {
                let mut tx = writer.write().await.unwrap();
                tx.run(&FILL, crate::args!["x".repeat(8_000_000)]).await.unwrap();
                tx.commit().await.unwrap();
            }
        });
        let wal = || std::fs::metadata(dir.path().join("t.db-wal")).map_or(0, |file| file.len());
        let mut largest = 0;
        while !writing.is_finished() {
            db.tidy_up().await.unwrap();
            largest = largest.max(wal());
        }
        writing.await.unwrap();
        // 320 MB were written; the bound is 32 MiB and what some commits add to it meanwhile.
        assert!(largest < 250_000_000, "{largest}");
    }
}
