//! What every request passes through: an id for the log, the address it comes from, a time limit, and the check that a
//! page of another site does not speak for its visitor.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;
use parlor_app::http::{Failure, Peer, TRACE_ID};
use parlor_gateway::PeerAddress;
use parlor_model::Error;
use tracing::Instrument as _;

use crate::config::Config;

/// A request that takes longer is given up. Sockets are upgraded at once and live on.
const WITHIN: Duration = Duration::from_secs(60);
const TRACE_HEADER: &str = "x-request-id";

/// Gives the request its id and address, and logs how it went.
pub(super) async fn trace(State(proxies): State<Arc<[IpNet]>>, mut request: Request, next: Next) -> Response {
    let direct =
        request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(UNKNOWN, |peer| peer.0.ip().to_canonical());
    let peer = client_address(direct, request.headers(), &proxies);
    request.extensions_mut().insert(Peer(peer));
    request.extensions_mut().insert(PeerAddress(peer));
    let trace_id = new_trace_id();
    // The path without the query: a query may hold what nobody should read in a log.
    let span = tracing::info_span!("request", %trace_id, method = %request.method(), path = request.uri().path());
    let (began, api) = (Instant::now(), request.uri().path().starts_with("/api/"));
    let work = TRACE_ID.scope(trace_id.clone(), next.run(request)).instrument(span.clone());
    let mut response = work.await;
    let (status, ms) = (response.status().as_u16(), began.elapsed().as_millis());
    // What the API was asked is told; files and health checks only to those who want to know.
    span.in_scope(|| match api {
        true => tracing::info!(status, ms, "answered"),
        false => tracing::debug!(status, ms, "answered"),
    });
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&trace_id) {
        headers.insert(TRACE_HEADER, id);
    }
    headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Unique within this process and hard to confuse with another's: start time and count.
fn new_trace_id() -> String {
    static STARTED: std::sync::LazyLock<i64> = std::sync::LazyLock::new(|| parlor_model::Clock::System.now());
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{:x}-{:x}", *STARTED, COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Where somebody comes from who comes through a proxy of ours that does not say from where: one address for them all.
const UNKNOWN: IpAddr = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);

/// The right-most address of X-Forwarded-For that is no proxy of ours; what stands left of it anybody can write.
fn client_address(direct: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let trusted = |address: &IpAddr| proxies.iter().any(|net| net.contains(address));
    if !trusted(&direct) {
        return direct;
    }
    let lines = headers.get_all("x-forwarded-for").into_iter().filter_map(|line| line.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    let mut found = direct;
    for hop in hops.into_iter().rev() {
        found = hop_address(hop).unwrap_or(UNKNOWN);
        if !trusted(&found) {
            break;
        }
    }
    found
}

/// An address as proxies write it: bare, with a port, in brackets, in quotes.
fn hop_address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    text.parse().ok().or_else(with_port).or_else(in_brackets).map(|address: IpAddr| address.to_canonical())
}

/// Gives up on a request that takes too long.
pub(super) async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure(Error::unavailable("The request took too long.")).into_response(),
    }
}

/// The origins whose pages may change something here.
pub(super) struct Origins {
    allowed: Vec<String>,
}

impl Origins {
    pub(super) fn new(config: &Config) -> Self {
        let own = config.app.public_url.clone();
        let allowed = config.allowed_origins.iter().cloned().chain([own]);
        Self {
            allowed: allowed
                .map(|origin| origin.trim_end_matches('/').to_lowercase())
                .filter(|o| !o.is_empty())
                .collect(),
        }
    }

    fn allows(&self, origin: &str, host: Option<&str>) -> bool {
        let origin = origin.to_lowercase();
        let same = |host: &str| origin.split_once("://").is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host));
        self.allowed.contains(&origin) || host.is_some_and(|host| is_local(host) && same(host))
    }
}

/// Whether a host is a name that nobody outside can own: an address, a bare name, a name of the local network. Any other
/// name may be pointed at this machine by a stranger whose page then claims to be ours (DNS rebinding): it must be named
/// in `public_url` or `allowed_origins`.
fn is_local(host: &str) -> bool {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let name = host.rsplit_once(':').filter(|(_, after)| is_port(after)).map_or(host, |(name, _)| name).to_lowercase();
    let suffixes = [".localhost", ".local", ".lan", ".home.arpa", ".internal"];
    let is_address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    is_address || !name.contains('.') || suffixes.iter().any(|suffix| name.ends_with(suffix))
}

/// Refuses changes and sockets that a page of another site asks for. Browsers always say where such a request comes
/// from; programs that are no browsers say nothing and have no visitor's cookie.
pub(super) async fn same_origin(State(origins): State<Arc<Origins>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes || headers.contains_key(header::UPGRADE) {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let allowed = match headers.get(header::ORIGIN).map(HeaderValue::to_str) {
            None => true,
            Some(Ok(origin)) => origins.allows(origin, host),
            Some(Err(_)) => false,
        };
        if !allowed {
            return Failure(Error::forbidden("A page of this address may not do that. If it is this server's own, its owner sets app.public_url (see also allowed_origins)."))
                .into_response();
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| ("x-forwarded-for".parse().unwrap(), line.parse().unwrap())).collect()
    }

    #[test]
    fn the_address_is_the_right_most_that_is_no_proxy() {
        let proxies = ["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let address = |direct: &str, lines: &[&str]| {
            client_address(direct.parse().unwrap(), &forwarded(lines), &proxies).to_string()
        };
        assert_eq!(address("127.0.0.1", &["6.6.6.6, 9.9.9.9, 10.1.1.1"]), "9.9.9.9");
        assert_eq!(address("127.0.0.1", &["6.6.6.6", "9.9.9.9"]), "9.9.9.9");
        assert_eq!(address("8.8.8.8", &["6.6.6.6"]), "8.8.8.8");
        assert_eq!(address("127.0.0.1", &["6.6.6.6, nonsense"]), "0.0.0.0");
        assert_eq!(address("127.0.0.1", &["203.0.113.9:5555"]), "203.0.113.9");
        assert_eq!(address("127.0.0.1", &["\"[2001:db8::1]:99\""]), "2001:db8::1");
        assert_eq!(address("127.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(address("127.0.0.1", &["::ffff:9.9.9.9"]), "9.9.9.9");
        assert_eq!(address("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn only_our_own_pages_and_those_named_may_change_something() {
        let mut config = Config { allowed_origins: vec!["https://tools.example.org".into()], ..Config::default() };
        config.app.public_url = "https://chat.example.org/".into();
        let origins = Origins::new(&config);
        for own in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "nas", "nas.local:81", "192.168.1.7"] {
            assert!(origins.allows(&format!("http://{own}"), Some(own)), "{own}");
        }
        // A name that anybody can register and point here.
        assert!(!origins.allows("http://evil.example:8080", Some("evil.example:8080")));
        assert!(origins.allows("https://chat.example.org", Some("10.0.0.1:8080")));
        assert!(origins.allows("https://tools.example.org", Some("chat.example.org")));
        for bad in ["https://evil.example", "null", "https://chat.example.org.evil.example", "http://localhost:81"] {
            assert!(!origins.allows(bad, Some("localhost:8080")), "{bad}");
        }
    }
}
