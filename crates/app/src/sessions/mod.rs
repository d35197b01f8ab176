//! Sessions: one device signed in. A short-lived access token proves it; a refresh token that works once continues it.
//!
//! A refresh token is `session.family.secret`. The family stays for the session's life, the secret changes with each use.
//! So a right family with a wrong secret is a token that was used before: somebody holds a copy, and the session ends.
//! A wrong family is just a wrong token, and ends nothing.
//!
//! Programs that cannot renew a token get a lasting one ([`make_lasting`]): it stands for its session until that ends.

pub mod api;
mod store;

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use parlor_model::{Error, Event, Millis, Result, Session, SessionId, UserId};
use ring::digest::{SHA256, digest};
use ring::hmac;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::cx::{Caller, Cx};
use crate::keys::Claims;

pub(crate) use store::STATEMENTS;

const DAY_MS: Millis = 24 * 3_600_000;
/// For how long a cookie's token before the last still works.
const COOKIE_LEEWAY_MS: Millis = 30_000;
const DEVICE_CHARS: usize = 100;
/// What a lasting token begins with. No access token does: theirs begin with a JSON object.
const LASTING: &str = "parlor-";

/// The tokens of a session that was opened or continued.
#[derive(Debug)]
pub struct Tokens {
    /// Which session.
    pub session: SessionId,
    /// Whose.
    pub user: UserId,
    /// For everything else.
    pub access: String,
    /// Seconds until the access token runs out.
    pub expires_in: u64,
    /// Works once.
    pub refresh: String,
}

/// Who a valid access token speaks for, and until when.
#[derive(Clone, Copy, Debug)]
pub struct Authenticated {
    /// Who.
    pub caller: Caller,
    /// When the access token runs out.
    pub expires_at: Millis,
}

/// What is known of the device that signs in.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// What it calls itself.
    pub name: String,
    /// Where it comes from.
    pub address: String,
}

/// Opens a session.
pub async fn open(cx: &mut Cx, user: UserId, device: Device) -> Result<Tokens> {
    let session: SessionId = cx.app().ids.next();
    let (family, secret) = (secret(cx)?, secret(cx)?);
    let now = cx.now();
    let row = store::NewSession {
        id: session,
        user,
        family_hash: hash(&family),
        refresh_hash: hash(&secret),
        chain_key: cx.app().random::<32>()?.to_vec(),
        device: device.name.trim().chars().take(DEVICE_CHARS).collect(),
        address: device.address,
        at: now,
        expires_at: now + i64::from(cx.app().config.session_days) * DAY_MS,
    };
    store::forget_expired(cx.tx(), user, now).await?;
    store::insert(cx.tx(), row).await?;
    tokens(cx, session, user, &family, &secret)
}

/// What became of a refresh token.
#[derive(Debug)]
pub enum Rotated {
    /// The next pair.
    Fresh(Tokens),
    /// It had been used before: the session has been ended. To be committed like a success.
    Reused,
}

/// How a refresh token came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// In the body: each token works once.
    Body,
    /// In a browser's cookie: the token before the last works for some seconds more, because a page that is reloaded
    /// while the answer is on its way never stores the new one, and nobody should be signed out by pressing F5 twice.
    Cookie,
}

/// A refresh token, taken apart.
#[derive(Debug)]
pub struct RefreshToken {
    session: SessionId,
    family: String,
    secret: String,
}

impl RefreshToken {
    /// Refuses what is no refresh token, before anything is looked up.
    pub fn parse(token: &str) -> Result<Self> {
        let (session, secrets) = token.split_once('.').ok_or_else(no_token)?;
        let (family, secret) = secrets.split_once('.').ok_or_else(no_token)?;
        let session = session.parse().map_err(|_| no_token())?;
        Ok(Self { session, family: family.to_owned(), secret: secret.to_owned() })
    }
}

fn no_token() -> Error {
    Error::unauthenticated("The refresh token is not valid. Please sign in again.")
}

