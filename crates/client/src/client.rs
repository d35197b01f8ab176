//! One account's connection to one server: requests, and the tokens they carry.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::uri::{PathAndQuery, Uri};
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use parking_lot::Mutex;
use parlor_model::errors::Problem;
use parlor_model::{Auth, Code};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};

use crate::error::{Error, Result};

#[cfg(feature = "tls")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(feature = "tls"))]
type Connector = HttpConnector;

/// A request takes no longer than this.
const PATIENCE: Duration = Duration::from_secs(30);
/// A token that runs out within this is renewed before it is used.
const MARGIN: Duration = Duration::from_secs(10);

/// Speaks REST with one server for one account. Cheap to clone; clones share the tokens.
///
/// A request whose access token has run out renews it with the refresh token once and is repeated; requests that come at
/// the same time share one renewal, because each refresh token works once.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    /// The server's nodes, at least one.
    nodes: Vec<Uri>,
    /// Turns so far: which node is asked now.
    turns: AtomicUsize,
    pool: Pool<Connector, Full<Bytes>>,
    tokens: Mutex<Option<Tokens>>,
    renewing: tokio::sync::Mutex<()>,
}

impl fmt::Debug for Client {
    /// Without the tokens: they are as good as a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(self.node().1).finish()
    }
}

#[derive(Clone)]
struct Tokens {
    access: String,
    until: Instant,
    refresh: Option<String>,
}

#[derive(Serialize)]
struct Refresh<'a> {
    refresh_token: &'a str,
}

impl Client {
    /// A client of the server at `base`, e.g. `http://localhost:8080`. Does not connect yet.
    pub fn new(base: &str) -> Result<Self> {
        Self::of_nodes(&[base])
    }

    /// A client of a server that has several nodes: it begins with the first, and goes on to the next whenever one cannot be
    /// reached or a socket to it was lost.
    pub fn of_nodes(bases: &[&str]) -> Result<Self> {
        let nodes: Vec<Uri> = bases.iter().map(|base| address(base)).collect::<Result<_>>()?;
        if nodes.is_empty() {
            return Err(Error::Address(String::new()));
        }
        Ok(Self::with(nodes, Pool::builder(TokioExecutor::new()).build(connector())))
    }

    fn with(nodes: Vec<Uri>, pool: Pool<Connector, Full<Bytes>>) -> Self {
        let (turns, tokens, renewing) = (AtomicUsize::new(0), Mutex::default(), tokio::sync::Mutex::default());
        Self(Arc::new(Inner { nodes, turns, pool, tokens, renewing }))
    }

