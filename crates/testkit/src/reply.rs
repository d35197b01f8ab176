//! One request, one answer, nothing hidden.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// What the server answered.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, JSON or null.
    pub json: Value,
    /// The body as it is.
    pub text: String,
}

impl Reply {
    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.json);
        self.json
    }

    /// That it was refused, with this code and the status that goes with it. Gives the problem.
    #[track_caller]
    pub fn refused(self, code: &str) -> Value {
        assert_eq!(self.json["code"], code, "{} {}", self.status, self.json);
        assert_eq!(self.json["status"], self.status.as_u16());
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let detail = self.json["detail"].as_str().unwrap_or_default();
        assert!(!detail.is_empty() && !detail.contains("sqlx"), "a sentence for a person: {detail:?}");
        self.json
    }
}

/// Sends a request as it is.
pub async fn request(
    address: SocketAddr,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Reply {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let mut request = Request::builder().method(method).uri(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(body.into())).expect("a request");
    let response = client.request(request).await.expect("an answer");
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.expect("a whole answer").to_bytes();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Reply { status: head.status, headers: head.headers, json: serde_json::from_slice(&bytes).unwrap_or_default(), text }
}
