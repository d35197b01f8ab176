//! The socket's frames (docs/protocol.md). JSON, one object a frame, named by `op`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Millis;
use crate::conversations::{Head, My, Parent, ReadMark};
use crate::entries::{Entry, Mention, Seq};
use crate::errors::Code;
use crate::ids::{ConversationId, SessionId, UserId};
use crate::limits::Limits;

/// What a client says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum ClientFrame {
    /// First frame: who is there.
    Hello {
        /// An access token.
        token: String,
        /// What the client calls itself.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        client: Option<String>,
        /// Newest seq it has of the conversations on screen.
        #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
        known: BTreeMap<ConversationId, Seq>,
        /// How one is there, on this device; nothing means online.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        status: Option<PresenceStatus>,
    },
    /// Say something.
    Send {
        /// Repeated in the answer.
        id: String,
        /// Where.
        conversation: ConversationId,
        /// The sender's own name for the message.
        client_id: String,
        /// What.
        text: String,
        /// The message it answers.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reply_to: Option<Seq>,
        /// Whom it mentions.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        mentions: Vec<Mention>,
        /// The message it says again; `text` is left empty.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        forward: Option<Parent>,
    },
    /// Say one's own message differently.
    Edit {
        /// Repeated in the answer.
        id: String,
        /// Where.
        conversation: ConversationId,
        /// The message.
        seq: Seq,
        /// What it says now.
        text: String,
        /// Whom it mentions now.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        mentions: Vec<Mention>,
    },
    /// Take a message back.
    Delete {
        /// Repeated in the answer.
        id: String,
        /// Where.
        conversation: ConversationId,
        /// The message.
        seq: Seq,
    },
    /// Put an emoji on a message.
    React {
        /// Repeated in the answer.
        id: String,
        /// Where.
        conversation: ConversationId,
        /// The message.
        seq: Seq,
        /// Which emoji.
        emoji: String,
    },
    /// Take an emoji off a message.
    Unreact {
        /// Repeated in the answer.
        id: String,
        /// Where.
        conversation: ConversationId,
        /// The message.
        seq: Seq,
        /// Which emoji.
        emoji: String,
    },
    /// What came up to here has reached this device.
    Delivered {
        /// Where.
        conversation: ConversationId,
        /// Up to where.
        seq: Seq,
    },
    /// One writes, or stopped.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Whether one writes.
        on: bool,
    },
    /// How one is there, on this device.
    Presence {
        /// How.
        status: PresenceStatus,
    },
    /// Whose presence to be told, instead of those told before.
    Watch {
        /// Of whom.
        users: Vec<UserId>,
    },
    /// Move the read mark forward.
    Read {
        /// Repeated in the answer; without it there is none.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        id: Option<String>,
        /// Where.
        conversation: ConversationId,
        /// To where.
        seq: Seq,
    },
    /// Ask for the log after a seq.
    Sync {
        /// Repeated in the answers.
        id: String,
        /// Which log.
        conversation: ConversationId,
        /// The newest seq the client has.
        after: Seq,
        /// How many entries are still worth sending.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        limit: Option<i64>,
    },
    /// A fresh access token for the same session.
    Token {
        /// The token.
        token: String,
    },
    /// Is the line alive?
    Ping {
        /// Repeated in the answer.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        id: Option<String>,
    },
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum ServerFrame<'a> {
    /// Answer to `hello`.
    Welcome {
        /// The session of the token.
        session: SessionId,
        /// Whose.
        user: UserId,
        /// The node that answers.
        node: Cow<'a, str>,
        /// Version of the account document.
        account_version: i64,
        /// The server pings this often; two misses close.
        heartbeat_ms: u64,
        /// What the server refuses beyond.
        limits: Limits,
        /// The user's conversations, latest first.
        heads: Vec<Head>,
        /// Cursor of `GET /conversations` for those beyond.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        more: Option<String>,
        /// Versions of the user's documents, by name.
        #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
        versions: BTreeMap<String, i64>,
    },
    /// A command was carried out.
    Ok {
        /// Whose answer.
        id: Cow<'a, str>,
        /// What came of it.
        #[serde(flatten)]
        done: Done,
    },
    /// A command was refused, or a frame could not be read.
    Error {
        /// Whose answer.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        id: Option<Cow<'a, str>>,
        /// What to branch on.
        code: Code,
        /// One sentence for a person.
        detail: Cow<'a, str>,
        /// When trying again makes sense.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        retry_after_ms: Option<u64>,
    },
    /// A log grew.
    Entry {
        /// The new line.
        entry: Cow<'a, Entry>,
    },
    /// A piece of a log.
    Entries {
        /// Whose answer; none for `known`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        id: Option<Cow<'a, str>>,
        /// Which log.
        conversation: ConversationId,
        /// The lines, oldest first.
        entries: Cow<'a, [Entry]>,
    },
    /// The client has everything up to `seq`.
    CaughtUp {
        /// Whose answer; none for `known`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        id: Option<Cow<'a, str>>,
        /// Which log.
        conversation: ConversationId,
        /// Up to where.
        seq: Seq,
    },
    /// Too far behind: fetch a window by REST.
    Reset {
        /// Whose answer; none for `known`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        id: Option<Cow<'a, str>>,
        /// Which log.
        conversation: ConversationId,
        /// Where the log stands.
        head_seq: Seq,
    },
    /// A mark moved: one's own on another device, or somebody else's.
    Receipt {
        /// Where.
        conversation: ConversationId,
        /// Whose.
        user: UserId,
        /// What has reached a device of theirs.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        delivered_seq: Option<Seq>,
        /// What they have read.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        read_seq: Option<Seq>,
        /// One's own only: messages after the mark.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        unread: Option<i64>,
        /// One's own only: mentions after the mark.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mentions: Option<i64>,
    },
    /// Somebody writes, or stopped; forget it after six seconds.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        user: UserId,
        /// Whether they write.
        on: bool,
    },
    /// How somebody who is watched is there.
    Presence {
        /// Who and how.
        #[serde(flatten)]
        presence: Presence,
    },
    /// What one set for oneself in a conversation changed.
    My {
        /// Where.
        conversation: ConversationId,
        /// All of it.
        my: My,
    },
    /// One of one's documents changed: refetch it.
    Changed {
        /// Which: `GET /me/{what}`.
        what: Cow<'a, str>,
        /// Its version now.
        version: i64,
    },
    /// Refetch `/me`.
    Account {
        /// Its version now.
        version: i64,
    },
    /// Answer to `ping`.
    Pong {
        /// Whose answer.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        id: Option<Cow<'a, str>>,
    },
    /// The connection ends.
    Bye {
        /// Why.
        code: Bye,
        /// One sentence for a person.
        detail: Cow<'a, str>,
        /// When to come back.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        retry_after_ms: Option<u64>,
    },
}

