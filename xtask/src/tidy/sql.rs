//! SQL lives in `store.rs` files, drivers are named in `crates/db`, and statements written twice stay rare.

use super::Complaint;
use super::source::{File, Tree, identifiers, paths};

/// May hold SQL and name a driver: the kernel, and the test kit's one file that makes throw-away databases.
const EXEMPT: [&str; 2] = ["crates/db/", "crates/testkit/src/postgres.rs"];
/// Of a hundred statements so many may name both dialects.
const TWO_DIALECTS_PERCENT: usize = 10;

pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.under("crates/", ".rs").filter(|file| !EXEMPT.iter().any(|place| file.path.starts_with(place))) {
        if !is_store(file) {
            let sql = file.literals.iter().filter(|literal| is_sql(&literal.text));
            complaints.extend(sql.map(|literal| at(file, literal.line, "SQL outside a store.rs")));
        }
        complaints.extend(drivers(file));
    }
    complaints.extend(two_dialects(tree));
    complaints
}

fn at(file: &File, line: usize, what: &str) -> Complaint {
    Complaint::new(format!("{}:{line}", file.path), what)
}

fn is_store(file: &File) -> bool {
    file.path.starts_with("crates/app/src/") && file.path.ends_with("/store.rs")
}

/// A statement, not a sentence or an HTTP method that begins alike.
fn is_sql(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    match words.as_slice() {
        ["SELECT", _, ..] | ["INSERT", "INTO" | "OR", ..] | ["DELETE", "FROM", ..] | ["WITH", "RECURSIVE", ..] => true,
        ["UPDATE", ..] => text.contains("SET"),
        ["WITH", ..] => text.contains(" AS ") || text.contains(" AS("),
        _ => false,
    }
}

fn drivers(file: &File) -> Vec<Complaint> {
    const WHAT: &str = "names a database driver: only crates/db does";
    let mut lines: Vec<usize> = Vec::new();
    for path in paths(&file.code) {
        let [first, second, ..] = path.segments.as_slice() else { continue };
        if first == "sqlx" && ["sqlite", "postgres", "Sqlite", "Postgres"].contains(&second.as_str()) {
            lines.push(path.line);
        }
    }
    let driver_type = |name: &str| {
        ["Sqlite", "Pg"]
            .iter()
            .any(|start| name.strip_prefix(start).is_some_and(|rest| rest.starts_with(char::is_uppercase)))
    };
    lines.extend(identifiers(&file.code).filter(|(_, name)| driver_type(name)).map(|(line, _)| line));
    lines.sort_unstable();
    lines.dedup();
    lines.into_iter().map(|line| at(file, line, WHAT)).collect()
}

/// `statements! { ONE = "…"; TWO = sqlite "…", postgres "…"; }`
fn two_dialects(tree: &Tree) -> Option<Complaint> {
    let (mut all, mut both) = (0, 0);
    for file in tree.under("crates/app/src/", "/store.rs") {
        for block in file.code.split("statements!").skip(1) {
            let block = block.split_once('{').map_or("", |(_, inside)| inside);
            let block = block.split_once('}').map_or(block, |(inside, _)| inside);
            all += block.matches('=').count();
            both += identifiers(block).filter(|(_, word)| *word == "postgres").count();
        }
    }
    (both * 100 > all * TWO_DIALECTS_PERCENT).then(|| {
        Complaint::new(
            "crates/app",
            format!("{both} of {all} statements name both dialects (at most {TWO_DIALECTS_PERCENT} %)"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn sql_belongs_to_stores() {
        for sql in [
            "SELECT 1",
            "INSERT INTO a VALUES (1)",
            "DELETE FROM a",
            "UPDATE a SET b = 1",
            "\\n  WITH a AS (SELECT 1)",
            "WITH RECURSIVE a",
        ] {
            let text = format!("const A: &str = \"{}\";", sql.replace("\\n", "\n"));
            assert_eq!(complaints("crates/app/src/users/mod.rs", &text), 1, "{sql}");
            assert_eq!(complaints("crates/app/src/users/store.rs", &text), 0, "{sql}");
            assert_eq!(complaints("crates/db/src/open.rs", &text), 0, "{sql}");
        }
        assert_eq!(complaints("crates/server/src/store.rs", "const A: &str = \"SELECT 1\";"), 1);
    }

    #[test]
    fn sentences_and_requests_are_no_sql() {
        for text in ["DELETE /me/sessions/1", "UPDATE follows", "WITH love", "Select one", "SELECT"] {
            assert_eq!(
                complaints("crates/app/src/a.rs", &format!("// SELECT a\nconst A: &str = \"{text}\";")),
                0,
                "{text}"
            );
        }
    }

    #[test]
    fn drivers_are_named_by_the_kernel_only() {
        for code in
            ["use sqlx::postgres::PgPool;", "use sqlx::{Sqlite, Row};", "fn f(p: SqlitePool) {}", "fn f(p: PgRow) {}"]
        {
            assert_eq!(complaints("crates/app/src/users/store.rs", code), 1, "{code}");
            assert_eq!(complaints("crates/db/src/postgres.rs", code), 0, "{code}");
        }
        assert_eq!(complaints("crates/testkit/src/lib.rs", "enum Engine { Sqlite, Postgres } // PgPool"), 0);
    }

    #[test]
    fn statements_written_twice_stay_rare() {
        let one = "A = \"SELECT a = 1\";\n";
        let two = "B = sqlite \"x\", postgres \"y\";\n";
        let text =
            |ones: usize, twos: usize| format!("parlor_db::statements! {{ {}{} }}", one.repeat(ones), two.repeat(twos));
        assert_eq!(complaints("crates/app/src/users/store.rs", &text(9, 1)), 0);
        assert_eq!(complaints("crates/app/src/users/store.rs", &text(8, 1)), 1);
    }
}
