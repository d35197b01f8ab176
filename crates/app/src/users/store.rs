//! Public profiles and the words they are found by.

use parlor_db::{FromRow, Result, Tx, args, statements};
use parlor_model::{User, UserId};
use serde_json::{Value, json};

statements! {
    MANY = "SELECT id, username, name, bio, profile FROM users WHERE id IN (SELECT r.id FROM rows($1: id BIGINT) AS r)";
    SEARCH = "SELECT id, username, name, bio, profile FROM users WHERE id IN (\
            SELECT w.user_id FROM rows($1: low TEXT, high TEXT) AS r CROSS JOIN user_words w WHERE w.word >= r.low AND w.word < r.high \
            GROUP BY w.user_id HAVING COUNT(DISTINCT r.low) = $2) \
        AND id <> $3 AND username_key > $4 ORDER BY username_key LIMIT $5";
    EVERYBODY = "SELECT id, username, name, bio, profile FROM users WHERE id <> $1 AND username_key > $2 ORDER BY username_key LIMIT $3";
    LOCK = "SELECT id FROM users WHERE id IN (SELECT r.id FROM rows($1: id BIGINT) AS r) ORDER BY id FOR UPDATE";
    UNINDEX = "DELETE FROM user_words WHERE user_id = $1";
    INDEX = "INSERT INTO user_words (word, user_id) SELECT r.word, r.user_id FROM rows($1: word TEXT, user_id BIGINT) AS r";
}

/// The columns that a user is made of, here and in the rows of accounts.
#[derive(FromRow)]
pub(crate) struct UserRow {
    id: i64,
    username: String,
    name: String,
    bio: String,
    profile: String,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        // A profile of another version of the program keeps what is understood.
        let profile = serde_json::from_str(&row.profile).unwrap_or_default();
        Self { id: UserId(row.id), username: row.username, name: row.name, bio: row.bio, profile }
    }
}

fn users(rows: Vec<UserRow>) -> Vec<User> {
    rows.into_iter().map(User::from).collect()
}

pub(super) async fn many(tx: &mut Tx, ids: &[UserId]) -> Result<Vec<User>> {
    let ids: Value = ids.iter().map(|id| json!({ "id": id.0 })).collect();
    tx.all(&MANY, args![ids]).await.map(users)
}

pub(super) async fn search(tx: &mut Tx, words: &[String], me: UserId, after: &str, limit: i64) -> Result<Vec<User>> {
    if words.is_empty() {
        return tx.all(&EVERYBODY, args![me.0, after, limit]).await.map(users);
    }
    let count = i64::try_from(words.len()).unwrap_or(i64::MAX);
    let ranges: Value = words.iter().map(|low| json!({ "low": low, "high": format!("{low}\u{10FFFF}") })).collect();
    tx.all(&SEARCH, args![ranges, count, me.0, after, limit]).await.map(users)
}

pub(super) async fn lock(tx: &mut Tx, ids: &[UserId]) -> Result<()> {
    let ids: Value = ids.iter().map(|id| json!({ "id": id.0 })).collect();
    tx.all::<(i64,)>(&LOCK, args![ids]).await.map(drop)
}

pub(super) async fn unindex(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.run(&UNINDEX, args![user.0]).await.map(drop)
}

pub(super) async fn index(tx: &mut Tx, user: UserId, words: &[String]) -> Result<()> {
    let rows: Value = words.iter().map(|word| json!({ "word": word, "user_id": user.0 })).collect();
    tx.run(&INDEX, args![rows]).await.map(drop)
}
