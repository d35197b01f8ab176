//! The story of an account.

use http::Method;
use parlor_testkit::{Engine, Home, both_databases, request, run_with};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn post(home: &Home, path: &str, body: &Value) -> parlor_testkit::Reply {
    request(home.address(), Method::POST, &format!("/api/v1{path}"), &[JSON], body.to_string()).await
}

#[both_databases]
async fn the_first_to_sign_up_owns_the_server(home: Home) {
    let before = request(home.address(), Method::GET, "/api/v1/server", &[], "").await.ok();
    assert_eq!((&before["first_run"], &before["signup"]), (&json!(true), &json!("open")));
    let [alice, bob] = home.people(["alice", "bob"]).await;
    assert_eq!(alice.get("/me").await.ok()["role"], "owner");
    assert_eq!(bob.get("/me").await.ok()["role"], "member");
    let after = request(home.address(), Method::GET, "/api/v1/server", &[], "").await.ok();
    assert_eq!(after["first_run"], false);
}

#[both_databases]
async fn two_who_sign_up_first_at_once_make_one_owner(home: Home) {
    let names = ["ann", "ben", "cid", "dan"];
    let people = names.map(|name| home.person(name));
    let [a, b, c, d] = people;
    let (a, b, c, d) = tokio::join!(a, b, c, d);
    let mut owners = 0;
    for person in [a, b, c, d] {
        owners += usize::from(person.get("/me").await.ok()["role"] == "owner");
    }
    assert_eq!(owners, 1);
}

#[both_databases]
async fn what_does_not_make_an_account_is_refused_and_says_where(home: Home) {
    home.person("alice").await;
    let good = json!({ "email": "new@example.org", "password": "correct horse battery", "name": "New" });
    let cases = [
        (json!({ "email": "ALICE@Example.ORG" }), "conflict", Some("email")),
        (json!({ "username": "Alice" }), "conflict", Some("username")),
        (json!({ "username": "a b" }), "invalid", Some("username")),
        (json!({ "email": "nobody" }), "invalid", Some("email")),
        (json!({ "password": "short" }), "invalid", Some("password")),
        (json!({ "password": "password123" }), "invalid", Some("password")),
        (json!({ "password": "x".repeat(2_000) }), "invalid", Some("password")),
        (json!({ "name": " \t " }), "invalid", Some("name")),
        (json!({ "name": "x".repeat(65) }), "invalid", Some("name")),
        (json!({ "name": "evil\u{202E}eman" }), "invalid", Some("name")),
        (json!({ "name": 7 }), "invalid", Some("name")),
        (json!({ "email": { "$ne": "" } }), "invalid", Some("email")),
        (json!({ "password": null }), "invalid", Some("password")),
    ];
    for (wrong, code, field) in cases {
        let mut ask = good.clone();
        ask.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let problem = post(&home, "/auth/signup", &ask).await.refused(code);
        assert_eq!(problem["field"].as_str(), field, "{wrong}");
    }
    // The premise: without what is wrong it is an account.
    post(&home, "/auth/signup", &good).await.ok();
}

#[both_databases]
async fn a_body_that_is_no_json_is_refused_and_the_server_goes_on(home: Home) {
    let send = |headers: &'static [(&str, &str)], body: Vec<u8>| {
        request(home.address(), Method::POST, "/api/v1/auth/signup", headers, body)
    };
    const TYPE: &[(&str, &str)] = &[JSON];
    send(TYPE, b"{".to_vec()).await.refused("invalid");
    send(TYPE, b"".to_vec()).await.refused("invalid");
    send(TYPE, b"[]".to_vec()).await.refused("invalid");
    send(TYPE, b"{\"email\":\"\xff\xfe\"}".to_vec()).await.refused("invalid");
    send(TYPE, "[".repeat(100_000).into_bytes()).await.refused("invalid");
    send(TYPE, vec![b' '; 300 * 1024]).await.refused("too_large");
    send(&[("content-type", "text/plain")], b"{}".to_vec()).await.refused("invalid");
    home.person("alice").await;
}

