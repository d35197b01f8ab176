//! What fan-out costs at the very least: a process that sends what it hears to every socket and does nothing else. No
//! accounts, no storage, no order, no queues that anybody thought about; one thread, one `write` for each delivery.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use crate::net::codec::{self, Head};

/// What its first line begins with; the port ends it.
pub(crate) const READY: &str = "The broadcaster is ready";
/// To whoever has spoken for the first time.
const WELCOME: &[u8] = br#"{"op":"welcome"}"#;
const LISTENER: Token = Token(usize::MAX);
const SCRATCH_BYTES: usize = 64 * 1024;

/// What it is to hear so that what it tells are frames of so many bytes, which count as entries.
pub(crate) fn telling(frame: u64) -> Vec<u8> {
    let header = 4;
    let mut payload = br#"{"op":"entry","#.to_vec();
    payload.resize(usize::try_from(frame.saturating_sub(header)).unwrap_or(0).max(payload.len()), b'x');
    payload
}

struct Peer {
    stream: TcpStream,
    arrived: Vec<u8>,
    unsent: Vec<u8>,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// Its request has not come.
    Silent,
    /// It may say hello.
    Upgraded,
    /// What it says is for all.
    Welcomed,
    Gone,
}

/// Serves until it is killed.
pub(crate) fn run() -> Result<()> {
    // As the server does.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    println!("{READY}: http://{}", listener.local_addr()?);
    let (mut events, mut peers) = (Events::with_capacity(1_024), Vec::new());
    let mut scratch = vec![0; SCRATCH_BYTES];
    loop {
        match poll.poll(&mut events, None) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            done => done?,
        }
        let mut heard = Vec::new();
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut peers)?;
                continue;
            }
            let Some(peer) = peers.get_mut(event.token().0) else { continue };
            if event.is_writable() {
                peer.flush();
            }
            if event.is_readable() {
                peer.read(&mut scratch, &mut heard);
            }
        }
        for text in heard {
            let mut frame = Vec::new();
            codec::plain(codec::TEXT, &text, &mut frame);
            peers.iter_mut().filter(|peer| peer.stage == Stage::Welcomed).for_each(|peer| peer.send(&frame));
        }
    }
}

fn accept(listener: &TcpListener, poll: &Poll, peers: &mut Vec<Peer>) -> Result<()> {
    loop {
        let mut stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error).context("cannot accept"),
        };
        stream.set_nodelay(true)?;
        poll.registry().register(&mut stream, Token(peers.len()), Interest::READABLE | Interest::WRITABLE)?;
        peers.push(Peer { stream, arrived: Vec::new(), unsent: Vec::new(), stage: Stage::Silent });
    }
}

impl Peer {
    fn send(&mut self, bytes: &[u8]) {
        if !self.unsent.is_empty() {
            return self.unsent.extend_from_slice(bytes);
        }
        let written = self.write(bytes);
        self.unsent.extend_from_slice(&bytes[written..]);
    }

    fn flush(&mut self) {
        let unsent = std::mem::take(&mut self.unsent);
        let written = self.write(&unsent);
        self.unsent.extend_from_slice(&unsent[written..]);
    }

    /// How much the socket took.
    fn write(&mut self, bytes: &[u8]) -> usize {
        let mut written = 0;
        while written < bytes.len() {
            match self.stream.write(&bytes[written..]) {
                Ok(count) => written += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return self.part(bytes.len()),
            }
        }
        written
    }

    fn part(&mut self, rest: usize) -> usize {
        self.stage = Stage::Gone;
        rest
    }

    fn read(&mut self, scratch: &mut [u8], heard: &mut Vec<Vec<u8>>) {
        while self.stage != Stage::Gone {
            match self.stream.read(scratch) {
                Ok(0) => self.stage = Stage::Gone,
                Ok(count) => self.arrived.extend_from_slice(&scratch[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => self.stage = Stage::Gone,
            }
        }
        if self.stage == Stage::Silent {
            let Some(end) = self.arrived.windows(4).position(|window| window == b"\r\n\r\n") else { return };
            self.arrived.drain(..end + 4);
            self.stage = Stage::Upgraded;
            self.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
        }
        while let Some(head) = Head::read(&self.arrived)
            && self.arrived.len() >= head.whole()
        {
            let text = head.unmasked(&self.arrived[head.size..head.whole()]);
            self.arrived.drain(..head.whole());
            match (head.opcode, self.stage) {
                (codec::TEXT, Stage::Welcomed) => heard.push(text),
                (codec::TEXT, Stage::Upgraded) => {
                    let mut frame = Vec::new();
                    codec::plain(codec::TEXT, WELCOME, &mut frame);
                    self.stage = Stage::Welcomed;
                    self.send(&frame);
                }
                _ => {}
            }
        }
        self.arrived.shrink_to_fit();
    }
}
