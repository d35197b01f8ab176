//! A gateway on a real port, an application in memory behind it, and a client that speaks raw WebSocket.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{SinkExt, StreamExt};
use parking_lot::Mutex;
use parlor_bus::{Bus, Memory};
use parlor_gateway::{
    Backend, Change, Gateway, GatewayConfig, Heads, Identity, LogPage, Seen, SendMessage, Sent, Setup,
};
use parlor_model::conversations::{Head, ReadMark};
use parlor_model::{
    Clock, ConversationId, Entry, EntryBody, Error, Event, Limits, Message, Millis, NodeId, Result, Seq, SessionId,
    UserId,
};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;

pub(crate) const LUNCH: ConversationId = ConversationId(7);
pub(crate) const ELSEWHERE: ConversationId = ConversationId(8);
pub(crate) const ANN: UserId = UserId(1);
pub(crate) const BOB: UserId = UserId(2);
/// Nothing takes this long unless it is broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// The application: tokens are `user:session` or `user:session:expires_at`.
pub(crate) struct Application {
    pub(crate) bus: Memory,
    pub(crate) clock: Clock,
    logs: Mutex<BTreeMap<ConversationId, Vec<Entry>>>,
    pub(crate) revoked: Mutex<Vec<SessionId>>,
    /// Sends wait for a permit, so that a test can hold them.
    pub(crate) gate: Semaphore,
    pub(crate) down: AtomicBool,
}

impl Application {
    fn members(log: &[Entry]) -> Vec<UserId> {
        let mut members = Vec::new();
        for entry in log {
            members.extend(entry.arrivals());
            members.retain(|user| !entry.departures().contains(user));
        }
        members
    }

    /// Commits and announces.
    pub(crate) fn append(&self, conversation: ConversationId, actor: UserId, body: EntryBody) -> Seq {
        let mut logs = self.logs.lock();
        let log = logs.entry(conversation).or_default();
        let seq = log.len() as Seq + 1;
        let body = match body {
            EntryBody::Message { message } => EntryBody::Message { message: Message { seq, ..message } },
            other => other,
        };
        let entry = Entry { conversation, seq, actor, at: 1, withheld_from: None, body };
        log.push(entry.clone());
        self.bus.publish(Event::Appended { entry: Arc::new(entry) });
        seq
    }

    pub(crate) fn say(&self, conversation: ConversationId, sender: UserId, text: &str) -> Seq {
        let (client_id, text) = ("c".to_owned(), text.to_owned());
        let message = Message { conversation, seq: 0, client_id, sender, text, at: 1, ..Message::default() };
        self.append(conversation, sender, EntryBody::Message { message })
    }

    fn found(&self, who: &Identity, conversation: ConversationId) -> Result<Vec<Entry>> {
        let logs = self.logs.lock();
        let log = logs.get(&conversation).filter(|log| Self::members(log).contains(&who.user));
        log.cloned().ok_or_else(|| Error::not_found("conversation"))
    }

    fn up(&self) -> Result<()> {
        if self.down.load(Ordering::SeqCst) { Err(Error::unavailable("The store is away.")) } else { Ok(()) }
    }
}

#[async_trait]
impl Backend for Application {
    async fn authenticate(&self, token: &str) -> Result<Identity> {
        self.up()?;
        let numbers: Vec<i64> = token.split(':').filter_map(|number| number.parse().ok()).collect();
        let [user, session, ref rest @ ..] = numbers[..] else { return Err(Error::unauthenticated("forged")) };
        let expires_at = rest.first().copied().unwrap_or(i64::MAX);
        if self.revoked.lock().contains(&SessionId(session)) || expires_at <= self.clock.now() {
            return Err(Error::unauthenticated("over"));
        }
        Ok(Identity { user: UserId(user), session: SessionId(session), expires_at })
    }

    async fn heads(&self, who: &Identity) -> Result<Heads> {
        self.up()?;
        let logs = self.logs.lock();
        let mine = logs.iter().filter(|(_, log)| Self::members(log).contains(&who.user));
        let heads = mine.map(|(id, log)| Head(*id, log.len() as Seq, 0, 0, 0, 1, 0)).collect();
        Ok(Heads { account_version: 1, heads, ..Heads::default() })
    }

    async fn send(&self, who: &Identity, ask: SendMessage) -> Result<Sent> {
        self.gate.acquire().await.map_err(Error::internal)?.forget();
        self.up()?;
        self.found(who, ask.conversation)?;
        Ok(Sent { seq: self.say(ask.conversation, who.user, &ask.text), at: 1 })
    }

    async fn change(&self, who: &Identity, conversation: ConversationId, target: Seq, change: Change) -> Result<Sent> {
        self.found(who, conversation)?;
        let body = match change {
            Change::Edit { text, mentions } => EntryBody::Edited { target, text, mentions },
            Change::Delete => EntryBody::Deleted { target },
            Change::React(emoji) => EntryBody::Reacted { target, emoji },
            Change::Unreact(emoji) => EntryBody::Unreacted { target, emoji },
        };
        Ok(Sent { seq: self.append(conversation, who.user, body), at: 1 })
    }

