//! What one sets for oneself in a conversation: what it calls for, where it stands in the list, what one began to write.
//! Nobody else hears of it; all of one's own devices do.

pub mod api;

use parlor_model::conversations::Notify;
use parlor_model::limits::{Limits, MUTED_FOR_EVER};
use parlor_model::{ConversationId, Error, Millis, My, Result};

use crate::conversations::{self, seat};
use crate::cx::Cx;

/// What is to be different. What is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What one is called for.
    pub notify: Option<Notify>,
    /// Nothing calls until then; `Some(None)`: it calls again.
    pub muted_until: Option<Option<Millis>>,
    /// Kept at the top.
    pub favourite: Option<bool>,
    /// Out of the way. It stays so when somebody writes.
    pub archived: Option<bool>,
    /// Shown as unread until it is read.
    pub marked_unread: Option<bool>,
    /// What one began to write; `Some(None)` or blank: nothing.
    pub draft: Option<Option<String>>,
}

/// Changes what the caller set for themselves. In a thread that is open to them they need not sit.
pub async fn change(cx: &mut Cx, conversation: ConversationId, change: Change) -> Result<My> {
    check(&change, &cx.app().config().limits)?;
    let user = seat(cx, conversation).await?.user;
    let now = cx.now();
    conversations::change_own(cx, user, conversation, |own| {
        let Change { notify, muted_until, favourite, archived, marked_unread, draft } = change;
        own.notify = notify.unwrap_or(own.notify);
        own.favourite = favourite.unwrap_or(own.favourite);
        own.archived = archived.unwrap_or(own.archived);
        own.marked_unread = marked_unread.unwrap_or(own.marked_unread);
        if let Some(until) = muted_until {
            own.muted_until = until.filter(|until| *until > now);
        }
        if let Some(draft) = draft {
            own.draft = draft.filter(|draft| !draft.trim().is_empty());
        }
    })
    .await
}

fn check(change: &Change, limits: &Limits) -> Result<()> {
    if change.muted_until.flatten().is_some_and(|until| !(0..=MUTED_FOR_EVER).contains(&until)) {
        return Err(Error::invalid(format!("A time lies between 0 and {MUTED_FOR_EVER}.")).at("muted_until"));
    }
    let Some(draft) = change.draft.as_ref().and_then(Option::as_ref) else { return Ok(()) };
    if draft.len() > limits.text_bytes {
        return Err(Error::too_large(format!("A draft has at most {} bytes.", limits.text_bytes)).at("draft"));
    }
    if draft.contains('\0') {
        return Err(Error::invalid("A draft has no NUL characters.").at("draft"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