#[both_databases]
async fn one_signs_in_by_name_or_mail_and_a_wrong_guess_learns_nothing(home: Home) {
    home.person("alice").await;
    for login in ["alice", "ALICE", " alice@example.org ", "Alice@Example.org"] {
        post(&home, "/auth/login", &json!({ "login": login, "password": "correct horse battery" })).await.ok();
    }
    let wrong = post(&home, "/auth/login", &json!({ "login": "alice", "password": "wrong" })).await;
    let unknown = post(&home, "/auth/login", &json!({ "login": "nobody", "password": "wrong" })).await;
    let (wrong, unknown) = (wrong.refused("unauthenticated"), unknown.refused("unauthenticated"));
    assert_eq!(wrong["detail"], unknown["detail"]);
}

#[both_databases]
async fn a_changed_account_is_told_to_the_other_devices(home: Home) {
    let alice = home.person("alice").await;
    let (mut line, welcome) = alice.another_device().await.connects().await;
    let ask = json!({ "name": "Alice  Liddell", "bio": "Down the hole.", "username": "al", "preferences": { "theme": "dark" } });
    let me = alice.patch("/me", ask).await.ok();
    assert_eq!(
        (&me["name"], &me["username"], &me["bio"]),
        (&json!("Alice Liddell"), &json!("al"), &json!("Down the hole."))
    );
    assert_eq!((&me["preferences"]["theme"], &me["preferences"]["enter_sends"]), (&json!("dark"), &json!(true)));
    assert!(me["version"].as_i64() > welcome["account_version"].as_i64());
    assert_eq!(line.until("account").await["version"], me["version"]);

    home.person("bob").await;
    alice.patch("/me", json!({ "username": "BOB" })).await.refused("conflict");
    alice.patch("/me", json!({ "bio": "x".repeat(301) })).await.refused("invalid");
    alice.patch("/me", json!({ "preferences": { "theme": "pink" } })).await.refused("invalid");
    alice.patch("/me", json!({ "preferences": { "colour": "red" } })).await.refused("invalid");
    assert_eq!(alice.get("/me").await.ok(), me);
}

#[both_databases]
async fn a_new_password_ends_every_other_session(home: Home) {
    let alice = home.person("alice").await;
    let thief = alice.another_device().await;
    let (line, _) = thief.connects().await;
    let ask = |old: &str, new: &str| json!({ "old_password": old, "new_password": new });
    let problem = alice.put("/me/password", ask("wrong", "a much better one")).await.refused("invalid");
    assert_eq!(problem["field"], "old_password");
    alice.put("/me/password", ask("correct horse battery", "password1")).await.refused("invalid");
    thief.get("/me").await.ok();
    alice.put("/me/password", ask("correct horse battery", "a much better one")).await.ok();
    assert_eq!(line.goodbye().await, "revoked");
    thief.get("/me").await.refused("unauthenticated");
    alice.get("/me").await.ok();
    post(&home, "/auth/login", &json!({ "login": "alice", "password": "correct horse battery" }))
        .await
        .refused("unauthenticated");
    post(&home, "/auth/login", &json!({ "login": "alice", "password": "a much better one" })).await.ok();
}

#[both_databases]
async fn no_answer_holds_a_password_hash_or_a_strangers_mail(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    for path in
        ["/me", "/me/sessions", "/users?query=", "/conversations", &format!("/conversations/{conversation}/members")]
    {
        let text = alice.get(path).await.ok().to_string();
        assert!(!text.contains("argon2") && !text.contains("bob@example.org"), "{path}: {text}");
    }
}

