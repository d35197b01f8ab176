//! What a well-behaved client sees, over a real socket.

use std::time::Duration;

use crate::support::{ANN, BOB, House, LUNCH};
use parlor_bus::Bus;
use parlor_gateway::GatewayConfig;
use parlor_model::{EntryBody, Event, Limits};

const ANNS: &str = "1:11";
const BOBS: &str = "2:22";
const NOBODY: parlor_model::UserId = parlor_model::UserId(99);

fn send(id: usize) -> String {
    format!(r#"{{"op":"send","id":"{id}","conversation":"7","client_id":"c{id}","text":"no {id}"}}"#)
}

#[tokio::test]
async fn a_message_reaches_everybody_and_its_sender_gets_both_answer_and_entry() {
    let house = House::new().await;
    let (mut ann, mut bob) = (house.line(ANNS).await, house.line(BOBS).await);
    ann.say(&send(1)).await;
    let (one, other) = (ann.next().await.unwrap(), ann.next().await.unwrap());
    let mut ops = [one["op"].as_str().unwrap(), other["op"].as_str().unwrap()];
    ops.sort_unstable();
    assert_eq!(ops, ["entry", "ok"]);
    let entry = bob.hears("entry").await;
    assert_eq!((&entry["entry"]["seq"], &entry["entry"]["message"]["text"]), (&2.into(), &"no 1".into()));
}

#[tokio::test]
async fn the_welcome_tells_who_where_and_the_limits() {
    let house = House::new().await;
    let mut line = house.socket().await;
    line.say(r#"{"op":"hello","token":"2:22","client":"test"}"#).await;
    let welcome = line.hears("welcome").await;
    assert_eq!((&welcome["user"], &welcome["session"]), (&"2".into(), &"22".into()));
    assert_eq!(welcome["heads"], serde_json::json!([["7", 1, 0, 0, 0, 1, 0], ["8", 1, 0, 0, 0, 1, 0]]));
    assert_eq!(welcome["limits"]["frame_bytes"], parlor_model::Limits::default().frame_bytes);
    assert_eq!(welcome["heartbeat_ms"], 30_000);
}

#[tokio::test]
async fn commands_of_one_conversation_keep_their_order_however_many() {
    let house = House::new().await;
    let mut ann = house.line(ANNS).await;
    for id in 1..=300 {
        ann.say(&send(id)).await;
    }
    let (mut answers, mut entries) = (Vec::new(), Vec::new());
    while answers.len() + entries.len() < 600 {
        let frame = ann.next().await.unwrap();
        match frame["op"].as_str() {
            Some("ok") => {
                answers.push((frame["id"].as_str().unwrap().parse().unwrap(), frame["seq"].as_i64().unwrap()))
            }
            _ => entries.push(frame["entry"]["seq"].as_i64().unwrap()),
        }
    }
    assert_eq!(answers, (1..=300).map(|id| (id, id + 1)).collect::<Vec<(i64, i64)>>());
    assert_eq!(entries, (2..=301).collect::<Vec<i64>>());
}

#[tokio::test]
async fn a_session_with_too_much_under_way_is_not_read() {
    let house = House::new().await;
    let mut ann = house.line(ANNS).await;
    house.app.gate.forget_permits(usize::MAX >> 4);
    let before = house.gateway.counts().frames_in;
    for id in 1..=200 {
        ann.say(&send(id)).await;
    }
    house.until("it reads up to its bound", |counts| counts.frames_in >= before + 64).await;
    assert_eq!(house.gateway.counts().frames_in, before + 64);
    house.app.gate.add_permits(200);
    let mut done = 0;
    while done < 200 {
        done += usize::from(ann.next().await.unwrap()["op"] == "ok");
    }
}

#[tokio::test]
async fn known_conversations_are_replayed_up_to_the_welcome_and_live_goes_on_from_there() {
    let house = House::new().await;
    for _ in 0..450 {
        house.app.say(LUNCH, BOB, "while ann was away");
    }
    let mut line = house.socket().await;
    line.say(r#"{"op":"hello","token":"1:11","known":{"7":1,"8":1,"999":3}}"#).await;
    assert_eq!(line.hears("welcome").await["heads"][0][1], 451);
    let mut seqs = Vec::new();
    let caught_up = loop {
        let frame = line.next().await.unwrap();
        match frame["op"].as_str() {
            Some("entries") => {
                let entries = frame["entries"].as_array().unwrap();
                seqs.extend(entries.iter().map(|entry| entry["seq"].as_i64().unwrap()));
            }
            _ => break frame,
        }
    };
    assert_eq!(seqs, (2..=451).collect::<Vec<i64>>());
    assert_eq!((&caught_up["op"], &caught_up["seq"]), (&"caught_up".into(), &451.into()));
    for gone in ["8", "999"] {
        let reset = line.hears("reset").await;
        assert_eq!((&reset["conversation"], &reset["head_seq"]), (&gone.into(), &0.into()));
    }
    house.app.say(LUNCH, BOB, "live");
    assert_eq!(line.hears("entry").await["entry"]["seq"], 452);
}

#[tokio::test]
async fn a_sync_ends_caught_up_or_says_reset() {
    let house = House::new().await;
    for _ in 0..20 {
        house.app.say(LUNCH, BOB, &"x".repeat(16_000));
    }
    let mut ann = house.line(ANNS).await;
    ann.say(r#"{"op":"sync","id":"a","conversation":"7","after":1,"limit":20}"#).await;
    let mut seqs = Vec::new();
    loop {
        let frame = ann.next().await.unwrap();
        assert_eq!(frame["id"], "a");
        if frame["op"] == "caught_up" {
            assert_eq!(frame["seq"], 21);
            break;
        }
        let entries = frame["entries"].as_array().unwrap();
        assert!(entries.len() <= 5, "large entries come in several frames");
        seqs.extend(entries.iter().map(|entry| entry["seq"].as_i64().unwrap()));
    }
    assert_eq!(seqs, (2..=21).collect::<Vec<i64>>());
    ann.say(r#"{"op":"sync","id":"b","conversation":"7","after":1,"limit":19}"#).await;
    assert_eq!(ann.hears("reset").await["head_seq"], 21);
}

#[tokio::test]
async fn one_removed_gets_that_entry_as_the_last_and_one_added_gets_it_as_the_first() {
    let house = House::new().await;
    let (mut ann, mut bob) = (house.line(ANNS).await, house.line(BOBS).await);
    house.app.append(LUNCH, ANN, EntryBody::Removed { users: vec![BOB] });
    assert_eq!(bob.hears("entry").await["entry"]["kind"], "removed");
    house.app.say(LUNCH, ANN, "among us");
    house.app.append(LUNCH, ANN, EntryBody::Joined { users: vec![BOB] });
    house.app.say(LUNCH, ANN, "welcome back");
    for seq in [4, 5] {
        assert_eq!(bob.hears("entry").await["entry"]["seq"], seq);
    }
    for seq in 2..=5 {
        assert_eq!(ann.hears("entry").await["entry"]["seq"], seq);
    }
}

#[tokio::test]
async fn read_marks_and_the_account_reach_all_devices_of_the_user_alone() {
    let house = House::new().await;
    let (mut phone, mut desk, mut bob) = (house.line(ANNS).await, house.line("1:12").await, house.line(BOBS).await);
    phone.say(r#"{"op":"read","conversation":"7","seq":1}"#).await;
    assert_eq!(desk.hears("receipt").await["read_seq"], 1);
    phone.hears("receipt").await;
    house.app.bus.publish(Event::AccountChanged { user: ANN, version: 5 });
    assert_eq!(desk.hears("account").await["version"], 5);
    house.app.say(LUNCH, ANN, "for all");
    bob.hears("entry").await;
}

#[tokio::test]
async fn a_token_is_renewed_and_an_old_one_runs_out() {
    let house = House::new().await;
    let mut ann = house.line("1:11:5000").await;
    ann.say(r#"{"op":"token","token":"1:99"}"#).await;
    assert_eq!(ann.hears("error").await["code"], "invalid", "the token of another session");
    ann.say(r#"{"op":"token","token":"1:11:9000"}"#).await;
    ann.say(r#"{"op":"read","id":"r","conversation":"7","seq":1}"#).await;
    ann.next().await;
    ann.next().await;
    house.app.clock.advance(5_000);
    ann.say(r#"{"op":"ping"}"#).await;
    ann.hears("pong").await;
    house.app.clock.advance(5_000);
    ann.say(r#"{"op":"ping"}"#).await;
    assert_eq!(ann.bye().await["code"], "expired");
}

#[tokio::test]
async fn a_slow_reader_is_told_and_the_others_hear_everything() {
    let house = House::new().await;
    let mut slow = house.line(ANNS).await;
    let mut bob = house.line(BOBS).await;
    let text = "x".repeat(16_000);
    let mut sent = 0;
    while house.gateway.counts().byes.iter().all(|(_, count)| *count == 0) {
        let seq = house.app.say(LUNCH, BOB, &text);
        assert_eq!(bob.hears("entry").await["entry"]["seq"], seq);
        sent += 1;
        assert!(sent < 5_000, "the outbox of a reader that does not read must end");
    }
    assert_eq!(slow.bye().await["code"], "slow");
}

#[tokio::test]
async fn a_draining_node_finishes_what_was_asked_and_spreads_the_return() {
    let house = House::new().await;
    let (mut ann, mut bob) = (house.line(ANNS).await, house.line(BOBS).await);
    house.app.gate.forget_permits(usize::MAX >> 4);
    let before = house.gateway.counts().frames_in;
    ann.say(&send(1)).await;
    house.until("the command is under way", |counts| counts.frames_in > before).await;
    let gateway = house.gateway.clone();
    let drained = tokio::spawn(async move { gateway.drain(Duration::from_secs(20)).await });
    let first = bob.bye().await;
    house.app.gate.add_permits(1);
    let answer = ann.hears("ok").await;
    assert_eq!(answer["id"], "1");
    let second = ann.bye().await;
    assert_eq!((&first["code"], &second["code"]), (&"draining".into(), &"draining".into()));
    assert_ne!(first["retry_after_ms"], second["retry_after_ms"]);
    drop((ann, bob));
    drained.await.unwrap();
    let stream = tokio::net::TcpStream::connect(house.address).await.unwrap();
    tokio_tungstenite::client_async(format!("ws://{}/api/v1/socket", house.address), stream).await.unwrap_err();
}

#[tokio::test]
async fn a_silent_peer_is_pinged_twice_and_then_let_go() {
    let config = GatewayConfig { heartbeat_ms: 50, ..GatewayConfig::default() };
    let house = House::with(config, Limits::default()).await;
    let mut ann = house.line(ANNS).await;
    // Below WebSocket nobody answers the pings.
    let mut bytes = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(ann.0.get_mut(), &mut bytes).await.unwrap();
    assert_eq!(bytes.iter().filter(|byte| **byte == 0x89).count(), 2, "two pings");
    assert!(String::from_utf8_lossy(&bytes).contains(r#""op":"bye","code":"timeout""#));
}

#[tokio::test]
async fn lost_events_are_found_in_the_store() {
    let house = House::new().await;
    let (mut ann, mut bob) = (house.line(ANNS).await, house.line(BOBS).await);
    // Far more at once than the ring holds, from a task that does not let the hub run in between.
    let count = parlor_bus::RING_EVENTS + 2_000;
    for version in 0..count {
        house.app.bus.publish(Event::AccountChanged { user: NOBODY, version: version as i64 });
        if version == 10 {
            house.app.say(LUNCH, BOB, "lost on the bus");
        }
    }
    for line in [&mut ann, &mut bob] {
        // As nobody knows what else was lost, read marks and the account are told again.
        let mut ops = std::collections::BTreeSet::new();
        while ops.len() < 3 {
            let frame = line.next().await.unwrap();
            ops.insert(frame["op"].as_str().unwrap().to_owned());
            assert!(frame["op"] != "entry" || frame["entry"]["seq"] == 2, "{frame}");
        }
        assert_eq!(ops.into_iter().collect::<Vec<_>>(), ["account", "entry", "receipt"]);
    }
    assert_eq!(house.gateway.counts().lags, 1);
}

#[tokio::test]
async fn a_peer_that_offers_deflate_gets_it_and_may_use_it() {
    use futures_util::{SinkExt, StreamExt};
    let house = House::new().await;
    let text = "again and again ".repeat(500);
    house.app.say(LUNCH, BOB, &text);
    let url = format!("ws://{}/api/v1/socket", house.address).parse().unwrap();
    let options = yawc::Options::default().server_no_context_takeover().client_no_context_takeover();
    let mut peer = yawc::WebSocket::connect(url).with_options(options).await.unwrap();
    let padding = "y".repeat(3_000);
    peer.send(yawc::Frame::text(format!(r#"{{"op":"hello","token":"1:11","client":"{padding}","known":{{"7":1}}}}"#)))
        .await
        .unwrap();
    let mut heard = Vec::new();
    while heard.len() < 3 {
        let frame = peer.next().await.unwrap();
        if frame.opcode() == yawc::OpCode::Text {
            heard.push(frame.as_str().to_owned());
        }
    }
    assert!(heard[1].contains(&text), "{heard:?}");
    house.until("it was counted", |counts| counts.bytes_out > 0).await;
    assert!(house.gateway.counts().bytes_out < 3_000, "{:?}", house.gateway.counts());
}

#[tokio::test]
async fn one_who_asks_and_never_reads_the_answers_is_not_read_either() {
    let house = House::with(GatewayConfig::default(), Limits { frames_per_second: 100_000, ..Limits::default() }).await;
    let mut ann = house.line(ANNS).await;
    let ping = format!(r#"{{"op":"ping","id":"{}"}}"#, "x".repeat(64));
    let mut asked = 0;
    // Until the kernels' buffers are full too and nothing moves any more.
    while tokio::time::timeout(Duration::from_secs(1), ann.say(&ping)).await.is_ok() {
        asked += 1;
    }
    let counts = house.gateway.counts();
    assert!(counts.frames_in < asked, "{asked} were asked, {counts:?}");
    assert!(counts.byes.iter().all(|(_, count)| *count == 0), "it is not sent away: {counts:?}");
}
