//! The tree as text, and Rust text split into code, string literals and paths. No parser: the rules need no more.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const SKIPPED: [&str; 9] =
    [".git", "target", "node_modules", ".venv", "dist", "data", "test-results", "playwright-report", "coverage"];

/// Every text file, by its path from the root.
#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

/// One file; for Rust, `code` is the text with comments and literals blanked out, line for line.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) code: String,
    pub(crate) literals: Vec<Literal>,
}

/// A string literal and where its first quote stands.
#[derive(Debug, PartialEq)]
pub(crate) struct Literal {
    pub(crate) line: usize,
    pub(crate) text: String,
}

impl Tree {
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.walk(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    fn walk(&mut self, root: &Path, below: &str) -> Result<()> {
        for entry in fs::read_dir(root.join(below)).with_context(|| format!("cannot list {below}"))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            if entry.file_type()?.is_dir() {
                if !SKIPPED.contains(&name.as_str()) {
                    self.walk(root, &path)?;
                }
            } else if let Some(text) = fs::read(entry.path()).ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
                self.files.push(File::new(path, text));
            }
        }
        Ok(())
    }

    /// Files under a folder whose name ends so.
    pub(crate) fn under<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.starts_with(folder) && file.path.ends_with(ending))
    }

    /// A tree for a rule's test.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| File::new((*path).to_owned(), (*text).to_owned())).collect() }
    }
}

impl File {
    fn new(path: String, text: String) -> Self {
        let (code, literals) = if path.ends_with(".rs") { split(&text) } else { (String::new(), Vec::new()) };
        Self { path, text, code, literals }
    }
}

/// Comments, strings and characters become spaces; line ends stay.
fn split(text: &str) -> (String, Vec<Literal>) {
    let mut scanner = Scanner { rest: text, before: ' ', line: 1, code: String::with_capacity(text.len()) };
    let mut literals = Vec::new();
    while let Some(c) = scanner.rest.chars().next() {
        let line = scanner.line;
        if scanner.rest.starts_with("//") {
            scanner.blank(scanner.rest.find('\n').unwrap_or(scanner.rest.len()));
        } else if scanner.rest.starts_with("/*") {
            scanner.blank(comment_length(scanner.rest));
        } else if let Some((open, inside, close)) = string_shape(scanner.rest, scanner.before) {
            literals.push(Literal { line, text: scanner.rest[open..open + inside].to_owned() });
            scanner.blank(open + inside + close);
        } else if let Some(length) = character_length(scanner.rest) {
            scanner.blank(length);
        } else {
            scanner.keep(c);
        }
    }
    (scanner.code, literals)
}

struct Scanner<'a> {
    rest: &'a str,
    before: char,
    line: usize,
    code: String,
}

impl Scanner<'_> {
    fn keep(&mut self, c: char) {
        self.line += usize::from(c == '\n');
        self.code.push(c);
        self.before = c;
        self.rest = &self.rest[c.len_utf8()..];
    }

    fn blank(&mut self, bytes: usize) {
        let gone = &self.rest[..bytes];
        self.line += gone.matches('\n').count();
        self.code.extend(gone.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        self.before = ' ';
        self.rest = &self.rest[bytes..];
    }
}

fn comment_length(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Lengths of the opening, the inside and the closing of a string literal that starts here.
fn string_shape(text: &str, before: char) -> Option<(usize, usize, usize)> {
    if before.is_alphanumeric() || before == '_' {
        return text.starts_with('"').then(|| plain_string(text, 1));
    }
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|p| {
        let after = text.strip_prefix(p).map(|rest| if p.ends_with('r') { rest.trim_start_matches('#') } else { rest });
        after.is_some_and(|rest| rest.starts_with('"'))
    })?;
    if !prefix.ends_with('r') {
        return Some(plain_string(text, prefix.len() + 1));
    }
    let hashes = text[prefix.len()..].len() - text[prefix.len()..].trim_start_matches('#').len();
    let open = prefix.len() + hashes + 1;
    let close = format!("\"{}", "#".repeat(hashes));
    let inside = text[open..].find(&close).unwrap_or(text.len() - open);
    Some((open, inside, close.len().min(text.len() - open - inside)))
}

