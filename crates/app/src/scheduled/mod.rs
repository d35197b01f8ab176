//! Messages that are said at a time of one's choosing.
//!
//! The sender chose the `client_id`, so the job that sends may run twice and the message is one. While it is on its way it
//! is out of hands: neither edited nor taken off. What cannot be sent stays in the list and says why.

pub mod api;
mod store;

use parlor_model::entries::{Mention, Message};
use parlor_model::errors::OrNotFound as _;
use parlor_model::limits::SCHEDULED;
use parlor_model::permissions::Action;
use parlor_model::{Code, ConversationId, Error, JobId, Millis, Result, Seq, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::conversations::seat;
use crate::cx::{Caller, Cx};
use crate::documents;
use crate::jobs::{self, Job, Kind, Run};
use crate::messages::{self, Send};

pub(crate) use store::STATEMENTS;

/// The name of the document.
const DOCUMENT: &str = "scheduled";
/// Somebody who sends now has this long before the job tries it again.
const SENDING_MS: Millis = 60_000;

/// Says a message whose time has come.
pub(crate) const SEND: Kind = Kind { name: "send", run: Run::Beside(|app, job| Box::pin(send(app, job))) };

/// A message that waits for its time, as who wrote it sees it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Scheduled {
    /// Names it.
    pub id: JobId,
    /// Where it will be said.
    pub conversation: ConversationId,
    /// The sender's own name for the message.
    pub client_id: String,
    /// What it will say.
    pub text: String,
    /// The message it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// Whom it calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    /// When it is said.
    pub at: Millis,
    /// It was not sent, and why. It waits until it is planned anew, or taken off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// On its way just now.
    #[serde(skip)]
    sending: bool,
}

/// What is to be said, and when.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewScheduled {
    /// The sender's own name for the message, best a UUIDv7. The same one again is the same message.
    pub client_id: String,
    /// What it says.
    pub text: String,
    /// The seq of the message it answers.
    pub reply_to: Option<Seq>,
    /// Whom it calls: ids of members, `all`, `here`.
    #[serde(default)]
    pub mentions: Vec<Mention>,
    /// When; within a year.
    pub at: Millis,
}

/// What is to be otherwise.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct ChangeScheduled {
    /// What it says.
    pub text: Option<String>,
    /// Whom it calls.
    pub mentions: Option<Vec<Mention>>,
    /// When; within a year.
    pub at: Option<Millis>,
}

/// Plans a message; whether it is new. A repeated call finds the first.
pub async fn plan(cx: &mut Cx, conversation: ConversationId, ask: NewScheduled) -> Result<(Scheduled, bool)> {
    let seat = seat(cx, conversation).await?;
    seat.may(Action::Send)?;
    if let Some(first) = store::by_client_id(cx.tx(), seat.user, conversation, &ask.client_id).await? {
        return Ok((first, false));
    }
    let NewScheduled { client_id, text, reply_to, mentions, at } = ask;
    let id = cx.app().ids.next();
    let new = Scheduled { id, conversation, client_id, text, reply_to, mentions, at, failed: None, sending: false };
    check(cx, &new)?;
    if reply_to.is_some_and(|seq| seq < 1 || seq > seat.head_seq) {
        return Err(Error::invalid("There is no such message to reply to.").at("reply_to"));
    }
    if store::count(cx.tx(), seat.user).await? >= SCHEDULED {
        return Err(Error::too_large(format!("At most {SCHEDULED} messages wait for their time.")));
    }
    store::insert(cx.tx(), seat.user, &new).await?;
    set_job(cx, seat.user, id, at).await?;
    Ok((new, true))
}

fn check(cx: &Cx, scheduled: &Scheduled) -> Result<()> {
    jobs::check_time(cx, scheduled.at, "at")?;
    messages::check(&scheduled.as_send(), &cx.app().config().limits)
}

async fn set_job(cx: &mut Cx, user: UserId, id: JobId, at: Millis) -> Result<()> {
    jobs::at(cx, id, at, &SEND, Some(user), ()).await?;
    documents::touch(cx, user, DOCUMENT).await
}

/// What waits, and what failed, by their times.
pub async fn list(cx: &mut Cx) -> Result<Vec<Scheduled>> {
    let me = cx.user()?;
    Ok(store::list(cx.tx(), me).await?)
}

