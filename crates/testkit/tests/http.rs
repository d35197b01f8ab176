//! What the server says over plain HTTP besides the API: health, the client's files, headers, odd requests.

#![cfg(test)]

use http::{Method, StatusCode};
use parlor_testkit::{Engine, Home, Reply, both_databases, request, run_with};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

async fn get(home: &Home, path: &str, headers: &[(&str, &str)]) -> Reply {
    request(home.address(), Method::GET, path, headers, "").await
}

#[both_databases]
async fn it_says_that_it_lives_and_can_serve(home: Home) {
    for path in ["/healthz", "/readyz"] {
        assert_eq!(get(&home, path, &[]).await.status, 200, "{path}");
    }
    let gateway = get(&home, "/api/v1/gateway", &[]).await.ok();
    assert_eq!(gateway["url"], format!("ws://{}/api/v1/socket", home.address()));
    let behind_tls = get(&home, "/api/v1/gateway", &[("x-forwarded-proto", "https")]).await.ok();
    assert_eq!(behind_tls["url"], format!("wss://{}/api/v1/socket", home.address()));
    assert_eq!(get(&home, "/api/v1/openapi.json", &[]).await.ok()["info"]["title"], "Parlor");
    assert_eq!(get(&home, "/api/v1/docs", &[]).await.headers["content-type"], "text/html; charset=utf-8");
}

#[both_databases]
async fn odd_requests_get_an_answer_that_helps(home: Home) {
    let wrong = request(home.address(), Method::DELETE, "/api/v1/server", &[], "").await;
    assert_eq!((wrong.status, &wrong.json["status"]), (StatusCode::METHOD_NOT_ALLOWED, &405.into()));
    assert!(wrong.headers.contains_key("allow"));
    let problem = get(&home, "/api/v1/nothing", &[]).await;
    let trace_id = problem.headers["x-request-id"].clone();
    assert_eq!(problem.refused("not_found")["trace_id"], trace_id.to_str().unwrap());
    assert_eq!(request(home.address(), Method::HEAD, "/healthz", &[], "").await.status, 200);
    for path in ["/assets/../../../etc/passwd", "/assets/%2e%2e/%2e%2e/Cargo.toml", "/.env", "/assets/nothing.js"] {
        assert_eq!(get(&home, path, &[]).await.status, 404, "{path}");
    }
}

/// The client is built before these tests; an address inside it is its page, packed for those who take it so.
#[both_databases]
async fn the_client_is_served_packed_hashed_and_under_its_policy(home: Home) {
    let page = get(&home, "/c/123", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!((page.status, &page.headers["content-encoding"]), (StatusCode::OK, &"br".parse().unwrap()));
    assert_eq!(page.headers["cache-control"], "no-cache");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("require-trusted-types-for 'script'") && policy.contains("default-src 'none'"), "{policy}");
    let tag = page.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(get(&home, "/", &[("if-none-match", &tag)]).await.status, StatusCode::NOT_MODIFIED);
    assert!(!get(&home, "/", &[("accept-encoding", "br;q=0")]).await.headers.contains_key("content-encoding"));
}

#[both_databases]
async fn a_page_of_another_site_may_neither_change_anything_nor_open_a_socket(home: Home) {
    let alice = home.person("alice").await;
    let bearer = format!("Bearer {}", alice.access_token);
    let own = home.url();
    for (origin, status) in [("https://evil.example", 403), ("null", 403), (own.as_str(), 204)] {
        let headers = [("authorization", bearer.as_str()), ("origin", origin)];
        let other = alice.another_device().await;
        let path = format!("/api/v1/me/sessions/{}", other.session);
        assert_eq!(request(home.address(), Method::DELETE, &path, &headers, "").await.status, status, "{origin}");
    }
    for (origin, expected) in [("https://evil.example", "403"), (own.as_str(), "101")] {
        let mut stream = tokio::net::TcpStream::connect(home.address()).await.unwrap();
        let ask = format!(
            "GET /api/v1/socket HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            home.address()
        );
        stream.write_all(ask.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer[9..], expected.as_bytes(), "{origin}");
    }
}

#[test]
fn behind_a_proxy_each_visitor_counts_alone() {
    let set = |config: &mut parlor_testkit::Config| {
        config.app.rates.exempt.clear();
        config.app.rates.auth_per_address_minute = 2;
    };
    run_with(Engine::Sqlite, set, |home| async move {
        let log_in = async |from: &str| {
            let headers = [("content-type", "application/json"), ("x-forwarded-for", from)];
            let body = r#"{"login":"x","password":"wrong"}"#;
            request(home.address(), Method::POST, "/api/v1/auth/login", &headers, body).await.status.as_u16()
        };
        for _ in 0..4 {
            assert_eq!(log_in("203.0.113.9:5555").await, 401);
        }
        assert_eq!(log_in("1.1.1.1, 203.0.113.9").await, 429);
        assert_eq!(log_in("203.0.113.10").await, 401);
    });
}
