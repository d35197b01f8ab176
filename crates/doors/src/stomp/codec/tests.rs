use super::*;

const V: [Version; 3] = Version::ALL;

fn decode_as(version: Version, text: &str) -> Vec<Result<Input, Fault>> {
    let mut decoder = Decoder::new(1_000);
    decoder.speak(version);
    decoder.feed(text);
    std::iter::from_fn(|| decoder.next()).collect()
}

fn frame_as(version: Version, text: &str) -> Frame {
    match decode_as(version, text).into_iter().next() {
        Some(Ok(Input::Frame(frame))) => frame,
        other => panic!("{text:?} is {other:?}"),
    }
}

fn fault_as(version: Version, text: &str) -> Fault {
    match decode_as(version, text).pop() {
        Some(Err(fault)) => fault,
        other => panic!("{text:?} is {other:?}"),
    }
}

fn read_as(version: Version, text: &str) -> Result<ClientFrame, Fault> {
    ClientFrame::read(frame_as(version, text), version)
}

fn connect_as(text: &str) -> Connect {
    match read_as(Version::V1_2, text) {
        Ok(ClientFrame::Connect(connect)) => connect,
        other => panic!("{text:?} is {other:?}"),
    }
}

#[test]
fn the_examples_of_the_specification_are_read() {
    let connect = connect_as("CONNECT\naccept-version:1.0,1.1,2.0\nhost:stomp.github.org\n\n\0");
    assert_eq!(connect.host.as_deref(), Some("stomp.github.org"));
    assert_eq!(Version::negotiate(connect.accept_version.as_deref()), Some(Version::V1_1));

    let cases = [
        (
            "SEND\ndestination:/queue/a\ncontent-type:text/plain\n\nhello queue a\n\0",
            ClientFrame::Send(Send {
                destination: "/queue/a".into(),
                content_type: Some("text/plain".into()),
                body: "hello queue a\n".into(),
                transaction: None,
            }),
        ),
        (
            "SUBSCRIBE\nid:0\ndestination:/queue/foo\nack:client\n\n\0",
            ClientFrame::Subscribe { id: "0".into(), destination: "/queue/foo".into(), ack: AckMode::Client },
        ),
        ("UNSUBSCRIBE\nid:0\n\n\0", ClientFrame::Unsubscribe { id: "0".into() }),
        (
            "ACK\nid:12345\ntransaction:tx1\n\n\0",
            ClientFrame::Ack(Ack { id: "12345".into(), subscription: None, transaction: Some("tx1".into()) }),
        ),
        ("BEGIN\ntransaction:tx1\n\n\0", ClientFrame::Begin { transaction: "tx1".into() }),
        ("COMMIT\ntransaction:tx1\n\n\0", ClientFrame::Commit { transaction: "tx1".into() }),
        ("ABORT\ntransaction:tx1\n\n\0", ClientFrame::Abort { transaction: "tx1".into() }),
        ("DISCONNECT\nreceipt:77\n\n\0", ClientFrame::Disconnect),
    ];
    for (text, frame) in cases {
        assert_eq!(read_as(Version::V1_2, text), Ok(frame), "{text:?}");
    }
}

#[test]
fn of_repeated_headers_the_first_counts() {
    let frame = frame_as(Version::V1_2, "MESSAGE\nfoo:World\nfoo:Hello\n\n\0");
    assert_eq!(frame.header("foo"), Some("World"));
}

