//! One of the two databases: a single connection, which has it for itself.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous};
use sqlx::{
    AssertSqlSafe, ColumnIndex, ConnectOptions as _, Connection as _, Decode, PgConnection, Row, SqliteConnection, Type,
};

use super::plan::{Kind, Table};
use crate::error::{Error, Result};
use crate::migrations::{self, Migration};
use crate::value::{Value, for_postgres, for_sqlite};
use crate::{postgres, sqlite};

/// A server that was just stopped may need a moment to be gone.
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// PostgreSQL's code for a lock that was not to be had in time, and SQLite's.
const LOCKED: &str = "55P03";
const BUSY: &str = "5";

const OTHERS: &str = "SELECT COUNT(*) FROM pg_catalog.pg_stat_activity
    WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Is there, and stays as it is.
    Source,
    /// Is made if it is a file and missing.
    Target,
}

pub(super) struct Side {
    name: String,
    conn: Conn,
}

enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Which database a URL means, without user and password.
pub(super) fn name(url: &str) -> String {
    match scheme(url) {
        Some(Scheme::Sqlite) => SqliteConnectOptions::from_str(url).map(|options| file(&options)).ok(),
        Some(Scheme::Postgres) => PgConnectOptions::from_str(url).map(|options| database(&options)).ok(),
        None => None,
    }
    .unwrap_or_else(|| "an address that is not understood".into())
}

fn file(options: &SqliteConnectOptions) -> String {
    let path = options.get_filename();
    let whole = path.canonicalize().or_else(|_| std::path::absolute(path));
    format!("sqlite://{}", whole.as_deref().unwrap_or(path).display())
}

fn database(options: &PgConnectOptions) -> String {
    let host = options
        .get_socket()
        .map_or_else(|| options.get_host().to_owned(), |path: &std::path::PathBuf| Path::display(path).to_string());
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    format!("postgres://{host}:{}/{database}", options.get_port())
}

enum Scheme {
    Sqlite,
    Postgres,
}

fn scheme(url: &str) -> Option<Scheme> {
    match url.split_once(':')?.0 {
        "sqlite" => Some(Scheme::Sqlite),
        "postgres" | "postgresql" => Some(Scheme::Postgres),
        _ => None,
    }
}

fn in_use() -> Error {
    Error::Refused("it is in use: stop every server (and whatever else has it open) first".into())
}

impl Side {
    /// Connects, and refuses what somebody else uses.
    pub(super) async fn open(url: &str, role: Role) -> Result<Self> {
        let conn = match scheme(url) {
            Some(Scheme::Sqlite) => Conn::Sqlite(open_file(url, role).await?),
            Some(Scheme::Postgres) => Conn::Postgres(open_database(url, role).await?),
            None => return Err(Error::Refused("the URL must begin with sqlite: or postgres:".into())),
        };
        Ok(Self { name: name(url), conn })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Keeps everybody else from writing until the connection is closed, and reads one snapshot from here on.
    pub(super) async fn hold(&mut self, tables: &[Table]) -> Result<()> {
        if let Conn::Sqlite(_) = self.conn {
            // The file is locked since it was opened; this locks one that is not in WAL mode, such as a restored one.
            return self.run("BEGIN EXCLUSIVE".into(), vec![]).await.map(drop);
        }
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".into(), vec![]).await?;
        // Before the first SELECT: the snapshot must be younger than the lock.
        let tables: Vec<String> = tables.iter().map(Table::quoted).collect();
        match self.run(format!("LOCK TABLE {} IN SHARE MODE", tables.join(", ")), vec![]).await {
            Err(Error::Broken(sqlx::Error::Database(refusal))) if refusal.code().is_some_and(|code| code == LOCKED) => {
                Err(in_use())
            }
            done => done.map(drop),
        }
    }

    pub(super) async fn begin(&mut self) -> Result<()> {
        self.run("BEGIN".into(), vec![]).await.map(drop)
    }

    pub(super) async fn commit(&mut self) -> Result<()> {
        self.run("COMMIT".into(), vec![]).await.map(drop)
    }

    /// Refuses a schema other than this one.
    pub(super) async fn be_at_schema(&mut self, known: i64) -> Result<()> {
        if !self.has_table("migrations").await? {
            return Err(Error::Refused("there is no Parlor server in it".into()));
        }
        let done = self.number(migrations::DONE.into(), vec![]).await?;
        if done < known {
            return Err(Error::Refused(format!(
                "it is at schema {done}, this program copies schema {known}: run `parlor serve` on it once, which brings it \
                 up to date; a copy that another version began must begin again, with an empty target"
            )));
        }
        if done > known {
            return Err(Error::Refused(format!(
                "it is at schema {done}, this program knows up to {known}: use the newer parlor that it was served by"
            )));
        }
        Ok(())
    }

    pub(super) async fn migrate(&mut self, migrations: &[Migration]) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(conn) => migrations::on_sqlite(conn, migrations).await,
            Conn::Postgres(conn) => migrations::on_postgres(conn, migrations).await,
        }
    }

    pub(super) async fn has_table(&mut self, name: &str) -> Result<bool> {
        let text = match &self.conn {
            Conn::Sqlite(_) => migrations::HAS_TABLE_SQLITE,
            Conn::Postgres(_) => migrations::HAS_TABLE_POSTGRES,
        };
        Ok(self.number(text.into(), crate::args![name]).await? > 0)
    }

    pub(super) async fn count(&mut self, table: &Table) -> Result<i64> {
        self.number(table.count(), vec![]).await
    }

    /// The next rows, behind the one with this key.
    pub(super) async fn page(&mut self, table: &Table, behind: Option<&[Value]>) -> Result<Vec<Vec<Value>>> {
        let args = behind.map(<[Value]>::to_vec).unwrap_or_default();
        self.rows(table.page(behind.is_some()), args, &table.kinds()).await
    }

    /// Inserts rows; how many there were.
    pub(super) async fn insert(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<u64> {
        self.run(table.insert(rows.len()), rows.into_iter().flatten().collect()).await
    }

    pub(super) async fn number(&mut self, text: String, args: Vec<Value>) -> Result<i64> {
        match self.rows(text, args, &[Kind::Int]).await?.first().map(Vec::as_slice) {
            Some([Value::Int(Some(number))]) => Ok(*number),
            _ => Err(Error::Broken(sqlx::Error::RowNotFound)),
        }
    }

    pub(super) async fn rows(&mut self, text: String, args: Vec<Value>, kinds: &[Kind]) -> Result<Vec<Vec<Value>>> {
        let text = AssertSqlSafe(text);
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                let rows = sqlx::query_with(text, for_sqlite(args)?).fetch_all(conn).await?;
                rows.iter().map(|row| values(row, kinds)).collect()
            }
            Conn::Postgres(conn) => {
                let rows = sqlx::query_with(text, for_postgres(args, &[])?).fetch_all(conn).await?;
                rows.iter().map(|row| values(row, kinds)).collect()
            }
        }
    }

    /// Runs a statement; how many rows it changed.
    pub(super) async fn run(&mut self, text: String, args: Vec<Value>) -> Result<u64> {
        let text = AssertSqlSafe(text);
        Ok(match &mut self.conn {
            Conn::Sqlite(conn) => sqlx::query_with(text, for_sqlite(args)?).execute(conn).await?.rows_affected(),
            Conn::Postgres(conn) => {
                sqlx::query_with(text, for_postgres(args, &[])?).execute(conn).await?.rows_affected()
            }
        })
    }

    pub(super) async fn close(self) -> Result<()> {
        match self.conn {
            Conn::Sqlite(conn) => conn.close().await?,
            Conn::Postgres(conn) => conn.close().await?,
        }
        Ok(())
    }
}

