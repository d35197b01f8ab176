//! Every size, length and count that is bounded, by name. Set in the configuration, told to clients.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Millis;

/// What clients are told of the limits; the server's configuration has the same names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of a message's text (UTF-8).
    pub text_bytes: usize,
    /// Characters of a group's title.
    pub title_chars: usize,
    /// Characters of a user's name.
    pub name_chars: usize,
    /// Characters of a user's bio.
    pub bio_chars: usize,
    /// Shortest password, in characters.
    pub password_chars_min: usize,
    /// Members of a group.
    pub group_members: usize,
    /// Bytes of one socket frame from a client: six times a text, which JSON may need for it, and some more.
    pub frame_bytes: usize,
    /// Frames a second from one socket, sustained; four times as many in a burst.
    pub frames_per_second: u32,
    /// Bytes of a request's body.
    pub body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text_bytes: 16 * 1024,
            title_chars: 100,
            name_chars: 64,
            bio_chars: 300,
            password_chars_min: 8,
            group_members: 10_000,
            frame_bytes: 128 * 1024,
            frames_per_second: 1_000,
            body_bytes: 256 * 1024,
        }
    }
}

/// Longest `client_id`, in bytes.
pub const CLIENT_ID_BYTES: usize = 64;
/// Longest password, in bytes: hashing an endless one is a way to burn the server's time.
pub const PASSWORD_BYTES: usize = 1_024;
/// Longest pronouns, in characters.
pub const PRONOUNS_CHARS: usize = 40;
/// Longest text of a status, in characters.
pub const STATUS_CHARS: usize = 100;
/// Contacts of one user.
pub const CONTACTS: i64 = 5_000;
/// People blocked by one user.
pub const BLOCKS: i64 = 1_000;
/// Longest reason of a report, in characters.
pub const REASON_CHARS: usize = 500;
/// Longest e-mail address, in bytes (RFC 5321).
pub const EMAIL_BYTES: usize = 254;
/// Longest username, in characters.
pub const USERNAME_CHARS: usize = 32;
/// Conversations told in one `welcome`.
pub const WELCOME_HEADS: i64 = 2_000;
/// Conversations a `hello` may name as known.
pub const HELLO_KNOWN: usize = 100;
/// Entries a `sync` sends when not told otherwise, and at most.
pub const SYNC_ENTRIES: (i64, i64) = (1_000, 5_000);
/// Entries in one `entries` frame, and in one page of the log.
pub const LOG_PAGE: i64 = 500;
/// Different emoji on one message.
pub const REACTIONS: usize = 20;
/// Emoji of one user on one message.
pub const REACTIONS_OF_ONE: usize = 8;
/// Longest emoji, in bytes: families with skin tones need many.
pub const EMOJI_BYTES: usize = 64;
/// People mentioned by one message.
pub const MENTIONS: usize = 50;
/// Messages pinned in one conversation.
pub const PINS: i64 = 100;
/// Messages asked for by their seqs at once.
pub const NAMED_MESSAGES: usize = 100;
/// Members up to which everybody is told of everybody's receipts; beyond, they are counted on demand.
pub const RECEIPTS_MEMBERS: i64 = 32;
/// People whose presence one socket watches.
pub const WATCHED: usize = 500;
/// How far ahead anything may be planned.
pub const AHEAD_MS: Millis = 366 * 24 * 3_600_000;
/// Messages one user has waiting for their time.
pub const SCHEDULED: i64 = 100;
/// Reminders of one user.
pub const REMINDERS: i64 = 500;
/// Characters of a note beside a message.
pub const NOTE_CHARS: usize = 300;
/// Messages one user has saved, and has hidden.
pub const MARKS: i64 = 5_000;
/// Shortest and longest time after which messages may disappear.
pub const DISAPPEAR_MS: (Millis, Millis) = (5 * 60_000, 365 * 24 * 3_600_000);
/// Fewest and most options of a poll.
pub const POLL_OPTIONS: (usize, usize) = (2, 12);
/// Characters of a poll's option.
pub const POLL_OPTION_CHARS: usize = 100;
/// Voters named with an option.
pub const POLL_VOTERS: usize = 50;
/// Members up to which it is told who writes.
pub const TYPING_MEMBERS: i64 = 1_000;
/// Notices kept for one user, about: the oldest go first.
pub const NOTICES: i64 = 1_000;
/// Notices on one page.
pub const NOTICES_PAGE: i64 = 100;
/// Muted until the end of the year 9999 is muted for ever.
pub const MUTED_FOR_EVER: i64 = 253_402_300_799_999;
