//! The HTTP beside STOMP: accounts and contacts.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Json;
use axum::routing::{get, post, put};
use parlor_app::{Caller, accounts, contacts, sessions, users};
use parlor_model::{Error, Me, Result, SessionId, UserId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::shapes::user;
use crate::Doors;
use crate::http::{Answer, Asks, Body, Comes};
use crate::signing::{LogIn, SignUp, lasting};

pub(crate) fn routes() -> Router<Doors> {
    Router::new()
        .route("/auth/sign-up", post(sign_up))
        .route("/auth/login", post(log_in))
        .route("/auth/logout", post(log_out))
        .route("/auth/reset-password", put(reset_password))
        .route("/contact", post(add_contact))
        .route("/contact/{user}", get(list_contacts))
}

async fn signed_in(doors: &Doors, me: &Me, session: SessionId) -> Result<Value> {
    let mut told = user(&me.user);
    told["email"] = Value::from(me.email.as_str());
    Ok(json!({ "token": lasting(doors, me, session).await?, "user": told }))
}

async fn sign_up(
    State(doors): State<Doors>,
    Comes(peer): Comes,
    headers: HeaderMap,
    Body(ask): Body<SignUp>,
) -> Answer<(StatusCode, Json<Value>)> {
    let (me, tokens) = SignUp { name: None, ..ask.unwrap_or_default() }.carry_out(&doors, peer, &headers).await?;
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

/// The token is worth nothing any more, and its lines are closed.
async fn log_out(State(doors): State<Doors>, Asks(caller): Asks) -> Answer<StatusCode> {
    let mut cx = doors.app.write(caller).await?;
    sessions::revoke(&mut cx, caller.session).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ResetPassword {
    old_password: String,
    new_password: String,
}

/// Of the caller; all their other sessions end.
async fn reset_password(
    State(doors): State<Doors>,
    Asks(caller): Asks,
    Body(ask): Body<ResetPassword>,
) -> Answer<StatusCode> {
    let ResetPassword { old_password, new_password } = ask.unwrap_or_default();
    accounts::change_password(&doors.app, caller, old_password, new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// That the one who asks speaks of themselves.
fn own(caller: Caller, id: &str) -> Result<()> {
    if id == caller.user.to_string() {
        return Ok(());
    }
    Err(Error::forbidden("One's contacts are one's own: `userId` is the id of who asks."))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct AddContact {
    user_id: String,
    contact_id: String,
}

async fn add_contact(
    State(doors): State<Doors>,
    Asks(caller): Asks,
    Body(ask): Body<AddContact>,
) -> Answer<(StatusCode, Json<Value>)> {
    let AddContact { user_id, contact_id } = ask.unwrap_or_default();
    own(caller, &user_id)?;
    let contact: UserId = contact_id.parse().map_err(|_| Error::not_found("user"))?;
    let mut cx = doors.app.write(caller).await?;
    contacts::add(&mut cx, contact).await?;
    let found = users::find(&mut cx, contact).await?;
    cx.commit().await?;
    Ok((StatusCode::CREATED, Json(user(&found))))
}

async fn list_contacts(
    State(doors): State<Doors>,
    Asks(caller): Asks,
    Path(id): Path<String>,
) -> Answer<Json<Vec<Value>>> {
    own(caller, &id)?;
    let mut cx = doors.app.read(caller).await?;
    let kept = contacts::list(&mut cx).await?.contacts;
    Ok(Json(kept.iter().map(user).collect()))
}
