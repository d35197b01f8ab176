//! Programs of two ages on one database.

use std::path::Path;
use std::time::Duration;

use parlor_db::{Db, Migration, Options, Result};
use parlor_testkit::{Home, Stranger, both_databases, drop_database, fresh_database};

/// What the next program brings along.
fn next(sql: &'static str) -> Vec<Migration> {
    let last = crate::MIGRATIONS.last().unwrap().number;
    crate::MIGRATIONS.iter().copied().chain([Migration { number: last + 1, name: "next", sql }]).collect()
}

/// The next program starts.
async fn upgrade(url: &str, migrations: &[Migration]) -> Result<()> {
    let db = Db::open(url, &Options::default()).await?;
    let done = db.migrate(migrations).await;
    db.close().await;
    done
}

/// `-- compatible-with` the schema this program knows.
fn bears_us(sql: &str) -> &'static str {
    format!("-- compatible-with: {}\n{sql}", crate::MIGRATIONS.last().unwrap().number).leak()
}

/// An old node goes on, and an old program starts, beside a schema that says so.
#[both_databases]
async fn an_old_node_runs_beside_a_newer_schema_that_bears_it(mut home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let chat = alice.direct(&bob).await;
    alice.says(&chat, "before").await.ok();
    // As it would be: a table in the middle of everything grows, while statements on it are prepared everywhere.
    let sql = "ALTER TABLE conversations ADD COLUMN mood TEXT; ALTER TABLE entries ADD COLUMN mood BIGINT NOT NULL DEFAULT 7;";
    upgrade(&home.database_url(), &next(bears_us(sql))).await.unwrap();
    alice.says(&chat, "beside").await.ok();
    home.restart().await;
    alice.says(&chat, "after").await.ok();
    assert_eq!(bob.reads(&chat).await, ["before", "beside", "after"]);
}

#[both_databases]
async fn an_old_program_does_not_start_on_a_newer_schema_that_does_not_bear_it(mut home: Home) {
    let last = crate::MIGRATIONS.last().unwrap().number;
    home.stop().await;
    upgrade(&home.database_url(), &next("CREATE TABLE moods (id BIGINT PRIMARY KEY);")).await.unwrap();
    let refused = upgrade(&home.database_url(), crate::MIGRATIONS).await.unwrap_err().to_string();
    let both = [format!("schema {}", last + 1), format!("up to {last}")];
    assert!(both.iter().all(|version| refused.contains(version)), "{refused}");
    // Nothing happened to it.
    upgrade(&home.database_url(), &next("never run")).await.unwrap();
}

/// A migration wants whole tables, others have rows of one and want the other: PostgreSQL ends one of both.
#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_meets_work_crosswise_is_tried_again() {
    let database = fresh_database().await;
    upgrade(&database, crate::MIGRATIONS).await.unwrap();
    let mut stranger = Stranger::at(&database).await;
    stranger.outlasts_the_others().await;
    stranger.locks("entries").await;
    let next = next("ALTER TABLE conversations ADD COLUMN mood TEXT; ALTER TABLE entries ADD COLUMN mood TEXT;");
    let url = database.clone();
    let migrating = tokio::spawn(async move { upgrade(&url, &next).await });
    stranger.sees_somebody_wait().await;
    stranger.locks("conversations").await;
    stranger.lets_go().await;
    migrating.await.unwrap().unwrap();
    drop_database(&database).await;
}

#[both_databases]
async fn every_older_schema_is_brought_up_to_date_once(mut home: Home) {
    home.stop().await;
    let folder = home.data().join("old.db");
    for first in 1..crate::MIGRATIONS.len() {
        let (url, of_our_own) = empty(&home, &folder).await;
        upgrade(&url, &crate::MIGRATIONS[..first]).await.unwrap();
        upgrade(&url, crate::MIGRATIONS).await.unwrap();
        upgrade(&url, crate::MIGRATIONS).await.unwrap();
        clear(&folder, of_our_own.then_some(url)).await;
    }
}

/// A database of the same sort as the home's; whether it is on the server of the tests.
async fn empty(home: &Home, file: &Path) -> (String, bool) {
    let on_a_server = home.database_url().starts_with("postgres");
    (if on_a_server { fresh_database().await } else { format!("sqlite://{}", file.display()) }, on_a_server)
}

async fn clear(file: &Path, url: Option<String>) {
    match url {
        Some(url) => drop_database(&url).await,
        None => std::fs::remove_file(file).unwrap(),
    }
}

/// Nodes that start at once: one migrates, the others wait and find it done. A migration that ran twice would fail.
#[tokio::test(flavor = "multi_thread")]
async fn of_nodes_that_start_at_once_one_migrates() {
    let database = fresh_database().await;
    // The one that migrates takes longer than anybody waits for a row.
    let options = Options { connections: 3, lock_timeout: Duration::from_millis(1), ..Options::default() };
    let node = async || {
        let db = Db::open(&database, &options).await.unwrap();
        db.migrate(crate::MIGRATIONS).await.unwrap();
        db.close().await;
    };
    tokio::join!(node(), node(), node(), node());
    drop_database(&database).await;
}
