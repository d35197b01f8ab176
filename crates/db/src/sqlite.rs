//! SQLite: one writer that takes turns, a few readers, WAL, every commit on disk before it is acknowledged.

mod trip;

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, Pool, SqlStr, Sqlite, SqliteConnection, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::error::{Error, Result};
use crate::open::Options;
use crate::statement::{Dialect, Statement};
use crate::value::{Value, with_tables_as_text};

use trip::Trip;

/// Pages of the WAL (4 KiB each) after which a checkpoint keeps writers out for a moment.
const WAL_PAGES: i64 = 8_192;

pub(crate) struct SqliteDb {
    writer: Arc<Mutex<Writer>>,
    readers: Pool<Sqlite>,
    /// Something was committed since the last checkpoint.
    written: Arc<AtomicBool>,
    /// Held by the checkpoint that is under way.
    checkpoint: Arc<Mutex<()>>,
    /// How long a writer waits for its turn.
    patience: Duration,
}

/// The one connection that writes. Its lock is the turn; no pool, which would ask it for a sign of life after each.
struct Writer {
    options: SqliteConnectOptions,
    /// None before it is needed.
    conn: Option<SqliteConnection>,
    /// A transaction began and nobody has seen its end.
    open: bool,
    closed: bool,
}

type Turn = OwnedMutexGuard<Writer>;

impl Writer {
    async fn conn(&mut self) -> Result<&mut SqliteConnection> {
        if self.closed {
            return Err(Error::Unavailable(sqlx::Error::PoolClosed));
        }
        // What somebody left open goes with the connection.
        let conn = match self.conn.take().filter(|_| !self.open) {
            Some(conn) => conn,
            None => SqliteConnection::connect_with(&self.options).await?,
        };
        self.open = false;
        Ok(self.conn.insert(conn))
    }
}

pub(crate) fn connect_options(url: &str) -> Result<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| Error::Refused(format!("the database URL {url:?} is not understood: {error}")))?;
    Ok(options.foreign_keys(false).pragma("temp_store", "memory"))
}

impl SqliteDb {
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self> {
        let base = connect_options(url)?.busy_timeout(Duration::from_secs(5)).statement_cache_capacity(256);
        let writer = base
            .clone()
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
            .pragma("journal_size_limit", "67108864");
        let mut writer = Writer { options: writer, conn: None, open: false, closed: false };
        writer.conn().await?;
        let readers = PoolOptions::new()
            .max_connections(options.readers)
            .min_connections(0)
            .idle_timeout(Duration::from_secs(60))
            .acquire_timeout(options.acquire_timeout)
            .test_before_acquire(false)
            .connect_lazy_with(base.read_only(true));
        let writer = Arc::new(Mutex::new(writer));
        let (written, checkpoint) = (Arc::default(), Arc::default());
        Ok(Self { writer, readers, written, checkpoint, patience: options.acquire_timeout })
    }

    /// Waits for the turn. The transaction begins with its first statement.
    pub(crate) async fn write(&self) -> Result<SqliteTx> {
        let turn = tokio::time::timeout(self.patience, Arc::clone(&self.writer).lock_owned());
        let mut turn = turn.await.map_err(|_| Error::Unavailable(sqlx::Error::PoolTimedOut))?;
        turn.conn().await?;
        let mut trip = Trip::default();
        trip.add("BEGIN IMMEDIATE", Vec::new());
        Ok(SqliteTx::Write(WriteTx { turn: Some(turn), trip, written: Arc::clone(&self.written) }))
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
        let (writer, written) = (Arc::clone(&self.writer), Arc::clone(&self.written));
        let under_way = Arc::clone(&self.checkpoint).lock_owned().await;
        // A task of its own: it goes on in the connection's thread when nobody waits for it any more, and `close` has to know.
        let work = tokio::spawn(async move {
            let done = fold_journal(&options, &writer, &written).await;
            drop(under_way);
            done
        });
        work.await.unwrap_or_else(|died| Err(Error::Unavailable(sqlx::Error::Io(std::io::Error::other(died)))))
    }