/// The caller's, to change it; `conflict` while it is on its way.
async fn at_hand(cx: &mut Cx, id: JobId) -> Result<Scheduled> {
    let me = cx.user()?;
    let found = store::find_for_update(cx.tx(), me, id).await?.or_not_found("scheduled message")?;
    if found.sending { Err(Error::conflict("This message is being sent just now.")) } else { Ok(found) }
}

/// Says something else, or at another time. One that failed is planned anew.
pub async fn change(cx: &mut Cx, id: JobId, ask: ChangeScheduled) -> Result<Scheduled> {
    let me = cx.user()?;
    let now = at_hand(cx, id).await?;
    let changed = Scheduled {
        text: ask.text.unwrap_or(now.text),
        mentions: ask.mentions.unwrap_or(now.mentions),
        at: ask.at.unwrap_or(now.at),
        failed: None,
        ..now
    };
    check(cx, &changed)?;
    store::change(cx.tx(), &changed).await?;
    set_job(cx, me, id, changed.at).await?;
    Ok(changed)
}

/// It will not be said.
pub async fn remove(cx: &mut Cx, id: JobId) -> Result<()> {
    at_hand(cx, id).await?;
    forget(cx, id).await
}

async fn forget(cx: &mut Cx, id: JobId) -> Result<()> {
    let me = cx.user()?;
    store::remove(cx.tx(), id).await?;
    jobs::cancel(cx, id).await?;
    documents::touch(cx, me, DOCUMENT).await
}

/// Says it now. One that cannot be said stays in the list, as at its time.
pub async fn send_now(app: &App, caller: Caller, id: JobId) -> Result<Message> {
    let mut cx = app.write(caller).await?;
    let mut found = at_hand(&mut cx, id).await?;
    store::set_sending(cx.tx(), id, true).await?;
    let again = cx.now().saturating_add(SENDING_MS);
    jobs::at(&mut cx, id, again, &SEND, Some(caller.user), ()).await?;
    cx.commit().await?;
    found.failed = None;
    deliver(app, caller, &found, true).await
}

async fn send(app: &App, job: &Job) -> Result<()> {
    let Some(user) = job.user else { return Ok(()) };
    let caller = Caller::absent(user);
    let mut cx = app.write(caller).await?;
    let Some(found) = store::find_for_update(cx.tx(), user, job.id).await? else { return Ok(()) };
    // Moved to a later time while the job was taken.
    if found.at > cx.now() && !found.sending {
        return Ok(());
    }
    store::set_sending(cx.tx(), job.id, true).await?;
    cx.commit().await?;
    match deliver(app, caller, &found, job.is_last_attempt()).await {
        // It says so in the list; to try again would change nothing.
        Err(error) if is_final(error.code) => Ok(()),
        done => done.map(drop),
    }
}

fn is_final(code: Code) -> bool {
    !matches!(code, Code::Unavailable | Code::Internal | Code::Limited)
}

/// Sends, and takes it off the list; or writes into the list why not.
async fn deliver(app: &App, caller: Caller, scheduled: &Scheduled, is_last: bool) -> Result<Message> {
    let sent = messages::send(app, caller, scheduled.as_send()).await;
    // The session may have ended meanwhile; what was asked for holds.
    let mut cx = app.write(Caller::absent(caller.user)).await?;
    match &sent {
        Ok(_) => forget(&mut cx, scheduled.id).await?,
        Err(error) if is_last || is_final(error.code) => {
            store::fail(cx.tx(), scheduled.id, &error.detail).await?;
            jobs::cancel(&mut cx, scheduled.id).await?;
            documents::touch(&mut cx, caller.user, DOCUMENT).await?;
        }
        Err(_) => store::set_sending(cx.tx(), scheduled.id, false).await?,
    }
    cx.commit().await?;
    sent.map(|sent| sent.message)
}

impl Scheduled {
    fn as_send(&self) -> Send {
        let Self { conversation, client_id, text, reply_to, mentions, .. } = self.clone();
        Send { conversation, client_id, text, reply_to, mentions, ..Send::default() }
    }
}

#[cfg(test)]
mod tests;
