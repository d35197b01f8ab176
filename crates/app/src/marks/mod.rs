//! What one keeps about messages for oneself: those saved, with a note, and those hidden ("delete for me").

pub mod api;
mod store;

use std::collections::BTreeMap;

use parlor_model::entries::Message;
use parlor_model::limits::{MARKS, NOTE_CHARS};
use parlor_model::{ConversationId, Error, Millis, Result, Seq};

use crate::accounts::rules;
use crate::conversations::seat;
use crate::cx::Cx;
use crate::{documents, log, messages};

pub(crate) use store::STATEMENTS;

/// Which mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// To be found again.
    Saved,
    /// Not to be seen any more, by oneself.
    Hidden,
}

impl Mark {
    /// The name of the document, and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Hidden => "hidden",
        }
    }
}

/// A message one has saved.
#[derive(Clone, Debug)]
pub struct Saved {
    /// Where.
    pub conversation: ConversationId,
    /// Which.
    pub seq: Seq,
    /// When it was saved.
    pub at: Millis,
    /// What one wrote beside it.
    pub note: Option<String>,
    /// None when one may not read it any more.
    pub message: Option<Message>,
}

/// Where a page of saved messages begins: after this one.
pub type Place = (Millis, ConversationId, Seq);

/// Marks a message that one may read; again replaces the note.
pub async fn set(cx: &mut Cx, mark: Mark, conversation: ConversationId, seq: Seq, note: Option<String>) -> Result<()> {
    let seat = seat(cx, conversation).await?;
    match mark {
        Mark::Saved => log::message(cx, conversation, seq, seat.user).await.map(drop)?,
        // A deleted one leaves a line, and that can be hidden too.
        Mark::Hidden => {
            let found = log::named(cx.tx(), &[(conversation, seq)], seat.user).await?;
            found.first().map(drop).ok_or_else(|| Error::not_found("message"))?;
        }
    }
    let note = note.map(|note| rules::line(&note, NOTE_CHARS, "A note", "note")).transpose()?;
    if store::count(cx.tx(), seat.user, mark).await? >= MARKS {
        return Err(Error::too_large(format!("At most {MARKS} messages are {}.", mark.name())));
    }
    let at = cx.now();
    if store::set(cx.tx(), seat.user, mark, (at, conversation, seq), note.as_deref()).await? {
        documents::touch(cx, seat.user, mark.name()).await?;
    }
    Ok(())
}

/// Takes a mark off; also where one may not read any more.
pub async fn clear(cx: &mut Cx, mark: Mark, conversation: ConversationId, seq: Seq) -> Result<()> {
    let me = cx.user()?;
    if store::clear(cx.tx(), me, mark, conversation, seq).await? {
        documents::touch(cx, me, mark.name()).await?;
    }
    Ok(())
}

/// Saved messages, last saved first.
pub async fn saved(cx: &mut Cx, after: Option<Place>, limit: i64) -> Result<Vec<Saved>> {
    let me = cx.user()?;
    let rows = store::saved(cx.tx(), me, after, limit).await?;
    let named: Vec<(ConversationId, Seq)> =
        rows.iter().map(|((_, conversation, seq), _)| (*conversation, *seq)).collect();
    let mut found = messages::readable(cx, &named).await?;
    let view = |((at, conversation, seq), note)| {
        let message = found.remove(&(conversation, seq));
        Saved { conversation, seq, at, note, message }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// All hidden messages, by their conversations.
pub async fn hidden(cx: &mut Cx) -> Result<BTreeMap<ConversationId, Vec<Seq>>> {
    let me = cx.user()?;
    let mut hidden: BTreeMap<ConversationId, Vec<Seq>> = BTreeMap::new();
    for (conversation, seq) in store::hidden(cx.tx(), me).await? {
        hidden.entry(conversation).or_default().push(seq);
    }
    Ok(hidden)
}

#[cfg(test)]
mod tests;