#[test]
fn a_message_is_acknowledged_as_its_version_does_it() {
    let ack = |version, headers: &str| read_as(version, &format!("ACK\n{headers}\n\0"));
    let known = |id: &str, subscription: Option<&str>| {
        let subscription = subscription.map(Into::into);
        Ok(ClientFrame::Ack(Ack { id: id.into(), subscription, transaction: None }))
    };
    let lacks = |header| Err(Fault::Missing { command: "ACK", header });
    assert_eq!(ack(Version::V1_0, "message-id:m\n"), known("m", None));
    assert_eq!(ack(Version::V1_1, "message-id:m\nsubscription:s\n"), known("m", Some("s")));
    assert_eq!(ack(Version::V1_1, "message-id:m\n"), lacks("subscription"));
    assert_eq!(ack(Version::V1_1, "id:m\nsubscription:s\n"), lacks("message-id"));
    assert_eq!(ack(Version::V1_2, "id:m\nsubscription:s\n"), known("m", Some("s")));
    assert_eq!(ack(Version::V1_2, "message-id:m\nsubscription:s\n"), lacks("id"));
    let nack = |version| read_as(version, "NACK\nid:m\nmessage-id:m\nsubscription:s\n\n\0");
    assert_eq!(nack(Version::V1_0), Err(Fault::Command));
    assert!(matches!(nack(Version::V1_1), Ok(ClientFrame::Nack(_))));
    assert!(matches!(nack(Version::V1_2), Ok(ClientFrame::Nack(_))));
}

#[test]
fn what_is_missing_is_named() {
    let cases = [
        ("SEND\n\n\0", "SEND needs the header destination."),
        ("SUBSCRIBE\nid:0\n\n\0", "SUBSCRIBE needs the header destination."),
        ("SUBSCRIBE\ndestination:/a\n\n\0", "SUBSCRIBE needs the header id."),
        ("SUBSCRIBE\nid:0\ndestination:/a\nack:perhaps\n\n\0", "The header ack has a value without meaning."),
        ("UNSUBSCRIBE\n\n\0", "UNSUBSCRIBE needs the header id."),
        ("BEGIN\n\n\0", "BEGIN needs the header transaction."),
        ("CONNECT\nheart-beat:soon\n\n\0", "The header heart-beat has a value without meaning."),
        ("MESSAGE\n\n\0", "This command is unknown."),
        ("send\ndestination:/a\n\n\0", "This command is unknown."),
    ];
    for (text, message) in cases {
        let fault = read_as(Version::V1_2, text).unwrap_err();
        assert_eq!(fault.to_string(), message, "{text:?}");
    }
}

#[test]
fn what_stompjs_sends_opens_a_session() {
    let old = connect_as("CONNECT\nlogin:me\npasscode:a:b\naccept-version:1.1,1.0\nheart-beat:10000,10000\n\n\0");
    assert_eq!(Version::negotiate(old.accept_version.as_deref()), Some(Version::V1_1));
    assert_eq!((old.login.as_deref(), old.passcode.as_deref()), (Some("me"), Some("a:b")));
    assert_eq!(old.heart_beats, HeartBeats { sends_ms: 10_000, wants_ms: 10_000 });
    let new = connect_as("STOMP\nauthorization:Bearer x\naccept-version:1.2,1.1,1.0\nheart-beat:10000,0\n\n\0");
    assert_eq!(new.authorization.as_deref(), Some("Bearer x"));
    assert_eq!(new.host, None);
}

#[test]
fn in_1_0_a_subscription_may_go_by_its_destination_and_values_are_padded() {
    assert_eq!(
        read_as(Version::V1_0, "SUBSCRIBE\ndestination: /queue/foo \nack: auto\n\n\0"),
        Ok(ClientFrame::Subscribe { id: "/queue/foo".into(), destination: "/queue/foo".into(), ack: AckMode::Auto })
    );
    assert_eq!(
        read_as(Version::V1_0, "UNSUBSCRIBE\ndestination:/queue/foo\n\n\0"),
        Ok(ClientFrame::Unsubscribe { id: "/queue/foo".into() })
    );
    assert_eq!(frame_as(Version::V1_1, "SEND\ndestination: /a \n\n\0").header("destination"), Some(" /a "));
}