    /// The same server without an account: for a second person in a test.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self::with(self.0.nodes.clone(), self.0.pool.clone())
    }

    /// The node that is asked now, and the turn it has.
    fn node(&self) -> (usize, &Uri) {
        let turn = self.0.turns.load(Ordering::Relaxed);
        (turn, &self.0.nodes[turn % self.0.nodes.len()])
    }

    /// The node of this turn failed: the next one is asked from now on, unless somebody else has noticed already.
    pub(crate) fn pass_on(&self, turn: usize) {
        let _ = self.0.turns.compare_exchange(turn, turn.wrapping_add(1), Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Uses these tokens from now on.
    pub fn adopt(&self, auth: &Auth) {
        let until = Instant::now() + Duration::from_secs(auth.expires_in);
        let tokens = Tokens { access: auth.access_token.clone(), until, refresh: auth.refresh_token.clone() };
        *self.0.tokens.lock() = Some(tokens);
    }

    /// Forgets the tokens without telling the server.
    pub fn forget(&self) {
        *self.0.tokens.lock() = None;
    }

    /// The refresh token, to be kept for the next start.
    pub fn refresh_token(&self) -> Option<String> {
        self.0.tokens.lock().as_ref()?.refresh.clone()
    }

    /// An access token that is good for a while, and until when. `unauthenticated` when nobody is signed in.
    pub async fn access_token(&self) -> Result<(String, Instant)> {
        let old = self.0.tokens.lock().clone();
        let old = old.ok_or_else(|| Error::refused(Code::Unauthenticated, "Nobody is signed in.".into(), None))?;
        if old.until > Instant::now() + MARGIN || old.refresh.is_none() {
            return Ok((old.access, old.until));
        }
        self.renew(&old.access).await
    }

    /// Continues a session with its refresh token, which works once.
    pub async fn refresh(&self, refresh_token: &str) -> Result<Auth> {
        let body = encode(&Refresh { refresh_token })?;
        let auth: Auth = self.exchange(Method::POST, "/auth/refresh", Some(&body), None).await?;
        self.adopt(&auth);
        Ok(auth)
    }

    /// Replaces the access token `stale`, unless somebody else just did.
    pub(crate) async fn renew(&self, stale: &str) -> Result<(String, Instant)> {
        let _one_at_a_time = self.0.renewing.lock().await;
        let now = self.0.tokens.lock().clone();
        let over = || Error::refused(Code::Unauthenticated, "The session is over.".into(), None);
        let now = now.ok_or_else(over)?;
        if now.access != stale {
            return Ok((now.access, now.until));
        }
        self.refresh(&now.refresh.ok_or_else(over)?).await?;
        let tokens = self.0.tokens.lock().clone().ok_or_else(over)?;
        Ok((tokens.access, tokens.until))
    }

    /// Whether a refused token can be replaced.
    pub(crate) fn can_renew(&self) -> bool {
        self.refresh_token().is_some()
    }

    /// The address of the socket, and the turn of its node.
    pub(crate) fn socket_url(&self) -> (usize, String) {
        let (turn, base) = self.node();
        let scheme = if base.scheme_str() == Some("https") { "wss" } else { "ws" };
        let authority = base.authority().map_or("", |authority| authority.as_str());
        (turn, format!("{scheme}://{authority}{}/api/v1/socket", base.path().trim_end_matches('/')))
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.request(Method::GET, path, None).await
    }

    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        self.request(method, path, Some(encode(body)?)).await
    }

    /// A request with the access token, repeated once with a fresh one when it was refused.
    pub(crate) async fn request<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<T> {
        let (token, _) = self.access_token().await?;
        match self.exchange(method.clone(), path, body.as_ref(), Some(&token)).await {
            Err(error) if error.code() == Some(Code::Unauthenticated) && self.can_renew() => {
                let (token, _) = self.renew(&token).await?;
                self.exchange(method, path, body.as_ref(), Some(&token)).await
            }
            answer => answer,
        }
    }

    /// One request and its answer. An empty answer is read as `null`.
    pub(crate) async fn exchange<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Bytes>,
        token: Option<&str>,
    ) -> Result<T> {
        let (turn, base) = self.node();
        let mut request = Request::builder().method(method).uri(uri(base, path)?);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(body.cloned().unwrap_or_default())).map_err(Error::network)?;
        let answer = async {
            let answer = self.0.pool.request(request).await.map_err(Error::network)?;
            let status = answer.status();
            let body = answer.into_body().collect().await.map_err(Error::network)?.to_bytes();
            Ok::<_, Error>((status, body))
        };
        let answered = timeout(PATIENCE, answer).await.map_err(Error::network).flatten();
        let (status, body) = answered.inspect_err(|_| self.pass_on(turn))?;
        decode(status, &body)
    }
}

/// The base address of a node.
fn address(base: &str) -> Result<Uri> {
    let uri: Uri = base.parse().map_err(|_| Error::Address(base.into()))?;
    let speaks = match uri.scheme_str() {
        Some("http") => true,
        Some("https") => cfg!(feature = "tls"),
        _ => false,
    };
    if !speaks || uri.host().is_none() {
        return Err(Error::Address(base.into()));
    }
    Ok(uri)
}

fn uri(base: &Uri, path: &str) -> Result<Uri> {
    let mut parts = base.clone().into_parts();
    let whole = format!("{}/api/v1{path}", base.path().trim_end_matches('/'));
    parts.path_and_query = Some(whole.parse::<PathAndQuery>().map_err(|_| Error::Address(path.into()))?);
    Uri::from_parts(parts).map_err(|_| Error::Address(path.into()))
}

#[cfg(feature = "tls")]
fn connector() -> Connector {
    let mut http = HttpConnector::new();
    http.set_nodelay(true);
    http.enforce_http(false);
    hyper_rustls::HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(http)
}

#[cfg(not(feature = "tls"))]
fn connector() -> Connector {
    let mut http = HttpConnector::new();
    http.set_nodelay(true);
    http
}

pub(crate) fn encode(body: &impl Serialize) -> Result<Bytes> {
    serde_json::to_vec(body).map(Bytes::from).map_err(|source| Error::Shape { status: 0, source })
}

fn decode<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<T> {
    let shape = |source| Error::Shape { status: status.as_u16(), source };
    if status.is_success() {
        return serde_json::from_slice(if body.is_empty() { b"null" } else { body }).map_err(shape);
    }
    Err(Error::Refused(serde_json::from_slice::<Problem>(body).map_err(shape)?.into()))
}
