//! What a welcomed client can ask for, carried out by the backend.

use std::borrow::Cow;
use std::sync::Arc;

use parlor_model::frames::{ClientFrame, Done, ServerFrame};
use parlor_model::limits::{CLIENT_ID_BYTES, SYNC_ENTRIES};
use parlor_model::{Code, ConversationId, Error, Millis, Result, Seq};
use tokio::sync::Semaphore;

use super::lanes::Lane;
use super::{End, Live, replay};
use crate::Shared;
use crate::backend::{Change, Identity, SendMessage};
use crate::config::COMMAND_ID_BYTES;
use crate::frame::Frame;
use crate::outbox::Outbox;

/// Who asks, and where answers go.
pub(super) struct Caller {
    pub(super) shared: Arc<Shared>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) identity: Identity,
    /// One replay of a session at a time: it holds a page of a log in memory.
    pub(super) replay: Semaphore,
}

pub(super) enum Command {
    Send { id: String, ask: SendMessage },
    Change { id: String, conversation: ConversationId, seq: Seq, change: Change },
    Read { id: Option<String>, conversation: ConversationId, seq: Seq },
    Delivered { conversation: ConversationId, seq: Seq },
    Typing { conversation: ConversationId, on: bool },
    Sync { id: String, conversation: ConversationId, after: Seq, limit: i64 },
    Missed(Vec<Missed>),
    Token { token: String },
}

/// A conversation that `hello` said is known.
pub(super) struct Missed {
    pub(super) conversation: ConversationId,
    pub(super) after: Seq,
    /// The head that `welcome` told; none when the user is no member.
    pub(super) head: Option<Seq>,
}

/// What a command did to the session.
pub(super) enum Outcome {
    /// It was answered.
    Done,
    /// The token runs until then.
    Renewed(Millis),
    /// The greeting is over: the session lives, or ends.
    Greeted(Box<Result<(Live, Option<Command>), End>>),
}

impl Command {
    pub(super) fn lane(&self) -> Lane {
        match self {
            Self::Send { ask, .. } => Lane::Conversation(ask.conversation),
            Self::Read { conversation, .. }
            | Self::Delivered { conversation, .. }
            | Self::Typing { conversation, .. }
            | Self::Sync { conversation, .. }
            | Self::Change { conversation, .. } => Lane::Conversation(*conversation),
            Self::Missed(_) => Lane::Missed,
            Self::Token { .. } => Lane::Token,
        }
    }
}

/// The command in a frame, or the frame that answers at once (a pong, a refusal).
pub(super) fn command(frame: ClientFrame) -> Result<Command, Frame> {
    let id = match &frame {
        ClientFrame::Send { id, .. }
        | ClientFrame::Sync { id, .. }
        | ClientFrame::Edit { id, .. }
        | ClientFrame::Delete { id, .. }
        | ClientFrame::React { id, .. }
        | ClientFrame::Unreact { id, .. } => Some(id.as_str()),
        ClientFrame::Read { id, .. } | ClientFrame::Ping { id } => id.as_deref(),
        _ => None,
    };
    if id.is_some_and(|id| id.len() > COMMAND_ID_BYTES) {
        return Err(Frame::error(None, &Error::invalid("A command's id has at most 64 bytes.").at("id")));
    }
    check(&frame).map_err(|error| Frame::error(id, &error))?;
    Ok(match frame {
        ClientFrame::Send { id, conversation, client_id, text, reply_to, mentions, forward } => {
            Command::Send { id, ask: SendMessage { conversation, client_id, text, reply_to, mentions, forward } }
        }
        ClientFrame::Edit { id, conversation, seq, text, mentions } => {
            Command::Change { id, conversation, seq, change: Change::Edit { text, mentions } }
        }
        ClientFrame::Delete { id, conversation, seq } => {
            Command::Change { id, conversation, seq, change: Change::Delete }
        }
        ClientFrame::React { id, conversation, seq, emoji } => {
            Command::Change { id, conversation, seq, change: Change::React(emoji) }
        }
        ClientFrame::Unreact { id, conversation, seq, emoji } => {
            Command::Change { id, conversation, seq, change: Change::Unreact(emoji) }
        }
        ClientFrame::Read { id, conversation, seq } => Command::Read { id, conversation, seq },
        ClientFrame::Delivered { conversation, seq } => Command::Delivered { conversation, seq },
        ClientFrame::Sync { id, conversation, after, limit } => {
            Command::Sync { id, conversation, after, limit: limit.unwrap_or(SYNC_ENTRIES.0) }
        }
        ClientFrame::Token { token } => Command::Token { token },
        ClientFrame::Ping { id } => return Err(Frame::of(&ServerFrame::Pong { id: id.map(Cow::Owned) })),
        ClientFrame::Typing { conversation, on } => Command::Typing { conversation, on },
        ClientFrame::Presence { .. } | ClientFrame::Watch { .. } => {
            return Err(Frame::error(None, &Error::invalid("Said at the wrong place.")));
        }
        ClientFrame::Hello { .. } => return Err(Frame::error(None, &Error::invalid("You said hello already."))),
    })
}