#[both_databases]
async fn a_browser_keeps_its_refresh_token_in_a_cookie_no_script_can_read(home: Home) {
    home.person("alice").await;
    let ask = json!({ "login": "alice", "password": "correct horse battery", "cookie": true });
    let reply = post(&home, "/auth/login", &ask).await;
    let cookie = reply.headers["set-cookie"].to_str().unwrap().to_owned();
    for part in ["parlor_refresh=", "HttpOnly", "SameSite=Strict", "Path=/api/v1/auth", "Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(reply.json["refresh_token"].is_null() && reply.headers["cache-control"] == "no-store");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let refresh = |cookie: String, origin: Option<String>| {
        let address = home.address();
        async move {
            let mut headers = vec![("cookie", cookie.as_str())];
            headers.extend(origin.as_deref().map(|origin| ("origin", origin)));
            request(address, Method::POST, "/api/v1/auth/refresh", &headers, "").await
        }
    };
    refresh(cookie.clone(), Some("https://evil.example".into())).await.refused("forbidden");
    let next_cookie = |reply: &parlor_testkit::Reply| {
        reply.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
    };
    // A reload loses the first answer: the old cookie works once more, for a while.
    refresh(cookie.clone(), Some(home.url())).await.ok();
    let next = refresh(cookie.clone(), Some(home.url())).await;
    let current = next_cookie(&next);
    next.ok();
    let next = refresh(current, None).await;
    let cookie_now = next_cookie(&next);
    next.ok();
    let out = request(home.address(), Method::POST, "/api/v1/auth/logout", &[("cookie", &cookie_now)], "").await;
    assert!(out.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    refresh(cookie_now, None).await.refused("unauthenticated");
}

#[both_databases]
async fn a_cookie_that_was_stolen_ends_its_session_all_the_same(home: Home) {
    home.person("alice").await;
    let ask = json!({ "login": "alice", "password": "correct horse battery", "cookie": true });
    let first = post(&home, "/auth/login", &ask).await.headers["set-cookie"].to_str().unwrap().to_owned();
    let address = home.address();
    let refresh = |cookie: String| async move {
        let cookie = cookie.split(';').next().unwrap().to_owned();
        request(address, Method::POST, "/api/v1/auth/refresh", &[("cookie", &cookie)], "").await
    };
    let second = refresh(first.clone()).await.headers["set-cookie"].to_str().unwrap().to_owned();
    home.clock.advance(31_000);
    refresh(first).await.refused("unauthenticated");
    refresh(second).await.refused("unauthenticated");
}

#[test]
fn guessing_a_password_and_flooding_sign_ups_are_slowed_down() {
    let set = |config: &mut parlor_testkit::Config| {
        config.app.rates.exempt.clear();
        config.app.rates.auth_per_account_minute = 2;
        config.app.rates.auth_per_address_minute = 20;
    };
    run_with(Engine::Sqlite, set, |home| async move {
        home.person("alice").await;
        let guess = json!({ "login": "alice", "password": "wrong" });
        for _ in 0..4 {
            post(&home, "/auth/login", &guess).await.refused("unauthenticated");
        }
        let problem = post(&home, "/auth/login", &guess).await.refused("limited");
        assert!(problem["retry_after_ms"].as_u64().is_some_and(|ms| ms > 0));
        // Another account from the same address is not locked out by that.
        home.person("bob").await;
        let mut refused = 0;
        for n in 0..60 {
            let ask = json!({ "email": format!("{n}@example.org"), "password": "short", "name": "n" });
            refused += usize::from(post(&home, "/auth/signup", &ask).await.json["code"] == "limited");
        }
        assert!(refused > 0);
    });
}

#[test]
fn a_closed_server_takes_nobody_after_its_owner() {
    let set = |config: &mut parlor_testkit::Config| config.app.signup = parlor_testkit::Signup::Closed;
    run_with(Engine::Sqlite, set, |home| async move {
        home.person("alice").await;
        let ask = json!({ "email": "b@example.org", "password": "correct horse battery", "name": "Bob" });
        post(&home, "/auth/signup", &ask).await.refused("forbidden");
    });
}

#[both_databases]
async fn a_login_that_cannot_be_one_is_nobodys(home: Home) {
    home.person("alice").await;
    for login in ["a\0b".to_owned(), "\u{FDFA}".repeat(60_000), String::new(), "x".repeat(10_000)] {
        let ask = json!({ "login": login, "password": "correct horse battery", "device": "a\0b" });
        post(&home, "/auth/login", &ask).await.refused("unauthenticated");
    }
    let ask = json!({ "login": "alice", "password": "correct horse battery", "device": "a\0b\u{7}c" });
    let auth = post(&home, "/auth/login", &ask).await.ok();
    let bearer = format!("Bearer {}", auth["access_token"].as_str().unwrap());
    let sessions = request(home.address(), Method::GET, "/api/v1/me/sessions", &[("authorization", &bearer)], "").await;
    assert!(sessions.ok()["sessions"].as_array().unwrap().iter().any(|session| session["device"] == "abc"));
}

#[both_databases]
async fn signing_in_with_an_old_password_while_it_changes_gets_nowhere(home: Home) {
    let alice = home.person("alice").await;
    let old = json!({ "login": "alice", "password": "correct horse battery" });
    let logins = futures_util::future::join_all((0..6).map(|_| post(&home, "/auth/login", &old)));
    let ask = json!({ "old_password": "correct horse battery", "new_password": "a much better one" });
    let (changed, logins) = tokio::join!(alice.put("/me/password", ask), logins);
    changed.ok();
    for login in logins.into_iter().filter(|login| login.status == 200) {
        let bearer = format!("Bearer {}", login.json["access_token"].as_str().unwrap());
        let me = request(home.address(), Method::GET, "/api/v1/me", &[("authorization", &bearer)], "").await;
        me.refused("unauthenticated");
    }
    assert_eq!(alice.get("/me/sessions").await.ok()["sessions"].as_array().unwrap().len(), 1);
}

#[both_databases]
async fn signing_out_takes_whatever_names_the_session(home: Home) {
    let alice = home.person("alice").await;
    let out = async |headers: &[(&str, &str)]| {
        let reply = request(home.address(), Method::POST, "/api/v1/auth/logout", headers, "").await;
        assert_eq!(reply.status, 204);
    };
    let phone = alice.another_device().await;
    let bearer = format!("bearer {}", phone.access_token);
    out(&[("authorization", &bearer), ("cookie", "parlor_refresh=1.stale.cookie")]).await;
    phone.get("/me").await.refused("unauthenticated");
    out(&[("cookie", "parlor_refresh=nonsense")]).await;
    alice.get("/me").await.ok();
}

#[both_databases]
async fn one_tells_more_of_oneself_and_others_see_it(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let until = home.clock.now() + 60_000;
    let status = json!({ "text": "  On the  train ", "emoji": "🚆", "until": until });
    let ask = json!({ "pronouns": "she/her", "time_zone": "europe/berlin", "status": status });
    let me = alice.patch("/me", ask).await.ok();
    let shown = json!({ "text": "On the train", "emoji": "🚆", "until": until });
    assert_eq!(
        (&me["pronouns"], &me["time_zone"], &me["status"]),
        (&json!("she/her"), &json!("Europe/Berlin"), &shown)
    );
    let direct = bob.direct(&alice).await;
    let group = bob.group("lunch", &[&alice]).await;
    let members = bob.get(&format!("/conversations/{group}/members")).await.ok();
    let member = members["members"].as_array().unwrap().iter().find(|member| member["user"]["id"] == json!(alice.id));
    let seen = [
        bob.get(&format!("/users/{}", alice.id)).await.ok(),
        bob.get("/users?query=alice").await.ok()["users"][0].clone(),
        bob.sees(&direct).await["peer"].clone(),
        member.unwrap()["user"].clone(),
    ];
    for user in seen {
        assert_eq!((&user["status"], &user["time_zone"]), (&shown, &json!("Europe/Berlin")), "{user}");
        assert_eq!(user["email"], serde_json::Value::Null);
    }
    // What is over is not shown, and what is empty is left out.
    home.clock.advance(60_000);
    assert_eq!(bob.sees(&direct).await["peer"]["status"], serde_json::Value::Null);
    assert_eq!(alice.get("/me").await.ok()["status"], serde_json::Value::Null);
    alice.patch("/me", json!({ "status": { "text": "here" } })).await.ok();
    assert_eq!(alice.patch("/me", json!({ "bio": "x" })).await.ok()["status"], json!({ "text": "here" }));
    let me = alice.patch("/me", json!({ "pronouns": "", "time_zone": "", "status": null })).await.ok();
    assert!(["pronouns", "time_zone", "status"].iter().all(|key| me.get(key).is_none()), "{me}");
}

#[both_databases]
async fn what_one_may_not_tell_of_oneself(home: Home) {
    let alice = home.person("alice").await;
    let now = home.clock.now();
    for bad in [
        json!({ "status": { "text": "x".repeat(101) } }),
        json!({ "status": { "text": "a\u{202E}b" } }),
        json!({ "status": { "emoji": "ab" } }),
        json!({ "status": { "emoji": "🚆🚆" } }),
        json!({ "status": { "text": "x", "until": now } }),
        json!({ "status": { "text": "x", "until": "soon" } }),
        json!({ "status": "busy" }),
        json!({ "pronouns": "x".repeat(41) }),
        json!({ "pronouns": "a\0b" }),
        json!({ "time_zone": "Europe/Atlantis" }),
        json!({ "time_zone": "../../etc/passwd" }),
        json!({ "time_zone": 1 }),
    ] {
        alice.patch("/me", bad).await.refused("invalid");
    }
    assert_eq!(alice.get("/me").await.ok()["version"], 1);
    alice.patch("/me", json!({ "status": { "text": "x".repeat(100) }, "pronouns": "x".repeat(40) })).await.ok();
}
