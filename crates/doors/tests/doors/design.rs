//! The story of the second door.

use http::Method;
use parlor_testkit::{Home, Person, both_databases, request};
use serde_json::{Value, json};

use crate::socket::Io;

const POST: Method = Method::POST;
const GET: Method = Method::GET;

async fn connect(person: &Person) -> Io {
    Io::connect(person.address(), json!({ "token": person.access_token })).await.unwrap()
}

#[both_databases(two_nodes)]
async fn a_token_pair_is_given_and_renewed_once(home: Home) {
    let ask = async |path: &str, body: Value| {
        request(home.next_node(), POST, path, &[("content-type", "application/json")], body.to_string()).await
    };
    let account = json!({ "username": "ann", "email": "ann@example.org", "password": "correct horse battery" });
    let made = ask("/api/auth/signup", account.clone()).await;
    assert_eq!((made.status.as_u16(), &made.json["user"]["username"]), (201, &json!("ann")));
    assert_eq!(ask("/api/auth/signup", account).await.status.as_u16(), 409);
    for login in [json!({ "email": "ann@example.org" }), json!({ "username": "ann" })] {
        let mut login = login;
        login["password"] = "correct horse battery".into();
        assert!(ask("/api/auth/login", login).await.ok()["accessToken"].is_string());
    }
    let refused = ask("/api/auth/login", json!({ "username": "ann", "password": "no" })).await;
    assert_eq!((refused.status.as_u16(), refused.json["message"].is_string()), (401, true));
    let first = json!({ "refreshToken": made.json["refreshToken"] });
    let next = ask("/api/auth/refresh/", first.clone()).await.ok();
    assert_ne!(next["refreshToken"], made.json["refreshToken"]);
    // A second use of the first ends the session.
    assert_eq!(ask("/api/auth/refresh", first).await.status.as_u16(), 401);
    let second = json!({ "refreshToken": next["refreshToken"] });
    assert_eq!(ask("/api/auth/refresh", second).await.status.as_u16(), 401);
    for wrong in [json!({}), json!([]), json!({ "refreshToken": 7 })] {
        assert_eq!(ask("/api/auth/refresh", wrong).await.status.as_u16(), 401);
    }
}

#[both_databases(two_nodes)]
async fn a_message_is_acknowledged_and_told_to_every_tab_but_its_own(home: Home) {
    let [ann, bob] = home.people(["ann", "bob"]).await;
    let (mut first, mut second, mut bobs) = (connect(&ann).await, connect(&ann).await, connect(&bob).await);
    let said = json!({ "receiverId": bob.id, "senderId": bob.id, "message": "hello", "clientId": "c1" });
    let answer = first.ask("sendMessage", said.clone()).await;
    assert_eq!((&answer["status"], &answer["seq"]), (&json!("ok"), &json!(2)));
    let (name, told) = bobs.event().await;
    assert_eq!((name.as_str(), &told["_id"]), ("messageReceived", &answer["id"]));
    // Whoever `senderId` says.
    assert_eq!((&told["senderId"], &told["receiverId"]), (&json!(ann.id), &json!(bob.id)));
    assert_eq!(second.hears(1).await, ["hello"]);
    // The same again is the same message.
    assert_eq!(first.ask("sendMessage", said).await, answer);
    let conversation = answer["conversationId"].clone();
    let reply = json!({ "conversationId": conversation, "message": "hello yourself" });
    assert_eq!(bobs.ask("sendMessage", reply).await["status"], "ok");
    assert_eq!(first.hears(1).await, ["hello yourself"]);
    let path = format!("/api/messages/{}", conversation.as_str().unwrap());
    let history = bob.asks(GET, &path, Value::Null).await.ok();
    let texts: Vec<_> = history.as_array().unwrap().iter().map(|said| said["message"].clone()).collect();
    assert_eq!(texts, ["hello", "hello yourself"]);
    let older = format!("{path}?before={}", history[1]["_id"].as_str().unwrap());
    assert_eq!(bob.asks(GET, &older, Value::Null).await.ok().as_array().unwrap().len(), 1);
}

