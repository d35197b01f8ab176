//! The HTTP of these clients.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Json;
use axum::routing::{get, post};
use parlor_app::conversations::{self, Begin};
use parlor_app::log::Window;
use parlor_app::sessions::{self, Carrier, RefreshToken, Rotated, Tokens};
use parlor_app::{Caller, accounts, messages, users};
use parlor_model::{ConversationId, Error, Me, Message, Result, Seq, User, UserId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::events;
use crate::Doors;
use crate::cards::Card;
use crate::http::{Answer, Asks, Body, Comes};
use crate::signing::{LogIn, SignUp};
use crate::words::message_of;

const PAGE: i64 = 100;

pub(crate) fn routes() -> Router<Doors> {
    Router::new()
        .route("/api/auth/signup", post(sign_up))
        .route("/api/auth/login", post(log_in))
        .route("/api/auth/refresh", post(refresh))
        .route("/api/users", get(everybody))
        .route("/api/users/{id}", get(somebody))
        .route("/api/messages", post(send))
        .route("/api/messages/{conversation}", get(history))
        .route("/api/groups/create", post(begin_group))
}

/// Somebody.
fn user(user: &User) -> Value {
    json!({ "_id": user.id.to_string(), "username": user.username, "name": user.name })
}

/// A token pair, with the one it stands for.
fn signed_in(me: &Me, tokens: &Tokens) -> Value {
    let mut told = user(&me.user);
    told["email"] = Value::from(me.email.as_str());
    let Tokens { access, refresh, expires_in, .. } = tokens;
    json!({ "user": told, "accessToken": access, "refreshToken": refresh, "expiresIn": expires_in })
}

async fn sign_up(
    State(doors): State<Doors>,
    Comes(peer): Comes,
    headers: HeaderMap,
    Body(ask): Body<SignUp>,
) -> Answer<(StatusCode, Json<Value>)> {
    let (me, tokens) = ask.unwrap_or_default().carry_out(&doors, peer, &headers).await?;
    Ok((StatusCode::CREATED, Json(signed_in(&me, &tokens))))
}

async fn log_in(
    State(doors): State<Doors>,
    Comes(peer): Comes,
    headers: HeaderMap,
    Body(ask): Body<LogIn>,
) -> Answer<Json<Value>> {
    let (me, tokens) = ask.unwrap_or_default().carry_out(&doors, peer, &headers).await?;
    Ok(Json(signed_in(&me, &tokens)))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Refresh {
    refresh_token: String,
}

async fn refresh(State(doors): State<Doors>, Comes(peer): Comes, Body(ask): Body<Refresh>) -> Answer<Json<Value>> {
    let token = RefreshToken::parse(&ask.unwrap_or_default().refresh_token)?;
    let rotated = sessions::renew(&doors.app, peer.0, &token, Carrier::Body).await?;
    match rotated {
        Rotated::Fresh(tokens) => {
            let caller = Caller { user: tokens.user, session: tokens.session };
            let me = accounts::me(&mut doors.app.read(caller).await?).await?;
            Ok(Json(signed_in(&me, &tokens)))
        }
        Rotated::Reused => {
            Err(Error::unauthenticated("This refresh token was used before. Please sign in again.").into())
        }
    }
}

/// The first hundred people by username; further ones by `?after=USERNAME`.
async fn everybody(
    State(doors): State<Doors>,
    Asks(caller): Asks,
    Query(ask): Query<People>,
) -> Answer<Json<Vec<Value>>> {
    let mut cx = doors.app.read(caller).await?;
    let found = users::search(&mut cx, &ask.search, PAGE, &users::fold(&ask.after)).await?;
    Ok(Json(found.iter().map(user).collect()))
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct People {
    search: String,
    after: String,
}

async fn somebody(State(doors): State<Doors>, Asks(caller): Asks, Path(id): Path<String>) -> Answer<Json<Value>> {
    let id: UserId = id.parse().map_err(|_| Error::not_found("user"))?;
    let mut cx = doors.app.read(caller).await?;
    Ok(Json(user(&users::find(&mut cx, id).await?)))
}

/// Says something, to somebody or in a conversation; under the client's own name for it, if it has one. Whether it is new.
pub(super) async fn say(doors: &Doors, caller: Caller, ask: &Value) -> Result<(Message, bool)> {
    let text = ask["message"].as_str().ok_or_else(|| Error::invalid("`message` is a text.").at("message"))?;
    let place = crate::say::place(&ask["conversationId"], &ask["receiverId"])?;
    crate::say::say(doors, caller, place, text, &ask["clientId"]).await
}

async fn send(
    State(doors): State<Doors>,
    Asks(caller): Asks,
    Body(ask): Body<Value>,
) -> Answer<(StatusCode, Json<Value>)> {
    let (said, _) = say(&doors, caller, &ask.unwrap_or_default()).await?;
    let card = doors.cards.of(&doors.app, caller, said.conversation).await?;
    Ok((StatusCode::CREATED, Json(events::message(&said, events::receiver(&card, &said)))))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Which {
    limit: Option<i64>,
    /// The `_id` of a message: those before it.
    before: Option<String>,
}

/// What was said, oldest first: the latest hundred, or those before a message.
async fn history(
    State(doors): State<Doors>,
    Asks(caller): Asks,
    Path(conversation): Path<String>,
    Query(ask): Query<Which>,
) -> Answer<Json<Vec<Value>>> {
    let conversation: ConversationId = conversation.parse().map_err(|_| Error::not_found("conversation"))?;
    let before = |id: String| -> Result<Seq> {
        let (_, seq) =
            message_of(&id).ok_or_else(|| Error::invalid("`before` is the _id of a message.").at("before"))?;
        Ok(seq)
    };
    let window = ask.before.map(before).transpose()?.map_or(Window::Latest, Window::Before);
    let card = Card::read(&doors.app, caller, conversation).await?;
    let mut cx = doors.app.read(caller).await?;
    let page = messages::history(&mut cx, conversation, window, ask.limit.unwrap_or(PAGE).clamp(1, PAGE)).await?;
    let said = page.messages.iter().filter(|message| !message.deleted);
    Ok(Json(said.map(|said| events::message(said, events::receiver(&card, said))).collect()))
}

async fn begin_group(
    State(doors): State<Doors>,
    Asks(caller): Asks,
    Body(ask): Body<Value>,
) -> Answer<(StatusCode, Json<Value>)> {
    let ask = ask.unwrap_or_default();
    let title = ask["name"].as_str().ok_or_else(|| Error::invalid("`name` is a text.").at("name"))?.to_owned();
    let members = ask["members"].as_array().ok_or_else(|| Error::invalid("`members` are ids.").at("members"))?;
    let members: Option<Vec<UserId>> = members.iter().map(|member| member.as_str()?.parse().ok()).collect();
    let members = members.ok_or_else(|| Error::invalid("One of these is no user.").at("members"))?;
    let mut cx = doors.app.write(caller).await?;
    let (id, _) = conversations::begin(&mut cx, Begin::Group { title, members }).await?;
    cx.commit().await?;
    let card = Card::read(&doors.app, caller, id).await?;
    let members: Vec<Value> = card.members.iter().map(|member| user(&member.user)).collect();
    let told = json!({ "_id": id.to_string(), "name": card.conversation.title, "members": members });
    Ok((StatusCode::CREATED, Json(told)))
}
