//! The features of Parlor, one folder each: `mod.rs` holds the use cases and their rules (read it first), `store.rs` its
//! SQL and nothing else, `api.rs` its routes, `tests.rs` its story on both databases.
//!
//! Features are declared in order: one may call those above it, through their `mod.rs`, and never those below.

// What features stand on.
pub mod app;
pub mod cx;
pub mod http;
pub mod rates;

// The features, in order.
pub mod nodes;
pub mod keys;
pub mod sessions;
pub mod users;
pub mod accounts;
pub mod documents;
pub mod contacts;
pub mod privacy;
pub mod jobs;
pub mod notices;
pub mod log;
pub mod conversations;
pub mod requests;
pub mod messages;
pub mod links;
pub mod threads;
pub mod scheduled;
pub mod reminders;
pub mod marks;
pub mod disappearing;
pub mod polls;
pub mod reads;
pub mod presence;
pub mod my;
pub mod activity;
pub mod sync;

pub use app::{App, Config};
pub use cx::{Caller, Cx};

use parlor_db::{Migration, Statement};

/// Every route of every feature, under `/api/v1`.
pub fn routes() -> impl Iterator<Item = http::Route> {
    let all = [
        accounts::api::routes,
        sessions::api::routes,
        users::api::routes,
        contacts::api::routes,
        conversations::api::routes,
        requests::api::routes,
        messages::api::routes,
        links::api::routes,
        threads::api::routes,
        scheduled::api::routes,
        reminders::api::routes,
        marks::api::routes,
        polls::api::routes,
        reads::api::routes,
        my::api::routes,
        activity::api::routes,
    ];
    all.into_iter().flat_map(|routes| routes())
}

/// Every statement of every feature, for the test that prepares them all.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    [
        nodes::STATEMENTS,
        keys::STATEMENTS,
        sessions::STATEMENTS,
        users::STATEMENTS,
        accounts::STATEMENTS,
        documents::STATEMENTS,
        jobs::STATEMENTS,
        contacts::STATEMENTS,
        notices::STATEMENTS,
        log::STATEMENTS,
        conversations::STATEMENTS,
        requests::STATEMENTS,
        messages::STATEMENTS,
        scheduled::STATEMENTS,
        reminders::STATEMENTS,
        marks::STATEMENTS,
        polls::STATEMENTS,
        reads::STATEMENTS,
        presence::STATEMENTS,
        activity::STATEMENTS,
        sync::STATEMENTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The steps of the schema.
pub static MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "spine", sql: include_str!("../migrations/0001_spine.sql") },
    Migration { number: 2, name: "living", sql: include_str!("../migrations/0002_living.sql") },
    Migration { number: 3, name: "people", sql: include_str!("../migrations/0003_people.sql") },
    Migration { number: 5, name: "jobs", sql: include_str!("../migrations/0005_jobs.sql") },
    Migration { number: 6, name: "presence", sql: include_str!("../migrations/0006_presence.sql") },
    Migration { number: 7, name: "polls", sql: include_str!("../migrations/0007_polls.sql") },
    Migration { number: 8, name: "notes", sql: include_str!("../migrations/0008_notes.sql") },
    Migration { number: 9, name: "nodes", sql: include_str!("../migrations/0009_nodes.sql") },
    Migration { number: 10, name: "client_ids", sql: include_str!("../migrations/0010_client_ids.sql") },
];

/// Tables in which a server has rows before anybody has signed up.
pub static MADE_AT_START: &[&str] = &["nodes", "server", "signing_keys"];

#[cfg(test)]
mod tests;
