use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::Notify;

use super::*;
use crate::{Db, Options};

const ROWS: u64 = 3_210;

/// Every kind of column, a key of two columns of which one is text, and a table that a start fills.
const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "own",
        sql: "CREATE TABLE own (id BIGINT PRIMARY KEY, name TEXT); INSERT INTO own VALUES (1, NULL);",
    },
    Migration {
        number: 3,
        name: "things",
        sql:
            "CREATE TABLE things (word TEXT NOT NULL, n BIGINT NOT NULL, price DOUBLE PRECISION, photo BLOB, note TEXT,
              PRIMARY KEY (n, word)) WITHOUT ROWID;
              CREATE TABLE unused (id BIGINT PRIMARY KEY);",
    },
];

/// Two files in a folder: a source with rows, and a target that is not there yet.
struct Files {
    _folder: tempfile::TempDir,
    from: PathBuf,
    to: PathBuf,
}

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

async fn execute(path: &Path, sql: String) {
    let mut conn = SqliteConnection::connect(&url(path)).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

async fn migrate(path: &Path, migrations: &[Migration]) -> Result<(), Error> {
    let db = Db::open(&url(path), &Options::default()).await.unwrap();
    let done = db.migrate(migrations).await;
    db.close().await;
    done
}

/// All that is in a table of things, in the words of the engine.
async fn things(path: &Path) -> String {
    let mut conn = SqliteConnection::connect(&url(path)).await.unwrap();
    let all = "SELECT group_concat(concat_ws('|', quote(word), n, quote(price), quote(photo), quote(note)), ';')
        FROM (SELECT * FROM things ORDER BY n, word)";
    let all: String = sqlx::query_scalar(all).fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    all
}

impl Files {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Self { from: folder.path().join("from.db"), to: folder.path().join("to.db"), _folder: folder };
        migrate(&files.from, MIGRATIONS).await.unwrap();
        // Keys below and above zero; many words for one number; what is empty is not what is missing.
        let sql = format!(
            "UPDATE own SET name = 'of the source';
             WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < {ROWS})
             INSERT INTO things SELECT 'wörd ''\"' || i, i / 700 - 2, CASE i % 3 WHEN 0 THEN i / 7.0 END,
                CASE i % 5 WHEN 0 THEN randomblob(20) WHEN 1 THEN x'' END, CASE i % 7 WHEN 0 THEN '' WHEN 1 THEN '🙂' END FROM i;"
        );
        execute(&files.from, sql).await;
        files
    }

    async fn copy_with(&self, tell: impl FnMut(Progress<'_>) + Send) -> Result<Vec<Compared>, Failed> {
        let (from, to) = (url(&self.from), url(&self.to));
        copy(Copy { from: &from, to: &to, migrations: MIGRATIONS, made_at_start: &["own"] }, tell).await
    }

    async fn copy(&self) -> Result<Vec<Compared>, Failed> {
        self.copy_with(|_| {}).await
    }

    /// A copy whose user goes away once `enough` is true.
    async fn interrupted(&self, mut enough: impl FnMut(Progress<'_>) -> bool + Send) {
        let stop = Notify::new();
        let tell = |progress: Progress<'_>| {
            if enough(progress) {
                stop.notify_one();
            }
        };
        tokio::select! {
            biased;
            () = stop.notified() => {}
            done = self.copy_with(tell) => panic!("it came to its end: {done:?}"),
        }
    }

    /// Why a copy is refused.
    async fn refused(&self) -> String {
        let failed = self.copy().await.unwrap_err();
        format!("{failed}: {}", failed.cause)
    }
}

fn halfway(progress: Progress<'_>) -> bool {
    progress.table == "things" && progress.done > 0
}

