//! The one binary as a library, so that a test can run a whole server inside itself.

mod backend;
pub mod boot;
pub mod commands;
pub mod config;
mod http;

pub use boot::Server;
pub use config::Config;