#[test]
fn escapes_are_those_of_the_version() {
    let value = |version, value: &str| {
        let text = format!("SEND\nx:{value}\n\n\0");
        decode_as(version, &text).pop().unwrap().map(|input| match input {
            Input::Frame(frame) => frame.header("x").unwrap().to_owned(),
            Input::HeartBeat => unreachable!(),
        })
    };
    let undefined = Err(Fault::Malformed("A header holds an undefined escape."));
    assert_eq!(value(Version::V1_2, r"a\cb\nc\\d\re"), Ok("a:b\nc\\d\re".into()));
    assert_eq!(value(Version::V1_2, r"\\n"), Ok(r"\n".into()), "an escaped backslash, then a letter");
    assert_eq!(value(Version::V1_1, r"a\cb\nc\\d"), Ok("a:b\nc\\d".into()));
    assert_eq!(value(Version::V1_1, r"\r"), undefined);
    assert_eq!(value(Version::V1_2, r"\t"), undefined);
    assert_eq!(value(Version::V1_2, "\\"), undefined);
    assert_eq!(value(Version::V1_0, r"C:\new"), Ok(r"C:\new".into()));
    assert_eq!(value(Version::V1_1, "/topic/a:b"), Ok("/topic/a:b".into()), "as stompjs 2.3.3 writes it");
    for version in V {
        let connect = frame_as(version, "CONNECT\npasscode:a\\tb:c\n\n\0");
        assert_eq!(connect.header("passcode"), Some("a\\tb:c"), "never escaped");
    }
}

#[test]
fn a_line_may_end_in_crlf_in_1_2_only() {
    let text = "SEND\r\ndestination:/a\r\n\r\nbody\r\n\0\r\n";
    let frame = frame_as(Version::V1_2, text);
    assert_eq!((frame.command.as_str(), frame.header("destination")), ("SEND", Some("/a")));
    assert_eq!(frame.body, "body\r\n", "a body is left alone");
    assert_eq!(frame_as(Version::V1_1, "SEND\ndestination:/a\r\n\n\0").header("destination"), Some("/a\r"));
    assert_eq!(fault_as(Version::V1_1, text), Fault::Malformed("A header has no colon."));
}

#[test]
fn a_body_holds_nul_only_under_content_length() {
    let frame = frame_as(Version::V1_2, "SEND\ncontent-length:3\n\na\0b\0");
    assert_eq!(frame.body, "a\0b");
    assert_eq!(frame_as(Version::V1_2, "SEND\ncontent-length:2\n\né\0").body, "é", "it counts bytes");
    assert_eq!(frame_as(Version::V1_2, "SEND\ncontent-length:0\n\n\0").body, "");
    let wrong = Fault::Malformed("No NUL stands where content-length ends the body.");
    assert_eq!(fault_as(Version::V1_2, "SEND\ncontent-length:1\n\né\0"), wrong);
    assert_eq!(fault_as(Version::V1_2, "SEND\ncontent-length:1\n\nab\0"), wrong);
    for length in ["", "-1", "+1", "1x", "0x1", " 1"] {
        let text = format!("SEND\ncontent-length:{length}\n\na\0");
        assert_eq!(fault_as(Version::V1_2, &text), Fault::Header("content-length"), "{text:?}");
    }
}

#[test]
fn frames_and_heart_beats_follow_one_another() {
    let inputs = decode_as(Version::V1_2, "\n\r\n\nBEGIN\ntransaction:a\n\n\0\n\n\nSEND\n\nx\0DISCONNECT\n\n\0");
    let heard: Vec<String> = inputs
        .into_iter()
        .map(|input| match input.unwrap() {
            Input::HeartBeat => "beat".to_owned(),
            Input::Frame(frame) => frame.command,
        })
        .collect();
    assert_eq!(heard, ["beat", "BEGIN", "beat", "SEND", "DISCONNECT"]);
}

#[test]
fn what_asks_for_a_receipt_says_so_even_when_it_is_refused() {
    let frame = frame_as(Version::V1_2, "SEND\nreceipt:77\n\n\0");
    assert_eq!(frame.receipt(), Some("77"));
    assert!(ClientFrame::read(frame, Version::V1_2).is_err());
    assert_eq!(frame_as(Version::V1_2, "CONNECT\nreceipt:77\n\n\0").receipt(), None);
}

