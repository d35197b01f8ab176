//! STOMP 1.0, 1.1 and 1.2 (<https://stomp.github.io>), the server's side, over text.
//!
//! | module | does |
//! |---|---|
//! | `decode` | text in pieces to frames, within limits |
//! | `client` | a frame to what a client asks, or the header it lacks |
//! | `write` | the server's frames |
//! | `escape` | header values by version |

mod client;
mod decode;
mod escape;
mod write;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::fmt;

pub(crate) use client::{Ack, AckMode, ClientFrame, Connect, Send};
pub(crate) use decode::{Decoder, Frame, HEADERS, Input, LINE_BYTES};
pub(crate) use write::{connected, error, message_head, message_tail, no_common_version, receipt};

/// What is sent when there is nothing to say. Never put before or behind a frame: stompjs 2.3.3 knows it only alone.
pub(crate) const HEART_BEAT: &str = "\n";

/// A version of the protocol; later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// Headers are trimmed and never escaped.
    V1_0,
    /// Brought escapes, heart-beats and NACK.
    V1_1,
    /// Brought `\r`, CRLF and acknowledgement by one id.
    V1_2,
}

impl Version {
    const ALL: [Self; 3] = [Self::V1_0, Self::V1_1, Self::V1_2];

    /// As it stands in `version` and `accept-version`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0",
            Self::V1_1 => "1.1",
            Self::V1_2 => "1.2",
        }
    }

    /// As it stands in `Sec-WebSocket-Protocol`.
    fn sub_protocol(self) -> &'static str {
        match self {
            Self::V1_0 => "v10.stomp",
            Self::V1_1 => "v11.stomp",
            Self::V1_2 => "v12.stomp",
        }
    }

    /// The highest version of `accept-version`'s list known here; without the header the client speaks 1.0.
    /// `None` is answered with [`no_common_version`].
    pub(crate) fn negotiate(accept: Option<&str>) -> Option<Self> {
        highest(accept.unwrap_or("1.0"), Self::name)
    }
}

/// What to answer to `Sec-WebSocket-Protocol`. A browser that offered some fails the connection when none comes back;
/// which one says nothing about the version, CONNECT does.
pub(crate) fn sub_protocol(offered: &str) -> Option<&'static str> {
    highest(offered, Version::sub_protocol).map(Version::sub_protocol)
}

fn highest(list: &str, name: fn(Version) -> &'static str) -> Option<Version> {
    Version::ALL.into_iter().rev().find(|version| list.split(',').any(|word| word.trim() == name(*version)))
}

/// One side's `heart-beat` header; 0 is never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct HeartBeats {
    /// The least time between beats it can promise.
    pub(crate) sends_ms: u32,
    /// The time between beats it wants to hear.
    pub(crate) wants_ms: u32,
}

/// How often each side has to be heard; `None` is not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// From the client. The specification asks for tolerance: stompjs waits twice as long.
    pub(crate) client_ms: Option<u32>,
    /// From the server.
    pub(crate) server_ms: Option<u32>,
}

impl HeartBeats {
    /// Reads `<sends>,<wants>`; without the header there are none.
    pub(crate) fn read(header: Option<&str>) -> Result<Self, Fault> {
        let Some(header) = header else { return Ok(Self::default()) };
        let read = |word: &str| word.trim().parse().map_err(|_| Fault::Header("heart-beat"));
        let (sends, wants) = header.split_once(',').ok_or(Fault::Header("heart-beat"))?;
        Ok(Self { sends_ms: read(sends)?, wants_ms: read(wants)? })
    }

    /// What a server that declares `self` and this client come to: the slower of what one sends and the other wants.
    pub(crate) fn agree(self, client: Self) -> Pace {
        let pace = |sends: u32, wants: u32| (sends != 0 && wants != 0).then(|| sends.max(wants));
        Pace { client_ms: pace(client.sends_ms, self.wants_ms), server_ms: pace(self.sends_ms, client.wants_ms) }
    }
}

impl fmt::Display for HeartBeats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.sends_ms, self.wants_ms)
    }
}

/// Why a client cannot be followed. Its text holds no colon, so that it reads the same escaped or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// More than [`HEADERS`].
    TooManyHeaders,
    /// A command or header above [`LINE_BYTES`].
    LineTooLong,
    /// More than the decoder's limit.
    BodyTooLarge,
    /// Against the grammar.
    Malformed(&'static str),
    /// No command of a client.
    Command,
    /// A required header is not there.
    Missing {
        /// The frame.
        command: &'static str,
        /// What it lacks.
        header: &'static str,
    },
    /// A header with a value that means nothing.
    Header(&'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyHeaders => write!(f, "A frame has at most {HEADERS} headers."),
            Self::LineTooLong => write!(f, "A header has at most {LINE_BYTES} bytes."),
            Self::BodyTooLarge => f.write_str("The body is too large."),
            Self::Malformed(what) => f.write_str(what),
            Self::Command => f.write_str("This command is unknown."),
            Self::Missing { command, header } => write!(f, "{command} needs the header {header}."),
            Self::Header(header) => write!(f, "The header {header} has a value without meaning."),
        }
    }
}

impl std::error::Error for Fault {}
