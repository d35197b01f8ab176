//! Users as others see them, and finding them.

pub mod api;
mod store;

use parlor_model::errors::OrNotFound as _;
use parlor_model::{Result, User, UserId};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::cx::Cx;

pub(crate) use store::{STATEMENTS, UserRow};

/// Users on one page of a search.
pub const PAGE: i64 = 50;
/// Users that may be asked for by id at once.
pub const IDS: usize = 100;
/// Words of a search that count.
const WORDS: usize = 5;

/// One user.
pub async fn find(cx: &mut Cx, id: UserId) -> Result<User> {
    many(cx, &[id]).await?.pop().or_not_found("user")
}

/// Users by id, in no order; unknown ids are left out. Whoever shows users gets them here, so that they are the same everywhere.
pub async fn many(cx: &mut Cx, ids: &[UserId]) -> Result<Vec<User>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let now = cx.now();
    Ok(store::many(cx.tx(), ids).await?.into_iter().map(|user| user.at(now)).collect())
}

/// Locks these users, in order of their ids: for what holds between them.
pub(crate) async fn lock(cx: &mut Cx, ids: &[UserId]) -> Result<()> {
    Ok(store::lock(cx.tx(), ids).await?)
}

/// A page of users, by username. Each word of `query` must begin the username or a word of the name; none finds everybody.
/// The caller is left out. `after` is the last username of the page before.
pub async fn search(cx: &mut Cx, query: &str, limit: i64, after: &str) -> Result<Vec<User>> {
    let me = cx.user()?;
    let mut words = words(query);
    words.truncate(WORDS);
    let now = cx.now();
    let found = store::search(cx.tx(), &words, me, after, limit).await?;
    Ok(found.into_iter().map(|user| user.at(now)).collect())
}

/// Makes somebody findable by these. Called whenever a username or a name changes.
pub(crate) async fn index(cx: &mut Cx, user: UserId, username: &str, name: &str) -> Result<()> {
    let mut found_by = words(name);
    found_by.push(fold(username));
    found_by.sort();
    found_by.dedup();
    store::unindex(cx.tx(), user).await?;
    Ok(store::index(cx.tx(), user, &found_by).await?)
}

/// Lower case without accents: what names are compared by.
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = fold(text)
        .split_whitespace()
        .map(|word| word.trim_matches('@').to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    words.sort();
    words.dedup();
    words
}

#[cfg(test)]
mod tests;
