//! A server of one's own.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parlor_app::app::Requests;
use parlor_bus::broker::Broker;
use parlor_model::Clock;
use parlor_server::{Config, Server};

use crate::person::Person;
use crate::postgres::{drop_database, everything_in, fresh_database, partition};

/// When it is set, every story on PostgreSQL is told on hash partitions.
const PARTITIONED: &str = "PARLOR_TEST_PARTITIONED";

/// Which database a story is told on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of its own on the PostgreSQL of the test run.
    Postgres,
}

/// A whole server with an empty database, and the hand on its clock.
pub struct Home {
    /// Stands still until it is moved.
    pub clock: Clock,
    config: Config,
    server: Option<Server>,
    others: Vec<Server>,
    address: SocketAddr,
    data: tempfile::TempDir,
    /// Where people come by turns: the first node alone, unless the story is told on two.
    nodes: Vec<SocketAddr>,
    turns: AtomicUsize,
}

/// Tells a story on a fresh server.
pub fn run<F: Future<Output = ()>>(engine: Engine, story: impl FnOnce(Home) -> F) {
    run_with(engine, |_| {}, story);
}

/// Tells a story on a fresh server with other settings.
pub fn run_with<F: Future<Output = ()>>(engine: Engine, set: impl FnOnce(&mut Config), story: impl FnOnce(Home) -> F) {
    run_by(still(), engine, set, story);
}

/// A clock that stands at any whole second; later than the ids' year zero.
fn still() -> Clock {
    Clock::manual(1_800_000_000_000)
}

fn run_by<F: Future<Output = ()>>(
    clock: Clock,
    engine: Engine,
    set: impl FnOnce(&mut Config),
    story: impl FnOnce(Home) -> F,
) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (database, config) = settings(engine, set).await;
        let mut home = Home::open(config, clock).await;
        if engine == Engine::Postgres && std::env::var_os(PARTITIONED).is_some() {
            home.partition().await;
        }
        story(home).await;
        if engine == Engine::Postgres {
            drop_database(&database).await;
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
}

/// Tells a story on two nodes with one PostgreSQL and a broker between them, to which its people come by turns.
pub fn run_on_two_nodes<F: Future<Output = ()>>(story: impl FnOnce(Home) -> F) {
    on_two_nodes(async move |mut home, other, _| {
        home.nodes.push(other);
        story(home).await;
    });
}

/// Tells a story on two nodes with one PostgreSQL and a broker between them; the second listens at the given address.
pub fn on_two_nodes(story: impl AsyncFnOnce(Home, SocketAddr, &mut Broker)) {
    on_two_nodes_with(|_, _| {}, story);
}

/// The same with other settings for the first (0) and the second (1).
pub fn on_two_nodes_with(set: impl Fn(usize, &mut Config), story: impl AsyncFnOnce(Home, SocketAddr, &mut Broker)) {
    let clock = still();
    on_two_nodes_by([clock.clone(), clock], set, story);
}

/// The same, each by a clock of its own.
pub fn on_two_nodes_by(
    [first, second]: [Clock; 2],
    set: impl Fn(usize, &mut Config),
    story: impl AsyncFnOnce(Home, SocketAddr, &mut Broker),
) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut broker = runtime.block_on(Broker::start());
    let url = broker.url();
    run_by(
        first,
        Engine::Postgres,
        |config| {
            config.bus = vec![url];
            set(0, config);
        },
        async |mut home| {
            let other = home.another_node_by(second, |config| set(1, config)).await;
            story(home, other, &mut broker).await;
        },
    );
    // The broker's process belongs to that runtime.
    let _guard = runtime.enter();
    drop(broker);
}

async fn settings(engine: Engine, set: impl FnOnce(&mut Config)) -> (String, Config) {
    let database = match engine {
        Engine::Sqlite => String::new(),
        Engine::Postgres => fresh_database().await,
    };
    let mut config = Config { listen: ([127, 0, 0, 1], 0).into(), database: database.clone(), ..Config::default() };
    config.database_connections = 6;
    // In most stories people know each other.
    config.app.requests = Requests::Off;
    set(&mut config);
    (database, config)
}

