//! The story of the first door.

use http::{Method, StatusCode};
use parlor_testkit::{Home, Person, both_databases, request};
use serde_json::{Value, json};

use crate::socket::Io;

const POST: Method = Method::POST;
const GET: Method = Method::GET;
const PUT: Method = Method::PUT;

async fn people<const N: usize>(home: &Home, names: [&str; N]) -> [Person; N] {
    let mut people = Vec::new();
    for person in home.people(names).await {
        people.push(person.through_a_door().await);
    }
    people.try_into().unwrap()
}

async fn chat_of(alice: &Person, bob: &Person) -> String {
    let chat = alice.asks(POST, "/api/chat", json!({ "userId": bob.id })).await.ok();
    chat["_id"].as_str().unwrap().to_owned()
}

async fn says(who: &Person, chat: &str, text: &str) -> Value {
    who.asks(POST, "/api/message", json!({ "content": text, "chatId": chat })).await.ok()
}

fn ids(users: &Value) -> Vec<&str> {
    users.as_array().unwrap().iter().map(|user| user["_id"].as_str().unwrap()).collect()
}

#[both_databases(two_nodes)]
async fn one_signs_up_and_in_and_is_told_what_is_wrong(home: Home) {
    let ask = async |path: &str, body: Value| {
        request(home.next_node(), POST, path, &[("content-type", "application/json")], body.to_string()).await
    };
    let whole = json!({ "name": "Ann Ä", "email": "ann@example.org", "password": "correct horse battery", "pic": "x" });
    let made = ask("/api/User/", whole.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!((&made.json["name"], &made.json["email"]), (&json!("Ann Ä"), &json!("ann@example.org")));
    assert!(!made.text.contains("argon") && !made.text.contains("hash"), "{}", made.text);
    let twice = ask("/api/user", whole).await;
    assert_eq!((twice.status.as_u16(), twice.json), (400, json!({ "message": "User already exists" })));
    for less in [json!({}), json!([]), json!({ "name": "A", "email": "a@b.c" }), json!({ "name": 1 })] {
        let refused = ask("/api/user", less).await;
        assert_eq!((refused.status.as_u16(), refused.json), (400, json!({ "message": "Please Enter all the Feilds" })));
    }
    for (email, password) in [("ann@example.org", "wrong"), ("nobody@example.org", "correct horse battery"), ("", "")] {
        let refused = ask("/api/user/login", json!({ "email": email, "password": password })).await;
        assert_eq!((refused.status.as_u16(), refused.json), (401, json!({ "message": "Invalid Email or Password" })));
    }
    let token = "parlor-1.AAAA";
    for (headers, message) in [
        (vec![], "Not authorized, no token"),
        (vec![("authorization", format!("Bearer {token}"))], "Not authorized, token failed"),
    ] {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for (method, path) in
            [(GET, "/api/chat"), (GET, "/api/user?search=a"), (POST, "/api/message"), (GET, "/api/message/7")]
        {
            let refused = request(home.next_node(), method, path, &headers, "").await;
            assert_eq!((refused.status.as_u16(), refused.json), (401, json!({ "message": message })), "{path}");
        }
    }
    let nowhere = request(home.address(), GET, "/api/Nothing/here?x=1", &[], "").await;
    assert_eq!(
        (nowhere.status.as_u16(), &nowhere.json),
        (404, &json!({ "message": "Not Found - /api/Nothing/here?x=1" }))
    );
    let wrong_method = request(home.address(), GET, "/api/user/login", &[], "").await;
    assert_eq!(wrong_method.json, json!({ "message": "Not Found - /api/user/login" }));
    request(home.address(), GET, "/api/v1/nothing", &[], "").await.refused("not_found");
}

#[both_databases(two_nodes)]
async fn a_search_bears_whatever_is_typed(home: Home) {
    let [ann, zoe, _bob] = people(&home, ["ann", "zoe", "bob"]).await;
    zoe.patch("/me", json!({ "name": "Zoë (the) [Great]" })).await.ok();
    let found = async |query: &str| {
        let found = ann.asks(GET, &format!("/api/user?search={query}"), Value::Null).await.ok();
        found.as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("").await, ["@bob", "@zoe"]);
    assert_eq!(ann.asks(GET, "/api/user", Value::Null).await.ok().as_array().unwrap().len(), 2);
    for query in ["z", "ZO", "oe", "rea", "(the)", "[G", "(", "%5B", "o%C3%AB"] {
        assert_eq!(found(query).await, ["@zoe"], "{query}");
    }
    for query in [".*", "^", "$", "%25", "%ff", "%", "'--", "a&search=b", "example.org", "ann"] {
        let found = found(query).await;
        assert!(found.is_empty() || query.starts_with('%'), "{query}: {found:?}");
    }
}

#[both_databases(two_nodes)]
async fn two_first_contacts_at_once_make_one_chat(home: Home) {
    let [ann, bob] = people(&home, ["ann", "bob"]).await;
    let (one, other) = tokio::join!(chat_of(&ann, &bob), chat_of(&bob, &ann));
    assert_eq!(one, other);
    let list = bob.asks(GET, "/api/chat", Value::Null).await.ok();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["chatName"]), (1, &json!("sender")));
    assert_eq!(ids(&list[0]["users"]).len(), 2);
    assert!(list[0].get("latestMessage").is_none() && list[0].get("groupAdmin").is_none());
    for wrong in [json!({}), json!({ "userId": "7" }), json!({ "userId": 7 }), json!({ "userId": ann.id }), json!("x")]
    {
        let refused = ann.asks(POST, "/api/chat", wrong.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.text.as_str()), (400, "Bad Request"), "{wrong}");
    }
}

