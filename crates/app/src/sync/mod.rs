//! What a socket asks for: where all of a user's conversations stand, and pieces of their logs.

mod store;

use std::collections::BTreeMap;

use parlor_model::conversations::Head;
use parlor_model::limits::WELCOME_HEADS;
use parlor_model::{ConversationId, Entry, Error, Result, Seq};

use crate::accounts;
use crate::app::App;
use crate::conversations::api::cursor;
use crate::cx::Caller;
use crate::documents;
use crate::log::{self, Window};
use crate::messages;
use crate::sessions;

pub(crate) use store::STATEMENTS;

/// All conversations of a user at one moment.
#[derive(Debug)]
pub struct Heads {
    /// Version of the account document.
    pub account_version: i64,
    /// Every conversation, latest first.
    pub heads: Vec<Head>,
    /// Cursor of the list of conversations after the first [`WELCOME_HEADS`].
    pub more: Option<String>,
    /// Versions of the caller's documents.
    pub versions: BTreeMap<String, i64>,
}

/// Where every conversation of the caller stands, from one snapshot. Refuses a session that has been revoked.
pub async fn heads(app: &App, caller: Caller) -> Result<Heads> {
    let mut cx = app.read(caller).await?;
    if !sessions::is_open(&mut cx).await? {
        return Err(Error::unauthenticated("This session has ended. Please sign in again."));
    }
    let account_version = accounts::me(&mut cx).await?.version;
    let heads = store::heads(cx.tx(), caller.user).await?;
    let last = usize::try_from(WELCOME_HEADS).ok().and_then(|told| (heads.len() > told).then(|| heads[told - 1]));
    let more = last.map(|Head(id, .., last_at, _)| cursor(last_at, id));
    let versions = documents::versions(cx.tx(), caller.user).await?;
    Ok(Heads { account_version, heads, more, versions })
}

/// Entries after `after`, with the head of the log; at most one page.
pub async fn log_after(
    app: &App,
    caller: Caller,
    conversation: ConversationId,
    after: Seq,
    limit: i64,
) -> Result<(Vec<Entry>, Seq)> {
    let mut cx = app.read(caller).await?;
    messages::log(&mut cx, conversation, Window::After(after), limit).await
}

/// Entries in `(after, up_to]`, one page at most, whoever asks: for the hub only.
pub async fn entries_between(app: &App, conversation: ConversationId, after: Seq, up_to: Seq) -> Result<Vec<Entry>> {
    let mut cx = app.read(None).await?;
    log::between(cx.tx(), conversation, after, up_to).await
}
