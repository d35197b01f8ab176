//! What can go wrong below a use case.

/// `Result` with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A fault of the store. A row that is not there is no fault: that is `None`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique key is taken. The message names it as the engine does.
    #[error("a unique key is taken: {0}")]
    Taken(String),
    /// The store cannot just now: disk full, locked, gone, out of connections. Nothing was committed that was not
    /// acknowledged; later it may work.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// A fault of ours: a wrong statement, a row that does not fit.
    #[error("the database refused")]
    Broken(#[source] sqlx::Error),
    /// The server must not start on this database.
    #[error("{0}")]
    Refused(String),
}

/// SQLite primary result codes that pass: BUSY, LOCKED, NOMEM, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL, READONLY (a
/// file system that turned read-only).
const SQLITE_PASSING: [i32; 9] = [5, 6, 7, 9, 10, 13, 14, 15, 8];
/// PostgreSQL classes that pass: connection (08), rolled back for concurrency (40), resources (53), operator (57), system (58).
const POSTGRES_PASSING: [&str; 5] = ["08", "40", "53", "57", "58"];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) => {
                if refusal.is_unique_violation() {
                    return Self::Taken(refusal.message().to_owned());
                }
                let code = refusal.code().unwrap_or_default();
                let passing = match code.parse::<i32>() {
                    Ok(number) if code.len() < 5 => SQLITE_PASSING.contains(&(number & 0xff)),
                    _ => POSTGRES_PASSING.iter().any(|class| code.starts_with(class)) || code == "25006",
                };
                if passing { Self::Unavailable(error) } else { Self::Broken(error) }
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            _ => Self::Broken(error),
        }
    }
}

impl From<Error> for parlor_model::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_) => Self {
                retry_after_ms: Some(1_000),
                ..Self::unavailable("The server cannot reach its storage just now. Please try again.").because(error)
            },
            _ => Self::internal(error),
        }
    }
}
