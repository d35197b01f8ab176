//! What goes wrong, and how it is put right again.

use std::time::Duration;

use parlor_testkit::terminate;
use tokio::task::block_in_place;
use tokio::time::{Instant, sleep};

use crate::house::{House, NODES};
use crate::wire::Flow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing goes wrong: what the figures of the others are to be compared with.
    Nothing,
    NodeKilled,
    NodeFrozen,
    /// Each node in turn is stopped politely and started again, the first with a newer schema, beside which the others
    /// run until it is their turn.
    RollingUpgrade,
    RedisAway,
    RedisRestarted,
    RedisFrozen,
    RedisClientsKilled,
    NodeOffTheBus,
    PostgresRestarted,
    PostgresCrashed,
    PostgresRefuses,
    BackendsTerminated,
    NodeOffTheDatabase,
    AnswersLost,
    /// And nobody says anything afterwards by which the others would notice.
    LastAnswersLost,
    /// A node is killed while Redis is away and then PostgreSQL crashes.
    KilledDeafAndCrashed,
    /// A node is frozen, another is off the database, Redis' clients are killed.
    FrozenCutAndKilled,
    /// PostgreSQL refuses, answers are lost and Redis restarts.
    RefusedLostAndRestarted,
}

/// The victim among the nodes, where there is one.
const VICTIM: usize = 1;
const OTHER: usize = 2;