#[both_databases(two_nodes)]
async fn what_is_posted_is_told_to_the_others_and_stands_in_the_history(home: Home) {
    let [ann, bob] = people(&home, ["ann", "bob"]).await;
    let chat = chat_of(&ann, &bob).await;
    let (mut anns, mut bobs) = (Io::set_up(&ann).await, Io::set_up(&bob).await);
    let whole = ann.asks(GET, "/api/chat", Value::Null).await.ok()[0].clone();
    let posted = ann.asks(POST, "/api/message/", json!({ "content": "one", "chatId": whole })).await.ok();
    let (name, told) = bobs.event().await;
    assert_eq!((name.as_str(), &told), ("message recieved", &posted));
    assert_eq!((&told["sender"]["_id"], &told["chat"]["_id"]), (&json!(ann.id), &json!(chat)));
    // What clients say of messages is not believed, whoever they say said it.
    bobs.emit("new message", json!({ "content": "forged", "sender": { "_id": ann.id }, "chat": whole })).await;
    says(&bob, &chat, "two").await;
    bob.says(&chat, "three, from the other client").await.ok();
    // She is told of his and not of her own.
    assert_eq!(anns.hears(2).await, ["two", "three, from the other client"]);
    let history = bob.asks(GET, &format!("/api/Message/{chat}/"), Value::Null).await.ok();
    let texts: Vec<_> = history.as_array().unwrap().iter().map(|message| message["content"].clone()).collect();
    assert_eq!(texts, ["one", "two", "three, from the other client"]);
    let list = ann.asks(GET, "/api/chat", Value::Null).await.ok();
    assert_eq!(list[0]["latestMessage"]["content"], "three, from the other client");
    let log = bob.get(&format!("/conversations/{chat}/messages")).await.ok();
    assert_eq!(log["messages"].as_array().unwrap().len(), 3);
    for wrong in [
        json!({ "chatId": chat }),
        json!({ "content": "", "chatId": chat }),
        json!({ "content": {}, "chatId": chat }),
        json!({ "content": "x" }),
    ] {
        let refused = ann.asks(POST, "/api/message", wrong.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.text.as_str()), (400, "Bad Request"), "{wrong}");
    }
}

#[both_databases(two_nodes)]
async fn a_group_is_run_by_its_owner_and_left_by_anybody(home: Home) {
    let [ann, bob, cid, dan] = people(&home, ["ann", "bob", "cid", "dan"]).await;
    let users = json!([bob.id, cid.id]).to_string();
    let group = ann.asks(POST, "/api/chat/group", json!({ "name": "Lunch", "users": users })).await.ok();
    let id = group["_id"].clone();
    assert_eq!((&group["chatName"], &group["groupAdmin"]["_id"]), (&json!("Lunch"), &json!(ann.id)));
    assert_eq!(ids(&group["users"]).len(), 3);
    let put = async |who: &Person, what: &str, body: Value| who.asks(PUT, &format!("/api/chat/{what}"), body).await;
    let renamed = put(&ann, "rename", json!({ "chatId": id, "chatName": "Dinner" })).await.ok();
    assert_eq!(renamed["chatName"], "Dinner");
    assert_eq!(ids(&put(&ann, "groupadd", json!({ "chatId": id, "userId": dan.id })).await.ok()["users"]).len(), 4);
    assert_eq!(ids(&put(&ann, "groupremove", json!({ "chatId": id, "userId": cid.id })).await.ok()["users"]).len(), 3);
    assert_eq!(ids(&put(&bob, "groupremove", json!({ "chatId": id, "userId": bob.id })).await.ok()["users"]).len(), 2);
    // Who does not run it changes nothing, who is not in it finds nothing.
    for (what, body) in [
        ("rename", json!({ "chatId": id, "chatName": "Mine" })),
        ("groupadd", json!({ "chatId": id, "userId": bob.id })),
        ("groupremove", json!({ "chatId": id, "userId": ann.id })),
    ] {
        let member = put(&dan, what, body.clone()).await;
        assert!(member.status == StatusCode::FORBIDDEN || what == "groupadd", "{what} {}", member.text);
        let stranger = put(&bob, what, body).await;
        let told = (stranger.status.as_u16(), stranger.json);
        assert_eq!(told, (404, json!({ "message": "Chat Not Found" })), "{what}");
    }
    for wrong in [
        json!({}),
        json!({ "chatId": "x", "chatName": "y" }),
        json!({ "chatId": id }),
        json!({ "chatId": id, "chatName": {} }),
    ] {
        assert_eq!(put(&ann, "rename", wrong).await.json, json!({ "message": "Chat Not Found" }));
    }
}

