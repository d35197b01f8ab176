//! HTTP: the router, what every request passes through, and the loop that accepts connections.

pub(crate) mod accept;
mod docs;
mod embedded;
mod leftover;
mod middleware;
mod openapi;

use std::sync::{Arc, LazyLock, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use parlor_app::App;
use parlor_app::http::Failure;
use parlor_app::nodes::{About, Role};
use parlor_doors::Doors;
use parlor_gateway::Gateway;
use parlor_model::Error;
use tower_http::cors::{AllowHeaders, AllowMethods, CorsLayer};

use crate::config::Config;

pub(crate) use openapi::document;

/// What the server's own routes need.
#[derive(Clone)]
struct Site {
    app: App,
    config: Arc<Config>,
    doors: Doors,
    page: Arc<OnceLock<Described>>,
}

/// The API's description, for machines; made when somebody asks for it, as is the page for people.
static OPENAPI: LazyLock<Described> = LazyLock::new(|| told(document()));

type Described = Result<Bytes, String>;

fn told(text: anyhow::Result<String>) -> Described {
    text.map(Bytes::from).map_err(|error| format!("{error:#}"))
}

/// Everything that is served.
pub(crate) fn router(app: &App, config: &Arc<Config>, gateway: &Gateway, doors: &Doors) -> Router {
    let site = Site { app: app.clone(), config: Arc::clone(config), doors: doors.clone(), page: Arc::default() };
    let health = Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", get(ready));
    let mut all = health.with_state(site.clone());
    if app.nodes.does(Role::Gateway) {
        all = all.merge(gateway.routes());
    }
    if app.nodes.does(Role::Api) {
        all = all.merge(openapi::routes().with_state(app.clone())).merge(api(site)).fallback(fallback);
    } else {
        all = all.fallback(not_here);
    }
    let entrances = Entrances { doors: doors.clone(), routes: doors.routes() };
    all = all.layer(axum::middleware::from_fn_with_state(entrances, through_a_door));
    let origins = Arc::new(middleware::Origins::new(config));
    let proxies: Arc<[ipnet::IpNet]> = config.trusted_proxies.clone().into();
    let limit = config.app.limits.body_bytes;
    all.method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(limit))
        .layer(axum::middleware::from_fn_with_state(origins, middleware::same_origin))
        .layer(cors(config))
        .layer(axum::middleware::from_fn(middleware::in_time))
        .layer(axum::middleware::from_fn_with_state(proxies, middleware::trace))
}

/// What is no feature's.
fn api(site: Site) -> Router {
    Router::new()
        .route("/api/v1/openapi.json", get(async || described(&OPENAPI, json_text)))
        .route("/api/v1/docs", get(page))
        .route("/api/v1/gateway", get(where_to_connect))
        .route("/.well-known/jwks.json", get(async |State(site): State<Site>| Json(site.app.jwks())))
        .with_state(site)
}

/// Pages of the origins that are allowed may call the API with a bearer token; cookies stay at home.
fn cors(config: &Config) -> CorsLayer {
    let origins = config
        .allowed_origins
        .iter()
        .filter_map(|origin| origin.trim_end_matches('/').parse().ok())
        .collect::<Vec<_>>();
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods(AllowMethods::list([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE]))
        .allow_headers(AllowHeaders::list([header::AUTHORIZATION, header::CONTENT_TYPE]))
}

fn described(text: &Described, answer: impl FnOnce(&Bytes) -> Response) -> Response {
    match text {
        Ok(text) => answer(text),
        Err(cause) => Failure(Error::internal(cause.clone())).into_response(),
    }
}

fn json_text(text: &Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text.clone()).into_response()
}

async fn page(State(site): State<Site>) -> Response {
    let doors = site.doors.described();
    let page = site.page.get_or_init(|| told(document().and_then(|text| docs::page(&text, &doors))));
    described(page, docs::answer)
}

/// Where a socket can be opened.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = Gateway)]
struct Place {
    /// Address of the socket.
    url: String,
    /// Name of the node.
    node: String,
}

/// Where to open the socket: at the node that has the fewest, where nodes have addresses of their own; else at the address
/// that was asked.
#[utoipa::path(get, path = "/api/v1/gateway", tag = "socket", security(()), responses((status = 200, body = Place)))]
async fn where_to_connect(State(site): State<Site>, headers: HeaderMap) -> Json<Place> {
    if let Some(About { name, gateway_url, .. }) = site.app.nodes.least_loaded_gateway() {
        return Json(Place { url: format!("{gateway_url}/api/v1/socket"), node: name });
    }
    let public = site.config.app.public_url.trim_end_matches('/');
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let base = match public.split_once("://") {
        Some(("https", rest)) => format!("wss://{rest}"),
        Some((_, rest)) => format!("ws://{rest}"),
        // Whoever makes this up misleads nobody else.
        None if headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https") => format!("wss://{host}"),
        None => format!("ws://{host}"),
    };
    Json(Place { url: format!("{base}/api/v1/socket"), node: site.app.nodes.me().name })
}

async fn ready(State(site): State<Site>) -> Result<&'static str, Failure> {
    if site.app.nodes.is_draining() {
        return Err(Error::unavailable("This node is stopping.").into());
    }
    site.app.ready().await?;
    Ok("ready\n")
}

async fn wrong_method() -> Response {
    Failure(Error::invalid("This address does not take that method.")).with_status(StatusCode::METHOD_NOT_ALLOWED)
}

#[derive(Clone)]
struct Entrances {
    doors: Doors,
    routes: Router,
}

/// What other systems' clients ask for is theirs to answer.
async fn through_a_door(
    State(Entrances { doors, routes }): State<Entrances>,
    request: Request,
    next: Next,
) -> Response {
    match doors.answer(&routes, request).await {
        Ok(answer) => answer,
        Err(request) => next.run(request).await,
    }
}

/// This node has another role.
async fn not_here() -> Response {
    Failure(Error::not_found("address")).into_response()
}

/// What no route answers: a file of the client, one of its pages, or nothing.
async fn fallback(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if path.starts_with("/api/") || path.starts_with("/.well-known/") || !matches!(method, Method::GET | Method::HEAD) {
        return Failure(Error::not_found("address")).into_response();
    }
    embedded::answer(path, &headers)
}
