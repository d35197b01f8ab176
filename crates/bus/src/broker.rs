//! A real broker for tests: on a free loopback port, without data, gone with its handle.

#![expect(clippy::expect_used, reason = "for tests alone")]

use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// Far longer than a start takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A broker of one's own, without data.
#[derive(Debug)]
pub struct Broker {
    port: u16,
    password: Option<&'static str>,
    process: Option<Child>,
    folder: tempfile::TempDir,
}

impl Broker {
    /// Starts one that anybody may use.
    pub async fn start() -> Self {
        Self::with_password(None).await
    }

    /// Starts one.
    pub async fn with_password(password: Option<&'static str>) -> Self {
        let probe = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a throw-away broker");
        let port = probe.local_addr().expect("a throw-away broker").port();
        drop(probe);
        let mut broker =
            Self { port, password, process: None, folder: tempfile::tempdir().expect("a throw-away broker") };
        broker.revive().await;
        broker
    }

    /// Starts it, empty, on the same port.
    pub async fn revive(&mut self) {
        let (port, folder) = (self.port.to_string(), self.folder.path().display().to_string());
        let mut arguments = vec!["--port", &port, "--bind", "127.0.0.1", "--save", "", "--dir", &folder];
        if let Some(password) = self.password {
            arguments.extend(["--requirepass", password]);
        }
        let start = |program| Command::new(program).args(&arguments).stdout(Stdio::null()).kill_on_drop(true).spawn();
        let process = start("redis-server").or_else(|_| start("valkey-server"));
        self.process = Some(process.expect("redis-server or valkey-server (Debian: apt-get install redis-server)"));
        let answers = async {
            while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, answers).await.expect("the broker starts");
    }

    /// As a power cut would.
    pub async fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().await.expect("a throw-away broker");
        }
    }

    /// Sends the process a signal, such as `-STOP`.
    pub async fn signal(&self, name: &str) {
        let id = self.process.as_ref().and_then(Child::id).expect("a running broker").to_string();
        assert!(Command::new("kill").args([name, &id]).status().await.expect("a throw-away broker").success());
    }

    /// Its port on this machine.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address, with the password if there is one.
    pub fn url(&self) -> String {
        let login = self.password.map(|password| format!(":{password}@")).unwrap_or_default();
        format!("redis://{login}127.0.0.1:{}", self.port)
    }
}
