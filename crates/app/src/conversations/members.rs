//! Who is in a group, and what they may do there.

use std::collections::{BTreeSet, HashMap};

use parlor_model::entries::EntryBody;
use parlor_model::errors::OrNotFound as _;
use parlor_model::permissions::Action;
use parlor_model::{ConversationId, Entry, Error, Kind, Member, Result, Role, User, UserId};

use super::store::MemberRow;
use super::{Seat, seat, seat_for_update, store};
use crate::cx::Cx;
use crate::notices::{self, Notice, Reason};
use crate::{contacts, log, users};

/// Members on one page.
pub(super) const PAGE: i64 = 200;
/// People added at once.
const ADD: usize = 1_000;

/// A page of members, those with the higher roles first, then by id; `after` is the last one of the page before.
pub async fn list(
    cx: &mut Cx,
    conversation: ConversationId,
    after: Option<(Role, UserId)>,
    limit: i64,
) -> Result<Vec<Member>> {
    seat(cx, conversation).await?;
    let rows = store::members(cx.tx(), conversation, after, limit).await?;
    with_users(cx, rows).await
}

async fn with_users(cx: &mut Cx, rows: Vec<MemberRow>) -> Result<Vec<Member>> {
    let ids: Vec<UserId> = rows.iter().map(MemberRow::user).collect();
    let mut found: HashMap<UserId, User> = HashMap::with_capacity(ids.len());
    for some in ids.chunks(users::IDS) {
        found.extend(users::many(cx, some).await?.into_iter().map(|user| (user.id, user)));
    }
    Ok(rows.into_iter().filter_map(|row| found.remove(&row.user()).and_then(|user| row.into_member(user))).collect())
}

/// Brings people in; those who are there already are skipped. Answers those now added.
pub async fn add(cx: &mut Cx, conversation: ConversationId, ids: Vec<UserId>) -> Result<Vec<Member>> {
    let seat = seat_for_update(cx, conversation).await?;
    seat.may(Action::Add)?;
    let asked = existing(cx, ids, "user_ids").await?;
    let present = store::present(cx.tx(), conversation, &asked).await?;
    let mut new: Vec<UserId> = asked.into_iter().filter(|user| !present.contains(user)).collect();
    // Who blocked whoever invites, or is blocked by them, is left out without a word.
    let hidden = contacts::hidden_between(cx.tx(), seat.user, &new).await?;
    new.retain(|user| !hidden.contains(user));
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let most = cx.app().config().limits.group_members;
    if usize::try_from(seat.members_count).is_ok_and(|count| count + new.len() > most) {
        return Err(Error::too_large(format!("A group has at most {most} members.")).at("user_ids"));
    }
    let at = cx.now();
    let seats: Vec<(UserId, Role)> = new.iter().map(|user| (*user, Role::Member)).collect();
    // What was said before one came is there to read, and is no unread.
    store::seat_all(cx.tx(), conversation, &seats, at, (seat.head_seq + 1, seat.head_ordinal)).await?;
    let entry = log::append(cx, conversation, EntryBody::Joined { users: new.clone() }).await?;
    invite(cx, &entry, &new).await?;
    let users = users::many(cx, &new).await?;
    Ok(users.into_iter().map(|user| Member { user, role: Role::Member, joined_at: at }).collect())
}

/// Tells people that they were brought in.
pub(super) async fn invite(cx: &mut Cx, entry: &Entry, users: &[UserId]) -> Result<()> {
    let Entry { conversation, seq, actor, at, .. } = *entry;
    let notice = |user: &UserId| Notice {
        user: Some(*user),
        conversation,
        seq,
        reason: Reason::Invitation,
        actor,
        target: None,
        at,
    };
    let invitations: Vec<Notice> = users.iter().map(notice).collect();
    for event in notices::call(cx.tx(), &invitations).await? {
        cx.emit(event);
    }
    Ok(())
}

/// Puts somebody out; oneself means to leave.
pub async fn remove(cx: &mut Cx, conversation: ConversationId, user: UserId) -> Result<()> {
    let seat = seat_for_update(cx, conversation).await?;
    let role = store::role(cx.tx(), conversation, user).await?.or_not_found("member")?;
    let leaves = user == seat.user;
    seat.may(if leaves { Action::Leave } else { Action::Remove(role) })?;
    if role == Role::Owner && seat.members_count > 1 {
        keep_an_owner(cx, &seat, user).await?;
    }
    store::unseat(cx.tx(), conversation, user).await?;
    for thread in store::threads_of(cx.tx(), conversation, user).await? {
        log::lock(cx.tx(), &[thread]).await?;
        store::unseat(cx.tx(), thread, user).await?;
        log::append(cx, thread, EntryBody::Removed { users: vec![user] }).await?;
    }
    let body = if leaves { EntryBody::Left } else { EntryBody::Removed { users: vec![user] } };
    log::append(cx, conversation, body).await.map(drop)
}

/// Gives somebody another role.
pub async fn change_role(cx: &mut Cx, conversation: ConversationId, user: UserId, role: Role) -> Result<Member> {
    let seat = seat_for_update(cx, conversation).await?;
    let now = store::role(cx.tx(), conversation, user).await?.or_not_found("member")?;
    seat.may(Action::ChangeRole(now, role))?;
    if now == Role::Owner && role != Role::Owner {
        keep_an_owner(cx, &seat, user).await?;
    }
    if now != role {
        store::set_role(cx.tx(), conversation, user, role).await?;
        log::append(cx, conversation, EntryBody::Role { users: vec![user], role }).await?;
    }
    let row = store::member(cx.tx(), conversation, user).await?.or_not_found("member")?;
    with_users(cx, vec![row]).await?.pop().or_not_found("member")
}

/// A group with people in it has somebody who can run it.
async fn keep_an_owner(cx: &mut Cx, seat: &Seat, goes: UserId) -> Result<()> {
    if seat.kind == Kind::Group && store::other_owners(cx.tx(), seat.conversation, goes).await? == 0 {
        return Err(Error::conflict("A group needs an owner. Make somebody else owner first."));
    }
    Ok(())
}

/// The ids once each; refused when one of them is nobody.
pub(super) async fn existing(cx: &mut Cx, ids: Vec<UserId>, field: &'static str) -> Result<Vec<UserId>> {
    let asked: BTreeSet<UserId> = ids.into_iter().collect();
    if asked.len() > ADD {
        return Err(Error::too_large(format!("At most {ADD} people at once.")).at(field));
    }
    let asked: Vec<UserId> = asked.into_iter().collect();
    let found: BTreeSet<UserId> = users::many(cx, &asked).await?.into_iter().map(|user| user.id).collect();
    match asked.iter().find(|id| !found.contains(id)) {
        Some(nobody) => Err(Error::invalid(format!("There is no user {nobody}.")).at(field)),
        None => Ok(asked),
    }
}
