//! Conversations and who is in them. Every change is an entry of the log, so that everybody sees it as a line.
//!
//! A conversation is found through the caller's seat in it ([`seat`]); who has none is told `not_found`, and so nobody
//! can forget to check.

pub mod api;
mod members;
mod store;
mod strangers;
mod views;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parlor_db::Tx;
use parlor_model::conversations::{notes_key, thread_key};
use parlor_model::entries::EntryBody;
use parlor_model::errors::OrNotFound as _;
use parlor_model::limits::DISAPPEAR_MS;
use parlor_model::permissions::{Action, may};
use parlor_model::{ConversationId, Error, Event, Kind, Millis, My, Own, Parent, Result, Role, Seq, Settings, UserId};

use crate::accounts::rules;
use crate::cx::Cx;
use crate::{contacts, log};

pub use members::{add, change_role, list as members, remove};
use store::NewConversation;
pub(crate) use store::STATEMENTS;
pub(crate) use strangers::accepted;
pub use strangers::{accept, direct_with, keep_apart, peer, set_request};
pub use views::{Page, list, view};

/// The caller's place in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Which conversation.
    pub conversation: ConversationId,
    /// What sort.
    pub kind: Kind,
    /// Who sits there.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// The message a thread hangs from.
    pub parent: Option<Parent>,
    /// What holds for everybody there.
    pub settings: Settings,
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
    /// Everything up to here has reached a device.
    pub delivered_seq: Seq,
    /// Who is kept from what they say.
    pub withheld_from: Option<UserId>,
    /// What stands between them and saying something.
    pub hold: Option<Hold>,
}

/// What stands between a member and saying something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// A request that was not accepted: saying something accepts it.
    Request,
    /// They blocked the other one, and have to unblock them first.
    Block,
}

impl Hold {
    fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Block => "block",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Request, Self::Block].into_iter().find(|hold| hold.name() == name)
    }

    /// Refuses who blocked the other one.
    pub(crate) fn check(hold: Option<Self>) -> Result<()> {
        if hold == Some(Self::Block) {
            return Err(Error::forbidden("You blocked this person. Unblock them first."));
        }
        Ok(())
    }
}

/// A member, as the append path needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sits {
    pub(crate) conversation: ConversationId,
    pub(crate) user: UserId,
    pub(crate) role: Role,
    /// Who is kept from what they say.
    pub(crate) withheld_from: Option<UserId>,
    /// What stands between them and saying something.
    pub(crate) hold: Option<Hold>,
}

impl Seat {
    /// Whether the one who sits here may.
    pub fn may(&self, action: Action) -> Result<()> {
        may(self.kind, self.role, action)
    }
}

/// The caller's seat; `not_found` for everybody else. A thread is open to those who sit where it hangs, with their role
/// there; they sit in it once they [`enter`].
pub async fn seat(cx: &mut Cx, conversation: ConversationId) -> Result<Seat> {
    let user = cx.user()?;
    let own = store::seat(cx.tx(), conversation, user).await?;
    if own.as_ref().is_some_and(|seat| seat.kind != Kind::Thread) {
        return own.or_not_found("conversation");
    }
    let through = store::thread_seat(cx.tx(), conversation, user).await?.or_not_found("conversation")?;
    let Seat { role, withheld_from, hold, .. } = through;
    Ok(own.map_or(through, |own| Seat { role, withheld_from, hold, ..own }))
}

/// The seat of somebody who does not ask; `not_found` when they have none.
pub(crate) async fn seat_of(cx: &mut Cx, user: UserId, conversation: ConversationId) -> Result<Seat> {
    store::seat(cx.tx(), conversation, user).await?.or_not_found("conversation")
}

/// The caller's seat, with the conversation locked: for those who are about to change it.
pub async fn seat_for_update(cx: &mut Cx, conversation: ConversationId) -> Result<Seat> {
    log::lock(cx.tx(), &[conversation]).await?;
    seat(cx, conversation).await
}

/// Those of these who are members, in one query: for the append path.
pub(crate) async fn seats(
    tx: &mut Tx,
    asked: &[(ConversationId, UserId)],
) -> Result<HashMap<(ConversationId, UserId), Sits>> {
    let seats = store::seats(tx, asked).await?;
    Ok(seats.into_iter().map(|sits| ((sits.conversation, sits.user), sits)).collect())
}

