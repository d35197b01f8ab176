//! What one does about people who write: take their request or leave it, block, report. Contacts and conversations at
//! once: whom one blocked is a row, and the seats of the direct conversation say what that means there.

pub mod api;
mod store;

use parlor_model::conversations::Request;
use parlor_model::errors::OrNotFound as _;
use parlor_model::limits::REASON_CHARS;
use parlor_model::{ConversationId, Error, Kind, Millis, My, Result, Seq, UserId};

use crate::conversations::{self, accept, direct_with, keep_apart, seat, seat_for_update, set_request};
use crate::cx::Cx;
use crate::{contacts, users};

pub(crate) use store::STATEMENTS;

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is a conversation like others, and who asked is a contact.
    Accept,
    /// It is put away; what comes in it does not bring it back.
    Ignore,
    /// It is put away, and who asked is blocked.
    Block,
    /// The same, and the moderators are told.
    Report {
        /// Why.
        reason: String,
        /// The message; none for all of it.
        seq: Option<Seq>,
        /// Whether who asked is blocked as well.
        block: bool,
    },
}

/// Something for the moderators.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) reporter: UserId,
    pub(crate) conversation: ConversationId,
    pub(crate) user: UserId,
    pub(crate) seq: Option<Seq>,
    pub(crate) reason: String,
    pub(crate) at: Millis,
}

/// Decides about a direct conversation. Again is as once, and one may decide otherwise later.
pub async fn decide(cx: &mut Cx, conversation: ConversationId, decision: Decision) -> Result<My> {
    let seat = seat(cx, conversation).await?;
    if seat.kind != Kind::Direct {
        return Err(Error::invalid("Only a direct conversation begins with a request."));
    }
    let other = conversations::peer(cx, &seat).await?.or_not_found("conversation")?;
    if matches!(decision, Decision::Block | Decision::Report { .. }) {
        users::lock(cx, &[seat.user, other]).await?;
    }
    let seat = seat_for_update(cx, conversation).await?;
    let asked = conversations::own(cx, seat.user, conversation).await?.request.is_some();
    match decision {
        Decision::Accept => {
            conversations::Hold::check(seat.hold)?;
            accept(cx, seat.user, conversation).await?;
        }
        Decision::Ignore if asked => set_request(cx, seat.user, conversation, Some(Request::Ignored)).await?,
        Decision::Ignore => return Err(Error::conflict("This is no request any more.")),
        Decision::Block => turn_away(cx, &seat, other, asked, true).await?,
        Decision::Report { reason, seq, block } => {
            let reason = reason.trim().to_owned();
            if reason.chars().count() > REASON_CHARS || reason.contains('\0') {
                return Err(Error::invalid(format!("A reason has at most {REASON_CHARS} characters.")).at("reason"));
            }
            if seq.is_some_and(|seq| seq < 1 || seq > seat.head_seq) {
                return Err(Error::invalid("There is no such message.").at("seq"));
            }
            let (id, at) = (cx.app().ids.next::<UserId>().0, cx.now());
            let report = Report { reporter: seat.user, conversation, user: other, seq, reason, at };
            store::report(cx.tx(), id, &report).await?;
            turn_away(cx, &seat, other, asked, block).await?;
        }
    }
    conversations::change_own(cx, seat.user, conversation, |_| {}).await
}

async fn turn_away(cx: &mut Cx, seat: &conversations::Seat, other: UserId, asked: bool, block: bool) -> Result<()> {
    if asked {
        set_request(cx, seat.user, seat.conversation, Some(Request::Ignored)).await?;
    }
    if block { self::block(cx, other).await } else { Ok(()) }
}

/// Keeps somebody away: their messages, mentions, invitations, presence and typing, and one's own from them. They are not
/// told, and nothing they are told differs.
pub async fn block(cx: &mut Cx, other: UserId) -> Result<()> {
    let me = cx.user()?;
    if contacts::block(cx, other).await? { apart(cx, me, other, true).await } else { Ok(()) }
}

async fn apart(cx: &mut Cx, me: UserId, other: UserId, on: bool) -> Result<()> {
    if let Some(direct) = direct_with(cx, me, other).await? {
        keep_apart(cx, direct, me, other, on).await?;
    }
    contacts::changed(cx, me, other).await
}

/// Keeps somebody away no more. What they said meanwhile stays unsaid.
pub async fn unblock(cx: &mut Cx, other: UserId) -> Result<()> {
    let me = cx.user()?;
    if contacts::unblock(cx, other).await? { apart(cx, me, other, false).await } else { Ok(()) }
}

#[cfg(test)]
mod tests;
