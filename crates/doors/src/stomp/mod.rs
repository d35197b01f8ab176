//! The door for STOMP 1.0 to 1.2: conversations as topics, over a WebSocket or SockJS, and accounts and contacts over HTTP.

pub(crate) mod api;
mod client;
mod codec;
mod connection;
mod destinations;
mod people;
mod shapes;
mod told;

pub(crate) use codec::sub_protocol;
pub(crate) use connection::serve;

/// What a translation of this door is kept under.
const DOOR: usize = 2;

/// Whether a path, in small letters, is one of this door's.
pub(crate) fn is_here(path: &str) -> bool {
    const WHOLE: [&str; 6] =
        ["/stomp", "/auth/sign-up", "/auth/login", "/auth/logout", "/auth/reset-password", "/contact"];
    const BELOW: [&str; 2] = ["/websocket", "/contact"];
    let below = |start: &str| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    WHOLE.contains(&path) || BELOW.into_iter().any(below)
}