/// Those of these conversations that `user` may read: where they sit, and the threads that hang there.
pub(crate) async fn open_to(
    tx: &mut Tx,
    user: UserId,
    conversations: &[ConversationId],
) -> Result<HashSet<ConversationId>> {
    Ok(store::open_to(tx, user, conversations).await?)
}

/// Sits the caller in a thread that is open to them; false when it is none, or they sit there already. A line of its log
/// says so, which is how their devices come to hear it.
pub async fn enter(cx: &mut Cx, thread: ConversationId) -> Result<bool> {
    let me = cx.user()?;
    let Some(seat) = store::thread_seat(cx.tx(), thread, me).await? else { return Ok(false) };
    log::lock(cx.tx(), &[thread]).await?;
    if store::seat(cx.tx(), thread, me).await?.is_some() {
        return Ok(false);
    }
    let at = cx.now();
    store::seat_all(cx.tx(), thread, &[(me, Role::Member)], at, (seat.head_seq + 1, seat.head_ordinal)).await?;
    log::append(cx, thread, EntryBody::Joined { users: vec![me] }).await?;
    Ok(true)
}

/// Sits others in a thread, from an entry (seq and ordinal) that the append path has written and will tell.
pub(crate) async fn bring(
    tx: &mut Tx,
    thread: ConversationId,
    users: &[UserId],
    at: Millis,
    from: (Seq, i64),
) -> Result<()> {
    let seats: Vec<(UserId, Role)> = users.iter().map(|user| (*user, Role::Member)).collect();
    Ok(store::seat_all(tx, thread, &seats, at, from).await?)
}

/// What `user` set for themselves in a conversation.
pub async fn own(cx: &mut Cx, user: UserId, conversation: ConversationId) -> Result<Own> {
    Ok(store::own(cx.tx(), user, conversation).await?)
}

/// What `user` set for themselves in those of these conversations where they did.
pub(crate) async fn owns(
    tx: &mut Tx,
    user: UserId,
    conversations: &[ConversationId],
) -> Result<HashMap<ConversationId, Own>> {
    Ok(store::owns(tx, user, conversations).await?)
}

/// The conversations that `user` marked as unread.
pub(crate) async fn marked_unread(tx: &mut Tx, user: UserId) -> Result<Vec<ConversationId>> {
    Ok(store::marked_unread(tx, user).await?)
}

/// Who reads a conversation has it marked as unread no more.
pub(crate) async fn unmark(cx: &mut Cx, user: UserId, conversation: ConversationId) -> Result<()> {
    if store::own(cx.tx(), user, conversation).await?.marked_unread {
        change_own(cx, user, conversation, |own| own.marked_unread = false).await?;
    }
    Ok(())
}

/// Changes what `user`, who sits there, set for themselves; all their devices are told.
pub async fn change_own(
    cx: &mut Cx,
    user: UserId,
    conversation: ConversationId,
    change: impl FnOnce(&mut Own),
) -> Result<My> {
    let (my, event) = own_changed(cx.tx(), user, conversation, change).await?;
    if let Some(event) = event {
        cx.emit(event);
    }
    Ok(my)
}

/// The same where there is a transaction only; gives what is to be told after the commit.
async fn own_changed(
    tx: &mut Tx,
    user: UserId,
    conversation: ConversationId,
    change: impl FnOnce(&mut Own),
) -> Result<(My, Option<Event>)> {
    // A row to lock, so that of two devices that begin at once neither undoes the other's change.
    store::seed_own(tx, user, conversation).await?;
    let before = store::own(tx, user, conversation).await?;
    let mut own = before.clone();
    change(&mut own);
    let changed = own != before;
    if changed {
        own.version = before.version + 1;
        store::set_own(tx, user, conversation, &own).await?;
    }
    let my = views::row(tx, conversation, user).await?.my().or_not_found("conversation")?;
    let event = changed.then(|| Event::My { conversation, user, my: Arc::new(my.clone()) });
    Ok((my, event))
}

