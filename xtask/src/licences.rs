//! Every dependency's licence against `[licenses] allow` of deny.toml: crates by `cargo metadata`, npm packages by the lockfiles.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::sh;

const NPM_FOLDERS: [&str; 7] =
    ["web", "e2e", "crates/bench/peers", "examples/mern", "examples/services", "examples/socketio", "examples/stomp"];
const TOLD_ELSEWHERE: &str = "xtask/licences.toml";
/// Never to be allowed, whatever deny.toml says.
const REFUSED: [&str; 4] = ["GPL-", "LGPL-", "AGPL-", "SSPL-"];

struct Package {
    name: String,
    from: String,
    licence: Option<String>,
}

/// Fails with the list of what does not fit.
pub(crate) fn run() -> Result<()> {
    let allowed = allow_list(&fs::read_to_string(sh::root().join("deny.toml"))?)?;
    let mut packages = crates()?;
    for folder in NPM_FOLDERS {
        packages.extend(npm(folder)?);
    }
    let told: toml::Table = fs::read_to_string(sh::root().join(TOLD_ELSEWHERE))?.parse()?;
    let mut wrong = fill_in(&mut packages, &told);
    wrong.extend(packages.iter().filter_map(|package| complaint(package, &allowed)));
    if !wrong.is_empty() {
        bail!("licences:\n  {}", wrong.join("\n  "));
    }
    println!("licences: {} packages, all on the list", packages.len());
    Ok(())
}

fn allow_list(text: &str) -> Result<BTreeSet<String>> {
    let table: toml::Table = text.parse()?;
    let list = table
        .get("licenses")
        .and_then(|l| l.get("allow"))
        .and_then(|a| a.as_array())
        .context("deny.toml: no [licenses] allow")?;
    let list: BTreeSet<String> = list.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    if let Some(bad) = list.iter().find(|name| REFUSED.iter().any(|start| name.starts_with(start))) {
        bail!("deny.toml: {bad} cannot be allowed");
    }
    Ok(list)
}

/// Licences found by reading, for packages that name none where they are not installed; an entry for a package that is not
/// there is a complaint.
fn fill_in(packages: &mut [Package], told: &toml::Table) -> Vec<String> {
    let mut idle = Vec::new();
    for (name, entry) in told {
        let licence = entry.get("licence").and_then(toml::Value::as_str).map(str::to_owned);
        let mut known = false;
        for package in packages.iter_mut().filter(|package| package.name == *name) {
            known = true;
            package.licence = package.licence.take().or_else(|| licence.clone());
        }
        if !known {
            idle.push(format!("{name}: {TOLD_ELSEWHERE} speaks for it, and nothing needs that"));
        }
    }
    idle
}

fn complaint(package: &Package, allowed: &BTreeSet<String>) -> Option<String> {
    let Some(licence) = &package.licence else {
        return Some(format!("{} {} names no licence", package.from, package.name));
    };
    match Expression::parse(licence) {
        Some(expression) if expression.fits(allowed) => None,
        Some(_) => Some(format!("{} {}: {licence} is not on the list", package.from, package.name)),
        None => Some(format!("{} {}: {licence} cannot be read", package.from, package.name)),
    }
}

/// All crates this platform builds, tests included.
fn crates() -> Result<Vec<Package>> {
    let version = sh::output(&mut sh::command(".", &["rustc", "-vV"])?)?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let metadata = ["cargo", "metadata", "--format-version=1", "--locked", "--filter-platform", host];
    let json: Value = serde_json::from_str(&sh::output(&mut sh::command(".", &metadata)?)?)?;
    let used: BTreeSet<&str> = strings(&json["resolve"]["nodes"], "id").collect();
    let packages = json["packages"].as_array().context("cargo metadata lists no packages")?;
    let package = |p: &Value| Package {
        name: p["name"].as_str().unwrap_or("?").to_owned(),
        from: "crate".to_owned(),
        licence: p["license"].as_str().map(str::to_owned),
    };
    Ok(packages.iter().filter(|p| p["id"].as_str().is_some_and(|id| used.contains(id))).map(package).collect())
}

fn strings<'a>(list: &'a Value, field: &'a str) -> impl Iterator<Item = &'a str> {
    list.as_array().into_iter().flatten().filter_map(move |item| item[field].as_str())
}

/// All packages of a lockfile; where it names no licence, the installed package does.
fn npm(folder: &str) -> Result<Vec<Package>> {
    let dir = sh::root().join(folder);
    let lock =
        fs::read_to_string(dir.join("package-lock.json")).with_context(|| format!("{folder}/package-lock.json"))?;
    let lock: Value = serde_json::from_str(&lock)?;
    let packages = lock["packages"].as_object().with_context(|| format!("{folder}: a lockfile without packages"))?;
    let mut found = Vec::new();
    for (path, entry) in packages.iter().filter(|(path, _)| !path.is_empty()) {
        let licence = licence_field(entry).or_else(|| {
            let installed = fs::read_to_string(dir.join(path).join("package.json")).ok()?;
            licence_field(&serde_json::from_str(&installed).ok()?)
        });
        let name = path.rsplit("node_modules/").next().unwrap_or(path);
        found.push(Package { name: name.to_owned(), from: format!("npm ({folder})"), licence });
    }
    Ok(found)
}

