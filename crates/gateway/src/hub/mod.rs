//! The hub: which sessions are here, which conversations they are in, and what each has been told.
//!
//! # The law
//! After the head of a conversation that `welcome` told it, a session gets every entry of that conversation while its
//! user is a member, **densely, in order, and once**, whatever the bus loses, repeats or reorders (as long as a loss is
//! noticed: by a later entry, or by [`Signal::Lagged`]).
//!
//! # Why it holds
//! A room has one number, `last`; it only grows, one entry at a time. Seats *in step* get exactly what moves it. A seat
//! whose own cursor differs stands *apart*: ahead (it was told a newer head), it is skipped until the room gets there;
//! behind, the store is read for it alone. Nothing is buffered, because the store has it.
//!
//! Who enters: the session is registered first, then its heads are read, then welcome and rooms are set in one step.
//! 1. An entry committed before the heads were read is covered by the welcome.
//! 2. One committed later reaches the hub after the registration. Is the room there, `last` moved beyond the head, so
//!    the seat is behind and reads it. Is no room there, the hub noted the seq in passing ([`unheard`]) and the new room
//!    starts from that, with the seat behind. So one reading of the heads is enough.
//! 3. A conversation joined between: the entry names the user, whose seat is registered; it is set apart and reads from
//!    that entry on, unless the heads knew it already.
//!
//! Who belongs is a function of the log: arrivals and departures act where they stand in it. A repeated or late event
//! can put a seat only at the place of that event, from where the log leads it out again; it shows nobody anything
//! that was said while they were outside.
//!
//! # How
//! One lock over plain state (`state.rs`), held for the short steps and never across an await; one task takes the bus'
//! events in batches; holes are read by tasks of their own, so no room waits for another. A lock and not an actor:
//! entering and leaving are calls, not letters, and tests can interleave the steps at will. Fan-out under the lock is a
//! reference count and a queue push per seat (~0.1 µs); the writing happens in the sessions' tasks on all cores, which are
//! woken some at a time ([`wake`]).

mod jobs;
mod presence;
mod resync;
mod room;
mod state;
#[cfg(test)]
mod tests;
mod unheard;
mod wake;

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_bus::{Bus, Signal, Subscription};
use parlor_model::conversations::Head;
use parlor_model::frames::{Bye, PresenceStatus, ServerFrame};
use parlor_model::{Clock, Event, NodeId, Receipt};
use tokio::sync::Semaphore;

use crate::backend::{Backend, Identity};
use crate::counters::Counters;
use crate::frame::Frame;
use crate::outbox::{Farewell, Outbox};
use crate::presence::Elsewhere;

pub(crate) use state::{Entered, SeatKey};
use state::{Job, State};

/// Readings of the store that the hub does at once.
const READS: usize = 16;
/// Events handled under one hold of the lock.
const BATCH: usize = 1_024;

pub(crate) const REVOKED: Farewell = Farewell::new(Bye::Revoked, "This session was ended.");

/// See the module.
pub(crate) struct Hub {
    state: Mutex<State>,
    backend: Arc<dyn Backend>,
    bus: Arc<dyn Bus>,
    node: NodeId,
    counters: Arc<Counters>,
    clock: Clock,
    reads: Semaphore,
    /// Seats whose comparison with the store has not begun.
    to_compare: Mutex<HashSet<SeatKey>>,
}

/// A session's place in the hub; dropping it leaves.
pub(crate) struct Place {
    hub: Arc<Hub>,
    key: SeatKey,
}

impl Drop for Place {
    fn drop(&mut self) {
        let now = self.hub.clock.now();
        let mut state = self.hub.state.lock();
        self.hub.tell_others(&mut state, self.key, |state| state.go(self.key, now));
    }
}

impl Place {
    /// Welcomes the session; `heads` must have been read after [`Hub::open`], or after the last `Again`.
    /// `status` is how the device says it is, if it does.
    pub(crate) fn enter(&self, heads: &[Head], welcome: Frame, status: Option<PresenceStatus>) -> Entered {
        let now = self.hub.clock.now();
        self.hub.step(|state, jobs| {
            self.hub.tell_others(state, self.key, |state| {
                let entered = state.enter(self.key, heads, welcome, jobs);
                if entered == Entered::In {
                    state.came(self.key, status, now);
                }
                entered
            })
        })
    }
}

