//! The door for clients of a design in services: bare WebSockets for chat and presence, and a little HTTP beside them.

pub(crate) mod api;
mod chat;
mod presence;

pub(crate) use presence::Devices;

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use parlor_app::http::Peer;
use parlor_app::sessions;
use parlor_gateway::{Guest, Heard, Line, Queue};
use parlor_model::{Code, Error, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::Doors;
use crate::http::Refusal;

/// What a translation of this door is kept under.
const DOOR: usize = 3;
/// A client is asked this often for a sign of life; two silences end it.
const PING_EVERY: Duration = Duration::from_secs(30);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ticket {
    token: Option<String>,
}

/// Which of the two sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Socket {
    Chat,
    Presence,
}

async fn open_chat(State(doors): State<Doors>, request: Request) -> Response {
    open(doors, request, Socket::Chat).await
}

async fn open_presence(State(doors): State<Doors>, request: Request) -> Response {
    open(doors, request, Socket::Presence).await
}

/// Lets a client in by the token it shows, and hands its line on. Who it is is checked before the upgrade, so a refusal has a
/// status.
async fn open(doors: Doors, request: Request, socket: Socket) -> Response {
    let Some(peer) = request.extensions().get::<Peer>().copied() else {
        return Refusal(Error::internal("the server did not say where the request comes from")).into_response();
    };
    let token = token(request.headers(), request.uri().query().unwrap_or_default());
    let guest = match Box::pin(receive(&doors, token, peer)).await {
        Ok(guest) => guest,
        Err(error) => return Refusal(error).into_response(),
    };
    let (all, bytes) = (doors.clone(), doors.app.config().limits.frame_bytes);
    doors.gateway.upgrade(request, None, bytes, async move |line| {
        let wire = Wire { line, queue: Queue::default(), beat: beat(), heard: true };
        match socket {
            Socket::Chat => chat::serve(all, wire, guest).await,
            Socket::Presence => presence::serve(all, wire, guest).await,
        }
    })
}

async fn receive(doors: &Doors, token: Result<String>, peer: Peer) -> Result<Guest> {
    let identity = doors.gateway.backend().authenticate(&token?).await?;
    doors.gateway.receive(identity, peer.0, None).await
}

/// The token of the header, or of the address; there only one that soon runs out, because addresses are kept in logs and
/// histories.
fn token(headers: &HeaderMap, query: &str) -> Result<String> {
    if let Some(token) = sessions::bearer(headers) {
        return Ok(token.to_owned());
    }
    let ticket = axum::extract::Query::<Ticket>::try_from_uri(&format!("/?{query}").parse().unwrap_or_default());
    let ticket = ticket.ok().and_then(|ticket| ticket.0.token);
    match ticket {
        Some(lasting) if sessions::is_lasting(&lasting) => Err(Error::unauthenticated(
            "A token that lasts does not belong into an address. Get a ticket: POST /api/ticket.",
        )),
        Some(ticket) => Ok(ticket),
        None => Err(Error::unauthenticated("Show a token: Authorization: Bearer, or ?token= with a ticket.")),
    }
}

fn beat() -> Interval {
    let mut beat = interval(PING_EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
}

/// A line with its queue and its heartbeat.
struct Wire {
    line: Line,
    queue: Queue,
    beat: Interval,
    /// Something came since the last ping.
    heard: bool,
}

impl Wire {
    /// The next JSON that comes; `None` when the line is over. What is no JSON is told so.
    async fn next(&mut self) -> Option<Value> {
        loop {
            tokio::select! {
                heard = self.line.hear(&self.queue) => {
                    self.heard = true;
                    match heard {
                        Heard::Text(text) => match serde_json::from_str(&text) {
                            Ok(value) => return Some(value),
                            Err(error) => refuse(&self.queue, &Error::invalid(format!("That is no JSON: {error}.")), None),
                        },
                        Heard::Alive => {}
                        Heard::Gone => return None,
                    }
                }
                _ = self.beat.tick() => {
                    if !std::mem::take(&mut self.heard) {
                        return None;
                    }
                    Line::ping(&self.queue);
                }
            }
        }
    }

    async fn close(self) {
        self.line.close(&self.queue, 1000).await;
    }
}

/// Tells a client something.
fn say(queue: &Queue, told: &Value) {
    queue.say(&told.to_string());
}

/// Tells what was refused, under the client's own name for it if it had one.
fn refuse(queue: &Queue, error: &Error, client_id: Option<&Value>) {
    if matches!(error.code, Code::Internal | Code::Unavailable) {
        tracing::warn!(%error, cause = ?error.source, "a door could not do what it was asked");
    }
    let mut told = json!({ "type": "error", "code": error.code.name(), "message": error.detail });
    if let Some(client_id) = client_id {
        told["clientId"] = client_id.clone();
    }
    say(queue, &told);
}
