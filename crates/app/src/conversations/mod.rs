//! Conversations and who is in them. Every change is an entry of the log, so that everybody sees it as a line.
//!
//! A conversation is found through the caller's seat in it ([`seat`]); who has none is told `not_found`, and so nobody
//! can forget to check.

pub mod api;
mod members;
mod store;
mod views;

use std::collections::HashMap;

use parlor_db::Tx;
use parlor_model::conversations::{direct_key, notes_key};
use parlor_model::entries::EntryBody;
use parlor_model::errors::OrNotFound as _;
use parlor_model::permissions::{Action, may};
use parlor_model::{ConversationId, Error, Kind, Result, Role, Seq, UserId};

use crate::accounts::rules;
use crate::cx::Cx;
use crate::{log, users};

pub use members::{add, change_role, list as members, remove};
pub(crate) use store::STATEMENTS;
pub use views::{Page, list, view};

/// The caller's place in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Which conversation.
    pub conversation: ConversationId,
    /// What sort.
    pub kind: Kind,
    /// Who sits there.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// How many sit there.
    pub members_count: i64,
    /// Newest entry.
    pub head_seq: Seq,
    /// Messages in the log.
    pub head_ordinal: i64,
    /// Everything up to here has been read.
    pub read_seq: Seq,
    /// Messages up to the read mark.
    pub read_ordinal: i64,
}

impl Seat {
    /// Whether the one who sits here may.
    pub fn may(&self, action: Action) -> Result<()> {
        may(self.kind, self.role, action)
    }
}

/// The caller's seat; `not_found` for everybody else.
pub async fn seat(cx: &mut Cx, conversation: ConversationId) -> Result<Seat> {
    let user = cx.user()?;
    store::seat(cx.tx(), conversation, user).await?.or_not_found("conversation")
}

/// The caller's seat, with the conversation locked: for those who are about to change it.
pub async fn seat_for_update(cx: &mut Cx, conversation: ConversationId) -> Result<Seat> {
    log::lock(cx.tx(), &[conversation]).await?;
    seat(cx, conversation).await
}

/// The roles of those of these who are members, in one query: for the append path.
pub(crate) async fn roles(
    tx: &mut Tx,
    seats: &[(ConversationId, UserId)],
) -> Result<HashMap<(ConversationId, UserId), Role>> {
    let roles = store::roles(tx, seats).await?;
    Ok(roles.into_iter().map(|(conversation, user, role)| ((conversation, user), role)).collect())
}

/// What to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begin {
    /// With one other person; the one there is, if there is one.
    Direct(UserId),
    /// With several.
    Group {
        /// Its title.
        title: String,
        /// The others.
        members: Vec<UserId>,
    },
    /// With oneself; the one there is, if there is one.
    Notes,
}

/// Begins a conversation; whether it is new.
pub async fn begin(cx: &mut Cx, ask: Begin) -> Result<(ConversationId, bool)> {
    let me = cx.user()?;
    match ask {
        Begin::Direct(other) if other == me => {
            Err(Error::invalid("For a conversation with yourself begin one of kind notes.").at("user_id"))
        }
        Begin::Direct(other) => {
            users::find(cx, other).await?;
            begin_unique(cx, Kind::Direct, direct_key(me, other), &[(me, Role::Member), (other, Role::Member)]).await
        }
        Begin::Notes => begin_unique(cx, Kind::Notes, notes_key(me), &[(me, Role::Owner)]).await,
        Begin::Group { title, members } => {
            let limits = cx.app().config().limits.clone();
            let title = rules::line(&title, limits.title_chars, "A title", "title")?;
            let others = members::existing(cx, members, "member_ids").await?;
            if others.len() + 1 > limits.group_members {
                return Err(
                    Error::too_large(format!("A group has at most {} members.", limits.group_members)).at("member_ids")
                );
            }
            let mut seats = vec![(me, Role::Owner)];
            seats.extend(others.into_iter().filter(|user| *user != me).map(|user| (user, Role::Member)));
            let id = cx.app().ids.next();
            let at = cx.now();
            store::insert(cx.tx(), id, Kind::Group, Some(&title), None, at).await?;
            fill(cx, id, &seats, Some(title)).await?;
            Ok((id, true))
        }
    }
}

/// Exactly one per key, also when two begin it at once: the key is unique, and who comes second finds the first.
async fn begin_unique(
    cx: &mut Cx,
    kind: Kind,
    key: String,
    seats: &[(UserId, Role)],
) -> Result<(ConversationId, bool)> {
    if let Some(id) = store::by_key(cx.tx(), &key).await? {
        return Ok((id, false));
    }
    let (id, at) = (cx.app().ids.next(), cx.now());
    if store::insert(cx.tx(), id, kind, None, Some(&key), at).await? {
        fill(cx, id, seats, None).await?;
        return Ok((id, true));
    }
    let id = store::by_key(cx.tx(), &key).await?.or_not_found("conversation")?;
    Ok((id, false))
}

/// Seats the first members and writes the first line.
async fn fill(cx: &mut Cx, id: ConversationId, seats: &[(UserId, Role)], title: Option<String>) -> Result<()> {
    let at = cx.now();
    store::seat_all(cx.tx(), id, seats, at, (1, 0)).await?;
    let users = seats.iter().map(|(user, _)| *user).collect();
    log::append(cx, id, EntryBody::Created { users, title }).await.map(drop)
}

/// Gives a group another title.
pub async fn rename(cx: &mut Cx, conversation: ConversationId, title: &str) -> Result<()> {
    let seat = seat_for_update(cx, conversation).await?;
    seat.may(Action::Rename)?;
    let title = rules::line(title, cx.app().config().limits.title_chars, "A title", "title")?;
    if !store::rename(cx.tx(), conversation, &title).await? {
        return Ok(()); // It is called so already; no line for nothing.
    }
    log::append(cx, conversation, EntryBody::Renamed { title }).await.map(drop)
}

#[cfg(test)]
mod tests;
