//! The commands of the binary.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to its user")]

mod copy;
mod health;
mod serve;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};
use parlor_bus::Memory;
use parlor_model::Clock;

use crate::config::{self, Config};

/// Self-hosted real-time chat: one program with its web client inside.
#[derive(Debug, Parser)]
#[command(
    name = "parlor",
    version,
    arg_required_else_help = true,
    after_help = "\
Start here:
  parlor serve                        serves http://localhost:8080, data in ./data; the first to sign up owns the server
  parlor config > parlor.toml         every setting with its default and what it means
  PARLOR_LISTEN=0.0.0.0:80 parlor serve
                                      any setting by environment: sections and keys joined by _, in capitals"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server until it is told to stop (Ctrl+C or SIGTERM).
    Serve(Settings),
    /// Says whether the server that runs here with the same configuration is ready; for the health checks of containers.
    Health(Settings),
    /// Prints the default configuration, documented.
    Config,
    /// Prints the API as an OpenAPI document.
    Openapi,
    /// Makes a new key for signing access tokens now; tokens of the old ones stay valid until they run out.
    RotateKeys(Settings),
    /// Copies everything into another database: from SQLite to PostgreSQL, back, or to another of the same kind.
    ///
    /// Stop the server first; a source that is in use is refused, and nobody can write to it meanwhile. The target gets the
    /// current schema. Interrupted (Ctrl+C, a crash), the same command goes on where it was. In the end every row of both
    /// sides is read and compared; until they are the same, no server starts on the target. The source stays as it is.
    #[command(after_help = "\
Example:
  PGPASSWORD=… parlor copy --from sqlite:///var/lib/parlor/parlor.db --to postgres://parlor@db.internal/parlor")]
    Copy(copy::Databases),
    /// Measures what this program costs on this machine: starts a server of its own, drives it, and shows figures.
    #[command(after_help = "\
Example:
  parlor bench --quick --save-baseline        everything within three minutes, kept to be compared with
  parlor bench --quick fanout posts           two scenarios, beside what was kept")]
    Bench(parlor_bench::Ask),
}

/// Settings that can be given as flags; the others go into the file or the environment.
#[derive(Debug, Args)]
struct Settings {
    /// Configuration file; parlor.toml here is read when it is there.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port, such as 127.0.0.1:8080 (this machine only) or 0.0.0.0:8080 (every network).
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Folder of everything that is stored here.
    #[arg(long, value_name = "FOLDER")]
    data: Option<String>,
    /// sqlite://path or postgres://user:password@host/name. Better in the environment: flags are seen by everybody.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// What this process does, of several: api, gateway, worker, separated by commas. By default everything.
    #[arg(long, value_name = "ROLES")]
    roles: Option<String>,
    /// error, warn, info, debug.
    #[arg(long, value_name = "LEVEL")]
    log: Option<String>,
}

impl Settings {
    fn load(self) -> Result<Config> {
        let flags = [
            ("listen", self.listen),
            ("data", self.data),
            ("database", self.database),
            ("roles", self.roles),
            ("log", self.log),
        ];
        let flags: Vec<(&str, String)> = flags.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        // What is no text is no setting of ours.
        let text = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        config::load(self.config.as_deref(), std::env::vars_os().filter_map(text), &flags)
    }
}

impl Cli {
    /// Does what was asked.
    pub fn run(self) -> ExitCode {
        let done = match self.command {
            Command::Serve(settings) => settings.load().and_then(serve::run),
            Command::Health(settings) => settings.load().and_then(|config| health::run(&config)),
            Command::Config => config::document().map(|text| print!("{text}")),
            Command::Openapi => crate::http::document().map(|text| println!("{text}")),
            Command::RotateKeys(settings) => settings.load().and_then(rotate_keys),
            Command::Copy(databases) => copy::run(&databases),
            Command::Bench(ask) => parlor_bench::run(ask),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("parlor: {error:#}");
                ExitCode::FAILURE
            }
        }
    }
}

#[tokio::main]
async fn rotate_keys(config: Config) -> Result<()> {
    let db = parlor_db::Db::open(&config.database_url(), &config.database_options()).await?;
    let app = parlor_app::App::start(
        db,
        std::sync::Arc::new(Memory::default()),
        Clock::adjusted(0),
        config.about(),
        config.app,
    )
    .await
    .context("cannot prepare the database")?;
    app.rotate_keys().await.context("cannot make a key")?;
    app.stop().await;
    println!("A new key signs from now on; a running server takes it up within a minute.");
    Ok(())
}

/// Comes back after Ctrl+C or SIGTERM.
#[cfg(unix)]
async fn asked_to_stop() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    Ok(())
}

#[cfg(not(unix))]
async fn asked_to_stop() -> Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}