impl Home {
    async fn open(mut config: Config, clock: Clock) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        config.data = data.path().to_owned();
        let server = Server::start(config.clone(), clock.clone()).await.expect("the server starts");
        let address = server.address;
        let (nodes, turns) = (vec![address], AtomicUsize::default());
        Self { clock, address, config, server: Some(server), others: Vec::new(), data, nodes, turns }
    }

    /// `host:port`.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `host:port` of the node whose turn it is: always the same, unless the story is told on two.
    pub fn next_node(&self) -> SocketAddr {
        self.nodes[self.turns.fetch_add(1, Ordering::Relaxed) % self.nodes.len()]
    }

    /// Starts another node on the same data and bus; gives where it listens.
    pub async fn another_node(&mut self, set: impl FnOnce(&mut Config)) -> SocketAddr {
        self.another_node_by(self.clock.clone(), set).await
    }

    async fn another_node_by(&mut self, clock: Clock, set: impl FnOnce(&mut Config)) -> SocketAddr {
        let mut config = Config { listen: ([127, 0, 0, 1], 0).into(), ..self.config.clone() };
        set(&mut config);
        let server = Server::start(config, clock).await.expect("another node starts");
        let address = server.address;
        self.others.push(server);
        address
    }

    /// The folder of the server's files.
    pub fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    /// Where its database is.
    pub fn database_url(&self) -> String {
        self.config.database_url()
    }

    /// `http://host:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Somebody who has just signed up on one device, at the node whose turn it is.
    pub async fn person(&self, name: &str) -> Person {
        Person::sign_up(self.next_node(), name).await
    }

    /// Several people.
    pub async fn people<const N: usize>(&self, names: [&str; N]) -> [Person; N] {
        let mut people = Vec::with_capacity(N);
        for name in names {
            people.push(self.person(name).await);
        }
        people.try_into().unwrap_or_else(|_| panic!("as many people as names"))
    }

    /// Stops the server as an administrator would and starts it again on the same port and data.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.config.listen = self.address;
        self.server =
            Some(Server::start(self.config.clone(), self.clock.clone()).await.expect("the server starts again"));
    }

    /// Starts again with other settings.
    pub async fn set(&mut self, set: impl FnOnce(&mut Config)) {
        set(&mut self.config);
        self.restart().await;
    }

    /// Starts again with its hot tables, in which nothing is yet, in hash partitions (PostgreSQL).
    pub async fn partition(&mut self) {
        self.stop().await;
        partition(&self.config.database).await;
        self.restart().await;
    }

    /// Stops the server as an administrator would.
    pub async fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }

    /// The URL of its database.
    pub fn database(&self) -> String {
        self.config.database_url()
    }

    /// Stops the server as an administrator would and starts it again on the same port, with another database.
    pub async fn move_to(&mut self, database: &str) {
        self.stop().await;
        database.clone_into(&mut self.config.database);
        self.restart().await;
    }

    /// Moves the clock, and does what is due by then.
    pub async fn time_passes(&self, ms: parlor_model::Millis) {
        self.clock.advance(ms);
        self.app().tidy_up().await;
    }

    /// All that is stored, as text, to search in it. On SQLite that is the file itself, free space included, after a stop.
    pub async fn everything_stored(&mut self) -> String {
        self.stop().await;
        if self.config.database.is_empty() {
            let file = std::fs::read(self.data.path().join("parlor.db")).expect("the database's file");
            return String::from_utf8_lossy(&file).into_owned();
        }
        everything_in(&self.config.database).await
    }

    /// The application inside, for what no client can ask for.
    pub fn app(&self) -> &parlor_app::App {
        self.server.as_ref().expect("the server runs").app()
    }
}
