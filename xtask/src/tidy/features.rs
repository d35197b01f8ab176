//! Features of `crates/app`: a declared order, entered by their `mod.rs`, and no circles between modules.

use std::collections::{BTreeMap, BTreeSet};

use super::Complaint;
use super::source::{File, Tree, paths};

const APP: &str = "crates/app/src/";
/// Where the long-lived parts of all features are put together. Like lib.rs it may know every feature, and it makes no circle.
const WIRING: &str = "app";

pub(super) fn check(tree: &Tree) -> Vec<Complaint> {
    let files: Vec<&File> = tree.under(APP, ".rs").collect();
    let Some(lib) = files.iter().find(|file| file.path == format!("{APP}lib.rs")) else { return Vec::new() };
    let features = features(&files);
    let (order, mut complaints) = declared_order(lib, &features);
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &files {
        let here = module_path(&file.path);
        let Some(own) = here.first().cloned() else { continue };
        let is_test = file.path.ends_with("/tests.rs") || file.path.contains("/tests/");
        for path in paths(&file.code) {
            let Some((module, inside)) = target(&here, &path.segments, &features) else { continue };
            if module == own {
                continue;
            }
            let place = format!("{}:{}", file.path, path.line);
            if features.contains(&module) && inside.as_deref() == Some("store") {
                complaints.push(Complaint::new(&place, format!("{own} enters {module} by its store: use its mod.rs")));
            }
            // A story may tell of everything.
            if is_test {
                continue;
            }
            if let (Some(mine), Some(theirs)) = (position(&order, &own), position(&order, &module))
                && theirs > mine
            {
                complaints.push(Complaint::new(
                    &place,
                    format!("{own} stands before {module} in the declared order and cannot use it"),
                ));
            }
            if own != WIRING {
                uses.entry(own.clone()).or_default().insert(module);
            }
        }
    }
    complaints.extend(circle(&uses));
    complaints
}

/// Folders with a `mod.rs`.
fn features(files: &[&File]) -> BTreeSet<String> {
    let of = |path: &str| {
        path.strip_prefix(APP)?.strip_suffix("/mod.rs").filter(|name| !name.contains('/')).map(str::to_owned)
    };
    files.iter().filter_map(|file| of(&file.path)).collect()
}

fn position(order: &[String], name: &str) -> Option<usize> {
    order.iter().position(|feature| feature == name)
}

/// The comment `order: identity < conversations < …` of lib.rs, else the order of its `mod` lines.
fn declared_order(lib: &File, features: &BTreeSet<String>) -> (Vec<String>, Vec<Complaint>) {
    let comment = lib.text.lines().find_map(|line| line.trim_start_matches(['/', '!', ' ']).strip_prefix("order:"));
    let Some(comment) = comment else {
        let modules = lib.code.lines().filter_map(|line| line.trim().rsplit_once("mod ")?.1.strip_suffix(';'));
        return (modules.filter(|name| features.contains(*name)).map(str::to_owned).collect(), Vec::new());
    };
    let order: Vec<String> = comment.split('<').map(|name| name.trim_matches([' ', '`', '.']).to_owned()).collect();
    let unknown = order.iter().filter(|name| !features.contains(*name)).map(|name| format!("{name} is no feature"));
    let missing =
        features.iter().filter(|name| !order.contains(*name)).map(|name| format!("{name} has no place in the order"));
    let complaints = unknown.chain(missing).map(|what| Complaint::new(&lib.path, what)).collect();
    (order, complaints)
}

/// `crates/app/src/users/store.rs` is `["users", "store"]`.
fn module_path(path: &str) -> Vec<String> {
    let inside = path.strip_prefix(APP).and_then(|path| path.strip_suffix(".rs")).unwrap_or_default();
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    if inside == "lib" { Vec::new() } else { inside.split('/').map(str::to_owned).collect() }
}

/// The top module a path leads to, and the next segment.
fn target(here: &[String], segments: &[String], features: &BTreeSet<String>) -> Option<(String, Option<String>)> {
    let supers = segments.iter().take_while(|segment| *segment == "super").count();
    let absolute: Vec<&String> = match segments.first()?.as_str() {
        "crate" => segments[1..].iter().collect(),
        "super" if supers <= here.len() => here[..here.len() - supers].iter().chain(&segments[supers..]).collect(),
        "super" | "self" => return None,
        // After `use crate::users;` plain `users::store::x`.
        name if features.contains(name) => segments.iter().collect(),
        _ => return None,
    };
    let (module, rest) = absolute.split_first()?;
    // A path to an item of lib.rs itself, such as `crate::Thing`, is no module.
    module.starts_with(char::is_lowercase).then(|| ((*module).clone(), rest.first().map(|s| (*s).clone())))
}

