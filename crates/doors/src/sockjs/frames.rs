//! SockJS 1.x framing (sockjs-protocol 0.3.4), the server's side. What travels in it is opaque text.

use std::fmt::{self, Write as _};

use serde::de::{Deserialize, Deserializer, Visitor};

/// The session is open: the first frame of each.
pub(crate) const OPEN: &str = "o";
/// A sign of life: every 25 s, when nothing else is said.
pub(crate) const HEARTBEAT: &str = "h";
/// What a streaming response carries before it ends and the client asks again; a browser keeps all of it until then.
pub(crate) const RESPONSE_BYTES: usize = 128 * 1024;

/// Why a session closed. After it, every request for the session is answered with the same frame until it is forgotten.
pub(crate) const GO_AWAY: (u16, &str) = (3000, "Go away!");
/// The answer to a second receiving request while one waits; the first goes on.
pub(crate) const STILL_OPEN: (u16, &str) = (2010, "Another connection still open");

/// What a client sent is no SockJS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nothing, or no array of strings.
    Payload,
    /// No JSON.
    Encoding,
}

impl Refusal {
    /// The body of the answer, whose status is 500, to `xhr_send`. A WebSocket is closed instead.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Payload => "Payload expected.",
            Self::Encoding => "Broken JSON encoding.",
        }
    }
}

/// Appends text as it stands between the quotes of a frame. Joined pieces escape as the whole does, so the part of a
/// message that many sessions share is escaped once.
///
/// Beyond what JSON asks, everything that some browser was seen to alter on the way goes as `\uXXXX`: surrogates (all
/// beyond the basic plane), zero-width letters and marks of direction, line separators, what is no character.
pub(crate) fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            letter if is_altered(letter) => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            other => out.push(other),
        }
    }
}

fn is_altered(letter: char) -> bool {
    matches!(letter, '\0'..='\u{1f}' | '\u{200c}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}'
        | '\u{fff0}'..)
}

/// A frame of one message out of pieces that [`escape`] wrote.
pub(crate) fn message(escaped: &[&str]) -> String {
    let mut frame = String::with_capacity(5 + escaped.iter().map(|piece| piece.len()).sum::<usize>());
    frame.push_str("a[\"");
    frame.extend(escaped.iter().copied());
    frame.push_str("\"]");
    frame
}

/// Whether a frame is the last one.
pub(crate) fn is_close(frame: &str) -> bool {
    frame.starts_with('c')
}

/// Frames for one response, a line each; messages that follow one another share a frame.
pub(crate) fn join<'a>(frames: impl Iterator<Item = &'a str>) -> String {
    let mut all = String::new();
    let mut open = false;
    for frame in frames {
        let messages = frame.strip_prefix("a[").and_then(|frame| frame.strip_suffix(']'));
        match messages {
            Some(messages) if open => {
                all.pop();
                all.push(',');
                all.push_str(messages);
                all.push(']');
            }
            _ => {
                if !all.is_empty() {
                    all.push('\n');
                }
                all.push_str(frame);
            }
        }
        open = messages.is_some();
    }
    all
}

/// A frame of several messages, not yet escaped.
#[cfg(test)]
pub(crate) fn messages<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut frame = "a[".to_owned();
    for (at, text) in texts.into_iter().enumerate() {
        frame.push_str(if at == 0 { "\"" } else { ",\"" });
        escape(text, &mut frame);
        frame.push('"');
    }
    frame.push(']');
    frame
}

/// The last frame of a session.
pub(crate) fn close((code, reason): (u16, &str)) -> String {
    let mut frame = format!("c[{code},\"");
    escape(reason, &mut frame);
    frame.push_str("\"]");
    frame
}

/// What `/info` answers. `entropy`: unpredictable and new each time, the client seeds its session names with it.
/// `cookie_needed`: requests must carry cookies, for a balancer's sake or for the session's.
pub(crate) fn info(entropy: u32, cookie_needed: bool) -> String {
    format!(r#"{{"websocket":true,"origins":["*:*"],"cookie_needed":{cookie_needed},"entropy":{entropy}}}"#)
}

/// Whether a part of the path names a server or a session: anything without a dot.
pub(crate) fn is_name(part: &str) -> bool {
    !part.is_empty() && !part.contains(['.', '/'])
}

/// The messages of one WebSocket message: an array of strings, a bare string, or nothing. Takes at most eight times its
/// bytes; the caller bounds those.
pub(crate) fn from_websocket(text: &str) -> Result<Vec<String>, Refusal> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    if text.starts_with('[') {
        return array(text.as_bytes());
    }
    let text: Text = serde_json::from_str(text).map_err(|error| refusal(&error))?;
    Ok(vec![text.0])
}