/// The bearer token of a request.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Uses a refresh token up, for the next pair.
pub async fn rotate(cx: &mut Cx, token: &RefreshToken, carrier: Carrier, address: &str) -> Result<Rotated> {
    let RefreshToken { session, family, secret } = token;
    let (session, now) = (*session, cx.now());
    let found = store::find_for_update(cx.tx(), session).await?.ok_or_else(no_token)?;
    if !same(&found.family_hash, &hash(family)) || found.expires_at <= now {
        return Err(no_token());
    }
    let (user, used_hash) = (UserId(found.user_id), hash(secret));
    // The successor is made from the token that is used, with a key only we have: so a late use gets the very one that
    // the first use got, and two tabs that refresh at once end up with the same cookie.
    let key = hmac::Key::new(hmac::HMAC_SHA256, &found.chain_key);
    let next_secret = BASE64.encode(hmac::sign(&key, secret.as_bytes()));
    let late = carrier == Carrier::Cookie
        && now - found.last_seen_at < COOKIE_LEEWAY_MS
        && found.previous_hash.is_some_and(|previous| same(&previous, &used_hash));
    if !late {
        if !same(&found.refresh_hash, &used_hash) {
            tracing::warn!(%session, %user, "a refresh token was used twice: the session is ended");
            end(cx, user, session).await?;
            return Ok(Rotated::Reused);
        }
        let expires_at = now + i64::from(cx.app().config.session_days) * DAY_MS;
        let next = store::Next { used_hash, refresh_hash: hash(&next_secret), address, at: now, expires_at };
        store::rotate(cx.tx(), session, next).await?;
    }
    tokens(cx, session, user, family, &next_secret).map(Rotated::Fresh)
}

/// Renews the tokens of somebody who comes from this address: all of it, measured and committed.
pub async fn renew(app: &App, address: IpAddr, token: &RefreshToken, carrier: Carrier) -> Result<Rotated> {
    app.rates.refresh(address)?;
    let mut cx = app.write(None).await?;
    let rotated = rotate(&mut cx, token, carrier, &address.to_string()).await?;
    cx.commit().await?;
    Ok(rotated)
}

/// Makes a session that was just opened one with a single token, `parlor-session.secret`, that is used as it is: for
/// clients that know no renewal. It lasts while it is used and is revoked with its session; its refresh token is void.
pub async fn make_lasting(cx: &mut Cx, session: SessionId) -> Result<String> {
    let secret = secret(cx)?;
    store::make_lasting(cx.tx(), session, hash_lasting(&secret)).await?;
    Ok(format!("{LASTING}{session}.{secret}"))
}

/// Whether this is a lasting token, valid or not.
pub fn is_lasting(token: &str) -> bool {
    token.starts_with(LASTING)
}

/// A fresh access token of the caller's own session, and the seconds until it runs out.
pub fn ticket(app: &App, caller: Caller) -> Result<(String, u64)> {
    let Caller { user, session } = caller;
    let (iat, expires_in) = (app.clock.now() / 1_000, app.config.access_token_seconds);
    let exp = iat.saturating_add_unsigned(expires_in);
    Ok((app.keys.sign(&Claims { sub: user, sid: session, iat, exp })?, expires_in))
}

/// Who a lasting token speaks for. Once a day its use is noted, which keeps the session.
async fn authenticate_lasting(app: &App, token: &str) -> Result<Authenticated> {
    let no_token = || Error::unauthenticated("The token is not valid. Please sign in again.");
    let (session, secret) = token.split_once('.').ok_or_else(no_token)?;
    let (session, now): (SessionId, _) = (session.parse().map_err(|_| no_token())?, app.clock.now());
    let found = store::find(&mut app.db.read().await?, session, now).await?.ok_or_else(no_token)?;
    if !same(&found.refresh_hash, &hash_lasting(secret)) {
        return Err(no_token());
    }
    let mut expires_at = found.expires_at;
    if now - found.last_seen_at > DAY_MS {
        expires_at = now + i64::from(app.config.session_days) * DAY_MS;
        let mut cx = app.write(None).await?;
        store::touch(cx.tx(), session, now, expires_at).await?;
        cx.commit().await?;
    }
    Ok(Authenticated { caller: Caller { user: UserId(found.user_id), session }, expires_at })
}

