//! What is derived from the code: written by `cargo xtask codegen`, held to be unchanged by `--check`.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::sh;

const WEB_TYPES: &str = "web/src/engine/protocol/rest.gen.ts";
/// A file, and the server's subcommand that prints it.
const PRINTED: [(&str, &str); 2] = [("docs/openapi.json", "openapi"), ("docs/parlor.example.toml", "config")];

/// Writes the files; with `check` it leaves them as they were and fails when one would change.
pub(crate) fn run(check: bool) -> Result<()> {
    // `make test` has built it with everything else; alone, a plain build is quick.
    if !check
        && !sh::wait(&mut sh::command(".", &["cargo", "build", "--quiet", "--package", "parlor-server"])?)?.success()
    {
        bail!("the server does not build");
    }
    let mut stale = Vec::new();
    for (file, subcommand) in PRINTED {
        let fresh =
            sh::output(Command::new(sh::server_binary()).arg(subcommand).current_dir(sh::root()).stdin(Stdio::null()))?;
        settle(file, &fresh, check, &mut stale)?;
    }
    // The client's types are made from docs/openapi.json: they can be judged only when that holds.
    if stale.is_empty() {
        types(check, &mut stale)?;
    }
    if !stale.is_empty() {
        bail!("out of date: {}; run `make codegen` and commit the result", stale.join(", "));
    }
    println!("generated files: {}", if check { "unchanged" } else { "written" });
    Ok(())
}

fn types(check: bool, stale: &mut Vec<String>) -> Result<()> {
    let path = sh::root().join(WEB_TYPES);
    let before = fs::read_to_string(&path).unwrap_or_default();
    let generated = sh::output(&mut sh::command("web", &["npm", "run", "--silent", "codegen"])?);
    let fresh = fs::read_to_string(&path).unwrap_or_default();
    if check && fresh != before {
        fs::write(&path, &before)?;
    }
    generated?;
    settle(WEB_TYPES, &fresh, check, stale)
}

fn settle(file: &str, fresh: &str, check: bool, stale: &mut Vec<String>) -> Result<()> {
    let path = sh::root().join(file);
    if fs::read_to_string(&path).is_ok_and(|text| text == fresh) {
        return Ok(());
    }
    if !check {
        return fs::write(&path, fresh).with_context(|| format!("cannot write {file}"));
    }
    stale.push(file.to_owned());
    show_difference(&path, fresh)
}

fn show_difference(path: &Path, fresh: &str) -> Result<()> {
    let mut diff = Command::new("diff")
        .args(["-u", "--new-file"])
        .arg(path)
        .arg("-")
        .stdin(Stdio::piped())
        .spawn()
        .context("cannot start diff")?;
    if let Some(mut stdin) = diff.stdin.take() {
        stdin.write_all(fresh.as_bytes())?;
    }
    diff.wait()?;
    Ok(())
}
