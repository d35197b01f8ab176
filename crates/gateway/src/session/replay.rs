//! Telling a session what it missed: `entries`… `caught_up`, or `reset`.

use std::borrow::Cow;

use parlor_model::frames::ServerFrame;
use parlor_model::limits::SYNC_ENTRIES;
use parlor_model::{Code, ConversationId, Entry, Error, Result, Seq};

use super::commands::{Caller, Missed};
use crate::backend::LogPage;
use crate::config::{REPLAY_FRAME_BYTES, REPLAY_PAGE};
use crate::frame::Frame;

/// One replay: who asked, and how far it goes.
struct Replay<'a> {
    caller: &'a Caller,
    id: Option<&'a str>,
    conversation: ConversationId,
    /// Where it ends; none for "where the log stands".
    up_to: Option<Seq>,
    limit: i64,
}

/// A page of the log, encoded.
struct Page {
    frames: Vec<Frame>,
    head_seq: Seq,
    /// The newest seq told so far.
    last: Seq,
}

/// Answers a `sync`. Nothing beyond the head at the time of asking is told, so the live entries join on.
pub(super) async fn sync(
    caller: &Caller,
    id: &str,
    conversation: ConversationId,
    after: Seq,
    limit: i64,
) -> Result<()> {
    Replay { caller, id: Some(id), conversation, up_to: None, limit }.run(after).await
}

/// Answers the `known` of a `hello`, one conversation after the other, each up to the head that `welcome` told: what
/// is after it comes live, so every entry comes once. A conversation the user is no member of is `reset` to nothing.
pub(super) async fn missed(caller: &Caller, missed: Vec<Missed>) {
    for Missed { conversation, after, head } in missed {
        let replay = Replay { caller, id: None, conversation, up_to: head, limit: SYNC_ENTRIES.0 };
        let told = match head {
            Some(head) if head == after => replay.caught_up(after).await,
            Some(head) if after < 0 || after > head || head - after > replay.limit => replay.reset(head).await,
            Some(_) => replay.run(after).await,
            None => replay.reset(0).await,
        };
        match told {
            Ok(()) => {}
            // Removed in the meantime; the entry that says so comes live.
            Err(error) if error.code == Code::NotFound => {}
            Err(error) => caller.refuse(None, &error),
        }
    }
}

impl Replay<'_> {
    async fn run(&self, mut after: Seq) -> Result<()> {
        let Ok(_one_at_a_time) = self.caller.replay.acquire().await else { return Ok(()) };
        let mut page = self.page(after, self.up_to).await?;
        let end = self.up_to.unwrap_or(page.head_seq);
        if after > end || end - after > self.limit {
            drop(page);
            return self.reset(end).await;
        }
        while after < end {
            for frame in page.frames {
                self.say(frame).await;
            }
            after = page.last;
            if after >= end {
                break;
            }
            page = self.page(after, Some(end)).await?;
        }
        self.caught_up(end).await
    }

    async fn page(&self, after: Seq, up_to: Option<Seq>) -> Result<Page> {
        let Caller { shared, identity, .. } = self.caller;
        let _permit = shared.replays.acquire().await;
        let LogPage { mut entries, head_seq } =
            shared.backend.log(identity, self.conversation, after, REPLAY_PAGE).await?;
        let end = up_to.unwrap_or(head_seq);
        entries.retain(|entry| entry.seq <= end);
        if entries.is_empty() && after < end {
            return Err(Error::unavailable("The log could not be read to its end. Try again."));
        }
        let last = entries.last().map_or(after, |entry| entry.seq);
        Ok(Page { frames: self.encode(&entries), head_seq, last })
    }

    /// In frames of a moderate size, so that none can fill an outbox alone.
    fn encode(&self, entries: &[Entry]) -> Vec<Frame> {
        let mut bytes = 0;
        let pieces = entries.chunk_by(|_, next| {
            bytes += next.message().map_or(0, |message| message.text.len());
            let fits = bytes < REPLAY_FRAME_BYTES;
            bytes = if fits { bytes } else { 0 };
            fits
        });
        let frame = |piece| ServerFrame::Entries {
            id: self.id.map(Cow::Borrowed),
            conversation: self.conversation,
            entries: Cow::Borrowed(piece),
        };
        pieces.map(|piece| Frame::of(&frame(piece))).collect()
    }

    async fn say(&self, frame: Frame) {
        self.caller.outbox.room().await;
        self.caller.outbox.push(frame);
    }

    async fn caught_up(&self, seq: Seq) -> Result<()> {
        let (id, conversation) = (self.id.map(Cow::Borrowed), self.conversation);
        self.say(Frame::of(&ServerFrame::CaughtUp { id, conversation, seq })).await;
        Ok(())
    }

    async fn reset(&self, head_seq: Seq) -> Result<()> {
        let (id, conversation) = (self.id.map(Cow::Borrowed), self.conversation);
        self.say(Frame::of(&ServerFrame::Reset { id, conversation, head_seq })).await;
        Ok(())
    }
}
