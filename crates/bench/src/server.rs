//! The server that is measured: this same program in a process of its own, or one that runs already.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::process::Process;

/// What would refuse a crowd that comes from one machine in one second is opened wide; all else is as delivered.
const OPENED: [(&str, &str); 7] = [
    ("PARLOR_APP_RATES_REQUESTS_PER_USER_SECOND", "1000000"),
    ("PARLOR_APP_LIMITS_FRAMES_PER_SECOND", "1000000"),
    ("PARLOR_APP_LIMITS_GROUP_MEMBERS", "1000000"),
    ("PARLOR_GATEWAY_MAX_CONNECTIONS", "1000000"),
    ("PARLOR_GATEWAY_MAX_UNAUTHENTICATED", "1000000"),
    ("PARLOR_GATEWAY_MAX_UNAUTHENTICATED_PER_ADDRESS", "1000000"),
    ("PARLOR_LOG", "error"),
];
const STARTS_WITHIN: Duration = Duration::from_secs(60);
const STOPS_WITHIN: Duration = Duration::from_secs(30);

/// A running server; one that was started here is killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    /// Where it answers.
    pub(crate) address: SocketAddr,
    /// To be watched.
    pub(crate) process: Process,
    /// With its output, which has to stay open.
    child: Option<(Child, Option<BufReader<ChildStdout>>)>,
}

impl Server {
    /// Starts `program serve` on `data`, with the database there or at a URL; when this returns, it answers.
    pub(crate) fn start(program: &Path, data: &Path, database: &str) -> Result<Self> {
        let mut command = Command::new(program);
        // What is set for another server is none of this one's.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PARLOR_")) {
            command.env_remove(name);
        }
        command.arg("serve").envs(OPENED).env("PARLOR_DATA", data).env("PARLOR_DATABASE", database);
        // A parlor.toml in this folder is not meant either.
        command.env("PARLOR_LISTEN", "127.0.0.1:0").current_dir(data);
        Self::spawn(command, "Parlor is ready")
    }

    /// Starts the bare broadcaster that `program` holds.
    pub(crate) fn start_broadcaster(program: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["bench", "broadcaster"]);
        Self::spawn(command, crate::broadcaster::READY)
    }

    /// Waits for a line that begins with `ready` and ends with a port.
    pub(crate) fn spawn(mut command: Command, ready: &str) -> Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot start it")?;
        let mut output = BufReader::new(child.stdout.take().context("it has no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let process = Process(child.id());
        let mut server =
            Self { address: SocketAddr::from(([127, 0, 0, 1], 0)), process, child: Some((child, Some(output))) };
        ensure!(line.starts_with(ready), "the server did not start: {line:?}");
        let port = line.trim().rsplit(':').next().and_then(|port| port.parse().ok());
        server.address.set_port(port.with_context(|| format!("no port in {line:?}"))?);
        Ok(server)
    }

    /// Waits until it answers where it was told to be.
    pub(crate) fn spawn_at(mut command: Command, address: SocketAddr) -> Result<Self> {
        let child = command.stdin(Stdio::null()).spawn().context("cannot start it")?;
        let (process, began) = (Process(child.id()), Instant::now());
        let mut server = Self { address, process, child: Some((child, None)) };
        while TcpStream::connect(address).is_err() {
            let ended = server.child.as_mut().map(|(child, _)| child.try_wait()).transpose()?.flatten();
            ensure!(ended.is_none() && began.elapsed() < STARTS_WITHIN, "the server does not answer ({ended:?})");
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// One that runs already.
    pub(crate) fn running(address: SocketAddr, pid: u32) -> Self {
        Self { address, process: Process(pid), child: None }
    }

    /// SIGKILL: nothing is finished, nothing is flushed.
    pub(crate) fn kill(mut self) -> Result<()> {
        if let Some((child, _)) = &mut self.child {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        let Some((child, _)) = &mut self.child else { return Ok(()) };
        let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
        ensure!(asked.success(), "the server cannot be asked to stop");
        let began = Instant::now();
        while child.try_wait()?.is_none() {
            ensure!(began.elapsed() < STOPS_WITHIN, "the server does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.child {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
