//! Time is handed in, so that a test can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Milliseconds since 1970-01-01 UTC.
pub type Millis = i64;

/// Where the time comes from: the machine, or a test's hand.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's wall clock.
    #[default]
    System,
    /// The machine's wall clock, moved by so many milliseconds: [`Clock::adjust`].
    Adjusted(Arc<AtomicI64>),
    /// A clock that stands still until it is moved.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until [`Clock::advance`].
    pub fn manual(at: Millis) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at)))
    }

    /// The machine's clock, moved by `ms`.
    pub fn adjusted(ms: Millis) -> Self {
        Self::Adjusted(Arc::new(AtomicI64::new(ms)))
    }

    /// The time now.
    pub fn now(&self) -> Millis {
        match self {
            Self::System => machine(),
            Self::Adjusted(by) => machine().saturating_add(by.load(Ordering::SeqCst)),
            Self::Manual(at) => at.load(Ordering::SeqCst),
        }
    }

    /// Moves a manual clock by `ms`; the machine's clock stays as it is.
    pub fn advance(&self, ms: Millis) {
        if let Self::Manual(at) = self {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// Moves an adjusted clock by `ms`; the others stay as they are.
    pub fn adjust(&self, ms: Millis) {
        if let Self::Adjusted(by) = self {
            by.fetch_add(ms, Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked")]
fn machine() -> Millis {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
