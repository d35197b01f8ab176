//! Accounts: signing up, signing in, and one's own document (name, e-mail, preferences, password).

pub mod api;
pub mod passwords;
pub mod rules;
mod store;

use std::net::IpAddr;

use parlor_model::errors::OrNotFound as _;
use parlor_model::limits::{EMAIL_BYTES, Limits};
use parlor_model::users::{Profile, Status};
use parlor_model::{Error, Event, Me, Preferences, Result, ServerRole, User, UserId};

use crate::app::{App, Signup};
use crate::cx::{Caller, Cx};
use crate::sessions::{self, Device, Tokens};
use crate::users;

pub(crate) use store::STATEMENTS;

/// What a new account is made of, checked.
#[derive(Debug)]
pub struct NewAccount {
    email: String,
    name: String,
    username: Option<String>,
    password_hash: String,
}

/// Checks what somebody signs up with, and hashes the password: the slow part, before any transaction.
pub async fn prepare(
    app: &App,
    email: &str,
    password: String,
    name: &str,
    username: Option<&str>,
) -> Result<NewAccount> {
    let limits = &app.config.limits;
    let email = rules::email(email)?;
    let name = rules::name(name, limits)?;
    let username = username.filter(|username| !username.trim().is_empty()).map(rules::username).transpose()?;
    rules::password(&password, limits, "password")?;
    let password_hash = app.hasher.hash(password, app.random()?).await?;
    Ok(NewAccount { email, name, username, password_hash })
}

impl NewAccount {
    /// Somebody else with the same password, which is not hashed again: for data sets of thousands of accounts that
    /// nobody guesses at, since a hash for each would take hours. Not for people: equal hashes show equal passwords.
    pub fn alike(&self, email: &str, name: &str, username: &str) -> Result<Self> {
        let (name, username) = (rules::name(name, &Limits::default())?, rules::username(username)?);
        let password_hash = self.password_hash.clone();
        Ok(Self { email: rules::email(email)?, name, username: Some(username), password_hash })
    }
}

/// What somebody signs up with.
#[derive(Debug)]
pub struct NewUser<'a> {
    /// For signing in and mail.
    pub email: &'a str,
    /// For signing in.
    pub password: String,
    /// Shown to people.
    pub name: &'a str,
    /// Made from the name when left out.
    pub username: Option<&'a str>,
}

/// Signs somebody up who comes from this address: all of it, measured, hashed and committed.
pub async fn register(app: &App, address: IpAddr, new: NewUser<'_>, device: Device) -> Result<(Me, Tokens)> {
    app.rates.address(address)?;
    let new = prepare(app, new.email, new.password, new.name, new.username).await?;
    let mut cx = app.write(None).await?;
    let signed_in = sign_up(&mut cx, new, device).await?;
    cx.commit().await?;
    Ok(signed_in)
}

/// Signs somebody in who comes from this address: all of it, measured, verified and committed.
pub async fn log_in(app: &App, address: IpAddr, login: &str, password: String, device: Device) -> Result<(Me, Tokens)> {
    app.rates.address(address)?;
    let proven = check_credentials(app, login, password).await?;
    let mut cx = app.write(None).await?;
    still_holds(&mut cx, &proven).await?;
    let tokens = sessions::open(&mut cx, proven.user, device).await?;
    let me = of(&mut cx, proven.user).await?;
    cx.commit().await?;
    Ok((me, tokens))
}

/// Makes an account and signs it in. The first one owns the server.
pub async fn sign_up(cx: &mut Cx, new: NewAccount, device: Device) -> Result<(Me, Tokens)> {
    let id: UserId = cx.app().ids.next();
    let owns = store::claim_server(cx.tx(), id).await?;
    if !owns && cx.app().config.signup == Signup::Closed {
        return Err(Error::forbidden("This server takes no new accounts. Ask its owner."));
    }
    let role = if owns { ServerRole::Owner } else { ServerRole::Member };
    if store::email_taken(cx.tx(), &new.email).await? {
        return Err(Error::conflict("There is an account with this e-mail address.").at("email"));
    }
    let username = free_username(cx, &new).await?;
    let user = User { id, username, name: new.name, bio: String::new(), profile: Profile::default() };
    let at = cx.now();
    let me = Me { user, email: new.email, role, preferences: Preferences::default(), version: 1, created_at: at };
    store::insert(cx.tx(), &me, &new.password_hash).await.map_err(taken)?;
    users::index(cx, id, &me.user.username, &me.user.name).await?;
    let tokens = sessions::open(cx, id, device).await?;
    Ok((me, tokens))
}

