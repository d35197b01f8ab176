//! Connections: the hub that fans out, the session of each socket, bounded outboxes, and the transport below.

pub mod backend;

pub use backend::{Backend, Heads, Identity, LogPage, SendMessage, Sent};
