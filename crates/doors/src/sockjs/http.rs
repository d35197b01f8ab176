//! The requests of plain WebSockets and of SockJS.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use futures_util::stream::unfold;
use parlor_app::http::Peer;
use parlor_app::sessions;
use parlor_model::Error;

use super::turn::{Piece, Turn};
use super::{Key, Session, Shape, frames};
use crate::http::{Answer, Comes, nowhere};
use crate::{Doors, stomp};

/// A client counts on exactly these words.
const NOT_CACHED: &str = "no-store, no-cache, no-transform, must-revalidate, max-age=0";
const SCRIPT: &str = "application/javascript; charset=UTF-8";

pub(crate) fn routes() -> Router<Doors> {
    Router::new()
        .route("/stomp", get(plain))
        .route("/websocket", get(greet))
        .route("/websocket/info", get(info))
        .route("/websocket/websocket", get(plain))
        .route("/websocket/{server}/{session}/{transport}", any(answer))
}

/// A WebSocket with nothing around its texts.
async fn plain(State(doors): State<Doors>, Comes(peer): Comes, request: Request) -> Response {
    let offered = request.headers().get(header::SEC_WEBSOCKET_PROTOCOL).and_then(|offered| offered.to_str().ok());
    let protocol = offered.and_then(stomp::sub_protocol);
    open_socket(&doors, peer, request, Shape::Plain, protocol)
}

/// What says that SockJS is here. Some clients take the address for that of the plain WebSocket.
async fn greet(State(doors): State<Doors>, comes: Comes, request: Request) -> Response {
    if request.headers().contains_key(header::UPGRADE) {
        return plain(State(doors), comes, request).await;
    }
    ([(header::CONTENT_TYPE, "text/plain; charset=UTF-8")], "Welcome to SockJS!\n").into_response()
}

async fn info(State(doors): State<Doors>) -> Answer<Response> {
    let entropy = u32::from_ne_bytes(doors.app.random::<4>()?);
    Ok(told("application/json; charset=UTF-8", Body::from(frames::info(entropy, false))))
}

/// What one of the transports asks.
async fn answer(
    State(doors): State<Doors>,
    Comes(peer): Comes,
    Path((server, session, transport)): Path<(String, String, String)>,
    asked: Uri,
    request: Request,
) -> Response {
    if !frames::is_name(&server) || !frames::is_name(&session) {
        return nowhere(&asked);
    }
    let key: Key = (peer.0, session);
    match (transport.as_str(), request.method()) {
        ("websocket", &Method::GET) => open_socket(&doors, peer, request, Shape::SockJs, None),
        ("xhr", &Method::POST) => receive(&doors, key, request.headers(), false).await,
        ("xhr_streaming", &Method::POST) => receive(&doors, key, request.headers(), true).await,
        ("xhr_send", &Method::POST) => post(&doors, &key, request).await,
        ("websocket", _) => wrong_method("GET"),
        ("xhr" | "xhr_streaming" | "xhr_send", _) => wrong_method("OPTIONS, POST"),
        _ => nowhere(&asked),
    }
}

fn wrong_method(allowed: &'static str) -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, allowed)]).into_response()
}

fn crowded() -> Response {
    crate::http::Refusal(Error::limited("Too many lines of your address wait to sign in.", 5_000)).into_response()
}

/// The token a program, which is no browser, may send with the request itself.
fn token(headers: &HeaderMap) -> Option<String> {
    sessions::bearer(headers).map(str::to_owned)
}

fn open_socket(doors: &Doors, peer: Peer, request: Request, shape: Shape, protocol: Option<&'static str>) -> Response {
    let Some(stranger) = doors.nameless.admit(peer.0) else { return crowded() };
    let (all, token) = (doors.clone(), token(request.headers()));
    // SockJS writes a text that is JSON once more as JSON.
    let bytes = doors.app.config().limits.frame_bytes * 2;
    doors.gateway.upgrade(request, protocol, bytes, async move |line| {
        let transport = all.sockjs.over(line, shape, stranger, &all.stop);
        stomp::serve(&all, transport, token).await;
    })
}

/// A request that takes what the client is told; the first of a session opens it.
async fn receive(doors: &Doors, key: Key, headers: &HeaderMap, streams: bool) -> Response {
    let session = match doors.sockjs.find(&key) {
        Some(session) => session,
        None => {
            let Some(stranger) = doors.nameless.admit(key.0) else { return crowded() };
            let Some(transport) = doors.sockjs.by_requests(key.clone(), stranger, &doors.stop) else {
                return still_open();
            };
            let (all, token) = (doors.clone(), token(headers));
            tokio::spawn(async move { stomp::serve(&all, transport, token).await });
            let Some(session) = doors.sockjs.find(&key) else { return still_open() };
            session
        }
    };
    let Some(turn) = Turn::take(&session) else { return still_open() };
    if streams { stream(turn) } else { poll(turn).await }
}

fn still_open() -> Response {
    told(SCRIPT, Body::from(frames::close(frames::STILL_OPEN) + "\n"))
}

async fn poll(mut turn: Turn) -> Response {
    let Piece { text, .. } = turn.next().await;
    turn.answered();
    told(SCRIPT, Body::from(text + "\n"))
}

fn stream(turn: Turn) -> Response {
    let begin = Some((turn, frames::Response::streaming(frames::RESPONSE_BYTES), true));
    let lines = unfold(begin, |state| async move {
        let (mut turn, mut response, first) = state?;
        if first {
            return Some((Ok::<_, Infallible>(frames::Response::prelude()), Some((turn, response, false))));
        }
        let Piece { text, last } = turn.next().await;
        let (line, full) = response.line(text);
        if full || last {
            turn.answered();
            return Some((Ok(line), None));
        }
        Some((Ok(line), Some((turn, response, false))))
    });
    told(SCRIPT, Body::from_stream(lines))
}

async fn post(doors: &Doors, key: &Key, request: Request) -> Response {
    let Ok(body) = Bytes::from_request(request, &()).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let texts = match frames::from_xhr_send(&body) {
        Ok(texts) => texts,
        Err(refusal) => return (StatusCode::INTERNAL_SERVER_ERROR, refusal.text()).into_response(),
    };
    let Some(session) = doors.sockjs.find(key) else { return StatusCode::NOT_FOUND.into_response() };
    if take(&session, texts).await.is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = told("text/plain; charset=UTF-8", Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// Waits while the client has said more than was looked at.
async fn take(session: &Arc<Session>, texts: Vec<String>) -> Option<()> {
    for text in texts {
        session.inbound.send(text).await.ok()?;
    }
    Some(())
}

/// Pages of the origins that the server allows ask with credentials, though there are none that this door would take.
fn told(kind: &'static str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(NOT_CACHED));
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    response
}
