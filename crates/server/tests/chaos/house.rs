//! Three nodes, their database and their broker, each in a process of its own, with wires between that can be cut.

use std::time::Duration;

use parlor_testkit::{Broker, Postgres, Process, Program, execute, upgrade};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::task::block_in_place;
use tokio::time::sleep;

use crate::wire::Wire;

pub(crate) const NODES: usize = 3;

pub(crate) struct House {
    pub(crate) postgres: Mutex<Postgres>,
    pub(crate) broker: Mutex<Broker>,
    pub(crate) nodes: [Node; NODES],
    /// Of the database that the nodes do not use: who locks them out must get in.
    side_door: String,
    broker_port: u16,
    _data: tempfile::TempDir,
}

pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) to_database: Wire,
    pub(crate) to_broker: Wire,
    program: Program,
    process: Mutex<Option<Process>>,
}

/// Faults make many warnings.
fn log_level() -> String {
    std::env::var("PARLOR_TEST_CHAOS_LOG").unwrap_or_else(|_| "error".into())
}

impl House {
    pub(crate) async fn build() -> Self {
        // Acknowledged means written, also when PostgreSQL is killed.
        let postgres = block_in_place(|| Postgres::start(&["synchronous_commit=on"])).unwrap();
        let broker = Broker::start().await;
        let data = tempfile::tempdir().unwrap();
        let url = postgres.url();
        let mut nodes = Vec::new();
        for n in 0..NODES {
            let to_database = Wire::to(postgres.port()).await;
            let to_broker = Wire::to(broker.port()).await;
            let database = url.replace(&format!(":{}/", postgres.port()), &format!(":{}/", to_database.address.port()));
            let name = format!("node-{}", n + 1);
            let program = Program::new(env!("CARGO_BIN_EXE_parlor"), data.path(), &database)
                .set("PARLOR_NODE", &name)
                .set("PARLOR_BUS", format!("redis://{}", to_broker.address))
                .set("PARLOR_APP_REQUESTS", "off")
                .set("PARLOR_LOG", log_level())
                // On purpose short: sessions are renewed in the middle of it all.
                .set("PARLOR_APP_ACCESS_TOKEN_SECONDS", "30");
            let process = block_in_place(|| program.start());
            let (program, url) = (program.at(process.address.port()), format!("http://{}", process.address));
            nodes.push(Node { name, url, to_database, to_broker, program, process: Mutex::new(Some(process)) });
        }
        let side_door = url.replace("/postgres", "/template1");
        let (broker_port, nodes) = (broker.port(), nodes.try_into().unwrap_or_else(|_| panic!("as many as nodes")));
        Self { postgres: Mutex::new(postgres), broker: Mutex::new(broker), nodes, side_door, broker_port, _data: data }
    }

    /// The nodes' addresses, that of `first` first.
    pub(crate) fn urls(&self, first: usize) -> Vec<&str> {
        (0..NODES).map(|n| self.nodes[(first + n) % NODES].url.as_str()).collect()
    }

    /// A statement by the side door; it fails while PostgreSQL is away.
    pub(crate) async fn execute(&self, statement: &str) -> bool {
        execute(&self.side_door, statement.to_owned()).await.is_ok()
    }

    /// The next version is there, and bears this one.
    pub(crate) async fn upgrade(&self) {
        let database = self.postgres.lock().await.url();
        upgrade(&database, true).await;
    }

    /// Says something to the broker, if it is there.
    pub(crate) async fn tell_broker(&self, command: &str) {
        if let Ok(mut line) = TcpStream::connect(("127.0.0.1", self.broker_port)).await {
            let said = line.write_all(format!("{command}\r\n").as_bytes()).await;
            let answer = line.read(&mut [0; 64]).await;
            assert!(said.is_ok() && answer.is_ok_and(|count| count > 0), "the broker does not answer {command}");
        }
    }
}

impl Node {
    /// SIGKILL.
    pub(crate) async fn kill(&self) {
        if let Some(process) = self.process.lock().await.take() {
            process.kill();
        }
    }

    /// SIGTERM; when this returns it is gone.
    pub(crate) async fn stop(&self) {
        if let Some(process) = self.process.lock().await.take() {
            let (well, _) = block_in_place(|| process.stop());
            assert!(well, "{} did not end well", self.name);
        }
    }

    /// Starts it again, again and again if need be, as a service manager does.
    pub(crate) async fn revive(&self) {
        let mut process = self.process.lock().await;
        while process.is_none() {
            *process = block_in_place(|| self.program.try_start());
            if process.is_none() {
                sleep(Duration::from_millis(200)).await;
            }
        }
    }

    pub(crate) async fn signal(&self, name: &str) {
        if let Some(process) = &*self.process.lock().await {
            process.signal(name);
        }
    }
}