impl ServerFrame<'_> {
    /// One's own mark, with what lies beyond it.
    pub fn own_receipt(conversation: ConversationId, user: UserId, mark: ReadMark) -> Self {
        let ReadMark { read_seq, unread, mentions } = mark;
        Self::Receipt {
            conversation,
            user,
            delivered_seq: None,
            read_seq: Some(read_seq),
            unread: Some(unread),
            mentions: Some(mentions),
        }
    }

    /// Somebody else's marks.
    pub fn receipt(
        conversation: ConversationId,
        user: UserId,
        delivered_seq: Option<Seq>,
        read_seq: Option<Seq>,
    ) -> Self {
        Self::Receipt { conversation, user, delivered_seq, read_seq, unread: None, mentions: None }
    }
}

/// How somebody is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Presence {
    /// Who.
    pub user: UserId,
    /// How; never `invisible`, which looks like `offline`.
    pub status: PresenceStatus,
    /// What they say of themselves.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<String>,
    /// The emoji they put to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub emoji: Option<String>,
    /// When that is over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Millis>,
    /// When they were last there, if they let one know.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_seen_at: Option<Millis>,
}

/// How somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceStatus {
    /// At a device.
    Online,
    /// Connected, but has done nothing for a while.
    Away,
    /// Does not want to be disturbed.
    Busy,
    /// There, and looks as if not. Said by clients only.
    Invisible,
    /// Not connected. Said by the server only.
    Offline,
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Done {
    /// A message was stored.
    Sent {
        /// Its place in the log.
        seq: Seq,
        /// When it was stored.
        at: Millis,
    },
    /// A read mark stands.
    Read(ReadMark),
}

