//! The processes ("nodes") that serve one database. Each has a row with a number that keeps its ids apart, says in it what
//! it does, and moves its beat about once a second. Whose beat has not moved for [`LAPSE_MS`] is taken for dead: seen by
//! everybody's own clock between readings of their own, so that no two clocks are compared. The rows are in the database and
//! not on the bus, as a node that cannot reach the database can serve nobody, and one that cannot reach the bus can.
//!
//! A SQLite file has one process, which is number 0 and has no row.

mod store;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;
use parlor_db::{Db, Dialect, Tx};
use parlor_model::{Clock, Error, IdGenerator, Millis, NodeId, Result};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use crate::app::App;

pub(crate) use store::STATEMENTS;

/// Whose beat has not moved for so long is taken for dead.
const LAPSE_MS: Millis = 5_000;
/// And its row goes after this; its number may be taken again.
const BURIAL_MS: Millis = 60_000;
/// A gap between two readings from which nothing is concluded: this node was frozen, or its database away.
const GAP_MS: Millis = 2_500;
/// A clock that differs from the database's by more is moved.
const SKEW_MS: Millis = 500;

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers requests, and serves the web client.
    Api,
    /// Holds the sockets.
    Gateway,
    /// Does timed work: scheduled messages, reminders, messages that disappear.
    Worker,
}

/// What a node says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// For people.
    pub name: String,
    /// What it does.
    pub roles: Vec<Role>,
    /// Where clients reach its sockets, `wss://…`; empty: where they reach all.
    pub gateway_url: String,
    /// Open sockets.
    pub load: u64,
    /// It is about to stop.
    pub draining: bool,
}

/// A node as the others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Keeps its ids apart.
    pub number: u16,
    /// This life of it.
    pub id: NodeId,
    /// What it says of itself.
    pub about: About,
    beat: i64,
}

/// This node, and what it knows of the others.
pub struct Nodes {
    /// This life of this node.
    pub id: NodeId,
    about: About,
    draining: AtomicBool,
    load: AtomicU64,
    /// Whether there can be others.
    shared: bool,
    view: Mutex<View>,
}

#[derive(Default)]
struct View {
    number: u16,
    read_at: Millis,
    others: HashMap<NodeId, Heard>,
}

struct Heard {
    node: Node,
    /// When its beat was last seen to be another.
    at: Millis,
    /// It was seen to move at all.
    beats: bool,
}

impl Nodes {
    /// Takes a number. `clock` is set by the database's before.
    pub(crate) async fn join(db: &Db, clock: &Clock, mut about: About) -> Result<Self> {
        let mut random = [0; 8];
        SystemRandom::new().fill(&mut random).map_err(|_| Error::internal("the system gives no random bytes"))?;
        let id = NodeId(i64::from_be_bytes(random) & i64::MAX);
        let shared = db.dialect() == Dialect::Postgres;
        let mut view = View::default();
        if shared {
            follow(db, clock).await?;
            let mut tx = db.write().await?;
            view.number = take(&mut tx, id, &about).await?;
            tx.commit().await?;
        }
        if about.name.is_empty() {
            about.name = format!("node-{}", view.number);
        }
        let (draining, load) = (AtomicBool::new(false), AtomicU64::new(0));
        Ok(Self { id, about, draining, load, shared, view: Mutex::new(view) })
    }

    /// Makes ids that no other node makes.
    pub(crate) fn ids(&self, clock: Clock) -> IdGenerator {
        IdGenerator::new(clock, self.view.lock().number)
    }

    /// What this node says of itself now.
    pub fn me(&self) -> About {
        let (load, draining) = (self.load.load(Ordering::Relaxed), self.draining.load(Ordering::Relaxed));
        About { load, draining, ..self.about.clone() }
    }

    /// Whether this node does that.
    pub fn does(&self, role: Role) -> bool {
        self.about.roles.contains(&role)
    }

    /// How many sockets are open here.
    pub fn carries(&self, sockets: u64) {
        self.load.store(sockets, Ordering::Relaxed);
    }

    /// This node is about to stop: nobody is sent here any more.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether it is about to stop.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// All that live, this one first.
    pub fn living(&self) -> Vec<NodeId> {
        let view = self.view.lock();
        let others = view.others.values().filter(|other| other.lives(view.read_at)).map(|other| other.node.id);
        std::iter::once(self.id).chain(others).collect()
    }

    /// The gateway with the fewest sockets among those that have an address of their own; none when none has.
    pub fn least_loaded_gateway(&self) -> Option<About> {
        let view = self.view.lock();
        let others =
            view.others.values().filter(|other| other.lives(view.read_at)).map(|other| other.node.about.clone());
        let gateways = others
            .chain([self.me()])
            .filter(|about| about.roles.contains(&Role::Gateway) && !about.gateway_url.is_empty() && !about.draining);
        gateways.min_by_key(|about| about.load)
    }
}