#[test]
fn what_is_against_the_grammar_is_refused_and_ends_it() {
    let cases = [
        ("SEND\nno colon\n\n\0", "A header has no colon."),
        ("SEND\n:value\n\n\0", "A header has no name."),
        ("SEND\nreceipt:77\n\0", "A frame ends within its headers."),
        ("\0", "A frame ends within its headers."),
        ("CONNECT\n\nbody\0", "This frame has no body."),
        ("CONNECT\ncontent-length:4\n\n", "This frame has no body."),
    ];
    for (text, what) in cases {
        let mut decoder = Decoder::new(1_000);
        decoder.feed(text);
        assert_eq!(decoder.next(), Some(Err(Fault::Malformed(what))), "{text:?}");
        decoder.feed("DISCONNECT\n\n\0");
        assert_eq!(decoder.next(), None, "nothing after a fault");
        assert_eq!(decoder.capacity(), 0);
    }
}

#[test]
fn limits_hold_to_the_byte_before_anything_is_whole() {
    let headers = |count: usize| format!("SEND\n{}\n\0", "a:b\n".repeat(count));
    assert_eq!(frame_as(Version::V1_2, &headers(HEADERS)).headers.len(), HEADERS);
    assert_eq!(fault_as(Version::V1_2, &headers(HEADERS + 1)), Fault::TooManyHeaders);

    let line = "a:".to_owned() + &"x".repeat(LINE_BYTES - 2);
    assert_eq!(line.len(), LINE_BYTES, "the premise");
    frame_as(Version::V1_2, &format!("SEND\n{line}\n\n\0"));
    assert_eq!(fault_as(Version::V1_2, &format!("SEND\n{line}x")), Fault::LineTooLong);
    assert_eq!(fault_as(Version::V1_2, &"x".repeat(LINE_BYTES + 1)), Fault::LineTooLong);

    let body = "x".repeat(1_000);
    assert_eq!(frame_as(Version::V1_2, &format!("SEND\n\n{body}\0")).body, body);
    assert_eq!(fault_as(Version::V1_2, &format!("SEND\n\n{body}x")), Fault::BodyTooLarge);
    assert_eq!(fault_as(Version::V1_2, "SEND\ncontent-length:1001\n\n"), Fault::BodyTooLarge);
    let endless = "9".repeat(40);
    assert_eq!(fault_as(Version::V1_2, &format!("SEND\ncontent-length:{endless}\n\n")), Fault::BodyTooLarge);
}

#[test]
fn an_idle_decoder_holds_nothing() {
    let mut decoder = Decoder::new(100_000);
    decoder.feed(&format!("SEND\n\n{}\0", "x".repeat(50_000)));
    assert!(matches!(decoder.next(), Some(Ok(Input::Frame(_)))));
    assert_eq!(decoder.capacity(), 0);
}

#[test]
fn secrets_are_not_in_what_is_logged() {
    let mut decoder = Decoder::new(1_000);
    decoder.feed("CONNECT\npasscode:s3cret\nlogin:s3cret");
    assert_eq!(decoder.next(), None);
    assert!(!format!("{decoder:?}").contains("s3cret"));
    let frame = frame_as(Version::V1_2, "CONNECT\nAuthorization:Bearer s3cret\nlogin:me\npasscode:s3cret\n\n\0");
    assert!(!format!("{frame:?}").contains("s3cret"));
    let frame = ClientFrame::read(frame, Version::V1_2).unwrap();
    assert!(!format!("{frame:?}").contains("s3cret"));
    let ClientFrame::Connect(connect) = frame else { panic!("{frame:?}") };
    assert_eq!(connect.authorization.as_deref(), Some("Bearer s3cret"));
    assert_eq!(connect.passcode.as_deref(), Some("s3cret"));
}

#[test]
fn the_highest_common_version_is_spoken() {
    let cases = [
        (None, Some(Version::V1_0)),
        (Some("1.0"), Some(Version::V1_0)),
        (Some("1.1,1.0"), Some(Version::V1_1)),
        (Some("1.2,1.1,1.0"), Some(Version::V1_2)),
        (Some("1.0, 1.1, 2.0"), Some(Version::V1_1)),
        (Some("2.0,1.25"), None),
        (Some(""), None),
    ];
    for (accept, version) in cases {
        assert_eq!(Version::negotiate(accept), version, "{accept:?}");
    }
    assert_eq!(sub_protocol("v10.stomp, v11.stomp"), Some("v11.stomp"));
    assert_eq!(sub_protocol("v12.stomp,v11.stomp,v10.stomp"), Some("v12.stomp"));
    assert_eq!(sub_protocol("mqtt"), None);
}

