//! Signing up and in, as several doors ask for it. What is missing is empty, and refused by whoever needs it.

use axum::http::HeaderMap;
use parlor_app::Caller;
use parlor_app::accounts::{self, NewUser};
use parlor_app::http::Peer;
use parlor_app::sessions::{self, Tokens};
use parlor_model::{Me, Result, SessionId};
use serde::Deserialize;

use crate::Doors;

/// What somebody signs up with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignUp {
    /// Made from the name when left out.
    pub(crate) username: Option<String>,
    /// The username when left out.
    pub(crate) name: Option<String>,
    pub(crate) email: String,
    pub(crate) password: String,
}

impl SignUp {
    pub(crate) async fn carry_out(self, doors: &Doors, peer: Peer, headers: &HeaderMap) -> Result<(Me, Tokens)> {
        let Self { username, name, email, password } = self;
        let shown = name.as_deref().or(username.as_deref()).unwrap_or_default();
        let new = NewUser { email: &email, password, name: shown, username: username.as_deref() };
        accounts::register(&doors.app, peer.0, new, accounts::api::device(None, headers, peer)).await
    }
}

/// What somebody signs in with: an address or a username.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct LogIn {
    email: String,
    username: String,
    password: String,
}

impl LogIn {
    pub(crate) async fn carry_out(self, doors: &Doors, peer: Peer, headers: &HeaderMap) -> Result<(Me, Tokens)> {
        let login = if self.email.is_empty() { &self.username } else { &self.email };
        let device = accounts::api::device(None, headers, peer);
        accounts::log_in(&doors.app, peer.0, login, self.password, device).await
    }
}

/// The one token of a client that cannot renew any.
pub(crate) async fn lasting(doors: &Doors, me: &Me, session: SessionId) -> Result<String> {
    let mut cx = doors.app.write(Caller { user: me.user.id, session }).await?;
    let token = sessions::make_lasting(&mut cx, session).await?;
    cx.commit().await?;
    Ok(token)
}
