//! Doors: clients that were written for other chat systems come in unchanged, to the same accounts, conversations and messages.
//! A door translates; it owns no feature, no table and no permission: what it does, a use case of the application does, in the
//! name of the one who asks.
//!
//! | module | does |
//! |---|---|
//! | `mern` | the HTTP and events of the "WhatsApp clone" family |
//! | `design` | token pair, messages and groups, Socket.IO with a handshake |
//! | `services` | bare WebSockets for chat and presence |
//! | `socketio`, `engine` | Socket.IO 4 for both, over long polling and WebSocket |
//! | `stomp` | STOMP 1.0 to 1.2, with accounts and contacts beside it |
//! | `sockjs` | what carries it: a WebSocket, or SockJS over one or over requests |
//! | `nameless` | bounds lines on which nobody has said who they are |
//! | `cards` | conversations as other systems show them, kept for a moment |
//! | `signing`, `say` | signing up and in, and saying something, as several ask for it |
//! | `said` | what a client said itself, to tell it once |
//! | `words` | times and names of messages, written alike |
//! | `http` | who asks, and refusals in the words these clients know |
//!
//! What must never be here: SQL, a rule of who may do what, state a restart would lose and somebody would miss.

mod cards;
mod config;
mod described;
mod design;
mod engine;
mod http;
mod mern;
mod said;
mod say;
mod services;
mod signing;
mod nameless;
mod sockjs;
mod socketio;
mod stomp;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::response::Response;
use axum::routing::any;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use parlor_app::App;
use parlor_gateway::Gateway;
use parlor_model::{ConversationId, Error, Result};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

pub use config::DoorsConfig;
pub use described::Described;

use cards::Cards;
use engine::Engines;
use nameless::Nameless;
use services::Devices;
use socketio::Parked;
use sockjs::Sessions;

/// All doors of a node. Cheap to clone.
#[derive(Clone)]
pub struct Doors {
    app: App,
    gateway: Gateway,
    config: Arc<DoorsConfig>,
    nameless: Arc<Nameless>,
    engines: Arc<Engines>,
    sockjs: Arc<Sessions>,
    parked: Parked,
    cards: Arc<Cards>,
    devices: Devices,
    lobby: Option<ConversationId>,
    stop: CancellationToken,
}

impl Doors {
    /// The doors that are open, before an application and its gateway. `invalid` when there is no such lobby.
    pub async fn open(app: App, gateway: Gateway, config: DoorsConfig) -> Result<Self> {
        let lobby = lobby(&gateway, &config.lobby).await?;
        let nameless = Arc::<Nameless>::default();
        Ok(Self {
            app,
            gateway,
            config: Arc::new(config),
            engines: Arc::new(Engines::new(nameless.clone())),
            nameless,
            sockjs: Arc::default(),
            parked: Parked::default(),
            cards: Arc::default(),
            devices: Devices::default(),
            lobby,
            stop: CancellationToken::new(),
        })
    }

    /// The addresses that other systems' clients know. For [`Doors::answer`].
    pub fn routes(&self) -> Router {
        let mut all = Router::new();
        if self.config.mern {
            all = all.merge(mern::api::routes());
        }
        if self.config.design {
            all = all.merge(design::api::routes());
        }
        if self.config.services {
            all = all.merge(services::api::routes());
        }
        if self.config.mern || self.config.design {
            all = all.route("/socket.io", any(engine::handle));
        }
        if self.config.stomp {
            all = all.merge(stomp::api::routes()).merge(sockjs::routes());
        }
        all.method_not_allowed_fallback(async |address: Uri| http::nowhere(&address)).with_state(self.clone())
    }

    /// Answers a request that is for one of the doors; gives any other back.
    pub async fn answer(&self, routes: &Router, mut request: Request) -> std::result::Result<Response, Request> {
        let Some(address) = self.address(request.uri().path()) else { return Err(request) };
        let asked = request.uri().clone();
        let meant = asked.query().map_or(address.clone(), |query| format!("{address}?{query}"));
        let Ok(meant) = meant.parse() else { return Err(request) };
        *request.uri_mut() = meant;
        let answer = routes.clone().fallback(async move || http::nowhere(&asked)).oneshot(request).await;
        Ok(answer.unwrap_or_else(|never| match never {}))
    }

    /// The address that is meant: these clients are careless about capitals and the slash at the end. `None` where no door
    /// is, and for our own API.
    fn address(&self, path: &str) -> Option<String> {
        const SOCKJS: &str = "/websocket";
        let lower = path.to_ascii_lowercase();
        let meant = lower.trim_end_matches('/');
        if self.config.stomp && stomp::is_here(meant) {
            // The names of SockJS's sessions tell capitals apart.
            let session = meant.strip_prefix(SOCKJS).map(|rest| &path[SOCKJS.len()..SOCKJS.len() + rest.len()]);
            return Some(session.map_or_else(|| meant.to_owned(), |session| [SOCKJS, session].concat()));
        }
        let is_below =
            |place: &str| meant.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let mut ours = vec!["/api", "/socket.io"];
        if self.config.services {
            ours.extend(["/chat", "/presence", "/messages", "/notify"]);
        }
        (!is_below("/api/v1") && ours.into_iter().any(is_below)).then(|| meant.to_owned())
    }

    /// Those that are open, for developers.
    pub fn described(&self) -> Vec<Described> {
        described::described(&self.config)
    }

    /// Sends everybody away; they come back, to another node or to the next program.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// 256 unpredictable bits, as text.
    fn secret(&self) -> Result<String> {
        Ok(BASE64.encode(self.app.random::<32>()?))
    }
}

/// The conversation that is set as the lobby; every conversation's log has a first entry.
async fn lobby(gateway: &Gateway, id: &str) -> Result<Option<ConversationId>> {
    if id.is_empty() {
        return Ok(None);
    }
    let none = || Error::invalid(format!("doors.lobby: there is no conversation {id:?}")).at("doors.lobby");
    let lobby = id.parse().map_err(|_| none())?;
    let first = gateway.backend().entries_between(lobby, 0, 1).await?;
    if first.is_empty() { Err(none()) } else { Ok(Some(lobby)) }
}
