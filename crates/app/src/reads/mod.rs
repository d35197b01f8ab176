//! Receipts: how far somebody has read, and what has reached a device of theirs, as watermarks that only move forward.
//! What was read was delivered. Others are told where few are ([`RECEIPTS_MEMBERS`]), and may ask where many are.

pub mod api;
mod marker;
mod store;

use parlor_model::conversations::ReadMark;
use parlor_model::limits::RECEIPTS_MEMBERS;
use parlor_model::{Code, ConversationId, Error, Result, Seq, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::conversations::{self, Seat, seat};
use crate::cx::{Caller, Cx};
use crate::{accounts, log, notices, privacy};

pub use marker::Marker;
pub(crate) use store::STATEMENTS;

/// Names told of one message, of those who read it and of those whom it reached.
const NAMES: i64 = 100;

/// Marks of one who reads everything that wait at once.
const AT_ONCE: usize = 512;

/// Where a mark is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Everything up to here was read.
    Read(Seq),
    /// Everything up to here has reached a device.
    Delivered(Seq),
}

/// Moves the caller's mark forward; one further on stays. Returns after the commit. Their other devices are told, and who
/// may know it. Whoever reads has it marked as unread no more.
pub async fn mark(app: &App, caller: Caller, conversation: ConversationId, mark: Mark) -> Result<ReadMark> {
    // What is rare is boxed: thousands may wait for their marks at once.
    match app.marker.mark(caller.user, conversation, mark).await {
        Err(error) if error.code == Code::NotFound => Box::pin(without_seat(app, caller, conversation, mark)).await,
        Ok((done, marked)) => {
            if marked && matches!(mark, Mark::Read(_)) {
                Box::pin(unmark(app, caller, &[conversation])).await?;
            }
            Ok(done)
        }
        Err(error) => Err(error),
    }
}

/// A thread is open to those who sit where it hangs: who does not sit in it has no mark to move.
async fn without_seat(app: &App, caller: Caller, conversation: ConversationId, mark: Mark) -> Result<ReadMark> {
    let mut cx = app.read(caller).await?;
    let seat = seat(&mut cx, conversation).await?;
    in_log(seat.head_seq, mark)?;
    let unread = seat.head_ordinal - seat.read_ordinal;
    Ok(ReadMark { read_seq: seat.read_seq, unread, mentions: 0 })
}

/// Everything everywhere has been read, and nothing is marked as unread any more.
pub async fn mark_all(app: &App, caller: Caller) -> Result<()> {
    let mut cx = app.read(caller).await?;
    let unread = store::unread(cx.tx(), caller.user).await?;
    let marked = conversations::marked_unread(cx.tx(), caller.user).await?;
    drop(cx);
    // As many at once as may wait: they share transactions, and whoever is to be told of them is.
    for some in unread.chunks(AT_ONCE) {
        let moves = some.iter().map(|(place, seq)| app.marker.mark(caller.user, *place, Mark::Read(*seq)));
        for done in futures_util::future::join_all(moves).await {
            match done {
                // Left meanwhile.
                Err(error) if error.code == Code::NotFound => {}
                done => drop(done?),
            }
        }
    }
    unmark(app, caller, &marked).await
}

async fn unmark(app: &App, caller: Caller, marked: &[ConversationId]) -> Result<()> {
    if marked.is_empty() {
        return Ok(());
    }
    let mut cx = app.write(caller).await?;
    for conversation in marked {
        conversations::unmark(&mut cx, caller.user, *conversation).await?;
    }
    cx.commit().await
}

fn in_log(head: Seq, mark: Mark) -> Result<()> {
    let (Mark::Read(seq) | Mark::Delivered(seq)) = mark;
    if (0..=head).contains(&seq) { Ok(()) } else { Err(Error::invalid(format!("The log ends at {head}.")).at("seq")) }
}

/// How far a member is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Receipt {
    /// Who.
    pub user: UserId,
    /// What has reached a device of theirs.
    pub delivered_seq: Seq,
    /// What they have read.
    pub read_seq: Seq,
}

/// The marks of the other members who let it be known; none where more than [`RECEIPTS_MEMBERS`] are.
pub async fn receipts(cx: &mut Cx, conversation: ConversationId) -> Result<Vec<Receipt>> {
    let seat = seat(cx, conversation).await?;
    if seat.members_count > RECEIPTS_MEMBERS || !accounts::me(cx).await?.preferences.receipts {
        return Ok(Vec::new());
    }
    let mut receipts = store::receipts(cx.tx(), conversation, seat.user).await?;
    let apart = apart_from(cx, &seat, receipts.iter().map(|receipt| receipt.user)).await?;
    receipts.retain(|receipt| !apart.contains(&receipt.user));
    Ok(receipts)
}

/// Whom a message has reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reached {
    /// Who has read it; the first hundred.
    pub read: Vec<UserId>,
    /// Whom it has reached who have not read it; the first hundred.
    pub delivered: Vec<UserId>,
    /// How many have read it.
    pub read_count: i64,
    /// How many it has reached, those who read it included.
    pub delivered_count: i64,
    /// For how many it is: all members but its sender, also those who do not let it be known.
    pub members: i64,
}

/// Who has read a message, and whom it has reached, of those who let it be known to one who lets it be known.
pub async fn reached(cx: &mut Cx, conversation: ConversationId, seq: Seq) -> Result<Reached> {
    let seat = seat(cx, conversation).await?;
    let sender = log::message(cx, conversation, seq, seat.user).await?.sender;
    let members = store::others(cx.tx(), conversation, sender).await?;
    if !accounts::me(cx).await?.preferences.receipts {
        return Ok(Reached { members, ..Reached::default() });
    }
    let mut reached = store::reached(cx.tx(), conversation, seq, sender, NAMES).await?;
    let named = reached.read.iter().chain(&reached.delivered).copied().collect::<Vec<_>>();
    for hidden in apart_from(cx, &seat, named).await? {
        let read = reached.read.contains(&hidden);
        reached.read_count -= i64::from(read);
        reached.delivered_count -= 1;
        reached.read.retain(|user| *user != hidden);
        reached.delivered.retain(|user| *user != hidden);
    }
    Ok(Reached { members, ..reached })
}

/// Those of these of whom the caller is told nothing.
async fn apart_from(cx: &mut Cx, seat: &Seat, users: impl IntoIterator<Item = UserId>) -> Result<Vec<UserId>> {
    let mut users: Vec<UserId> = users.into_iter().collect();
    users.push(seat.user);
    let apart = privacy::apart(cx.tx(), &users).await?;
    users.retain(|user| apart.contains(&(seat.user, *user)));
    Ok(users)
}

#[cfg(test)]
mod tests;
