//! Lines of other protocols: text in, text out, over a WebSocket or by whoever takes from the queue. The codec, the bounds and
//! the writing are those of our own sockets.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::Poll;

use axum::extract::Request;
use axum::response::Response;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use parlor_model::frames::Bye;
use tokio::time::timeout;

use crate::Gateway;
use crate::config::CLOSE_WITHIN;
use crate::counters::Counters;
use crate::frame::Frame;
use crate::outbox::{Farewell, Outbox};
use crate::transport::{Fault, Message, Wire, codec, upgrade};

/// A text, encoded once for all who get it.
#[derive(Clone, Debug)]
pub struct Words(Frame);

impl Words {
    /// Encodes a text.
    pub fn new(text: &str) -> Self {
        Self(Frame::words(text))
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.0.text()
    }
}

/// What waits to be taken to a client, in order, bounded as the queue of our own sockets is.
#[derive(Clone, Debug, Default)]
pub struct Queue(Arc<Outbox>);

impl Queue {
    /// Queues a text. A queue that is full drops all and is over: see [`Queue::is_over`].
    pub fn push(&self, words: &Words) {
        self.0.push(words.0.clone());
    }

    /// Queues a text made for this client alone.
    pub fn say(&self, text: &str) {
        self.push(&Words::new(text));
    }

    /// Whether it makes sense to add more than answers.
    pub fn has_room(&self) -> bool {
        self.0.has_room()
    }

    /// Waits until there is, or until it is over.
    pub async fn room(&self) {
        self.0.room().await;
    }

    /// It was full.
    pub fn is_over(&self) -> bool {
        self.0.ended()
    }

    /// Waits for texts and takes a batch; nothing is lost when the future is dropped.
    pub async fn take(&self) -> Vec<Words> {
        let mut hand = VecDeque::new();
        poll_fn(|cx| self.0.poll_take(cx, &mut hand)).await;
        hand.into_iter().map(Words).collect()
    }

    /// Takes what is there.
    pub fn take_now(&self) -> Vec<Words> {
        self.0.take_rest().into_iter().map(Words).collect()
    }
}

/// A WebSocket of another protocol. Small, as it is handed from one future to the next.
pub struct Line {
    wire: Box<Wire<TokioIo<Upgraded>>>,
    counters: Arc<Counters>,
}

/// What comes over a line.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// A text.
    Text(String),
    /// A sign of life.
    Alive,
    /// The line is over.
    Gone,
}

impl Gateway {
    /// Answers the handshake of a WebSocket and hands its line on, in a task of its own, when it stands. `protocol`: the
    /// sub-protocol that is agreed on. `bytes`: most of a message.
    pub fn upgrade<F: Future<Output = ()> + Send + 'static>(
        &self,
        mut request: Request,
        protocol: Option<&'static str>,
        bytes: usize,
        then: impl FnOnce(Line) -> F + Send + 'static,
    ) -> Response {
        let counters = self.shared.counters.clone();
        match upgrade::accept(&request, self.shared.config.compression, protocol) {
            Ok((response, deflate)) => {
                let upgrade = hyper::upgrade::on(&mut request);
                tokio::spawn(async move {
                    match upgrade.await {
                        Ok(io) => {
                            let wire = Box::new(Wire::new(TokioIo::new(io), deflate, bytes));
                            then(Line { wire, counters }).await;
                        }
                        Err(error) => tracing::debug!(%error, "an upgrade was not completed"),
                    }
                });
                response
            }
            Err(refusal) => refusal,
        }
    }
}

impl Line {
    /// Writes what the queue holds until something comes; nothing is lost when the future is dropped.
    pub async fn hear(&mut self, queue: &Queue) -> Heard {
        let _hearing = Hearing(&queue.0);
        loop {
            let (wire, counters) = (&mut self.wire, &self.counters);
            let message = poll_fn(|cx| {
                let mut wrote = 0;
                let broken = wire.poll_write(cx, &queue.0, &mut wrote);
                Counters::add(&counters.bytes_out, wrote);
                if broken.is_ready() || queue.0.poll_ends(cx).is_ready() {
                    return Poll::Ready(Err(Fault::Gone));
                }
                // Who does not take its answers is not heard.
                if queue.has_room() { wire.poll_read(cx) } else { Poll::Pending }
            });
            match message.await {
                Ok(Message::Text(text)) => {
                    Counters::add(&self.counters.frames_in, 1);
                    return Heard::Text(text);
                }
                Ok(Message::Ping(payload)) => queue.0.push(Frame::control(codec::PONG, &payload)),
                Ok(Message::Pong) => return Heard::Alive,
                Ok(Message::Close) | Err(_) => return Heard::Gone,
            }
        }
    }

    /// Asks for a sign of life (a control frame of the WebSocket itself).
    pub fn ping(queue: &Queue) {
        queue.0.push(Frame::control(codec::PING, b""));
    }

    /// Says what is still queued and closes, with a status of RFC 6455 §7.4.
    pub async fn close(mut self, queue: &Queue, status: u16) {
        let mut last: Vec<Frame> = queue.0.take_rest().into();
        last.push(Frame::control(codec::CLOSE, &status.to_be_bytes()));
        // Whether the peer heard it is not ours to know.
        let _ = timeout(CLOSE_WITHIN, self.wire.close(last)).await;
    }
}

/// While it lives a push wakes who writes. A task that stopped to hear, to say something itself, would only wake itself.
struct Hearing<'a>(&'a Outbox);

impl Drop for Hearing<'_> {
    fn drop(&mut self) {
        self.0.awake();
    }
}

impl Queue {
    /// Ends it: who takes from it hears that it is over once it is empty.
    pub fn end(&self) {
        self.0.farewell(Farewell::new(Bye::Invalid, ""));
    }
}