impl Fault {
    pub(crate) const ALL: [Self; 19] = [
        Self::Nothing,
        Self::NodeKilled,
        Self::NodeFrozen,
        Self::RollingUpgrade,
        Self::RedisAway,
        Self::RedisRestarted,
        Self::RedisFrozen,
        Self::RedisClientsKilled,
        Self::NodeOffTheBus,
        Self::PostgresRestarted,
        Self::PostgresCrashed,
        Self::PostgresRefuses,
        Self::BackendsTerminated,
        Self::NodeOffTheDatabase,
        Self::AnswersLost,
        Self::LastAnswersLost,
        Self::KilledDeafAndCrashed,
        Self::FrozenCutAndKilled,
        Self::RefusedLostAndRestarted,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::NodeKilled => "a node is killed, back after",
            Self::NodeFrozen => "a node is frozen",
            Self::RollingUpgrade => "a rolling upgrade: each node stops and starts, on a newer schema",
            Self::RedisAway => "Redis is away",
            Self::RedisRestarted => "Redis restarts, empty, each second",
            Self::RedisFrozen => "Redis is frozen",
            Self::RedisClientsKilled => "Redis drops its clients, 4 a second",
            Self::NodeOffTheBus => "a node gets nothing through to Redis, then is cut off",
            Self::PostgresRestarted => "PostgreSQL restarts",
            Self::PostgresCrashed => "PostgreSQL crashes, back after",
            Self::PostgresRefuses => "PostgreSQL takes no connections",
            Self::BackendsTerminated => "backends are terminated in transactions, 50 a second",
            Self::NodeOffTheDatabase => "a node gets nothing through to PostgreSQL, then is cut off",
            Self::AnswersLost => "answers of PostgreSQL are lost and connections cut, 3 a second",
            Self::LastAnswersLost => "the same, and the talk ends in it",
            Self::KilledDeafAndCrashed => "node killed + Redis away + PostgreSQL crashes",
            Self::FrozenCutAndKilled => "node frozen + another off PostgreSQL + Redis drops clients",
            Self::RefusedLostAndRestarted => "PostgreSQL refuses + answers lost + Redis restarts",
        }
    }

    /// Nodes whose own clients are expected to feel it.
    pub(crate) fn is_victim(self, node: usize) -> bool {
        match self {
            Self::NodeKilled
            | Self::NodeFrozen
            | Self::NodeOffTheBus
            | Self::NodeOffTheDatabase
            | Self::KilledDeafAndCrashed => node == VICTIM,
            Self::FrozenCutAndKilled => node == VICTIM || node == OTHER,
            _ => false,
        }
    }

    /// Inflicts it for so long; when this returns everything is whole again.
    pub(crate) async fn inflict(self, house: &House, length: Duration) {
        match self {
            Self::KilledDeafAndCrashed => {
                let killed = Self::NodeKilled.inflict_one(house, length);
                tokio::join!(killed, Self::RedisAway.inflict_one(house, length), async {
                    sleep(length / 2).await;
                    Self::PostgresCrashed.inflict_one(house, length / 4).await;
                });
            }
            Self::FrozenCutAndKilled => {
                let frozen = Self::NodeFrozen.inflict_one(house, length);
                let cut = off(&house.nodes[OTHER].to_database, length);
                tokio::join!(frozen, cut, Self::RedisClientsKilled.inflict_one(house, length));
            }
            Self::RefusedLostAndRestarted => {
                let lost = Self::AnswersLost.inflict_one(house, length);
                tokio::join!(lost, Self::RedisRestarted.inflict_one(house, length), async {
                    sleep(length / 3).await;
                    Self::PostgresRefuses.inflict_one(house, length / 3).await;
                });
            }
            one => one.inflict_one(house, length).await,
        }
    }

    async fn inflict_one(self, house: &House, length: Duration) {
        let victim = &house.nodes[VICTIM];
        match self {
            Self::NodeKilled => {
                victim.kill().await;
                sleep(length).await;
                victim.revive().await;
            }
            Self::NodeFrozen => {
                victim.signal("STOP").await;
                sleep(length).await;
                victim.signal("CONT").await;
            }
            Self::RollingUpgrade => {
                for (n, node) in house.nodes.iter().enumerate() {
                    node.stop().await;
                    if n == 0 {
                        house.upgrade().await;
                    }
                    node.revive().await;
                    sleep(length / 3).await;
                }
            }
            Self::NodeOffTheBus => off(&victim.to_broker, length).await,
            Self::NodeOffTheDatabase => off(&victim.to_database, length).await,
            Self::RedisAway | Self::RedisRestarted | Self::RedisFrozen | Self::RedisClientsKilled => {
                self.inflict_on_redis(house, length).await;
            }
            Self::Nothing => sleep(length).await,
            _ => self.inflict_on_postgres(house, length).await,
        }
    }

    async fn inflict_on_redis(self, house: &House, length: Duration) {
        match self {
            Self::RedisAway => {
                house.broker.lock().await.kill().await;
                sleep(length).await;
                house.broker.lock().await.revive().await;
            }
            Self::RedisRestarted => {
                every(Duration::from_secs(1), length, async || {
                    let mut broker = house.broker.lock().await;
                    broker.kill().await;
                    broker.revive().await;
                })
                .await;
            }
            Self::RedisFrozen => {
                house.broker.lock().await.signal("-STOP").await;
                sleep(length).await;
                house.broker.lock().await.signal("-CONT").await;
            }
            _ => {
                every(Duration::from_millis(250), length, async || {
                    house.tell_broker("CLIENT KILL TYPE pubsub").await;
                    house.tell_broker("CLIENT KILL TYPE normal").await;
                })
                .await;
            }
        }
    }

    async fn inflict_on_postgres(self, house: &House, length: Duration) {
        match self {
            Self::PostgresRestarted => restart(house, "INT", Duration::ZERO).await,
            Self::PostgresCrashed => restart(house, "QUIT", length).await,
            Self::PostgresRefuses => {
                house.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS false").await;
                house.execute(&terminate("true")).await;
                sleep(length).await;
                while !house.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS true").await {
                    sleep(Duration::from_millis(100)).await;
                }
            }
            Self::BackendsTerminated => {
                every(Duration::from_millis(20), length, async || {
                    house.execute(&terminate("xact_start IS NOT NULL")).await;
                })
                .await;
            }
            _ => {
                every(Duration::from_millis(300), length, async || {
                    house.nodes.iter().for_each(|node| node.to_database.pass(Flow::NoAnswers));
                    sleep(Duration::from_millis(60)).await;
                    house.nodes.iter().for_each(|node| {
                        node.to_database.cut();
                        node.to_database.pass(Flow::Everything);
                    });
                })
                .await;
            }
        }
    }

    /// Whether people fall silent in the middle of it.
    pub(crate) fn ends_the_talk(self) -> bool {
        self == Self::LastAnswersLost
    }

    pub(crate) fn bystanders(self) -> Vec<usize> {
        (0..NODES).filter(|node| !self.is_victim(*node)).collect()
    }
}

async fn every(pause: Duration, length: Duration, mut act: impl AsyncFnMut()) {
    let until = Instant::now() + length;
    while Instant::now() < until {
        act().await;
        sleep(pause).await;
    }
}

/// Self::Nothing passes for half of the time, then the connections break, and the next ones get nowhere either.
async fn off(wire: &crate::wire::Wire, length: Duration) {
    wire.pass(Flow::Nothing);
    sleep(length / 2).await;
    wire.cut();
    sleep(length / 2).await;
    wire.cut();
    wire.pass(Flow::Everything);
}

async fn restart(house: &House, signal: &str, away: Duration) {
    // In the test's own thread: PostgreSQL is told to go when the thread that started it ends.
    let mut postgres = house.postgres.lock().await;
    block_in_place(|| postgres.stop(signal));
    sleep(away).await;
    block_in_place(|| postgres.start_again()).unwrap();
}