impl Hub {
    pub(crate) fn new(
        backend: Arc<dyn Backend>,
        bus: Arc<dyn Bus>,
        node: NodeId,
        counters: Arc<Counters>,
        clock: Clock,
    ) -> Arc<Self> {
        let elsewhere = bus.is_shared().then(|| Elsewhere::new(node));
        let mut state = State::default();
        state.elsewhere = elsewhere;
        let state = Mutex::new(state);
        let (reads, to_compare) = (Semaphore::new(READS), Mutex::default());
        Arc::new(Self { state, backend, bus, node, counters, clock, reads, to_compare })
    }

    /// Registers a session; from now on revocations and news of its user reach it.
    pub(crate) fn open(self: &Arc<Self>, identity: Identity, outbox: Arc<Outbox>) -> Place {
        let key = self.state.lock().open(identity, outbox);
        Place { hub: self.clone(), key }
    }

    /// Takes events off the bus until it is gone.
    pub(crate) async fn run(self: Arc<Self>, mut bus: Subscription) {
        while let Some(signal) = bus.next().await {
            self.step(|state, jobs| {
                self.hear(state, signal, jobs);
                for signal in std::iter::from_fn(|| bus.try_next()).take(BATCH) {
                    self.hear(state, signal, jobs);
                }
            });
            tokio::task::yield_now().await;
        }
    }

    fn hear(self: &Arc<Self>, state: &mut State, signal: Signal, jobs: &mut Vec<Job>) {
        match signal {
            Signal::Event(Event::Appended { entry }) => state.appended(&entry, jobs),
            Signal::Event(Event::Read { conversation, user, mark }) => {
                state.tell(user, &ServerFrame::own_receipt(conversation, user, mark));
            }
            Signal::Event(Event::Receipt(receipt)) => {
                let Receipt { conversation, user, delivered_seq, read_seq, ref to } = *receipt;
                state.tell_all(to, &ServerFrame::receipt(conversation, user, delivered_seq, read_seq));
            }
            Signal::Event(Event::My { conversation, user, my }) => {
                state.tell(user, &ServerFrame::My { conversation, my: (*my).clone() });
            }
            Signal::Event(Event::DocumentChanged { user, what, version }) => {
                state.tell(user, &ServerFrame::Changed { what: String::from(what).into(), version });
            }
            Signal::Event(Event::Typing { conversation, user, on, except }) => {
                state.typing(conversation, user, on, &except);
            }
            Signal::Event(Event::PresenceChanged { users }) => self.presence_changed(state, &users),
            Signal::Event(Event::Here(here)) => self.elsewhere(state, &here),
            Signal::Event(Event::WhoIsHere { node }) => {
                state.elsewhere.iter_mut().for_each(|elsewhere| elsewhere.asked |= node != self.node);
            }
            Signal::Event(Event::AccountChanged { user, version }) => {
                state.tell(user, &ServerFrame::Account { version });
            }
            Signal::Event(Event::Tried(_)) => {}
            Signal::Event(Event::SessionRevoked { user, session }) => state.end(user, session, REVOKED),
            Signal::Lagged => self.lagged(state),
        }
    }

    /// One step under the lock, then the readings it asked for.
    fn step<T>(self: &Arc<Self>, step: impl FnOnce(&mut State, &mut Vec<Job>) -> T) -> T {
        let mut jobs = Vec::new();
        let mut state = self.state.lock();
        let done = step(&mut state, &mut jobs);
        let (deliveries, writers) = (std::mem::take(&mut state.deliveries), std::mem::take(&mut state.writers));
        drop(state);
        writers.wake();
        Counters::add(&self.counters.deliveries, deliveries);
        jobs.into_iter().for_each(|job| self.start(job));
        done
    }
}
