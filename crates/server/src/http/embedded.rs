//! The web client, inside the binary: hashed files that never change, and one page for every address of the client.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Client;

const MISSING: &str = "The web client is not part of this build: run `make web`, then build again.\n";

/// The headers of the client's pages: the strict policy it is developed and tested under.
static SECURITY: LazyLock<Vec<(HeaderName, HeaderValue)>> = LazyLock::new(|| {
    let headers: std::collections::BTreeMap<String, String> =
        serde_json::from_str(include_str!("../../../../web/security-headers.json")).unwrap_or_default();
    headers.into_iter().filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?))).collect()
});

/// A file of the client, or its page for an address it knows itself.
pub(super) fn answer(path: &str, headers: &HeaderMap) -> Response {
    let name = path.trim_start_matches('/');
    if let Some(response) = file(name, headers) {
        return response;
    }
    // A missing file is missing; everything else is an address inside the client.
    let is_file = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
    if is_file || name.starts_with("assets/") {
        return (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
    }
    file("index.html", headers).unwrap_or_else(|| (StatusCode::NOT_FOUND, MISSING).into_response())
}

fn file(name: &str, asked: &HeaderMap) -> Option<Response> {
    if name.ends_with(".br") {
        return None;
    }
    let plain = Client::get(name)?;
    // Weak: packed and plain are the same file in other bytes.
    let tag = format!("W/\"{}\"", hex(&plain.metadata.sha256_hash()[..16]));
    let mut response = if header_lists(asked, &header::IF_NONE_MATCH, tag.trim_start_matches("W/")) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body(name, plain, asked)
    };
    let headers = response.headers_mut();
    let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    headers.extend(SECURITY.iter().cloned());
    Some(response)
}

fn body(name: &str, plain: EmbeddedFile, asked: &HeaderMap) -> Response {
    let mime = mime_guess::from_path(name).first_or_octet_stream();
    let mime = if mime.type_() == "text" { format!("{mime}; charset=utf-8") } else { mime.to_string() };
    let packed =
        header_lists(asked, &header::ACCEPT_ENCODING, "br").then(|| Client::get(&format!("{name}.br"))).flatten();
    let encoding = packed.is_some().then_some([(header::CONTENT_ENCODING, "br")]);
    let data = packed.unwrap_or(plain).data;
    let body = match data {
        std::borrow::Cow::Borrowed(bytes) => Body::from(bytes),
        std::borrow::Cow::Owned(bytes) => Body::from(bytes),
    };
    ([(header::CONTENT_TYPE, mime)], encoding, body).into_response()
}

fn header_lists(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|item| {
        let (item, quality) = item.split_once(";q=").map_or((item, "1"), |(item, quality)| (item, quality));
        item.trim().trim_start_matches("W/") == wanted && quality.trim() != "0"
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
