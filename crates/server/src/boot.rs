//! Starting and stopping: how the parts are put together, in the order in which they are.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use parlor_app::App;
use parlor_bus::{Bus, Memory, Redis};
use parlor_db::Db;
use parlor_doors::Doors;
use parlor_gateway::{Gateway, Setup};
use parlor_model::Clock;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior};
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
    doors: Doors,
    drain: Duration,
    stop: CancellationToken,
    outdated: CancellationToken,
    accepting: JoinHandle<()>,
    housekeeping: [JoinHandle<()>; 2],
}

impl Server {
    /// Starts a server; when this returns, it answers.
    pub async fn start(config: Config, clock: Clock) -> Result<Self> {
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("cannot make the data folder {}", config.data.display()))?;
        let listener =
            TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
        let address = listener.local_addr()?;

        let db =
            Db::open(&config.database_url(), &config.database_options()).await.context("cannot open the database")?;
        let bus = bus(&config).await?;
        let app = App::start(db, Arc::clone(&bus), clock.clone(), config.about(), config.app.clone())
            .await
            .map_err(told)
            .context("cannot prepare the database")?;
        let setup = Setup {
            config: config.gateway.clone(),
            limits: config.app.limits.clone(),
            clock,
            node: app.nodes.me().name,
            node_id: app.nodes.id,
            backend: Arc::new(AppBackend(app.clone())),
        };
        let gateway = Gateway::start(setup, bus);

        let (drain, config) = (Duration::from_secs(config.drain_seconds), Arc::new(config));
        let doors = Doors::open(app.clone(), gateway.clone(), config.doors.clone()).await.map_err(told)?;
        let router = http::router(&app, &config, &gateway, &doors);
        let stop = CancellationToken::new();
        let accepting = tokio::spawn(http::accept::serve(listener, router, config.max_connections, stop.clone()));
        let outdated = CancellationToken::new();
        let alive = stay_alive(app.clone(), gateway.clone(), outdated.clone());
        let housekeeping = [tokio::spawn(keep_house(app.clone())), tokio::spawn(alive)];
        Ok(Self { address, app, gateway, doors, drain, stop, outdated, accepting, housekeeping })
    }

    /// Returns when a newer program has changed the database so that this one must not use it: [`Server::stop`] it then.
    pub async fn outdated(&self) {
        self.outdated.cancelled().await;
    }

    /// Where a browser finds it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The application, for commands and tests.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Says so for `drain_seconds`. Then takes nothing new, says `bye` to the sockets, lets requests and appends finish,
    /// closes the database, within ten seconds, whatever the clients do.
    pub async fn stop(self) {
        self.app.nodes.drain();
        tokio::time::sleep(self.drain).await;
        self.stop.cancel();
        self.doors.stop();
        self.gateway.drain(DRAIN_WITHIN).await;
        if tokio::time::timeout(FINISH_WITHIN, self.accepting).await.is_err() {
            tracing::warn!("some requests did not finish in time");
        }
        self.housekeeping.iter().for_each(JoinHandle::abort);
        if tokio::time::timeout(DRAIN_WITHIN, self.app.stop()).await.is_err() {
            tracing::warn!("the database did not close in time");
        }
    }
}

/// What to tell who starts it: the cause, where there is one.
fn told(error: parlor_model::Error) -> anyhow::Error {
    anyhow::anyhow!(error.source.map_or(error.detail.to_string(), |cause| cause.to_string()))
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
    let authority = match config.bus_ca.as_os_str().is_empty() {
        true => None,
        false => Some(std::fs::read(&config.bus_ca).with_context(|| format!("bus_ca: {}", config.bus_ca.display()))?),
    };
    Ok(Arc::new(Redis::start(&config.bus, authority.as_deref()).await?))
}

async fn keep_house(app: App) {
    let mut every = every_second();
    loop {
        every.tick().await;
        app.tidy_up().await;
    }
}

/// Shows the other nodes that this one lives, and tells the gateway who else does.
async fn stay_alive(app: App, gateway: Gateway, outdated: CancellationToken) {
    let mut every = every_second();
    loop {
        every.tick().await;
        if !outdated.is_cancelled()
            && let Some(why) = app.outdated().await
        {
            tracing::error!("{why}");
            outdated.cancel();
        }
        app.nodes.carries(gateway.counts().connections);
        if app.beat().await {
            gateway.living(&app.nodes.living());
        }
    }
}

fn every_second() -> Interval {
    let mut every = tokio::time::interval(HOUSEKEEPING_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    every
}