fn plain_string(text: &str, open: usize) -> (usize, usize, usize) {
    let mut escaped = false;
    for (at, c) in text[open..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return (open, at, 1),
            _ => {}
        }
    }
    (open, text.len() - open, 0)
}

/// The length of a character literal; a lifetime is none.
fn character_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    if let Some(escape) = inside.strip_prefix('\\') {
        let skipped = escape.chars().next()?.len_utf8();
        return Some(2 + skipped + escape[skipped..].find('\'')? + 1);
    }
    let c = inside.chars().next()?;
    inside[c.len_utf8()..].starts_with('\'').then(|| 1 + c.len_utf8() + 1)
}

/// A path such as `crate::users::store::find`, and its line. Grouped imports are taken apart.
#[derive(Debug, PartialEq)]
pub(crate) struct CodePath {
    pub(crate) line: usize,
    pub(crate) segments: Vec<String>,
}

/// Every path of two or more segments in blanked code.
pub(crate) fn paths(code: &str) -> Vec<CodePath> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let starts = tokens[at].is_word() && (at == 0 || tokens[at - 1].text != "::");
        if starts && tokens.get(at + 1).is_some_and(|next| next.text == "::") {
            at = tree(&tokens, at, &[], &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads `a::b`, `a::{b, c::d}` or `a::*`; gives the position after it.
fn tree(tokens: &[Token<'_>], mut at: usize, above: &[String], found: &mut Vec<CodePath>) -> usize {
    let line = tokens[at].line;
    let mut segments = above.to_vec();
    while let Some(token) = tokens.get(at) {
        if token.text == "{" {
            at += 1;
            while let Some(token) = tokens.get(at) {
                match token.text {
                    "}" => return at + 1,
                    "," => at += 1,
                    _ => at = tree(tokens, at, &segments, found).max(at + 1),
                }
            }
            return at;
        }
        if !token.is_word() {
            break;
        }
        segments.push(token.text.to_owned());
        at += 1;
        if tokens.get(at).is_none_or(|next| next.text != "::") {
            break;
        }
        at += 1;
    }
    if segments.len() > 1 {
        found.push(CodePath { line, segments });
    }
    at
}

struct Token<'a> {
    text: &'a str,
    line: usize,
}

impl Token<'_> {
    fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if first.is_alphanumeric() || first == '_' {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            tokens.push(Token { text: &rest[..length], line: number + 1 });
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

/// Single words of blanked code with their lines.
pub(crate) fn identifiers(code: &str) -> impl Iterator<Item = (usize, &str)> {
    tokens(code).into_iter().filter(Token::is_word).map(|token| (token.line, token.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_comments_leave_the_code() {
        let (code, literals) = split(
            "let a = \"x // \\\" y\"; // \"no\"\nlet b = r#\"SELECT \"q\"\"#; let c = '\"'; fn f<'a>() {} /* \" /* */ */ z",
        );
        let texts: Vec<(usize, &str)> = literals.iter().map(|l| (l.line, l.text.as_str())).collect();
        assert_eq!(texts, [(1, "x // \\\" y"), (2, "SELECT \"q\"")]);
        assert!(
            !code.contains('"')
                && !code.contains("no")
                && code.contains("fn f<'a>() {}")
                && code.trim_end().ends_with('z')
        );
        assert_eq!(code.lines().count(), 2);
    }

    #[test]
    fn imports_are_taken_apart() {
        let all: Vec<String> =
            paths("use crate::{users::{self, store::find}, cx::Cx};\nlet x = Message { a: b::c() };")
                .iter()
                .map(|path| format!("{} {}", path.line, path.segments.join("::")))
                .collect();
        assert_eq!(all, ["1 crate::users::self", "1 crate::users::store::find", "1 crate::cx::Cx", "2 b::c"]);
    }

    #[test]
    fn a_literal_at_the_very_end_is_read() {
        for text in ["\"open", "r#\"open", "'", "b'x'", "/* open", "r#type"] {
            split(text);
        }
    }
}
