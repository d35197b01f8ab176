//! Crates point one way. A new crate says here where it stands.

use super::Complaint;
use super::source::Tree;

/// A crate, what it may use, and what its tests may use besides.
const ARROWS: [(&str, &[&str], &[&str]); 13] = [
    ("parlor-model", &[], &[]),
    // The one word it needs is `parlor_model::Error`: the orphan rule wants the conversion here.
    ("parlor-db", &["parlor-model"], &[]),
    ("parlor-bus", &["parlor-model"], &[]),
    ("parlor-gateway", &["parlor-model", "parlor-bus"], &[]),
    ("parlor-app", &["parlor-model", "parlor-db", "parlor-bus"], &["parlor-testkit", "parlor-client"]),
    // Other systems' clients are guests of the gateway, and ask the application by its use cases.
    ("parlor-doors", &["parlor-model", "parlor-gateway", "parlor-app"], &["parlor-testkit"]),
    ("parlor-client", &["parlor-model"], &["parlor-testkit"]),
    (
        "parlor-server",
        &[
            "parlor-model",
            "parlor-db",
            "parlor-bus",
            "parlor-gateway",
            "parlor-app",
            "parlor-client",
            "parlor-bench",
            "parlor-doors",
        ],
        &["parlor-testkit"],
    ),
    // It fills databases by the application's own functions; what it measures is another process.
    ("parlor-bench", &["parlor-model", "parlor-db", "parlor-bus", "parlor-app"], &["parlor-server"]),
    (
        "parlor-testkit",
        &[
            "parlor-server",
            "parlor-client",
            "parlor-model",
            "parlor-db",
            "parlor-bus",
            "parlor-app",
            "parlor-testkit-macros",
            "parlor-throwaway",
        ],
        &[],
    ),
    ("parlor-testkit-macros", &[], &[]),
    ("parlor-throwaway", &[], &[]),
    ("xtask", &["parlor-throwaway"], &[]),
];

pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let manifests = tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    manifests.flat_map(|file| manifest(&file.path, &file.text)).collect()
}

fn manifest(path: &str, text: &str) -> Vec<Complaint> {
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => return vec![Complaint::new(path, error.to_string())],
    };
    let name =
        table.get("package").and_then(|package| package.get("name")).and_then(|name| name.as_str()).unwrap_or("");
    let Some((_, may, tests_may)) = ARROWS.iter().find(|(of, ..)| *of == name) else {
        return vec![Complaint::new(path, format!("{name} has no place yet: add it to xtask/src/tidy/arrows.rs"))];
    };
    let mut complaints = Vec::new();
    for (section, dependency) in dependencies(&table) {
        let ours = dependency.starts_with("parlor-") || dependency == "xtask";
        // A crate's tests may switch on its own features.
        let itself = section == "dev-dependencies" && dependency == name;
        let allowed = itself
            || may.contains(&dependency.as_str())
            || (section == "dev-dependencies" && tests_may.contains(&dependency.as_str()));
        if ours && !allowed {
            complaints.push(Complaint::new(path, format!("{name} must not point to {dependency} ({section})")));
        }
    }
    if table.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool) != Some(true) {
        complaints.push(Complaint::new(path, "the workspace's lints are missing: [lints] workspace = true"));
    }
    complaints
}

/// Section and real name of every dependency, those of `[target.…]` included.
fn dependencies(table: &toml::Table) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for (key, value) in table.get(section).and_then(|list| list.as_table()).into_iter().flatten() {
            let name = value.get("package").and_then(|name| name.as_str()).unwrap_or(key);
            found.push((section.to_owned(), name.to_owned()));
        }
    }
    let targets = table.get("target").and_then(|targets| targets.as_table()).into_iter().flatten();
    found.extend(targets.filter_map(|(_, target)| target.as_table()).flat_map(dependencies));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(name: &str, rest: &str) -> Vec<Complaint> {
        let text = format!("[package]\nname = '{name}'\n[lints]\nworkspace = true\n{rest}");
        check(&Tree::of(&[("crates/x/Cargo.toml", &text)]))
    }

    #[test]
    fn arrows_as_drawn_pass() {
        assert_eq!(complaints("parlor-app", "[dependencies]\nparlor-db.workspace = true\nserde = '1'"), []);
        assert_eq!(complaints("parlor-app", "[dev-dependencies]\nparlor-testkit.workspace = true"), []);
    }

    #[test]
    fn others_fail() {
        assert_eq!(complaints("parlor-app", "[dependencies]\nparlor-gateway.workspace = true").len(), 1);
        assert_eq!(complaints("parlor-app", "[dependencies]\nparlor-testkit.workspace = true").len(), 1);
        assert_eq!(complaints("parlor-bus", "[dependencies]\nx = { package = 'parlor-db', path = '../db' }").len(), 1);
        assert_eq!(complaints("parlor-bus", "[target.'cfg(unix)'.dependencies]\nparlor-db.workspace = true").len(), 1);
        assert_eq!(complaints("parlor-new", "").len(), 1);
    }

    #[test]
    fn lints_cannot_be_left_out() {
        assert_eq!(check(&Tree::of(&[("crates/x/Cargo.toml", "[package]\nname = 'parlor-bus'")])).len(), 1);
    }
}
