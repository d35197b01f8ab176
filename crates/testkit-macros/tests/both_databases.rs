//! The macro against a stand-in for the test kit, so that it can be read and tested alone.
#![cfg(test)]

extern crate self as parlor_testkit;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use parlor_testkit_macros::both_databases;

/// As the test kit's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Engine {
    /// One.
    Sqlite,
    /// The other.
    Postgres,
}

/// As the test kit's: here it only knows its engine, and how many nodes it has.
pub struct Home(Engine, usize);

/// As the test kit's: here a story may not wait.
pub fn run<F: Future<Output = ()>>(engine: Engine, story: impl FnOnce(Home) -> F) {
    tell(story(Home(engine, 1)));
}

/// As the test kit's.
pub fn run_on_two_nodes<F: Future<Output = ()>>(story: impl FnOnce(Home) -> F) {
    tell(story(Home(Engine::Postgres, 2)));
}

fn tell(story: impl Future<Output = ()>) {
    assert!(matches!(pin!(story).poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(())), "the story waits");
}

/// Doc comments stay.
#[both_databases]
async fn a_story_knows_its_engine(home: Home) {
    assert!(matches!(home, Home(Engine::Sqlite | Engine::Postgres, 1)));
}

/// Its name tells where it is told.
#[both_databases(two_nodes)]
async fn a_story_may_be_told_on_two_nodes(home: Home) {
    let expected = match std::thread::current().name().and_then(|test| test.rsplit("::").next()) {
        Some("sqlite") => (Engine::Sqlite, 1),
        Some("postgres") => (Engine::Postgres, 1),
        Some("two_nodes") => (Engine::Postgres, 2),
        other => panic!("no test is called {other:?}"),
    };
    assert_eq!((home.0, home.1), expected);
}

#[both_databases]
#[should_panic(expected = "on purpose")]
async fn a_story_may_panic(home: Home) {
    panic!("on purpose, on {:?}", home.0);
}

#[both_databases]
#[ignore = "shows that the attribute reaches the tests"]
async fn a_story_may_be_left_out(_home: Home) {
    panic!("ignored");
}
