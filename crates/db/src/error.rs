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
/// PostgreSQL codes that pass, by their beginning: connection (08), rolled back for concurrency (40), resources (53), a lock
/// that is held too long (55P03), operator (57), system (58), a transaction that idled too long (25P03).
const POSTGRES_PASSING: [&str; 7] = ["08", "40", "53", "55P03", "57", "58", "25P03"];
/// Those after which the connection is of no use, and a fresh one may be: the server was stopped (57P), it is not the
/// primary any more (25006), a statement prepared on it is gone or out of date (26000, 0A000).
const POSTGRES_STALE: [&str; 6] = ["57P", "08", "25006", "25P03", "26000", "0A000"];

fn begins_with(code: &str, one_of: &[&str]) -> bool {
    one_of.iter().any(|start| code.starts_with(start))
}

/// Whether a PostgreSQL connection is of no use after this.
pub(crate) fn is_stale(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(refusal) => begins_with(&refusal.code().unwrap_or_default(), &POSTGRES_STALE),
        _ => error_of_the_link(error),
    }
}

/// The server did not do it in time: a statement (57014) or a lock (55P03), or it did not answer.
pub(crate) fn is_late(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(refusal) => begins_with(&refusal.code().unwrap_or_default(), &["57014", "55P03"]),
        sqlx::Error::Io(cause) => cause.kind() == std::io::ErrorKind::TimedOut,
        _ => false,
    }
}

/// Two transactions waited for each other, and the server ended this one: it may be tried again at once.
pub(crate) fn is_crossed(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(refusal) if begins_with(&refusal.code().unwrap_or_default(), &["40"]))
}

/// Whether a unique key was taken, by the error of a use case that did not ask.
pub fn is_taken(error: &parlor_model::Error) -> bool {
    let cause = error.source.as_deref().and_then(|cause| cause.downcast_ref::<Error>());
    matches!(cause, Some(Error::Taken(_)))
}

fn error_of_the_link(error: &sqlx::Error) -> bool {
    use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
    matches!(error, Io(_) | Tls(_) | Protocol(_) | PoolTimedOut | PoolClosed | WorkerCrashed)
}

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
                    _ => begins_with(&code, &POSTGRES_PASSING) || begins_with(&code, &POSTGRES_STALE),
                };
                if passing { Self::Unavailable(error) } else { Self::Broken(error) }
            }
            link if error_of_the_link(link) => Self::Unavailable(error),
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
