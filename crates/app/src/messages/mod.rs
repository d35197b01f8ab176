//! Messages: saying something, once, and reading what was said.

pub mod api;
mod appender;
mod batch;
mod changes;
mod import;
mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use parlor_model::entries::{Forwarded, Mention, Message, Seq};
use parlor_model::limits::{CLIENT_ID_BYTES, Limits, MENTIONS, NAMED_MESSAGES};
use parlor_model::{Code, ConversationId, Error, Parent, Result};

use crate::app::App;
use crate::conversations::{self, seat};
use crate::cx::{Caller, Cx};
use crate::log::{self, Of, Window};

pub use appender::Appender;
pub(crate) use changes::erase;
pub use changes::{Change, Pin, Who, change, history as versions, pin, pins, who_reacted};
pub use import::{Imported, import};
pub(crate) use store::STATEMENTS;

/// Something to be said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Send {
    /// Where.
    pub conversation: ConversationId,
    /// The sender's own name for it; resends carry the same.
    pub client_id: String,
    /// What.
    pub text: String,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// Whom it calls; those who are no members are left out.
    pub mentions: Vec<Mention>,
    /// The message that is said again: its text is taken, not `text`.
    pub forward: Option<Parent>,
    /// Where a forwarded message comes from; found from `forward`.
    pub forwarded: Option<Forwarded>,
    /// What features keep with it.
    pub parts: BTreeMap<String, serde_json::Value>,
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
pub async fn send(app: &App, caller: Caller, mut ask: Send) -> Result<Sent> {
    // What is rare is boxed: it would be room in each message that is on its way.
    if let Some(from) = ask.forward {
        (ask.text, ask.forwarded) = Box::pin(forwarded(app, caller, from)).await?;
    }
    check(&ask, &app.config().limits)?;
    let sent = app.appender.append(caller.user, ask.clone()).await;
    match sent {
        Err(error) if error.code == Code::NotFound => match Box::pin(enter(app, caller, ask.conversation)).await? {
            true => app.appender.append(caller.user, ask).await,
            false => Err(error),
        },
        sent => sent,
    }
}

/// What is said again, and where it comes from.
async fn forwarded(app: &App, caller: Caller, from: Parent) -> Result<(String, Option<Forwarded>)> {
    let mut cx = app.read(caller).await?;
    seat(&mut cx, from.conversation).await?;
    let message = log::message(&mut cx, from.conversation, from.seq, caller.user).await?;
    let origin = Forwarded { sender: message.sender, at: message.at };
    Ok((message.text, Some(message.forwarded.unwrap_or(origin))))
}

/// A thread is open to those who sit where it hangs: with their first word they sit in it. False: it is not open to them.
async fn enter(app: &App, caller: Caller, conversation: ConversationId) -> Result<bool> {
    let mut cx = app.write(caller).await?;
    let entered = conversations::enter(&mut cx, conversation).await?;
    if entered {
        cx.commit().await?;
    }
    Ok(entered)
}

pub(crate) fn check(ask: &Send, limits: &Limits) -> Result<()> {
    if ask.client_id.is_empty() || ask.client_id.len() > CLIENT_ID_BYTES || ask.client_id.contains(char::is_control) {
        return Err(Error::invalid(format!("A client_id has 1 to {CLIENT_ID_BYTES} bytes.")).at("client_id"));
    }
    check_mentions(&ask.mentions)?;
    // A part says something too: a poll has its question there.
    if ask.parts.is_empty() { check_text(&ask.text, limits) } else { check_length(&ask.text, limits) }
}

fn check_mentions(mentions: &[Mention]) -> Result<()> {
    if mentions.len() > MENTIONS {
        return Err(Error::too_large(format!("A message mentions at most {MENTIONS} people.")).at("mentions"));
    }
    Ok(())
}

fn check_length(text: &str, limits: &Limits) -> Result<()> {
    if text.len() > limits.text_bytes {
        return Err(Error::too_large(format!("A message has at most {} bytes.", limits.text_bytes)).at("text"));
    }
    if text.contains('\0') {
        return Err(Error::invalid("A message has no NUL characters.").at("text"));
    }
    Ok(())
}

fn check_text(text: &str, limits: &Limits) -> Result<()> {
    check_length(text, limits)?;
    if text.trim().is_empty() {
        return Err(Error::invalid("A message says something.").at("text"));
    }
    Ok(())
}

/// Messages by their seqs; those that are none are left out.
pub async fn named(cx: &mut Cx, conversation: ConversationId, seqs: &[Seq]) -> Result<Vec<Message>> {
    if seqs.len() > NAMED_MESSAGES {
        return Err(Error::invalid(format!("At most {NAMED_MESSAGES} seqs at once.")).at("seqs"));
    }
    let seat = seat(cx, conversation).await?;
    let asked: Vec<(ConversationId, Seq)> = seqs.iter().map(|seq| (conversation, *seq)).collect();
    log::named(cx.tx(), &asked, seat.user).await
}

/// Those of these messages that the caller may read, wherever they were said. A deleted one is there, and says so.
pub(crate) async fn readable(
    cx: &mut Cx,
    asked: &[(ConversationId, Seq)],
) -> Result<HashMap<(ConversationId, Seq), Message>> {
    let me = cx.user()?;
    let places: BTreeSet<ConversationId> = asked.iter().map(|(conversation, _)| *conversation).collect();
    let open = conversations::open_to(cx.tx(), me, &places.into_iter().collect::<Vec<_>>()).await?;
    let mine: Vec<(ConversationId, Seq)> = asked.iter().filter(|(place, _)| open.contains(place)).copied().collect();
    let found = log::named(cx.tx(), &mine, me).await?;
    Ok(found.into_iter().map(|message| ((message.conversation, message.seq), message)).collect())
}

/// The first entry at or after a time, to jump to a day; the last one when there is none.
pub async fn seq_at(cx: &mut Cx, conversation: ConversationId, at: parlor_model::Millis) -> Result<Seq> {
    let seat = seat(cx, conversation).await?;
    log::seq_at(cx.tx(), conversation, at, seat.head_seq).await
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
    let entries = log::window(cx.tx(), conversation, window, Of::Messages, limit, seat.user).await?;
    let messages: Vec<Message> = entries.iter().filter_map(|entry| entry.message()).cloned().collect();
    let (first, last) = match (messages.first(), messages.last(), window) {
        (Some(first), Some(last), _) => (first.seq, last.seq),
        // Nothing in the window: everything lies on the other side of it.
        (_, _, Window::After(seq)) => (seq.saturating_add(1), seq),
        (_, _, Window::Before(seq)) => (seq, seq.saturating_sub(1)),
        _ => (0, Seq::MAX),
    };
    let has_before = log::has_messages(cx.tx(), conversation, Window::Before(first), seat.user).await?;
    let has_after = log::has_messages(cx.tx(), conversation, Window::After(last), seat.user).await?;
    Ok(History { messages, has_before, has_after })
}

/// A window of the log, and where the log stands.
pub async fn log(
    cx: &mut Cx,
    conversation: ConversationId,
    window: Window,
    limit: i64,
) -> Result<(Vec<parlor_model::Entry>, Seq)> {
    let seat = seat(cx, conversation).await?;
    let entries = log::window(cx.tx(), conversation, window, Of::Entries, limit, seat.user).await?;
    Ok((entries, seat.head_seq))
}

#[cfg(test)]
mod tests;