/// Why a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bye {
    /// The session was revoked.
    Revoked,
    /// The access token ran out.
    Expired,
    /// The node stops; come back.
    Draining,
    /// The client reads too slowly.
    Slow,
    /// A frame that cannot be.
    Invalid,
    /// Too many frames.
    Limited,
    /// No valid token.
    Unauthenticated,
    /// No `hello` in time, or no sign of life.
    Timeout,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn frames_look_as_the_protocol_says() {
        let hello: ClientFrame = serde_json::from_str(r#"{"op":"hello","token":"t","known":{"7":3}}"#).unwrap();
        assert_eq!(
            hello,
            ClientFrame::Hello {
                token: "t".into(),
                client: None,
                known: [(ConversationId(7), 3)].into(),
                status: None
            }
        );
        let ok = ServerFrame::Ok { id: "a".into(), done: Done::Sent { seq: 4, at: 9 } };
        assert_eq!(serde_json::to_string(&ok).unwrap(), r#"{"op":"ok","id":"a","seq":4,"at":9}"#);
        let caught = ServerFrame::CaughtUp { id: None, conversation: ConversationId(7), seq: 4 };
        assert_eq!(serde_json::to_string(&caught).unwrap(), r#"{"op":"caught_up","conversation":"7","seq":4}"#);
    }

    #[test]
    fn an_entry_of_a_kind_we_do_not_know_keeps_its_place() {
        let json =
            r#"{"op":"entry","entry":{"conversation":"7","seq":3,"actor":"1","at":9,"kind":"sung","song":"la"}}"#;
        let frame: ServerFrame<'_> = serde_json::from_str(json).unwrap();
        let ServerFrame::Entry { entry } = frame else { panic!("{frame:?}") };
        assert_eq!((entry.seq, &entry.body), (3, &crate::EntryBody::Unknown));
    }

    #[test]
    fn server_frames_round_trip() {
        let frames = [
            ServerFrame::Ok { id: "a".into(), done: Done::Sent { seq: 4, at: 9 } },
            ServerFrame::Ok { id: "a".into(), done: Done::Read(ReadMark { read_seq: 2, unread: 1, mentions: 0 }) },
            ServerFrame::Bye { code: Bye::Slow, detail: "d".into(), retry_after_ms: Some(1) },
        ];
        for frame in frames {
            let json = serde_json::to_string(&frame).unwrap();
            assert_eq!(serde_json::from_str::<ServerFrame<'_>>(&json).unwrap(), frame);
        }
    }

    proptest! {
        #[test]
        fn any_text_parses_or_is_refused_without_a_panic(text in "\\PC*") {
            let _ = serde_json::from_str::<ClientFrame>(&text);
        }

        #[test]
        fn a_send_round_trips(text in "\\PC*", conversation in 0..i64::MAX, id in "\\PC{0,64}") {
            let frame = ClientFrame::Send {
                id: id.clone(), conversation: ConversationId(conversation), client_id: id, text, reply_to: None, mentions: Vec::new(), forward: None,
            };
            let json = serde_json::to_string(&frame).unwrap();
            prop_assert_eq!(serde_json::from_str::<ClientFrame>(&json).unwrap(), frame);
        }
    }
}
