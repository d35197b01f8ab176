//! The story of the third door.

use http::Method;
use parlor_testkit::{Engine, Home, Person, Requests, both_databases, request, run_with};
use serde_json::{Value, json};

use crate::socket::Socket;

const POST: Method = Method::POST;
const GET: Method = Method::GET;

async fn chat(person: &Person) -> Socket {
    Socket::open(person.address(), "/chat", &person.access_token).await.unwrap()
}

async fn presence(person: &Person) -> Socket {
    Socket::open(person.address(), "/presence/", &person.access_token).await.unwrap()
}

#[both_databases(two_nodes)]
async fn one_signs_up_and_has_a_profile(home: Home) {
    let ask = async |path: &str, body: Value| {
        request(home.next_node(), POST, path, &[("content-type", "application/json")], body.to_string()).await
    };
    let account = json!({ "username": "ann", "email": "ann@example.org", "password": "correct horse battery" });
    assert_eq!(ask("/api/signup", account.clone()).await.status.as_u16(), 201);
    assert_eq!(ask("/api/signup", account).await.status.as_u16(), 409);
    let signed_in = ask("/api/login", json!({ "username": "ann", "password": "correct horse battery" })).await.ok();
    assert_eq!(ask("/api/login", json!({ "username": "ann", "password": "x" })).await.status.as_u16(), 401);
    let bearer = format!("Bearer {}", signed_in["token"].as_str().unwrap());
    let profile = request(home.next_node(), GET, "/api/profile", &[("authorization", &bearer)], "").await;
    assert!(!profile.text.contains("argon"), "{}", profile.text);
    assert_eq!(profile.ok()["email"], "ann@example.org");
    assert_eq!(request(home.next_node(), GET, "/api/profile", &[], "").await.status.as_u16(), 401);
}

#[both_databases(two_nodes)]
async fn what_is_said_is_told_to_members_alone(home: Home) {
    let [ann, bob, eve] = home.people(["ann", "bob", "eve"]).await;
    let (mut anns, mut tab, mut bobs, mut eves) =
        (chat(&ann).await, chat(&ann).await, chat(&bob).await, chat(&eve).await);
    let said = json!({ "type": "new_message", "to": bob.id, "content": "hello", "clientId": "c1", "sender": "bob" });
    anns.send(&said.to_string()).await;
    let sent = anns.until("message_sent").await;
    assert_eq!((&sent["clientId"], &sent["seq"]), (&json!("c1"), &json!(2)));
    for socket in [&mut bobs, &mut tab] {
        let told = socket.until("new_message").await;
        assert_eq!(
            (&told["messageId"], &told["sender"], &told["content"]),
            (&sent["messageId"], &json!("ann"), &json!("hello"))
        );
    }
    anns.send(&said.to_string()).await;
    assert_eq!(anns.until("message_sent").await["messageId"], sent["messageId"]);
    let conversation = sent["conversationId"].clone();
    for (wrong, code) in [
        (
            json!({ "type": "new_message", "conversationId": conversation, "content": "x", "clientId": "e" }),
            "not_found",
        ),
        (json!({ "type": "new_message", "to": "7", "content": "x" }), "not_found"),
        (json!({ "type": "new_message", "content": "x" }), "invalid"),
        (json!({ "type": "new_message", "to": bob.id, "content": {} }), "invalid"),
        (json!({ "type": "other" }), "invalid"),
        (json!(7), "invalid"),
    ] {
        eves.send(&wrong.to_string()).await;
        assert_eq!(eves.until("error").await["code"], code, "{wrong}");
    }
    eves.send("no json").await;
    assert_eq!(eves.until("error").await["code"], "invalid");
    // Whatever she was told came before that: nothing.
    let path = "/chat/history?conversationId=";
    assert_eq!(
        eve.asks(GET, &format!("{path}{}", conversation.as_str().unwrap()), Value::Null).await.status.as_u16(),
        404
    );
}

/// More than the system holds back for a socket that nobody reads.
#[both_databases(two_nodes)]
async fn who_reads_slowly_is_told_all_the_same(home: Home) {
    const MANY: usize = 400;
    let [ann, bob] = home.people(["ann", "bob"]).await;
    let direct = ann.direct(&bob).await;
    let mut bobs = chat(&bob).await;
    let text = |n: usize| format!("{n} {}", "x".repeat(16_000));
    for n in 0..MANY {
        ann.says(&direct, &text(n)).await.ok();
    }
    for n in 0..MANY {
        assert_eq!(bobs.until("new_message").await["content"], text(n));
    }
}

