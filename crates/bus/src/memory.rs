//! The bus of a single node: a ring in memory.

use parlor_model::Event;

use crate::{Bus, RING_EVENTS, Ring, Signal, Subscription};

/// Delivers every event to every subscriber of this process, in the order of publishing. Nothing is serialised.
#[derive(Clone, Debug)]
pub struct Memory(Ring);

impl Default for Memory {
    fn default() -> Self {
        Self::with_capacity(RING_EVENTS)
    }
}

impl Memory {
    /// A bus whose subscribers may fall `events` behind.
    pub fn with_capacity(events: usize) -> Self {
        Self(Ring::new(events))
    }
}

impl Bus for Memory {
    fn publish(&self, event: Event) {
        self.0.put(Signal::Event(event));
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn doubt(&self) {
        self.0.put(Signal::Lagged);
    }

    fn subscribe(&self) -> Subscription {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::bus_conformance!(Memory::with_capacity);

    #[tokio::test]
    async fn one_publisher_is_heard_in_order() {
        let bus = Memory::default();
        let mut hears = bus.subscribe();
        (1..=100).for_each(|version| bus.publish(crate::conformance::event(version)));
        for expected in 1..=100 {
            assert_eq!(crate::conformance::version(hears.next().await), Some(expected));
        }
    }
}
