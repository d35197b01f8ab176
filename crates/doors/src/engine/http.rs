//! The requests of Engine.IO: opening, polling, posting, upgrading.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Query, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use parlor_app::http::Peer;
use parlor_gateway::{Heard, Line, Queue, Words};
use serde::Deserialize;
use serde_json::json;
use tokio::time::timeout;

use super::packet::{self, Packet};
use super::{Inbound, PING_EVERY, PONG_WITHIN, PROBE_WITHIN, Session, Transport};
use crate::{Doors, socketio};

/// A poll that comes while a new transport is tried waits so long for something to say.
const PROBING_POLL: Duration = Duration::from_millis(100);

#[derive(Deserialize)]
struct Ask {
    #[serde(rename = "EIO")]
    version: Option<String>,
    transport: Option<String>,
    sid: Option<String>,
}

/// Why a request is refused, as Engine.IO numbers it.
#[derive(Clone, Copy)]
enum Refusal {
    Transport = 0,
    Session = 1,
    Method = 2,
    Request = 3,
    Forbidden = 4,
    Version = 5,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::Transport => (StatusCode::BAD_REQUEST, "Transport unknown"),
            Self::Session => (StatusCode::BAD_REQUEST, "Session ID unknown"),
            Self::Method => (StatusCode::BAD_REQUEST, "Bad handshake method"),
            Self::Request => (StatusCode::BAD_REQUEST, "Bad request"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "Forbidden"),
            Self::Version => (StatusCode::BAD_REQUEST, "Unsupported protocol version"),
        };
        (status, Json(json!({ "code": self as u8, "message": message }))).into_response()
    }
}