/// `"MIT"`, or the old forms `{"type": "MIT"}` and `[{"type": "MIT"}, …]` (any of them).
fn licence_field(package: &Value) -> Option<String> {
    if let Some(text) = package["license"].as_str().or_else(|| package["license"]["type"].as_str()) {
        return Some(text.to_owned());
    }
    let all: Vec<&str> = strings(&package["licenses"], "type").collect();
    (!all.is_empty()).then(|| all.join(" OR "))
}

/// An SPDX licence expression. crates.io's old `MIT/Apache-2.0` reads as OR.
#[derive(Debug, PartialEq)]
enum Expression {
    Name(String),
    All(Vec<Expression>),
    Any(Vec<Expression>),
}

impl Expression {
    fn parse(text: &str) -> Option<Self> {
        let spaced = text.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let (expression, rest) = Self::any(&words)?;
        rest.is_empty().then_some(expression)
    }

    fn any<'a>(words: &'a [&'a str]) -> Option<(Self, &'a [&'a str])> {
        let (first, mut rest) = Self::all(words)?;
        let mut parts = vec![first];
        while let ["OR", tail @ ..] = rest {
            let (next, after) = Self::all(tail)?;
            parts.push(next);
            rest = after;
        }
        Some((if parts.len() == 1 { parts.pop()? } else { Self::Any(parts) }, rest))
    }

    fn all<'a>(words: &'a [&'a str]) -> Option<(Self, &'a [&'a str])> {
        let (first, mut rest) = Self::one(words)?;
        let mut parts = vec![first];
        while let ["AND", tail @ ..] = rest {
            let (next, after) = Self::one(tail)?;
            parts.push(next);
            rest = after;
        }
        Some((if parts.len() == 1 { parts.pop()? } else { Self::All(parts) }, rest))
    }

    fn one<'a>(words: &'a [&'a str]) -> Option<(Self, &'a [&'a str])> {
        match words {
            ["(", tail @ ..] => match Self::any(tail)? {
                (inside, [")", rest @ ..]) => Some((inside, rest)),
                _ => None,
            },
            [")" | "OR" | "AND" | "WITH", ..] => None,
            [name, "WITH", exception, rest @ ..] => Some((Self::Name(format!("{name} WITH {exception}")), rest)),
            [name, rest @ ..] => Some((Self::Name((*name).to_owned()), rest)),
            [] => None,
        }
    }

    fn fits(&self, allowed: &BTreeSet<String>) -> bool {
        match self {
            Self::Name(name) => allowed.contains(name),
            Self::All(parts) => parts.iter().all(|part| part.fits(allowed)),
            Self::Any(parts) => parts.iter().any(|part| part.fits(allowed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(licence: Option<&str>) -> Package {
        Package { name: "x".to_owned(), from: "crate".to_owned(), licence: licence.map(str::to_owned) }
    }

    fn verdict(licence: &str) -> Option<String> {
        let allowed =
            allow_list("[licenses]\nallow = ['MIT', 'Apache-2.0', 'Apache-2.0 WITH LLVM-exception', 'Unicode-3.0']")
                .unwrap();
        complaint(&package(Some(licence)), &allowed)
    }

    #[test]
    fn allowed_expressions_pass() {
        for licence in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR X",
        ] {
            assert_eq!(verdict(licence), None, "{licence}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for licence in ["GPL-3.0-only", "MIT AND LGPL-2.1-or-later", "MIT OR", "(MIT", "", "MIT WITH Something"] {
            assert!(verdict(licence).is_some(), "{licence}");
        }
        assert!(complaint(&package(None), &BTreeSet::new()).is_some());
    }

    #[test]
    fn what_was_found_by_reading_counts_only_where_it_is_needed() {
        let told: toml::Table = "x = { licence = 'MIT' }".parse().unwrap();
        let mut silent = [package(None)];
        assert!(fill_in(&mut silent, &told).is_empty());
        assert_eq!(silent[0].licence.as_deref(), Some("MIT"));
        let mut speaks = [package(Some("ISC"))];
        assert!(fill_in(&mut speaks, &told).is_empty());
        assert_eq!(speaks[0].licence.as_deref(), Some("ISC"));
        assert_eq!(fill_in(&mut [], &told).len(), 1);
    }

    #[test]
    fn copyleft_cannot_be_allowed() {
        allow_list("[licenses]\nallow = ['AGPL-3.0-only']").unwrap_err();
    }

    #[test]
    fn npm_names_licences_in_three_ways() {
        for json in [r#"{"license":"MIT"}"#, r#"{"license":{"type":"MIT"}}"#, r#"{"licenses":[{"type":"MIT"}]}"#] {
            assert_eq!(licence_field(&serde_json::from_str(json).unwrap()).as_deref(), Some("MIT"));
        }
    }
}