    async fn mark_read(&self, who: &Identity, conversation: ConversationId, seq: Seq) -> Result<ReadMark> {
        if seq > self.found(who, conversation)?.len() as Seq {
            return Err(Error::invalid("Beyond the head.").at("seq"));
        }
        let mark = ReadMark { read_seq: seq, unread: 0, mentions: 0 };
        self.bus.publish(Event::Read { conversation, user: who.user, mark });
        Ok(mark)
    }

    async fn mark_delivered(&self, who: &Identity, conversation: ConversationId, _: Seq) -> Result<()> {
        self.found(who, conversation).map(drop)
    }

    async fn typing(&self, who: &Identity, conversation: ConversationId, on: bool) -> Result<()> {
        self.found(who, conversation)?;
        self.bus.publish(Event::Typing { conversation, user: who.user, on, except: Box::default() });
        Ok(())
    }

    async fn watch(&self, _: &Identity, users: &[UserId]) -> Result<Vec<Seen>> {
        let seen = |user: &UserId| Seen {
            user: *user,
            words: None,
            shows_presence: true,
            shows_last_seen: true,
            last_seen_at: None,
        };
        Ok(users.iter().map(seen).collect())
    }

    async fn left(&self, _: &[(UserId, Millis)]) -> Result<()> {
        self.up()
    }

    async fn log(&self, who: &Identity, conversation: ConversationId, after: Seq, limit: i64) -> Result<LogPage> {
        let log = self.found(who, conversation)?;
        let head_seq = log.len() as Seq;
        let entries = log.into_iter().filter(|entry| entry.seq > after).take(limit as usize).collect();
        Ok(LogPage { entries, head_seq })
    }

    async fn entries_between(&self, conversation: ConversationId, after: Seq, up_to: Seq) -> Result<Vec<Entry>> {
        let logs = self.logs.lock();
        let log = logs.get(&conversation).into_iter().flatten();
        Ok(log.filter(|entry| entry.seq > after && entry.seq <= up_to).take(100).cloned().collect())
    }
}

/// A gateway that listens.
pub(crate) struct House {
    pub(crate) app: Arc<Application>,
    pub(crate) gateway: Gateway,
    pub(crate) address: SocketAddr,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(GatewayConfig::default(), Limits::default()).await
    }

    /// Ann and Bob are at lunch; Bob alone is elsewhere.
    pub(crate) async fn with(config: GatewayConfig, limits: Limits) -> Self {
        let clock = Clock::manual(1_000);
        let app = Arc::new(Application {
            bus: Memory::default(),
            clock: clock.clone(),
            logs: Mutex::default(),
            revoked: Mutex::default(),
            gate: Semaphore::new(1_000_000),
            down: AtomicBool::new(false),
        });
        app.append(LUNCH, ANN, EntryBody::Created { users: vec![ANN, BOB], title: None });
        app.append(ELSEWHERE, BOB, EntryBody::Created { users: vec![BOB], title: None });
        let setup = Setup { config, limits, clock, node: "n1".into(), node_id: NodeId(1), backend: app.clone() };
        let gateway = Gateway::start(setup, Arc::new(app.bus.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = gateway.routes().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { app, gateway, address }
    }

    /// A socket before its hello.
    pub(crate) async fn socket(&self) -> Line {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let url = format!("ws://{}/api/v1/socket", self.address);
        Line(tokio_tungstenite::client_async(url, stream).await.unwrap().0)
    }

    /// A welcomed socket.
    pub(crate) async fn line(&self, token: &str) -> Line {
        let mut line = self.socket().await;
        line.say(&format!(r#"{{"op":"hello","token":"{token}"}}"#)).await;
        line.hears("welcome").await;
        line
    }

    /// Waits until the gateway has noticed.
    pub(crate) async fn until(&self, what: &str, condition: impl Fn(&parlor_gateway::Counts) -> bool) {
        let holds = async {
            while !condition(&self.gateway.counts()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, holds).await.unwrap_or_else(|_| panic!("{what}: {:?}", self.gateway.counts()));
    }
}

/// A client's end of a socket.
pub(crate) struct Line(pub(crate) WebSocketStream<TcpStream>);

impl Line {
    pub(crate) async fn say(&mut self, text: &str) {
        self.put(Frame::text(text)).await;
    }

    pub(crate) async fn put(&mut self, frame: Frame) {
        self.0.send(frame).await.unwrap();
    }

    /// Bytes below WebSocket.
    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        tokio::io::AsyncWriteExt::write_all(self.0.get_mut(), bytes).await.unwrap();
    }

    /// The next frame of the protocol; `None` when the socket is closed.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("the server fell silent")?;
            match frame {
                Ok(Frame::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Frame::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// The next frame, which is of this `op`.
    pub(crate) async fn hears(&mut self, op: &str) -> Value {
        let frame = self.next().await.unwrap_or_else(|| panic!("closed instead of {op}"));
        assert_eq!(frame["op"], op, "{frame}");
        frame
    }

    /// The farewell, after whatever else comes, and the end of the line.
    pub(crate) async fn bye(&mut self) -> Value {
        loop {
            let frame = self.next().await.expect("closed without a bye");
            if frame["op"] == "bye" {
                assert_eq!(self.next().await, None, "a bye is the last word");
                return frame;
            }
        }
    }
}
