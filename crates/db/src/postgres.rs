//! PostgreSQL: a pool, and errors that pass told apart from those that do not.

use std::str::FromStr;

use sqlx::pool::PoolOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection, Pool, Postgres, Transaction};

use crate::error::{Error, Result};
use crate::open::Options;

pub(crate) struct PostgresDb {
    pub(crate) pool: Pool<Postgres>,
}

impl PostgresDb {
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self> {
        // The URL may hold a password: it is never repeated in an error.
        let connect = PgConnectOptions::from_str(url)
            .map_err(|error| Error::Refused(format!("the PostgreSQL URL is not understood: {error}")))?
            .application_name("parlor")
            .statement_cache_capacity(256)
            .options([("statement_timeout", "30000"), ("idle_in_transaction_session_timeout", "60000")]);
        // A plain connection first: it says at once and plainly what is wrong, where a pool would try for a while.
        PgConnection::connect_with(&connect).await?.close().await?;
        let pool = PoolOptions::new()
            .max_connections(options.connections)
            .acquire_timeout(options.acquire_timeout)
            .connect_with(connect)
            .await?;
        Ok(Self { pool })
    }

    pub(crate) async fn write(&self) -> Result<Transaction<'static, Postgres>> {
        Ok(self.pool.begin().await?)
    }

    pub(crate) async fn read(&self) -> Result<Transaction<'static, Postgres>> {
        Ok(self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
    }
}
