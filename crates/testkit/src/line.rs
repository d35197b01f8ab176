//! A socket, frame by frame.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Nothing takes as long as this, unless it never comes.
const NEVER: Duration = Duration::from_secs(20);

/// An open socket.
#[derive(Debug)]
pub struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Line {
    /// Opens a socket and says nothing.
    pub async fn open(address: SocketAddr) -> Self {
        let (socket, _) = connect_async(format!("ws://{address}/api/v1/socket")).await.expect("a socket");
        Self { socket }
    }

    /// Sends a frame.
    pub async fn say(&mut self, frame: Value) {
        self.send(Message::text(frame.to_string())).await;
    }

    /// Sends whatever it is. A line that the server has closed takes it silently.
    pub async fn send(&mut self, message: Message) {
        let _ = self.socket.send(message).await;
    }

    /// The next frame; `None` when the server has closed.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            let next = tokio::time::timeout(NEVER, self.socket.next()).await.expect("a frame or the end");
            match next {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).expect("a frame is JSON")),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame of this kind; those before it are passed over.
    pub async fn until(&mut self, op: &str) -> Value {
        loop {
            let frame = self.next().await.unwrap_or_else(|| panic!("the socket closed before {op:?}"));
            if frame["op"] == op {
                return frame;
            }
        }
    }

    /// Sends a command and gives its answer.
    pub async fn ask(&mut self, frame: Value) -> Value {
        let id = frame["id"].clone();
        self.say(frame).await;
        loop {
            let frame = self.next().await.expect("an answer before the end");
            if frame["id"] == id {
                return frame;
            }
        }
    }

    /// The reason of the farewell that comes now or later; then the socket is closed.
    pub async fn goodbye(mut self) -> String {
        let mut code = String::from("closed without a word");
        while let Some(frame) = self.next().await {
            if frame["op"] == "bye" {
                code = frame["code"].as_str().unwrap_or_default().to_owned();
            }
        }
        code
    }
}