    /// Waits for all that is under way. The last connection that closes removes the WAL, and that is the writer's.
    pub(crate) async fn close(&self) {
        let _under_way = self.checkpoint.lock().await;
        self.readers.close().await;
        let mut writer = self.writer.lock().await;
        writer.closed = true;
        if let Some(conn) = writer.conn.take()
            && let Err(error) = conn.close().await
        {
            tracing::warn!(%error, "the connection that writes did not close well");
        }
    }

    /// Has the connection that writes do something outside a transaction of ours.
    pub(crate) async fn with_writer<T>(&self, work: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> Result<T> {
        Ok(work(self.writer.lock().await.conn().await?).await)
    }
}

async fn fold_journal(options: &SqliteConnectOptions, writer: &Mutex<Writer>, written: &AtomicBool) -> Result<()> {
    let mut conn = SqliteConnection::connect_with(options).await?;
    let (busy, log, done): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(&mut conn).await?;
    if log > WAL_PAGES {
        // Beside busy writers a checkpoint never reaches the end, and the file would grow for ever. For once they
        // wait: what is left is little, and the next one begins the file anew.
        let _turn = writer.lock().await;
        sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut conn).await?;
    }
    conn.close().await?;
    if busy != 0 || done < log {
        written.store(true, Ordering::Relaxed); // Somebody still reads the rest: later.
    }
    Ok(())
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

/// A transaction.
pub(crate) enum SqliteTx {
    /// A snapshot of its own.
    Read(Transaction<'static, Sqlite>),
    Write(WriteTx),
}

/// A transaction that holds the turn.
pub(crate) struct WriteTx {
    turn: Option<Turn>,
    /// What goes along with the next statement.
    trip: Trip,
    written: Arc<AtomicBool>,
}

impl SqliteTx {
    pub(crate) fn conn(&mut self) -> Result<&mut SqliteConnection> {
        match self {
            Self::Read(tx) => Ok(&mut **tx),
            Self::Write(tx) => tx.conn(),
        }
    }

    /// A statement with all that waits to go along: its text and arguments.
    pub(crate) fn trip(
        &mut self,
        statement: &'static Statement,
        args: Vec<Value>,
    ) -> Result<(SqlStr, SqliteArguments)> {
        let (text, args) = written(statement, args);
        match self {
            Self::Read(_) => Trip::of(text, args),
            Self::Write(tx) => tx.leave_with(text, args),
        }
    }

    /// Has a statement that gives no rows go along with the next one.
    pub(crate) fn queue(&mut self, statement: &'static Statement, args: Vec<Value>) -> Result<()> {
        let (text, args) = written(statement, args);
        match self {
            Self::Read(_) => Err(Error::Broken(sqlx::Error::Protocol("a snapshot takes no writes".into()))),
            Self::Write(tx) => {
                tx.trip.add(text, args);
                Ok(())
            }
        }
    }

    pub(crate) async fn commit(self, say: impl FnOnce()) -> Result<()> {
        if let Self::Write(mut tx) = self {
            tx.commit().await?;
            say();
            // The turn ends here, so that news leave in the order of their commits.
            tx.turn = None;
        } else {
            say();
        }
        Ok(())
    }
}

fn written(statement: &'static Statement, args: Vec<Value>) -> (&'static str, Vec<Value>) {
    (statement.text(Dialect::Sqlite), with_tables_as_text(args, statement.tables(Dialect::Sqlite)))
}

impl WriteTx {
    fn turn(&mut self) -> Result<&mut Writer> {
        self.turn.as_deref_mut().ok_or(Error::Broken(sqlx::Error::PoolClosed))
    }

    fn conn(&mut self) -> Result<&mut SqliteConnection> {
        self.turn()?.conn.as_mut().ok_or(Error::Broken(sqlx::Error::PoolClosed))
    }

    fn leave_with(&mut self, text: &'static str, args: Vec<Value>) -> Result<(SqlStr, SqliteArguments)> {
        // Before it is sent: a caller who goes away in the middle of BEGIN leaves a transaction that is rolled back.
        self.turn()?.open = true;
        std::mem::take(&mut self.trip).with(text, args)
    }

