//! One measure for all nodes: each tells the others a few times a second what was tried at it, and counts what was tried at
//! them as tried here. While the bus is away each node counts for itself.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_bus::{Bus, Signal};
use parlor_model::events::{Tries, Try};
use parlor_model::{Clock, Event, NodeId};
use tokio_util::task::AbortOnDropHandle;

use super::Rates;

const EVERY: Duration = Duration::from_millis(200);
/// What is told at once; of a flood from more addresses than that each node counts its own.
const AT_ONCE: usize = 4_096;

/// What was tried here since it was last told.
#[derive(Default)]
pub(super) struct Tally(Mutex<HashMap<Try, i32>>);

impl Tally {
    pub(super) fn add(&self, what: Try, times: i32) {
        let mut tally = self.0.lock();
        if tally.len() < AT_ONCE || tally.contains_key(&what) {
            *tally.entry(what).or_default() += times;
        }
    }

    fn take(&self) -> Vec<(Try, i32)> {
        std::mem::take(&mut *self.0.lock()).into_iter().filter(|(_, times)| *times != 0).collect()
    }
}

/// Tells and listens until the handle is dropped.
pub(crate) fn share(rates: Arc<Rates>, bus: Arc<dyn Bus>, node: NodeId, clock: Clock) -> AbortOnDropHandle<()> {
    let mut events = bus.subscribe();
    AbortOnDropHandle::new(tokio::spawn(async move {
        let mut every = tokio::time::interval(EVERY);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = every.tick() => {
                    let tries = rates.tally.take();
                    if !tries.is_empty() {
                        bus.publish(Event::Tried(Arc::new(Tries { node, tries })));
                    }
                }
                heard = events.next() => match heard {
                    Some(Signal::Event(Event::Tried(there))) if there.node != node => {
                        for (what, times) in &there.tries {
                            rates.tried_elsewhere(*what, *times, clock.now());
                        }
                    }
                    Some(_) => {}
                    None => return,
                },
            }
        }
    }))
}
