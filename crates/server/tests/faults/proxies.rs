//! Three nodes behind each of the proxies that are shipped, and what people behind it notice when one dies.

use std::time::Duration;

use http::{Method, StatusCode};
use parlor_bus::broker::Broker;
use parlor_testkit::{Line, Person, Process, drop_database, fresh_database, request};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::process::program;
use crate::proxy::{Kind, PEOPLE, Proxy};

/// Longer than a proxy takes to see that a node is back.
const PATIENCE: Duration = Duration::from_secs(30);

/// Three nodes on one database and one broker.
struct Nodes {
    nodes: Vec<(String, Process)>,
    database: String,
    broker: Broker,
    data: tempfile::TempDir,
}

impl Nodes {
    async fn start() -> Self {
        let (database, broker) = (fresh_database().await, Broker::start().await);
        let mut all = Self { nodes: Vec::new(), database, broker, data: tempfile::tempdir().expect("a folder") };
        for number in 0..3 {
            let free = TcpListener::bind("127.0.0.1:0").await.and_then(|free| free.local_addr()).expect("a free port");
            all.begin(number, free.port());
        }
        all
    }

    fn begin(&mut self, number: usize, port: u16) {
        let name = format!("node-{}", number + 1);
        let program = program(&self.data.path().join(&name), &self.database).at(port);
        let program = program.set("PARLOR_BUS", self.broker.url()).set("PARLOR_NODE", &name);
        let program =
            program.set("PARLOR_APP_PUBLIC_URL", "https://chat.example.org").set("PARLOR_APP_REQUESTS", "off");
        let node = program.start();
        self.nodes.push((name, node));
    }

    fn take(&mut self, name: &str) -> Process {
        let place = self.nodes.iter().position(|(other, _)| other == name).expect("a node of that name");
        self.nodes.remove(place).1
    }

