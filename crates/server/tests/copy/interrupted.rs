//! Ctrl+C in the middle, and what can happen until it goes on.

use parlor_testkit::{Engine, Home, Stranger, drop_database, fresh_database, run};

use crate::program::{Copying, copy, serve};
use crate::town::Town;

/// A copy into PostgreSQL that is interrupted at its last table, `users`; source, target, and a stranger there.
async fn interrupted(home: &mut Home) -> (String, String, Stranger) {
    Town::built(home).await;
    let (from, to) = (home.database(), fresh_database().await);
    // The server was tried on its new database: that makes the tables and a key.
    home.move_to(&to).await;
    home.stop().await;
    let mut stranger = Stranger::at(&to).await;
    stranger.locks("users").await;
    let copying = Copying::start(&from, &to);
    stranger.sees_somebody_wait().await;
    copying.interrupt().refused(&["interrupted: the same command goes on where it was"]);
    stranger.lets_go().await;

    let refused = serve(&to);
    refused.refused(&["a copy into this database is not finished"]);
    (from, to, stranger)
}

#[test]
fn it_goes_on_where_it_was() {
    run(Engine::Sqlite, async |mut home| {
        let (from, to, _stranger) = interrupted(&mut home).await;
        let done = copy(&from, &to);
        assert!(done.tables().contains(&("users".into(), 3)), "{done:?}");
        assert!(done.stderr.contains("copying pins: 1 of 1 rows (1 were there already)"), "{done:?}");
        assert!(done.stderr.contains("copying users: 0 of 3 rows\n"), "{done:?}");
        home.move_to(&to).await;
        home.stop().await;
        drop_database(&to).await;
    });
}

#[test]
fn what_was_changed_at_the_target_is_named() {
    run(Engine::Sqlite, async |mut home| {
        let (from, to, mut stranger) = interrupted(&mut home).await;
        stranger.overwrites("pins", "at", "7").await;
        let done = copy(&from, &to);
        assert!(!done.well && done.stderr.contains("differs from the source in `pins`:"), "{done:?}");
        let pins: Vec<&str> = done.stdout.lines().filter(|line| line.starts_with("pins ")).collect();
        assert!(
            pins.len() == 2 && pins[0].ends_with("at the source") && pins[1].ends_with("at the target"),
            "{done:?}"
        );
        serve(&to).refused(&["a copy into this database is not finished"]);
        drop_database(&to).await;
    });
}

#[test]
fn a_server_that_went_on_meanwhile_is_noticed() {
    run(Engine::Sqlite, async |mut home| {
        let (from, to, _stranger) = interrupted(&mut home).await;
        home.move_to(&from).await;
        home.clock.advance(1);
        home.person("dave").await;
        home.stop().await;
        copy(&from, &to).refused(&["the source has changed since the copy began", "begin again with an empty target"]);
        drop_database(&to).await;
    });
}
