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
    /// `redis://` or `rediss://`, and the login.
    scheme: String,
    arguments: Vec<String>,
    process: Option<Child>,
    folder: tempfile::TempDir,
}

impl Broker {
    /// Starts one that anybody may use.
    pub async fn start() -> Self {
        Self::with("redis://", &[]).await
    }

    /// Starts one that wants a password.
    pub async fn with_password(password: &str) -> Self {
        Self::with(&format!("redis://:{password}@"), &["--requirepass", password]).await
    }

    /// Starts one whose memory is full: it stores nothing more.
    pub async fn without_memory() -> Self {
        Self::with("redis://", &["--maxmemory", "1", "--maxmemory-policy", "noeviction"]).await
    }

    /// Starts one that speaks TLS and nothing else; `pem` is its certificate for 127.0.0.1 and the key.
    pub async fn with_tls(pem: &str) -> Self {
        let mut broker = Self::at_rest("rediss://", &[]);
        let file = broker.folder.path().join("broker.pem").display().to_string();
        std::fs::write(&file, pem).expect("a throw-away broker");
        let files = ["--tls-cert-file", "--tls-key-file", "--tls-ca-cert-file"].map(|name| [name, &file]);
        let rest =
            ["--tls-auth-clients", "no", "--tls-port", &broker.port.to_string(), "--port", "0"].map(str::to_owned);
        broker.arguments = files.iter().flatten().map(|word| (*word).to_owned()).chain(rest).collect();
        broker.revive().await;
        broker
    }

    async fn with(scheme: &str, arguments: &[&str]) -> Self {
        let mut broker = Self::at_rest(scheme, arguments);
        broker.revive().await;
        broker
    }

    fn at_rest(scheme: &str, arguments: &[&str]) -> Self {
        let probe = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a throw-away broker");
        let port = probe.local_addr().expect("a throw-away broker").port();
        let (scheme, arguments) = (scheme.to_owned(), arguments.iter().map(|&word| word.to_owned()).collect());
        Self { port, scheme, arguments, process: None, folder: tempfile::tempdir().expect("a throw-away broker") }
    }

    /// Starts it, empty, on the same port.
    pub async fn revive(&mut self) {
        let (port, folder) = (self.port.to_string(), self.folder.path().display().to_string());
        let mut arguments = vec!["--port", &port, "--bind", "127.0.0.1", "--save", "", "--dir", &folder];
        arguments.extend(self.arguments.iter().map(String::as_str));
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
        let id = self.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().await.expect("a throw-away broker").success());
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.as_ref().and_then(Child::id).expect("a running broker")
    }

    /// Its port on this machine.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address, with the password if there is one.
    pub fn url(&self) -> String {
        format!("{}127.0.0.1:{}", self.scheme, self.port)
    }
}
