//! Engine.IO 4: the packets below Socket.IO. One character says what it is, the rest is its content; in a body of long
//! polling a record separator stands between them.

/// Between the packets of a body.
pub(crate) const SEPARATOR: char = '\u{1e}';
/// Is the client alive? Answered by `3`.
pub(crate) const PING: &str = "2";
/// Nothing: lets a poll that hangs go.
pub(crate) const NOOP: &str = "6";
/// The end.
pub(crate) const CLOSE: &str = "1";

/// What a client sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Packet {
    /// It goes.
    Close,
    /// It asks whether a new transport works.
    Probe,
    /// It is alive.
    Pong,
    /// Something for the protocol above.
    Message(String),
    /// From now on by the new transport.
    Upgrade,
}

impl Packet {
    /// Reads one; `None` for what no client sends, binary content among it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let kind = text.chars().next()?;
        let content = &text[kind.len_utf8()..];
        match (kind, content) {
            ('1', "") => Some(Self::Close),
            ('2', "probe") => Some(Self::Probe),
            ('3', "") => Some(Self::Pong),
            ('4', content) => Some(Self::Message(content.to_owned())),
            ('5', "") => Some(Self::Upgrade),
            _ => None,
        }
    }

    /// Reads a body of long polling.
    pub(crate) fn parse_all(body: &str) -> Option<Vec<Self>> {
        body.split(SEPARATOR).map(Self::parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn packets_are_read_as_the_protocol_has_them() {
        let read = Packet::parse_all("40\u{1e}42[\"a\"]\u{1e}3").unwrap();
        assert_eq!(read, [Packet::Message("0".into()), Packet::Message("2[\"a\"]".into()), Packet::Pong]);
        assert_eq!(Packet::parse("2probe"), Some(Packet::Probe));
        for wrong in ["", "2", "7", "bAAAA", "0{}", "1x", "é"] {
            assert_eq!(Packet::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Packet::parse_all("40\u{1e}\u{1e}40"), None);
    }

    proptest! {
        #[test]
        fn any_body_is_read_or_refused_without_a_panic(body in "\\PC*") {
            let _ = Packet::parse_all(&body);
        }

        #[test]
        fn messages_come_back(texts in proptest::collection::vec("[^\u{1e}]*", 1..5)) {
            let body = texts.iter().map(|text| format!("4{text}")).collect::<Vec<_>>().join("\u{1e}");
            let messages: Vec<_> = texts.into_iter().map(Packet::Message).collect();
            prop_assert_eq!(Packet::parse_all(&body), Some(messages));
        }
    }
}
