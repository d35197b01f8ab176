//! Opening a database by its URL.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{Executor, SqliteConnection};

use crate::error::{Error, Result, is_crossed};
use crate::migrations::{self, Migration};
use crate::postgres::PostgresDb;
use crate::sqlite::{self, SqliteDb};
use crate::statement::{Dialect, Statement};
use crate::tx::{Conn, Tx};

/// How often a migration is tried again that met somebody's work crosswise.
const TRIES: u32 = 10;

/// How many connections, and how long to wait for what. Zero is no limit where it says so.
#[derive(Clone, Debug)]
pub struct Options {
    /// PostgreSQL connections of this node.
    pub connections: u32,
    /// SQLite connections that read while one writes.
    pub readers: u32,
    /// After this without a free connection a caller is told `unavailable`.
    pub acquire_timeout: Duration,
    /// PostgreSQL: making a connection, or hearing from one that lay idle.
    pub connect_timeout: Duration,
    /// PostgreSQL: one statement; zero is no limit.
    pub statement_timeout: Duration,
    /// PostgreSQL: waiting for a row that somebody else has locked; zero is no limit.
    pub lock_timeout: Duration,
    /// PostgreSQL: a transaction in which nothing is asked; zero is no limit. What it has locked is free after it.
    pub idle_transaction_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 16,
            readers: 4,
            acquire_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(10),
            idle_transaction_timeout: Duration::from_secs(5),
        }
    }
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    engine: Arc<Engine>,
}

enum Engine {
    Sqlite(SqliteDb),
    Postgres(PostgresDb),
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("dialect", &self.dialect()).finish()
    }
}

impl Db {
    /// Opens `sqlite://path` or `postgres://…`; the scheme picks the engine.
    pub async fn open(url: &str, options: &Options) -> Result<Self> {
        let engine = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Engine::Sqlite(SqliteDb::open(url, options).await?),
            Some("postgres" | "postgresql") => Engine::Postgres(PostgresDb::open(url, options).await?),
            _ => return Err(Error::Refused("the database URL must begin with sqlite: or postgres:".into())),
        };
        Ok(Self { engine: Arc::new(engine) })
    }

    /// Which engine it is.
    pub fn dialect(&self) -> Dialect {
        match *self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A transaction that may change state. On SQLite writers take turns, in the order they asked.
    pub async fn write(&self) -> Result<Tx> {
        Ok(Tx::new(match &*self.engine {
            Engine::Sqlite(db) => Conn::Sqlite(db.write().await?),
            Engine::Postgres(db) => Conn::Postgres(db.write().await?),
        }))
    }

    /// A snapshot to read from; it waits for no writer.
    pub async fn read(&self) -> Result<Tx> {
        Ok(Tx::new(match &*self.engine {
            Engine::Sqlite(db) => Conn::Sqlite(db.read().await?),
            Engine::Postgres(db) => Conn::Postgres(db.read().await?),
        }))
    }

    /// Brings the schema up to date, under a lock. Refuses one that is newer than `migrations`, unless what is newer says
    /// that programs of this age may run beside it.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<()> {
        match &*self.engine {
            Engine::Sqlite(db) => db.with_writer(async |conn| migrations::on_sqlite(conn, migrations).await).await?,
            Engine::Postgres(db) => {
                let mut tries = TRIES;
                loop {
                    match migrations::on_postgres(&mut *db.pool.acquire().await?, migrations).await {
                        Err(Error::Unavailable(cause)) if tries > 0 && is_crossed(&cause) => {
                            tracing::warn!(%cause, "the migration and somebody's work waited for each other; once more");
                            tries -= 1;
                        }
                        done => return done,
                    }
                }
            }
        }
    }

    /// Whether a program that knows `migrations` may go on using it, though a newer one may have migrated it since:
    /// [`Error::Refused`] if not. A file has one program, which is not asked.
    pub async fn still_fits(&self, migrations: &[Migration]) -> Result<()> {
        match &*self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(db) => migrations::still_fits(&mut *db.pool.acquire().await?, migrations).await,
        }
    }

    /// Prepares statements without running them; the first that the engine refuses is named, or that on SQLite goes through
    /// the rows it is given again and again.
    pub async fn prepare(&self, statements: impl IntoIterator<Item = &'static Statement>) -> Result<()> {
        for statement in statements {
            let text = statement.text(self.dialect());
            let prepared = match &*self.engine {
                Engine::Sqlite(db) => {
                    let look = async |conn: &mut SqliteConnection| {
                        let again = sqlite::reads_its_rows_again(conn, text).await.unwrap_or(false);
                        (again, conn.prepare(sqlx::SqlSafeStr::into_sql_str(text)).await.err())
                    };
                    let (again, error) = db.with_writer(look).await?;
                    if again {
                        let name = statement.name();
                        return Err(Error::Refused(format!("{name} needs a CROSS JOIN behind its rows\n{text}")));
                    }
                    error
                }
                Engine::Postgres(db) => {
                    (&mut *db.pool.acquire().await?).prepare(sqlx::SqlSafeStr::into_sql_str(text)).await.err()
                }
            };
            if let Some(error) = prepared {
                return Err(Error::Refused(format!("{} does not prepare: {error}\n{text}", statement.name())));
            }
        }
        Ok(())
    }

    /// Housekeeping beside the request path; call it every second or so.
    pub async fn tidy_up(&self) -> Result<()> {
        match &*self.engine {
            Engine::Sqlite(db) => db.checkpoint().await,
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Waits for what is under way and closes.
    pub async fn close(&self) {
        match &*self.engine {
            Engine::Sqlite(db) => db.close().await,
            Engine::Postgres(db) => db.pool.close().await,
        }
    }
}
