//! What the gateway counts. Cheap enough to stay on; the server turns it into metrics.

use std::sync::atomic::{AtomicU64, Ordering};

use parlor_model::frames::Bye;

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// Live counters.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: AtomicU64,)+
            byes: [AtomicU64; BYES.len()],
        }

        /// The counters at one moment. Gauges are marked; the others only grow.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Counts {
            /// Gauge: open sockets, welcomed or not.
            pub connections: u64,
            /// Gauge: open sockets that have not been welcomed yet.
            pub unauthenticated: u64,
            $($(#[$doc])* pub $name: u64,)+
            /// Connections ended by the server, by reason.
            pub byes: Vec<(Bye, u64)>,
        }

        impl Counters {
            /// All but the gauges.
            pub(crate) fn read(&self) -> Counts {
                Counts {
                    connections: 0,
                    unauthenticated: 0,
                    $($name: self.$name.load(Ordering::Relaxed),)+
                    byes: BYES.iter().zip(&self.byes).map(|(bye, count)| (*bye, count.load(Ordering::Relaxed))).collect(),
                }
            }
        }
    };
}

counters! {
    /// Connections turned away before the upgrade.
    refused,
    /// Frames from clients.
    frames_in,
    /// Entries put into outboxes: one for each recipient.
    deliveries,
    /// Bytes written to sockets.
    bytes_out,
    /// Holes in what the bus brought that were read from the store.
    holes,
    /// Logs read for one session that came late into a room.
    catch_ups,
    /// Times the bus said that it had lost events.
    lags,
}

const BYES: [Bye; 8] = [
    Bye::Revoked,
    Bye::Expired,
    Bye::Draining,
    Bye::Slow,
    Bye::Invalid,
    Bye::Limited,
    Bye::Unauthenticated,
    Bye::Timeout,
];

impl Counters {
    pub(crate) fn add(counter: &AtomicU64, by: u64) {
        counter.fetch_add(by, Ordering::Relaxed);
    }

    pub(crate) fn bye(&self, code: Bye) {
        if let Some(at) = BYES.iter().position(|bye| *bye == code) {
            Self::add(&self.byes[at], 1);
        }
    }
}