    async fn commit(&mut self) -> Result<()> {
        if !self.turn()?.open && self.trip.is_of_one() {
            return Ok(()); // BEGIN alone: nothing was asked.
        }
        self.written.store(true, Ordering::Relaxed);
        let (text, args) = self.leave_with("COMMIT", Vec::new())?;
        sqlx::query_with(text, args).execute(self.conn()?).await?;
        self.turn()?.open = false;
        Ok(())
    }
}

impl Drop for WriteTx {
    fn drop(&mut self) {
        let Some(mut turn) = self.turn.take().filter(|turn| turn.open) else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let Some(conn) = &mut turn.conn else { return };
            // After a full disk SQLite may have rolled back by itself, and refuses: then a fresh connection is made.
            turn.open = sqlx::query("ROLLBACK").execute(conn).await.is_err();
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tempfile::TempDir;

    use crate::{Db, Options};

    crate::statements! {
        ADD = "UPDATE counted SET n = n + 1";
        READ = "SELECT n FROM counted";
        FILL = "UPDATE counted SET filler = $1";
        INSIDE = "SELECT s.b FROM rows($2: b BIGINT) AS r JOIN seats s ON s.a = $1 AND s.b = r.b";
        OUTSIDE = "SELECT s.b FROM rows($2: b BIGINT) AS r CROSS JOIN seats s WHERE s.a = $1 AND s.b = r.b";
    }

    async fn fresh(sql: &'static str) -> (TempDir, Db) {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}/t.db", dir.path().display()), &Options::default()).await.unwrap();
        db.migrate(&[crate::Migration { number: 1, name: "t", sql }]).await.unwrap();
        (dir, db)
    }

    /// Whoever is dropped, at whatever step, the next one writes.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_caller_who_goes_away_leaves_nothing_behind() {
        let (_dir, db) = fresh("CREATE TABLE counted (n BIGINT); INSERT INTO counted VALUES (0);").await;
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
        let (_dir, db) = fresh("CREATE TABLE seats (a BIGINT, b BIGINT, PRIMARY KEY (a, b)) WITHOUT ROWID;").await;
        let refusal = db.prepare([&INSIDE]).await.unwrap_err();
        assert!(refusal.to_string().contains("INSIDE needs a CROSS JOIN"), "{refusal}");
        db.prepare([&OUTSIDE]).await.unwrap();
    }

    /// PostgreSQL would roll back and say that all is well; on both engines it is all or nothing.
    #[tokio::test]
    async fn what_was_refused_in_part_is_not_committed() {
        let (_dir, db) = fresh("CREATE TABLE counted (n BIGINT CHECK (n < 2)); INSERT INTO counted VALUES (0);").await;
        let mut tx = db.write().await.unwrap();
        tx.run(&ADD, vec![]).await.unwrap();
        tx.run(&ADD, vec![]).await.unwrap_err();
        tx.commit().await.unwrap_err();
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.one::<(i64,)>(&READ, vec![]).await.unwrap(), Some((0,)));
    }

    /// The server stops while a checkpoint is under way, and does not wait for it where it asked for it.
    #[tokio::test(flavor = "multi_thread")]
    async fn closing_leaves_no_wal_behind() {
        let (dir, db) =
            fresh("CREATE TABLE counted (n BIGINT, filler TEXT); INSERT INTO counted VALUES (0, 'x');").await;
        for letter in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            let mut tx = db.write().await.unwrap();
            tx.run(&FILL, crate::args![letter.repeat(8_000_000)]).await.unwrap();
            tx.commit().await.unwrap();
        }
        let wal = dir.path().join("t.db-wal");
        assert!(std::fs::metadata(&wal).unwrap().len() > 60_000_000);
        assert!(tokio::time::timeout(Duration::from_millis(5), db.tidy_up()).await.is_err());
        db.close().await;
        assert!(!wal.exists());
    }

    /// However busy the writer is, the WAL does not grow without end.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_busy_writer_does_not_grow_the_wal_for_ever() {
        let (dir, db) =
            fresh("CREATE TABLE counted (n BIGINT, filler TEXT); INSERT INTO counted VALUES (0, 'x');").await;
        let writer = db.clone();
        let writing = tokio::spawn(async move {
            for n in 0..40 {
                // Pages that stay as they are would not be written.
                let filler = ["x", "y"][n % 2].repeat(8_000_000);
                let mut tx = writer.write().await.unwrap();
                tx.run(&FILL, crate::args![filler]).await.unwrap();
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
