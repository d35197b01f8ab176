//! What the tests and `make cluster` need from the system, installed when it is missing and we may.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Result, bail};

use crate::sh;

/// The browser: `$CHROMIUM`, or one of its usual names.
pub(crate) fn chromium() -> Option<String> {
    if let Ok(named) = std::env::var("CHROMIUM") {
        return Some(named);
    }
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|name| sh::which(name))
        .map(|path| path.display().to_string())
}

/// The Debian packages that Parlor is tested beside. nginx-light is the smallest nginx.
pub(crate) const SERVERS: [&str; 4] = ["postgresql", "redis-server", "haproxy", "nginx-light"];

/// Where the servers that `parlor bench peers` measures are set up.
const PEERS: &str = "crates/bench/peers";

/// Whether the programs of a Debian package are there, from wherever.
fn is_there(package: &str) -> bool {
    match package {
        "chromium" => chromium().is_some(),
        "postgresql" => parlor_throwaway::find_programs().is_some(),
        "redis-server" => redis().is_some(),
        "nginx-light" => sh::which("nginx").is_some(),
        "ejabberd" => sh::which("ejabberdctl").is_some(),
        program => sh::which(program).is_some(),
    }
}

/// Redis or Valkey.
pub(crate) fn redis() -> Option<PathBuf> {
    sh::which("redis-server").or_else(|| sh::which("valkey-server"))
}

/// Makes sure of Node and of these packages.
pub(crate) fn ensure(packages: &[&str]) -> Result<()> {
    if sh::which("npm").is_none() {
        bail!("Node.js 20.19 or newer (with npm) is needed: https://nodejs.org/");
    }
    let missing = || packages.iter().copied().filter(|package| !is_there(package)).collect::<Vec<_>>();
    let names = missing();
    if names.is_empty() {
        println!("all there");
        return Ok(());
    }
    if install(&names)? && missing().is_empty() {
        return Ok(());
    }
    bail!("{} are needed; on Debian or Ubuntu: sudo apt-get install {}", names.join(" and "), names.join(" "));
}

/// Sets up the servers that `parlor bench peers` measures beside ours.
pub(crate) fn peers() -> Result<()> {
    ensure(&["ejabberd", "prosody"])?;
    let pip = [".venv/bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check"];
    let steps = [
        vec!["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        // Debian has no Synapse.
        vec!["python3", "-m", "venv", ".venv"],
        [pip.as_slice(), &["install", "--requirement", "requirements.txt"]].concat(),
    ];
    for step in steps {
        if !sh::wait(&mut sh::command(PEERS, &step)?)?.success() {
            bail!("{PEERS}: {} did not succeed", step.join(" "));
        }
    }
    Ok(())
}

/// By apt-get, as root or by a sudo that asks nothing. `false` when neither is at hand.
fn install(names: &[&str]) -> Result<bool> {
    let quiet = |words: &[&str]| -> Result<bool> {
        let done = sh::command(".", words)?.stdout(Stdio::null()).stderr(Stdio::null()).status();
        Ok(done.is_ok_and(|status| status.success()))
    };
    if sh::which("apt-get").is_none() {
        return Ok(false);
    }
    let mut words: Vec<&str> = Vec::new();
    if sh::output(&mut sh::command(".", &["id", "-u"])?)?.trim() != "0" {
        if !quiet(&["sudo", "-n", "true"])? {
            return Ok(false);
        }
        words.extend(["sudo", "-n"]);
    }
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]);
    let update = [words.as_slice(), &["update"]].concat();
    let install = [words.as_slice(), &["install", "--no-install-recommends"], names].concat();
    println!("installing {}", names.join(", "));
    Ok(sh::wait(&mut sh::command(".", &update)?)?.success() && sh::wait(&mut sh::command(".", &install)?)?.success())
}
