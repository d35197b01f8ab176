//! The HTTP of these clients.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use parlor_app::conversations;
use parlor_app::log::Window;
use parlor_app::reads::{self, Mark};
use parlor_app::{Caller, accounts, messages, sessions};
use parlor_model::frames::PresenceStatus;
use parlor_model::{ConversationId, Error, Me, Message, Result, SessionId, UserId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{chat, open_chat, open_presence, presence};
use crate::Doors;
use crate::cards::Card;
use crate::http::{Answer, Asks, Body, Comes};
use crate::say::{Place, say};
use crate::signing::{LogIn, SignUp, lasting};
use crate::words::{message_id, message_of};

const PAGE: i64 = 100;
/// Messages that may be skipped; further back one goes by the native API.
const OFFSET: usize = 10_000;

pub(crate) fn routes() -> Router<Doors> {
    Router::new()
        .route("/api/signup", post(sign_up))
        .route("/api/login", post(log_in))
        .route("/api/ticket", post(ticket))
        .route("/api/profile", get(profile))
        .route("/chat", get(open_chat))
        .route("/chat/history", get(history))
        .route("/messages/read", post(read))
        .route("/notify", post(notify))
        .route("/presence", get(who_is_there).post(say_how))
}

fn user(me: &Me) -> Value {
    json!({ "id": me.user.id.to_string(), "username": me.user.username, "name": me.user.name, "email": me.email })
}

async fn signed_in(doors: &Doors, me: &Me, session: SessionId) -> Result<Value> {
    Ok(json!({ "token": lasting(doors, me, session).await?, "user": user(me) }))
}

async fn sign_up(
    State(doors): State<Doors>,
    Comes(peer): Comes,
    headers: HeaderMap,
    Body(ask): Body<SignUp>,
) -> Answer<(StatusCode, Json<Value>)> {
    let (me, tokens) = ask.unwrap_or_default().carry_out(&doors, peer, &headers).await?;
    Ok((StatusCode::CREATED, Json(signed_in(&doors, &me, tokens.session).await?)))
}

async fn log_in(
    State(doors): State<Doors>,
    Comes(peer): Comes,
    headers: HeaderMap,
    Body(ask): Body<LogIn>,
) -> Answer<Json<Value>> {
    let (me, tokens) = ask.unwrap_or_default().carry_out(&doors, peer, &headers).await?;
    Ok(Json(signed_in(&doors, &me, tokens.session).await?))
}

/// A token for the address of a WebSocket, which soon runs out.
async fn ticket(State(doors): State<Doors>, Asks(caller): Asks) -> Answer<Json<Value>> {
    let (ticket, expires_in) = sessions::ticket(&doors.app, caller)?;
    Ok(Json(json!({ "ticket": ticket, "expiresIn": expires_in })))
}

async fn profile(State(doors): State<Doors>, Asks(caller): Asks) -> Answer<Json<Value>> {
    let me = accounts::me(&mut doors.app.read(caller).await?).await?;
    Ok(Json(user(&me)))
}

#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Which {
    user_id: Option<String>,
    conversation_id: Option<String>,
    limit: i64,
    offset: usize,
}

impl Default for Which {
    fn default() -> Self {
        Self { user_id: None, conversation_id: None, limit: 10, offset: 0 }
    }
}

/// What was said with somebody, or in a conversation, newest first.
async fn history(State(doors): State<Doors>, Asks(caller): Asks, Query(ask): Query<Which>) -> Answer<Json<Value>> {
    if ask.offset > OFFSET {
        return Err(Error::too_large(format!("At most {OFFSET} messages are skipped.")).at("offset").into());
    }
    let mut cx = doors.app.read(caller).await?;
    let conversation: ConversationId = match (&ask.conversation_id, &ask.user_id) {
        (Some(id), _) => id.parse().map_err(|_| Error::not_found("conversation"))?,
        (None, Some(id)) => {
            let other: UserId = id.parse().map_err(|_| Error::not_found("user"))?;
            match conversations::direct_with(&mut cx, caller.user, other).await? {
                Some(conversation) => conversation,
                None => return Ok(Json(json!({ "history": [] }))),
            }
        }
        (None, None) => return Err(Error::invalid("Say with whom: userId, or conversationId.").at("userId").into()),
    };
    drop(cx);
    let card = Card::read(&doors.app, caller, conversation).await?;
    let said = latest(&doors, caller, conversation, ask.offset, ask.limit.clamp(1, PAGE)).await?;
    let told: Vec<Value> = said.iter().map(|said| chat::message(said, &card)).collect();
    Ok(Json(json!({ "history": told })))
}

