//! A transaction on either engine.

use std::pin::Pin;

use futures_util::TryStreamExt as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::{SqliteQueryResult, SqliteRow};
use sqlx::{Either, Executor as _, FromRow};

use crate::error::{Error, Result, is_late, is_stale};
use crate::postgres::{PostgresTx, within};
use crate::sqlite::SqliteTx;
use crate::statement::{Dialect, Statement};
use crate::value::{Value, for_postgres};

/// What runs once a commit has succeeded.
type Afterwards = Box<dyn FnOnce() + Send>;

/// A transaction. Dropped without [`Tx::commit`], nothing happened.
pub struct Tx {
    pub(crate) conn: Conn,
    afterwards: Vec<Afterwards>,
    in_doubt: Vec<Afterwards>,
    /// A statement was refused. PostgreSQL then answers COMMIT as if all were well and rolls back.
    failed: bool,
}

pub(crate) enum Conn {
    Sqlite(SqliteTx),
    Postgres(PostgresTx),
}

/// Rows of either engine.
enum Found {
    Sqlite(Vec<SqliteRow>),
    Postgres(Vec<PgRow>),
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("dialect", &self.dialect()).finish_non_exhaustive()
    }
}

/// A type that is made from a row of either engine; `#[derive(FromRow)]` gives it.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

impl Tx {
    pub(crate) fn new(conn: Conn) -> Self {
        Self { conn, afterwards: Vec::new(), in_doubt: Vec::new(), failed: false }
    }

    /// Which engine it runs on.
    pub fn dialect(&self) -> Dialect {
        match self.conn {
            Conn::Sqlite(_) => Dialect::Sqlite,
            Conn::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement; how many rows it changed.
    pub async fn run(&mut self, statement: &'static Statement, args: Vec<Value>) -> Result<u64> {
        let done = match &mut self.conn {
            Conn::Sqlite(tx) => {
                let (text, args) = tx.trip(statement, args)?;
                // What went along counts for itself; this is the last one.
                let all = tx.conn()?.fetch_many(sqlx::query_with(text, args));
                let last = async |last, part: Either<SqliteQueryResult, _>| Ok(part.left().or(last));
                all.try_fold(None, last).await.map(|last| last.map_or(0, |done| done.rows_affected()))
            }
            Conn::Postgres(tx) => {
                let text = statement.text(Dialect::Postgres);
                let work = sqlx::query_with(text, for_postgres(args, statement.tables(Dialect::Postgres))?);
                within(tx.patience, work.execute(tx.conn()?)).await.map(|done| done.rows_affected())
            }
        };
        self.outcome(statement, done)
    }

    /// All rows of a query, in its order.
    pub async fn all<T: Row>(&mut self, statement: &'static Statement, args: Vec<Value>) -> Result<Vec<T>> {
        let rows = match self.find(statement, args).await? {
            Found::Sqlite(rows) => rows.iter().map(T::from_row).collect(),
            Found::Postgres(rows) => rows.iter().map(T::from_row).collect(),
        };
        self.outcome(statement, rows)
    }

    /// The rows as they came. A future on the heap, and one for all types of rows: the driver's are large.
    fn find<'t>(
        &'t mut self,
        statement: &'static Statement,
        args: Vec<Value>,
    ) -> Pin<Box<dyn Future<Output = Result<Found>> + Send + 't>> {
        Box::pin(async move {
            let found = match &mut self.conn {
                Conn::Sqlite(tx) => {
                    let (text, args) = tx.trip(statement, args)?;
                    sqlx::query_with(text, args).fetch_all(tx.conn()?).await.map(Found::Sqlite)
                }
                Conn::Postgres(tx) => {
                    let text = statement.text(Dialect::Postgres);
                    let work = sqlx::query_with(text, for_postgres(args, statement.tables(Dialect::Postgres))?);
                    within(tx.patience, work.fetch_all(tx.conn()?)).await.map(Found::Postgres)
                }
            };
            self.outcome(statement, found)
        })
    }

    /// Runs a statement of whose outcome nothing is asked: SQLite gets it with the next one or with the commit, which saves a
    /// trip to its thread. There a refusal is told, too.
    pub async fn queue(&mut self, statement: &'static Statement, args: Vec<Value>) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(tx) => tx.queue(statement, args),
            Conn::Postgres(_) => self.run(statement, args).await.map(drop),
        }
    }

    fn outcome<T>(&mut self, statement: &'static Statement, done: sqlx::Result<T>) -> Result<T> {
        let Err(error) = &done else { return Ok(done?) };
        self.failed = true;
        if is_late(error) {
            tracing::warn!(statement = statement.name(), cause = %error, "a statement took too long and was given up");
        }
        if let Conn::Postgres(tx) = &mut self.conn
            && is_stale(error)
        {
            tx.give_up();
        }
        Ok(done?)
    }

    /// The row of a query that has at most one.
    pub async fn one<T: Row>(&mut self, statement: &'static Statement, args: Vec<Value>) -> Result<Option<T>> {
        Ok(self.all(statement, args).await?.into_iter().next())
    }

    /// Queues what is to be said once this is true. In order; not at all when the commit fails.
    pub fn after_commit(&mut self, then: impl FnOnce() + Send + 'static) {
        self.afterwards.push(Box::new(then));
    }

    /// Queues what is to be done when nobody knows whether it is true, since the connection to PostgreSQL broke in the
    /// middle of the commit. (SQLite always knows.)
    pub fn in_doubt(&mut self, then: impl FnOnce() + Send + 'static) {
        self.in_doubt.push(Box::new(then));
    }

    /// Makes it true, then says so. Once begun it runs to its end even when the caller goes away: a commit whose news
    /// is dropped would leave every client behind.
    pub async fn commit(self) -> Result<()> {
        if self.failed {
            return Err(Error::Broken(sqlx::Error::Protocol("committed after a statement was refused".into())));
        }
        let work = tokio::spawn(async move {
            let Self { conn, afterwards, in_doubt, .. } = self;
            let say = move || afterwards.into_iter().for_each(|then| then());
            match conn {
                Conn::Sqlite(tx) => tx.commit(say).await,
                Conn::Postgres(tx) => {
                    let committed = tx.commit().await;
                    match &committed {
                        Ok(()) => say(),
                        Err(_) => in_doubt.into_iter().for_each(|then| then()),
                    }
                    committed
                }
            }
        });
        work.await.unwrap_or_else(|died| Err(Error::Unavailable(sqlx::Error::Io(std::io::Error::other(died)))))
    }
}