#[both_databases(two_nodes)]
async fn history_goes_back_and_reading_is_marked(home: Home) {
    let [ann, bob, eve] = home.people(["ann", "bob", "eve"]).await;
    let conversation = ann.direct(&bob).await;
    for n in 0..25 {
        ann.says(&conversation, &n.to_string()).await.ok();
    }
    let page = async |query: &str| {
        let page = bob.asks(GET, &format!("/chat/history?userId={}{query}", ann.id), Value::Null).await.ok();
        page["history"]
            .as_array()
            .unwrap()
            .iter()
            .map(|said| said["content"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!((page("").await.len(), page("").await[0].as_str()), (10, "24"));
    assert_eq!(page("&limit=3&offset=20").await, ["4", "3", "2"]);
    assert_eq!(page("&offset=25").await, Vec::<String>::new());
    for query in ["?userId=x", "?conversationId=7"] {
        assert_eq!(bob.asks(GET, &format!("/chat/history{query}"), Value::Null).await.status.as_u16(), 404);
    }
    for (query, status) in [("", 400), ("?userId=7&offset=10001", 413), ("?userId=7&offset=-1", 400)] {
        assert_eq!(
            bob.asks(GET, &format!("/chat/history{query}"), Value::Null).await.status.as_u16(),
            status,
            "{query}"
        );
    }
    assert_eq!(
        eve.asks(GET, &format!("/chat/history?userId={}", ann.id), Value::Null).await.ok(),
        json!({ "history": [] })
    );
    let last = json!({ "messageId": format!("{conversation}-26") });
    assert_eq!(bob.asks(POST, "/messages/read", last.clone()).await.ok()["unread"], 0);
    assert_eq!(bob.get(&format!("/conversations/{conversation}")).await.ok()["unread"], 0);
    for wrong in [json!({}), json!({ "messageId": "x" }), json!({ "messageId": {} })] {
        assert_eq!(bob.asks(POST, "/messages/read", wrong).await.status.as_u16(), 404);
    }
    assert_eq!(eve.asks(POST, "/messages/read", last).await.status.as_u16(), 404);
}

#[both_databases(two_nodes)]
async fn presence_is_told_to_those_one_has_to_do_with(home: Home) {
    let [ann, bob, eve] = home.people(["ann", "bob", "eve"]).await;
    ann.direct(&bob).await;
    let mut anns = presence(&ann).await;
    let mut bobs = presence(&bob).await;
    let told = async |socket: &mut Socket, status: &str| loop {
        let update = socket.until("presence_update").await;
        assert_ne!(update["username"], "eve");
        if update["status"] == status {
            break update["username"].clone();
        }
    };
    assert_eq!(told(&mut anns, "online").await, "bob");
    bobs.send(&json!({ "type": "presence_update", "status": "busy" }).to_string()).await;
    assert_eq!(told(&mut anns, "busy").await, "bob");
    bob.asks(POST, "/presence", json!({ "status": "away" })).await.ok();
    assert_eq!(told(&mut anns, "away").await, "bob");
    let now = ann.asks(GET, "/presence", Value::Null).await.ok();
    assert_eq!(now, json!({ "presence": [{ "username": "bob", "status": "away" }] }));
    assert_eq!(eve.asks(GET, "/presence", Value::Null).await.ok(), json!({ "presence": [] }));
    for (who, status, code) in [(&bob, json!("offline"), 400), (&bob, json!({}), 400), (&eve, json!("busy"), 409)] {
        assert_eq!(who.asks(POST, "/presence", json!({ "status": status })).await.status.as_u16(), code);
    }
    bobs.send(r#"{"status":"offline"}"#).await;
    assert_eq!(bobs.until("error").await["code"], "invalid");
}

#[both_databases(two_nodes)]
async fn a_socket_wants_a_token_and_no_lasting_one_in_its_address(home: Home) {
    let ann = home.person("ann").await;
    let lasting = ann.through_a_door().await;
    for (path, token, status) in [
        ("/chat".to_owned(), "", 401),
        ("/chat".to_owned(), "nonsense", 401),
        (format!("/chat?token={}", lasting.access_token), "", 401),
        ("/presence?token=x".to_owned(), "", 401),
    ] {
        assert_eq!(Socket::open(home.next_node(), &path, token).await.err(), Some(status), "{path}");
    }
    assert!(Socket::open(home.next_node(), "/chat", &lasting.access_token).await.is_ok());
    let ticket = lasting.asks(POST, "/api/ticket", Value::Null).await.ok();
    let path = format!("/chat?token={}", ticket["ticket"].as_str().unwrap());
    let mut socket = Socket::open(home.next_node(), &path, "").await.unwrap_or_else(|status| panic!("{status}"));
    // A session that ends takes its sockets along.
    lasting.delete(&format!("/me/sessions/{}", lasting.session)).await.ok();
    while socket.next().await.is_some() {}
}

#[both_databases(two_nodes)]
async fn what_a_service_pushes_is_a_message_from_its_account(home: Home) {
    let [service, ann] = home.people(["backups", "ann"]).await;
    let service = service.through_a_door().await;
    let mut anns = chat(&ann).await;
    let push = async |body: Value| service.asks(POST, "/notify", body).await;
    let first = json!({ "userId": ann.id, "message": "Done.", "clientId": "night-1", "sender": "ann" });
    let pushed = push(first.clone()).await;
    assert_eq!((pushed.status.as_u16(), &pushed.json["status"]), (201, &json!("ok")));
    let told = anns.until("new_message").await;
    let expected = (&pushed.json["messageId"], &json!("backups"), &json!("Done."));
    assert_eq!((&told["messageId"], &told["sender"], &told["content"]), expected);
    assert_eq!(push(first).await.ok(), pushed.json, "the same again is the same message");
    for (wrong, status, word) in [
        (json!({ "message": "x" }), 400, "userId"),
        (json!({ "userId": { "$ne": 1 }, "message": "x" }), 400, "userId"),
        (json!({ "userId": ann.id }), 400, "message"),
        (json!({ "userId": ann.id, "message": { "$ne": 1 } }), 400, "message"),
        (json!({ "userId": ann.id, "message": "x", "clientId": {} }), 400, "clientId"),
        (json!({ "userId": ann.id, "message": " " }), 400, ""),
        (json!({ "userId": ann.id, "message": "x".repeat(16 * 1024 + 1) }), 413, ""),
        (json!({ "userId": ann.id, "message": "other", "clientId": "night-1" }), 409, ""),
        (json!({ "userId": "7", "message": "x" }), 404, "user"),
        (json!({ "userId": "x", "message": "x" }), 404, "user"),
        (json!([]), 400, "userId"),
    ] {
        let refused = push(wrong.clone()).await;
        let message = refused.json["message"].as_str().unwrap();
        assert!(refused.status.as_u16() == status && message.contains(word), "{wrong}: {}", refused.text);
    }
    for token in ["", "parlor-1.x"] {
        let nobody = service.with_access(token);
        let body = json!({ "userId": ann.id, "message": "x" });
        assert_eq!(nobody.asks(POST, "/notify", body).await.status.as_u16(), 401);
    }
    // Who blocked it is told nothing, and it does not learn that.
    ann.put(&format!("/me/blocks/{}", service.id), Value::Null).await.ok();
    push(json!({ "userId": ann.id, "message": "unheard" })).await.ok();
    let conversation = told["conversationId"].as_str().unwrap();
    assert_eq!(ann.reads(conversation).await, ["Done."]);
}

#[test]
fn what_a_service_pushes_to_a_stranger_is_a_request() {
    let strangers = |config: &mut parlor_testkit::Config| config.app.requests = Requests::Strangers;
    run_with(Engine::Sqlite, strangers, async |home| {
        let [service, ann] = home.people(["backups", "ann"]).await;
        let body = json!({ "userId": ann.id, "message": "Done." });
        service.through_a_door().await.asks(POST, "/notify", body).await.ok();
        let list = ann.get("/conversations").await.ok();
        assert_eq!(list["conversations"][0]["my"]["request"], "pending");
    });
}
