//! `#[both_databases]`: one story, told on SQLite and on PostgreSQL, and on two nodes if it says so.

use proc_macro::{Delimiter, TokenStream, TokenTree};

/// Turns `async fn a_story(home: Home) { … }` into the tests `a_story::sqlite` and `a_story::postgres`.
///
/// Each runs it by `parlor_testkit::run` with a home of its own. `#[both_databases(two_nodes)]` makes a third,
/// `a_story::two_nodes`, by `parlor_testkit::run_on_two_nodes`. `#[ignore]` and `#[should_panic]` go to the tests, `#[cfg]` to
/// both, every other attribute stays with the function.
#[proc_macro_attribute]
pub fn both_databases(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand(&arguments, item).unwrap_or_else(|complaint| {
        let error = format!("::core::compile_error!({complaint:?});");
        error.parse().unwrap_or_default()
    })
}

fn expand(arguments: &TokenStream, item: TokenStream) -> Result<TokenStream, &'static str> {
    let on_two_nodes = match arguments.to_string().as_str() {
        "" => false,
        "two_nodes" => true,
        _ => return Err("#[both_databases] takes `two_nodes` or nothing"),
    };
    let (attributes, function) = split(item);
    let words: Vec<String> = function.iter().take(3).map(ToString::to_string).collect();
    let [asynchronous, keyword, name] = words.as_slice() else {
        return Err("#[both_databases] stands before `async fn`");
    };
    if asynchronous != "async" || keyword != "fn" {
        return Err("#[both_databases] stands before a private `async fn story(home: Home)` that returns nothing");
    }
    let on_tests: String =
        attributes.iter().filter(|a| a.is_one_of(&["ignore", "should_panic", "cfg"])).map(Attribute::text).collect();
    let on_module: String = attributes.iter().filter(|a| a.is_one_of(&["cfg"])).map(Attribute::text).collect();
    let test = |test: &str, run: &str| {
        format!(
            "#[::core::prelude::v1::test] {on_tests} fn {test}() {{
                ::parlor_testkit::{run} |home| super::{name}(home))
            }}"
        )
    };
    let mut tests = test("sqlite", "run(::parlor_testkit::Engine::Sqlite,");
    tests += &test("postgres", "run(::parlor_testkit::Engine::Postgres,");
    if on_two_nodes {
        tests += &test("two_nodes", "run_on_two_nodes(");
    }
    let module = format!("{on_module} mod {name} {{ {tests} }}");

    let mut out: TokenStream =
        attributes.into_iter().filter(|a| !a.is_one_of(&["ignore", "should_panic"])).flat_map(|a| a.tokens).collect();
    out.extend(function);
    out.extend(module.parse::<TokenStream>().map_err(|_| "#[both_databases] cannot name its tests")?);
    Ok(out)
}

/// `#` and its `[…]`.
struct Attribute {
    tokens: [TokenTree; 2],
}

impl Attribute {
    fn is_one_of(&self, names: &[&str]) -> bool {
        let TokenTree::Group(group) = &self.tokens[1] else { return false };
        group.stream().into_iter().next().is_some_and(|first| names.contains(&first.to_string().as_str()))
    }

    fn text(&self) -> String {
        self.tokens.iter().map(ToString::to_string).collect()
    }
}

/// The attributes before the function, and the function.
fn split(item: TokenStream) -> (Vec<Attribute>, Vec<TokenTree>) {
    let mut rest: Vec<TokenTree> = item.into_iter().collect();
    let mut attributes = Vec::new();
    while let [TokenTree::Punct(hash), TokenTree::Group(group), ..] = rest.as_slice() {
        if hash.as_char() != '#' || group.delimiter() != Delimiter::Bracket {
            break;
        }
        attributes.push(Attribute { tokens: [rest[0].clone(), rest[1].clone()] });
        rest.drain(..2);
    }
    (attributes, rest)
}
