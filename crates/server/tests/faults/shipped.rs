//! What is shipped for containers: that its settings exist, and that its parts fit together.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use parlor_server::config::{Config, load};
use yaml_rust2::{Yaml, YamlLoader};

use crate::process::program;

fn shipped(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn yaml(name: &str) -> Yaml {
    let mut documents = YamlLoader::load_from_str(&shipped(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    documents.remove(0)
}

/// A key of a mapping, or of the one that is merged into it (`<<`).
fn get<'a>(mapping: &'a Yaml, key: &str) -> &'a Yaml {
    if mapping[key].is_badvalue() { &mapping["<<"][key] } else { &mapping[key] }
}

/// The texts of a mapping, as an environment.
fn environment(mapping: &Yaml) -> Vec<(String, String)> {
    let pairs = mapping.as_hash().into_iter().flatten();
    let (merged, own): (Vec<_>, Vec<_>) = pairs.partition(|(key, _)| key.as_str() == Some("<<"));
    let all = merged.into_iter().filter_map(|(_, mapping)| mapping.as_hash()).flatten().chain(own);
    let text = |yaml: &Yaml| yaml.as_str().unwrap_or_else(|| panic!("{yaml:?} is no text")).to_owned();
    all.map(|(key, value)| (text(key), text(value))).collect()
}

#[test]
fn health_says_whether_the_server_is_ready() {
    let data = tempfile::tempdir().unwrap();
    let server = program(data.path(), "").start();
    let ask = |listen: String| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
        command.arg("health").env("PARLOR_LISTEN", listen).output().unwrap()
    };
    let everywhere = format!("0.0.0.0:{}", server.address.port());
    assert!(ask(everywhere.clone()).status.success());
    server.kill();
    let refused = ask(everywhere);
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("no server answers"));
}

#[test]
fn the_nodes_of_compose_are_three_and_trust_its_proxy_alone() {
    let compose = yaml("compose/compose.yaml");
    let services = &compose["services"];
    let proxy = &services["haproxy"];
    let mut names = BTreeSet::new();
    for (variable, place) in environment(&proxy["environment"]) {
        assert!(shipped("haproxy/haproxy.cfg").contains(&format!("presetenv {variable} ")), "{variable}");
        let Some(node) = place.strip_suffix(":8080").filter(|_| variable.starts_with("PROXY_NODE_")) else { continue };
        let service = &services[node];
        let config: Config = load(None, environment(&service["environment"]), &[]).unwrap();
        assert_eq!(config.node, node);
        assert!(config.database.starts_with("postgres://") && config.bus.len() == 1);
        let address = proxy["networks"]["front"]["ipv4_address"].as_str().unwrap();
        assert_eq!(config.trusted_proxies, [format!("{address}/32").parse().unwrap()]);
        names.insert(config.node);
        assert_eq!(get(service, "stop_grace_period").as_str(), Some("20s"));
    }
    assert_eq!(names.len(), 3, "{names:?}");
    // What is left empty in the example keeps compose from starting.
    for line in shipped("compose/.env.example").lines() {
        let Some(variable) = line.strip_suffix('=') else { continue };
        assert!(shipped("compose/compose.yaml").contains(&format!("${{{variable}:?")), "{variable}");
    }
}

#[test]
fn the_chart_asks_for_values_and_settings_that_exist() {
    let chart = yaml("helm/parlor/Chart.yaml");
    assert_eq!(chart["appVersion"].as_str(), Some(env!("CARGO_PKG_VERSION")));
    let values = yaml("helm/parlor/values.yaml");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/helm/parlor/templates");
    let files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let mut settings = environment(&values["settings"]);
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let name = file.display();
        assert_eq!(text.matches("{{").count(), text.matches("}}").count(), "{name}");
        let opened = ["{{- if ", "{{- range ", "{{- with ", "{{- define "].map(|word| text.matches(word).count());
        let ended = text.matches("{{- end }}").count() + text.matches("{{ end }}").count();
        let inline = text.matches("{{ if ").count();
        assert_eq!(opened.iter().sum::<usize>() + inline, ended, "{name}");
        for path in text.split(".Values.").skip(1) {
            let path = path.split(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap();
            let found = path.split('.').fold(&values, |value, key| &value[key]);
            assert!(!found.is_badvalue(), "{name}: there is no value {path}");
        }
        let words =
            text.split(|c: char| !c.is_ascii_uppercase() && c != '_').filter(|word| word.starts_with("PARLOR_"));
        settings.extend(words.filter(|word| word.len() > 7).map(|word| (word.to_owned(), example(word).to_owned())));
    }
    assert!(settings.iter().any(|(name, _)| name == "PARLOR_BUS"), "{settings:?}");
    load(None, settings, &[]).unwrap();
}

/// A value of the right type.
fn example(setting: &str) -> &'static str {
    match setting {
        "PARLOR_LISTEN" => "0.0.0.0:8080",
        "PARLOR_TRUSTED_PROXIES" => "10.0.0.0/8",
        "PARLOR_DRAIN_SECONDS" => "5",
        _ => "text",
    }
}
