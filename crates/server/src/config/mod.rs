//! The configuration: defaults in code, then a file, then the environment, then flags. A key nobody knows is refused.

mod document;
mod load;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use parlor_app::nodes::{About, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use document::document;
pub use load::load;

/// Everything an administrator may set.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port to listen on. `127.0.0.1:8080` is this machine only; `0.0.0.0:8080` is every network it is in.
    /// Port 0 takes any free one.
    #[schema(value_type = String)]
    pub listen: SocketAddr,
    /// Folder of everything that is stored here (made when missing).
    #[schema(value_type = String)]
    pub data: PathBuf,
    /// Where the data is: `sqlite://path` or `postgres://user:password@host/name`. Empty: a SQLite file in `data`.
    pub database: String,
    /// Database connections of this process (PostgreSQL). All processes together stay below the server's `max_connections`.
    pub database_connections: u32,
    /// How long a request waits for a free database connection, or for its turn to write, before it is told to come back.
    pub database_acquire_timeout_ms: u64,
    /// How long making a database connection may take, or hearing from one that lay idle (PostgreSQL).
    pub database_connect_timeout_ms: u64,
    /// How long one statement may take before it is given up (PostgreSQL); 0: for ever.
    pub database_statement_timeout_ms: u64,
    /// How long a statement waits for a row that somebody else has locked (PostgreSQL); 0: for ever.
    pub database_lock_timeout_ms: u64,
    /// After how long the server ends a transaction in which nothing is asked, and with it what it has locked, as when a
    /// process froze (PostgreSQL); 0: never.
    pub database_idle_transaction_timeout_ms: u64,
    /// Redis or Valkey instances that carry news between several processes: `redis://user:password@host:6379`, with TLS
    /// `rediss://`; several share the work. Empty: this process is alone. Needs a PostgreSQL.
    pub bus: Vec<String>,
    /// File (PEM) with the certificates by which those of `rediss://` instances are judged. Empty: those the web trusts.
    #[schema(value_type = String)]
    pub bus_ca: PathBuf,
    /// Name of this process among several. Empty: node-0, node-1, ….
    pub node: String,
    /// What this process does: `api` (requests and the web client), `gateway` (sockets), `worker` (timed work). By default
    /// everything; among several processes each part has to be done by at least one.
    pub roles: Vec<Role>,
    /// Where clients reach the sockets of this process alone, such as `wss://g1.example.org`: `GET /api/v1/gateway` then
    /// names the process with the fewest. Empty: where they reach all.
    pub gateway_url: String,
    /// Seconds between being asked to stop and closing, in which `/readyz` says 503 and everything else goes on, so that
    /// what is in front sends nobody here any more.
    pub drain_seconds: u64,
    /// Web pages of other origins that may use the API, such as `https://tools.example.org`.
    pub allowed_origins: Vec<String>,
    /// Networks of reverse proxies whose X-Forwarded-For is believed.
    #[schema(value_type = Vec<String>)]
    pub trusted_proxies: Vec<IpNet>,
    /// What is logged: `error`, `warn`, `info`, `debug`, or per part, `info,parlor_gateway=debug`.
    pub log: String,
    /// How it is logged: `text` for people, `json` for machines.
    pub log_format: LogFormat,
    /// Open HTTP connections at most; the next one waits to be accepted. Sockets are counted by `gateway.max_connections`.
    pub max_connections: usize,
    /// The features: names, accounts, limits.
    pub app: parlor_app::Config,
    /// The live connections.
    pub gateway: parlor_gateway::GatewayConfig,
    /// Doors for clients of other chat systems.
    pub doors: parlor_doors::DoorsConfig,
}

/// How it is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one object a line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: PathBuf::from("data"),
            database: String::new(),
            database_connections: 16,
            database_acquire_timeout_ms: 10_000,
            database_connect_timeout_ms: 5_000,
            database_statement_timeout_ms: 30_000,
            database_lock_timeout_ms: 10_000,
            database_idle_transaction_timeout_ms: 5_000,
            bus: Vec::new(),
            bus_ca: PathBuf::new(),
            node: String::new(),
            roles: vec![Role::Api, Role::Gateway, Role::Worker],
            gateway_url: String::new(),
            drain_seconds: 0,
            allowed_origins: Vec::new(),
            trusted_proxies: vec![IpNet::from(std::net::IpAddr::from([127, 0, 0, 1]))],
            log: "info".into(),
            log_format: LogFormat::Text,
            max_connections: 100_000,
            app: parlor_app::Config::default(),
            gateway: parlor_gateway::GatewayConfig::default(),
            doors: parlor_doors::DoorsConfig::default(),
        }
    }
}

impl Config {
    /// What the other processes are told of this one.
    pub(crate) fn about(&self) -> About {
        let (name, gateway_url) = (self.node.clone(), self.gateway_url.trim_end_matches('/').to_owned());
        About { name, roles: self.roles.clone(), gateway_url, ..About::default() }
    }

    /// How the database is used.
    pub fn database_options(&self) -> parlor_db::Options {
        parlor_db::Options {
            connections: self.database_connections,
            acquire_timeout: Duration::from_millis(self.database_acquire_timeout_ms),
            connect_timeout: Duration::from_millis(self.database_connect_timeout_ms),
            statement_timeout: Duration::from_millis(self.database_statement_timeout_ms),
            lock_timeout: Duration::from_millis(self.database_lock_timeout_ms),
            idle_transaction_timeout: Duration::from_millis(self.database_idle_transaction_timeout_ms),
            ..parlor_db::Options::default()
        }
    }

    /// The database's URL, also when none was given.
    pub fn database_url(&self) -> String {
        if self.database.is_empty() {
            let path = self.data.join("parlor.db").display().to_string();
            format!("sqlite://{}", path.replace('%', "%25").replace('?', "%3F").replace('#', "%23"))
        } else {
            self.database.clone()
        }
    }
}
