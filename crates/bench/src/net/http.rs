//! The requests of one account, one after the other over one connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::de::DeserializeOwned;

const PATIENCE: Duration = Duration::from_secs(60);

/// A connection that is kept, and who asks over it.
pub(crate) struct Http {
    server: SocketAddr,
    token: String,
    stream: BufReader<TcpStream>,
    /// Bytes of all answers, their heads included.
    pub(crate) bytes: u64,
}

impl Http {
    /// Connects.
    pub(crate) fn connect(server: SocketAddr, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(server).context("cannot connect")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { server, token: token.to_owned(), stream: BufReader::new(stream), bytes: 0 })
    }

    /// The body of `GET /api/v1…`; anything but 200 is an error.
    pub(crate) fn get(&mut self, path: &str) -> Result<Vec<u8>> {
        self.ask("GET", path, "", "")
    }

    /// The same of `POST`, with a JSON body.
    pub(crate) fn post(&mut self, path: &str, json: &str) -> Result<Vec<u8>> {
        let headers = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", json.len());
        self.ask("POST", path, &headers, json)
    }

    fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Result<Vec<u8>> {
        let Self { server, token, .. } = self;
        let head = format!("{method} /api/v1{path} HTTP/1.1\r\nHost: {server}\r\nAuthorization: Bearer {token}\r\n");
        self.stream.get_mut().write_all(format!("{head}{headers}\r\n{body}").as_bytes())?;
        let status = self.line()?;
        let mut length = None;
        loop {
            let header = self.line()?;
            let Some((name, value)) = header.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.trim().parse().context("no length of a body")?);
            }
        }
        let mut body = vec![0; length.context("an answer without a length")?];
        self.stream.read_exact(&mut body)?;
        self.bytes += body.len() as u64;
        let is_ok = status.split(' ').nth(1) == Some("200");
        ensure!(is_ok, "{path}: {status}: {}", String::from_utf8_lossy(&body));
        Ok(body)
    }

    /// The same, read as JSON.
    pub(crate) fn get_json<T: DeserializeOwned>(&mut self, path: &str) -> Result<T> {
        serde_json::from_slice(&self.get(path)?).with_context(|| format!("{path} answers something unknown"))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.bytes += self.stream.read_line(&mut line)? as u64;
        ensure!(!line.is_empty(), "the server closed the connection");
        Ok(line.trim_end().to_owned())
    }
}