/// Sets what holds for everybody; no line for nothing.
pub async fn configure(cx: &mut Cx, conversation: ConversationId, settings: Settings) -> Result<()> {
    let seat = seat_for_update(cx, conversation).await?;
    seat.may(Action::Configure)?;
    let (shortest, longest) = DISAPPEAR_MS;
    if settings.disappear_after_ms.is_some_and(|after| !(shortest..=longest).contains(&after)) {
        let refusal =
            Error::invalid("Messages disappear after five minutes at the earliest, after a year at the latest.");
        return Err(refusal.at("settings.disappear_after_ms"));
    }
    if seat.settings == settings {
        return Ok(());
    }
    store::configure(cx.tx(), conversation, &settings).await?;
    log::append(cx, conversation, EntryBody::Settings { settings }).await.map(drop)
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
    /// From a message, with whom it begins; the one there is, if there is one.
    Thread(Parent, Vec<UserId>),
}

/// Begins a conversation; whether it is new.
pub async fn begin(cx: &mut Cx, ask: Begin) -> Result<(ConversationId, bool)> {
    let me = cx.user()?;
    match ask {
        Begin::Direct(other) if other == me => {
            Err(Error::invalid("For a conversation with yourself begin one of kind notes.").at("user_id"))
        }
        Begin::Direct(other) => strangers::begin(cx, me, other).await,
        Begin::Notes => begin_unique(cx, Kind::Notes, notes_key(me), None, &[(me, Role::Owner)]).await,
        Begin::Thread(parent, users) => {
            seat(cx, parent.conversation).await?;
            let key = thread_key(parent.conversation, parent.seq);
            let seats: Vec<(UserId, Role)> = users.into_iter().map(|user| (user, Role::Member)).collect();
            begin_unique(cx, Kind::Thread, key, Some(parent), &seats).await
        }
        Begin::Group { title, members } => {
            let limits = cx.app().config().limits.clone();
            let title = rules::line(&title, limits.title_chars, "A title", "title")?;
            let others = members::existing(cx, members, "member_ids").await?;
            if others.len() + 1 > limits.group_members {
                return Err(
                    Error::too_large(format!("A group has at most {} members.", limits.group_members)).at("member_ids")
                );
            }
            let hidden = contacts::hidden_between(cx.tx(), me, &others).await?;
            let mut seats = vec![(me, Role::Owner)];
            seats.extend(
                others
                    .into_iter()
                    .filter(|user| *user != me && !hidden.contains(user))
                    .map(|user| (user, Role::Member)),
            );
            let id = cx.app().ids.next();
            let at = cx.now();
            let new = NewConversation { id, kind: Kind::Group, title: Some(&title), key: None, parent: None, at };
            store::insert(cx.tx(), &new).await?;
            fill(cx, id, Kind::Group, &seats, Some(title)).await?;
            Ok((id, true))
        }
    }
}

/// Exactly one per key, also when two begin it at once: the key is unique, and who comes second finds the first.
async fn begin_unique(
    cx: &mut Cx,
    kind: Kind,
    key: String,
    parent: Option<Parent>,
    seats: &[(UserId, Role)],
) -> Result<(ConversationId, bool)> {
    if let Some(id) = store::by_key(cx.tx(), &key).await? {
        return Ok((id, false));
    }
    let (id, at) = (cx.app().ids.next(), cx.now());
    let new = NewConversation { id, kind, title: None, key: Some(&key), parent, at };
    if store::insert(cx.tx(), &new).await? {
        fill(cx, id, kind, seats, None).await?;
        return Ok((id, true));
    }
    let id = store::by_key(cx.tx(), &key).await?.or_not_found("conversation")?;
    Ok((id, false))
}

/// Seats the first members and writes the first line.
async fn fill(
    cx: &mut Cx,
    id: ConversationId,
    kind: Kind,
    seats: &[(UserId, Role)],
    title: Option<String>,
) -> Result<()> {
    let at = cx.now();
    store::seat_all(cx.tx(), id, seats, at, (1, 0)).await?;
    let users = seats.iter().map(|(user, _)| *user).collect();
    let entry = log::append(cx, id, EntryBody::Created { users, title }).await?;
    let others: Vec<UserId> = seats.iter().map(|(user, _)| *user).collect();
    if kind == Kind::Group { members::invite(cx, &entry, &others).await } else { Ok(()) }
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
