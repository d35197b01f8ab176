//! Read marks: how far somebody has read, as a watermark that only moves forward.

pub mod api;
mod store;

use parlor_model::conversations::ReadMark;
use parlor_model::{ConversationId, Error, Event, Result, Seq};

use crate::conversations::{Seat, seat_for_update};
use crate::cx::Cx;
use crate::{log, notices};

pub(crate) use store::STATEMENTS;

/// Moves the caller's read mark forward to `seq`; a mark further on stays. The caller's other devices are told.
pub async fn mark(cx: &mut Cx, conversation: ConversationId, seq: Seq) -> Result<ReadMark> {
    let seat = seat_for_update(cx, conversation).await?;
    if seq < 0 || seq > seat.head_seq {
        return Err(Error::invalid(format!("The log ends at {}.", seat.head_seq)).at("seq"));
    }
    if seq <= seat.read_seq {
        return mark_of(cx, &seat).await;
    }
    let read_ordinal = log::ordinal_at(cx.tx(), conversation, seq).await?;
    store::mark(cx.tx(), conversation, seat.user, seq, read_ordinal).await?;
    let user = seat.user;
    let mark = mark_of(cx, &Seat { read_seq: seq, read_ordinal, ..seat }).await?;
    cx.emit(Event::Read { conversation, user, mark });
    Ok(mark)
}

async fn mark_of(cx: &mut Cx, seat: &Seat) -> Result<ReadMark> {
    let mentions = notices::mentions_after(cx.tx(), seat.conversation, seat.user, seat.read_seq).await?;
    Ok(ReadMark { read_seq: seat.read_seq, unread: seat.head_ordinal - seat.read_ordinal, mentions })
}

#[cfg(test)]
mod tests;
