//! Polls: a message that asks, and is answered by choosing.
//!
//! The poll is the part `poll` of its message, so it is read, kept and deleted with it; beside it stands only who chose
//! what. Each vote is an entry that gives the part its next value. In an anonymous poll that entry is its author's, and no
//! value names anybody: who chose is told to nobody but themselves.

pub mod api;
mod store;

use std::collections::BTreeMap;

use parlor_model::entries::{EntryBody, Message};
use parlor_model::errors::OrNotFound as _;
use parlor_model::limits::{POLL_OPTION_CHARS, POLL_OPTIONS, POLL_VOTERS};
use parlor_model::permissions::Action;
use parlor_model::{ConversationId, Error, JobId, Millis, Result, Seq, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::rules;
use crate::app::App;
use crate::conversations::{Seat, seat, seat_for_update};
use crate::cx::{Caller, Cx};
use crate::jobs::{self, Doing, Job, Kind, Run};
use crate::log;
use crate::messages::{self, Send, Sent};

pub(crate) use store::STATEMENTS;

/// The name of the part.
const PART: &str = "poll";

/// Closes a poll whose time has come.
pub(crate) const CLOSE: Kind = Kind { name: "close_poll", run: Run::Within(|cx, job| Box::pin(come_due(cx, job))) };

/// What everybody in the conversation sees of a poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Poll {
    /// What is asked.
    pub question: String,
    /// In the order in which they were given.
    pub options: Vec<PollOption>,
    /// One may choose several.
    pub multiple: bool,
    /// Nobody is told who chose what.
    pub anonymous: bool,
    /// How many have chosen something.
    pub voters: i64,
    /// When it closes by itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closes_at: Option<Millis>,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closed_at: Option<Millis>,
}

/// One answer to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PollOption {
    /// What it says.
    pub text: String,
    /// How many chose it.
    pub count: i64,
    /// Who did, those first who were first, up to fifty; nobody in an anonymous poll.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub voters: Vec<UserId>,
}

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewPoll {
    /// The sender's own name for the message, best a UUIDv7. The same one again is the same poll.
    pub client_id: String,
    /// The question.
    pub question: String,
    /// The answers to choose from: 2 to 12, all different.
    pub options: Vec<String>,
    /// One may choose several.
    #[serde(default)]
    pub multiple: bool,
    /// Nobody is told who chose what.
    #[serde(default)]
    pub anonymous: bool,
    /// When it closes; within a year.
    pub closes_at: Option<Millis>,
}

/// Which poll is to be closed: known before it has its place in the log.
#[derive(Serialize, Deserialize)]
struct Closing {
    conversation: ConversationId,
    client_id: String,
}

impl Poll {
    fn new(cx: &Cx, ask: &NewPoll) -> Result<Self> {
        let question = rules::line(&ask.question, POLL_OPTION_CHARS * 3, "A question", "question")?;
        let texts = ask.options.iter().map(|text| rules::line(text, POLL_OPTION_CHARS, "An option", "options"));
        let texts = texts.collect::<Result<Vec<String>>>()?;
        let (fewest, most) = POLL_OPTIONS;
        if !(fewest..=most).contains(&texts.len()) {
            return Err(Error::invalid(format!("A poll has {fewest} to {most} options.")).at("options"));
        }
        if (1..texts.len()).any(|n| texts[..n].contains(&texts[n])) {
            return Err(Error::invalid("The options of a poll differ.").at("options"));
        }
        if let Some(at) = ask.closes_at {
            jobs::check_time(cx, at, "closes_at")?;
        }
        let options = texts.into_iter().map(|text| PollOption { text, count: 0, voters: Vec::new() }).collect();
        let NewPoll { multiple, anonymous, closes_at, .. } = *ask;
        Ok(Self { question, options, multiple, anonymous, voters: 0, closes_at, closed_at: None })
    }

    fn of(message: &Message) -> Result<Self> {
        let part = message.parts.get(PART).or_not_found("poll")?;
        serde_json::from_value(part.clone()).map_err(Error::internal)
    }

    fn must_be_open(&self, now: Millis) -> Result<()> {
        let is_over = self.closed_at.is_some() || self.closes_at.is_some_and(|at| at <= now);
        if is_over { Err(Error::conflict("This poll is closed.")) } else { Ok(()) }
    }

    /// The same with who chose what, those first who were first.
    fn with(self, votes: &[(UserId, i64)]) -> Self {
        let mut options = self.options;
        for (option, n) in options.iter_mut().zip(0..) {
            let chose: Vec<UserId> = votes.iter().filter(|(_, chosen)| *chosen == n).map(|(user, _)| *user).collect();
            option.count = i64::try_from(chose.len()).unwrap_or(i64::MAX);
            option.voters = if self.anonymous { Vec::new() } else { chose.into_iter().take(POLL_VOTERS).collect() };
        }
        let mut voters: Vec<UserId> = votes.iter().map(|(user, _)| *user).collect();
        voters.sort_unstable();
        voters.dedup();
        Self { options, voters: i64::try_from(voters.len()).unwrap_or(i64::MAX), ..self }
    }
}

