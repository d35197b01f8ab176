//! A WebSocket text by text, and Socket.IO over it.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use parlor_testkit::Person;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Nothing takes as long as this, unless it never comes.
const NEVER: Duration = Duration::from_secs(20);

/// An open socket.
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens one, with a bearer token if there is one; or the status that refuses it.
    pub(crate) async fn open(address: SocketAddr, path: &str, token: &str) -> Result<Self, u16> {
        let mut request = format!("ws://{address}{path}").into_client_request().expect("a request");
        if !token.is_empty() {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) async fn send(&mut self, text: &str) {
        let _ = self.0.send(Message::text(text)).await;
    }

    /// The next text; `None` when the server has closed.
    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            match tokio::time::timeout(NEVER, self.0.next()).await.expect("a text or the end") {
                Some(Ok(Message::Text(text))) => return Some(text.as_str().to_owned()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next JSON.
    pub(crate) async fn json(&mut self) -> Value {
        serde_json::from_str(&self.next().await.expect("a text before the end")).expect("JSON")
    }

    /// The next JSON of this type; those before it are passed over.
    pub(crate) async fn until(&mut self, kind: &str) -> Value {
        loop {
            let told = self.json().await;
            if told["type"] == kind {
                return told;
            }
        }
    }
}

/// A Socket.IO client, packet by packet.
pub(crate) struct Io {
    socket: Socket,
    pub(crate) pid: String,
    pub(crate) offset: Option<String>,
    acks: u64,
}

impl Io {
    /// Opens a socket and lets itself in with these credentials; or the refusal.
    pub(crate) async fn connect(address: SocketAddr, auth: Value) -> Result<Self, Value> {
        let path = "/socket.io/?EIO=4&transport=websocket";
        let mut socket = Socket::open(address, path, "").await.expect("a socket");
        assert!(socket.next().await.expect("the opening").starts_with('0'));
        let auth = if auth.is_null() { String::new() } else { auth.to_string() };
        socket.send(&format!("40{auth}")).await;
        let answer = socket.next().await.expect("an answer");
        match (answer.strip_prefix("40"), answer.strip_prefix("44")) {
            (Some(told), _) => {
                let told: Value = serde_json::from_str(told).expect("JSON");
                Ok(Self { socket, pid: told["pid"].as_str().expect("a pid").to_owned(), offset: None, acks: 0 })
            }
            (_, Some(refusal)) => Err(serde_json::from_str(refusal).expect("JSON")),
            _ => panic!("{answer}"),
        }
    }

    /// A client of the first door that has set up.
    pub(crate) async fn set_up(person: &Person) -> Self {
        let mut io = Self::connect(person.address(), Value::Null).await.expect("let in");
        io.emit("setup", json!({ "_id": person.id, "token": person.access_token })).await;
        assert_eq!(io.event().await.0, "connected");
        io
    }

    /// Comes back after its line broke.
    pub(crate) async fn back(self, address: SocketAddr) -> Self {
        let Self { socket, pid, offset, .. } = self;
        drop(socket);
        let back = Self::connect(address, json!({ "pid": pid, "offset": offset })).await.expect("let in");
        Self { offset, ..back }
    }

    pub(crate) async fn emit(&mut self, name: &str, arg: Value) {
        self.socket.send(&format!("42{}", json!([name, arg]))).await;
    }

    /// Emits and gives the acknowledgement; events before it must not come.
    pub(crate) async fn ask(&mut self, name: &str, arg: Value) -> Value {
        self.acks += 1;
        self.socket.send(&format!("42{}{}", self.acks, json!([name, arg]))).await;
        loop {
            let text = self.packet().await.expect("an acknowledgement");
            if let Some(answer) = text.strip_prefix(&format!("43{}", self.acks)) {
                let answer: Value = serde_json::from_str(answer).expect("JSON");
                return answer[0].clone();
            }
        }
    }

    /// The next packet that is no heartbeat; being let in once more is taken note of.
    async fn packet(&mut self) -> Option<String> {
        loop {
            let text = self.socket.next().await?;
            if text == "2" {
                self.socket.send("3").await;
            } else if let Some(told) = text.strip_prefix("40") {
                let told: Value = serde_json::from_str(told).expect("JSON");
                told["pid"].as_str().expect("a pid").clone_into(&mut self.pid);
            } else {
                return Some(text);
            }
        }
    }

    /// The next event and its argument.
    pub(crate) async fn event(&mut self) -> (String, Value) {
        let text = self.packet().await.expect("an event before the end");
        let event: Value = serde_json::from_str(text.strip_prefix("42").expect("an event")).expect("JSON");
        let mut event = event.as_array().expect("an array").clone();
        self.offset = Some(event.pop().and_then(|last| last.as_str().map(str::to_owned)).expect("an offset"));
        (event[0].as_str().expect("a name").to_owned(), event.get(1).cloned().unwrap_or_default())
    }

    /// What the next messages say, so many of them.
    pub(crate) async fn hears(&mut self, count: usize) -> Vec<String> {
        let mut heard = Vec::new();
        while heard.len() < count {
            let (name, arg) = self.event().await;
            if name == "message recieved" || name == "messageReceived" {
                let text = arg["content"].as_str().or_else(|| arg["message"].as_str());
                heard.push(text.expect("a text").to_owned());
            }
        }
        heard
    }

    /// That the line is over.
    pub(crate) async fn ends(mut self) {
        while self.packet().await.is_some() {}
    }
}
