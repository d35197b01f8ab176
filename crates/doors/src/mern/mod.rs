//! The door for clients of the "WhatsApp clone" family: React pages with `/api/user`, `/api/chat`, `/api/message` and
//! Socket.IO. Their names are misspelt where theirs are.

pub(crate) mod api;
pub(crate) mod events;
mod shapes;

/// What a translation of this door is kept under.
const DOOR: usize = 0;