/// Who an access token or a lasting one speaks for. A revoked session is refused at once.
pub async fn authenticate(app: &App, token: &str) -> Result<Authenticated> {
    if let Some(lasting) = token.strip_prefix(LASTING) {
        return authenticate_lasting(app, lasting).await;
    }
    let claims = app.keys.verify(&app.db, &app.clock, token).await?;
    let mut tx = app.db.read().await?;
    let owner = store::owner(&mut tx, claims.sid, app.clock.now()).await?;
    if owner != Some(claims.sub) {
        return Err(Error::unauthenticated("This session has ended. Please sign in again."));
    }
    let caller = Caller { user: claims.sub, session: claims.sid };
    Ok(Authenticated { caller, expires_at: claims.exp.saturating_mul(1_000) })
}

/// Who asks with this token, measured by their rate.
pub async fn caller(app: &App, token: &str) -> Result<Caller> {
    let found = authenticate(app, token).await?;
    app.rates.user(found.caller.user)?;
    Ok(found.caller)
}

/// Whether the caller's session has not been revoked meanwhile.
pub async fn is_open(cx: &mut Cx) -> Result<bool> {
    let (caller, now) = (cx.caller()?, cx.now());
    Ok(store::owner(cx.tx(), caller.session, now).await? == Some(caller.user))
}

/// The caller's sessions, latest first.
pub async fn list(cx: &mut Cx) -> Result<Vec<Session>> {
    let caller = cx.caller()?;
    let now = cx.now();
    let rows = store::of_user(cx.tx(), caller.user, now).await?;
    Ok(rows.into_iter().map(|row| row.into_session(caller.session)).collect())
}

/// Ends one of the caller's sessions: its tokens stop working and its sockets close.
pub async fn revoke(cx: &mut Cx, session: SessionId) -> Result<()> {
    let user = cx.user()?;
    if end(cx, user, session).await? { Ok(()) } else { Err(Error::not_found("session")) }
}

/// Ends all of the caller's sessions but the one that asks.
pub async fn revoke_others(cx: &mut Cx) -> Result<()> {
    let Caller { user, session } = cx.caller()?;
    for session in store::delete_others(cx.tx(), user, session).await? {
        cx.emit(Event::SessionRevoked { user, session });
    }
    Ok(())
}

/// Ends the session a refresh token belongs to. A token of no session ends nothing: one is signed out all the same.
pub async fn sign_out(cx: &mut Cx, token: &RefreshToken) -> Result<()> {
    if let Some(found) = store::find_for_update(cx.tx(), token.session).await?
        && same(&found.family_hash, &hash(&token.family))
    {
        end(cx, UserId(found.user_id), token.session).await?;
    }
    Ok(())
}

async fn end(cx: &mut Cx, user: UserId, session: SessionId) -> Result<bool> {
    let ended = store::delete(cx.tx(), user, session).await?;
    if ended {
        cx.emit(Event::SessionRevoked { user, session });
    }
    Ok(ended)
}

fn tokens(cx: &Cx, session: SessionId, user: UserId, family: &str, secret: &str) -> Result<Tokens> {
    let (access, expires_in) = ticket(cx.app(), Caller { user, session })?;
    Ok(Tokens { session, user, access, expires_in, refresh: format!("{session}.{family}.{secret}") })
}

/// 256 unpredictable bits, as text.
fn secret(cx: &Cx) -> Result<String> {
    Ok(BASE64.encode(cx.app().random::<32>()?))
}

fn hash(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// Another hash than a refresh token's, so that neither can be used for the other.
fn hash_lasting(secret: &str) -> Vec<u8> {
    hash(&format!("lasting {secret}"))
}

fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests;
