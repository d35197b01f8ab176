//! Many sockets in one epoll loop, on the thread that turns it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use mio::{Events, Interest, Poll, Token};

use super::Dialect;
use super::line::{Heard, Line};
use super::matrix::Client;

/// Bytes read at once, into memory that all sockets share.
const SCRATCH_BYTES: usize = 64 * 1024;
const EVENTS: usize = 1_024;
/// How long the loop sleeps at most while sockets are connecting.
const TURN: Duration = Duration::from_millis(50);
/// Nobody welcomed for so long: nobody will be.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sockets by number, in the order in which they called.
pub(crate) struct Fleet {
    server: SocketAddr,
    poll: Poll,
    events: Events,
    scratch: Box<[u8]>,
    lines: Vec<Line>,
    /// Lines that are not welcomed yet.
    waiting: usize,
    dialect: Dialect,
    /// Offer compression.
    deflate: bool,
    /// All that was heard.
    pub(crate) heard: Heard,
}

impl Fleet {
    /// No socket yet, to this server.
    pub(crate) fn new(server: SocketAddr) -> Result<Self> {
        let scratch = vec![0; SCRATCH_BYTES].into();
        let (poll, events) = (Poll::new()?, Events::with_capacity(EVENTS));
        let (lines, heard) = (Vec::new(), Heard::default());
        let dialect = Dialect::default();
        Ok(Self { server, poll, events, scratch, lines, waiting: 0, dialect, deflate: false, heard })
    }

    /// Speaks another protocol than ours.
    pub(crate) fn speaking(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Offers permessage-deflate, as a browser does. Packed texts are handed on as they are.
    pub(crate) fn offering_deflate(mut self) -> Self {
        self.deflate = true;
        self
    }

    /// How many sockets there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// One more socket, which begins to connect.
    pub(crate) fn call(&mut self, hello: Vec<u8>) -> Result<usize> {
        self.add(Line::call(self.server, self.lines.len(), self.dialect, self.deflate, hello)?)
    }

    /// Where this socket's client says something: over another one, when its own waits for an answer.
    pub(crate) fn mouth(&mut self, number: usize) -> Result<usize> {
        if self.dialect != Dialect::Matrix {
            return Ok(number);
        }
        let mouth = self.add(Line::ask(self.server, self.lines.len(), Client::Mouth)?)?;
        self.connect([], 1, |_| {})?;
        Ok(mouth)
    }

    fn add(&mut self, mut line: Line) -> Result<usize> {
        let number = self.lines.len();
        self.poll.registry().register(&mut line.stream, Token(number), Interest::READABLE | Interest::WRITABLE)?;
        self.lines.push(line);
        self.waiting += 1;
        Ok(number)
    }

    /// Connects one socket for each first frame, `at_once` at a time, and waits until all are welcomed.
    pub(crate) fn connect(
        &mut self,
        hellos: impl IntoIterator<Item = Vec<u8>>,
        at_once: usize,
        mut progress: impl FnMut(usize),
    ) -> Result<()> {
        let mut hellos = hellos.into_iter().fuse();
        let (mut left, mut since) = (self.waiting, Instant::now());
        loop {
            while self.waiting < at_once
                && let Some(hello) = hellos.next()
            {
                self.call(hello)?;
            }
            if self.waiting == 0 {
                return Ok(());
            }
            self.turn(TURN, |_, _, _| Ok(()))?;
            progress(self.lines.len() - self.waiting);
            if self.waiting != left {
                (left, since) = (self.waiting, Instant::now());
            }
            ensure!(since.elapsed() < PATIENCE, "{} sockets are not welcomed, and nothing moves", self.waiting);
        }
    }

    /// All go without a word, and are forgotten.
    pub(crate) fn hang_up(&mut self) {
        self.lines.iter_mut().for_each(Line::hang_up);
        self.lines.clear();
        self.waiting = 0;
    }

    /// One socket says something.
    pub(crate) fn say(&mut self, number: usize, text: &[u8]) -> Result<()> {
        self.lines.get_mut(number).context("there is no such socket")?.say(text)
    }

    /// Waits until something happens, `wait` at most, and hands on every text with the socket that heard it and its number.
    /// A connection that the server ends is an error.
    pub(crate) fn turn(
        &mut self,
        wait: Duration,
        mut hear: impl FnMut(&mut Line, usize, &[u8]) -> Result<()>,
    ) -> Result<()> {
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return Ok(()),
            done => done?,
        }
        for event in &self.events {
            let number = event.token().0;
            let Some(line) = self.lines.get_mut(number) else { continue };
            if event.is_writable() {
                line.flush()?;
            }
            if event.is_readable() {
                let welcomed = line.read(&mut self.scratch, &mut self.heard, |line, text| hear(line, number, text))?;
                self.waiting -= usize::from(welcomed);
            }
        }
        Ok(())
    }
}
