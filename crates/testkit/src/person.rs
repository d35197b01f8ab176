//! Somebody who uses the server, through its API and nothing else.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use http::Method;
use serde_json::{Value, json};

use crate::line::Line;
use crate::reply::{Reply, request};

/// Everybody's, in every home.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A user on one device.
#[derive(Clone, Debug)]
pub struct Person {
    /// Name and username.
    pub name: String,
    /// The user's id.
    pub id: String,
    /// The device's session.
    pub session: String,
    /// For everything.
    pub access_token: String,
    /// Works once.
    pub refresh_token: String,
    address: SocketAddr,
}

fn text(json: &Value, key: &str) -> String {
    json[key].as_str().unwrap_or_default().to_owned()
}

impl Person {
    /// Signs up on the server at `address`.
    pub async fn sign_up(address: SocketAddr, name: &str) -> Self {
        let email = format!("{name}@example.org");
        let ask = json!({ "email": email, "password": PASSWORD, "name": name, "username": name, "device": "first" });
        let reply = request(address, Method::POST, "/api/v1/auth/signup", JSON, ask.to_string()).await;
        Self::of(address, name, &reply.ok())
    }

    fn of(address: SocketAddr, name: &str, auth: &Value) -> Self {
        Self {
            name: name.to_owned(),
            id: text(&auth["user"], "id"),
            session: text(auth, "session_id"),
            access_token: text(auth, "access_token"),
            refresh_token: text(auth, "refresh_token"),
            address,
        }
    }

    /// Where the person's server is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same device, which now asks another node.
    #[must_use]
    pub fn at(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// The same user on another device.
    pub async fn another_device(&self) -> Self {
        let ask = json!({ "login": self.name, "password": PASSWORD, "device": "another" });
        let reply = request(self.address, Method::POST, "/api/v1/auth/login", JSON, ask.to_string()).await;
        Self::of(self.address, &self.name, &reply.ok())
    }

    /// The same user on a device whose client was written for another chat system and keeps one token for ever.
    pub async fn through_a_door(&self) -> Self {
        let ask = json!({ "email": format!("{}@example.org", self.name), "password": PASSWORD });
        let me = request(self.address, Method::POST, "/api/user/login", JSON, ask.to_string()).await.ok();
        let token = text(&me, "token");
        let session = token.strip_prefix("parlor-").and_then(|token| token.split('.').next()).unwrap_or_default();
        let (session, refresh_token) = (session.to_owned(), String::new());
        Self { session, access_token: token, refresh_token, ..self.clone() }
    }

    /// The same device with another access token.
    #[must_use]
    pub fn with_access(&self, token: &str) -> Self {
        Self { access_token: token.to_owned(), ..self.clone() }
    }

    /// Asks an address outside of /api/v1.
    pub async fn asks(&self, method: Method, path: &str, body: Value) -> Reply {
        let bearer = format!("Bearer {}", self.access_token);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        request(self.address, method, path, &headers, body).await
    }

    /// The same device with fresh tokens: the old ones run out when the clock is moved.
    pub async fn refreshed(&self) -> Self {
        self.another_device().await
    }

    /// The next pair of tokens, or the refusal.
    pub async fn refresh(&self) -> Reply {
        let ask = json!({ "refresh_token": self.refresh_token });
        request(self.address, Method::POST, "/api/v1/auth/refresh", JSON, ask.to_string()).await
    }

    /// The same device with the tokens of an answer.
    pub fn with(&self, auth: &Value) -> Self {
        Self::of(self.address, &self.name, auth)
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let bearer = format!("Bearer {}", self.access_token);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        request(self.address, method, &format!("/api/v1{path}"), &headers, body).await
    }

    /// GET, below /api/v1.
    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None).await
    }

    /// POST, below /api/v1.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, Some(body)).await
    }

    /// PATCH, below /api/v1.
    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// PUT, below /api/v1.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// DELETE, below /api/v1.
    pub async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, None).await
    }

    /// Begins a direct conversation; its id.
    pub async fn direct(&self, other: &Self) -> String {
        text(&self.post("/conversations", json!({ "kind": "direct", "user_id": other.id })).await.ok(), "id")
    }

    /// Begins a group; its id.
    pub async fn group(&self, title: &str, others: &[&Self]) -> String {
        let ids: Vec<&str> = others.iter().map(|other| other.id.as_str()).collect();
        text(
            &self.post("/conversations", json!({ "kind": "group", "title": title, "member_ids": ids })).await.ok(),
            "id",
        )
    }

    /// Says something under a client_id of its own.
    pub async fn says(&self, conversation: &str, text: &str) -> Reply {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let client_id = format!("c{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.says_as(conversation, &client_id, text).await
    }

    /// Says something under this client_id.
    pub async fn says_as(&self, conversation: &str, client_id: &str, text: &str) -> Reply {
        let path = format!("/conversations/{conversation}/messages");
        self.post(&path, json!({ "client_id": client_id, "text": text })).await
    }

    /// The conversation as this person sees it.
    pub async fn sees(&self, conversation: &str) -> Value {
        self.get(&format!("/conversations/{conversation}")).await.ok()
    }

    /// The whole log, up to 500 entries.
    pub async fn log(&self, conversation: &str) -> Vec<Value> {
        let page = self.get(&format!("/conversations/{conversation}/log?after=0")).await.ok();
        page["entries"].as_array().cloned().unwrap_or_default()
    }

    /// The whole log, page by page, of somebody who sees all of it.
    ///
    /// # Panics
    /// When a seq is missing, twice, or out of order.
    pub async fn dense_log(&self, conversation: &str) -> Vec<Value> {
        let mut log = Vec::new();
        loop {
            let after = log.len();
            let page = self.get(&format!("/conversations/{conversation}/log?after={after}")).await.ok();
            log.extend(page["entries"].as_array().cloned().unwrap_or_default());
            for (n, entry) in log.iter().enumerate().skip(after) {
                assert_eq!(entry["seq"], n + 1, "the log of {conversation} is dense");
            }
            if log.len() == after {
                assert_eq!(page["head_seq"], after);
                return log;
            }
        }
    }

    /// The texts of the messages, oldest first.
    pub async fn reads(&self, conversation: &str) -> Vec<String> {
        let page = self.get(&format!("/conversations/{conversation}/messages?limit=100")).await.ok();
        page["messages"].as_array().into_iter().flatten().map(|message| text(message, "text")).collect()
    }

    /// A socket that has been welcomed, and the welcome.
    pub async fn connects(&self) -> (Line, Value) {
        let mut line = Line::open(self.address).await;
        line.say(json!({ "op": "hello", "token": self.access_token })).await;
        let welcome = line.until("welcome").await;
        (line, welcome)
    }
}

/// The header of a body.
pub(crate) const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
