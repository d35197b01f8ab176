//! Socket.IO's packets (protocol 5) without binary content: `type[namespace,][ack id][JSON]`.

use serde_json::Value;

/// Deepest namespace name that is read, in bytes.
const NAMESPACE_BYTES: usize = 100;

/// What a client sends.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Packet {
    /// Where; `/` is the only one there is.
    pub(crate) namespace: String,
    /// What.
    pub(crate) body: Body,
}

/// What a packet is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    /// Lets itself into a namespace, with what it authenticates by.
    Connect(Value),
    /// Leaves it.
    Disconnect,
    /// An event, and under which number it is to be acknowledged.
    Event {
        /// Its name.
        name: String,
        /// What comes with it.
        args: Vec<Value>,
        /// The number, as the client wrote it.
        ack: Option<u64>,
    },
    /// Acknowledges an event of ours; none asks for it.
    Ack,
}

impl Packet {
    /// Reads one; `None` for what is no packet, or carries binary content.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_at_checked(1)?;
        let (namespace, rest) = match rest.strip_prefix('/') {
            None => ("/", rest),
            Some(_) => rest.split_once(',').unwrap_or((rest, "")),
        };
        if namespace.len() > NAMESPACE_BYTES {
            return None;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (ack, json) = rest.split_at(digits);
        let ack = if ack.is_empty() { None } else { Some(ack.parse().ok()?) };
        let data = || if json.is_empty() { Some(Value::Null) } else { serde_json::from_str(json).ok() };
        let body = match kind {
            "0" if ack.is_none() => Body::Connect(data()?),
            "1" => Body::Disconnect,
            "2" => event(data()?, ack)?,
            "3" => Body::Ack,
            _ => return None,
        };
        Some(Self { namespace: namespace.to_owned(), body })
    }
}

fn event(data: Value, ack: Option<u64>) -> Option<Body> {
    let Value::Array(mut args) = data else { return None };
    if args.is_empty() {
        return None;
    }
    match args.remove(0) {
        Value::String(name) => Some(Body::Event { name, args, ack }),
        _ => None,
    }
}

/// An event as an Engine.IO message. It ends with `offset`, which clients that recover remember; of an event without one
/// they would take the last text for it, its name if nothing else.
pub(crate) fn say(name: &str, arg: Option<&Value>, offset: &str) -> String {
    let name = Value::from(name);
    let offset = Value::from(offset);
    match arg {
        Some(arg) => format!("42[{name},{arg},{offset}]"),
        None => format!("42[{name},{offset}]"),
    }
}

/// The acknowledgement of a client's event.
pub(crate) fn acknowledge(id: u64, answer: &Value) -> String {
    format!("43{id}[{answer}]")
}

/// Lets a client in: names its socket and what it can come back by.
pub(crate) fn connected(sid: &str, pid: &str) -> String {
    format!("40{}", serde_json::json!({ "sid": sid, "pid": pid }))
}

/// Keeps a client out of a namespace.
pub(crate) fn refused(namespace: &str, message: &str) -> String {
    let place = if namespace == "/" { String::new() } else { format!("{namespace},") };
    format!("44{place}{}", serde_json::json!({ "message": message }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn body(text: &str) -> Option<Body> {
        Packet::parse(text).map(|packet| packet.body)
    }

    #[test]
    fn packets_are_read_as_the_protocol_has_them() {
        assert_eq!(body("0"), Some(Body::Connect(Value::Null)));
        assert_eq!(body(r#"0{"token":"t"}"#), Some(Body::Connect(json!({ "token": "t" }))));
        let event = Body::Event { name: "join chat".into(), args: vec![json!("7")], ack: None };
        assert_eq!(body(r#"2["join chat","7"]"#), Some(event));
        let acked = Body::Event { name: "a".into(), args: vec![], ack: Some(17) };
        assert_eq!(body(r#"217["a"]"#), Some(acked));
        let elsewhere = Packet::parse(r#"0/admin,{"a":1}"#).unwrap();
        assert_eq!((elsewhere.namespace.as_str(), elsewhere.body), ("/admin", Body::Connect(json!({ "a": 1 }))));
        assert_eq!(Packet::parse("0/admin").unwrap().namespace, "/admin");
        for wrong in
            ["", "9", "2", "2[]", "2[1]", "2{}", r#"51-["a"]"#, "07", "299999999999999999999[\"a\"]", "2[\"a\""]
        {
            assert_eq!(body(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_we_say_ends_with_its_offset() {
        assert_eq!(say("typing", None, "5"), r#"42["typing","5"]"#);
        assert_eq!(say("a\"", Some(&json!({ "b": 1 })), "5"), r#"42["a\"",{"b":1},"5"]"#);
        assert_eq!(acknowledge(3, &json!({ "status": "ok" })), r#"433[{"status":"ok"}]"#);
        assert_eq!(refused("/x", "no"), r#"44/x,{"message":"no"}"#);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC*") {
            let _ = Packet::parse(&text);
        }
    }
}
