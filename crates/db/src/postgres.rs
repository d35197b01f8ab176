//! PostgreSQL: a pool that outlives its server. A connection that broke is thrown away, and the next transaction begins
//! on another one; a server that answers nothing is given up instead of waited for.

use std::str::FromStr;
use std::time::{Duration, Instant};

use sqlx::pool::{PoolConnection, PoolOptions};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Pool, Postgres};

use crate::error::{Error, Result};
use crate::open::Options;

/// What a link may take on top of the server's own limits. Past that the server is gone without a word.
const GRACE: Duration = Duration::from_secs(5);

pub(crate) struct PostgresDb {
    pub(crate) pool: Pool<Postgres>,
    /// How long a statement is waited for.
    patience: Duration,
    /// How long a transaction tries to begin.
    acquire_timeout: Duration,
    connect_timeout: Duration,
}

/// By this name our connections are told from those of others.
pub(crate) const APPLICATION_NAME: &str = "parlor";

pub(crate) fn connect_options(url: &str) -> Result<PgConnectOptions> {
    // The URL may hold a password: it is never repeated in an error.
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| Error::Refused(format!("the PostgreSQL URL is not understood: {error}")))?;
    Ok(options.application_name(APPLICATION_NAME))
}

impl PostgresDb {
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self> {
        let connect = connect_options(url)?.statement_cache_capacity(256).options([
            ("statement_timeout", milliseconds(options.statement_timeout)),
            ("lock_timeout", milliseconds(options.lock_timeout)),
            ("idle_in_transaction_session_timeout", milliseconds(options.idle_transaction_timeout)),
            // So that the server lets go of the locks of a node that lost its power.
            ("tcp_keepalives_idle", "10".into()),
            ("tcp_keepalives_interval", "5".into()),
            ("tcp_keepalives_count", "3".into()),
        ]);
        // A plain connection first: it says at once and plainly what is wrong, where a pool would try for a while.
        let place = format!("{}:{}", connect.get_host(), connect.get_port());
        let first = within(options.connect_timeout, PgConnection::connect_with(&connect)).await;
        first
            .map_err(|cause| Error::Refused(format!("PostgreSQL at {place} cannot be used: {cause}")))?
            .close()
            .await?;
        let pool = PoolOptions::new()
            .max_connections(options.connections)
            .acquire_timeout(options.acquire_timeout)
            // BEGIN is the test, see `begin`.
            .test_before_acquire(false)
            .connect_lazy_with(connect);
        let patience = match options.statement_timeout {
            Duration::ZERO => Duration::MAX,
            limit => limit.saturating_add(GRACE),
        };
        let Options { acquire_timeout, connect_timeout, .. } = *options;
        Ok(Self { pool, patience, acquire_timeout, connect_timeout })
    }

    pub(crate) async fn write(&self) -> Result<PostgresTx> {
        self.begin("BEGIN").await
    }

    pub(crate) async fn read(&self) -> Result<PostgresTx> {
        self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// After a restart of the server all idle connections are broken, and each tells so only when it is used: so on to
    /// the next one, until a fresh one was tried. Whatever keeps one from beginning, nothing was done and later it may
    /// work: the server takes no connections just now (55000, 3D000), or no more from us (28P01).
    async fn begin(&self, begin: &'static str) -> Result<PostgresTx> {
        let began = Instant::now();
        let mut tries = self.pool.options().get_max_connections();
        loop {
            let conn = self.pool.acquire().await.map_err(Error::Unavailable)?;
            // Made before it begins: a caller who goes away in the middle of it leaves a transaction that is rolled back.
            let mut tx = PostgresTx { conn: Some(conn), patience: self.patience };
            match within(self.connect_timeout, sqlx::raw_sql(begin).execute(tx.conn()?)).await {
                Ok(_) => return Ok(tx),
                Err(error) => {
                    tx.give_up();
                    if tries == 0 || began.elapsed() >= self.acquire_timeout {
                        return Err(Error::Unavailable(error));
                    }
                    tries -= 1;
                }
            }
        }
    }
}

fn milliseconds(limit: Duration) -> String {
    limit.as_millis().to_string()
}

/// What `work` gives, or that the server does not answer.
pub(crate) async fn within<T>(patience: Duration, work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    let late = || std::io::Error::new(std::io::ErrorKind::TimedOut, "the server does not answer");
    tokio::time::timeout(patience, work).await.unwrap_or_else(|_| Err(late().into()))
}

/// A transaction on a connection of the pool.
pub(crate) struct PostgresTx {
    conn: Option<PoolConnection<Postgres>>,
    pub(crate) patience: Duration,
}

impl PostgresTx {
    pub(crate) fn conn(&mut self) -> sqlx::Result<&mut PgConnection> {
        self.conn.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    pub(crate) async fn commit(mut self) -> Result<()> {
        let committed = within(self.patience, sqlx::raw_sql("COMMIT").execute(self.conn()?)).await;
        match committed {
            Ok(_) => drop(self.conn.take()),
            Err(_) => self.give_up(),
        }
        Ok(committed.map(drop)?)
    }

    /// The connection is thrown away; the server rolls back when it notices.
    pub(crate) fn give_up(&mut self) {
        if let Some(mut conn) = self.conn.take() {
            conn.close_on_drop();
        }
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let patience = self.patience;
        runtime.spawn(async move {
            if within(patience, sqlx::raw_sql("ROLLBACK").execute(&mut *conn)).await.is_err() {
                conn.close_on_drop();
            }
        });
    }
}
