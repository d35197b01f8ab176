//! The server's frames.

use super::escape::escape;
use super::{HeartBeats, Version};

/// A frame until its body. Headers of one name: the first counts.
pub(super) struct Draft<'a> {
    text: String,
    command: &'a str,
    version: Version,
}

impl<'a> Draft<'a> {
    pub(super) fn new(version: Version, command: &'a str) -> Self {
        Self { text: format!("{command}\n"), command, version }
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        escape(&mut self.text, self.command, self.version, name);
        self.text.push(':');
        escape(&mut self.text, self.command, self.version, value);
        self.text.push('\n');
        self
    }

    fn maybe(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    pub(super) fn end(mut self) -> String {
        self.text.push_str("\n\0");
        self.text
    }

    pub(super) fn body(self, body: &str) -> String {
        let mut text = self.header("content-length", &body.len().to_string()).text;
        text.push('\n');
        text.push_str(body);
        text.push('\0');
        text
    }
}

/// The answer to CONNECT. `user`: the name that was authenticated. `heart-beat` always stands in it: stompjs 2.3.3
/// throws without, even when there are none.
pub(crate) fn connected(version: Version, server: HeartBeats, session: &str, user: &str) -> String {
    Draft::new(version, "CONNECTED")
        .header("version", version.name())
        .header("heart-beat", &server.to_string())
        .header("session", session)
        .header("server", concat!("Parlor/", env!("CARGO_PKG_VERSION")))
        .header("user-name", user)
        .end()
}

/// The part of a MESSAGE that belongs to one subscription; [`message_tail`] follows. `ack`: it waits for an ACK, which
/// names the message by `message_id` in every version.
pub(crate) fn message_head(version: Version, subscription: &str, message_id: &str, ack: bool) -> String {
    Draft::new(version, "MESSAGE")
        .header("subscription", subscription)
        .header("message-id", message_id)
        .maybe("ack", (ack && version == Version::V1_2).then_some(message_id))
        .text
}

/// The part of a MESSAGE that every subscription to a destination shares. Versions share it too as long as neither
/// value holds a colon, a backslash or a line end.
pub(crate) fn message_tail(version: Version, destination: &str, content_type: &str, body: &str) -> String {
    let mut tail = Draft::new(version, "MESSAGE");
    tail.text.clear();
    tail.header("destination", destination).header("content-type", content_type).body(body)
}

/// What a client asked with `receipt` has been done.
pub(crate) fn receipt(version: Version, id: &str) -> String {
    Draft::new(version, "RECEIPT").header("receipt-id", id).end()
}

/// The last frame of a connection; the server closes it then. `message`: short; `body`: the rest, may be empty.
/// `receipt`: what the faulty frame asked.
pub(crate) fn error(version: Version, message: &str, body: &str, receipt: Option<&str>) -> String {
    Draft::new(version, "ERROR")
        .header("message", message)
        .maybe("receipt-id", receipt)
        .header("content-type", "text/plain")
        .body(body)
}

/// The ERROR for a client of unknown versions.
pub(crate) fn no_common_version() -> String {
    let known = Version::ALL.map(Version::name);
    Draft::new(Version::V1_0, "ERROR")
        .header("version", &known.join(","))
        .header("message", "No version in common.")
        .header("content-type", "text/plain")
        .body(&format!("Supported protocol versions are {}", known.join(" ")))
}
