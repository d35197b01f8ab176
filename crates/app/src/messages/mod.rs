//! Messages: saying something, once, and reading what was said.

pub mod api;
mod appender;

use parlor_model::entries::{Message, Seq};
use parlor_model::limits::{CLIENT_ID_BYTES, Limits};
use parlor_model::{ConversationId, Error, Result};

use crate::app::App;
use crate::conversations::seat;
use crate::cx::{Caller, Cx};
use crate::log::{self, Of, Window};

pub use appender::Appender;

/// Something to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// Where.
    pub conversation: ConversationId,
    /// The sender's own name for it; resends carry the same.
    pub client_id: String,
    /// What.
    pub text: String,
    /// The message it answers.
    pub reply_to: Option<Seq>,
}

/// A message in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// As stored.
    pub message: Message,
    /// False for a resend: this is the first result.
    pub new: bool,
}

/// Says something. Returns after the commit. The same `client_id` again gives the first result, for ever; with other
/// text it is a `conflict`. Messages of one sender to one conversation are stored in the order of the calls.
pub async fn send(app: &App, caller: Caller, ask: Send) -> Result<Sent> {
    check(&ask, &app.config().limits)?;
    app.appender.append(caller.user, ask).await
}

fn check(ask: &Send, limits: &Limits) -> Result<()> {
    if ask.client_id.is_empty() || ask.client_id.len() > CLIENT_ID_BYTES || ask.client_id.contains(char::is_control) {
        return Err(Error::invalid(format!("A client_id has 1 to {CLIENT_ID_BYTES} bytes.")).at("client_id"));
    }
    if ask.text.len() > limits.text_bytes {
        return Err(Error::too_large(format!("A message has at most {} bytes.", limits.text_bytes)).at("text"));
    }
    if ask.text.trim().is_empty() {
        return Err(Error::invalid("A message says something.").at("text"));
    }
    if ask.text.contains('\0') {
        return Err(Error::invalid("A message has no NUL characters.").at("text"));
    }
    Ok(())
}

/// A window of messages, and whether there is more on either side.
#[derive(Debug)]
pub struct History {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// There are older ones.
    pub has_before: bool,
    /// There are newer ones.
    pub has_after: bool,
}

/// What was said, in a window.
pub async fn history(cx: &mut Cx, conversation: ConversationId, window: Window, limit: i64) -> Result<History> {
    let seat = seat(cx, conversation).await?;
    let entries = log::window(cx.tx(), conversation, window, Of::Messages, limit).await?;
    let messages: Vec<Message> = entries.iter().filter_map(|entry| entry.message()).cloned().collect();
    let (first, last) = match (messages.first(), messages.last(), window) {
        (Some(first), Some(last), _) => (first.seq, last.seq),
        // Nothing in the window: everything lies on the other side of it.
        (_, _, Window::After(seq)) => (seq.saturating_add(1), seq),
        (_, _, Window::Before(seq)) => (seq, seq.saturating_sub(1)),
        _ => (0, Seq::MAX),
    };
    let before = log::ordinal_at(cx.tx(), conversation, first.saturating_sub(1)).await?;
    let up_to_last = log::ordinal_at(cx.tx(), conversation, last).await?;
    Ok(History { messages, has_before: before > 0, has_after: up_to_last < seat.head_ordinal })
}

/// A window of the log, and where the log stands.
pub async fn log(
    cx: &mut Cx,
    conversation: ConversationId,
    window: Window,
    limit: i64,
) -> Result<(Vec<parlor_model::Entry>, Seq)> {
    let seat = seat(cx, conversation).await?;
    let entries = log::window(cx.tx(), conversation, window, Of::Entries, limit).await?;
    Ok((entries, seat.head_seq))
}

#[cfg(test)]
mod tests;