fn compared_begins(progress: Progress<'_>) -> bool {
    progress.step == Step::Verifying
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_arrives_whatever_kind_it_is() {
    let files = Files::new().await;
    // The target was started once, and made rows of its own.
    migrate(&files.to, MIGRATIONS).await.unwrap();
    execute(&files.to, "UPDATE own SET name = 'of the target'; INSERT INTO own VALUES (2, 'more')".into()).await;
    let mut seen = Vec::new();
    let compared =
        files.copy_with(|progress| seen.push((progress.step, progress.table.to_owned(), progress.done))).await;
    let compared = compared.unwrap();

    let rows: Vec<(&str, u64)> = compared.iter().map(|table| (table.table.as_str(), table.target.rows)).collect();
    assert_eq!(rows, [("own", 1), ("things", ROWS), ("unused", 0)]);
    assert!(compared.iter().all(Compared::same));
    assert_eq!(things(&files.to).await, things(&files.from).await);
    let sums: Vec<Checksum> = compared.iter().map(|table| table.source.checksum).collect();
    assert!(sums[0] != sums[1] && sums[2] == Checksum::default());
    assert!(
        seen.contains(&(Step::Copying, "things".into(), 500))
            && seen.contains(&(Step::Verifying, "things".into(), ROWS))
    );
    // From here on it is a server's database like any other, and no place for another copy.
    migrate(&files.to, MIGRATIONS).await.unwrap();
    assert!(files.refused().await.contains("rows in `things`"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_copy_goes_on_where_it_was() {
    let files = Files::new().await;
    files.interrupted(halfway).await;
    let refused = migrate(&files.to, MIGRATIONS).await.unwrap_err().to_string();
    assert!(refused.contains("not finished"), "{refused}");

    let mut first = None;
    let compared = files.copy_with(|progress| {
        if progress.table == "things" && progress.step == Step::Copying {
            first.get_or_insert(progress.done);
        }
    });
    let compared = compared.await.unwrap();
    // The premise: it really stood in the middle.
    assert!(first.is_some_and(|done| done > 0 && done < ROWS), "{first:?}");
    assert!(compared.iter().all(Compared::same), "{compared:?}");
    assert_eq!(things(&files.to).await, things(&files.from).await);
    migrate(&files.to, MIGRATIONS).await.unwrap();
}

/// Whatever differs, on whichever side, if only in one column of one row.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_meanwhile_is_found_in_the_end() {
    for (at_source, change) in [
        (false, "UPDATE things SET note = '' WHERE n = 0 AND note IS NULL AND word LIKE '%1500'"),
        (false, "UPDATE things SET price = 1.0 WHERE word LIKE '%1600'"),
        (false, "UPDATE things SET photo = x'00' WHERE photo = x''"),
        (false, "DELETE FROM things WHERE n = 1"),
        (false, "INSERT INTO things VALUES ('one more', 99, NULL, NULL, NULL)"),
        (false, "UPDATE things SET note = 'a' WHERE word LIKE '%10'"),
        (true, "UPDATE things SET note = 'a' WHERE word LIKE '%10'"),
    ] {
        let files = Files::new().await;
        files.interrupted(compared_begins).await;
        let before = things(if at_source { &files.from } else { &files.to }).await;
        execute(if at_source { &files.from } else { &files.to }, change.into()).await;
        assert_ne!(before, things(if at_source { &files.from } else { &files.to }).await, "{change}");

        let compared = files.copy().await.unwrap();
        let differing: Vec<&str> =
            compared.iter().filter(|table| !table.same()).map(|table| table.table.as_str()).collect();
        assert_eq!(differing, ["things"], "{change}");
        assert!(migrate(&files.to, MIGRATIONS).await.is_err(), "the target is not to be served");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_grew_or_is_another_is_not_gone_on_with() {
    let mut files = Files::new().await;
    files.interrupted(halfway).await;
    execute(&files.from, "INSERT INTO things VALUES ('one more', 99, NULL, NULL, NULL)".into()).await;
    let refused = files.refused().await;
    assert!(
        refused.contains("the source has changed since the copy began (`things` had 3210 rows and has 3211)"),
        "{refused}"
    );

    let (from, to) = (files.from.clone(), files.to.clone());
    (files.from, files.to) = (to.clone(), from.with_file_name("third.db"));
    assert!(files.refused().await.contains("it holds an unfinished copy itself"));

    (files.from, files.to) = (from.with_file_name("other.db"), to);
    std::fs::copy(&from, &files.from).unwrap();
    let refused = files.refused().await;
    assert!(refused.contains("it holds an unfinished copy of sqlite://") && refused.contains("from.db"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_no_whole_server_is_refused_and_makes_no_target() {
    let mut files = Files::new().await;
    let served = Db::open(&url(&files.from), &Options::default()).await.unwrap();
    drop(served.read().await.unwrap());
    assert!(files.refused().await.contains("it is in use"));
    served.close().await;

    let (whole, folder) = (files.from.clone(), files.from.parent().unwrap().to_owned());
    files.from = folder.join("missing.db");
    assert!(files.refused().await.contains("there is no such file"));
    files.from = folder.join("empty.db");
    std::fs::write(&files.from, "").unwrap();
    assert!(files.refused().await.contains("there is no Parlor server in it"));
    files.from = folder.join("old.db");
    migrate(&files.from, &MIGRATIONS[..1]).await.unwrap();
    let refused = files.refused().await;
    assert!(refused.contains("it is at schema 1, this program copies schema 3: run `parlor serve`"), "{refused}");
    execute(&files.from, "INSERT INTO migrations VALUES (4, 'of the future')".into()).await;
    let refused = files.refused().await;
    assert!(refused.contains("it is at schema 4, this program knows up to 3"), "{refused}");

    assert!(!files.to.exists());

    files.from = whole.clone();
    files.to = whole;
    assert!(files.refused().await.contains("it is the source"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_newer_or_in_use_is_refused() {
    let files = Files::new().await;
    migrate(&files.to, MIGRATIONS).await.unwrap();
    let served = Db::open(&url(&files.to), &Options::default()).await.unwrap();
    drop(served.read().await.unwrap());
    let refused = files.refused().await;
    assert!(refused.contains("the target, sqlite://") && refused.contains("it is in use"), "{refused}");
    served.close().await;
    execute(&files.to, "INSERT INTO migrations VALUES (4, 'of the future')".into()).await;
    let refused = files.refused().await;
    assert!(refused.contains("the database is at schema 4, this program knows up to 3"), "{refused}");
}

/// Nobody writes to the source while it is copied, nor to the target.
#[tokio::test(flavor = "multi_thread")]
async fn both_are_locked_meanwhile() {
    let files = Files::new().await;
    let (from, to) = (url(&files.from), url(&files.to));
    let mut refused = 0;
    let compared = files.copy_with(|progress| {
        if !halfway(progress) {
            return;
        }
        let write = async |url: &str| {
            let options = SqliteConnectOptions::from_str(url)?.busy_timeout(Duration::ZERO);
            let mut conn = options.connect().await?;
            sqlx::raw_sql("DELETE FROM things").execute(&mut conn).await
        };
        // On a thread of their own: to wait for them here would take the wake-up that the copy waits for.
        let both = async || [write(&from).await, write(&to).await];
        let wait = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(both());
        let done = std::thread::scope(|scope| scope.spawn(wait).join().unwrap());
        refused += done.iter().filter(|done| matches!(done, Err(sqlx::Error::Database(_)))).count();
    });
    assert!(compared.await.unwrap().iter().all(Compared::same));
    assert!(refused > 2 && refused % 2 == 0, "{refused}");
}

#[tokio::test]
async fn a_table_that_cannot_be_walked_through_is_refused() {
    for (sql, why) in [
        ("CREATE TABLE t (n BIGINT)", "primary key"),
        ("CREATE TABLE t (n BLOB PRIMARY KEY)", "primary key"),
        ("CREATE TABLE t (n BIGINT PRIMARY KEY, at TIMESTAMP)", "`t.at` is \"TIMESTAMP\""),
    ] {
        let refused = Plan::of(&[Migration { number: 1, name: "t", sql }]).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
}

#[tokio::test]
async fn a_password_is_never_repeated() {
    let secret = "postgres://parlor:s3cret@db.invalid:5433/chat?sslmode=disable";
    assert_eq!(side::name(secret), "postgres://db.invalid:5433/chat");
    for url in [secret, "postgres://parlor:s3cret@db.invalid:99999/chat", "mysql://parlor:s3cret@db.invalid/chat"] {
        let failed =
            copy(Copy { from: url, to: url, migrations: MIGRATIONS, made_at_start: &[] }, |_| {}).await.unwrap_err();
        let whole = format!("{failed} {failed:?} {}", failed.cause);
        assert!(!whole.contains("s3cret"), "{whole}");
    }
}
