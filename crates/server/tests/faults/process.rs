//! `parlor serve` as a process.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

/// A server in a process of its own; killed when dropped.
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Process {
    /// Starts the program on `data` and `database` (empty: SQLite in `data`), by `before` the exec (`ulimit …;`).
    pub(crate) fn start(data: &std::path::Path, database: &str, port: u16, before: &str) -> Self {
        let mut child = Command::new("sh")
            .args(["-c", &format!("{before} exec \"$0\" serve --log warn"), env!("CARGO_BIN_EXE_parlor")])
            .env("PARLOR_DATA", data)
            .env("PARLOR_DATABASE", database)
            .env("PARLOR_LISTEN", format!("127.0.0.1:{port}"))
            .env("PARLOR_DATABASE_CONNECTIONS", "8")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let port = line.trim().rsplit(':').next().and_then(|port| port.parse().ok());
        let port: u16 = port.unwrap_or_else(|| panic!("the program did not start: {line:?}"));
        Self { address: SocketAddr::from(([127, 0, 0, 1], port)), child }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: nothing is finished, nothing is flushed.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }

    /// Asked politely; whether it ended well, and how long it took.
    pub(crate) fn stop(mut self) -> (bool, std::time::Duration) {
        let began = std::time::Instant::now();
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()));
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