/// The username that was asked for when it is free, or one made from the name.
async fn free_username(cx: &mut Cx, new: &NewAccount) -> Result<String> {
    if let Some(wanted) = &new.username {
        if store::username_taken(cx.tx(), wanted, UserId(0)).await? {
            return Err(Error::conflict("This username is taken.").at("username"));
        }
        return Ok(wanted.clone());
    }
    let stem = rules::username_from(&new.name, &new.email);
    let mut candidate = stem.clone();
    for _ in 0..20 {
        if !store::username_taken(cx.tx(), &candidate, UserId(0)).await? {
            return Ok(candidate);
        }
        candidate = format!("{stem}{}", u16::from_be_bytes(cx.app().random()?));
    }
    Err(Error::conflict("Please choose a username.").at("username"))
}

/// Somebody else was faster between our look and our write.
fn taken(error: parlor_db::Error) -> Error {
    match &error {
        parlor_db::Error::Taken(key) if key.contains("email") => {
            Error::conflict("There is an account with this e-mail address.").at("email")
        }
        parlor_db::Error::Taken(_) => Error::conflict("This username is taken.").at("username"),
        _ => error.into(),
    }
}

/// Who proved to know a password, and the hash it was checked against: before anything is granted, [`still_holds`].
#[derive(Debug)]
pub struct Proven {
    /// Who.
    pub user: UserId,
    hash: String,
}

/// That the password has not been changed since it was checked: hashing takes long enough for that to happen. Locks the
/// account, so that it cannot happen any more.
pub async fn still_holds(cx: &mut Cx, proven: &Proven) -> Result<()> {
    let now = store::password_hash_for_update(cx.tx(), proven.user).await?;
    if now.as_ref() == Some(&proven.hash) { Ok(()) } else { Err(wrong_credentials()) }
}

fn wrong_credentials() -> Error {
    Error::unauthenticated("The login or the password is wrong.")
}

/// Whose login and password these are. An unknown login takes as long as a wrong password and is told the same.
pub async fn check_credentials(app: &App, login: &str, password: String) -> Result<Proven> {
    // What cannot be a login is nobody's, and is not worked on.
    let login = login.trim();
    let possible = login.len() <= EMAIL_BYTES && !login.contains(char::is_control);
    let login = if possible { users::fold(login) } else { String::new() };
    let found = store::credentials(&mut app.db.read().await?, &login).await?;
    // By its id, so that name and address of one account are not two budgets; what is no account has one as well.
    let account = found.as_ref().map_or_else(|| format!("nobody {login}"), |(id, _)| id.to_string());
    app.rates.guess(&account, app.clock.now())?;
    if !app.hasher.verify(password, found.as_ref().map(|(_, hash)| hash.clone())).await? {
        return Err(wrong_credentials());
    }
    app.rates.right(&account);
    let (user, hash) = found.ok_or_else(wrong_credentials)?;
    Ok(Proven { user, hash })
}

/// The caller's own account.
pub async fn me(cx: &mut Cx) -> Result<Me> {
    let user = cx.user()?;
    of(cx, user).await
}

/// Anybody's whole account: for the one who just signed in.
pub(crate) async fn of(cx: &mut Cx, user: UserId) -> Result<Me> {
    let now = cx.now();
    let me = store::find(cx.tx(), user).await?.or_not_found("account")?;
    Ok(Me { user: me.user.at(now), ..me })
}