/// The exclusive locking mode lets nobody else open the file, and is refused when somebody has it open.
async fn open_file(url: &str, role: Role) -> Result<SqliteConnection> {
    let options = sqlite::connect_options(url)?.busy_timeout(PATIENCE).locking_mode(SqliteLockingMode::Exclusive);
    let options = match role {
        Role::Source if !options.get_filename().exists() => {
            return Err(Error::Refused("there is no such file".into()));
        }
        Role::Source => options,
        Role::Target => options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("secure_delete", "on"),
    };
    let busy = |error: sqlx::Error| match Error::from(error) {
        Error::Unavailable(sqlx::Error::Database(refusal)) if refusal.code().is_some_and(|code| code == BUSY) => {
            in_use()
        }
        other => other,
    };
    let mut conn = options.connect().await.map_err(busy)?;
    // The lock is taken by the first look inside.
    sqlx::query("SELECT COUNT(*) FROM sqlite_schema").execute(&mut conn).await.map_err(busy)?;
    Ok(conn)
}

async fn open_database(url: &str, role: Role) -> Result<PgConnection> {
    // A table is counted in one statement, and a transaction lasts as long as the copy.
    let options = postgres::connect_options(url)?
        .options([("statement_timeout", "0"), ("idle_in_transaction_session_timeout", "0")]);
    let options = match role {
        Role::Source => options.options([("lock_timeout", PATIENCE.as_millis().to_string())]),
        Role::Target => options,
    };
    let mut conn = options.connect().await?;
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let others: i64 = sqlx::query_scalar(OTHERS).bind(postgres::APPLICATION_NAME).fetch_one(&mut conn).await?;
        if others == 0 {
            return Ok(conn);
        }
        if tokio::time::Instant::now() > until {
            return Err(in_use());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The columns of a row, as the schema has them.
fn values<R: Row>(row: &R, kinds: &[Kind]) -> Result<Vec<Value>>
where
    usize: ColumnIndex<R>,
    i64: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    f64: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    String: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: for<'r> Decode<'r, R::Database> + Type<R::Database>,
{
    let value = |(n, kind): (usize, &Kind)| {
        Ok(match kind {
            Kind::Int => Value::Int(row.try_get(n)?),
            Kind::Real => Value::Real(row.try_get(n)?),
            Kind::Text => Value::Text(row.try_get(n)?),
            Kind::Bytes => Value::Bytes(row.try_get(n)?),
        })
    };
    kinds.iter().enumerate().map(value).collect()
}
