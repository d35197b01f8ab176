//! The story of a session.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use http::Method;
use parlor_testkit::{Home, Line, both_databases, request};
use serde_json::json;

#[both_databases]
async fn a_refresh_token_works_once_and_a_second_use_ends_the_session(home: Home) {
    let first = home.person("alice").await;
    let second = first.with(&first.refresh().await.ok());
    let third = second.with(&second.refresh().await.ok());
    let (line, _) = third.connects().await;
    // Somebody kept a copy of the first one, two rounds old.
    first.refresh().await.refused("unauthenticated");
    assert_eq!(line.goodbye().await, "revoked");
    third.refresh().await.refused("unauthenticated");
    third.get("/me").await.refused("unauthenticated");
}

#[both_databases]
async fn a_guessed_refresh_token_ends_nothing(home: Home) {
    let alice = home.person("alice").await;
    let [session, _family, secret] = alice.refresh_token.split('.').collect::<Vec<_>>().try_into().unwrap();
    for guess in [
        format!("{session}.AAAA.{secret}"),
        format!("{session}.AAAA.BBBB"),
        session.to_owned(),
        "…".into(),
        String::new(),
    ] {
        let body = json!({ "refresh_token": guess }).to_string();
        let json = [("content-type", "application/json")];
        request(home.address(), Method::POST, "/api/v1/auth/refresh", &json, body).await.refused("unauthenticated");
    }
    alice.get("/me").await.ok();
    alice.refresh().await.ok();
}

#[both_databases]
async fn an_access_token_runs_out_and_is_renewed(home: Home) {
    let alice = home.person("alice").await;
    home.clock.advance(599_000);
    alice.get("/me").await.ok();
    home.clock.advance(2_000);
    alice.get("/me").await.refused("unauthenticated");
    let renewed = alice.with(&alice.refresh().await.ok());
    renewed.get("/me").await.ok();
    home.clock.advance(91 * 24 * 3_600_000);
    renewed.refresh().await.refused("unauthenticated");
}

#[both_databases]
async fn one_sees_ones_devices_and_ends_one_at_once(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    home.clock.advance(1_000);
    let phone = alice.another_device().await;
    let (line, _) = phone.connects().await;
    let sessions = alice.get("/me/sessions").await.ok()["sessions"].clone();
    let rows: Vec<_> = sessions
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["device"].as_str().unwrap(), row["current"] == true))
        .collect();
    assert_eq!(rows, [("another", false), ("first", true)]);
    bob.delete(&format!("/me/sessions/{}", phone.session)).await.refused("not_found");
    phone.get("/me").await.ok();
    alice.delete(&format!("/me/sessions/{}", phone.session)).await.ok();
    assert_eq!(line.goodbye().await, "revoked");
    phone.get("/me").await.refused("unauthenticated");
    phone.refresh().await.refused("unauthenticated");
    alice.delete(&format!("/me/sessions/{}", phone.session)).await.refused("not_found");
    alice.delete("/me/sessions/0").await.refused("not_found");
}

#[both_databases]
async fn a_revoked_or_forged_token_opens_no_socket(home: Home) {
    let alice = home.person("alice").await;
    let phone = alice.another_device().await;
    alice.delete(&format!("/me/sessions/{}", phone.session)).await.ok();
    let [header, claims, signature] = alice.access_token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let none = BASE64.encode(r#"{"alg":"none","typ":"JWT","kid":"1"}"#);
    let other =
        BASE64.encode(json!({ "sub": "1", "sid": alice.session, "iat": 0, "exp": 9_999_999_999_i64 }).to_string());
    let forged = [
        phone.access_token.clone(),
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{header}.{other}.{signature}"),
        format!("{header}.{claims}"),
        "..".into(),
        "x".repeat(4_000),
    ];
    for token in forged {
        let mut line = Line::open(home.address()).await;
        line.say(json!({ "op": "hello", "token": token })).await;
        assert_eq!(line.goodbye().await, "unauthenticated", "{token}");
        let bearer = format!("Bearer {token}");
        request(home.address(), Method::GET, "/api/v1/me", &[("authorization", &bearer)], "")
            .await
            .refused("unauthenticated");
    }
    alice.connects().await;
}

#[both_databases]
async fn signing_out_ends_the_session_and_its_sockets(home: Home) {
    let alice = home.person("alice").await;
    let (line, _) = alice.connects().await;
    alice.post("/auth/logout", json!({ "refresh_token": alice.refresh_token })).await.ok();
    assert_eq!(line.goodbye().await, "revoked");
    alice.get("/me").await.refused("unauthenticated");
    let again = alice.another_device().await;
    again.post("/auth/logout", json!({})).await.ok();
    again.get("/me").await.refused("unauthenticated");
}

#[both_databases]
async fn keys_rotate_and_older_tokens_stay_good(home: Home) {
    let alice = home.person("alice").await;
    let kids = async || {
        let set = request(home.address(), Method::GET, "/.well-known/jwks.json", &[], "").await.ok();
        set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let before = kids().await;
    home.clock.advance(1);
    home.app().rotate_keys().await.unwrap();
    let after = kids().await;
    assert_eq!((before.len(), after.len(), &after[1]), (1, 2, &before[0]));
    alice.get("/me").await.ok();
    let renewed = alice.with(&alice.refresh().await.ok());
    let header = BASE64.decode(renewed.access_token.split('.').next().unwrap()).unwrap();
    assert!(String::from_utf8(header).unwrap().contains(&after[0]));
    renewed.get("/me").await.ok();
}

#[both_databases]
async fn a_lasting_token_stands_for_its_session_while_it_is_used(home: Home) {
    let alice = home.person("alice").await;
    let lasting = alice.through_a_door().await;
    lasting.get("/me").await.ok();
    let [session, secret] = lasting.access_token["parlor-".len()..].split('.').collect::<Vec<_>>().try_into().unwrap();
    for forged in [
        format!("parlor-{session}.{secret}x"),
        format!("parlor-{session}."),
        format!("parlor-1.{secret}"),
        format!("parlor-{}.{secret}", alice.session),
        format!("parlor-{secret}"),
        "parlor-".into(),
        secret.to_owned(),
    ] {
        lasting.with_access(&forged).get("/me").await.refused("unauthenticated");
    }
    // Neither kind of token is good for the other's use.
    let [_, family, refresh] = alice.refresh_token.split('.').collect::<Vec<_>>().try_into().unwrap();
    for other in [refresh, family] {
        let other = format!("parlor-{}.{other}", alice.session);
        alice.with_access(&other).get("/me").await.refused("unauthenticated");
    }
    for used in [format!("{session}.{secret}.{secret}"), lasting.access_token.clone()] {
        let body = json!({ "refresh_token": used }).to_string();
        let json = [("content-type", "application/json")];
        request(home.address(), Method::POST, "/api/v1/auth/refresh", &json, body).await.refused("unauthenticated");
    }
    // Ninety days unused would end it; it is used.
    for _ in 0..3 {
        home.clock.advance(60 * 24 * 3_600_000);
        lasting.get("/me").await.ok();
    }
    let (line, _) = lasting.connects().await;
    lasting.delete(&format!("/me/sessions/{}", lasting.session)).await.ok();
    assert_eq!(line.goodbye().await, "revoked");
    lasting.get("/me").await.refused("unauthenticated");
}

#[both_databases]
async fn a_lasting_token_that_nobody_uses_runs_out(home: Home) {
    let lasting = home.person("alice").await.through_a_door().await;
    home.clock.advance(91 * 24 * 3_600_000);
    lasting.get("/me").await.refused("unauthenticated");
}
