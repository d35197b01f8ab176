//! Clients that cost next to nothing: a socket and a few bytes each, read by one epoll loop into one buffer.

mod answer;
pub(crate) mod codec;
mod dialect;
mod fleet;
pub(crate) mod frames;
mod http;
mod line;
pub(crate) mod matrix;

pub(crate) use dialect::{Dialect, ROOM};
pub(crate) use fleet::Fleet;
pub(crate) use http::Http;
