//! Lines of texts for clients that may have SockJS around them: a plain WebSocket, or SockJS over a WebSocket or over requests
//! of the client. What travels on them is for the protocol above.

mod frames;
mod http;
mod turn;

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_gateway::{Heard, Line, Queue, Words};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::nameless::Stranger;
pub(crate) use http::routes;

/// A WebSocket is asked this often for a sign of life, below what travels on it, and has as long for it.
const PING_EVERY: Duration = Duration::from_secs(25);
/// A client that polls has to ask again within this.
const BACK_WITHIN: Duration = Duration::from_secs(5);
/// Texts of one client that were posted and wait to be looked at; the next request waits.
const INBOUND: usize = 32;

/// Whose session it is: clients choose the names of their sessions, so a name counts only where it was first said.
type Key = (IpAddr, String);

/// All lines of this node.
#[derive(Default)]
pub(crate) struct Sessions {
    /// Those that are carried by requests.
    polled: Mutex<HashMap<Key, Arc<Session>>>,
}

/// What the requests of one client share with the task that serves it.
struct Session {
    queue: Queue,
    inbound: mpsc::Sender<String>,
    /// Held by the one request that takes from the queue.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Such a request was answered.
    answered: Notify,
    /// The client has taken the last frame.
    dismissed: Notify,
    closed: CancellationToken,
}

/// What lies around a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Nothing.
    Plain,
    /// A frame of SockJS.
    SockJs,
}

/// The way to a client. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Outlet {
    /// Where what is to be said waits.
    pub(crate) queue: Queue,
    /// What lies around the texts on it.
    pub(crate) shape: Shape,
}

/// One client's line, whatever carries it; dropping it ends it.
pub(crate) struct Transport {
    sessions: Arc<Sessions>,
    outlet: Outlet,
    carrier: Carrier,
    /// Texts that came with the one before.
    heard: VecDeque<String>,
    address: IpAddr,
    stranger: Option<Stranger>,
    closed: CancellationToken,
    /// A ping is out.
    asked: bool,
    timer: Pin<Box<Sleep>>,
}

enum Carrier {
    Line(Line),
    Requests { key: Key, session: Arc<Session>, inbound: mpsc::Receiver<String> },
    Gone,
}

/// What a line has to say.
pub(crate) enum Happening {
    /// A text for the protocol above.
    Text(String),
    /// A sign of life.
    Alive,
    /// The line is over.
    Over,
}

impl Shape {
    /// A piece of text as it stands in a message of this shape.
    pub(crate) fn lay(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::SockJs => {
                let mut escaped = String::with_capacity(text.len() + text.len() / 8);
                frames::escape(text, &mut escaped);
                escaped
            }
        }
    }

    /// A text in two pieces, as [`Shape::lay`] made them.
    pub(crate) fn words(self, head: &str, tail: &str) -> Words {
        Words::new(&match self {
            Self::Plain => [head, tail].concat(),
            Self::SockJs => frames::message(&[head, tail]),
        })
    }
}

impl Outlet {
    /// Says a text.
    pub(crate) fn say(&self, text: &str) {
        match self.shape {
            Shape::Plain => self.queue.say(text),
            Shape::SockJs => self.queue.say(&frames::message(&[&self.shape.lay(text)])),
        }
    }
}

impl Sessions {
    fn find(&self, key: &Key) -> Option<Arc<Session>> {
        self.polled.lock().get(key).cloned()
    }

    /// A line over a WebSocket.
    fn over(
        self: &Arc<Self>,
        line: Line,
        shape: Shape,
        stranger: Stranger,
        stop: &CancellationToken,
    ) -> Box<Transport> {
        let outlet = Outlet { queue: Queue::default(), shape };
        if shape == Shape::SockJs {
            outlet.queue.say(frames::OPEN);
        }
        self.transport(outlet, Carrier::Line(line), stranger, stop.child_token())
    }

    /// A line over requests; `None` when somebody has opened it meanwhile.
    fn by_requests(self: &Arc<Self>, key: Key, stranger: Stranger, stop: &CancellationToken) -> Option<Box<Transport>> {
        let (sender, inbound) = mpsc::channel(INBOUND);
        let session = Arc::new(Session {
            queue: Queue::default(),
            inbound: sender,
            turn: Arc::default(),
            answered: Notify::new(),
            dismissed: Notify::new(),
            closed: stop.child_token(),
        });
        {
            let mut polled = self.polled.lock();
            if polled.contains_key(&key) {
                return None;
            }
            polled.insert(key.clone(), session.clone());
        }
        let outlet = Outlet { queue: session.queue.clone(), shape: Shape::SockJs };
        outlet.queue.say(frames::OPEN);
        let closed = session.closed.clone();
        Some(self.transport(outlet, Carrier::Requests { key, session, inbound }, stranger, closed))
    }

