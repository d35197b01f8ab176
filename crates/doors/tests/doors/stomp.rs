//! STOMP by hand, over a WebSocket and over SockJS.

mod rest;
mod sockjs;
mod stories;

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use parlor_testkit::Person;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Nothing takes as long as this, unless it never comes.
const NEVER: Duration = Duration::from_secs(20);

/// A frame of the server.
#[derive(Debug)]
pub(crate) struct Frame {
    command: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Frame {
    fn read(text: &str) -> Self {
        let text = text.strip_suffix('\0').unwrap_or_else(|| panic!("{text:?} ends with NUL"));
        let (head, body) = text.split_once("\n\n").expect("a head and a body");
        let mut lines = head.lines();
        let command = lines.next().expect("a command").to_owned();
        let headers =
            lines.map(|line| line.split_once(':').expect("a header")).map(|(n, v)| (n.to_owned(), v.to_owned()));
        Self { command, headers: headers.collect(), body: body.to_owned() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn json(&self) -> Value {
        assert_eq!((self.command.as_str(), self.header("content-type")), ("MESSAGE", Some("application/json")));
        assert_eq!(self.header("content-length"), Some(self.body.len().to_string().as_str()));
        serde_json::from_str(&self.body).expect("a body is JSON")
    }
}

/// A socket with nothing known of what travels on it.
struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn open(address: SocketAddr, path: &str, protocols: &str) -> (Self, Option<String>) {
        let mut request = format!("ws://{address}{path}").into_client_request().expect("a request");
        if !protocols.is_empty() {
            request.headers_mut().insert("sec-websocket-protocol", protocols.parse().expect("a header"));
        }
        let (socket, answer) = connect_async(request).await.expect("a socket");
        let chosen = answer.headers().get("sec-websocket-protocol").map(|value| value.to_str().unwrap().to_owned());
        (Self(socket), chosen)
    }

    async fn say(&mut self, text: impl Into<String>) {
        let _ = self.0.send(Message::text(text.into())).await;
    }

    /// The next text; `None` when the server has closed.
    async fn next(&mut self) -> Option<String> {
        loop {
            match tokio::time::timeout(NEVER, self.0.next()).await.expect("a text or the end") {
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }
}

/// A client of STOMP 1.2.
pub(crate) struct Stomp {
    socket: Socket,
    receipts: u32,
}

impl Stomp {
    async fn open(address: SocketAddr) -> Self {
        Self { socket: Socket::open(address, "/stomp", "").await.0, receipts: 0 }
    }

    pub(crate) async fn connects(person: &Person) -> Self {
        let mut stomp = Self::open(person.address()).await;
        stomp.socket.say(connect(&person.access_token)).await;
        assert_eq!(stomp.next().await.command, "CONNECTED");
        stomp
    }

    async fn next(&mut self) -> Frame {
        let text = self.socket.next().await.expect("a frame before the end");
        Frame::read(&text)
    }

    /// Has something done, and waits until it is. Gives what was told until then.
    async fn does(&mut self, command: &str, headers: &[(&str, &str)], body: &str) -> Vec<Frame> {
        self.receipts += 1;
        let receipt = format!("r-{}", self.receipts);
        let mut asked = headers.to_vec();
        asked.push(("receipt", &receipt));
        self.socket.say(frame(command, &asked, body)).await;
        let mut before = Vec::new();
        loop {
            let next = self.next().await;
            match next.command.as_str() {
                "RECEIPT" => {
                    assert_eq!(next.header("receipt-id"), Some(receipt.as_str()));
                    return before;
                }
                "MESSAGE" => before.push(next),
                _ => panic!("{next:?} for {command} {headers:?} {body}"),
            }
        }
    }

    pub(crate) async fn subscribes(&mut self, id: &str, destination: &str) {
        let before = self.does("SUBSCRIBE", &[("id", id), ("destination", destination)], "").await;
        assert!(before.is_empty(), "{before:?}");
    }

    pub(crate) async fn says(&mut self, conversation: &str, body: Value) -> Vec<Frame> {
        let destination = format!("/app/conversation.{conversation}");
        self.does("SEND", &[("destination", destination.as_str())], &body.to_string()).await
    }

    /// The next message, which is for this subscription.
    pub(crate) async fn hears(&mut self, subscription: &str) -> Value {
        let next = self.next().await;
        assert_eq!(next.header("subscription"), Some(subscription), "{next:?}");
        next.json()
    }

    /// That the frame is answered with an ERROR of this code, and that it ends then.
    async fn fails_at(mut self, frame: String, code: &str) -> Frame {
        self.socket.say(frame.as_str()).await;
        let error = self.next().await;
        assert_eq!((error.command.as_str(), error.body.as_str()), ("ERROR", code), "{error:?} for {frame:?}");
        assert!(error.header("message").is_some_and(|message| !message.is_empty()));
        assert_eq!(self.socket.next().await, None, "an ERROR is the last frame");
        error
    }
}

fn frame(command: &str, headers: &[(&str, &str)], body: &str) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    format!("{command}\n{headers}\n{body}\0")
}

fn connect(token: &str) -> String {
    let authorization = format!("Bearer {token}");
    frame("CONNECT", &[("accept-version", "1.2,1.1,1.0"), ("Authorization", authorization.as_str())], "")
}

fn send(destination: &str, body: Value) -> String {
    frame("SEND", &[("destination", destination)], &body.to_string())
}

fn subscribe(id: &str, destination: &str) -> String {
    frame("SUBSCRIBE", &[("id", id), ("destination", destination)], "")
}

fn content(text: &str) -> Value {
    json!({ "content": text })
}