    /// The same node again, at the same place.
    fn revive(&mut self, name: &str, port: u16) {
        let number: usize = name.trim_start_matches("node-").parse().expect("a number");
        self.begin(number - 1, port);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_haproxy_people_go_on_when_a_node_dies() {
    story(Kind::HaProxy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_nginx_people_go_on_when_a_node_dies() {
    story(Kind::Nginx).await;
}

async fn story(kind: Kind) {
    let mut nodes = Nodes::start().await;
    let addresses: Vec<_> = nodes.nodes.iter().map(|(_, node)| node.address).collect();
    let proxy = Proxy::start(kind, &addresses.try_into().expect("three nodes")).await;
    let door = proxy.door().await;

    let [alice, bob] = [Person::sign_up(door, "alice").await, Person::sign_up(door, "bob").await];
    let chat = alice.direct(&bob).await;
    what_is_carried(&proxy, &alice).await;
    stickiness(&alice).await;

    // Two sockets go to two nodes.
    let (mut here, welcome) = alice.connects().await;
    let (mut there, other) = bob.connects().await;
    let (near, far) = (node_of(&welcome), node_of(&other));
    assert_ne!(near, far);
    says(&mut here, &chat, "one").await;
    hears(&mut there, "one").await;

    // One dies: whoever asks meanwhile is answered, its socket ends, and the next one opens elsewhere.
    let killed = nodes.take(&far);
    let port = killed.address.port();
    killed.kill();
    for n in 0..12 {
        bob.get("/me").await.ok();
        bob.says(&chat, &format!("{n}")).await.ok();
        hears(&mut here, &format!("{n}")).await;
    }
    assert_eq!(there.goodbye().await, "closed without a word");
    let (mut there, other) = bob.connects().await;
    assert_ne!(node_of(&other), far);
    says(&mut here, &chat, "two").await;
    hears(&mut there, "two").await;

    // It is back, and gets its share again.
    nodes.revive(&far, port);
    let back = async {
        while node_of(&bob.connects().await.1) != far {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, back).await.expect("the node that is back gets sockets");

    // One is asked to stop: it says so, through the proxy, and the others go on.
    let stopped = nodes.take(&near);
    let stopping = tokio::task::spawn_blocking(move || stopped.stop());
    assert_eq!(here.goodbye().await, "draining");
    assert!(stopping.await.expect("it ends").0);
    let (mut here, welcome) = alice.connects().await;
    assert_ne!(node_of(&welcome), near);
    alice.says(&chat, "three").await.ok();
    hears(&mut here, "three").await;
    drop(proxy);
    drop_database(&nodes.database).await;
}

fn node_of(welcome: &Value) -> String {
    welcome["node"].as_str().expect("the node's name").to_owned()
}

async fn says(line: &mut Line, chat: &str, text: &str) {
    let send = json!({ "op": "send", "id": text, "conversation": chat, "client_id": text, "text": text });
    assert_eq!(line.ask(send).await["op"], "ok");
}

async fn hears(line: &mut Line, text: &str) {
    while line.until("entry").await["entry"]["message"]["text"] != text {}
}

/// Addresses, sizes, encodings, and the way from http to https.
async fn what_is_carried(proxy: &Proxy, person: &Person) {
    let door = person.address();
    let moved = request(proxy.http, Method::GET, "/c/7?a=b", &[("host", "chat.example.org")], "").await;
    assert_eq!(moved.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(moved.headers["location"], "https://chat.example.org/c/7?a=b");

    // The address people come from, whatever they claim.
    let claim = [("x-forwarded-for", "6.6.6.6"), ("content-type", "application/json")];
    let ask = json!({ "login": person.name, "password": "correct horse battery", "device": "liar" }).to_string();
    let liar = person.with(&request(door, Method::POST, "/api/v1/auth/login", &claim, ask).await.ok());
    let devices = liar.get("/me/sessions").await.ok();
    let device = devices["sessions"].as_array().into_iter().flatten().find(|device| device["id"] == liar.session);
    assert_eq!(device.expect("the device itself")["address"], PEOPLE.to_string());

    // What Parlor sends is not packed again.
    let packed = [("accept-encoding", "gzip, br")];
    let answer = request(door, Method::GET, "/api/v1/openapi.json", &packed, "").await;
    assert!(answer.status.is_success() && !answer.headers.contains_key("content-encoding"), "{:?}", answer.headers);

    // Somewhat too large is refused by Parlor, much too large by the proxy before it has come.
    let large = json!({ "client_id": "large", "text": "x".repeat(300_000) });
    person.post("/conversations/1/messages", large).await.refused("too_large");
    let mut stream = TcpStream::connect(door).await.expect("the door");
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: chat.example.org\r\nContent-Length: 600000\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.expect("a request");
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 413");
}

/// Who polls under /socket.io/ gets a cookie once, and by it stays with the node that knows them: whole sessions pass.
async fn stickiness(person: &Person) {
    let ask = async |method: Method, query: &str, cookie: &str, body: String| {
        let headers = [("cookie", cookie), ("content-type", "text/plain")];
        request(person.address(), method, &format!("/socket.io/?EIO=4&transport=polling{query}"), &headers, body).await
    };
    for _ in 0..3 {
        let opened = ask(Method::GET, "", "", String::new()).await;
        let cookie = opened.headers["set-cookie"].to_str().expect("a cookie").to_owned();
        assert!(cookie.starts_with("parlor_") && cookie.contains("HttpOnly"), "{cookie}");
        let (cookie, _) = cookie.split_once(';').expect("its attributes");
        let told: Value = serde_json::from_str(&opened.text[1..]).expect("the opening");
        let session = format!("&sid={}", told["sid"].as_str().expect("a name"));
        let who = json!(["setup", { "_id": person.id, "token": person.access_token }]);
        let said = ask(Method::POST, &session, cookie, format!("40\u{1e}42{who}")).await;
        assert_eq!((said.text.as_str(), said.headers.get("set-cookie")), ("ok", None));
        let mut heard = String::new();
        while !heard.contains(r#"42["connected""#) {
            heard = ask(Method::GET, &session, cookie, String::new()).await.text;
            assert!(heard.starts_with('4'), "{heard}");
        }
    }
}
