//! Sizes that make one look twice, and one that fails.

use anyhow::{Context, Result};

use super::Complaint;
use super::source::Tree;

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;
const TOO_MANY_LINES: usize = 600;
const EXCEPTIONS: &str = "xtask/tidy.toml";

/// What only asks for a second look, and what fails.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    pub(super) look_twice: Vec<Complaint>,
    pub(super) too_large: Vec<Complaint>,
}

pub(super) fn check(tree: &Tree) -> Result<Sizes> {
    let exceptions = exceptions(tree)?;
    let mut sizes = Sizes::default();
    for (path, reason) in &exceptions {
        let file = tree.files.iter().find(|file| file.path == *path);
        if reason.trim().is_empty() || file.is_none_or(|file| file.text.lines().count() <= TOO_MANY_LINES) {
            sizes
                .too_large
                .push(Complaint::new(EXCEPTIONS, format!("{path}: no reason given, or none needed any more")));
        }
    }
    for file in &tree.files {
        let source = [".rs", ".ts", ".tsx", ".mjs", ".js", ".css"].iter().any(|ending| file.path.ends_with(ending));
        if !source || file.path.contains(".gen.") {
            continue;
        }
        let lines = file.text.lines().count();
        if lines > TOO_MANY_LINES && !exceptions.iter().any(|(path, _)| *path == file.path) {
            let what = format!("{lines} lines (at most {TOO_MANY_LINES}; a reason in {EXCEPTIONS} lifts it)");
            sizes.too_large.push(Complaint::new(&file.path, what));
        } else if lines > FILE_LINES {
            sizes.look_twice.push(Complaint::new(&file.path, format!("{lines} lines")));
        }
        for (line, name, lines) in long_functions(&file.code) {
            sizes
                .look_twice
                .push(Complaint::new(format!("{}:{line}", file.path), format!("fn {name} has {lines} lines")));
        }
    }
    Ok(sizes)
}

/// `[large]` of xtask/tidy.toml: a path and the reason it may be large.
fn exceptions(tree: &Tree) -> Result<Vec<(String, String)>> {
    let Some(file) = tree.files.iter().find(|file| file.path == EXCEPTIONS) else { return Ok(Vec::new()) };
    let table: toml::Table = file.text.parse().context(EXCEPTIONS)?;
    let large = table.get("large").and_then(|large| large.as_table()).into_iter().flatten();
    Ok(large.map(|(path, reason)| (path.clone(), reason.as_str().unwrap_or_default().to_owned())).collect())
}

/// Line, name and length of the functions above the limit, by their braces.
fn long_functions(code: &str) -> Vec<(usize, String, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let name: String = code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let length = body(&code[at..]).matches('\n').count() + 1;
        if !name.is_empty() && length > FUNCTION_LINES {
            found.push((code[..at].matches('\n').count() + 1, name, length));
        }
    }
    found
}

/// From `fn` to the end of its body; a declaration without one ends at its `;`.
fn body(code: &str) -> &str {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (at, c) in code.char_indices() {
        match c {
            '{' => braces += 1,
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            ';' if braces == 0 && brackets == 0 => return &code[..at],
            '}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    return &code[..at];
                }
            }
            _ => {}
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: usize) -> String {
        "x;\n".repeat(count)
    }

    #[test]
    fn ordinary_files_pass() {
        let sizes = check(&Tree::of(&[("a.rs", &format!("fn f(a: [u8; 2]) {{\n{}}}\n", lines(60)))])).unwrap();
        assert!(sizes.look_twice.is_empty() && sizes.too_large.is_empty(), "{sizes:?}");
    }

    #[test]
    fn long_functions_and_files_are_named() {
        let text = format!("trait T {{\n fn short(&self);\n}}\nfn long() {{\n{}}}\n{}", lines(80), lines(320));
        let sizes = check(&Tree::of(&[("a.rs", &text)])).unwrap();
        let named: Vec<&str> = sizes.look_twice.iter().map(|c| c.what.as_str()).collect();
        assert_eq!(named, ["405 lines", "fn long has 82 lines"]);
        assert!(sizes.too_large.is_empty());
    }

    #[test]
    fn very_long_files_need_a_reason() {
        let large = ("web/src/a.ts", lines(601));
        assert_eq!(check(&Tree::of(&[(large.0, &large.1)])).unwrap().too_large.len(), 1);
        let with = |reason: &str| format!("[large]\n'web/src/a.ts' = '{reason}'");
        assert!(check(&Tree::of(&[(large.0, &large.1), (EXCEPTIONS, &with("a table"))])).unwrap().too_large.is_empty());
        assert_eq!(check(&Tree::of(&[(large.0, &large.1), (EXCEPTIONS, &with(""))])).unwrap().too_large.len(), 1);
        assert_eq!(check(&Tree::of(&[(EXCEPTIONS, &with("gone"))])).unwrap().too_large.len(), 1);
    }
}
