//! What can go wrong.

use parlor_model::Code;
use parlor_model::errors::Problem;

/// `Result` with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call or a command did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address makes no sense.
    #[error("the server's address is not usable: {0}")]
    Address(String),
    /// The server cannot be reached, or the answer broke off. Whether it did what was asked is unknown.
    #[error("the server could not be reached")]
    Network(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server refused.
    #[error("{}: {}", .0.code.name(), .0.detail)]
    Refused(Box<Problem>),
    /// The server answered something this client does not understand.
    #[error("the answer ({status}) could not be understood")]
    Shape {
        /// The HTTP status.
        status: u16,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The socket has ended for good and carries nothing out any more.
    #[error("the socket is closed")]
    Closed,
}

impl Error {
    /// The code of a refusal.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(problem) => Some(problem.code),
            _ => None,
        }
    }

    pub(crate) fn network(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Network(source.into())
    }

    pub(crate) fn refused(code: Code, detail: String, retry_after_ms: Option<u64>) -> Self {
        let mut problem = Problem::of(&parlor_model::Error::new(code, detail), String::new());
        problem.retry_after_ms = retry_after_ms;
        Self::Refused(Box::new(problem))
    }
}