/// The messages of the body of `xhr_send`: an array of strings, which may be empty. Memory as for [`from_websocket`].
pub(crate) fn from_xhr_send(body: &[u8]) -> Result<Vec<String>, Refusal> {
    if body.is_empty() { Err(Refusal::Payload) } else { array(body) }
}

fn array(json: &[u8]) -> Result<Vec<String>, Refusal> {
    let texts: Vec<Text> = serde_json::from_slice(json).map_err(|error| refusal(&error))?;
    Ok(texts.into_iter().map(|text| text.0).collect())
}

fn refusal(error: &serde_json::Error) -> Refusal {
    if error.is_data() { Refusal::Payload } else { Refusal::Encoding }
}

/// A string of JavaScript: half a surrogate pair becomes U+FFFD, as a browser makes it when it writes to a WebSocket.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As bytes serde_json lets half a pair through, in three bytes that begin with 0xED.
        deserializer.deserialize_bytes(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Text, E> {
        let mut text = String::with_capacity(bytes.len());
        let mut rest = bytes;
        loop {
            match std::str::from_utf8(rest) {
                Ok(valid) => {
                    text.push_str(valid);
                    return Ok(Text(text));
                }
                Err(error) => {
                    let (valid, broken) = rest.split_at(error.valid_up_to());
                    let [0xED, 0xA0..=0xBF, _, behind @ ..] = broken else { return Err(E::custom("not UTF-8")) };
                    text.push_str(&String::from_utf8_lossy(valid));
                    text.push(char::REPLACEMENT_CHARACTER);
                    rest = behind;
                }
            }
        }
    }
}

/// What a streaming response may still carry.
#[derive(Debug)]
pub(crate) struct Response {
    left: usize,
}

impl Response {
    /// `xhr_streaming`: ends once it carried `limit` bytes, [`RESPONSE_BYTES`] as a rule; the prelude does not count.
    pub(crate) fn streaming(limit: usize) -> Self {
        Self { left: limit }
    }

    /// What a streaming response begins with; some browsers show nothing before 2 KiB have come.
    pub(crate) fn prelude() -> String {
        "h".repeat(2048) + "\n"
    }

