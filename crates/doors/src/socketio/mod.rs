//! Socket.IO: who a line belongs to, what it is told, and coming back to it. One endpoint for the two doors that speak it: who
//! proves themselves in the handshake is a client of the [`design`](crate::design) door, who does so by `setup` one of the
//! [`mern`](crate::mern) door.
//!
//! A client whose line broke comes back with the `pid` it was given and the offset of the last event it got. Until then, for
//! [`PARKED_FOR`], its place in the hub is kept, and what was said meanwhile waits there; what was on its way when the line
//! broke is in its [`ring::Ring`].
//!
//! A client of the first door never says again who it is. So once it has, it is given another `pid` in which its token is
//! sealed in: also a server that has just started, and another node, know it by that. What was said until it came there is
//! in the history.

mod packet;
mod parked;
mod ring;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use parlor_gateway::{Guest, News, Queue, Told, Words};
use parlor_model::frames::{Bye, PresenceStatus};
use parlor_model::{Clock, ConversationId, Seq, UserId};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::engine::{Happening, Transport};
use crate::said::Said;
use crate::{Doors, design, mern};
use packet::{Body, Packet};
pub(crate) use parked::Parked;
use ring::Ring;

/// How long a client may be away.
pub(crate) const PARKED_FOR: Duration = Duration::from_secs(120);
/// How long one that comes back waits for its old line to be given up.
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(2);

/// Between what makes a `pid` a secret and the token in it.
const SEAL: char = '~';

impl Doors {
    /// What a client comes back by; with its token, once it has shown one.
    fn pid(&self, token: Option<&str>) -> parlor_model::Result<Arc<str>> {
        let secret = self.secret()?;
        Ok(token.map_or_else(|| secret.as_str().into(), |token| format!("{secret}{SEAL}{token}").into()))
    }
}

/// Which of the two doors a client came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// By `setup`.
    Mern,
    /// By the handshake.
    Design,
}

/// A client, on a line or between two.
pub(crate) struct Client {
    /// What it comes back by: a bearer secret.
    pid: Arc<str>,
    door: Door,
    guest: Option<Guest>,
    ring: Ring,
    /// The conversation it looks at: where it is told who writes.
    pub(crate) joined: Option<ConversationId>,
    pub(crate) said: Said,
    /// Told when another line wants to have this client.
    leave: Arc<Notify>,
}

/// An event for a client.
#[derive(Debug)]
pub(crate) struct Event {
    /// Encoded once for all who get it.
    words: Words,
    /// Its place among all events of this process.
    id: u64,
    /// Who caused it, and what it tells of.
    pub(crate) by: UserId,
    place: (ConversationId, Seq),
}

/// Begins where no process before has come to: clients keep the ids it gave.
static NEXT: LazyLock<AtomicU64> =
    LazyLock::new(|| AtomicU64::new(u64::try_from(Clock::System.now()).unwrap_or_default() << 20));

impl Event {
    /// Encodes an event that clients remember having got.
    pub(crate) fn new(name: &str, arg: &Value, by: UserId, place: (ConversationId, Seq)) -> Self {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { words: Words::new(&packet::say(name, Some(arg), &id.to_string())), id, by, place }
    }
}

/// Serves one line until it is over. Its client is kept for a while then.
pub(crate) async fn serve(doors: &Doors, mut transport: Box<Transport>) {
    let mut client = None;
    let bye = attend(doors, &mut transport, &mut client).await;
    Box::pin(transport.close()).await;
    match client {
        Some(client) if bye == Bye::Timeout && !doors.stop.is_cancelled() => doors.parked.park(client),
        Some(client) => doors.parked.forget(&client.pid),
        None => {}
    }
}

