//! Threads: a conversation that hangs from a message. Whoever sits where the message was said may read and answer; with
//! their first word, or when they follow it, they sit in it and have their own read mark there.

pub mod api;

use parlor_model::entries::Seq;
use parlor_model::{Conversation, ConversationId, Error, Kind, Parent, Result};

use crate::conversations::{self, Begin, seat};
use crate::cx::Cx;
use crate::log;

/// The thread of a message; begun when there is none. Who said the message follows it from the start; whoever opens it
/// only looks. Whether it is new.
pub async fn open(cx: &mut Cx, conversation: ConversationId, seq: Seq) -> Result<(Conversation, bool)> {
    let seat = seat(cx, conversation).await?;
    if seat.kind == Kind::Thread {
        return Err(Error::invalid("A thread has no threads of its own. Reply in it."));
    }
    let message = log::message(cx, conversation, seq, seat.user).await?;
    let members = crate::conversations::seats(cx.tx(), &[(conversation, message.sender)]).await?;
    let first = members.keys().map(|(_, user)| *user).collect();
    let (thread, new) = conversations::begin(cx, Begin::Thread(Parent { conversation, seq }, first)).await?;
    Ok((conversations::view(cx, thread).await?, new))
}

/// Follows a thread: its messages make unread.
pub async fn follow(cx: &mut Cx, thread: ConversationId) -> Result<Conversation> {
    if seat(cx, thread).await?.kind != Kind::Thread {
        return Err(Error::invalid("Only threads are followed."));
    }
    conversations::enter(cx, thread).await?;
    conversations::view(cx, thread).await
}

#[cfg(test)]
mod tests;
