//! Engine.IO 4, the layer below Socket.IO: a line of texts by long polling, by WebSocket, or by the first and then the
//! second. Its WebSockets and queues are the gateway's, so that what many are told is encoded once for all of them.

mod http;
mod packet;

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use parlor_gateway::{Heard, Line, Queue};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::nameless::{NAME_WITHIN, Nameless, Stranger};
pub(crate) use http::handle;
use packet::Packet;

/// The server asks this often for a sign of life …
const PING_EVERY: Duration = Duration::from_secs(25);
/// … and waits so long for it.
const PONG_WITHIN: Duration = Duration::from_secs(20);
/// A new transport has to prove itself within this.
const PROBE_WITHIN: Duration = Duration::from_secs(10);
/// Packets of one client that wait to be looked at; the next is not read.
const INBOUND: usize = 32;

/// All lines of this node, by their secret names.
pub(crate) struct Engines {
    sessions: Mutex<HashMap<String, Arc<Session>>>,
    nameless: Arc<Nameless>,
}

/// What the requests of one client share with the task that serves it.
pub(crate) struct Session {
    /// A bearer secret: whoever knows it is this client.
    sid: String,
    queue: Queue,
    inbound: mpsc::Sender<Inbound>,
    /// Held by the one poll that takes from the queue, and by an upgrade.
    poll: tokio::sync::Mutex<()>,
    /// A new transport is being tried: polls do not hang.
    probing: AtomicBool,
    release: Notify,
    upgraded: AtomicBool,
    closed: CancellationToken,
}

enum Inbound {
    Packet(Packet),
    Line(Line),
}

/// One client's line, whatever carries it; dropping it ends it.
pub(crate) struct Transport {
    engines: Arc<Engines>,
    session: Arc<Session>,
    inbound: mpsc::Receiver<Inbound>,
    line: Option<Line>,
    address: IpAddr,
    stranger: Option<Stranger>,
    /// A ping is out.
    asked: bool,
    opened: Instant,
    timer: Pin<Box<Sleep>>,
}

/// What a line has to say.
pub(crate) enum Happening {
    /// A message for the protocol above.
    Message(String),
    /// The client has had all that was queued before the last ping.
    Alive,
    /// The line is over.
    Over,
}

impl Engines {
    pub(crate) fn new(nameless: Arc<Nameless>) -> Self {
        Self { sessions: Mutex::default(), nameless }
    }

    /// Opens a line; `None` when too many are open on which nobody has said who they are.
    fn open(
        self: &Arc<Self>,
        sid: String,
        line: Option<Line>,
        address: IpAddr,
        stop: &CancellationToken,
    ) -> Option<Box<Transport>> {
        let stranger = Some(self.nameless.admit(address)?);
        let (sender, inbound) = mpsc::channel(INBOUND);
        let session = Arc::new(Session {
            sid: sid.clone(),
            queue: Queue::default(),
            inbound: sender,
            poll: tokio::sync::Mutex::default(),
            probing: AtomicBool::new(false),
            release: Notify::new(),
            upgraded: AtomicBool::new(line.is_some()),
            closed: stop.child_token(),
        });
        self.sessions.lock().insert(sid, session.clone());
        let opened = Instant::now();
        let timer = Box::pin(sleep_until(opened + PING_EVERY));
        let engines = self.clone();
        let asked = false;
        Some(Box::new(Transport { engines, session, inbound, line, address, stranger, asked, opened, timer }))
    }

    fn find(&self, sid: &str) -> Option<Arc<Session>> {
        self.sessions.lock().get(sid).cloned()
    }
}

impl Transport {
    /// Where what is to be said waits.
    pub(crate) fn queue(&self) -> &Queue {
        &self.session.queue
    }

    /// Where it comes from.
    pub(crate) fn address(&self) -> IpAddr {
        self.address
    }

    /// It is known who speaks.
    pub(crate) fn named(&mut self) {
        self.stranger = None;
    }

    /// The next thing that happens; meanwhile what is queued is written. Nothing is lost when the future is dropped.
    pub(crate) async fn next(&mut self) -> Happening {
        loop {
            let Self { session, inbound, line, timer, .. } = self;
            let packet = tokio::select! {
                heard = hear(line, &session.queue) => match heard {
                    Heard::Text(text) => Packet::parse(&text),
                    Heard::Alive => continue,
                    Heard::Gone => return Happening::Over,
                },
                Some(inbound) = inbound.recv() => match inbound {
                    Inbound::Packet(packet) => Some(packet),
                    Inbound::Line(line) => {
                        self.line = Some(line);
                        continue;
                    }
                },
                () = timer.as_mut() => match self.beat() {
                    true => continue,
                    false => return Happening::Over,
                },
                () = session.closed.cancelled() => return Happening::Over,
            };
            match packet {
                Some(Packet::Message(text)) => return Happening::Message(text),
                Some(Packet::Pong) => {
                    self.asked = false;
                    self.timer.as_mut().reset(Instant::now() + PING_EVERY);
                    return Happening::Alive;
                }
                Some(Packet::Upgrade) => {}
                Some(Packet::Close | Packet::Probe) | None => return Happening::Over,
            }
        }
    }

    /// Asks for a sign of life, or finds that none came.
    fn beat(&mut self) -> bool {
        let anonymous = self.stranger.is_some() && self.opened.elapsed() >= NAME_WITHIN;
        if anonymous || self.session.queue.is_over() {
            return false;
        }
        let wait = match (self.asked, self.stranger.is_some()) {
            (true, _) => return false,
            (false, true) => NAME_WITHIN.saturating_sub(PING_EVERY),
            (false, false) => PONG_WITHIN,
        };
        self.session.queue.say(packet::PING);
        self.asked = true;
        self.timer.as_mut().reset(Instant::now() + wait);
        true
    }

    /// Says what is queued, and that it is over; the client comes back by itself.
    pub(crate) async fn close(mut self: Box<Self>) {
        if let Some(line) = self.line.take() {
            line.close(&self.session.queue, 1000).await;
        }
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        self.engines.sessions.lock().remove(&self.session.sid);
        self.session.closed.cancel();
    }
}

async fn hear(line: &mut Option<Line>, queue: &Queue) -> Heard {
    match line {
        Some(line) => line.hear(queue).await,
        None => std::future::pending().await,
    }
}

impl Session {
    fn is_upgraded(&self) -> bool {
        self.upgraded.load(Ordering::SeqCst)
    }
}
