//! What lies around STOMP where a browser has no better.

use std::net::SocketAddr;

use http::{Method, StatusCode};
use parlor_testkit::{Home, both_databases, request};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Frame, Socket, connect, content, send, subscribe};

/// What a request is answered, with a body that is no JSON.
async fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head =
        format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: text/plain\r\n");
    stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

fn array(text: &str) -> String {
    json!([text]).to_string()
}

/// The frames of STOMP within a frame of SockJS.
fn within(frame: &str) -> Vec<Frame> {
    let texts: Vec<String> = serde_json::from_str(frame.strip_prefix('a').expect(frame)).unwrap();
    texts.iter().map(|text| Frame::read(text)).collect()
}

#[both_databases]
async fn a_websocket_has_an_array_around_each_text(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let direct = alice.direct(&bob).await;
    let (mut socket, _) = Socket::open(home.address(), "/websocket/000/aBc_1/websocket", "").await;
    assert_eq!(socket.next().await.as_deref(), Some("o"), "before anything is known of who it is");
    socket.say("[]").await;
    socket.say(array(&connect(&alice.access_token))).await;
    assert_eq!(within(&socket.next().await.unwrap())[0].command, "CONNECTED");
    let asked = [subscribe("1", &format!("/topic/conversation.{direct}")), "\n".to_owned()];
    socket.say(json!(asked).to_string()).await;
    socket.say(array(&send(&format!("/app/conversation.{direct}"), content("q\"\\ é 😀\u{2028}")))).await;
    let told = socket.next().await.unwrap();
    assert!(told.is_ascii() || !told.contains(['😀', '\u{2028}']), "{told}");
    assert_eq!(within(&told)[0].json()["content"], "q\"\\ é 😀\u{2028}");
    socket.say(array(&send("/topic/x", content("x")))).await;
    assert_eq!(within(&socket.next().await.unwrap())[0].command, "ERROR");
    assert_eq!(socket.next().await.as_deref(), Some(r#"c[3000,"Go away!"]"#));
    assert_eq!(socket.next().await, None);

    let (mut broken, _) = Socket::open(home.address(), "/websocket/000/b/websocket", "").await;
    assert_eq!(broken.next().await.as_deref(), Some("o"));
    broken.say("[\"x").await;
    while broken.next().await.is_some() {}
    for path in ["/websocket/websocket", "/websocket", "/stomp/"] {
        let (mut raw, _) = Socket::open(home.address(), path, "").await;
        raw.say(connect(&alice.access_token)).await;
        assert_eq!(Frame::read(&raw.next().await.unwrap()).command, "CONNECTED", "{path}");
    }
}

#[both_databases]
async fn a_client_that_polls_hears_the_same(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let direct = alice.direct(&bob).await;
    let address = home.address();
    let poll = async || ask(address, "POST", "/websocket/000/aBc/xhr?t=1", "").await;
    let post = async |text: &str| ask(address, "POST", "/websocket/000/aBc/xhr_send", &array(text)).await;

    assert_eq!(post("x").await.0, 404, "only who takes opens a session");
    assert_eq!(poll().await, (200, "o\n".to_owned()));
    assert_eq!(post(&connect(&alice.access_token)).await, (204, String::new()));
    let (status, body) = poll().await;
    assert_eq!((status, within(body.trim_end())[0].command.as_str()), (200, "CONNECTED"));

    let topic = format!("/topic/conversation.{direct}");
    let two = ["000", "111"].map(|server| format!("/websocket/{server}/aBc/xhr"));
    let [one, other] = two.map(|path| tokio::spawn(async move { ask(address, "POST", &path, "").await.1 }));
    let (turned_away, waits) = match futures_util::future::select(one, other).await {
        futures_util::future::Either::Left((body, other)) => (body.unwrap(), other),
        futures_util::future::Either::Right((body, one)) => (body.unwrap(), one),
    };
    assert_eq!(turned_away, "c[2010,\"Another connection still open\"]\n", "one takes at a time");
    assert_eq!(ask(address, "POST", "/websocket/000/abc/xhr", "").await.1, "o\n", "names tell capitals apart");
    assert_eq!(post(&subscribe("1", &topic)).await.0, 204);
    bob.says(&direct, "hello").await.ok();
    let body = waits.await.unwrap();
    assert_eq!(within(body.trim_end())[0].json()["content"], "hello");

    for (body, answer) in [("", "Payload expected."), ("[\"x", "Broken JSON encoding."), ("{}", "Payload expected.")] {
        let (status, text) = ask(address, "POST", "/websocket/000/aBc/xhr_send", body).await;
        assert_eq!((status, text.as_str()), (500, answer));
    }
    assert_eq!(post(&send("/topic/x", content("x"))).await.0, 204);
    let (_, body) = poll().await;
    let mut lines = body.lines();
    assert_eq!(within(lines.next().unwrap())[0].command, "ERROR");
    let end = match lines.next() {
        Some(end) => end.to_owned(),
        None => poll().await.1.trim_end().to_owned(),
    };
    assert_eq!(end, r#"c[3000,"Go away!"]"#);
}

#[both_databases]
async fn a_stream_tells_until_the_client_goes(home: Home) {
    let [alice] = home.people(["alice"]).await;
    let address = home.address();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("POST /websocket/0/s/xhr_streaming HTTP/1.1\r\nhost: {address}\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut heard = String::new();
    let mut until = async |wanted: &str, stream: &mut TcpStream| {
        let mut buffer = [0; 4096];
        while !heard.contains(wanted) {
            let read = stream.read(&mut buffer).await.unwrap();
            assert_ne!(read, 0, "{wanted} before the end");
            heard.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
    };
    until(&("h".repeat(2048) + "\n"), &mut stream).await;
    until("o\n", &mut stream).await;
    let sent = array(&connect(&alice.access_token));
    assert_eq!(ask(address, "POST", "/websocket/0/s/xhr_send", &sent).await.0, 204);
    until("a[\"CONNECTED", &mut stream).await;
    drop(stream);
    // Gone at once: the session is known no more.
    while ask(address, "POST", "/websocket/0/s/xhr_send", "[]").await.0 != 404 {}
}

#[both_databases]
async fn it_says_what_it_is(home: Home) {
    let address = home.address();
    assert_eq!(ask(address, "GET", "/websocket", "").await, (200, "Welcome to SockJS!\n".to_owned()));
    assert_eq!(ask(address, "GET", "/websocket/", "").await.0, 200);
    let [one, two] = [
        request(address, Method::GET, "/websocket/info", &[], "").await,
        request(address, Method::GET, "/websocket/info?t=1", &[], "").await,
    ];
    assert_eq!((&one.json["websocket"], &one.json["cookie_needed"]), (&json!(true), &json!(false)));
    assert_ne!(one.json["entropy"], two.json["entropy"]);
    assert!(one.headers["cache-control"].to_str().unwrap().starts_with("no-store"));
    for (method, path, status) in [
        ("GET", "/websocket/0/s/xhr", 405),
        ("POST", "/websocket/0/s/websocket", 405),
        ("POST", "/websocket/0/a.b/xhr", 404),
        ("POST", "/websocket/0/s/jsonp_send", 404),
        ("GET", "/websocket/0/s/eventsource", 404),
        ("GET", "/websocket/iframe.html", 404),
    ] {
        assert_eq!(ask(address, method, path, "").await.0, status, "{method} {path}");
    }
    let foreign = [("origin", "https://evil.example"), ("content-type", "text/plain")];
    let refused = request(address, Method::POST, "/websocket/0/s/xhr_send", &foreign, "[]").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "a page of another site");
    let refused = request(address, Method::POST, "/websocket/0/s/xhr", &foreign, "").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