impl Heard {
    fn lives(&self, now: Millis) -> bool {
        now - self.at < LAPSE_MS
    }
}

impl View {
    /// Takes in what was read at `now`. Gives those that are dead for long.
    fn see(&mut self, me: NodeId, nodes: Vec<Node>, now: Millis) -> Vec<Node> {
        let gap = now - self.read_at > GAP_MS;
        self.read_at = now;
        let mut before = std::mem::take(&mut self.others);
        for node in nodes.into_iter().filter(|node| node.id != me) {
            let heard = match before.remove(&node.id) {
                Some(heard) if heard.node.beat == node.beat && !gap => Heard { node, ..heard },
                known => Heard {
                    beats: known.is_some_and(|heard| heard.beats || heard.node.beat != node.beat),
                    node,
                    at: now,
                },
            };
            self.others.insert(heard.node.id, heard);
        }
        let dead = self.others.values().filter(|heard| now - heard.at > BURIAL_MS);
        dead.map(|heard| heard.node.clone()).collect()
    }

    /// Those that are surely there beside this one.
    fn beside(&self) -> impl Iterator<Item = &Node> {
        self.others.values().filter(|heard| heard.beats && heard.lives(self.read_at)).map(|heard| &heard.node)
    }
}

/// Shows that this node lives, and looks who else does; call it about once a second.
pub(crate) async fn beat(app: &App) -> Result<()> {
    let nodes = &app.nodes;
    if !nodes.shared {
        return Ok(());
    }
    follow(&app.db, &app.clock).await?;
    let (me, number) = (nodes.me(), nodes.view.lock().number);
    let mut tx = app.db.write().await?;
    if !store::beat(&mut tx, number, nodes.id, &me).await? {
        let number = take(&mut tx, nodes.id, &me).await?;
        tracing::warn!(number, "this node was taken for dead; it goes on under another number");
        nodes.view.lock().number = number;
        app.ids.set_node(number);
    }
    let all = store::all(&mut tx).await?;
    tx.commit().await?;
    let dead = {
        let mut view = nodes.view.lock();
        let known: Vec<NodeId> = view.beside().map(|node| node.id).collect();
        let dead = view.see(nodes.id, all, app.clock.now());
        view.beside().filter(|node| !known.contains(&node.id)).for_each(|node| greet(app, node));
        dead
    };
    if !dead.is_empty() {
        let mut tx = app.db.write().await?;
        for node in &dead {
            tracing::warn!(name = node.about.name, number = node.number, "a node is dead");
            store::bury(&mut tx, node).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Another one is there: says so, and what is wrong with it.
fn greet(app: &App, node: &Node) {
    let name = &node.about.name;
    tracing::info!(name, number = node.number, roles = ?node.about.roles, "another node is there");
    if !app.bus.is_shared() {
        tracing::error!(
            name,
            "another process uses this database, and no `bus` is set: people here do not hear at once what is said there"
        );
    }
    if *name == app.nodes.about.name {
        tracing::warn!(
            name,
            "two nodes have one name: nothing breaks, but nobody can tell them apart in logs; set `node`"
        );
    }
}

/// Gives the number back.
pub(crate) async fn leave(app: &App) -> Result<()> {
    if app.nodes.shared {
        let number = app.nodes.view.lock().number;
        let mut tx = app.db.write().await?;
        store::leave(&mut tx, number, app.nodes.id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The number after the highest, so that one comes again as late as possible; at the end the lowest that is free.
async fn take(tx: &mut Tx, id: NodeId, about: &About) -> Result<u16> {
    loop {
        let taken: Vec<u16> = store::all(tx).await?.iter().map(|node| node.number).collect();
        let above = taken.iter().max().map_or(0, |highest| highest + 1);
        let free = || (0..IdGenerator::NODES).find(|number| !taken.contains(number));
        let number = Some(above).filter(|above| *above < IdGenerator::NODES).or_else(free);
        let number = number.ok_or_else(|| Error::internal("1,024 nodes have a number; there are no more"))?;
        if store::take(tx, number, id, about).await? {
            return Ok(number);
        }
    }
}

/// All nodes go by one clock, the database's: tokens, times and what is due would differ otherwise.
async fn follow(db: &Db, clock: &Clock) -> Result<()> {
    if !matches!(clock, Clock::Adjusted(_)) {
        return Ok(());
    }
    let mut tx = db.read().await?;
    let before = clock.now();
    let theirs = store::now(&mut tx).await?;
    let after = clock.now();
    let skew = theirs - (before + after) / 2;
    // What the question took may be all of the difference.
    if skew.abs() > SKEW_MS + (after - before) {
        tracing::warn!(skew_ms = skew, "this machine's clock is not the database's, which counts");
        clock.adjust(skew);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