#[both_databases(two_nodes)]
async fn what_refuses_a_group_is_a_text_that_the_page_can_show(home: Home) {
    let [ann, bob] = people(&home, ["ann", "bob"]).await;
    let ask = async |who: &Person, body: Value| who.asks(POST, "/api/chat/group", body).await;
    let few = ask(&ann, json!({ "name": "x", "users": json!([bob.id]).to_string() })).await;
    assert_eq!((few.status.as_u16(), few.text.as_str()), (400, "More than 2 users are required to form a group chat"));
    assert!(few.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert_eq!(ask(&ann, json!({ "name": "x" })).await.json, json!({ "message": "Please Fill all the feilds" }));
    // An object where a text is expected.
    assert_eq!(ask(&ann, json!({ "name": "x", "users": [bob.id] })).await.status.as_u16(), 400);
    for users in ["nonsense", "[1,2]", r#"["1","2"]"#, r#"["a","b"]"#] {
        let refused = ask(&ann, json!({ "name": "x", "users": users })).await;
        assert!(refused.status.is_client_error() && refused.json.is_null(), "{users}: {}", refused.text);
    }
    let nobody = ask(&ann.with_access("parlor-1.x"), json!({ "name": "x", "users": "[]" })).await;
    assert_eq!((nobody.status.as_u16(), nobody.text.as_str()), (401, "Not authorized, token failed"));
}

#[both_databases(two_nodes)]
async fn a_stranger_finds_no_chat(home: Home) {
    let [ann, bob, eve] = people(&home, ["ann", "bob", "eve"]).await;
    let chat = chat_of(&ann, &bob).await;
    says(&ann, &chat, "secret").await;
    let mut eves = Io::set_up(&eve).await;
    let mut bobs = Io::set_up(&bob).await;
    let read = eve.asks(GET, &format!("/api/message/{chat}"), Value::Null).await;
    assert_eq!((read.status.as_u16(), read.json), (404, json!({ "message": "Chat Not Found" })));
    let written = eve.asks(POST, "/api/message", json!({ "content": "x", "chatId": chat })).await;
    assert_eq!(written.status, StatusCode::NOT_FOUND);
    for event in ["join chat", "typing", "stop typing"] {
        eves.emit(event, json!(chat)).await;
        bobs.emit(event, json!("nonsense")).await;
        bobs.emit(event, json!({})).await;
    }
    eves.emit("join chat", json!(chat)).await;
    // An acknowledgement says that it was done.
    bobs.ask("join chat", json!(chat)).await;
    let mut anns = Io::set_up(&ann).await;
    anns.emit("typing", json!(chat)).await;
    assert_eq!(bobs.event().await.0, "typing");
    says(&ann, &chat, "again").await;
    assert_eq!(bobs.hears(1).await, ["again"]);
    // She was told nothing: the next thing she hears is her own.
    let own = chat_of(&bob, &eve).await;
    says(&bob, &own, "hello eve").await;
    let (name, told) = eves.event().await;
    assert_eq!((name.as_str(), &told["content"]), ("message recieved", &json!("hello eve")));
}

#[both_databases(two_nodes)]
async fn who_is_not_who_they_say_hears_nothing(home: Home) {
    let [ann, bob] = people(&home, ["ann", "bob"]).await;
    let chat = chat_of(&ann, &bob).await;
    let mut forged = Io::connect(bob.address(), Value::Null).await.unwrap();
    for wrong in [
        json!({ "_id": bob.id, "token": ann.access_token }),
        json!({ "_id": bob.id, "token": "parlor-1.x" }),
        json!({ "_id": bob.id }),
        json!({ "token": bob.access_token }),
        json!(bob.id),
        json!([]),
    ] {
        forged.emit("setup", wrong).await;
    }
    // An acknowledgement says that all of that was looked at.
    forged.ask("join chat", json!(chat)).await;
    says(&ann, &chat, "for bob alone").await;
    says(&bob, &chat, "for ann, who is not there yet").await;
    forged.emit("setup", json!({ "_id": ann.id, "token": ann.access_token })).await;
    assert_eq!(forged.event().await.0, "connected");
    says(&bob, &chat, "for ann").await;
    assert_eq!(forged.hears(1).await, ["for ann"]);
}

#[both_databases(two_nodes)]
async fn a_revoked_session_is_out_at_once(home: Home) {
    let [ann, bob] = people(&home, ["ann", "bob"]).await;
    let chat = chat_of(&ann, &bob).await;
    let bobs = Io::set_up(&bob).await;
    let (pid, offset) = (bobs.pid.clone(), bobs.offset.clone());
    bob.delete(&format!("/me/sessions/{}", bob.session)).await.ok();
    bobs.ends().await;
    let refused = bob.asks(GET, "/api/chat", Value::Null).await;
    assert_eq!(refused.json, json!({ "message": "Not authorized, token failed" }));
    let mut back = Io::connect(bob.address(), json!({ "pid": pid, "offset": offset })).await.unwrap();
    says(&ann, &chat, "not for him").await;
    back.emit("setup", json!({ "_id": ann.id, "token": ann.access_token })).await;
    assert_eq!(back.event().await.0, "connected");
}

#[both_databases(two_nodes)]
async fn who_comes_back_has_missed_nothing(mut home: Home) {
    let [ann, bob] = people(&home, ["ann", "bob"]).await;
    let chat = chat_of(&ann, &bob).await;
    let mut bobs = Io::set_up(&bob).await;
    says(&ann, &chat, "1").await;
    says(&ann, &chat, "2").await;
    assert_eq!(bobs.hears(1).await, ["1"]);
    // The second is on its way when the line breaks, the others are said while he is away.
    let bobs_pid = bobs.pid.clone();
    says(&ann, &chat, "3").await;
    let mut bobs = bobs.back(bob.address()).await;
    says(&ann, &chat, "4").await;
    assert_eq!((bobs.hears(3).await, &bobs.pid), (vec!["2".into(), "3".into(), "4".into()], &bobs_pid));
    // A process that has just started knows him all the same.
    home.restart().await;
    let bobs = bobs.back(home.address()).await;
    assert_ne!(bobs.pid, bobs_pid);
    // And keeps for him from then on what he misses, though the last he got was told by the one before.
    let bobs_pid = bobs.pid.clone();
    says(&ann, &chat, "5").await;
    let mut bobs = bobs.back(home.address()).await;
    assert_eq!((bobs.hears(1).await, &bobs.pid), (vec!["5".to_owned()], &bobs_pid));
}

#[both_databases(two_nodes)]
async fn a_secret_that_is_guessed_opens_nothing(home: Home) {
    let [ann, bob] = people(&home, ["ann", "bob"]).await;
    let chat = chat_of(&ann, &bob).await;
    let bobs = Io::set_up(&bob).await;
    let (secret, token) = bobs.pid.split_once('~').unwrap();
    let (head, _) = token.split_once('.').unwrap();
    let mut guests = Vec::new();
    for pid in [secret.to_owned(), format!("{secret}~{head}.AAAA"), format!("AAAA~{head}."), "~".into(), String::new()]
    {
        guests.push(Io::connect(bob.address(), json!({ "pid": pid, "offset": "0" })).await.unwrap());
    }
    says(&ann, &chat, "for bob").await;
    for mut guest in guests {
        guest.emit("setup", json!({ "_id": ann.id, "token": ann.access_token })).await;
        assert_eq!(guest.event().await.0, "connected");
    }
}

#[both_databases(two_nodes)]
async fn what_a_blocked_one_says_stays_untold(home: Home) {
    let [ann, bob] = people(&home, ["ann", "bob"]).await;
    let chat = chat_of(&ann, &bob).await;
    bob.put(&format!("/me/blocks/{}", ann.id), Value::Null).await.ok();
    let mut bobs = Io::set_up(&bob).await;
    says(&ann, &chat, "unheard").await;
    let history = bob.asks(GET, &format!("/api/message/{chat}"), Value::Null).await.ok();
    assert_eq!(history, json!([]));
    let other = home.person("cid").await;
    let chat = other.direct(&bob).await;
    other.says(&chat, "heard").await.ok();
    assert_eq!(bobs.hears(1).await, ["heard"]);
}