/// Why it ended; `Timeout` when the line was lost and the client may come back.
async fn attend(doors: &Doors, transport: &mut Transport, place: &mut Option<Client>) -> Bye {
    let queue = transport.queue().clone();
    loop {
        let room = queue.has_room();
        tokio::select! {
            // First what it is told, all of which one turn of its line writes.
            biased;
            call = called(place, room) => match call {
                Call::Told(Told::News(news)) => {
                    if let Some(client) = place {
                        client.tell(doors, transport.queue(), &news).await;
                    }
                }
                // A node that stops keeps nobody: they come back to another.
                Call::Told(Told::Ends(bye, _)) => return bye,
                Call::Leave => return Bye::Timeout,
            },
            happening = transport.next() => match happening {
                Happening::Over => return Bye::Timeout,
                Happening::Alive => place.iter_mut().for_each(|client| client.ring.alive()),
                Happening::Message(text) => {
                    let Some(packet) = Packet::parse(&text) else { return Bye::Invalid };
                    // Boxed, like what translates: a line that is idle should not hold room for it.
                    if !Box::pin(hear(doors, transport, place, packet)).await {
                        return Bye::Invalid;
                    }
                }
            },
            () = queue.room(), if !room => {}
        }
    }
}

/// What calls a client from within.
enum Call {
    Told(Told),
    /// It has another line.
    Leave,
}

async fn called(client: &mut Option<Client>, room: bool) -> Call {
    match client {
        Some(Client { guest: Some(guest), leave, .. }) => tokio::select! {
            told = guest.told(), if room => Call::Told(told),
            () = leave.notified() => Call::Leave,
        },
        Some(Client { leave, .. }) => {
            leave.notified().await;
            Call::Leave
        }
        None => std::future::pending().await,
    }
}

/// Does what a packet asks for; false ends the line.
async fn hear(doors: &Doors, transport: &mut Transport, place: &mut Option<Client>, packet: Packet) -> bool {
    if packet.namespace != "/" {
        if let Body::Connect(_) = packet.body {
            transport.queue().say(&packet::refused(&packet.namespace, "Invalid namespace"));
        }
        return true;
    }
    match (packet.body, place.as_mut()) {
        (Body::Connect(auth), None) => {
            match enter(doors, transport, &auth).await {
                Ok(client) => *place = Some(client),
                Err(message) => transport.queue().say(&packet::refused("/", &message)),
            }
            true
        }
        (Body::Event { name, args, ack }, Some(client)) => {
            let answer = client.obey(doors, transport, &name, args).await;
            if let (Some(ack), Some(answer)) = (ack, answer) {
                transport.queue().say(&packet::acknowledge(ack, &answer));
            }
            true
        }
        (Body::Ack, Some(_)) => true,
        _ => false,
    }
}

/// Lets a client in: a new one, or one that comes back.
async fn enter(doors: &Doors, transport: &mut Transport, auth: &Value) -> Result<Client, String> {
    let token = auth["token"].as_str();
    if !(if token.is_some() { doors.config.design } else { doors.config.mern }) {
        return Err("This door is closed.".to_owned());
    }
    let identity = match token {
        Some(token) => {
            Some(doors.gateway.backend().authenticate(token).await.map_err(|error| error.detail.to_string())?)
        }
        None => None,
    };
    let (pid, offset) = (auth["pid"].as_str(), auth["offset"].as_str());
    let back = match pid {
        Some(pid) => doors.parked.take_back(pid, TAKEN_OVER_WITHIN).await,
        None => None,
    };
    // Who comes back with a token comes back as themselves.
    let back = back.filter(|client| identity.is_none_or(|who| client.user() == Some(who.user)));
    let sid = doors.secret().map_err(|error| error.detail.to_string())?;
    if let Some(mut client) = back {
        if client.guest.is_some() {
            transport.named();
        }
        client.guest.iter().for_each(|guest| guest.say(PresenceStatus::Online));
        let missed = client.ring.after(offset);
        if missed.is_none() {
            let token = client.pid.split_once(SEAL).map(|(_, token)| token);
            client.pid = doors.pid(token).map_err(|error| error.detail.to_string())?;
            client.ring = Ring::from(offset);
        }
        let queue = transport.queue();
        // First that it is let in: a client keeps what comes before, and would get it twice should the line break again.
        queue.say(&packet::connected(&sid, &client.pid));
        missed.into_iter().flatten().for_each(|words| queue.push(&words));
        doors.parked.lives(&client.pid, &client.leave);
        return Ok(client);
    }
    let door = if identity.is_some() { Door::Design } else { Door::Mern };
    let token = token.or_else(|| pid.and_then(|pid| pid.split_once(SEAL)).map(|(_, token)| token));
    let identity = match (identity, token) {
        (None, Some(token)) => doors.gateway.backend().authenticate(token).await.ok(),
        (identity, _) => identity,
    };
    let pid = doors.pid(token.filter(|_| identity.is_some())).map_err(|error| error.detail.to_string())?;
    let guest = match identity {
        None => None,
        Some(identity) => {
            let received = doors.gateway.receive(identity, transport.address(), None).await;
            transport.named();
            Some(received.map_err(|error| error.detail.to_string())?)
        }
    };
    transport.queue().say(&packet::connected(&sid, &pid));
    let leave = Arc::<Notify>::default();
    doors.parked.lives(&pid, &leave);
    Ok(Client { pid, door, guest, ring: Ring::from(offset), joined: None, said: Said::default(), leave })
}

