//! Routes of accounts: the server's greeting, signing up, in and out, and one's own document.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use parlor_model::errors::Problem;
use parlor_model::users::Status;
use parlor_model::{Auth, Error, Limits, Me};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{Change, NewUser};
use crate::app::{App, Signup};
use crate::cx::Caller;
use crate::http::{Answer, Body, MaybeBody, Peer, Route};
use crate::sessions::{self, Carrier, Device, RefreshToken, Rotated, Tokens};

const COOKIE: &str = "parlor_refresh";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        || routes!(server),
        || routes!(sign_up),
        || routes!(log_in),
        || routes!(refresh),
        || routes!(log_out),
        || routes!(me, change),
        || routes!(set_password),
    ]
}

/// What a client may know before it signs in.
#[derive(Serialize, ToSchema)]
struct ServerInfo {
    /// The server's name.
    name: String,
    /// The program's version.
    version: &'static str,
    /// Nobody has an account yet: the next sign-up owns the server.
    first_run: bool,
    /// Who may sign up.
    signup: Signup,
    /// What is refused beyond.
    limits: Limits,
}

/// The server's name, whether one may sign up, and its limits.
#[utoipa::path(get, path = "/server", tag = "accounts", security(()), responses((status = 200, body = ServerInfo)))]
async fn server(State(app): State<App>) -> Answer<Json<ServerInfo>> {
    let mut cx = app.read(None).await?;
    let first_run = super::first_run(&mut cx).await?;
    let config = app.config();
    let signup = if first_run { Signup::Open } else { config.signup };
    Ok(Json(ServerInfo {
        name: config.name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        first_run,
        signup,
        limits: config.limits.clone(),
    }))
}

#[derive(Deserialize, ToSchema)]
struct SignUp {
    email: String,
    password: String,
    name: String,
    /// Made from the name when left out.
    username: Option<String>,
    /// What the device calls itself in the list of sessions.
    device: Option<String>,
    /// Put the refresh token into a cookie and leave it out of the answer.
    #[serde(default)]
    cookie: bool,
}

/// Makes an account and signs it in. The first one owns the server.
#[utoipa::path(post, path = "/auth/signup", tag = "accounts", security(()), request_body = SignUp,
    responses((status = 201, body = Auth), (status = "4XX", body = Problem)))]
async fn sign_up(State(app): State<App>, peer: Peer, headers: HeaderMap, Body(ask): Body<SignUp>) -> Answer<Response> {
    let device = device(ask.device, &headers, peer);
    let new = NewUser { email: &ask.email, password: ask.password, name: &ask.name, username: ask.username.as_deref() };
    let (me, tokens) = super::register(&app, peer.0, new, device).await?;
    Ok((StatusCode::CREATED, signed_in(&app, me, tokens, ask.cookie)).into_response())
}

#[derive(Deserialize, ToSchema)]
struct LogIn {
    /// E-mail address or username.
    login: String,
    password: String,
    /// What the device calls itself in the list of sessions.
    device: Option<String>,
    /// Put the refresh token into a cookie and leave it out of the answer.
    #[serde(default)]
    cookie: bool,
}

/// Signs in. An unknown user and a wrong password get the same answer in the same time.
#[utoipa::path(post, path = "/auth/login", tag = "accounts", security(()), request_body = LogIn,
    responses((status = 200, body = Auth), (status = "4XX", body = Problem)))]
async fn log_in(State(app): State<App>, peer: Peer, headers: HeaderMap, Body(ask): Body<LogIn>) -> Answer<Response> {
    let device = device(ask.device, &headers, peer);
    let (me, tokens) = super::log_in(&app, peer.0, &ask.login, ask.password, device).await?;
    Ok(signed_in(&app, me, tokens, ask.cookie))
}

#[derive(Default, Deserialize, ToSchema)]
struct Refresh {
    /// Left out by browsers, which have the cookie.
    refresh_token: Option<String>,
}

/// Uses a refresh token up for the next pair. A token used twice ends its session.
#[utoipa::path(post, path = "/auth/refresh", tag = "accounts", security(()), request_body = Refresh,
    responses((status = 200, body = Auth), (status = "4XX", body = Problem)))]
async fn refresh(
    State(app): State<App>,
    peer: Peer,
    headers: HeaderMap,
    MaybeBody(ask): MaybeBody<Refresh>,
) -> Answer<Response> {
    let by_cookie = ask.refresh_token.is_none();
    let token =
        ask.refresh_token.or_else(|| cookie(&headers)).ok_or_else(|| Error::unauthenticated("Please sign in."))?;
    let token = RefreshToken::parse(&token)?;
    let carrier = if by_cookie { Carrier::Cookie } else { Carrier::Body };
    match sessions::renew(&app, peer.0, &token, carrier).await? {
        Rotated::Fresh(tokens) => {
            let me = super::of(&mut app.read(None).await?, tokens.user).await?;
            Ok(signed_in(&app, me, tokens, by_cookie))
        }
        Rotated::Reused => Err(Error::unauthenticated(
            "This refresh token was used before; the session has been ended. Please sign in again.",
        )
        .into()),
    }
}

