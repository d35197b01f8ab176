//! Words that must not be committed.

use super::Complaint;
use super::source::Tree;

/// Spelled in two halves, so that this file may be read like any other.
const WORDS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")];
const RUST: [&str; 3] = [concat!("to", "do!("), concat!("dbg", "!("), concat!("#[al", "low(")];
const CLIENT: [&str; 2] = [concat!("console", ".log("), concat!("debug", "ger;")];

pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in &tree.files {
        // Written by machines, or in other languages.
        if [".po", ".lock", "package-lock.json", ".svg"].iter().any(|ending| file.path.ends_with(ending))
            || file.path.contains(".gen.")
        {
            continue;
        }
        let is_rust = file.path.ends_with(".rs");
        let is_client = (file.path.starts_with("web/src/") || file.path.starts_with("e2e/"))
            && [".ts", ".tsx", ".js"].iter().any(|ending| file.path.ends_with(ending));
        let code = if is_rust { &file.code } else { &file.text };
        let mut found: Vec<(usize, &str)> = WORDS.iter().flat_map(|word| lines_with_word(&file.text, word)).collect();
        for (applies, phrases) in [(is_rust, RUST.as_slice()), (is_client, CLIENT.as_slice())] {
            if applies {
                found.extend(phrases.iter().flat_map(|phrase| lines_with(code, phrase)));
            }
        }
        found.sort_unstable();
        complaints.extend(found.into_iter().map(|(line, word)| {
            let hint = if word == RUST[2] { "; use #[expect(…, reason = \"…\")]" } else { "" };
            Complaint::new(format!("{}:{line}", file.path), format!("{word} must not stay{hint}"))
        }));
    }
    complaints
}

fn lines_with<'a>(text: &str, phrase: &'a str) -> Vec<(usize, &'a str)> {
    let numbered = text.lines().enumerate();
    numbered.filter(|(_, line)| line.replace("#![", "#[").contains(phrase)).map(|(n, _)| (n + 1, phrase)).collect()
}

fn lines_with_word<'a>(text: &str, word: &'a str) -> Vec<(usize, &'a str)> {
    let stands_alone = |line: &str| {
        line.match_indices(word).any(|(at, _)| {
            let around = [line[..at].chars().next_back(), line[at + word.len()..].chars().next()];
            !around.iter().flatten().any(|c| c.is_alphanumeric() || *c == '_')
        })
    };
    text.lines().enumerate().filter(|(_, line)| stands_alone(line)).map(|(n, _)| (n + 1, word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn leftovers_are_found() {
        for word in WORDS {
            assert_eq!(complaints("docs/a.md", &format!("- {word}: later")), 1, "{word}");
            assert_eq!(complaints("crates/a.rs", &format!("// {word}")), 1, "{word}");
        }
        for phrase in RUST {
            assert_eq!(complaints("crates/a.rs", &format!("fn f() {{ {phrase}1) }}")), 1, "{phrase}");
        }
        assert_eq!(complaints("crates/a.rs", &RUST[2].replace("#[", "#![")), 1);
        for phrase in CLIENT {
            assert_eq!(complaints("web/src/a.ts", phrase), 1, "{phrase}");
        }
    }

    #[test]
    fn what_only_looks_alike_passes() {
        assert_eq!(complaints("web/src/locales/es.po", &format!("msgstr \"{}\"", WORDS[0])), 0);
        assert_eq!(complaints("docs/a.md", &format!("A{}B _{}", WORDS[0], WORDS[2])), 0);
        assert_eq!(complaints("web/scripts/a.mjs", CLIENT[0]), 0);
        assert_eq!(complaints("crates/a.rs", &format!("const A: &str = \"{}\"; // {}", RUST[0], RUST[1])), 0);
    }
}
