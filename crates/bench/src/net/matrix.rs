//! A client of Matrix (Client-Server API): it asks what is new, is answered as soon as there is something, and asks again.
//! <https://spec.matrix.org/v1.11/client-server-api/#syncing>

use anyhow::{Context as _, Result, ensure};

use super::frames;

/// Where the API is.
pub(crate) const ROOT: &str = "/_matrix/client/v3";
/// What is handed on for each message of an answer. No string of JSON can hold it.
pub(crate) const MESSAGE: &str = r#""type":"m.room.message""#;
/// How long the server waits for something new before it says that there is nothing.
const TIMEOUT_MS: u64 = 30_000;
/// `{"room":{"rooms":[]}}`: from when on, and nothing of what was.
const NOTHING: &str = "%7B%22room%22:%7B%22rooms%22:[]%7D%7D";
/// `{"room":{"state":{"lazy_load_members":true},"timeline":{"limit":50}}}`, as clients in a browser ask.
const LAZY: &str =
    "%7B%22room%22:%7B%22state%22:%7B%22lazy_load_members%22:true%7D,%22timeline%22:%7B%22limit%22:50%7D%7D%7D";

/// Who asks over a connection.
pub(crate) enum Client {
    /// Hears what is said, as the one of this token.
    Ear(String),
    /// Says something, where the ear's connection waits for an answer: whole requests.
    Mouth,
}

impl Client {
    /// What is asked first, and answered at once.
    pub(super) fn first(&self) -> Vec<u8> {
        match self {
            Self::Ear(token) => request("GET", &format!("{ROOT}/sync?filter={NOTHING}"), token, ""),
            Self::Mouth => b"GET /_matrix/client/versions HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        }
    }

    /// How many messages this answer holds, and what is asked next.
    pub(super) fn hear(&self, answer: &[u8]) -> Result<(usize, Vec<u8>)> {
        let Self::Ear(token) = self else { return Ok((0, Vec::new())) };
        ensure!(!frames::has(answer, r#""limited":true"#), "some messages were left out of an answer");
        let since = frames::field(answer, "next_batch").context("an answer without next_batch")?;
        let path = format!("{ROOT}/sync?filter={LAZY}&timeout={TIMEOUT_MS}&since={since}");
        Ok((frames::count(answer, MESSAGE), request("GET", &path, token, "")))
    }
}

/// The request of a mouth that says something. `name` makes it another than those before; no text needs escapes.
pub(crate) fn send(token: &str, room: &str, name: &str, text: &str) -> Vec<u8> {
    let path = format!("{ROOT}/rooms/{room}/send/m.room.message/{name}");
    request("PUT", &path, token, &format!(r#"{{"msgtype":"m.text","body":"{text}"}}"#))
}

fn request(method: &str, path: &str, token: &str, json: &str) -> Vec<u8> {
    let length = if json.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", json.len()) };
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{length}\r\n{json}")
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Synapse 1.163 writes them, with the text that somebody said.
    fn sync(texts: &[&str], limited: bool) -> String {
        let event = |text: &&str| {
            let text = serde_json::to_string(text).unwrap();
            format!(
                r#"{{"content":{{"body":{text},"msgtype":"m.text"}},"type":"m.room.message","unsigned":{{"age":1}}}}"#
            )
        };
        let events: Vec<String> = texts.iter().map(event).collect();
        format!(
            r#"{{"next_batch":"s7_1~2","rooms":{{"join":{{"!a":{{"timeline":{{"events":[{}],"limited":{limited}}}}}}}}}}}"#,
            events.join(",")
        )
    }

    #[test]
    fn every_message_counts_and_the_next_question_begins_where_the_answer_ended() {
        let ear = Client::Ear("t".to_owned());
        for texts in [[].as_slice(), &["a"], &["a", MESSAGE, r#""limited":true "next_batch":"x""#]] {
            let (messages, next) = ear.hear(sync(texts, false).as_bytes()).unwrap();
            let next = String::from_utf8(next).unwrap();
            assert_eq!(messages, texts.len());
            assert!(next.starts_with("GET /_matrix/client/v3/sync?") && next.contains("&since=s7_1~2 "), "{next}");
            assert!(next.contains("\r\nAuthorization: Bearer t\r\n") && next.ends_with("\r\n\r\n"), "{next}");
        }
    }

    #[test]
    fn an_answer_that_is_not_whole_or_leaves_something_out_is_an_error() {
        let ear = Client::Ear("t".to_owned());
        assert!(ear.hear(sync(&["a"], true).as_bytes()).is_err());
        let whole = sync(&["a"], false);
        let batch = whole.find("_1~2\"").unwrap() + 5;
        for cut in 0..batch {
            assert!(ear.hear(&whole.as_bytes()[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn a_mouth_hears_nothing_and_asks_nothing_by_itself() {
        assert_eq!(Client::Mouth.hear(br#"{"event_id":"$a"}"#).unwrap(), (0, Vec::new()));
        let said = String::from_utf8(send("t", "!a", "p1-0", "hi")).unwrap();
        let (head, json) = said.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("PUT /_matrix/client/v3/rooms/!a/send/m.room.message/p1-0 HTTP/1.1\r\n"), "{head}");
        assert!(head.ends_with(&format!("\r\nContent-Length: {}", json.len())), "{head}");
        assert!(serde_json::from_str::<serde_json::Value>(json).is_ok(), "{json}");
    }
}