    fn transport(
        self: &Arc<Self>,
        outlet: Outlet,
        carrier: Carrier,
        stranger: Stranger,
        closed: CancellationToken,
    ) -> Box<Transport> {
        let wait = if matches!(carrier, Carrier::Line(_)) { PING_EVERY } else { BACK_WITHIN };
        Box::new(Transport {
            sessions: self.clone(),
            outlet,
            carrier,
            heard: VecDeque::new(),
            address: stranger.address(),
            stranger: Some(stranger),
            closed,
            asked: false,
            timer: Box::pin(sleep_until(Instant::now() + wait)),
        })
    }
}

impl Transport {
    /// The way to the client.
    pub(crate) fn outlet(&self) -> &Outlet {
        &self.outlet
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
            if let Some(text) = self.heard.pop_front() {
                return Happening::Text(text);
            }
            tokio::select! {
                heard = self.carrier.hear(&self.outlet.queue) => match heard {
                    Some(Heard::Text(text)) => {
                        self.alive();
                        match self.unwrap(text) {
                            Ok(texts) => self.heard.extend(texts),
                            Err(_) => return Happening::Over,
                        }
                    }
                    Some(Heard::Alive) => {
                        self.alive();
                        return Happening::Alive;
                    }
                    Some(Heard::Gone) => return Happening::Over,
                    // A request was answered: the next has some time to come.
                    None => self.timer.as_mut().reset(Instant::now() + BACK_WITHIN),
                },
                () = self.timer.as_mut() => if !self.beat() {
                    return Happening::Over;
                },
                () = self.closed.cancelled() => return Happening::Over,
            }
        }
    }

    /// Texts within a message of a WebSocket; what was posted is taken apart already.
    fn unwrap(&self, message: String) -> Result<Vec<String>, frames::Refusal> {
        match (self.outlet.shape, &self.carrier) {
            (Shape::SockJs, Carrier::Line(_)) => frames::from_websocket(&message),
            _ => Ok(vec![message]),
        }
    }

    fn alive(&mut self) {
        if let Carrier::Line(_) = self.carrier {
            self.asked = false;
            self.timer.as_mut().reset(Instant::now() + PING_EVERY);
        }
    }

    /// Asks for a sign of life, or finds that none came.
    fn beat(&mut self) -> bool {
        let waits = match &self.carrier {
            Carrier::Line(_) => {
                Line::ping(&self.outlet.queue);
                !std::mem::replace(&mut self.asked, true)
            }
            Carrier::Requests { session, .. } => session.turn.try_lock().is_err(),
            Carrier::Gone => false,
        };
        self.timer.as_mut().reset(Instant::now() + PING_EVERY);
        waits && !self.outlet.queue.is_over()
    }

    /// Says what is queued, and that it is over.
    pub(crate) async fn close(mut self: Box<Self>) {
        if self.outlet.shape == Shape::SockJs {
            self.outlet.queue.say(&frames::close(frames::GO_AWAY));
        }
        match std::mem::replace(&mut self.carrier, Carrier::Gone) {
            Carrier::Line(line) => line.close(&self.outlet.queue, 1000).await,
            Carrier::Requests { key, session, inbound } => {
                let _ = timeout(BACK_WITHIN, session.dismissed.notified()).await;
                self.carrier = Carrier::Requests { key, session, inbound };
            }
            Carrier::Gone => {}
        }
    }
}

impl Drop for Transport {
    fn drop(&mut self) {
        if let Carrier::Requests { key, .. } = &self.carrier {
            self.sessions.polled.lock().remove(key);
        }
        self.closed.cancel();
    }
}

impl Carrier {
    /// What comes; `None` when a request was answered.
    async fn hear(&mut self, queue: &Queue) -> Option<Heard> {
        match self {
            Self::Line(line) => Some(line.hear(queue).await),
            Self::Requests { session, inbound, .. } => tokio::select! {
                text = inbound.recv() => Some(text.map_or(Heard::Gone, Heard::Text)),
                () = session.answered.notified() => None,
            },
            Self::Gone => Some(Heard::Gone),
        }
    }
}
