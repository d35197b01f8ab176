//! Databases of one test each, on the PostgreSQL that `cargo xtask postgres` started.

use std::hash::{BuildHasher, RandomState};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

const VARIABLE: &str = "PARLOR_TEST_POSTGRES";

/// Makes an empty database with a name of its own and gives its URL.
///
/// # Panics
/// When no PostgreSQL was named or it refuses.
pub async fn fresh_database() -> String {
    let server = server();
    // Every map of the standard library is seeded by the system: that makes a fine name.
    let name = format!("test_{:016x}", RandomState::new().hash_one(std::process::id()));
    // From template0, because nobody ever connects to it: a copy of template1 waits while somebody does.
    execute(&server, format!("CREATE DATABASE {name} TEMPLATE template0")).await.expect("a database for the test");
    let (base, _) = server.rsplit_once('/').expect("a URL with a database");
    format!("{base}/{name}")
}

/// Removes a database made by [`fresh_database`], whoever is still connected. What fails is left for the server's own end.
pub async fn drop_database(url: &str) {
    if let Some((_, name)) = url.rsplit_once('/') {
        let _ = execute(&server(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }
}

fn server() -> String {
    std::env::var(VARIABLE).unwrap_or_else(|_| {
        panic!("this test needs PostgreSQL and ${VARIABLE} is not set: run `cargo xtask postgres -- cargo nextest run`")
    })
}

async fn execute(server: &str, statement: String) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect(server).await?;
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    connection.close().await
}

/// Every row of every table, as text.
pub(crate) async fn everything_in(url: &str) -> String {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let dump = "SELECT schema_to_xml('public', true, false, '')::text";
    let everything: String = sqlx::query_scalar(dump).fetch_one(&mut connection).await.expect("a dump");
    let _ = connection.close().await;
    everything
}
