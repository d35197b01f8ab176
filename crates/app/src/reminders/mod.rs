//! Reminders: a message comes back to one's mind at a time.

pub mod api;
mod store;

use parlor_model::entries::Message;
use parlor_model::errors::OrNotFound as _;
use parlor_model::limits::{NOTE_CHARS, REMINDERS};
use parlor_model::{ConversationId, Error, JobId, Millis, Result, Seq, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::rules;
use crate::conversations::seat;
use crate::cx::Cx;
use crate::jobs::{self, Job, Kind, Run};
use crate::{documents, log, messages};

pub(crate) use store::STATEMENTS;

/// The name of the document.
const DOCUMENT: &str = "reminders";

/// Marks a reminder as due, so that all devices show it.
pub(crate) const REMIND: Kind = Kind { name: "remind", run: Run::Within(|cx, job| Box::pin(remind(cx, job))) };

/// A reminder, as who made it sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reminder {
    /// Names it.
    pub id: JobId,
    /// Where the message is.
    pub conversation: ConversationId,
    /// Which message.
    pub seq: Seq,
    /// When.
    pub at: Millis,
    /// What one wrote beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its time has come, and it waits to be put away.
    pub due: bool,
    /// None when one may not read it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

/// Of what one wants to be reminded, and when.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewReminder {
    /// Where the message is.
    pub conversation: ConversationId,
    /// Which message.
    pub seq: Seq,
    /// When; within a year.
    pub at: Millis,
    /// What one writes beside it.
    pub note: Option<String>,
}

/// Sets a reminder on a message that one may read.
pub async fn set(cx: &mut Cx, ask: NewReminder) -> Result<Reminder> {
    let NewReminder { conversation, seq, at, note } = ask;
    let seat = seat(cx, conversation).await?;
    let message = log::message(cx, conversation, seq, seat.user).await?;
    jobs::check_time(cx, at, "at")?;
    let note = note.map(|note| rules::line(&note, NOTE_CHARS, "A note", "note")).transpose()?;
    if store::count(cx.tx(), seat.user).await? >= REMINDERS {
        return Err(Error::too_large(format!("At most {REMINDERS} reminders. Put some away first.")));
    }
    let id = cx.app().ids.next();
    let reminder = Reminder { id, conversation, seq, at, note, due: false, message: Some(message) };
    store::insert(cx.tx(), seat.user, &reminder).await?;
    plan(cx, seat.user, id, at).await?;
    Ok(reminder)
}

async fn plan(cx: &mut Cx, user: UserId, id: JobId, at: Millis) -> Result<()> {
    jobs::at(cx, id, at, &REMIND, Some(user), ()).await?;
    documents::touch(cx, user, DOCUMENT).await
}

/// Another time.
pub async fn snooze(cx: &mut Cx, id: JobId, at: Millis) -> Result<()> {
    let me = cx.user()?;
    jobs::check_time(cx, at, "at")?;
    if !store::snooze(cx.tx(), me, id, at).await? {
        return Err(Error::not_found("reminder"));
    }
    plan(cx, me, id, at).await
}

/// Put away.
pub async fn remove(cx: &mut Cx, id: JobId) -> Result<()> {
    let me = cx.user()?;
    store::remove(cx.tx(), me, id).await?.then_some(()).or_not_found("reminder")?;
    jobs::cancel(cx, id).await?;
    documents::touch(cx, me, DOCUMENT).await
}

/// One's reminders, by their times.
pub async fn list(cx: &mut Cx) -> Result<Vec<Reminder>> {
    let me = cx.user()?;
    let mut reminders = store::list(cx.tx(), me).await?;
    let named: Vec<(ConversationId, Seq)> =
        reminders.iter().map(|reminder| (reminder.conversation, reminder.seq)).collect();
    let found = messages::readable(cx, &named).await?;
    for reminder in &mut reminders {
        reminder.message = found.get(&(reminder.conversation, reminder.seq)).cloned();
    }
    Ok(reminders)
}

async fn remind(cx: &mut Cx, job: &Job) -> Result<()> {
    let user = cx.user()?;
    if store::come_due(cx.tx(), job.id).await? {
        documents::touch(cx, user, DOCUMENT).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
