//! Accounts and contacts beside STOMP.

use http::{Method, StatusCode};
use parlor_testkit::{Engine, Home, Reply, both_databases, request, run_with};
use serde_json::{Value, json};

const PASSWORD: &str = "plum harbour lantern 47";

async fn ask(home: &Home, method: Method, path: &str, token: &str, body: Value) -> Reply {
    let bearer = format!("Bearer {token}");
    let body = if body.is_null() { String::new() } else { body.to_string() };
    request(home.next_node(), method, path, &[("authorization", &bearer)], body).await
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[both_databases(two_nodes)]
async fn one_signs_up_in_and_out_and_changes_the_password(home: Home) {
    let ask = async |method, path: &str, token: &str, body| ask(&home, method, path, token, body).await;
    let new = json!({ "username": "alice", "email": "alice@example.org", "password": PASSWORD });
    let made = ask(Method::POST, "/auth/sign-up", "", new.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let made = made.ok();
    let id = text(&made["user"]["_id"]);
    let user = json!({ "_id": id, "username": "alice", "name": "alice", "email": "alice@example.org" });
    assert_eq!(made, json!({ "token": made["token"], "user": user }), "and nothing else: no password, no hash");
    assert_eq!(ask(Method::POST, "/auth/sign-up", "", new).await.status, StatusCode::CONFLICT);
    let object = json!({ "username": { "$ne": 1 }, "email": "x@example.org", "password": PASSWORD });
    assert_eq!(ask(Method::POST, "/auth/sign-up", "", object).await.status, StatusCode::BAD_REQUEST);

    let log_in = async |password: &str| {
        ask(Method::POST, "/Auth/Login/", "", json!({ "username": "alice", "password": password })).await
    };
    let again = log_in(PASSWORD).await.ok();
    assert_ne!(again["token"], made["token"]);
    let wrong = log_in("not this one").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(!text(&wrong.json["message"]).is_empty());
    let by_mail = json!({ "email": "alice@example.org", "password": PASSWORD });
    ask(Method::POST, "/auth/login", "", by_mail).await.ok();

    let token = text(&again["token"]);
    let change = |old: &str| json!({ "oldPassword": old, "newPassword": "another one 48" });
    let path = "/auth/reset-password";
    assert_eq!(ask(Method::PUT, path, "", change(PASSWORD)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(Method::PUT, path, token, change("wrong")).await.status, StatusCode::BAD_REQUEST);
    ask(Method::PUT, path, token, change(PASSWORD)).await.ok();
    assert_eq!(log_in(PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    let contacts = format!("/contact/{id}");
    let others = ask(Method::GET, &contacts, text(&made["token"]), Value::Null).await;
    assert_eq!(others.status, StatusCode::UNAUTHORIZED, "all other sessions have ended");
    ask(Method::GET, &contacts, token, Value::Null).await.ok();
    ask(Method::POST, "/auth/logout", token, Value::Null).await.ok();
    assert_eq!(ask(Method::GET, &contacts, token, Value::Null).await.status, StatusCode::UNAUTHORIZED);
    log_in("another one 48").await.ok();
}

#[both_databases(two_nodes)]
async fn contacts_are_ones_own(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let add = async |of: &str, contact: &str| {
        alice.asks(Method::POST, "/contact", json!({ "userId": of, "contactId": contact })).await
    };
    assert_eq!(add(&bob.id, &alice.id).await.status, StatusCode::FORBIDDEN);
    assert_eq!(add(&alice.id, "x").await.status, StatusCode::NOT_FOUND);
    assert_eq!(add(&alice.id, "1").await.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        assert_eq!(add(&alice.id, &bob.id).await.ok()["username"], "bob", "once more is as once");
    }
    let list = async |of: &str| alice.asks(Method::GET, &format!("/contact/{of}"), Value::Null).await;
    assert_eq!(list(&alice.id).await.ok(), json!([{ "_id": bob.id, "username": "bob", "name": "bob" }]));
    assert_eq!(list(&bob.id).await.status, StatusCode::FORBIDDEN);
}

#[test]
fn a_door_that_is_closed_is_not_there() {
    run_with(
        Engine::Sqlite,
        |config| config.doors.stomp = false,
        async |home| {
            let new = json!({ "username": "alice", "email": "alice@example.org", "password": PASSWORD });
            assert_eq!(ask(&home, Method::POST, "/auth/sign-up", "", new).await.status, StatusCode::NOT_FOUND);
            let info = request(home.address(), Method::GET, "/websocket/info", &[], "").await;
            assert!(info.json.is_null(), "the web client's page, or nothing");
        },
    );
}
