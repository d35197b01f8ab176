//! A whole server in a test, and people who use it: `home.people(["alice", "bob"])`.
//!
//! Stories are told over the wire, as any client would, on both databases (`#[both_databases]`), and on two nodes where they
//! ask for it (`#[both_databases(two_nodes)]`). The clock of a home stands still until it is moved. Nothing here waits by the
//! clock: [`Line::until`] waits for a frame.

#![expect(clippy::expect_used, clippy::panic, clippy::missing_panics_doc, reason = "a test that cannot go on panics")]

mod home;
mod line;
pub mod mirror;
mod person;
mod postgres;
mod process;
mod reply;

pub use home::{Engine, Home, on_two_nodes, on_two_nodes_by, on_two_nodes_with, run, run_on_two_nodes, run_with};
pub use line::Line;
pub use parlor_testkit_macros::both_databases;
pub use person::Person;
pub use postgres::{
    Holding, Stranger, deadlocks, drop_database, end_all_connections, everything_in, execute, fresh_database,
    make_database_in, takes_connections, terminate, upgrade,
};
pub use process::{Process, Program};
pub use reply::{Reply, request};

pub use parlor_app::app::{Requests, Signup};
pub use parlor_bus::broker::Broker;
pub use parlor_server::Config;
pub use parlor_throwaway::Postgres;
