//! The line below a session: WebSocket frames over any byte stream. The session knows [`Wire`] and nothing beneath it.
//!
//! The codec is our own because nothing else shares one encoded (and at most once compressed) frame between all
//! recipients, and because an idle line must hold no buffer: bytes are read into a scratch area of the worker thread
//! and only what belongs to an unfinished message is kept.

pub(crate) mod codec;
pub(crate) mod deflate;
pub(crate) mod upgrade;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub(crate) use codec::{Fault, Message};

use crate::frame::Frame;
use crate::outbox::Outbox;

/// Bytes read at once, into memory that all lines of a thread share.
const SCRATCH_BYTES: usize = 16 * 1024;
/// Slices handed to one `writev`.
const SLICES: usize = 64;

thread_local! {
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; SCRATCH_BYTES].into());
}

/// A WebSocket, the server's side.
#[derive(Debug)]
pub(crate) struct Wire<I> {
    io: I,
    decoder: codec::Decoder,
    deflate: bool,
    /// Frames being written; the first is written up to `written`.
    hand: VecDeque<Bytes>,
    written: usize,
    unflushed: bool,
}

impl<I: AsyncRead + AsyncWrite + Unpin> Wire<I> {
    /// A line over `io` after the handshake. `deflate`: it was agreed on. `limit`: bytes of a message.
    pub(crate) fn new(io: I, deflate: bool, limit: usize) -> Self {
        let decoder = codec::Decoder::new(deflate, limit);
        Self { io, decoder, deflate, hand: VecDeque::new(), written: 0, unflushed: false }
    }

    /// Changes how many bytes a message may have from now on.
    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.decoder.limit = limit;
    }

    /// The next message. After an error there is no further one.
    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<Message, Fault>> {
        loop {
            if let Some(message) = self.decoder.next()? {
                return Poll::Ready(Ok(message));
            }
            let (io, decoder) = (&mut self.io, &mut self.decoder);
            let read = SCRATCH.with_borrow_mut(|scratch| {
                let mut buffer = ReadBuf::new(scratch);
                let read = Pin::new(io).poll_read(cx, &mut buffer);
                decoder.feed(buffer.filled());
                read.map_ok(|()| buffer.filled().len())
            });
            match ready!(read) {
                Ok(0) | Err(_) => return Poll::Ready(Err(Fault::Gone)),
                Ok(_) => {}
            }
        }
    }

    /// Writes what the outbox holds. `Ready(Ok)` never comes: there is always more to wait for. An error means the
    /// line is gone. One flush for all that was there.
    pub(crate) fn poll_write(&mut self, cx: &mut Context<'_>, outbox: &Outbox, bytes: &mut u64) -> Poll<io::Error> {
        loop {
            if self.hand.is_empty() {
                let mut frames = VecDeque::new();
                if outbox.poll_take(cx, &mut frames).is_pending() {
                    return self.poll_flushed(cx);
                }
                self.hand = frames.iter().map(|frame: &Frame| frame.wire(self.deflate)).collect();
            }
            match ready!(self.poll_write_hand(cx)) {
                Ok(count) => *bytes += count as u64,
                Err(error) => return Poll::Ready(error),
            }
        }
    }

    fn poll_flushed(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        if self.unflushed {
            match ready!(Pin::new(&mut self.io).poll_flush(cx)) {
                Ok(()) => self.unflushed = false,
                Err(error) => return Poll::Ready(error),
            }
        }
        Poll::Pending
    }

    fn poll_write_hand(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut slices = [IoSlice::new(&[]); SLICES];
        let mut count = 0;
        for (slice, bytes) in slices.iter_mut().zip(&self.hand) {
            *slice = IoSlice::new(if count == 0 { &bytes[self.written..] } else { bytes });
            count += 1;
        }
        let wrote = ready!(Pin::new(&mut self.io).poll_write_vectored(cx, &slices[..count]))?;
        if wrote == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        self.unflushed = true;
        self.written += wrote;
        while let Some(first) = self.hand.front() {
            if self.written < first.len() {
                break;
            }
            self.written -= first.len();
            self.hand.pop_front();
        }
        if self.hand.is_empty() {
            self.hand = VecDeque::new();
        }
        Poll::Ready(Ok(wrote))
    }

    /// Drops what was not begun to be written.
    pub(crate) fn forget(&mut self) {
        self.hand.truncate(usize::from(self.written > 0));
    }

    /// Says the last frames and closes: shuts the line down and reads it empty, because a close with unread bytes would
    /// reset the connection and could take the farewell with it. To be bounded by a timeout.
    pub(crate) async fn close(&mut self, last: impl IntoIterator<Item = Frame>) -> io::Result<()> {
        let deflate = self.deflate;
        self.hand.extend(last.into_iter().map(|frame| frame.wire(deflate)));
        while !self.hand.is_empty() {
            std::future::poll_fn(|cx| self.poll_write_hand(cx)).await?;
        }
        std::future::poll_fn(|cx| Pin::new(&mut self.io).poll_flush(cx)).await?;
        std::future::poll_fn(|cx| Pin::new(&mut self.io).poll_shutdown(cx)).await?;
        std::future::poll_fn(|cx| self.poll_discard(cx)).await
    }

    fn poll_discard(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let io = &mut self.io;
            let read = SCRATCH.with_borrow_mut(|scratch| {
                let mut buffer = ReadBuf::new(scratch);
                Pin::new(io).poll_read(cx, &mut buffer).map_ok(|()| buffer.filled().len())
            });
            if ready!(read)? == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
