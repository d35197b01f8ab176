//! The project's own tools. `cargo xtask` lists them.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to its user")]

mod cluster;
mod codegen;
mod licences;
mod packages;
mod postgres;
mod sh;
mod test;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <task>

  test [rust|web|e2e|check]   everything that must hold, or one part of it
  chaos [SECONDS]             every fault against three nodes, each for so long (20), and a table
  tidy                        arrows between crates and features, SQL, sizes, forbidden words
  licences                    dependencies against the allow list of deny.toml
  codegen [--check]           docs/openapi.json, docs/parlor.example.toml, the web client's types
  cluster [--throw-away]      three nodes with PostgreSQL, Redis and HAProxy on this machine, to try
  peers                       the servers that `parlor bench peers` measures beside ours
  postgres -- COMMAND…        runs COMMAND beside a throw-away PostgreSQL ($PARLOR_TEST_POSTGRES)
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["tidy"] => tidy::run(),
        ["licences"] => licences::run(),
        ["codegen"] => codegen::run(false),
        ["codegen", "--check"] => codegen::run(true),
        ["cluster"] => cluster::run(false),
        ["cluster", "--throw-away"] => cluster::run(true),
        ["postgres", "--", command @ ..] if !command.is_empty() => postgres::run(command),
        ["peers"] => packages::peers(),
        ["chaos"] => test::chaos("20"),
        ["chaos", seconds] => test::chaos(seconds),
        ["test"] => test::run(None),
        ["test", part] => test::run(Some(part)),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(anyhow::anyhow!("no such task: {}\n\n{HELP}", words.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
