//! What is spoken on a connection: our own protocol, or as much of another server's as a group chat needs.

use super::frames::{self, Op, has};
use super::matrix;

/// A protocol, on WebSocket where nothing else is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// docs/protocol.md.
    #[default]
    Parlor,
    /// Socket.IO 4 (Engine.IO 4), one event called `message`.
    SocketIo,
    /// XMPP (RFC 7395) in a room of `conference.localhost`, without an account (SASL ANONYMOUS).
    Xmpp,
    /// Our door for the MERN family, on Socket.IO.
    Mern,
    /// Our door for the Socket.IO design.
    Design,
    /// Our door for STOMP.
    Stomp,
    /// Matrix, by HTTP: each asks for what is new.
    Matrix,
}

/// The room of XMPP that everybody is in.
pub(crate) const ROOM: &str = "bench@conference.localhost";

/// How a stream of XMPP begins.
const OPEN: &str = r#"<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="localhost" version="1.0"/>"#;

impl Dialect {
    /// Where the socket is.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Parlor => "/api/v1/socket",
            Self::SocketIo | Self::Mern | Self::Design => "/socket.io/?EIO=4&transport=websocket",
            Self::Stomp => "/stomp",
            Self::Xmpp => "/ws",
            Self::Matrix => matrix::ROOT,
        }
    }

    /// Headers of the request that the others do not need.
    pub(crate) fn headers(self) -> &'static str {
        if self == Self::Xmpp { "Sec-WebSocket-Protocol: xmpp\r\n" } else { "" }
    }

    /// All that is said at first, in one go. `hello` is the first frame of ours, a name in a room of XMPP; for a door of ours
    /// who one is, as it asks for it: an object, or for STOMP a token and a destination.
    pub(crate) fn greeting(self, hello: &[u8]) -> Vec<Vec<u8>> {
        match self {
            Self::Parlor | Self::Matrix => vec![hello.to_vec()],
            Self::SocketIo => vec![b"40".to_vec()],
            Self::Design => vec![[b"40".as_slice(), hello].concat()],
            Self::Mern => vec![b"40".to_vec(), [br#"42["setup","#.as_slice(), hello, b"]"].concat()],
            Self::Stomp => {
                let hello = String::from_utf8_lossy(hello);
                let (token, destination) = hello.split_once(' ').unwrap_or_default();
                let connect =
                    format!("CONNECT\naccept-version:1.2\nheart-beat:0,0\nAuthorization:Bearer {token}\n\n\0");
                let subscribe = format!("SUBSCRIBE\nid:0\ndestination:{destination}\nreceipt:r\n\n\0");
                [connect, subscribe].map(String::into_bytes).into()
            }
            Self::Xmpp => {
                let auth = r#"<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="ANONYMOUS"/>"#;
                [OPEN, auth].map(|text| text.as_bytes().to_vec()).into()
            }
        }
    }

    /// What is said when one hears this before one is welcomed: XMPP begins anew once it knows who one is.
    pub(crate) fn further(self, text: &[u8], hello: &[u8]) -> Vec<Vec<u8>> {
        if self != Self::Xmpp || !text.starts_with(b"<success") {
            return Vec::new();
        }
        let name = String::from_utf8_lossy(hello);
        let bind =
            r#"<iq xmlns="jabber:client" type="set" id="b"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>"#;
        let join = format!(
            r#"<presence xmlns="jabber:client" to="{ROOM}/{name}"><x xmlns="http://jabber.org/protocol/muc"/></presence>"#
        );
        [OPEN, bind, &join].map(|text| text.as_bytes().to_vec()).into()
    }

    /// What a text of the server is, by its first bytes where they say so.
    pub(crate) fn op(self, text: &[u8]) -> Op {
        match self {
            Self::Parlor => frames::op(text),
            Self::SocketIo => match text {
                [b'4', b'2', ..] => Op::Entry,
                [b'4', b'0', ..] => Op::Welcome,
                [b'4', b'4', ..] => Op::Error,
                [b'4', b'1', ..] | [b'1'] => Op::Bye,
                _ => Op::Other,
            },
            Self::Mern => match text {
                [b'4', b'2', ..] if text.starts_with(br#"42["connected""#) => Op::Welcome,
                [b'4', b'2', ..] => Op::Entry,
                [b'4', b'1' | b'4', ..] | [b'1'] => Op::Bye,
                _ => Op::Other,
            },
            // Who says something is not told it, but that it is stored: that counts as theirs.
            Self::Design if text.starts_with(b"43") => {
                if has(text, r#""status":"ok""#) {
                    Op::Entry
                } else {
                    Op::Error
                }
            }
            Self::Design => Self::SocketIo.op(text),
            Self::Stomp => match text {
                [b'M', ..] => Op::Entry,
                [b'R', ..] => Op::Welcome,
                [b'E', ..] => Op::Error,
                _ => Op::Other,
            },
            Self::Xmpp if text.starts_with(b"<message") => {
                // The subject is the last of what one is told on entering.
                if has(text, "type='error'") {
                    Op::Error
                } else if has(text, "<body") {
                    Op::Entry
                } else if has(text, "<subject") {
                    Op::Welcome
                } else {
                    Op::Other
                }
            }
            Self::Xmpp if text.starts_with(b"<failure") || has(text, "type='error'") => Op::Error,
            Self::Xmpp if text.starts_with(b"<close") || text.starts_with(b"<stream:error") => Op::Bye,
            Self::Matrix if text == matrix::MESSAGE.as_bytes() => Op::Entry,
            Self::Xmpp | Self::Matrix => Op::Other,
        }
    }

    /// The answer to a heartbeat that is a text.
    pub(crate) fn pong(self, text: &[u8]) -> Option<&'static [u8]> {
        (matches!(self, Self::SocketIo | Self::Mern | Self::Design) && text == b"2").then_some(b"3")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_of_xmpp_is_entered_once_one_is_known() {
        let first = Dialect::Xmpp.greeting(b"n1");
        assert!(first.len() == 2 && first[1].starts_with(b"<auth"), "{first:?}");
        let success = b"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
        let then = Dialect::Xmpp.further(success, b"n1");
        assert!(then.len() == 3 && has(&then[2], &format!(r#"to="{ROOM}/n1""#)), "{then:?}");
        assert!(Dialect::Xmpp.further(b"<stream:features/>", b"n1").is_empty());
        assert!(Dialect::SocketIo.further(success, b"n1").is_empty());
    }

    #[test]
    fn what_others_say_is_recognised() {
        let cases: [(Dialect, &str, Op); 26] = [
            (Dialect::SocketIo, r#"0{"sid":"a"}"#, Op::Other),
            (Dialect::SocketIo, r#"40{"sid":"b"}"#, Op::Welcome),
            (Dialect::SocketIo, r#"42["message","x"]"#, Op::Entry),
            (Dialect::SocketIo, r#"44{"message":"no"}"#, Op::Error),
            (Dialect::SocketIo, "41", Op::Bye),
            (Dialect::SocketIo, "2", Op::Other),
            (Dialect::Mern, r#"40{"sid":"a","pid":"b"}"#, Op::Other),
            (Dialect::Mern, r#"42["connected","0"]"#, Op::Welcome),
            (Dialect::Mern, r#"42["message recieved",{},"9"]"#, Op::Entry),
            (Dialect::Design, r#"42["messageReceived",{},"9"]"#, Op::Entry),
            (Dialect::Design, r#"431[{"status":"ok"}]"#, Op::Entry),
            (Dialect::Design, r#"431[{"status":"error"}]"#, Op::Error),
            (Dialect::Stomp, "CONNECTED\nversion:1.2\n\n\0", Op::Other),
            (Dialect::Stomp, "RECEIPT\nreceipt-id:r\n\n\0", Op::Welcome),
            (Dialect::Stomp, "MESSAGE\nsubscription:0\n\n{}\0", Op::Entry),
            (Dialect::Xmpp, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", Op::Other),
            (Dialect::Xmpp, "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", Op::Error),
            (Dialect::Xmpp, "<message type='groupchat'><subject/></message>", Op::Welcome),
            (Dialect::Xmpp, "<message type='groupchat'><body>x</body></message>", Op::Entry),
            (Dialect::Xmpp, "<message type='error'><body>x</body></message>", Op::Error),
            (Dialect::Xmpp, "<presence type='error'/>", Op::Error),
            (Dialect::Xmpp, "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", Op::Bye),
            // As Prosody writes them.
            (Dialect::Xmpp, "<presence from='a' xmlns='jabber:client'><x xmlns='b'/></presence>", Op::Other),
            (
                Dialect::Xmpp,
                "<message from='a' xmlns='jabber:client' type='groupchat'><subject/></message>",
                Op::Welcome,
            ),
            (Dialect::Matrix, matrix::MESSAGE, Op::Entry),
            (Dialect::Matrix, r#"{"event_id":"a"}"#, Op::Other),
        ];
        for (dialect, text, op) in cases {
            assert_eq!(dialect.op(text.as_bytes()), op, "{text}");
        }
        assert_eq!(Dialect::SocketIo.pong(b"2"), Some(b"3".as_slice()));
        assert_eq!(Dialect::Parlor.op(br#"{"op":"welcome"}"#), Op::Welcome);
    }
}
