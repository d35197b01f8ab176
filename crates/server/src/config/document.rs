//! The documented configuration, made from the types: every key with its default and what it means.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use toml::{Table, Value};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{ComponentsBuilder, RefOr};
use utoipa::{PartialSchema as _, ToSchema as _};

use super::Config;

const HEAD: &str = "\
# Parlor's configuration. Everything here is the default: keep the lines you change.
# Save as parlor.toml beside the program or name it with --config. The environment overrides the file: sections and keys
# joined by _, in capitals, after PARLOR_ (PARLOR_LISTEN, PARLOR_APP_LIMITS_TEXT_BYTES; lists with commas). Flags override
# both. A key that does not exist keeps the server from starting.
";

/// The whole default configuration as TOML with comments.
pub fn document() -> Result<String> {
    let defaults = Table::try_from(Config::default())?;
    let mut parts = Vec::new();
    Config::schemas(&mut parts);
    let parts = ComponentsBuilder::new().schemas_from_iter(parts).build().schemas;
    let find = |name: &str| parts.get(name);
    let mut out = HEAD.to_owned();
    section(&mut out, "", &defaults, &Config::schema(), &find)?;
    Ok(out)
}

type Find<'a> = dyn Fn(&str) -> Option<&'a RefOr<Schema>> + 'a;

/// Plain keys first, then the sections: TOML wants it so.
fn section<'a>(out: &mut String, path: &str, table: &Table, schema: &'a RefOr<Schema>, find: &Find<'a>) -> Result<()> {
    let properties = match resolve(schema, find) {
        Some(Schema::Object(object)) => &object.properties,
        _ => anyhow::bail!("no schema for [{path}]"),
    };
    for (key, value) in table.iter().filter(|(_, value)| !value.is_table()) {
        let property = properties.get(key).with_context(|| format!("{path}.{key} is not documented"))?;
        out.push('\n');
        comment(out, description(property, find));
        writeln!(out, "{key} = {value}")?;
    }
    for (key, value) in table {
        let Value::Table(inner) = value else { continue };
        let place = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let property = properties.get(key).with_context(|| format!("{place} is not documented"))?;
        out.push('\n');
        comment(out, description(property, find));
        writeln!(out, "[{place}]")?;
        section(out, &place, inner, property, find)?;
    }
    Ok(())
}

/// A field of a struct type may be a reference, or one of a list that holds the reference.
fn resolve<'a>(schema: &'a RefOr<Schema>, find: &Find<'a>) -> Option<&'a Schema> {
    match schema {
        RefOr::Ref(reference) => resolve(find(reference.ref_location.rsplit('/').next()?)?, find),
        RefOr::T(Schema::AllOf(all)) => all.items.iter().find_map(|item| resolve(item, find)),
        RefOr::T(Schema::OneOf(one)) => one.items.iter().find_map(|item| resolve(item, find)),
        RefOr::T(schema) => Some(schema),
    }
}

fn description<'a>(schema: &'a RefOr<Schema>, find: &Find<'a>) -> Option<&'a str> {
    let own = match schema {
        RefOr::Ref(reference) => Some(reference.description.as_str()).filter(|text| !text.is_empty()),
        RefOr::T(Schema::Object(object)) => object.description.as_deref(),
        RefOr::T(Schema::Array(array)) => array.description.as_deref(),
        RefOr::T(Schema::AllOf(all)) => all.description.as_deref(),
        RefOr::T(Schema::OneOf(one)) => one.description.as_deref(),
        RefOr::T(_) => None,
    };
    own.or_else(|| match resolve(schema, find)? {
        Schema::Object(object) => object.description.as_deref(),
        _ => None,
    })
}

fn comment(out: &mut String, text: Option<&str>) {
    for line in text.unwrap_or_default().lines() {
        out.push_str("# ");
        out.push_str(line);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_the_default_and_says_what_every_key_means() {
        let text = document().unwrap();
        let parsed: Config = toml::from_str(&text).unwrap();
        assert_eq!(Table::try_from(parsed).unwrap(), Table::try_from(Config::default()).unwrap());
        let lines: Vec<&str> = text.lines().collect();
        for (n, line) in lines.iter().enumerate().filter(|(_, line)| line.contains(" = ") && !line.starts_with('#')) {
            assert!(lines[n - 1].starts_with("# "), "not documented: {line}");
        }
    }
}
