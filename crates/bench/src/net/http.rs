//! The requests of one account, one after the other over one connection.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::de::DeserializeOwned;

use super::answer::Answer;

const PATIENCE: Duration = Duration::from_secs(60);
const SCRATCH_BYTES: usize = 64 * 1024;

/// A connection that is kept, and who asks over it.
pub(crate) struct Http {
    server: SocketAddr,
    root: &'static str,
    token: String,
    stream: TcpStream,
    scratch: Box<[u8]>,
    /// Bytes of all answers, their heads included.
    pub(crate) bytes: u64,
}

impl Http {
    /// Connects to ask for what is under `/api/v1`; without a token as nobody.
    pub(crate) fn connect(server: SocketAddr, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(server).context("cannot connect")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (token, scratch) = (token.to_owned(), vec![0; SCRATCH_BYTES].into());
        Ok(Self { server, root: "/api/v1", token, stream, scratch, bytes: 0 })
    }

    /// Asks for what is under another path.
    pub(crate) fn under(mut self, root: &'static str) -> Self {
        self.root = root;
        self
    }

    /// The body of `GET`; anything but 200 is an error.
    pub(crate) fn get(&mut self, path: &str) -> Result<Vec<u8>> {
        self.ask("GET", path, "", "")
    }

    /// The same of `POST`, with a JSON body.
    pub(crate) fn post(&mut self, path: &str, json: &str) -> Result<Vec<u8>> {
        let headers = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", json.len());
        self.ask("POST", path, &headers, json)
    }

    fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Result<Vec<u8>> {
        let Self { server, root, token, .. } = self;
        let who = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
        let head = format!("{method} {root}{path} HTTP/1.1\r\nHost: {server}\r\n{who}");
        self.stream.write_all(format!("{head}{headers}\r\n{body}").as_bytes())?;
        let mut arrived = Vec::new();
        loop {
            let count = self.stream.read(&mut self.scratch)?;
            ensure!(count > 0, "the server closed the connection");
            arrived.extend_from_slice(&self.scratch[..count]);
            let Some(Answer { status, body, size }) = Answer::read(&arrived)? else { continue };
            self.bytes += size as u64;
            ensure!(status == 200, "{path}: {status}: {}", String::from_utf8_lossy(&body));
            return Ok(body.into_owned());
        }
    }

    /// The same, read as JSON.
    pub(crate) fn get_json<T: DeserializeOwned>(&mut self, path: &str) -> Result<T> {
        serde_json::from_slice(&self.get(path)?).with_context(|| format!("{path} answers something unknown"))
    }
}
