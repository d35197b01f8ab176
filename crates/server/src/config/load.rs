//! Putting the configuration together from its sources.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use toml::{Table, Value};

use super::Config;

/// Read when it is there and no other file is named.
const FILE: &str = "parlor.toml";
const PREFIX: &str = "PARLOR_";
/// Variables that tests talk to each other with.
/// And those that Kubernetes makes for a service called parlor.
const NOT_OURS: [&str; 3] = ["PARLOR_TEST_", "PARLOR_SERVICE_", "PARLOR_PORT"];

/// Defaults, then `file` (or `parlor.toml` here), then `PARLOR_…` of `environment`, then `flags` (key, value).
pub fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
    flags: &[(&str, String)],
) -> Result<Config> {
    let defaults = Table::try_from(Config::default()).context("the defaults")?;
    let mut all = defaults.clone();
    if let Some(path) = file.map(PathBuf::from).or_else(|| Some(PathBuf::from(FILE)).filter(|path| path.exists())) {
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let table: Table = toml::from_str(&text).with_context(|| format!("{}", path.display()))?;
        merge(&mut all, table, "").with_context(|| format!("{}", path.display()))?;
    }
    for (name, text) in environment {
        let Some(key) = name.strip_prefix(PREFIX).filter(|_| !NOT_OURS.iter().any(|other| name.starts_with(other)))
        else {
            continue;
        };
        let key = key.to_lowercase();
        set(&mut all, &key, &text).with_context(|| format!("environment variable {name}"))?;
    }
    for (key, text) in flags {
        set(&mut all, key, text).with_context(|| format!("--{key}"))?;
    }
    let config: Config = all.try_into().context("the configuration does not fit")?;
    if config.roles.is_empty() {
        bail!("roles must name at least one of api, gateway and worker");
    }
    let gateway_url = &config.gateway_url;
    if !gateway_url.is_empty() && !gateway_url.starts_with("wss://") && !gateway_url.starts_with("ws://") {
        bail!("gateway_url must begin with wss:// (or ws://)");
    }
    if config.max_connections == 0 {
        bail!("max_connections must be at least 1");
    }
    let at_least_one = [
        ("database_connections", u64::from(config.database_connections)),
        ("database_acquire_timeout_ms", config.database_acquire_timeout_ms),
        ("database_connect_timeout_ms", config.database_connect_timeout_ms),
    ];
    for (name, value) in at_least_one {
        if value == 0 {
            bail!("{name} must be at least 1");
        }
    }
    // A signing key verifies for a day after its last signature.
    if !(30..=86_400).contains(&config.app.access_token_seconds) {
        bail!("app.access_token_seconds must be 30 to 86400");
    }
    Ok(config)
}

/// Lays `over` over `table`; what `table` does not have is refused.
fn merge(table: &mut Table, over: Table, path: &str) -> Result<()> {
    for (key, value) in over {
        let place = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (table.get_mut(&key), value) {
            (None, _) => bail!("there is no setting {place:?}; `parlor config` lists them all"),
            (Some(Value::Table(inner)), Value::Table(value)) => merge(inner, value, &place)?,
            (Some(slot), value) => *slot = value,
        }
    }
    Ok(())
}

/// Sets the key that `name` spells, sections and keys joined by `_`: `app_limits_text_bytes`.
fn set(table: &mut Table, name: &str, text: &str) -> Result<()> {
    if let Some(slot) = table.get_mut(name).filter(|slot| !slot.is_table()) {
        *slot = parse(slot, text)?;
        return Ok(());
    }
    for (section, value) in table.iter_mut() {
        let rest = name.strip_prefix(section.as_str()).and_then(|rest| rest.strip_prefix('_'));
        if let (Some(rest), Value::Table(inner)) = (rest, value) {
            return set(inner, rest, text);
        }
    }
    bail!("there is no setting {name:?}; `parlor config` lists them all")
}

/// Text as the type that the default has; lists are separated by commas.
fn parse(default: &Value, text: &str) -> Result<Value> {
    Ok(match default {
        Value::Integer(_) => {
            Value::Integer(text.trim().parse().with_context(|| format!("{text:?} is no whole number"))?)
        }
        Value::Float(_) => Value::Float(text.trim().parse().with_context(|| format!("{text:?} is no number"))?),
        Value::Boolean(_) => {
            Value::Boolean(text.trim().parse().with_context(|| format!("{text:?} is not true or false"))?)
        }
        Value::Array(_) => Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| Value::String(item.into()))
                .collect(),
        ),
        _ => Value::String(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
    }

    #[test]
    fn later_sources_win() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("p.toml");
        std::fs::write(&file, "node = \"file\"\nlog = \"warn\"\n[app.limits]\ntext_bytes = 5\n").unwrap();
        let config = load(
            Some(&file),
            env(&[
                ("PARLOR_NODE", "env"),
                ("PARLOR_APP_LIMITS_TITLE_CHARS", "7"),
                ("HOME", "/"),
                ("PARLOR_TEST_X", ""),
            ]),
            &[("listen", "0.0.0.0:1".into())],
        )
        .unwrap();
        assert_eq!((config.node.as_str(), config.log.as_str()), ("env", "warn"));
        assert_eq!((config.app.limits.text_bytes, config.app.limits.title_chars), (5, 7));
        assert_eq!(config.listen.port(), 1);
    }

    #[test]
    fn a_key_nobody_knows_is_refused_with_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("p.toml");
        std::fs::write(&file, "[app.limits]\ntext_byte = 5\n").unwrap();
        let refused = format!("{:#}", load(Some(&file), [], &[]).unwrap_err());
        assert!(refused.contains("app.limits.text_byte"), "{refused}");
        let refused = format!("{:#}", load(None, env(&[("PARLOR_LISTENN", "x")]), &[]).unwrap_err());
        assert!(refused.contains("PARLOR_LISTENN"), "{refused}");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused() {
        for (key, value) in [
            ("PARLOR_DRAIN_SECONDS", "many"),
            ("PARLOR_ROLES", "api,king"),
            ("PARLOR_ROLES", ""),
            ("PARLOR_GATEWAY_URL", "https://g1.example.org"),
            ("PARLOR_LISTEN", "here"),
            ("PARLOR_TRUSTED_PROXIES", "nowhere"),
            ("PARLOR_DATABASE_CONNECTIONS", "0"),
            ("PARLOR_DATABASE_CONNECT_TIMEOUT_MS", "0"),
            ("PARLOR_DATABASE_LOCK_TIMEOUT_MS", "-1"),
            ("PARLOR_APP_ACCESS_TOKEN_SECONDS", "999999"),
        ] {
            assert!(load(None, env(&[(key, value)]), &[]).is_err(), "{key}={value}");
        }
    }
}