/// What needs no store to be refused.
fn check(frame: &ClientFrame) -> Result<()> {
    match frame {
        ClientFrame::Send { client_id, .. } if client_id.is_empty() || client_id.len() > CLIENT_ID_BYTES => {
            Err(Error::invalid("A client_id has 1 to 64 bytes.").at("client_id"))
        }
        ClientFrame::Sync { after, .. } if *after < 0 => Err(Error::invalid("A seq is not negative.").at("after")),
        ClientFrame::Sync { limit: Some(limit), .. } if !(1..=SYNC_ENTRIES.1).contains(limit) => {
            Err(Error::invalid("A sync's limit is between 1 and 5000.").at("limit"))
        }
        _ => Ok(()),
    }
}

/// Carries a command out and queues its answer. A refusal is an answer. What is rare is boxed, as thousands may be on their
/// way.
pub(super) async fn carry_out(caller: Arc<Caller>, command: Command) -> Outcome {
    let (backend, who) = (&caller.shared.backend, &caller.identity);
    match command {
        Command::Send { id, ask } => {
            let done = backend.send(who, ask).await.map(|sent| Done::Sent { seq: sent.seq, at: sent.at });
            caller.answer(Some(&id), done);
        }
        Command::Change { id, conversation, seq, change } => {
            let done = backend.change(who, conversation, seq, change).await;
            caller.answer(Some(&id), done.map(|sent| Done::Sent { seq: sent.seq, at: sent.at }));
        }
        Command::Read { id, conversation, seq } => {
            let done = backend.mark_read(who, conversation, seq).await.map(Done::Read);
            caller.answer(id.as_deref(), done);
        }
        Command::Delivered { conversation, seq } => {
            if let Err(error) = backend.mark_delivered(who, conversation, seq).await {
                caller.refuse(None, &error);
            }
        }
        Command::Typing { conversation, on } => {
            if let Err(error) = backend.typing(who, conversation, on).await {
                caller.refuse(None, &error);
            }
        }
        Command::Sync { id, conversation, after, limit } => {
            if let Err(error) = Box::pin(replay::sync(&caller, &id, conversation, after, limit)).await {
                caller.refuse(Some(&id), &error);
            }
        }
        Command::Missed(missed) => Box::pin(replay::missed(&caller, missed)).await,
        Command::Token { token } => match Box::pin(caller.renew(&token)).await {
            Ok(until) => return Outcome::Renewed(until),
            Err(error) => caller.refuse(None, &error),
        },
    }
    Outcome::Done
}

impl Caller {
    /// Reads with an id are answered, those without only when they fail.
    fn answer(&self, id: Option<&str>, done: Result<Done>) {
        match (done, id) {
            (Ok(done), Some(id)) => self.outbox.push(Frame::of(&ServerFrame::Ok { id: id.into(), done })),
            (Ok(_), None) => {}
            (Err(error), id) => self.refuse(id, &error),
        }
    }

    pub(super) fn refuse(&self, id: Option<&str>, error: &Error) {
        if error.code == Code::Internal {
            tracing::error!(%error, source = ?error.source, "a command failed");
        }
        self.outbox.push(Frame::error(id, error));
    }

    async fn renew(&self, token: &str) -> Result<Millis> {
        let Identity { user, session, expires_at } = self.shared.backend.authenticate(token).await?;
        let same = (user, session) == (self.identity.user, self.identity.session);
        if same { Ok(expires_at) } else { Err(Error::invalid("The token is of another session.").at("token")) }
    }
}
