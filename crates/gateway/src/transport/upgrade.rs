//! From an HTTP request to a WebSocket (RFC 6455 §4.2, RFC 7692 §5).

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use parlor_model::Error;
use parlor_model::errors::Problem;
use sha1::{Digest, Sha1};
use std::sync::Arc;

use super::Wire;
use crate::Shared;
use crate::admission::{Admitted, address_of};
use crate::config::HELLO_BYTES;
use crate::session::Session;

/// What the key is hashed with (RFC 6455 §1.3).
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// Both sides start every message with an empty window. A server may ask for that unasked (RFC 7692 §7.1.1).
const DEFLATE: HeaderValue =
    HeaderValue::from_static("permessage-deflate; server_no_context_takeover; client_no_context_takeover");

/// `GET /api/v1/socket`. Whoever may not connect is refused here, before the connection costs anything.
pub(crate) async fn socket(State(shared): State<Arc<Shared>>, mut request: Request) -> Response {
    let (response, deflate) = match accept(&request, shared.config.compression, None) {
        Ok(accepted) => accepted,
        Err(refusal) => return refusal,
    };
    let admitted = match Admitted::admit(&shared, address_of(request.extensions())) {
        Ok(admitted) => admitted,
        Err(error) => {
            let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            return refuse(&error, status);
        }
    };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(serve(upgrade, deflate, shared, admitted));
    response
}

/// One connection from its upgrade on. Idle ones cost what this future holds while it waits, so it holds the session once, and
/// the farewell is made when there is one.
async fn serve(upgrade: OnUpgrade, deflate: bool, shared: Arc<Shared>, admitted: Admitted) {
    match upgrade.await {
        Ok(io) => {
            let mut session = Session::new(shared, Wire::new(TokioIo::new(io), deflate, HELLO_BYTES), admitted);
            let end = session.run().await;
            Box::pin(session.part(end)).await;
        }
        Err(error) => tracing::debug!(%error, "an upgrade was not completed"),
    }
}

/// Answers a handshake: what to say, and whether deflate was agreed on. Or what refuses it.
#[expect(clippy::result_large_err, reason = "a refusal is a whole answer, once a connection")]
pub(crate) fn accept(
    request: &Request,
    compression: bool,
    protocol: Option<&'static str>,
) -> Result<(Response, bool), Response> {
    let accept = handshake(request.headers()).map_err(|error| refuse(&error, StatusCode::UPGRADE_REQUIRED))?;
    let deflate = compression && takes_deflate(request.headers());
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    if deflate {
        headers.insert(header::SEC_WEBSOCKET_EXTENSIONS, DEFLATE);
    }
    if let Some(protocol) = protocol {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(protocol));
    }
    Ok((response, deflate))
}

/// Checks the handshake and answers its key.
fn handshake(headers: &HeaderMap) -> Result<HeaderValue, Error> {
    let wrong = || Error::invalid("This address speaks WebSocket, version 13.");
    let names = |name, token: &str| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|word| word.trim().eq_ignore_ascii_case(token))
    };
    let version = headers.get(header::SEC_WEBSOCKET_VERSION).is_some_and(|version| version == "13");
    let key =
        headers.get(header::SEC_WEBSOCKET_KEY).filter(|key| STANDARD.decode(key).is_ok_and(|key| key.len() == 16));
    match key {
        Some(key) if version && names(header::UPGRADE, "websocket") && names(header::CONNECTION, "upgrade") => {
            let hash = Sha1::new().chain_update(key).chain_update(GUID).finalize();
            HeaderValue::from_str(&STANDARD.encode(hash)).map_err(Error::internal)
        }
        _ => Err(wrong()),
    }
}

/// Whether one of the peer's offers can be met: our compressor always uses the full window, so one that asks for a
/// smaller one cannot.
fn takes_deflate(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::SEC_WEBSOCKET_EXTENSIONS).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|offer| {
        let mut words = offer.split(';').map(|word| word.trim().to_ascii_lowercase());
        words.next().is_some_and(|name| name == "permessage-deflate")
            && words.all(|word| {
                let name = word.split('=').next().unwrap_or_default().trim();
                matches!(name, "server_no_context_takeover" | "client_no_context_takeover" | "client_max_window_bits")
                    || word.replace(['"', ' '], "") == "server_max_window_bits=15"
            })
    })
}

fn refuse(error: &Error, status: StatusCode) -> Response {
    let problem = Json(Problem { status: status.as_u16(), ..Problem::of(error, String::new()) });
    let mut response = (status, problem).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::UPGRADE_REQUIRED {
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    }
    if let Some(ms) = error.retry_after_ms {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1_000)));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_key_of_the_rfc_is_answered_as_the_rfc_says() {
        let good = [
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "WebSocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        assert_eq!(handshake(&headers(&good)).unwrap(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        for missing in 0..good.len() {
            let mut less = good.to_vec();
            less.remove(missing);
            assert!(handshake(&headers(&less)).is_err(), "without {}", good[missing].0);
        }
    }

    /// The size of what a function makes.
    fn size<A, B, C, D, F>(_: fn(A, B, C, D) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn an_idle_connection_is_small() {
        assert!(size(serve) <= 640, "{} bytes", size(serve));
    }

    #[test]
    fn deflate_is_taken_only_as_we_can_do_it() {
        let offer = |value| takes_deflate(&headers(&[("sec-websocket-extensions", value)]));
        assert!(offer("permessage-deflate"));
        assert!(offer("permessage-deflate; client_max_window_bits"));
        assert!(offer("permessage-deflate; server_max_window_bits=10, permessage-deflate"));
        assert!(!offer("permessage-deflate; server_max_window_bits=10"));
        assert!(!offer("permessage-bzip2"));
        assert!(!offer("permessage-deflate; surprise"));
    }
}
