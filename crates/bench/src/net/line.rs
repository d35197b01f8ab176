//! One socket of a client.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use mio::net::TcpStream;
use socket2::{Domain, Socket, Type};

use super::Dialect;
use super::answer::Answer;
use super::codec::{self, Head};
use super::frames::Op;
use super::matrix::{Client, MESSAGE};

/// One address of this machine has some 28,000 ports to call from; beyond this many sockets the next address is used.
const PER_ADDRESS: usize = 20_000;
/// "Connecting": what Linux answers to a connect that does not wait.
const EINPROGRESS: i32 = 115;

/// A socket and how far it has come. What it sends is masked, what it hears is handed on where it lies. Or a connection that
/// stays with HTTP.
pub(crate) struct Line {
    pub(super) stream: TcpStream,
    dialect: Dialect,
    /// Who asks over it, with HTTP.
    client: Option<Client>,
    state: State,
    /// Bytes of a frame that is not whole; nothing on an idle line.
    arrived: Vec<u8>,
    /// What the socket did not take yet.
    unsent: Vec<u8>,
}

enum State {
    /// Until it is connected: the request, and the first frame.
    Calling(Vec<u8>, Vec<u8>),
    /// Until the server agrees to speak WebSocket: the first frame.
    Upgrading(Vec<u8>),
    /// Until it is welcomed, with HTTP until the first answer: the first frame, of which more may be said.
    Greeting(Vec<u8>),
    Open,
    Gone,
}

/// What a line heard, in frames and in bytes as they were on the wire.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Heard {
    pub(crate) frames: u64,
    pub(crate) bytes: u64,
}

