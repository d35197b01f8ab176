//! The receiving end, the same for every body.

use parlor_model::Event;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// What a subscriber hears.
#[derive(Clone, Debug)]
pub enum Signal {
    /// Something became true.
    Event(Event),
    /// Events were lost; which ones is unknown. Whatever must not be missed has to be read from the store.
    Lagged,
}

/// The bounded ring of one node, from which all its subscribers read. Events are shared, not copied: what is large in
/// them sits behind an `Arc`.
#[derive(Clone, Debug)]
pub struct Ring(broadcast::Sender<Signal>);

impl Ring {
    /// A ring that holds `events`; a slower reader loses the oldest and is told.
    pub fn new(events: usize) -> Self {
        Self(broadcast::Sender::new(events))
    }

    /// Puts a signal before every subscriber; vanishes when there is none.
    pub fn put(&self, signal: Signal) {
        // No subscriber is no fault: a node without sockets still stores messages.
        let _ = self.0.send(signal);
    }

    /// Reads all that is put from now on.
    pub fn subscribe(&self) -> Subscription {
        Subscription(self.0.subscribe())
    }
}

/// Receives what was published since [`crate::Bus::subscribe`].
#[derive(Debug)]
pub struct Subscription(broadcast::Receiver<Signal>);

impl Subscription {
    /// The next signal; `None` once the bus is gone. Cancel-safe: a call that is dropped has taken nothing.
    pub async fn next(&mut self) -> Option<Signal> {
        match self.0.recv().await {
            Ok(signal) => Some(signal),
            Err(RecvError::Lagged(_)) => Some(Signal::Lagged),
            Err(RecvError::Closed) => None,
        }
    }

    /// The next signal if one is there already.
    pub fn try_next(&mut self) -> Option<Signal> {
        match self.0.try_recv() {
            Ok(signal) => Some(signal),
            Err(broadcast::error::TryRecvError::Lagged(_)) => Some(Signal::Lagged),
            Err(_) => None,
        }
    }
}
