//! The door for clients of the plain Socket.IO design: token pair, users, messages and groups over HTTP, events over Socket.IO
//! by whoever showed a token in the handshake. Where that design is silent the names are ours (docs/doors/design.md).

pub(crate) mod api;
pub(crate) mod events;

/// What a translation of this door is kept under.
const DOOR: usize = 1;
