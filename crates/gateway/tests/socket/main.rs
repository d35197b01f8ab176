//! The gateway over real sockets.
#![cfg(test)]

mod bad_input;
mod memory;
mod stories;
mod support;
