//! Connections: the hub that fans out, the session of each socket, bounded outboxes, and the transport below.
//!
//! | module | does |
//! |---|---|
//! | `backend` | the port: what the gateway asks of the application |
//! | `hub` | who is here, in which conversations, and what they have been told; order and density |
//! | `session` | one socket's life: hello, commands, heartbeat, farewell |
//! | `presence` | who is there, and what those who watch them were told |
//! | `outbox` | the bounded queue before one socket |
//! | `frame` | a frame encoded once and shared |
//! | `transport` | WebSocket framing, deflate, upgrade |
//! | `guest`, `line` | sessions of other systems' clients, and their sockets: for the doors |
//! | `admission` | who may connect; draining |
//!
//! What must never be here: SQL, rules of who may do what (the backend refuses), anything a restart would lose.

mod admission;
pub mod backend;
mod config;
mod counters;
mod frame;
mod guest;
mod hub;
mod line;
mod outbox;
mod presence;
mod session;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use parlor_bus::Bus;
use parlor_model::{Clock, Limits, NodeId};
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;

pub use admission::PeerAddress;
pub use backend::{Backend, Change, Heads, Identity, LogPage, Seen, SendMessage, Sent};
pub use config::GatewayConfig;
pub use counters::Counts;
pub use guest::{Guest, News, Told};
pub use line::{Heard, Line, Queue, Words};

use admission::Admission;
use counters::Counters;
use hub::Hub;

/// What a gateway is made of.
pub struct Setup {
    /// Its settings.
    pub config: GatewayConfig,
    /// What clients are told; `frame_bytes` and `frames_per_second` are enforced here.
    pub limits: Limits,
    /// When tokens run out.
    pub clock: Clock,
    /// The name of this node.
    pub node: String,
    /// This life of it.
    pub node_id: NodeId,
    /// The application.
    pub backend: Arc<dyn Backend>,
}

/// What all sessions share.
pub(crate) struct Shared {
    pub(crate) config: GatewayConfig,
    pub(crate) limits: Limits,
    pub(crate) clock: Clock,
    pub(crate) node: String,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) admission: Admission,
    pub(crate) counters: Arc<Counters>,
    pub(crate) replays: Semaphore,
}

/// All sockets of a node. Cheap to clone; the last clone that goes stops listening to the bus.
#[derive(Clone)]
pub struct Gateway {
    shared: Arc<Shared>,
    _pump: Arc<Pump>,
}

struct Pump([AbortHandle; 2]);

impl Drop for Pump {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

impl Gateway {
    /// Starts listening to the bus. Call it before the first event is published and within a Tokio runtime.
    pub fn start(setup: Setup, bus: Arc<dyn Bus>) -> Self {
        let Setup { config, limits, clock, node, node_id, backend } = setup;
        let counters = Arc::<Counters>::default();
        let events = bus.subscribe();
        let hub = Hub::new(backend.clone(), bus, node_id, counters.clone(), clock.clone());
        let pump = tokio::spawn(hub.clone().run(events)).abort_handle();
        let time = tokio::spawn(hub.clone().keep_time()).abort_handle();
        let (admission, replays) = (Admission::default(), Semaphore::new(config::REPLAYS));
        let shared = Arc::new(Shared { config, limits, clock, node, backend, hub, admission, counters, replays });
        Self { shared, _pump: Arc::new(Pump([pump, time])) }
    }

    /// `GET /api/v1/socket`. The server puts its own checks in front (`Origin`), tells where requests really come from
    /// ([`PeerAddress`]), and must serve connections with upgrades (as `axum::serve` does) and `TCP_NODELAY`.
    pub fn routes(&self) -> Router {
        Router::new().route("/api/v1/socket", get(transport::upgrade::socket)).with_state(self.shared.clone())
    }

    /// Stops: refuses new sockets with 503, lets the commands that are on their way finish, says `bye draining` to all
    /// with `retry_after_ms` spread over some seconds, and returns when all are gone or `deadline` has passed, and it is
    /// written down who was here.
    pub async fn drain(&self, deadline: Duration) {
        self.shared.admission.drain(deadline).await;
        self.shared.hub.all_left().await;
    }

    /// Tells which nodes there are; about once a second. Who was at another is there no more.
    pub fn living(&self, nodes: &[NodeId]) {
        self.shared.hub.living(nodes);
    }

    /// The counters now.
    pub fn counts(&self) -> Counts {
        let (connections, unauthenticated) = self.shared.admission.counts();
        Counts {
            connections: connections as u64,
            unauthenticated: unauthenticated as u64,
            ..self.shared.counters.read()
        }
    }
}
