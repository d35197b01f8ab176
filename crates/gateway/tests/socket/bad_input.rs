//! Whatever is sent: a clear error or a polite `bye`, nobody else disturbed, memory bounded.

use std::time::Duration;

use crate::support::{ANN, House, LUNCH, Line};
use parlor_gateway::GatewayConfig;
use parlor_model::{Event, Limits};
use tokio_tungstenite::tungstenite::Message as Frame;

const ANNS: &str = "1:11";
const BOBS: &str = "2:22";

/// Bob still talks as if nothing had been.
async fn nobody_else_is_disturbed(house: &House, bob: &mut Line) {
    let seq = house.app.say(LUNCH, ANN, "still here");
    assert_eq!(bob.hears("entry").await["entry"]["seq"], seq);
}

#[tokio::test]
async fn malformed_json_wrong_types_and_unknown_ops_get_an_error_and_the_line_lives() {
    let house = House::new().await;
    let mut ann = house.line(ANNS).await;
    for (text, id) in [
        ("{", None),
        ("[]", None),
        (r#"{"op":"dance","id":"a"}"#, Some("a")),
        (r#"{"op":"send","id":"b","conversation":7}"#, Some("b")),
        (r#"{"op":"send","id":"c","conversation":"+7","client_id":"x","text":"t"}"#, Some("c")),
        (r#"{"op":"sync","id":"d","conversation":"7","after":"0"}"#, Some("d")),
        (r#"{"op":"sync","id":"e","conversation":"7","after":-1}"#, Some("e")),
        (r#"{"op":"sync","id":"f","conversation":"7","after":0,"limit":5001}"#, Some("f")),
        (r#"{"op":"send","id":"g","conversation":"7","client_id":"","text":"t"}"#, Some("g")),
        (r#"{"op":"hello","token":"1:11"}"#, None),
    ] {
        ann.say(text).await;
        let error = ann.hears("error").await;
        assert_eq!((error["code"].as_str(), error["id"].as_str()), (Some("invalid"), id), "{text} {error}");
    }
    ann.say(r#"{"op":"ping","id":"p"}"#).await;
    assert_eq!(ann.hears("pong").await["id"], "p");
}

#[tokio::test]
async fn a_long_command_id_is_refused_and_not_repeated() {
    let house = House::new().await;
    let mut ann = house.line(ANNS).await;
    ann.say(&format!(r#"{{"op":"ping","id":"{}"}}"#, "x".repeat(65))).await;
    let error = ann.hears("error").await;
    assert_eq!((error["code"].as_str(), error.get("id")), (Some("invalid"), None));
}

#[tokio::test]
async fn nothing_but_nonsense_ends_the_line() {
    let house = House::new().await;
    let (mut ann, mut bob) = (house.line(ANNS).await, house.line(BOBS).await);
    for _ in 0..19 {
        ann.say("{").await;
        ann.hears("error").await;
    }
    ann.say("{").await;
    assert_eq!(ann.bye().await["code"], "invalid");
    nobody_else_is_disturbed(&house, &mut bob).await;
}

#[tokio::test]
async fn frames_that_cannot_be_end_the_line_with_bye_invalid() {
    let house = House::new().await;
    let mut bob = house.line(BOBS).await;
    let too_large = [&[0x81, 0xFF][..], &140_000_u64.to_be_bytes()].concat();
    let cases: [(&str, &[u8]); 6] = [
        ("oversize, known from the header alone", &too_large),
        ("binary", &[0x82, 0x81, 0, 0, 0, 0, 1]),
        ("invalid UTF-8", &[0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28]),
        ("unmasked", &[0x81, 0x01, b'a']),
        ("a reserved bit", &[0xF1, 0x81, 0, 0, 0, 0, b'a']),
        ("an unknown opcode", &[0x83, 0x81, 0, 0, 0, 0, b'a']),
    ];
    for (what, bytes) in cases {
        let mut ann = house.line(ANNS).await;
        ann.raw(bytes).await;
        assert_eq!(ann.bye().await["code"], "invalid", "{what}");
    }
    nobody_else_is_disturbed(&house, &mut bob).await;
    house.until("only bob is left", |counts| counts.connections == 1).await;
}

#[tokio::test]
async fn a_whole_oversize_frame_is_answered_though_it_was_not_read() {
    let house = House::new().await;
    let mut ann = house.line(ANNS).await;
    // More than the kernel buffers: the farewell must survive the bytes that are still under way.
    let text =
        format!(r#"{{"op":"send","id":"a","conversation":"7","client_id":"c","text":"{}"}}"#, "x".repeat(300_000));
    ann.put(Frame::text(text)).await;
    assert_eq!(ann.bye().await["code"], "invalid");
}

#[tokio::test]
async fn without_a_hello_there_is_nothing_to_be_had() {
    let house = House::new().await;
    let mut line = house.socket().await;
    line.say(r#"{"op":"sync","id":"a","conversation":"7","after":0}"#).await;
    assert_eq!(line.bye().await["code"], "unauthenticated");

    for token in ["", "forged", "1:11:999"] {
        let mut line = house.socket().await;
        line.say(&format!(r#"{{"op":"hello","token":"{token}"}}"#)).await;
        assert_eq!(line.bye().await["code"], "unauthenticated", "{token}");
    }

    let mut line = house.socket().await;
    line.put(Frame::text(format!(r#"{{"op":"hello","token":"{}"}}"#, "x".repeat(9_000)))).await;
    assert_eq!(line.bye().await["code"], "invalid", "before the welcome a frame is small");
}

#[tokio::test]
async fn a_hello_that_knows_too_much_is_refused() {
    let house = House::new().await;
    let known: Vec<String> = (0..101).map(|id| format!(r#""{id}":1"#)).collect();
    let mut line = house.socket().await;
    line.say(&format!(r#"{{"op":"hello","token":"1:11","known":{{{}}}}}"#, known.join(","))).await;
    assert_eq!(line.bye().await["code"], "invalid");
}

#[tokio::test]
async fn a_late_hello_is_not_waited_for() {
    let house = House::new().await;
    let mut line = house.socket().await;
    house.until("it is open", |counts| counts.unauthenticated == 1).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(11)).await;
    tokio::time::resume();
    assert_eq!(line.bye().await["code"], "timeout");
}

#[tokio::test]
async fn anothers_conversation_is_not_there_on_every_command() {
    let house = House::new().await;
    let mut ann = house.line(ANNS).await;
    for conversation in ["8", "999", "0"] {
        for op in [
            format!(r#"{{"op":"send","id":"a","conversation":"{conversation}","client_id":"c","text":"t"}}"#),
            format!(r#"{{"op":"read","id":"a","conversation":"{conversation}","seq":1}}"#),
            format!(r#"{{"op":"sync","id":"a","conversation":"{conversation}","after":0}}"#),
        ] {
            ann.say(&op).await;
            let error = ann.hears("error").await;
            assert_eq!((error["code"].as_str(), error["id"].as_str()), (Some("not_found"), Some("a")), "{op}");
        }
    }
}

#[tokio::test]
async fn far_beyond_the_head_is_told_clearly() {
    let house = House::new().await;
    let mut ann = house.line(ANNS).await;
    ann.say(r#"{"op":"read","id":"a","conversation":"7","seq":9000000000000}"#).await;
    assert_eq!(ann.hears("error").await["code"], "invalid");
    ann.say(r#"{"op":"sync","id":"b","conversation":"7","after":9000000000000}"#).await;
    assert_eq!(ann.hears("reset").await["head_seq"], 1);
}

#[tokio::test]
async fn thousands_of_frames_a_second_end_that_line_alone() {
    let limits = Limits { frames_per_second: 10, ..Limits::default() };
    let house = House::with(GatewayConfig::default(), limits).await;
    let (mut ann, mut bob) = (house.line(ANNS).await, house.line(BOBS).await);
    for _ in 0..1_000 {
        // The server may have closed already.
        if futures_util::SinkExt::send(&mut ann.0, Frame::text(r#"{"op":"ping"}"#)).await.is_err() {
            break;
        }
    }
    let bye = ann.bye().await;
    assert_eq!(bye["code"], "limited");
    assert!(bye["retry_after_ms"].as_u64().is_some_and(|ms| ms > 0));
    nobody_else_is_disturbed(&house, &mut bob).await;
}

#[tokio::test]
async fn a_revoked_session_is_closed_at_once_and_cannot_come_back() {
    let house = House::new().await;
    let (mut ann, mut other, mut bob) = (house.line(ANNS).await, house.line("1:12").await, house.line(BOBS).await);
    let session = parlor_model::SessionId(11);
    house.app.revoked.lock().push(session);
    parlor_bus::Bus::publish(&house.app.bus, Event::SessionRevoked { user: ANN, session });
    assert_eq!(ann.bye().await["code"], "revoked");
    nobody_else_is_disturbed(&house, &mut bob).await;
    other.hears("entry").await;

    let mut again = house.socket().await;
    again.say(r#"{"op":"hello","token":"1:11"}"#).await;
    assert_eq!(again.bye().await["code"], "unauthenticated");
}

#[tokio::test]
async fn half_open_sockets_are_bounded_by_address_and_in_all() {
    let config = GatewayConfig { max_unauthenticated_per_address: 3, ..GatewayConfig::default() };
    let house = House::with(config, Limits::default()).await;
    let waiting = [house.socket().await, house.socket().await, house.socket().await];
    let refused = tokio_tungstenite::client_async(
        format!("ws://{}/api/v1/socket", house.address),
        tokio::net::TcpStream::connect(house.address).await.unwrap(),
    )
    .await
    .unwrap_err();
    let tokio_tungstenite::tungstenite::Error::Http(response) = refused else { panic!("{refused}") };
    assert_eq!(response.status(), 429);
    assert!(response.headers().contains_key("retry-after"));

    drop(waiting);
    house.until("they are gone", |counts| counts.connections == 0).await;
    let mut ann = house.line(ANNS).await;
    ann.say(r#"{"op":"ping"}"#).await;
    ann.hears("pong").await;
    assert_eq!(house.gateway.counts().refused, 1);
}

#[tokio::test]
async fn a_full_node_says_so() {
    let config = GatewayConfig { max_connections: 1, ..GatewayConfig::default() };
    let house = House::with(config, Limits::default()).await;
    let _ann = house.line(ANNS).await;
    let stream = tokio::net::TcpStream::connect(house.address).await.unwrap();
    let refused =
        tokio_tungstenite::client_async(format!("ws://{}/api/v1/socket", house.address), stream).await.unwrap_err();
    let tokio_tungstenite::tungstenite::Error::Http(response) = refused else { panic!("{refused}") };
    assert_eq!(response.status(), 503);
}

#[tokio::test]
async fn a_plain_request_is_told_to_upgrade() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let house = House::new().await;
    let mut stream = tokio::net::TcpStream::connect(house.address).await.unwrap();
    stream.write_all(b"GET /api/v1/socket HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 426") && answer.contains("application/problem+json"), "{answer}");
}

#[tokio::test]
async fn a_store_that_is_away_is_no_fault_of_the_client() {
    let house = House::new().await;
    let mut ann = house.line(ANNS).await;
    house.app.down.store(true, std::sync::atomic::Ordering::SeqCst);
    ann.say(r#"{"op":"send","id":"a","conversation":"7","client_id":"c","text":"t"}"#).await;
    assert_eq!(ann.hears("error").await["code"], "unavailable");

    let mut line = house.socket().await;
    line.say(r#"{"op":"hello","token":"2:22"}"#).await;
    assert_eq!(line.hears("error").await["code"], "unavailable");
    let bye = line.bye().await;
    assert_eq!(bye["code"], "draining");
    assert!(bye["retry_after_ms"].as_u64().is_some_and(|ms| ms > 0));
}