/// Ends the session of the refresh token, of the cookie, or of the access token.
#[utoipa::path(post, path = "/auth/logout", tag = "accounts", request_body = Refresh,
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn log_out(
    State(app): State<App>,
    peer: Peer,
    headers: HeaderMap,
    MaybeBody(ask): MaybeBody<Refresh>,
) -> Answer<Response> {
    app.rates.refresh(peer.0)?;
    // Whatever names a session ends it; what names none (any more) is signed out already.
    let tokens = [ask.refresh_token, cookie(&headers)].into_iter().flatten();
    for token in tokens.filter_map(|token| RefreshToken::parse(&token).ok()) {
        let mut cx = app.write(None).await?;
        sessions::sign_out(&mut cx, &token).await?;
        cx.commit().await?;
    }
    if let Some(token) = sessions::bearer(&headers)
        && let Ok(found) = sessions::authenticate(&app, token).await
    {
        let mut cx = app.write(found.caller).await?;
        sessions::revoke(&mut cx, found.caller.session).await?;
        cx.commit().await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, set_cookie(&app, "", 0))]).into_response())
}

/// The caller's own account.
#[utoipa::path(get, path = "/me", tag = "accounts", responses((status = 200, body = Me), (status = "4XX", body = Problem)))]
async fn me(State(app): State<App>, caller: Caller) -> Answer<Json<Me>> {
    let mut cx = app.read(caller).await?;
    Ok(Json(super::me(&mut cx).await?))
}

#[derive(Deserialize, ToSchema)]
struct ChangeMe {
    name: Option<String>,
    username: Option<String>,
    bio: Option<String>,
    /// Empty for none.
    pronouns: Option<String>,
    /// IANA name; empty for none.
    time_zone: Option<String>,
    /// Null takes it away.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<Status>)]
    status: Option<Option<Status>>,
    /// Keys to set; the others stay.
    #[serde(default)]
    #[schema(value_type = Object)]
    preferences: serde_json::Map<String, serde_json::Value>,
}

/// Tells a field that is null from one that is not named.
fn named<'de, D: Deserializer<'de>, T: Deserialize<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

/// Changes the caller's account. What is not named stays.
#[utoipa::path(patch, path = "/me", tag = "accounts", request_body = ChangeMe,
    responses((status = 200, body = Me), (status = "4XX", body = Problem)))]
async fn change(State(app): State<App>, caller: Caller, Body(ask): Body<ChangeMe>) -> Answer<Json<Me>> {
    let ChangeMe { name, username, bio, pronouns, time_zone, status, preferences } = ask;
    let change = Change { name, username, bio, pronouns, time_zone, status, preferences };
    let mut cx = app.write(caller).await?;
    let me = super::change(&mut cx, change).await?;
    cx.commit().await?;
    Ok(Json(me))
}

#[derive(Deserialize, ToSchema)]
struct SetPassword {
    old_password: String,
    new_password: String,
}

/// Sets a new password. Every other session of the caller ends.
#[utoipa::path(put, path = "/me/password", tag = "accounts", request_body = SetPassword,
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn set_password(State(app): State<App>, caller: Caller, Body(ask): Body<SetPassword>) -> Answer<StatusCode> {
    super::change_password(&app, caller, ask.old_password, ask.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is known of the device that asks.
pub fn device(named: Option<String>, headers: &HeaderMap, peer: Peer) -> Device {
    let agent = || headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_owned();
    let name = named.filter(|name| !name.trim().is_empty()).unwrap_or_else(agent);
    Device { name: name.chars().filter(|c| !c.is_control()).collect(), address: peer.0.to_string() }
}

fn signed_in(app: &App, user: Me, tokens: Tokens, by_cookie: bool) -> Response {
    let max_age = u64::from(app.config().session_days) * 24 * 3_600;
    let set = by_cookie.then(|| [(header::SET_COOKIE, set_cookie(app, &tokens.refresh, max_age))]);
    let auth = Auth {
        user,
        access_token: tokens.access,
        expires_in: tokens.expires_in,
        refresh_token: (!by_cookie).then_some(tokens.refresh),
        session_id: tokens.session,
    };
    // Tokens are for the one who asked, not for a cache in between.
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], set, Json(auth)).into_response()
}

/// SameSite=Strict and a narrow path: another site cannot make a browser send it, and it goes nowhere else.
fn set_cookie(app: &App, value: &str, max_age: u64) -> String {
    let secure = if app.config().public_url.starts_with("https://") { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/api/v1/auth; HttpOnly; SameSite=Strict; Max-Age={max_age}{secure}")
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, value)| *name == COOKIE && !value.is_empty()).map(|(_, value)| value.to_owned())
}
