//! Accounts.

use parlor_db::{FromRow, Result, Tx, args, statements};
use parlor_model::{Me, Millis, ServerRole, User, UserId};

use crate::users::{UserRow, fold};

statements! {
    CLAIM_SERVER = "UPDATE server SET owner_id = $1 WHERE id = 1 AND owner_id IS NULL";
    FIRST_RUN = "SELECT id FROM server WHERE owner_id IS NULL";
    EMAIL_TAKEN = "SELECT id FROM users WHERE email_key = $1";
    USERNAME_TAKEN = "SELECT id FROM users WHERE username_key = $1 AND id <> $2";
    INSERT = "INSERT INTO users (id, username_key, email_key, username, email, name, bio, role, password_hash, preferences, version, created_at, profile) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    UPDATE = "UPDATE users SET username_key = $2, username = $3, name = $4, bio = $5, preferences = $6, version = $7, receipts = $8, profile = $9 WHERE id = $1";
    FIND = "SELECT id, username, email, name, bio, profile, role, preferences, version, created_at FROM users WHERE id = $1";
    FIND_FOR_UPDATE = "SELECT id, username, email, name, bio, profile, role, preferences, version, created_at FROM users WHERE id = $1 FOR UPDATE";
    CREDENTIALS = "SELECT id, password_hash FROM users WHERE username_key = $1 OR email_key = $1";
    PASSWORD_HASH = "SELECT password_hash FROM users WHERE id = $1";
    PASSWORD_HASH_FOR_UPDATE = "SELECT password_hash FROM users WHERE id = $1 FOR UPDATE";
    SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
}

#[derive(FromRow)]
struct MeRow {
    #[sqlx(flatten)]
    user: UserRow,
    email: String,
    role: String,
    preferences: String,
    version: i64,
    created_at: Millis,
}

fn role_name(role: ServerRole) -> &'static str {
    match role {
        ServerRole::Owner => "owner",
        ServerRole::Member => "member",
    }
}

impl From<MeRow> for Me {
    fn from(row: MeRow) -> Self {
        Self {
            user: row.user.into(),
            email: row.email,
            role: if row.role == "owner" { ServerRole::Owner } else { ServerRole::Member },
            // Preferences of another version keep what is understood.
            preferences: serde_json::from_str(&row.preferences).unwrap_or_default(),
            version: row.version,
            created_at: row.created_at,
        }
    }
}

fn preferences(me: &Me) -> String {
    serde_json::json!(me.preferences).to_string()
}

pub(super) async fn claim_server(tx: &mut Tx, user: UserId) -> Result<bool> {
    Ok(tx.run(&CLAIM_SERVER, args![user.0]).await? > 0)
}

pub(super) async fn first_run(tx: &mut Tx) -> Result<bool> {
    Ok(tx.one::<(i64,)>(&FIRST_RUN, args![]).await?.is_some())
}

pub(super) async fn email_taken(tx: &mut Tx, email: &str) -> Result<bool> {
    Ok(tx.one::<(i64,)>(&EMAIL_TAKEN, args![fold(email)]).await?.is_some())
}

/// By anybody but `but`.
pub(super) async fn username_taken(tx: &mut Tx, username: &str, but: UserId) -> Result<bool> {
    Ok(tx.one::<(i64,)>(&USERNAME_TAKEN, args![fold(username), but.0]).await?.is_some())
}

pub(super) async fn insert(tx: &mut Tx, me: &Me, password_hash: &str) -> Result<()> {
    let User { id, username, name, bio, profile } = &me.user;
    let (keys, role) = ([fold(username), fold(&me.email)], role_name(me.role));
    let [username_key, email_key] = keys;
    let args = args![
        id.0,
        username_key,
        email_key,
        username.as_str(),
        me.email.as_str(),
        name.as_str(),
        bio.as_str(),
        role,
        password_hash,
        preferences(me),
        me.version,
        me.created_at,
        serde_json::json!(profile).to_string()
    ];
    tx.run(&INSERT, args).await.map(drop)
}

pub(super) async fn update(tx: &mut Tx, me: &Me) -> Result<()> {
    let User { id, username, name, bio, profile } = &me.user;
    let receipts = i64::from(me.preferences.receipts);
    let profile = serde_json::json!(profile).to_string();
    let args = args![
        id.0,
        fold(username),
        username.as_str(),
        name.as_str(),
        bio.as_str(),
        preferences(me),
        me.version,
        receipts,
        profile
    ];
    tx.run(&UPDATE, args).await.map(drop)
}

pub(super) async fn find(tx: &mut Tx, user: UserId) -> Result<Option<Me>> {
    Ok(tx.one::<MeRow>(&FIND, args![user.0]).await?.map(Me::from))
}

pub(super) async fn find_for_update(tx: &mut Tx, user: UserId) -> Result<Option<Me>> {
    Ok(tx.one::<MeRow>(&FIND_FOR_UPDATE, args![user.0]).await?.map(Me::from))
}

pub(super) async fn credentials(tx: &mut Tx, login_key: &str) -> Result<Option<(UserId, String)>> {
    let found = tx.one::<(i64, String)>(&CREDENTIALS, args![login_key]).await?;
    Ok(found.map(|(id, hash)| (UserId(id), hash)))
}

pub(super) async fn password_hash(tx: &mut Tx, user: UserId) -> Result<Option<String>> {
    Ok(tx.one::<(String,)>(&PASSWORD_HASH, args![user.0]).await?.map(|(hash,)| hash))
}

pub(super) async fn password_hash_for_update(tx: &mut Tx, user: UserId) -> Result<Option<String>> {
    Ok(tx.one::<(String,)>(&PASSWORD_HASH_FOR_UPDATE, args![user.0]).await?.map(|(hash,)| hash))
}

pub(super) async fn set_password(tx: &mut Tx, user: UserId, hash: &str) -> Result<()> {
    tx.run(&SET_PASSWORD, args![user.0, hash]).await.map(drop)
}
