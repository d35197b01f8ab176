//! Keeps a connection: connects, lives, loses, pauses, and again.

use std::time::Duration;

use parlor_model::frames::{Bye, PresenceStatus};
use parlor_model::{Code, UserId};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::pending::{Ask, Pending};
use super::tracker::Tracker;
use super::{Happened, Options};
use crate::client::Client;
use crate::error::Error;

pub(super) struct Driver {
    pub(super) client: Client,
    pub(super) options: Options,
    pub(super) asked: mpsc::Receiver<Ask>,
    /// Somebody may still ask.
    pub(super) asking: bool,
    pub(super) tell: mpsc::Sender<Happened>,
    pub(super) tracker: Tracker,
    pub(super) pending: Pending,
    /// What is said anew on every connection.
    pub(super) status: Option<PresenceStatus>,
    pub(super) watched: Vec<UserId>,
    /// Attempts since the last welcome.
    pub(super) attempts: u32,
    /// Whose turn it was when the connection was opened.
    pub(super) turn: usize,
}

/// How a connection ends.
#[derive(Debug)]
pub(super) enum End {
    /// Nobody listens any more.
    Unheard,
    /// The session is over.
    Over { code: Bye, detail: String },
    /// To be tried again, not before the server said.
    Lost { why: String, not_before: Duration },
}

impl End {
    pub(super) fn lost(why: impl ToString) -> Self {
        Self::Lost { why: why.to_string(), not_before: Duration::ZERO }
    }
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(problem) if problem.code == Code::Unauthenticated => {
                Self::Over { code: Bye::Unauthenticated, detail: problem.detail }
            }
            other => Self::lost(other),
        }
    }
}

impl Driver {
    pub(super) fn new(
        client: Client,
        mut options: Options,
        asked: mpsc::Receiver<Ask>,
        tell: mpsc::Sender<Happened>,
    ) -> Self {
        let tracker = Tracker::new(std::mem::take(&mut options.known));
        let (pending, status, watched) = (Pending::default(), None, Vec::new());
        Self { client, options, asked, asking: true, tell, tracker, pending, status, watched, attempts: 0, turn: 0 }
    }

    pub(super) async fn run(mut self) {
        loop {
            let end = match self.live().await {
                Ok(()) => End::lost("the server closed the connection"),
                Err(end) => end,
            };
            match end {
                End::Unheard => return,
                End::Over { code, detail } => {
                    // Commands that wait learn it by their closed reply.
                    let _ = self.tell.send(Happened::Over { code, detail }).await;
                    return;
                }
                End::Lost { why, not_before } => {
                    self.client.pass_on(self.turn);
                    let retry_in = self.pause().max(not_before);
                    tracing::debug!(%why, ?retry_in, "the connection was lost");
                    if self.tell.send(Happened::Lost { why, retry_in }).await.is_err() {
                        return;
                    }
                    tokio::select! {
                        () = sleep(retry_in) => {}
                        () = self.tell.closed() => return,
                    }
                }
            }
        }
    }

    /// Full jitter (Brooker 2015): anything up to a bound that doubles with every failure.
    fn pause(&mut self) -> Duration {
        let (first, most) = self.options.backoff;
        let bound = first.saturating_mul(1 << self.attempts.min(16)).min(most);
        self.attempts += 1;
        self.options.chance.up_to(bound)
    }
}
