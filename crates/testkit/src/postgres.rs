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

/// Runs a statement on a connection of its own.
///
/// # Errors
/// The server is away, or refuses.
pub async fn execute(server: &str, statement: String) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect(server).await?;
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    connection.close().await
}

/// What ends the connections to the database named postgres of which `which` holds, in words of `pg_stat_activity`.
pub fn terminate(which: &str) -> String {
    format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'postgres' AND {which}")
}

/// Ends every connection to a database but the one that asks; how many there were.
pub async fn end_all_connections(url: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let end = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let ended = sqlx::query_scalar(end).fetch_one(&mut connection).await.expect("an answer");
    let _ = connection.close().await;
    ended
}

/// Whether a database made by [`fresh_database`] takes connections; if not, those that are there end.
pub async fn takes_connections(url: &str, takes: bool) {
    let (_, name) = url.rsplit_once('/').expect("a URL with a database");
    execute(&server(), format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {takes}")).await.expect("altered");
    if !takes {
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        execute(&server(), end).await.expect("ended");
    }
}

/// What a next version may do to a database when it starts: tables in the middle of everything grow, and the schema is
/// one further. Whether it says that the version before may run beside it.
pub async fn upgrade(url: &str, bears_older: bool) {
    let mut next = "BEGIN; \
        ALTER TABLE conversations ADD COLUMN IF NOT EXISTS mood TEXT; \
        ALTER TABLE entries ADD COLUMN IF NOT EXISTS mood BIGINT NOT NULL DEFAULT 7; \
        INSERT INTO migrations (number, name) SELECT MAX(number) + 1, 'next' FROM migrations; "
        .to_owned();
    if bears_older {
        next += "INSERT INTO migrations_compatible (number, compatible_with) \
            SELECT MAX(number), MIN(number) FROM migrations; ";
    }
    next += "COMMIT";
    // It may meet somebody's work crosswise, and is then tried again, as a program does.
    while let Err(error) = execute(url, next.clone()).await {
        let code = error.as_database_error().and_then(|refusal| refusal.code());
        assert_eq!(code.as_deref(), Some("40P01"), "{error}");
    }
}

/// How often transactions of a database waited for each other in a circle, since it was made.
pub async fn deadlocks(url: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let count = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    let deadlocks = sqlx::query_scalar(count).fetch_one(&mut connection).await.expect("an answer");
    let _ = connection.close().await;
    deadlocks
}

/// Makes a database of a server whose tables are files in `folder`, which belongs to the server.
pub async fn make_database_in(server: &str, name: &str, folder: &std::path::Path) {
    let place = folder.display();
    execute(server, format!("CREATE TABLESPACE {name} LOCATION '{place}'")).await.expect("a table space");
    execute(server, format!("CREATE DATABASE {name} TEMPLATE template0 TABLESPACE {name}")).await.expect("a database");
}

/// Every conversation, locked by somebody who does not let go.
#[derive(Debug)]
pub struct Holding(PgConnection);

impl Holding {
    /// Locks them.
    pub async fn conversations(url: &str) -> Self {
        let mut connection = PgConnection::connect(url).await.expect("a connection");
        let lock = "BEGIN; SELECT id FROM conversations ORDER BY id FOR UPDATE";
        sqlx::raw_sql(lock).execute(&mut connection).await.expect("locked");
        Self(connection)
    }

    /// Lets go.
    pub async fn let_go(self) {
        self.0.close().await.expect("closed");
    }
}

/// The tables that grow with what is said; each of their keys begins with the conversation.
const HOT: [&str; 5] = ["entries", "members", "reactions", "pins", "poll_votes"];

/// Makes hash partitions of the hot tables, which are empty.
pub(crate) async fn partition(url: &str) {
    for table in HOT {
        let mut ddl = format!(
            "CREATE TABLE whole (LIKE {table} INCLUDING ALL) PARTITION BY HASH (conversation_id); \
             DROP TABLE {table}; ALTER TABLE whole RENAME TO {table};"
        );
        for n in 0..4 {
            ddl +=
                &format!("CREATE TABLE {table}_{n} PARTITION OF {table} FOR VALUES WITH (MODULUS 4, REMAINDER {n});");
        }
        execute(url, ddl).await.expect("partitions");
    }
}

/// Somebody at a database who has nothing to do with the server.
#[derive(Debug)]
pub struct Stranger(PgConnection);

impl Stranger {
    /// Connects.
    pub async fn at(url: &str) -> Self {
        Self(PgConnection::connect(url).await.expect("a connection"))
    }

    async fn run(&mut self, statement: String) {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut self.0).await.expect("a statement that works");
    }

    /// Lets nobody write to a table until [`Stranger::lets_go`].
    pub async fn locks(&mut self, table: &str) {
        self.run(format!("BEGIN; LOCK TABLE {table} IN SHARE MODE")).await;
    }

    /// Whoever connects from now on and waits for this one in a circle is ended, not this one: PostgreSQL looks for a circle
    /// once, for each who waits, so long after they began; by then this one has to wait, too.
    pub async fn outlasts_the_others(&mut self) {
        let others = "EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''5s''', current_database())";
        self.run(format!("SET deadlock_timeout = '1min'; DO $$ BEGIN {others}; END $$")).await;
    }

    /// Ends the lock.
    pub async fn lets_go(&mut self) {
        self.run("COMMIT".into()).await;
    }

    /// Comes back once somebody waits for a lock in this database.
    pub async fn sees_somebody_wait(&mut self) {
        let waiting = "SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
            WHERE NOT granted AND datname = current_database())";
        while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&mut self.0).await.expect("an answer") {}
    }

    /// Writes something else into a column of every row.
    pub async fn overwrites(&mut self, table: &str, column: &str, value: &str) {
        self.run(format!("UPDATE {table} SET {column} = '{value}'")).await;
    }

    /// The names of all tables, sorted.
    pub async fn sees_tables(&mut self) -> Vec<String> {
        let names = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
        sqlx::query_scalar(names).fetch_all(&mut self.0).await.expect("an answer")
    }
}

/// Every row of every table, as text.
///
/// # Panics
/// When the database cannot be read.
pub async fn everything_in(url: &str) -> String {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let dump = "SELECT schema_to_xml('public', true, false, '')::text";
    let everything: String = sqlx::query_scalar(dump).fetch_one(&mut connection).await.expect("a dump");
    let _ = connection.close().await;
    everything
}
