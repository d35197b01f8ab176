//! After the bus lost events: every session is compared with the store.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use parlor_model::Code;
use parlor_model::conversations::{Head, ReadMark};
use parlor_model::frames::ServerFrame;

use super::state::{Entered, Job, SeatKey, State};
use super::{Hub, REVOKED};
use crate::backend::{Heads, Identity};
use crate::counters::Counters;
use crate::frame::Frame;

const PAUSE: Duration = Duration::from_secs(1);

impl Hub {
    /// Sessions that are opening read their heads again; all others are compared one by one. Who is still waiting for that
    /// is not put down twice: a bus that is away tells of losses faster than many sessions can be compared.
    pub(super) fn lagged(self: &Arc<Self>, state: &mut State) {
        Counters::add(&self.counters.lags, 1);
        tracing::warn!("the bus lost events; comparing every session with the store");
        state.elsewhere.iter_mut().for_each(|elsewhere| elsewhere.ask = true);
        let mut to_compare = self.to_compare.lock();
        for (key, who) in state.lose() {
            if to_compare.insert(key) {
                let hub = self.clone();
                tokio::spawn(async move { hub.compare(key, who).await });
            }
        }
    }

    async fn compare(self: Arc<Self>, key: SeatKey, who: Identity) {
        loop {
            let permit = self.reads.acquire().await;
            // What is lost from here on is another comparison.
            self.to_compare.lock().remove(&key);
            let epoch = self.state.lock().unheard.epoch();
            let heads = self.backend.heads(&who).await;
            drop(permit);
            match heads {
                Ok(heads) => match self.step(|state, jobs| state.reconcile(key, epoch, &heads, jobs)) {
                    Entered::In => return,
                    Entered::Again => continue,
                },
                Err(error) if error.code == Code::Unauthenticated => {
                    return self.state.lock().end(who.user, who.session, REVOKED);
                }
                Err(error) => tracing::warn!(%error, "heads could not be read; trying again"),
            }
            // Another one that waits already does it as well.
            if self.state.lock().seat(key).is_none() || !self.to_compare.lock().insert(key) {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl State {
    /// Events were lost. Gives the seats that are to be compared; those that are opening will read their heads again,
    /// and what is being read already will be read to its end.
    pub(super) fn lose(&mut self) -> Vec<(SeatKey, Identity)> {
        self.unheard.forget();
        let open = self.rooms.iter_mut().filter_map(|(_, room)| room.trouble.as_mut());
        open.filter(|trouble| trouble.filling).for_each(|trouble| trouble.ends = 2);
        self.welcomed()
    }

    /// Brings a welcomed seat to where `heads`, read just now, say it should be: rooms that lag behind are filled, rooms
    /// it should be in are entered with their newest entry, rooms it should not be in are read up to where the log
    /// says so. Read marks and the account are told again, as nobody knows which of them changed. `epoch` is that of
    /// [`Unheard`](super::unheard::Unheard) before the heads were read.
    pub(super) fn reconcile(&mut self, key: SeatKey, epoch: u64, heads: &Heads, jobs: &mut Vec<Job>) -> Entered {
        if epoch != self.unheard.epoch() {
            return Entered::Again;
        }
        let Some(seat) = self.seat(key) else { return Entered::In };
        let (user, outbox) = (seat.identity.user, seat.outbox.clone());
        let mut stale: HashSet<u32> = seat.rooms.iter().copied().collect();
        for &Head(conversation, head, read_seq, unread, mentions, ..) in &heads.heads {
            let at = self.room_or_make(conversation, head - 1);
            if !stale.remove(&at) {
                self.seats[key.place()].rooms.push(at);
                self.rooms[at as usize].place(key.seat(), head - 1, true);
                self.catch_up(key, at, jobs);
            }
            if head > self.rooms[at as usize].last {
                self.want(at, head, jobs);
            }
            let mark = ReadMark { read_seq, unread, mentions };
            outbox.push(Frame::of(&ServerFrame::own_receipt(conversation, user, mark)));
        }
        for at in stale {
            self.want_all(at, jobs);
        }
        outbox.push(Frame::of(&ServerFrame::Account { version: heads.account_version }));
        Entered::In
    }
}