/// `limit` messages after the `offset` latest, newest first; those that were taken back do not count.
async fn latest(
    doors: &Doors,
    caller: Caller,
    conversation: ConversationId,
    offset: usize,
    limit: i64,
) -> Result<Vec<Message>> {
    let wanted = offset + usize::try_from(limit).unwrap_or_default();
    let (mut said, mut window) = (Vec::new(), Window::Latest);
    while said.len() < wanted {
        let mut cx = doors.app.read(caller).await?;
        let page = messages::history(&mut cx, conversation, window, PAGE).await?;
        let Some(first) = page.messages.first().map(|message| message.seq) else { break };
        said.extend(page.messages.into_iter().rev().filter(|message| !message.deleted));
        if !page.has_before {
            break;
        }
        window = Window::Before(first);
    }
    Ok(said.into_iter().take(wanted).skip(offset).collect())
}

/// Everything up to this message has been read.
async fn read(State(doors): State<Doors>, Asks(caller): Asks, Body(ask): Body<Value>) -> Answer<Json<Value>> {
    let named = ask.as_ref().and_then(|ask| message_of(ask["messageId"].as_str()?));
    let (conversation, seq) = named.ok_or_else(|| Error::not_found("message"))?;
    let mark = reads::mark(&doors.app, caller, conversation, Mark::Read(seq)).await?;
    Ok(Json(json!({ "status": "ok", "unread": mark.unread })))
}

/// What a service pushes is a message from its own account, so it reaches whom it is for wherever messages do, and no further
/// than anybody's.
async fn notify(
    State(doors): State<Doors>,
    Asks(caller): Asks,
    Body(ask): Body<Value>,
) -> Answer<(StatusCode, Json<Value>)> {
    let ask = ask.unwrap_or_default();
    let user = ask["userId"].as_str().ok_or_else(|| Error::invalid("`userId` is a text.").at("userId"))?;
    let message = ask["message"].as_str().ok_or_else(|| Error::invalid("`message` is a text.").at("message"))?;
    let place = Place::Person(user.parse().map_err(|_| Error::not_found("user"))?);
    let (sent, _) = say(&doors, caller, place, message, &ask["clientId"]).await?;
    let id = message_id(sent.conversation, sent.seq);
    Ok((StatusCode::CREATED, Json(json!({ "status": "ok", "messageId": id }))))
}

/// How the people one has to do with are. With an upgrade: told for as long as the socket is open.
async fn who_is_there(State(doors): State<Doors>, request: axum::extract::Request) -> Response {
    if request.headers().contains_key(axum::http::header::UPGRADE) {
        return open_presence(State(doors), request).await;
    }
    let (mut parts, _) = request.into_parts();
    Box::pin(there_now(doors, &mut parts)).await.map_or_else(IntoResponse::into_response, IntoResponse::into_response)
}

async fn there_now(doors: Doors, parts: &mut axum::http::request::Parts) -> Answer<Json<Value>> {
    use axum::extract::FromRequestParts as _;
    let Asks(caller) = Asks::from_request_parts(parts, &doors).await?;
    let Comes(peer) = Comes::from_request_parts(parts, &doors).await?;
    let token = sessions::bearer(&parts.headers).unwrap_or_default();
    let identity = doors.gateway.backend().authenticate(token).await?;
    let guest = doors.gateway.receive(identity, peer.0, Some(PresenceStatus::Invisible)).await?;
    Ok(Json(json!({ "presence": presence::now(&doors, caller, guest).await? })))
}

/// Says how one is, on the sockets one has open.
async fn say_how(State(doors): State<Doors>, Asks(caller): Asks, Body(ask): Body<Value>) -> Answer<Json<Value>> {
    let status = presence::status(&ask.unwrap_or_default()["status"])?;
    doors.devices.say(caller.session, status)?;
    Ok(Json(json!({ "status": status })))
}
