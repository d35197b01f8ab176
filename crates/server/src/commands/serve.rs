//! `parlor serve`.

use std::io::IsTerminal as _;

use anyhow::{Context as _, Result};
use parlor_model::Clock;
use tracing_subscriber::EnvFilter;

use super::asked_to_stop;
use crate::boot::Server;
use crate::config::{Config, LogFormat};

/// Runs until Ctrl+C or SIGTERM; a second one stops at once.
pub(super) fn run(config: Config) -> Result<()> {
    start_log(&config)?;
    // Every connection is a file descriptor: as many as the system lets us have.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(1 << 20).build()?;
    runtime.block_on(async {
        let public_url = config.app.public_url.clone();
        let server = Server::start(config, Clock::adjusted(0)).await?;
        let local = format!("http://localhost:{}", server.address.port());
        println!("Parlor is ready: {}", if public_url.is_empty() { &local } else { &public_url });
        tracing::info!(address = %server.address, "ready");
        let outdated = tokio::select! {
            asked = asked_to_stop() => asked.map(|()| false)?,
            () = server.outdated() => true,
        };
        tracing::info!("stopping");
        tokio::select! {
            () = server.stop() => tracing::info!("stopped"),
            again = asked_to_stop() => { again?; tracing::warn!("stopped at once") }
        }
        anyhow::ensure!(!outdated, "the database is for a newer parlor now");
        Ok(())
    })
}

fn start_log(config: &Config) -> Result<()> {
    let filter =
        EnvFilter::try_new(&config.log).with_context(|| format!("log = {:?} is not understood", config.log))?;
    let ansi = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(ansi);
    match config.log_format {
        LogFormat::Text => log.with_target(false).compact().init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}