impl Client {
    /// Who it is, once that is known.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.guest.as_ref().map(|guest| guest.identity.user)
    }

    /// The guest it is, once it is known who.
    pub(crate) fn guest(&self) -> Option<&Guest> {
        self.guest.as_ref()
    }

    /// It is this guest from now on, who proved it with this token. Told so by being let in once more, since that is the only
    /// way to give it another `pid`.
    pub(crate) fn is(&mut self, doors: &Doors, queue: &Queue, guest: Guest, token: &str) {
        self.guest = Some(guest);
        if let (Ok(sid), Ok(pid)) = (doors.secret(), doors.pid(Some(token))) {
            doors.parked.forget(&self.pid);
            queue.say(&packet::connected(&sid, &pid));
            doors.parked.lives(&pid, &self.leave);
            self.pid = pid;
        }
    }

    async fn obey(&mut self, doors: &Doors, transport: &mut Transport, name: &str, args: Vec<Value>) -> Option<Value> {
        let arg = args.into_iter().next().unwrap_or_default();
        match self.door {
            Door::Mern => {
                if mern::events::obey(self, doors, transport, name, &arg).await {
                    self.say(transport.queue(), "connected");
                }
                Some(Value::Null)
            }
            Door::Design => Some(match design::events::obey(self, doors, name, &arg).await {
                Ok(answer) => answer,
                Err(error) => json!({ "status": "error", "code": error.code.name(), "message": error.detail }),
            }),
        }
    }

    /// An event for this client alone that is worth nothing later.
    fn say(&self, queue: &Queue, name: &str) {
        queue.say(&packet::say(name, None, &self.ring.offset()));
    }

    async fn tell(&mut self, doors: &Doors, queue: &Queue, news: &News) {
        let Some(guest) = &self.guest else { return };
        let me = guest.identity.user;
        let event = match self.door {
            Door::Mern => mern::events::translate(doors, news, guest.identity, self.joined).await,
            Door::Design => design::events::translate(doors, news, guest.identity).await,
        };
        match event {
            Some(Translated::Event(event)) => {
                let own = match self.door {
                    // These clients show what they post themselves, and cannot tell it from what they are told.
                    Door::Mern => event.by == me,
                    Door::Design => self.said.take(event.place),
                };
                if !own {
                    self.ring.push(event.id, event.words.clone());
                    queue.push(&event.words);
                }
            }
            Some(Translated::Passing { name, by }) if by != me => self.say(queue, name),
            _ => {}
        }
    }
}

/// What a client is told of a frame.
pub(crate) enum Translated {
    /// Something it must not miss.
    Event(Arc<Event>),
    /// Something that passes.
    Passing {
        /// The event.
        name: &'static str,
        /// Who caused it.
        by: UserId,
    },
}
