//! The bus carries [`Event`]s from the node where they became true to every node that has sockets.
//!
//! It is a hint, the database is the truth: an event is published after the commit it tells of and names what was
//! stored (`conversation`, `seq`), so whoever sees a hole reads it from the store. That is why a body of the bus owes
//! so little, and why the little it owes is written on the methods and checked by one suite (`conformance`).

#[cfg(feature = "conformance")]
pub mod broker;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod memory;
pub mod redis;
mod subscription;
mod topic;

use parlor_model::Event;

pub use memory::Memory;
pub use redis::Redis;
pub use subscription::{Ring, Signal, Subscription};
pub use topic::Topic;

/// Events received and not yet taken that one subscriber may hold; older ones are lost to it, and it is told.
pub const RING_EVENTS: usize = 16_384;

/// Publishes events to every subscriber of every node.
pub trait Bus: Send + Sync + 'static {
    /// Hands `event` to the bus, to be called after the commit that made it true.
    ///
    /// Never waits and never fails, so it can be called from the commit's own thread. The event **may be lost,
    /// repeated or overtaken** by another; no caller may rely on more. Without a subscriber it vanishes.
    fn publish(&self, event: Event);

    /// Whether other nodes may hear what is published.
    fn is_shared(&self) -> bool;

    /// Tells every subscriber of every node [`Signal::Lagged`]: something may have become true of which nobody knows,
    /// since the database went away in the middle of a commit. May be lost like an event.
    fn doubt(&self);

    /// Receives every event that is published from now on, this node's own included.
    ///
    /// Bounded: a subscriber that falls more than [`RING_EVENTS`] behind loses the oldest and is told
    /// [`Signal::Lagged`] before the next event. The same signal comes after any stretch in which events may have
    /// been lost (a broken link to the broker). Losses the bus itself cannot notice are told to nobody.
    fn subscribe(&self) -> Subscription;
}
