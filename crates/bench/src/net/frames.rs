//! The protocol's frames, written by hand and recognised by their first bytes: parsing JSON for each of a million
//! deliveries would measure the driver.

use parlor_model::{ConversationId, Seq, UserId};

/// What the server says, as far as a measurement has to tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Welcome,
    Entry,
    Entries,
    CaughtUp,
    Reset,
    Receipt,
    Presence,
    Ok,
    Error,
    Bye,
    Other,
}

const OPS: [(&str, Op); 10] = [
    ("entry", Op::Entry),
    ("ok", Op::Ok),
    ("welcome", Op::Welcome),
    ("entries", Op::Entries),
    ("caught_up", Op::CaughtUp),
    ("reset", Op::Reset),
    ("receipt", Op::Receipt),
    ("presence", Op::Presence),
    ("error", Op::Error),
    ("bye", Op::Bye),
];

/// Which frame it is: the server writes `op` first.
pub(crate) fn op(text: &[u8]) -> Op {
    let Some(rest) = text.strip_prefix(br#"{"op":""#) else { return Op::Other };
    let is = |name: &str| rest.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"\""));
    OPS.iter().find(|(name, _)| is(name)).map_or(Op::Other, |(_, op)| *op)
}

/// The first number or string (without escapes) after `"name":`, as text.
pub(crate) fn field<'a>(text: &'a [u8], name: &str) -> Option<&'a str> {
    let key = format!("\"{name}\":");
    let at = text.windows(key.len()).position(|window| window == key.as_bytes())? + key.len();
    let value = text.get(at..)?;
    let value = match value.strip_prefix(b"\"") {
        Some(string) => string.get(..string.iter().position(|byte| *byte == b'"')?)?,
        None => value.get(..value.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(value.len()))?,
    };
    std::str::from_utf8(value).ok().filter(|value| !value.is_empty())
}

/// Whether `part` occurs.
pub(crate) fn has(text: &[u8], part: &str) -> bool {
    text.windows(part.len()).any(|window| window == part.as_bytes())
}

/// How often `part` occurs.
pub(crate) fn count(text: &[u8], part: &str) -> usize {
    text.windows(part.len()).filter(|window| *window == part.as_bytes()).count()
}

/// The first frame, with what the client has already.
pub(crate) fn hello(token: &str, known: &[(ConversationId, Seq)]) -> Vec<u8> {
    let known: Vec<String> = known.iter().map(|(conversation, seq)| format!("\"{conversation}\":{seq}")).collect();
    format!(r#"{{"op":"hello","token":"{token}","known":{{{}}}}}"#, known.join(",")).into_bytes()
}

/// A message. None of the texts needs escapes.
pub(crate) fn send(id: &str, conversation: ConversationId, client_id: &str, text: &str) -> Vec<u8> {
    let what = format!(r#""client_id":"{client_id}","text":"{text}""#);
    format!(r#"{{"op":"send","id":"{id}","conversation":"{conversation}",{what}}}"#).into_bytes()
}

/// A message that calls everybody in the conversation.
pub(crate) fn call_all(id: &str, conversation: ConversationId, client_id: &str, text: &str) -> Vec<u8> {
    let what = format!(r#""client_id":"{client_id}","text":"{text}","mentions":["all"]"#);
    format!(r#"{{"op":"send","id":"{id}","conversation":"{conversation}",{what}}}"#).into_bytes()
}

/// A message said differently.
pub(crate) fn edit(id: &str, conversation: ConversationId, seq: Seq, text: &str) -> Vec<u8> {
    format!(r#"{{"op":"edit","id":"{id}","conversation":"{conversation}","seq":{seq},"text":"{text}"}}"#).into_bytes()
}

/// An emoji on a message.
pub(crate) fn react(id: &str, conversation: ConversationId, seq: Seq) -> Vec<u8> {
    format!(r#"{{"op":"react","id":"{id}","conversation":"{conversation}","seq":{seq},"emoji":"👍"}}"#).into_bytes()
}

/// A read mark that asks for no answer.
pub(crate) fn read(conversation: ConversationId, seq: Seq) -> Vec<u8> {
    format!(r#"{{"op":"read","conversation":"{conversation}","seq":{seq}}}"#).into_bytes()
}

/// Somebody writes.
pub(crate) fn typing(conversation: ConversationId) -> Vec<u8> {
    format!(r#"{{"op":"typing","conversation":"{conversation}","on":true}}"#).into_bytes()
}

/// Somebody is there, or away.
pub(crate) fn presence(away: bool) -> Vec<u8> {
    format!(r#"{{"op":"presence","status":"{}"}}"#, if away { "away" } else { "online" }).into_bytes()
}

/// Whose presence one wants to be told.
pub(crate) fn watch(users: &[UserId]) -> Vec<u8> {
    let users: Vec<String> = users.iter().map(|user| format!("\"{user}\"")).collect();
    format!(r#"{{"op":"watch","users":[{}]}}"#, users.join(",")).into_bytes()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use parlor_model::frames::{ClientFrame, Done, ServerFrame};
    use parlor_model::{Entry, EntryBody, Message, UserId};

    use super::*;

    const PLACE: ConversationId = ConversationId(7);

    #[test]
    fn frames_written_by_hand_are_those_of_the_protocol() {
        let frames = [
            hello("t", &[(PLACE, 3), (ConversationId(8), 4)]),
            send("1", PLACE, "c", "hi"),
            call_all("1", PLACE, "c", "hi"),
            edit("1", PLACE, 2, "ho"),
            react("1", PLACE, 2),
            read(PLACE, 2),
            typing(PLACE),
            presence(true),
            presence(false),
            watch(&[UserId(3), UserId(4)]),
        ];
        for frame in frames {
            let text = String::from_utf8(frame).unwrap();
            let parsed: Result<ClientFrame, _> = serde_json::from_str(&text);
            assert!(parsed.is_ok(), "{text}: {parsed:?}");
        }
    }

    #[test]
    fn what_the_server_writes_is_recognised() {
        let message = Message { conversation: PLACE, seq: 5, text: "\"op\":\"ok\"".into(), ..Message::default() };
        let body = EntryBody::Message { message };
        let entry = Entry { conversation: PLACE, seq: 5, actor: UserId(3), at: 1, withheld_from: None, body };
        let text = serde_json::to_vec(&ServerFrame::Entry { entry: Cow::Owned(entry.clone()) }).unwrap();
        assert_eq!((op(&text), field(&text, "conversation"), field(&text, "seq")), (Op::Entry, Some("7"), Some("5")));
        assert_eq!(count(&text, r#""kind":"message""#), 1);

        let ok = ServerFrame::Ok { id: "s9".into(), done: Done::Sent { seq: 41, at: 2 } };
        let text = serde_json::to_vec(&ok).unwrap();
        assert_eq!((op(&text), field(&text, "id"), field(&text, "seq")), (Op::Ok, Some("s9"), Some("41")));

        let entries = ServerFrame::Entries { id: None, conversation: PLACE, entries: vec![entry].into() };
        assert_eq!(op(&serde_json::to_vec(&entries).unwrap()), Op::Entries);
        assert_eq!(op(br#"{"op":"entr"#), Op::Other);
        assert_eq!(field(b"{}", "seq"), None);
    }
}
