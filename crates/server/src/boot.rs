//! Starting and stopping: how the parts are put together, in the order in which they are.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use parlor_app::App;
use parlor_bus::{Bus, Memory, Redis};
use parlor_db::Db;
use parlor_gateway::{Gateway, Setup};
use parlor_model::Clock;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::backend::AppBackend;
use crate::config::Config;
use crate::http;

/// Sockets get this long to hear their `bye`.
const DRAIN_WITHIN: Duration = Duration::from_secs(3);
/// Requests under way get this long to finish.
const FINISH_WITHIN: Duration = Duration::from_secs(4);
const HOUSEKEEPING_EVERY: Duration = Duration::from_secs(1);

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    app: App,
    gateway: Gateway,
    stop: CancellationToken,
    accepting: JoinHandle<()>,
    housekeeping: JoinHandle<()>,
}

impl Server {
    /// Starts a server; when this returns, it answers.
    pub async fn start(config: Config, clock: Clock) -> Result<Self> {
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("cannot make the data folder {}", config.data.display()))?;
        let listener =
            TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
        let address = listener.local_addr()?;

        let options = parlor_db::Options { connections: config.database_connections, ..parlor_db::Options::default() };
        let db = Db::open(&config.database_url(), &options).await.context("cannot open the database")?;
        let bus = bus(&config).await?;
        let app = App::start(db, Arc::clone(&bus), clock.clone(), config.node_id, config.app.clone())
            .await
            .map_err(|error| anyhow::anyhow!(error.source.map_or(error.detail.to_string(), |cause| cause.to_string())))
            .context("cannot prepare the database")?;
        let setup = Setup {
            config: config.gateway.clone(),
            limits: config.app.limits.clone(),
            clock,
            node: config.node.clone(),
            backend: Arc::new(AppBackend(app.clone())),
        };
        let gateway = Gateway::start(setup, bus.as_ref());

        let config = Arc::new(config);
        let router = http::router(&app, &config, gateway.routes());
        let stop = CancellationToken::new();
        let accepting = tokio::spawn(http::accept::serve(listener, router, config.max_connections, stop.clone()));
        let housekeeping = tokio::spawn(keep_house(app.clone()));
        Ok(Self { address, app, gateway, stop, accepting, housekeeping })
    }

    /// Where a browser finds it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The application, for commands and tests.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Takes nothing new, says `bye` to the sockets, lets requests and appends finish, closes the database. Within ten
    /// seconds, whatever the clients do.
    pub async fn stop(self) {
        self.stop.cancel();
        self.gateway.drain(DRAIN_WITHIN).await;
        if tokio::time::timeout(FINISH_WITHIN, self.accepting).await.is_err() {
            tracing::warn!("some requests did not finish in time");
        }
        self.housekeeping.abort();
        if tokio::time::timeout(DRAIN_WITHIN, self.app.stop()).await.is_err() {
            tracing::warn!("the database did not close in time");
        }
    }
}

/// Within this process, or through the instances that are named.
async fn bus(config: &Config) -> Result<Arc<dyn Bus>> {
    if config.bus.is_empty() {
        return Ok(Arc::new(Memory::default()));
    }
    let shared = config.database_url().starts_with("postgres");
    anyhow::ensure!(
        shared,
        "`bus` is set, but the data is in a SQLite file, which is for one process: set `database` to a postgres:// address"
    );
    Ok(Arc::new(Redis::start(&config.bus).await?))
}

async fn keep_house(app: App) {
    let mut every = tokio::time::interval(HOUSEKEEPING_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        app.tidy_up().await;
    }
}