/// Asks. The text of the message is the question, for clients that know no polls.
pub async fn ask(app: &App, caller: Caller, conversation: ConversationId, ask: NewPoll) -> Result<Sent> {
    let mut cx = app.write(caller).await?;
    seat(&mut cx, conversation).await?.may(Action::Send)?;
    let poll = Poll::new(&cx, &ask)?;
    let send = Send {
        conversation,
        client_id: ask.client_id.clone(),
        text: poll.question.clone(),
        parts: BTreeMap::from([(PART.to_owned(), serde_json::to_value(&poll).map_err(Error::internal)?)]),
        ..Send::default()
    };
    messages::check(&send, &cx.app().config().limits)?;
    if let Some(at) = ask.closes_at {
        // Before the poll itself: a poll that never came is closed by finding nothing.
        let (id, closing): (JobId, _) = (app.ids.next(), Closing { conversation, client_id: ask.client_id });
        jobs::at(&mut cx, id, at, &CLOSE, Some(caller.user), closing).await?;
        cx.commit().await?;
    } else {
        drop(cx);
    }
    messages::send(app, caller, send).await
}

/// A poll, with its conversation locked.
async fn at_hand(cx: &mut Cx, conversation: ConversationId, seq: Seq) -> Result<(Seat, Message, Poll)> {
    let seat = seat_for_update(cx, conversation).await?;
    let message = log::message(cx, conversation, seq, seat.user).await?;
    let poll = Poll::of(&message)?;
    Ok((seat, message, poll))
}

/// Casts or moves the caller's vote: all that they choose now; nothing takes it back.
pub async fn vote(cx: &mut Cx, conversation: ConversationId, seq: Seq, options: &[i64]) -> Result<Poll> {
    let (seat, message, poll) = at_hand(cx, conversation, seq).await?;
    seat.may(Action::Send)?;
    poll.must_be_open(cx.now())?;
    let mut chosen = options.to_vec();
    chosen.sort_unstable();
    chosen.dedup();
    if chosen.iter().any(|n| usize::try_from(*n).map_or(true, |n| n >= poll.options.len())) {
        return Err(Error::invalid("This poll has no such option.").at("options"));
    }
    if chosen.len() > 1 && !poll.multiple {
        return Err(Error::invalid("In this poll one chooses one option.").at("options"));
    }
    if store::mine(cx.tx(), conversation, seq, seat.user).await? == chosen {
        return Ok(poll); // No line for nothing.
    }
    let at = cx.now();
    store::choose(cx.tx(), conversation, seq, seat.user, &chosen, at).await?;
    let poll = poll.with(&store::votes(cx.tx(), conversation, seq).await?);
    let actor = if poll.anonymous { message.sender } else { seat.user };
    write(cx, actor, message, &poll).await?;
    Ok(poll)
}

/// Closes a poll: who asked, or who may delete what others said. Closed again, it stays as it is.
pub async fn close(cx: &mut Cx, conversation: ConversationId, seq: Seq) -> Result<Poll> {
    let (seat, message, poll) = at_hand(cx, conversation, seq).await?;
    if message.sender != seat.user {
        seat.may(Action::DeleteOthers)?;
    }
    shut(cx, seat.user, message, poll).await
}

async fn shut(cx: &mut Cx, actor: UserId, message: Message, poll: Poll) -> Result<Poll> {
    if poll.closed_at.is_some() {
        return Ok(poll);
    }
    let poll = Poll { closed_at: Some(cx.now()), ..poll };
    write(cx, actor, message, &poll).await?;
    Ok(poll)
}

/// What the part is now.
async fn write(cx: &mut Cx, actor: UserId, message: Message, poll: &Poll) -> Result<()> {
    let value = serde_json::to_value(poll).map_err(Error::internal)?;
    let body = EntryBody::Patched { target: message.seq, part: PART.into(), value: Some(value.clone()) };
    let change = |message: &mut Message, _| {
        message.parts.insert(PART.into(), value);
    };
    log::amend(cx, actor, message, body, change).await.map(drop)
}

/// A poll, and what the caller has chosen.
pub async fn view(cx: &mut Cx, conversation: ConversationId, seq: Seq) -> Result<(Poll, Vec<i64>)> {
    let seat = seat(cx, conversation).await?;
    let message = log::message(cx, conversation, seq, seat.user).await?;
    let poll = Poll::of(&message)?;
    Ok((poll, store::mine(cx.tx(), conversation, seq, seat.user).await?))
}

async fn come_due(cx: &mut Cx, job: &Job) -> Result<()> {
    let author = cx.user()?;
    let Closing { conversation, client_id } = job.payload()?;
    log::lock(cx.tx(), &[conversation]).await?;
    let found = log::stored(cx.tx(), &[(conversation, author, &client_id)]).await?.pop();
    match found.map(|stored| stored.message) {
        Some(message) if !message.deleted => {
            let poll = Poll::of(&message)?;
            shut(cx, author, message, poll).await.map(drop)
        }
        _ => Ok(()),
    }
}

/// Forgets who chose what in a message that is gone.
pub(crate) fn forget(cx: &mut Cx, conversation: ConversationId, seq: Seq) -> Doing<'_> {
    Box::pin(async move { Ok(store::forget(cx.tx(), conversation, seq).await?) })
}

#[cfg(test)]
mod tests;
