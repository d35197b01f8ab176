//! A server moves, and nobody notices.

use parlor_testkit::{Engine, Home, Stranger, both_databases, drop_database, everything_in, fresh_database, run};

use crate::program::copy;
use crate::town::Town;

/// A file in the home's folder.
fn file(home: &Home, name: &str) -> String {
    format!("sqlite://{}", home.data().join(name).display())
}

/// The server stops, moves, starts there; everybody goes on as if nothing had been.
async fn moves(home: &mut Home, town: &Town, to: &str) {
    let before = town.answers().await;
    // The premise: nearly everything that is asked is answered.
    assert!(before.iter().filter(|answer| answer["status"] == 200).count() * 10 > before.len() * 8, "{before:?}");
    home.stop().await;
    let tables = copy(&home.database(), to).tables();
    // Nodes that have stopped have no rows, and nobody here has anything to report.
    let known = ["nodes", "reports"];
    let empty: Vec<_> = tables.iter().filter(|(name, rows)| *rows == 0 && !known.contains(&name.as_str())).collect();
    assert!(tables.len() >= 22 && empty.is_empty(), "the town used everything, but not these: {empty:?}");

    home.move_to(to).await;
    // A clock that stood still would give the ids of the server before.
    home.clock.advance(1);
    let after = town.answers().await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
}

#[both_databases]
async fn a_server_moves_to_the_other_engine_and_back(mut home: Home) {
    let mut town = Town::built(&home).await;
    let began_on_sqlite = home.database().starts_with("sqlite");
    let databases = [fresh_database().await, fresh_database().await];
    let [there, back] = match began_on_sqlite {
        true => [databases[0].clone(), file(&home, "back.db")],
        false => [file(&home, "there.db"), databases[1].clone()],
    };
    for (n, to) in [there, back].iter().enumerate() {
        moves(&mut home, &town, to).await;
        // The last refresh token is worth something here too, and so is the password.
        let refreshed = town.people[0].refresh().await.ok();
        town.people[0] = town.people[0].with(&refreshed);
        town.people[1].another_device().await;
        // What was said before is the same message for ever; what is said now comes behind it.
        let head = town.people[0].sees(&town.group).await["head_seq"].as_i64().unwrap();
        let again = town.people[0].says_as(&town.group, "m5", "\"message\" 5\n\\ 🙂 'é'").await;
        assert_eq!((again.status.as_u16(), &again.json["seq"]), (200, &7.into()), "{}", again.json);
        let said = town.people[1].says_as(&town.group, &format!("after move {n}"), "we are here").await.ok();
        assert_eq!(said["seq"].as_i64(), Some(head + 1));
    }
    home.stop().await;
    for database in databases {
        drop_database(&database).await;
    }
}

/// Not one table, column or value is lost on the way; and the same engine on both sides will do.
#[test]
fn through_sqlite_and_back_everything_is_as_it_was() {
    run(Engine::Postgres, async |mut home| {
        Town::built(&home).await;
        home.stop().await;
        let (first, file, last) = (home.database(), file(&home, "between.db"), fresh_database().await);
        let copied = copy(&first, &file).tables();
        assert_eq!(copy(&file, &last).tables(), copied);

        let lists = ["migrations", "migrations_compatible"].map(str::to_owned);
        let mut named: Vec<String> = copied.into_iter().map(|(table, _)| table).chain(lists).collect();
        named.sort();
        assert_eq!(Stranger::at(&first).await.sees_tables().await, named, "every table there is was copied");
        assert_eq!(Stranger::at(&last).await.sees_tables().await, named);
        assert_eq!(content(&last).await, content(&first).await);

        let other = fresh_database().await;
        assert!(copy(&last, &other).well);
        assert_eq!(content(&other).await, content(&first).await);
        for database in [last, other] {
            drop_database(&database).await;
        }
    });
}

/// All that is stored, in an order of its own.
async fn content(database: &str) -> Vec<String> {
    let everything = everything_in(database).await;
    let mut rows: Vec<String> = everything.split("\n\n").map(str::to_owned).collect();
    rows.sort();
    assert!(rows.len() > 500, "row by row: {rows:?}");
    rows
}