#[both_databases(two_nodes)]
async fn what_is_refused_says_so_in_the_acknowledgement(home: Home) {
    let [ann, bob, eve] = home.people(["ann", "bob", "eve"]).await;
    let conversation = ann.direct(&bob).await;
    let mut eves = connect(&eve).await;
    for (wrong, code) in [
        (json!({ "conversationId": conversation, "message": "x" }), "not_found"),
        (json!({ "conversationId": "nonsense", "message": "x" }), "not_found"),
        (json!({ "receiverId": "7", "message": "x" }), "not_found"),
        (json!({ "receiverId": { "$ne": 1 }, "message": "x" }), "invalid"),
        (json!({ "receiverId": ann.id, "message": { "$ne": 1 } }), "invalid"),
        (json!({ "receiverId": ann.id, "message": "x", "clientId": {} }), "invalid"),
        (json!({ "receiverId": ann.id, "message": " " }), "invalid"),
        (json!({ "receiverId": ann.id, "message": "x".repeat(16 * 1024 + 1) }), "too_large"),
        (json!(null), "invalid"),
    ] {
        let answer = eves.ask("sendMessage", wrong.clone()).await;
        assert_eq!((&answer["status"], &answer["code"]), (&json!("error"), &json!(code)), "{wrong} {answer}");
        assert!(answer["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    assert_eq!(eves.ask("anything", json!(1)).await["status"], "error");
    let read = eve.asks(GET, &format!("/api/messages/{conversation}"), Value::Null).await;
    assert_eq!((read.status.as_u16(), read.json["message"].is_string()), (404, true));
    for token in ["", "nonsense", "parlor-1.x"] {
        let refused = Io::connect(home.next_node(), json!({ "token": token })).await;
        assert!(refused.is_err_and(|refusal| refusal["message"].is_string()), "{token:?}");
    }
}

#[both_databases(two_nodes)]
async fn users_are_listed_and_groups_begun(home: Home) {
    let [ann, bob, cid] = home.people(["ann", "bob", "cid"]).await;
    let users = ann.asks(GET, "/api/users/", Value::Null).await.ok();
    let names: Vec<_> = users.as_array().unwrap().iter().map(|user| user["username"].clone()).collect();
    assert_eq!(names, ["bob", "cid"]);
    assert_eq!(ann.asks(GET, &format!("/api/users/{}", bob.id), Value::Null).await.ok()["username"], "bob");
    for nobody in ["7", "x"] {
        assert_eq!(ann.asks(GET, &format!("/api/users/{nobody}"), Value::Null).await.status.as_u16(), 404);
    }
    let (mut bobs, mut cids) = (connect(&bob).await, connect(&cid).await);
    let group =
        ann.asks(POST, "/api/groups/create", json!({ "name": "Lunch", "members": [bob.id, cid.id] })).await.ok();
    let said = json!({ "conversationId": group["_id"], "message": "noon?" });
    assert_eq!(ann.asks(POST, "/api/messages/", said).await.status.as_u16(), 201);
    assert_eq!((bobs.hears(1).await, cids.hears(1).await), (vec!["noon?".to_owned()], vec!["noon?".to_owned()]));
    for wrong in [
        json!({}),
        json!({ "name": "x" }),
        json!({ "name": "x", "members": ["7"] }),
        json!({ "name": {}, "members": [] }),
    ] {
        assert_eq!(ann.asks(POST, "/api/groups/create", wrong).await.status.as_u16(), 400);
    }
}

#[both_databases(two_nodes)]
async fn who_comes_back_with_a_token_comes_back_as_themselves(home: Home) {
    let [ann, bob] = home.people(["ann", "bob"]).await;
    let conversation = ann.direct(&bob).await;
    let bobs = connect(&bob).await;
    let (pid, offset) = (bobs.pid.clone(), bobs.offset.clone());
    drop(bobs);
    ann.says(&conversation, "while he was away").await.ok();
    // Somebody else with his secret and their own token does not get it.
    let auth = |token: &str| json!({ "pid": pid, "offset": offset, "token": token });
    let mut anns = Io::connect(bob.address(), auth(&ann.access_token)).await.unwrap();
    assert_ne!(anns.pid, pid);
    bob.says(&conversation, "for ann").await.ok();
    assert_eq!(anns.hears(1).await, ["for ann"]);
}

#[both_databases(two_nodes)]
async fn who_says_much_at_once_is_told_none_of_it(home: Home) {
    let [ann, bob] = home.people(["ann", "bob"]).await;
    let (mut anns, mut bobs) = (connect(&ann).await, connect(&bob).await);
    for n in 0..300 {
        anns.emit("sendMessage", json!({ "receiverId": bob.id, "message": n.to_string() })).await;
    }
    let expected: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    assert_eq!(bobs.hears(300).await, expected);
    let answer = anns.ask("sendMessage", json!({ "receiverId": bob.id, "message": "last" })).await;
    let conversation = answer["conversationId"].as_str().unwrap();
    bob.says(conversation, "for ann").await.ok();
    assert_eq!(anns.hears(1).await, ["for ann"]);
}
