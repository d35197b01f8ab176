//! Messages with links, found by reading the log: so what was edited, deleted or has disappeared needs nothing done here.

use parlor_model::limits::LOG_PAGE;
use parlor_model::{ConversationId, Entry, Message, Result, Seq};

use crate::conversations::seat;
use crate::cx::Cx;
use crate::log::{self, Of, Window};

pub(crate) mod api;

/// Messages on one page.
const PAGE: usize = 50;
/// Windows of the log that one call reads: a long log without links must not keep a connection busy.
const WINDOWS: usize = 4;
/// What makes an address, wherever it stands in a text.
const SCHEMES: [&str; 2] = ["https://", "http://"];

/// Some messages with links, newest first.
#[derive(Debug)]
pub struct Page {
    /// May be empty though there are more.
    pub messages: Vec<Message>,
    /// Where to go on; `None` at the beginning of the log.
    pub next: Option<Seq>,
}

/// Messages with links below `before` (all without it), newest first.
pub async fn list(cx: &mut Cx, conversation: ConversationId, before: Option<Seq>) -> Result<Page> {
    let seat = seat(cx, conversation).await?;
    let (mut messages, mut below) = (Vec::new(), before.unwrap_or(Seq::MAX));
    for _ in 0..WINDOWS {
        let window =
            log::window(cx.tx(), conversation, Window::Before(below), Of::Messages, LOG_PAGE, seat.user).await?;
        let Some(oldest) = window.first().map(|entry| entry.seq) else {
            return Ok(Page { messages, next: None });
        };
        for message in window.iter().rev().filter_map(Entry::message) {
            below = message.seq;
            if SCHEMES.iter().any(|scheme| message.text.contains(scheme)) {
                messages.push(message.clone());
            }
            if messages.len() == PAGE {
                return Ok(Page { messages, next: Some(below) });
            }
        }
        below = oldest;
    }
    Ok(Page { messages, next: Some(below) })
}

#[cfg(test)]
mod tests;
