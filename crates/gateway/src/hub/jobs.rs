//! Reading from the store what the bus did not bring, in tasks of their own.

use std::sync::Arc;
use std::time::Duration;

use parlor_model::frames::Bye;
use parlor_model::{ConversationId, Entry, Seq};

use super::Hub;
use super::state::{Job, SeatKey};
use crate::counters::Counters;
use crate::outbox::Farewell;

/// Times an announced entry may be missing from the store before the hub stops asking: the store answers and does not
/// have it, so the announcement was wrong.
const PHANTOMS: u32 = 8;
const PAUSE_MIN: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_secs(5);

const ADRIFT: Farewell =
    Farewell { code: Bye::Draining, detail: "Your place was lost here. Come back.", retry_after_ms: Some(1_000) };

impl Hub {
    pub(super) fn start(self: &Arc<Self>, job: Job) {
        let hub = self.clone();
        match job {
            Job::Fill { conversation, after } => tokio::spawn(async move { hub.fill(conversation, after).await }),
            Job::Catch { seat, conversation, after } => {
                tokio::spawn(async move { hub.catch_up(seat, conversation, after).await })
            }
        };
    }

    async fn fill(self: Arc<Self>, conversation: ConversationId, after: Seq) {
        Counters::add(&self.counters.holes, 1);
        let filled = self
            .read_on(conversation, after, |entries| self.step(|state, _| state.filled(conversation, entries)))
            .await;
        if !filled {
            tracing::error!(%conversation, "an entry was announced that the store does not have");
            self.state.lock().give_up(conversation);
        }
    }

    async fn catch_up(self: Arc<Self>, seat: SeatKey, conversation: ConversationId, after: Seq) {
        Counters::add(&self.counters.catch_ups, 1);
        let done = self
            .read_on(conversation, after, |entries| self.step(|state, _| state.caught_up(seat, conversation, entries)))
            .await;
        if !done && let Some(seat) = self.state.lock().seat(seat) {
            // Never silent loss: it comes back with what it knows.
            seat.outbox.farewell(ADRIFT);
        }
    }

    /// Reads page after page until `take` needs no more (true), or the store has no more though `take` does (false). A
    /// store that fails is asked again, ever more slowly, for as long as it takes: somebody waits for it.
    async fn read_on(
        &self,
        conversation: ConversationId,
        mut after: Seq,
        take: impl Fn(&[Entry]) -> Option<Seq>,
    ) -> bool {
        let (mut pause, mut phantoms) = (PAUSE_MIN, 0);
        loop {
            match self.read(conversation, after).await {
                Ok(entries) => match take(&entries) {
                    None => return true,
                    Some(next) if next > after => {
                        (after, pause, phantoms) = (next, PAUSE_MIN, 0);
                        continue;
                    }
                    Some(_) => phantoms += 1,
                },
                Err(error) => {
                    tracing::warn!(%conversation, %error, "a hole could not be read; trying again");
                }
            }
            if phantoms > PHANTOMS {
                return false;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    async fn read(&self, conversation: ConversationId, after: Seq) -> parlor_model::Result<Vec<Entry>> {
        let _permit = self.reads.acquire().await;
        // To the end, not to the hole: under load the room thereby overtakes what is still on the bus.
        self.backend.entries_between(conversation, after, Seq::MAX).await
    }
}
