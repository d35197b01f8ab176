//! `parlor serve` as a process.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program, as cargo names it to the tests of its package.
    path: &'static str,
    environment: Vec<(String, OsString)>,
    /// What the shell does before (`ulimit …;`).
    before: String,
}

impl Program {
    /// The program at `path` on `data` and `database` (empty: SQLite in `data`), on any free port.
    pub fn new(path: &'static str, data: &Path, database: &str) -> Self {
        let program = Self { path, environment: Vec::new(), before: String::new() };
        program
            .set("PARLOR_DATA", data)
            .set("PARLOR_DATABASE", database)
            .set("PARLOR_DATABASE_CONNECTIONS", "8")
            .set("PARLOR_LOG", "warn")
            .at(0)
    }

    /// With a setting.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.retain(|(other, _)| other != name);
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// On this port of this machine.
    #[must_use]
    pub fn at(self, port: u16) -> Self {
        self.set("PARLOR_LISTEN", format!("127.0.0.1:{port}"))
    }

    /// After the shell has done this.
    #[must_use]
    pub fn after(mut self, before: impl Into<String>) -> Self {
        self.before = before.into();
        self
    }

    /// Starts it; when this returns, it answers.
    pub fn start(&self) -> Process {
        self.try_start().unwrap_or_else(|| panic!("the program did not start: {self:?}"))
    }

    /// Starts it; `None` if it ends before it answers.
    pub fn try_start(&self) -> Option<Process> {
        let mut child = self.command().stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let told = line.trim().rsplit(':').next().and_then(|port| port.parse().ok());
        // Where it has a public address it tells that one.
        let port: Option<u16> = told.or_else(|| line.contains("ready").then(|| self.port()));
        // From here on dropping it ends it.
        let process = Process { address: SocketAddr::from(([127, 0, 0, 1], port.unwrap_or_default())), child };
        port.map(|_| process)
    }

    /// Starts it where it cannot run; what it says about that.
    pub fn refused(&self) -> String {
        let ended = self.command().output().expect("the program starts");
        assert!(!ended.status.success(), "it runs");
        String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr)
    }

    fn port(&self) -> u16 {
        let listen = self.environment.iter().find(|(name, _)| name == "PARLOR_LISTEN");
        let port = listen.and_then(|(_, address)| address.to_str()?.rsplit(':').next()?.parse().ok());
        port.expect("a port")
    }

    fn command(&self) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{} exec \"$0\" serve", self.before), self.path])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }
}

/// A server in a process of its own; killed when dropped.
#[derive(Debug)]
pub struct Process {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
}

impl Process {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: nothing is finished, nothing is flushed.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }

    /// Sends a signal, such as `STOP`.
    pub fn signal(&self, name: &str) {
        parlor_throwaway::signal(self.child.id(), name);
    }

    /// Until it ends by itself; whether it ended well.
    pub fn wait(mut self) -> bool {
        self.child.wait().expect("it ends").success()
    }

    /// Asked politely; whether it ended well, and how long it took.
    pub fn stop(mut self) -> (bool, Duration) {
        let began = Instant::now();
        self.signal("TERM");
        let ended = self.child.wait().expect("it ends");
        (ended.success(), began.elapsed())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