#[test]
fn heart_beats_come_at_the_slower_of_what_one_can_and_the_other_wants() {
    let beats = |header| HeartBeats::read(header).unwrap();
    // `heart-beat` of CONNECT and of CONNECTED, and what comes from the client and from the server.
    let cases = [
        (None, "10000,10000", None, None),
        (Some("0,0"), "10000,10000", None, None),
        (Some("10000,10000"), "0,0", None, None),
        (Some("5000,0"), "10000,20000", Some(20_000), None),
        (Some("30000,0"), "10000,20000", Some(30_000), None),
        (Some("0,5000"), "10000,20000", None, Some(10_000)),
        (Some("0,15000"), "10000,20000", None, Some(15_000)),
        (Some("10000, 10000"), "0,20000", Some(20_000), None),
    ];
    for (client, server, client_ms, server_ms) in cases {
        let pace = beats(Some(server)).agree(beats(client));
        assert_eq!(pace, Pace { client_ms, server_ms }, "{client:?} with {server}");
    }
    for wrong in ["", "1", "a,b", "-1,0", "1,2,3", "99999999999,0"] {
        assert_eq!(HeartBeats::read(Some(wrong)), Err(Fault::Header("heart-beat")), "{wrong:?}");
    }
}

#[test]
fn the_servers_frames_are_those_of_the_specification() {
    let beats = HeartBeats { sends_ms: 10_000, wants_ms: 20_000 };
    let text = connected(Version::V1_1, beats, "s:1", "ann");
    let head = "CONNECTED\nversion:1.1\nheart-beat:10000,20000\nsession:s:1\nserver:Parlor/";
    assert!(text.starts_with(head) && text.ends_with("\nuser-name:ann\n\n\0"), "{text:?}");
    assert_eq!(decode_as(Version::V1_0, HEART_BEAT), [Ok(Input::HeartBeat)]);
    assert_eq!(receipt(Version::V1_2, "message-12345"), "RECEIPT\nreceipt-id:message-12345\n\n\0");
    assert_eq!(
        error(Version::V1_2, "SEND needs: more", "Why.", Some("77")),
        "ERROR\nmessage:SEND needs\\c more\nreceipt-id:77\ncontent-type:text/plain\ncontent-length:4\n\nWhy.\0"
    );
    assert_eq!(
        no_common_version(),
        "ERROR\nversion:1.0,1.1,1.2\nmessage:No version in common.\ncontent-type:text/plain\ncontent-length:43\n\n\
         Supported protocol versions are 1.0 1.1 1.2\0"
    );
}

#[test]
fn one_tail_serves_every_subscription() {
    let tail = message_tail(Version::V1_2, "/queue/a", "text/plain", "hello queue a");
    assert_eq!(
        message_head(Version::V1_2, "0", "007", true) + &tail,
        "MESSAGE\nsubscription:0\nmessage-id:007\nack:007\ndestination:/queue/a\ncontent-type:text/plain\n\
         content-length:13\n\nhello queue a\0"
    );
    let other = message_head(Version::V1_1, "1:x", "008", true) + &tail;
    assert!(other.starts_with("MESSAGE\nsubscription:1\\cx\nmessage-id:008\ndestination:"), "no ack before 1.2");
    for version in V {
        assert_eq!(message_tail(version, "/queue/a", "text/plain", "hello queue a"), tail);
    }
}

#[test]
fn a_value_cannot_begin_another_header_or_end_the_frame() {
    for version in V {
        let text = receipt(version, "a\nsubscription:0\r\n\n\0ERROR");
        let frame = frame_as(version, &text);
        assert_eq!((frame.headers.len(), frame.body.as_str()), (1, ""), "{text:?}");
    }
    let text = connected(Version::V1_2, HeartBeats::default(), "a\nuser-name:root", "ann");
    let frame = frame_as(Version::V1_2, &text);
    assert_eq!(frame.header("user-name"), Some("ann"));
}