    /// The frame as it is written, and whether the response ends with it.
    pub(crate) fn line(&mut self, mut frame: String) -> (String, bool) {
        frame.push('\n');
        self.left = self.left.saturating_sub(frame.len());
        (frame, self.left == 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn frames_are_those_of_the_protocol() {
        assert_eq!(messages(["a"]), r#"a["a"]"#);
        assert_eq!(messages(["a", "", "b\"\\\n\r\t\u{8}\u{c}\u{1}"]), r#"a["a","","b\"\\\n\r\t\b\f\u0001"]"#);
        assert_eq!(messages([]), "a[]");
        assert_eq!(message(&["x", "y"]), r#"a["xy"]"#);
        assert_eq!(close(GO_AWAY), r#"c[3000,"Go away!"]"#);
        assert_eq!(close(STILL_OPEN), r#"c[2010,"Another connection still open"]"#);
        assert_eq!(
            info(4_294_967_295, true),
            r#"{"websocket":true,"origins":["*:*"],"cookie_needed":true,"entropy":4294967295}"#
        );
    }

    #[test]
    fn a_stomp_frame_travels_in_one_line() {
        assert_eq!(messages(["RECEIPT\nreceipt-id:1\n\n\0"]), r#"a["RECEIPT\nreceipt-id:1\n\n\u0000"]"#);
    }

    #[test]
    fn what_browsers_alter_is_escaped() {
        let cases = [
            ("\u{200c}\u{200f}", r"\u200c\u200f"),
            ("\u{2028}\u{202f}", r"\u2028\u202f"),
            ("\u{2060}\u{206f}", r"\u2060\u206f"),
            ("\u{fff0}\u{ffff}", r"\ufff0\uffff"),
            ("😀", r"\ud83d\ude00"),
            ("é\u{200b}\u{2010}\u{ffef}\u{7f}", "é\u{200b}\u{2010}\u{ffef}\u{7f}"),
        ];
        for (text, expected) in cases {
            let mut escaped = String::new();
            escape(text, &mut escaped);
            assert_eq!(escaped, expected);
        }
    }

    #[test]
    fn a_websocket_takes_an_array_a_string_or_nothing() {
        assert_eq!(from_websocket(r#"["a","b"]"#), Ok(vec!["a".into(), "b".into()]));
        assert_eq!(from_websocket(r#""a""#), Ok(vec!["a".into()]));
        assert_eq!(from_websocket(""), Ok(vec![]));
        assert_eq!(from_websocket("[]"), Ok(vec![]));
        assert_eq!(from_websocket(r#"["a"#), Err(Refusal::Encoding));
        assert_eq!(from_websocket("a"), Err(Refusal::Encoding));
        for no_text in ["1", "null", "{}", "[1]", "[null]", "[[]]"] {
            assert_eq!(from_websocket(no_text), Err(Refusal::Payload), "{no_text}");
        }
    }

    #[test]
    fn xhr_send_takes_an_array_and_says_what_else_it_got() {
        assert_eq!(from_xhr_send(br#"["x"]"#), Ok(vec!["x".into()]));
        assert_eq!(from_xhr_send(b"[]"), Ok(vec![]), "a client's sign of life");
        assert_eq!(from_xhr_send(br#"["x"#).map_err(Refusal::text), Err("Broken JSON encoding."));
        assert_eq!(from_xhr_send(b"").map_err(Refusal::text), Err("Payload expected."));
        assert_eq!(from_xhr_send(br#""x""#), Err(Refusal::Payload));
        assert_eq!(from_xhr_send(b"null"), Err(Refusal::Payload));
        assert_eq!(from_xhr_send(b"[\"\xff\"]"), Err(Refusal::Payload));
    }

    #[test]
    fn half_a_pair_reads_as_a_browser_would_write_it() {
        assert_eq!(from_websocket(r#"["\ud83d\ude00"]"#), Ok(vec!["😀".into()]), "the premise: a whole one stays");
        assert_eq!(from_websocket(r#"["a\ud83d","\ude00b"]"#), Ok(vec!["a\u{fffd}".into(), "\u{fffd}b".into()]));
        assert_eq!(from_websocket(r#""\ude00\ud83dx\ud83d""#), Ok(vec!["\u{fffd}\u{fffd}x\u{fffd}".into()]));
    }

    #[test]
    fn messages_for_one_response_share_a_frame() {
        let frames = [OPEN, r#"a["x"]"#, r#"a["y","]"]"#, HEARTBEAT, r#"a["z"]"#, r#"c[3000,"Go away!"]"#];
        let joined = join(frames.into_iter());
        assert_eq!(joined, "o\na[\"x\",\"y\",\"]\"]\nh\na[\"z\"]\nc[3000,\"Go away!\"]");
        assert!(is_close(joined.lines().last().unwrap()) && !is_close(&joined));
        assert_eq!(join([].into_iter()), "");
    }

    #[test]
    fn names_hold_no_dot() {
        assert!(is_name("000") && is_name("abcdefgh_i-j%20"));
        assert!(!is_name("") && !is_name("a.") && !is_name("a/b"));
    }

    #[test]
    fn a_response_ends_when_it_carried_enough() {
        assert_eq!(Response::prelude().len(), 2049);
        let full = "x".repeat(RESPONSE_BYTES - 1);
        assert!(Response::streaming(RESPONSE_BYTES).line(full.clone()).1);
        assert!(!Response::streaming(RESPONSE_BYTES).line(full[1..].into()).1, "a byte less");
        // The protocol's own test: `o`, then 31 messages of 128 letters, against a limit of 4096.
        let mut response = Response::streaming(4096);
        assert!(!response.line(OPEN.into()).1);
        let ends: Vec<bool> = (0..31).map(|_| response.line(messages(["x".repeat(128).as_str()])).1).collect();
        assert_eq!(ends.iter().position(|ends| *ends), Some(30));
    }

    proptest! {
        #[test]
        fn any_text_survives(texts in prop::collection::vec(any::<String>(), 0..5)) {
            let frame = messages(texts.iter().map(String::as_str));
            prop_assert!(!frame.chars().any(is_altered));
            prop_assert_eq!(from_websocket(&frame[1..]), Ok(texts));
        }

        #[test]
        fn pieces_escape_as_the_whole_does(head: String, tail: String) {
            let (mut first, mut second) = (String::new(), String::new());
            escape(&head, &mut first);
            escape(&tail, &mut second);
            prop_assert_eq!(message(&[&first, &second]), messages([(head + &tail).as_str()]));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            let _ = from_xhr_send(&bytes);
            let _ = from_websocket(&String::from_utf8_lossy(&bytes));
            let _ = from_xhr_send(&[b"[\"", &bytes[..], b"\"]"].concat());
        }
    }
}
