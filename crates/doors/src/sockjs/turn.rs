//! The one request at a time that takes what a client is told.

use std::sync::Arc;
use std::time::Duration;

use parlor_gateway::Words;
use tokio::sync::OwnedMutexGuard;
use tokio::time::sleep;

use super::{Session, frames};

/// A response that has nothing to say says so this often.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(25);

/// The right to take from the queue. Dropped before it was [`answered`](Turn::answered), the client has gone.
pub(super) struct Turn {
    session: Arc<Session>,
    answered: bool,
    _turn: OwnedMutexGuard<()>,
}

/// Some of what a client is told.
pub(super) struct Piece {
    /// Frames, a line each.
    pub(super) text: String,
    /// Nothing comes after it.
    pub(super) last: bool,
}

impl Turn {
    /// `None` while another request has it.
    pub(super) fn take(session: &Arc<Session>) -> Option<Self> {
        let turn = session.turn.clone().try_lock_owned().ok()?;
        Some(Self { session: session.clone(), answered: false, _turn: turn })
    }

    /// Waits for something to say.
    pub(super) async fn next(&mut self) -> Piece {
        let session = &self.session;
        let words = tokio::select! {
            biased;
            words = session.queue.take() => words,
            () = session.closed.cancelled() => session.queue.take_now(),
            () = sleep(HEARTBEAT_EVERY) => return Piece { text: frames::HEARTBEAT.to_owned(), last: false },
        };
        if words.is_empty() {
            return Piece { text: frames::close(frames::GO_AWAY), last: true };
        }
        let last = words.last().is_some_and(|words| frames::is_close(words.text()));
        if last {
            session.dismissed.notify_one();
        }
        Piece { text: frames::join(words.iter().map(Words::text)), last }
    }

    /// The request was answered in full.
    pub(super) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.answered {
            self.session.answered.notify_one();
        } else {
            self.session.closed.cancel();
        }
    }
}