/// What the caller wants different.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The display name.
    pub name: Option<String>,
    /// The username.
    pub username: Option<String>,
    /// The words about oneself.
    pub bio: Option<String>,
    /// The pronouns; empty for none.
    pub pronouns: Option<String>,
    /// The time zone; empty for none.
    pub time_zone: Option<String>,
    /// The status; none for no change, `Some(None)` to take it away.
    pub status: Option<Option<Status>>,
    /// Keys of [`Preferences`] to set.
    pub preferences: serde_json::Map<String, serde_json::Value>,
}

/// Changes the caller's account. What is not named stays.
pub async fn change(cx: &mut Cx, change: Change) -> Result<Me> {
    let (user, now) = (cx.user()?, cx.now());
    let mut me = store::find_for_update(cx.tx(), user).await?.or_not_found("account")?;
    let before = (me.user.clone(), me.preferences.presence_to, me.preferences.last_seen_to);
    let limits = cx.app().config.limits.clone();
    if let Some(name) = change.name {
        me.user.name = rules::name(&name, &limits)?;
    }
    if let Some(username) = change.username {
        me.user.username = rules::username(&username)?;
        if store::username_taken(cx.tx(), &me.user.username, user).await? {
            return Err(Error::conflict("This username is taken.").at("username"));
        }
    }
    if let Some(bio) = change.bio {
        me.user.bio = rules::bio(&bio, &limits)?;
    }
    if let Some(pronouns) = change.pronouns {
        me.user.profile.pronouns = rules::pronouns(&pronouns)?;
    }
    if let Some(time_zone) = change.time_zone {
        me.user.profile.time_zone = rules::time_zone(&time_zone)?;
    }
    if let Some(status) = change.status {
        me.user.profile.status = status.map(|status| rules::status(status, now)).transpose()?.flatten();
    }
    me.preferences = rules::preferences(&me.preferences, change.preferences)?;
    me.version += 1;
    store::update(cx.tx(), &me).await.map_err(taken)?;
    users::index(cx, user, &me.user.username, &me.user.name).await?;
    cx.emit(Event::AccountChanged { user, version: me.version });
    // What others show of them, and who may see it.
    if (&me.user, me.preferences.presence_to, me.preferences.last_seen_to) != (&before.0, before.1, before.2) {
        cx.emit(Event::PresenceChanged { users: vec![user] });
    }
    Ok(Me { user: me.user.at(now), ..me })
}

/// That the caller knows the password they have.
pub async fn check_password(app: &App, caller: Caller, password: String) -> Result<Proven> {
    let hash = store::password_hash(&mut app.db.read().await?, caller.user).await?.or_not_found("account")?;
    let account = caller.user.to_string();
    app.rates.guess(&account, app.clock.now())?;
    if !app.hasher.verify(password, Some(hash.clone())).await? {
        return Err(Error::invalid("The old password is wrong.").at("old_password"));
    }
    app.rates.right(&account);
    Ok(Proven { user: caller.user, hash })
}

/// Gives the caller a new password: all of it, measured, hashed and committed.
pub async fn change_password(app: &App, caller: Caller, old: String, new: String) -> Result<()> {
    rules::password(&new, &app.config().limits, "new_password")?;
    let proven = check_password(app, caller, old).await?;
    let hash = app.hasher.hash(new, app.random()?).await?;
    let mut cx = app.write(caller).await?;
    set_password(&mut cx, &proven, &hash).await?;
    cx.commit().await
}

/// Sets a new password and ends every other session: whoever knew the old one is out.
pub async fn set_password(cx: &mut Cx, proven: &Proven, password_hash: &str) -> Result<()> {
    still_holds(cx, proven).await?;
    let user = cx.user()?;
    store::set_password(cx.tx(), user, password_hash).await?;
    sessions::revoke_others(cx).await
}

/// Whether nobody has an account yet.
pub async fn first_run(cx: &mut Cx) -> Result<bool> {
    Ok(store::first_run(cx.tx()).await?)
}

#[cfg(test)]
mod tests;
