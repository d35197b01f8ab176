//! The small closed list of errors a client sees. Everything else becomes `internal`, keeps its cause for the log and
//! shows only an id.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `Result` with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of refusal it is. Fixed names: clients branch on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request itself is wrong; the same one will fail again.
    Invalid,
    /// No valid credentials.
    Unauthenticated,
    /// Known, and not allowed.
    Forbidden,
    /// Not there, or not the caller's to see.
    NotFound,
    /// Clashes with what is there.
    Conflict,
    /// Was there once.
    Gone,
    /// Beyond a named size limit.
    TooLarge,
    /// Too often; later it works.
    Limited,
    /// The server cannot just now; later it works.
    Unavailable,
    /// A fault of ours.
    Internal,
}

impl Code {
    /// The HTTP status that goes with the code.
    pub fn status(self) -> u16 {
        match self {
            Self::Invalid => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Gone => 410,
            Self::TooLarge => 413,
            Self::Limited => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Gone => "gone",
            Self::TooLarge => "too_large",
            Self::Limited => "limited",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

/// A refusal on its way to a client: code, one sentence for a person, and where it hurts.
#[derive(Debug)]
pub struct Error {
    /// What kind.
    pub code: Code,
    /// One sentence for a person: what is wrong and, where it helps, what would be right.
    pub detail: Cow<'static, str>,
    /// The input that is at fault.
    pub field: Option<Cow<'static, str>>,
    /// When trying again makes sense.
    pub retry_after_ms: Option<u64>,
    /// For the log only.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

macro_rules! makers {
    ($($(#[$doc:meta])* $name:ident => $code:ident),+ $(,)?) => {$(
        $(#[$doc])*
        pub fn $name(detail: impl Into<Cow<'static, str>>) -> Self {
            Self::new(Code::$code, detail)
        }
    )+};
}

impl Error {
    /// An error with neither field nor cause.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), field: None, retry_after_ms: None, source: None }
    }

    makers! {
        /// 400
        invalid => Invalid,
        /// 401
        unauthenticated => Unauthenticated,
        /// 403
        forbidden => Forbidden,
        /// 409
        conflict => Conflict,
        /// 410
        gone => Gone,
        /// 413
        too_large => TooLarge,
        /// 503
        unavailable => Unavailable,
    }

    /// 404; `what` is a noun: "conversation".
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what}, or it is not yours to see."))
    }

    /// 429, with the time to wait.
    pub fn limited(detail: impl Into<Cow<'static, str>>, retry_after_ms: u64) -> Self {
        Self { retry_after_ms: Some(retry_after_ms), ..Self::new(Code::Limited, detail) }
    }

    /// 500; the cause goes to the log, never to the client.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::new(Code::Internal, "Something went wrong on the server. It has been logged.")
        }
    }

    /// Names the input that is at fault.
    #[must_use]
    pub fn at(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.detail)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// `None` from a store means "not there"; this says so to the client.
pub trait OrNotFound<T> {
    /// `what` is a noun: "conversation".
    fn or_not_found(self, what: &str) -> Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self, what: &str) -> Result<T> {
        self.ok_or_else(|| Error::not_found(what))
    }
}

/// The body of an HTTP refusal (RFC 9457).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the code says it all.
    pub r#type: String,
    /// Short and constant for the code.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// One sentence for a person.
    pub detail: String,
    /// What to branch on.
    pub code: Code,
    /// The input that is at fault.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// When trying again makes sense.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after_ms: Option<u64>,
    /// Finds the request in the server's log.
    pub trace_id: String,
}

impl Problem {
    /// The error as it goes over HTTP.
    pub fn of(error: &Error, trace_id: String) -> Self {
        Self {
            r#type: "about:blank".into(),
            title: error.code.name().replace('_', " "),
            status: error.code.status(),
            detail: error.detail.to_string(),
            code: error.code,
            field: error.field.as_deref().map(str::to_owned),
            retry_after_ms: error.retry_after_ms,
            trace_id,
        }
    }
}
