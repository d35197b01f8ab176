//! A transaction on either engine.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Postgres, Transaction};

use crate::error::Result;
use crate::sqlite::SqliteTx;
use crate::statement::{Dialect, Statement};
use crate::value::{Value, for_postgres, for_sqlite};

/// What runs once a commit has succeeded.
type Afterwards = Box<dyn FnOnce() + Send>;

/// A transaction. Dropped without [`Tx::commit`], nothing happened.
pub struct Tx {
    pub(crate) conn: Conn,
    pub(crate) afterwards: Vec<Afterwards>,
}

pub(crate) enum Conn {
    Sqlite(SqliteTx),
    Postgres(Transaction<'static, Postgres>),
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
        Self { conn, afterwards: Vec::new() }
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
        let text = statement.text(self.dialect());
        let done = match &mut self.conn {
            Conn::Sqlite(tx) => {
                sqlx::query_with(text, for_sqlite(args)?).execute(tx.conn()?).await.map(|done| done.rows_affected())
            }
            Conn::Postgres(tx) => {
                sqlx::query_with(text, for_postgres(args)?).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        };
        done.map_err(Into::into)
    }

    /// All rows of a query, in its order.
    pub async fn all<T: Row>(&mut self, statement: &'static Statement, args: Vec<Value>) -> Result<Vec<T>> {
        let text = statement.text(self.dialect());
        let rows = match &mut self.conn {
            Conn::Sqlite(tx) => sqlx::query_as_with(text, for_sqlite(args)?).fetch_all(tx.conn()?).await,
            Conn::Postgres(tx) => sqlx::query_as_with(text, for_postgres(args)?).fetch_all(&mut **tx).await,
        };
        rows.map_err(Into::into)
    }

    /// The row of a query that has at most one.
    pub async fn one<T: Row>(&mut self, statement: &'static Statement, args: Vec<Value>) -> Result<Option<T>> {
        Ok(self.all(statement, args).await?.into_iter().next())
    }

    /// Queues what is to be said once this is true. In order; not at all when the commit fails.
    pub fn after_commit(&mut self, then: impl FnOnce() + Send + 'static) {
        self.afterwards.push(Box::new(then));
    }

    /// Makes it true, then says so. Once begun it runs to its end even when the caller goes away: a commit whose news
    /// is dropped would leave every client behind.
    pub async fn commit(self) -> Result<()> {
        let work = tokio::spawn(async move {
            let Self { conn, afterwards } = self;
            let say = move || afterwards.into_iter().for_each(|then| then());
            match conn {
                // The writer's turn ends after the news, so that news leave in the order of their commits.
                Conn::Sqlite(tx) => tx.commit(say).await,
                Conn::Postgres(tx) => {
                    tx.commit().await?;
                    say();
                    Ok(())
                }
            }
        });
        work.await.unwrap_or_else(|died| Err(crate::Error::Unavailable(sqlx::Error::Io(std::io::Error::other(died)))))
    }
}