/// A circle among the modules, if there is one, as `a -> b -> a`.
fn circle(uses: &BTreeMap<String, BTreeSet<String>>) -> Option<Complaint> {
    fn walk<'a>(
        uses: &'a BTreeMap<String, BTreeSet<String>>,
        at: &'a str,
        trail: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<String> {
        if let Some(start) = trail.iter().position(|name| *name == at) {
            let mut names = trail[start..].to_vec();
            names.push(at);
            return Some(names.join(" -> "));
        }
        if !done.insert(at) {
            return None;
        }
        trail.push(at);
        let found = uses.get(at).into_iter().flatten().find_map(|next| walk(uses, next, trail, done));
        trail.pop();
        found
    }
    let mut done = BTreeSet::new();
    let found = uses.keys().find_map(|name| walk(uses, name, &mut Vec::new(), &mut done))?;
    Some(Complaint::new("crates/app", format!("a circle: {found}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Features `users` then `messages`, a plain module `cx`, and one more file.
    fn complaints(lib: &str, path: &str, text: &str) -> Vec<String> {
        let mut files = vec![("crates/app/src/lib.rs", lib)];
        for file in ["crates/app/src/users/mod.rs", "crates/app/src/messages/mod.rs", "crates/app/src/cx.rs"] {
            if file != path {
                files.push((file, ""));
            }
        }
        files.push((path, text));
        check(&Tree::of(&files)).into_iter().map(|complaint| complaint.what).collect()
    }

    const LIB: &str = "pub mod cx;\npub mod users;\npub mod messages;\n";

    #[test]
    fn later_features_use_earlier_ones_by_the_front_door() {
        for code in ["use crate::users::find;", "use super::users;\nfn f() { users::find() }", "use crate::cx::Cx;"] {
            assert!(complaints(LIB, "crates/app/src/messages/mod.rs", code).is_empty(), "{code}");
        }
        assert!(
            complaints(LIB, "crates/app/src/messages/api.rs", "use super::store; use crate::messages::store::x;")
                .is_empty()
        );
    }

    #[test]
    fn stores_are_private() {
        for code in [
            "use crate::users::store;",
            "use crate::{cx::Cx, users::{self, store::find}};",
            "fn f() { users::store::find() }",
        ] {
            assert_eq!(complaints(LIB, "crates/app/src/messages/mod.rs", code).len(), 1, "{code}");
            assert_eq!(complaints(LIB, "crates/app/src/messages/tests.rs", code).len(), 1, "{code}");
        }
    }

    #[test]
    fn earlier_features_know_nothing_of_later_ones() {
        assert_eq!(complaints(LIB, "crates/app/src/users/mod.rs", "use crate::messages::send;").len(), 1);
        assert_eq!(complaints(LIB, "crates/app/src/users/api.rs", "use super::super::messages;").len(), 1);
        assert!(complaints(LIB, "crates/app/src/users/tests.rs", "use crate::messages::send;").is_empty());
    }

    #[test]
    fn the_order_may_be_a_comment() {
        let lib = "//! order: messages < users\npub mod users;\npub mod messages;\npub mod cx;";
        assert!(complaints(lib, "crates/app/src/users/mod.rs", "use crate::messages::send;").is_empty());
        assert_eq!(complaints(lib, "crates/app/src/messages/mod.rs", "use crate::users::find;").len(), 1);
        assert_eq!(complaints("// order: users < polls\npub mod users;", "crates/app/src/users/mod.rs", "").len(), 2);
    }

    #[test]
    fn circles_through_plain_modules_are_found() {
        let files = [
            ("crates/app/src/lib.rs", LIB),
            ("crates/app/src/users/mod.rs", "use crate::cx::Cx; use crate::app::App;"),
            ("crates/app/src/cx.rs", "use crate::users::Who;"),
        ];
        let found = check(&Tree::of(&files));
        let wired =
            files.map(|(path, text)| (if path.ends_with("cx.rs") { "crates/app/src/app.rs" } else { path }, text));
        assert_eq!(check(&Tree::of(&wired)), []);
        assert_eq!(found, [Complaint::new("crates/app", "a circle: cx -> users -> cx")]);
    }
}
