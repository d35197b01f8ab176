//! What every `api.rs` uses: refusals as problem+json, and extractors that say what is wrong and where.

use std::net::IpAddr;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use parlor_model::errors::Problem;
use parlor_model::{Code, Error};
use serde::de::DeserializeOwned;
use utoipa_axum::router::UtoipaMethodRouter;

use crate::app::App;

tokio::task_local! {
    /// Finds the request in the log; set by the server around every request.
    pub static TRACE_ID: String;
}

/// The address a request comes from, after `trusted_proxies`. Put into the request by the server.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// An error on its way out as `application/problem+json`.
#[derive(Debug)]
pub struct Failure(pub Error);

/// One address of the API: what answers there, and its description. Made when it is asked for: the descriptions of all
/// are large, and a server that runs needs none.
pub type Route = fn() -> UtoipaMethodRouter<App>;

/// What a handler answers.
pub type Answer<T> = std::result::Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl Failure {
    /// The answer with a status that no code of ours has (405).
    pub fn with_status(self, status: StatusCode) -> Response {
        let trace_id = TRACE_ID.try_with(Clone::clone).unwrap_or_default();
        let error = &self.0;
        match error.code {
            Code::Internal => tracing::error!(%trace_id, cause = chain(error), "internal error"),
            Code::Unavailable => tracing::warn!(%trace_id, cause = chain(error), "unavailable"),
            _ => {}
        }
        let problem = Problem { status: status.as_u16(), ..Problem::of(error, trace_id) };
        let mut response = (status, axum::Json(&problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(ms) = problem.retry_after_ms {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1_000)));
        }
        response
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.with_status(status)
    }
}

fn chain(error: &Error) -> String {
    let mut text = String::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text.push_str(if text.is_empty() { "" } else { ": " });
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

/// SHA-256 in base64, as content security policies name a style sheet.
pub fn sha256_base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, bytes))
}

/// A JSON body. Says at which field it went wrong.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Answer<Self> {
        let is_json =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_none_or(|value| {
                value.split(';').next().is_some_and(|mime| mime.trim().eq_ignore_ascii_case("application/json"))
            });
        if !is_json {
            return Err(Error::invalid("The body must be JSON (Content-Type: application/json).").into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(body_rejected)?;
        parse(&bytes).map(Self)
    }
}

/// A JSON body that may be left out.
#[derive(Debug)]
pub struct MaybeBody<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for MaybeBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Answer<Self> {
        let bytes = Bytes::from_request(request, state).await.map_err(body_rejected)?;
        if bytes.is_empty() { Ok(Self(T::default())) } else { parse(&bytes).map(Self) }
    }
}

fn body_rejected(rejection: BytesRejection) -> Failure {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::too_large("The request's body is larger than this server accepts.").into()
    } else {
        Error::invalid("The request's body could not be read.").into()
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let refusal = Error::invalid(format!("The body does not fit: {}.", error.inner()));
        if path == "." { refusal } else { refusal.at(path) }
    })?;
    json.end().map_err(|error| Error::invalid(format!("The body does not fit: {error}.")))?;
    Ok(value)
}

/// The query string.
#[derive(Debug)]
pub struct Ask<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Ask<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        let Query(query) = Query::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Error::invalid(format!("The query does not fit: {}.", rejection.body_text())))?;
        Ok(Self(query))
    }
}

/// The ids in the path. What is no id names nothing.
#[derive(Debug)]
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Answer<Self> {
        let Path(path) = Path::from_request_parts(parts, state).await.map_err(|_| Error::not_found("thing"))?;
        Ok(Self(path))
    }
}

impl FromRequestParts<App> for Peer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Answer<Self> {
        let peer = parts.extensions.get::<Self>().copied();
        Ok(peer.ok_or_else(|| Error::internal("the server did not say where the request comes from"))?)
    }
}