/// Every request to `/socket.io/`.
pub(crate) async fn handle(State(doors): State<Doors>, request: Request) -> Response {
    answer(&doors, request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn answer(doors: &Doors, request: Request) -> Result<Response, Refusal> {
    let Query(ask) = Query::<Ask>::try_from_uri(request.uri()).map_err(|_| Refusal::Request)?;
    if ask.version.as_deref() != Some("4") {
        return Err(Refusal::Version);
    }
    let socket = match ask.transport.as_deref() {
        Some("websocket") => true,
        Some("polling") => false,
        _ => return Err(Refusal::Transport),
    };
    let session = match &ask.sid {
        None => None,
        Some(sid) => Some(doors.engines.find(sid).ok_or(Refusal::Session)?),
    };
    match (session, socket, request.method()) {
        (None, true, &Method::GET) => Ok(open_by_socket(doors, request)),
        (None, false, &Method::GET) => open(doors, &request),
        (None, ..) => Err(Refusal::Method),
        (Some(session), true, &Method::GET) if !session.is_upgraded() => Ok(upgrade(doors, session, request)),
        (Some(session), false, &Method::GET) if !session.is_upgraded() => poll(&session).await,
        (Some(session), false, &Method::POST) if !session.is_upgraded() => post(doors, &session, request).await,
        _ => Err(Refusal::Request),
    }
}

/// What a client is told first.
fn welcome(doors: &Doors, sid: &str, by_socket: bool) -> String {
    let upgrades: &[&str] = if by_socket { &[] } else { &["websocket"] };
    let told = json!({
        "sid": sid,
        "upgrades": upgrades,
        "pingInterval": PING_EVERY.as_millis(),
        "pingTimeout": PONG_WITHIN.as_millis(),
        "maxPayload": doors.app.config().limits.frame_bytes,
    });
    format!("0{told}")
}

fn peer(request: &Request) -> Result<Peer, Refusal> {
    request.extensions().get::<Peer>().copied().ok_or(Refusal::Forbidden)
}

fn open(doors: &Doors, request: &Request) -> Result<Response, Refusal> {
    let (peer, sid) = (peer(request)?, doors.secret().map_err(|_| Refusal::Forbidden)?);
    let transport = doors.engines.open(sid.clone(), None, peer.0, &doors.stop).ok_or(Refusal::Forbidden)?;
    let all = doors.clone();
    tokio::spawn(async move { socketio::serve(&all, transport).await });
    Ok(text(welcome(doors, &sid, false)))
}

fn open_by_socket(doors: &Doors, request: Request) -> Response {
    let (Ok(peer), Ok(sid)) = (peer(&request), doors.secret()) else { return Refusal::Forbidden.into_response() };
    let all = doors.clone();
    doors.gateway.upgrade(request, None, doors.app.config().limits.frame_bytes, async move |line| {
        let transport: Option<Box<Transport>> = all.engines.open(sid.clone(), Some(line), peer.0, &all.stop);
        if let Some(transport) = transport {
            transport.queue().say(&welcome(&all, &sid, true));
            socketio::serve(&all, transport).await;
        }
    })
}

async fn poll(session: &Session) -> Result<Response, Refusal> {
    // Two at once would share out what is for one: the client is confused, or two.
    let Ok(_turn) = session.poll.try_lock() else {
        session.closed.cancel();
        return Err(Refusal::Request);
    };
    let released = async {
        let release = session.release.notified();
        if session.probing.load(Ordering::SeqCst) {
            tokio::time::sleep(PROBING_POLL).await;
        } else {
            release.await;
        }
    };
    let body = tokio::select! {
        biased;
        words = session.queue.take() => joined(&words),
        () = released => packet::NOOP.to_owned(),
        () = session.closed.cancelled() => {
            let mut body = joined(&session.queue.take_now());
            if !body.is_empty() {
                body.push(packet::SEPARATOR);
            }
            body + packet::CLOSE
        }
    };
    Ok(text(body))
}

fn joined(words: &[Words]) -> String {
    let mut body = String::with_capacity(words.iter().map(|words| words.text().len() + 1).sum());
    for (place, words) in words.iter().enumerate() {
        if place > 0 {
            body.push(packet::SEPARATOR);
        }
        let _ = body.write_str(words.text());
    }
    body
}

async fn post(doors: &Doors, session: &Session, request: Request) -> Result<Response, Refusal> {
    let packets = match Bytes::from_request(request, &()).await {
        Ok(body) if body.len() <= doors.app.config().limits.frame_bytes => {
            std::str::from_utf8(&body).ok().and_then(Packet::parse_all)
        }
        _ => return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response()),
    };
    let Some(packets) = packets else {
        session.closed.cancel();
        return Err(Refusal::Request);
    };
    for packet in packets {
        // Waits while the client has said more than was looked at.
        session.inbound.send(Inbound::Packet(packet)).await.map_err(|_| Refusal::Session)?;
    }
    Ok(text("ok".to_owned()))
}

fn upgrade(doors: &Doors, session: Arc<Session>, request: Request) -> Response {
    doors.gateway.upgrade(request, None, doors.app.config().limits.frame_bytes, async move |line| {
        if let Ok(Some(line)) = timeout(PROBE_WITHIN, probe(&session, line)).await {
            // The client has let its last poll end; so nobody takes from the queue but the line.
            let _turn = session.poll.lock().await;
            session.upgraded.store(true, Ordering::SeqCst);
            let _ = session.inbound.send(Inbound::Line(line)).await;
        }
        session.probing.store(false, Ordering::SeqCst);
    })
}

/// The new transport shows that texts pass both ways; only then does the client move to it.
async fn probe(session: &Session, mut line: Line) -> Option<Line> {
    let queue = Queue::default();
    loop {
        let Heard::Text(text) = line.hear(&queue).await else { return None };
        match Packet::parse(&text)? {
            Packet::Probe => {
                queue.say("3probe");
                session.probing.store(true, Ordering::SeqCst);
                session.release.notify_waiters();
            }
            Packet::Upgrade => return Some(line),
            _ => return None,
        }
    }
}

fn text(body: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=UTF-8")], body).into_response()
}
