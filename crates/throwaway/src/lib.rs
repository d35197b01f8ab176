//! Servers of one's own: a PostgreSQL for the test run, for a test that kills it, and for a cluster to try.

mod postgres;

pub use postgres::{Postgres, find_programs, random_hex};

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Result;

/// The full path of a program on `PATH`, or where Debian keeps servers, which is on root's `PATH` alone.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let dirs = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    dirs.map(|dir| dir.join(program)).find(|file| file.is_file())
}

/// Sends a signal by name; a process already gone is fine.
pub fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), pid.to_string()]).stderr(Stdio::null()).status();
    drop(sent);
}

/// A server beside us: in a group of its own, so that Ctrl+C reaches us first, and on Linux sent `death` when we are
/// killed. As another user and group, if `owner` says so.
pub fn companion(program: &Path, death: &str, owner: Option<(u32, u32)>) -> Command {
    let mut command;
    if which("setpriv").is_some() {
        command = Command::new("setpriv");
        command.args(["--pdeathsig", death]);
        if let Some((user, group)) = owner {
            command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
        }
        command.arg(program);
    } else {
        command = Command::new(program);
        if let Some((user, group)) = owner {
            command.uid(user).gid(group);
        }
    }
    command.process_group(0).stdin(Stdio::null());
    command
}

/// Sends `first`, and `last` when the process has not ended `within`.
///
/// # Errors
/// The system does not let us wait for it.
pub fn stop(process: &mut Child, first: &str, within: Duration, last: &str) -> Result<()> {
    signal(process.id(), first);
    let began = Instant::now();
    while process.try_wait()?.is_none() {
        if began.elapsed() > within {
            signal(process.id(), last);
            process.wait()?;
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
