//! What leaves no trace: how a device is, whom it watches, and typing. Said often, so each has its measure.

use parlor_model::frames::{ClientFrame, PresenceStatus};
use parlor_model::limits::WATCHED;
use parlor_model::{Code, ConversationId, Error, Result};
use tokio::time::{Duration, Instant};

use super::Live;
use super::commands::{self, Command};
use super::rate::Rate;
use crate::frame::Frame;

/// Changes of presence and of whom one watches, a second, sustained.
const CHANGES_PER_SECOND: u32 = 5;
/// One is told to write no more often.
const TYPING_EVERY: Duration = Duration::from_secs(1);
/// Others forget by then that one writes.
const TYPING_LASTS: Duration = Duration::from_secs(6);
/// Conversations one writes in at once.
const TYPING_IN: usize = 8;

/// Made when first needed: most sessions say nothing of all this.
pub(super) struct Aside {
    changes: Rate,
    typing: Vec<Typing>,
}

struct Typing {
    conversation: ConversationId,
    at: Instant,
    on: bool,
}

impl Aside {
    fn new() -> Self {
        Self { changes: Rate::new(CHANGES_PER_SECOND), typing: Vec::new() }
    }

    fn change(&mut self, now: Instant) -> Result<()> {
        let limited = || Error {
            retry_after_ms: Some(1_000),
            ..Error::new(Code::Limited, "Presence changes more often than that.")
        };
        if self.changes.take(now) { Ok(()) } else { Err(limited()) }
    }

    /// Whether it is worth telling: `on` once in a while, `off` once after it.
    fn typing(&mut self, conversation: ConversationId, on: bool, now: Instant) -> bool {
        self.typing.retain(|typing| now.saturating_duration_since(typing.at) < TYPING_LASTS);
        let room = self.typing.len() < TYPING_IN;
        match self.typing.iter_mut().find(|typing| typing.conversation == conversation) {
            Some(typing) if !on => std::mem::take(&mut typing.on),
            Some(typing) if now.saturating_duration_since(typing.at) < TYPING_EVERY => false,
            Some(typing) => {
                (typing.at, typing.on) = (now, true);
                true
            }
            None if on && room => {
                self.typing.push(Typing { conversation, at: now, on });
                true
            }
            None => false,
        }
    }
}

impl Live {
    /// Does what needs nobody else at once; gives the command that is left to carry out, or what answers the frame.
    pub(super) fn aside(&mut self, frame: ClientFrame, now: Instant) -> Result<Option<Command>, Frame> {
        let refuse = |error: Error| Frame::error(None, &error);
        match frame {
            ClientFrame::Typing { conversation, on } => {
                let told = self.measure().typing(conversation, on, now);
                Ok(told.then_some(Command::Typing { conversation, on }))
            }
            ClientFrame::Presence { status: PresenceStatus::Offline } => {
                Err(refuse(Error::invalid("Whoever is offline says nothing.").at("status")))
            }
            ClientFrame::Presence { status } => {
                self.measure().change(now).map_err(refuse)?;
                self.place.say(status);
                Ok(None)
            }
            ClientFrame::Watch { users } if users.len() > WATCHED => {
                Err(refuse(Error::too_large(format!("At most {WATCHED} people are watched.")).at("users")))
            }
            ClientFrame::Watch { users } => {
                self.measure().change(now).map_err(refuse)?;
                self.place.watch(&users);
                Ok(None)
            }
            frame => commands::command(frame).map(Some),
        }
    }

    fn measure(&mut self) -> &mut Aside {
        self.aside.get_or_insert_with(|| Box::new(Aside::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn typing_is_told_once_a_second_and_its_end_once() {
        let (mut aside, start) = (Aside::new(), Instant::now());
        let mut at = |millis, on| aside.typing(ConversationId(7), on, start + Duration::from_millis(millis));
        let told = [at(0, false), at(0, true), at(500, true), at(1_000, true), at(1_100, false), at(1_200, false)];
        assert_eq!(told, [false, true, false, true, true, false]);
        assert_eq!([at(1_300, true), at(9_000, false), at(9_000, true)], [false, false, true]);
        let many = (0..100).filter(|n| aside.typing(ConversationId(*n), true, start)).count();
        assert!(many <= TYPING_IN && aside.typing.len() <= TYPING_IN);
    }
}
