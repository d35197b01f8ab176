//! Direct conversations of people who do not know each other, or do not want to: whose first word waits as a request, and
//! what is kept from whom. The seats say so, because the append path reads them anyway.

use parlor_db::Tx;
use parlor_model::conversations::{Request, direct_key};
use parlor_model::permissions::Role;
use parlor_model::{ConversationId, Event, Kind, Millis, Result, UserId};

use super::{Hold, Seat, begin_unique, change_own, own, own_changed, store};
use crate::app::Requests;
use crate::cx::Cx;
use crate::{contacts, log, users};

/// Begins a direct conversation. The other one has a request when they do not know who begins; who was blocked by them
/// talks to nobody, and cannot tell.
pub(super) async fn begin(cx: &mut Cx, me: UserId, other: UserId) -> Result<(ConversationId, bool)> {
    users::find(cx, other).await?;
    let key = direct_key(me, other);
    if let Some(id) = store::by_key(cx.tx(), &key).await? {
        return Ok((id, false));
    }
    // With a block that is made right now.
    users::lock(cx, &[me, other]).await?;
    let blocks = contacts::blocks(cx.tx(), me, other).await?;
    Hold::check(blocks.then_some(Hold::Block))?;
    let seats = [(me, Role::Member), (other, Role::Member)];
    let (id, new) = begin_unique(cx, Kind::Direct, key, None, &seats).await?;
    if new {
        if contacts::blocks(cx.tx(), other, me).await? {
            keep_apart(cx, id, other, me, true).await?;
            set_request(cx, other, id, Some(Request::Ignored)).await?;
        } else if is_stranger(cx, other, me).await? {
            set_request(cx, other, id, Some(Request::Pending)).await?;
        }
    }
    Ok((id, new))
}

/// Whether `user` has never had to do with `other`.
async fn is_stranger(cx: &mut Cx, user: UserId, other: UserId) -> Result<bool> {
    let asks = cx.app().config().requests == Requests::Strangers;
    Ok(asks && !contacts::has(cx.tx(), user, other).await? && !store::share_a_group(cx.tx(), user, other).await?)
}

/// The direct conversation of two, if they have one.
pub async fn direct_with(cx: &mut Cx, user: UserId, other: UserId) -> Result<Option<ConversationId>> {
    Ok(store::by_key(cx.tx(), &direct_key(user, other)).await?)
}

/// Who sits opposite.
pub async fn peer(cx: &mut Cx, seat: &Seat) -> Result<Option<UserId>> {
    Ok(store::peers(cx.tx(), &[seat.conversation], seat.user).await?.pop().map(|(_, other)| other))
}

/// What `blocked` says here is kept from `user` from now on, and `user` says nothing more; or the other way.
pub async fn keep_apart(
    cx: &mut Cx,
    conversation: ConversationId,
    user: UserId,
    blocked: UserId,
    on: bool,
) -> Result<()> {
    log::lock(cx.tx(), &[conversation]).await?;
    store::withhold(cx.tx(), conversation, blocked, on.then_some(user)).await?;
    let asked = own(cx, user, conversation).await?.request.is_some();
    let hold = if on { Some(Hold::Block) } else { asked.then_some(Hold::Request) };
    Ok(store::hold(cx.tx(), conversation, user, hold).await?)
}

/// Where the request of `user` stands. A block stays what it is.
pub async fn set_request(
    cx: &mut Cx,
    user: UserId,
    conversation: ConversationId,
    request: Option<Request>,
) -> Result<()> {
    let blocked = super::seat_of(cx, user, conversation).await?.hold == Some(Hold::Block);
    if !blocked {
        store::hold(cx.tx(), conversation, user, request.map(|_| Hold::Request)).await?;
    }
    change_own(cx, user, conversation, |own| own.request = request).await.map(drop)
}

/// The caller takes the request: it is one no more, and who asked is a contact.
pub async fn accept(cx: &mut Cx, user: UserId, conversation: ConversationId) -> Result<()> {
    let at = cx.now();
    for event in accepted(cx.tx(), user, conversation, at).await? {
        cx.emit(event);
    }
    Ok(())
}

/// The same on the append path, for who answers a request; gives what is to be told after the commit.
pub(crate) async fn accepted(
    tx: &mut Tx,
    user: UserId,
    conversation: ConversationId,
    at: Millis,
) -> Result<Vec<Event>> {
    store::hold(tx, conversation, user, None).await?;
    let (_, my) = own_changed(tx, user, conversation, |own| own.request = None).await?;
    let mut events: Vec<Event> = my.into_iter().collect();
    for (_, other) in store::peers(tx, &[conversation], user).await? {
        events.extend(contacts::meet(tx, user, other, at).await?);
    }
    Ok(events)
}