impl Line {
    /// Begins to call the server. `number` spreads many lines over this machine's addresses; `hello` is the first frame.
    pub(super) fn call(
        server: SocketAddr,
        number: usize,
        dialect: Dialect,
        deflate: bool,
        hello: Vec<u8>,
    ) -> Result<Self> {
        if dialect == Dialect::Matrix {
            return Self::ask(server, number, Client::Ear(String::from_utf8(hello)?));
        }
        let stream = dial(server, number).context("cannot open one more socket")?;
        let offer = if deflate { "Sec-WebSocket-Extensions: permessage-deflate\r\n" } else { "" };
        let (path, headers) = (dialect.path(), dialect.headers());
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}{offer}\r\n"
        );
        let state = State::Calling(request.into_bytes(), hello);
        Ok(Self { stream, dialect, client: None, state, arrived: Vec::new(), unsent: Vec::new() })
    }

    /// Begins to call the server, and stays with HTTP.
    pub(super) fn ask(server: SocketAddr, number: usize, client: Client) -> Result<Self> {
        let stream = dial(server, number).context("cannot open one more socket")?;
        let (dialect, state) = (Dialect::Matrix, State::Calling(client.first(), Vec::new()));
        Ok(Self { stream, dialect, client: Some(client), state, arrived: Vec::new(), unsent: Vec::new() })
    }

    /// Says something, with HTTP a whole request; what the socket does not take now goes when it can.
    pub(crate) fn say(&mut self, text: &[u8]) -> Result<()> {
        if self.client.is_some() {
            self.unsent.extend_from_slice(text);
            return self.flush();
        }
        self.push(codec::TEXT, text)
    }

    fn push(&mut self, opcode: u8, payload: &[u8]) -> Result<()> {
        codec::masked(opcode, payload, &mut self.unsent);
        self.flush()
    }

    /// Goes without a word.
    pub(super) fn hang_up(&mut self) {
        self.state = State::Gone;
        // It may be gone already.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }

    /// The socket can take bytes.
    pub(super) fn flush(&mut self) -> Result<()> {
        if let State::Calling(request, hello) = &mut self.state {
            if let Some(error) = self.stream.take_error()? {
                return Err(error).context("cannot connect");
            }
            self.unsent = std::mem::take(request);
            let hello = std::mem::take(hello);
            self.state = if self.client.is_some() { State::Greeting(hello) } else { State::Upgrading(hello) };
        }
        while !self.unsent.is_empty() && !matches!(self.state, State::Gone) {
            match self.stream.write(&self.unsent) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error).context("cannot write"),
            }
        }
        // An idle line holds nothing.
        self.unsent = Vec::new();
        Ok(())
    }

    /// Reads what is there, by way of `scratch`, and hands on each text. Whether it was welcomed meanwhile.
    pub(super) fn read(
        &mut self,
        scratch: &mut [u8],
        heard: &mut Heard,
        mut hear: impl FnMut(&mut Self, &[u8]) -> Result<()>,
    ) -> Result<bool> {
        let waits = !matches!(self.state, State::Open);
        loop {
            if matches!(self.state, State::Gone) {
                return Ok(false);
            }
            let count = match self.stream.read(scratch) {
                Ok(0) => bail!("the server closed a connection without a word"),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error).context("cannot read"),
            };
            heard.bytes += count as u64;
            if self.arrived.is_empty() {
                let used = self.take(&scratch[..count], heard, &mut hear)?;
                self.arrived.extend_from_slice(&scratch[used..count]);
            } else {
                let mut arrived = std::mem::take(&mut self.arrived);
                arrived.extend_from_slice(&scratch[..count]);
                let used = self.take(&arrived, heard, &mut hear)?;
                self.arrived = arrived.split_off(used);
            }
            // Less than there was room for is all there was (epoll(7)): what comes later wakes us again.
            if count < scratch.len() {
                break;
            }
        }
        Ok(waits && matches!(self.state, State::Open))
    }

    /// How many bytes were whole.
    fn take(
        &mut self,
        bytes: &[u8],
        heard: &mut Heard,
        hear: &mut impl FnMut(&mut Self, &[u8]) -> Result<()>,
    ) -> Result<usize> {
        if self.client.is_some() {
            return self.take_answers(bytes, heard, hear);
        }
        let mut used = 0;
        if let State::Upgrading(hello) = &mut self.state {
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(0) };
            let answer = String::from_utf8_lossy(&bytes[..end]);
            ensure!(answer.starts_with("HTTP/1.1 101"), "an upgrade was refused: {answer}");
            used = end + 4;
            let hello = std::mem::take(hello);
            let greeting = self.dialect.greeting(&hello);
            self.state = State::Greeting(hello);
            for frame in greeting {
                self.say(&frame)?;
            }
        }
        while let Some(head) = Head::read(&bytes[used..])
            && bytes.len() - used >= head.whole()
        {
            let payload = &bytes[used + head.size..used + head.whole()];
            used += head.whole();
            match head.opcode {
                codec::TEXT => {
                    heard.frames += 1;
                    self.hear(head, payload, hear)?;
                }
                codec::PING => self.push(codec::PONG, payload)?,
                codec::CLOSE => bail!("the server closed a connection"),
                _ => {}
            }
        }
        Ok(used)
    }

    /// The same with HTTP: asks anew after each answer, and hands on each message in it.
    fn take_answers(
        &mut self,
        bytes: &[u8],
        heard: &mut Heard,
        hear: &mut impl FnMut(&mut Self, &[u8]) -> Result<()>,
    ) -> Result<usize> {
        let mut used = 0;
        while let Some(Answer { status, body, size }) = Answer::read(&bytes[used..])? {
            used += size;
            ensure!(status == 200, "refused: {status}: {}", String::from_utf8_lossy(&body));
            let client = self.client.as_ref().context("nobody asked")?;
            let (messages, next) = client.hear(&body)?;
            if matches!(self.state, State::Greeting(_)) {
                self.state = State::Open;
            }
            self.say(&next)?;
            for _ in 0..messages {
                heard.frames += 1;
                hear(self, MESSAGE.as_bytes())?;
            }
        }
        Ok(used)
    }

    fn hear(
        &mut self,
        head: Head,
        payload: &[u8],
        hear: &mut impl FnMut(&mut Self, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let op = self.dialect.op(payload);
        if op == Op::Bye {
            bail!("the server ended a connection: {}", String::from_utf8_lossy(payload));
        }
        if let Some(pong) = self.dialect.pong(payload) {
            self.say(pong)?;
        }
        if let State::Greeting(hello) = &self.state {
            let further = self.dialect.further(payload, hello);
            // A packed first frame can only be the welcome: a refusal is too short to be packed.
            if head.packed || op == Op::Welcome {
                self.state = State::Open;
            }
            ensure!(op != Op::Error, "no welcome: {}", String::from_utf8_lossy(payload));
            for frame in further {
                self.say(&frame)?;
            }
        }
        hear(self, payload)
    }
}

fn dial(server: SocketAddr, number: usize) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(true)?;
    let further = u8::try_from(number / PER_ADDRESS).unwrap_or(u8::MAX - 1);
    if further > 0 && server.ip().is_loopback() && server.is_ipv4() {
        socket.bind(&SocketAddr::from(([127, 0, 0, 1 + further], 0)).into())?;
    }
    match socket.connect(&server.into()) {
        Err(error) if error.raw_os_error() == Some(EINPROGRESS) => {}
        done => done?,
    }
    Ok(TcpStream::from_std(socket.into()))
}
