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

/// As the test kit's: here it only knows its engine.
pub struct Home(Engine);

/// As the test kit's: here a story may not wait.
pub fn run<F: Future<Output = ()>>(engine: Engine, story: impl FnOnce(Home) -> F) {
    let story = pin!(story(Home(engine)));
    assert!(matches!(story.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(())), "the story waits");
}

/// Doc comments stay.
#[both_databases]
async fn a_story_knows_its_engine(home: Home) {
    assert!(matches!(home.0, Engine::Sqlite | Engine::Postgres));
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
