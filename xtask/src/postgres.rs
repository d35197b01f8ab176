//! `cargo xtask postgres`: a command beside a throw-away PostgreSQL.

use anyhow::{Result, bail};
use parlor_throwaway::Postgres;

use crate::sh;

/// What the tests read.
pub(crate) const VARIABLE: &str = "PARLOR_TEST_POSTGRES";

/// `cargo xtask postgres -- COMMAND…`
pub(crate) fn run(command: &[&str]) -> Result<()> {
    sh::stop_children_when_stopped();
    let server = Postgres::start(&[])?;
    if sh::interrupted() {
        bail!("interrupted");
    }
    let status = sh::wait(sh::command(".", command)?.env(VARIABLE, server.url()))?;
    drop(server);
    if !status.success() {
        bail!("{} ended with {status}", command.join(" "));
    }
    Ok(())
}
