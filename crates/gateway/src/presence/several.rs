//! Several nodes, whose letters may be lost, repeated or late, and which die: in the end everybody looks the same from all of
//! them, and as their devices say.

use std::collections::VecDeque;

use parlor_model::NodeId;
use parlor_model::events::Here;
use proptest::prelude::*;

use super::*;

const NODES: usize = 3;
const USERS: i64 = 3;
/// Watches everybody, and counts as nobody's device.
const WATCHER: u32 = u32::MAX;

struct Node {
    id: NodeId,
    board: Board<u32>,
    elsewhere: Elsewhere,
    devices: BTreeMap<u32, UserId>,
    /// Letters of each of the others.
    post: Vec<VecDeque<Here>>,
    /// What the watcher was told last.
    told: BTreeMap<UserId, PresenceStatus>,
}

#[derive(Default)]
struct World {
    nodes: Vec<Node>,
    now: Millis,
    next: u32,
    /// Of living nodes, in the order in which they spoke.
    said: Vec<(u32, PresenceStatus)>,
}

#[derive(Clone, Debug)]
enum Step {
    Come(usize, i64, Option<PresenceStatus>),
    Go(usize, usize),
    Say(usize, usize, PresenceStatus),
    Deliver(usize, usize, usize),
    Lose(usize, usize),
    Correspond(usize),
    Die(usize),
    Living,
}

impl Node {
    fn new(id: i64) -> Self {
        let mut node = Self {
            id: NodeId(id),
            board: Board::default(),
            elsewhere: Elsewhere::new(NodeId(id)),
            devices: BTreeMap::new(),
            post: vec![VecDeque::new(); NODES],
            told: BTreeMap::new(),
        };
        node.board.watch(WATCHER, (1..=USERS).map(|user| (UserId(user), Around::default())).collect());
        for user in node.board.ask(WATCHER).unwrap() {
            let seen = Seen { user, words: None, shows_presence: true, shows_last_seen: true, last_seen_at: None };
            let told = node.board.answered(WATCHER, user, Some(&seen));
            node.hear(told);
        }
        node
    }

    fn hear(&mut self, told: Vec<Told<u32>>) {
        self.told.extend(told.into_iter().map(|told| (told.presence.user, told.presence.status)));
    }

    fn count(&self, user: UserId) -> usize {
        self.devices.values().filter(|owner| **owner == user).count()
    }

    fn around(&self, user: UserId) -> Around {
        self.elsewhere.around(user, self.count(user))
    }

    fn moved(&mut self, users: &[UserId], now: Millis) {
        for user in users {
            let told = self.board.moved(*user, &self.around(*user), now);
            self.hear(told);
        }
    }

    fn lost(&mut self, users: &[UserId], now: Millis, writes: bool) {
        for user in users {
            let told = self.board.lost(*user, &self.around(*user), now, writes);
            self.hear(told);
        }
    }
}

impl World {
    fn new() -> Self {
        let nodes = (0..NODES).map(|id| Node::new(id as i64 + 1)).collect();
        Self { nodes, ..Self::default() }
    }

    fn post(&mut self, from: usize, letters: Vec<Here>) {
        for node in &mut self.nodes {
            node.post[from].extend(letters.iter().cloned());
        }
    }

    fn change(&mut self, at: usize, user: UserId, change: impl FnOnce(&mut Node, Millis) -> Vec<Told<u32>>) {
        self.now += 1;
        let (node, now) = (&mut self.nodes[at], self.now);
        let before = node.board.here(user, node.count(user));
        let told = change(node, now);
        node.hear(told);
        let there = node.board.here(user, node.count(user));
        if there != before {
            let letter = node.elsewhere.tell(user, there);
            self.post(at, vec![letter]);
        }
    }

    fn device(&self, at: usize, which: usize) -> Option<(u32, UserId)> {
        let devices = &self.nodes[at].devices;
        (!devices.is_empty()).then(|| devices.iter().nth(which % devices.len())).flatten().map(|(d, u)| (*d, *u))
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Come(at, user, status) => {
                self.next += 1;
                let (device, user) = (self.next, UserId(user));
                self.said.extend(status.map(|status| (device, status)));
                self.change(at, user, |node, now| {
                    node.devices.insert(device, user);
                    node.board.came(user, device, status, &node.around(user), now)
                });
            }
            Step::Go(at, which) => {
                let Some((device, user)) = self.device(at, which) else { return };
                self.said.retain(|(other, _)| *other != device);
                self.change(at, user, |node, now| {
                    node.devices.remove(&device);
                    node.board.went(user, device, &node.around(user), now)
                });
            }
            Step::Say(at, which, status) => {
                let Some((device, user)) = self.device(at, which) else { return };
                self.said.retain(|(other, _)| *other != device);
                self.said.push((device, status));
                self.change(at, user, |node, now| node.board.say(user, device, status, &node.around(user), now));
            }
            Step::Deliver(from, to, times) => {
                let node = &mut self.nodes[to];
                let Some(letter) = node.post[from].pop_front() else { return };
                for _ in 0..=times % 2 {
                    let users = node.elsewhere.hear(&letter);
                    node.moved(&users, self.now);
                }
            }
            // The bus notices a loss by the next number, or by its silence.
            Step::Lose(from, to) => {
                let lost = self.nodes[to].post[from].pop_front().is_some();
                self.nodes[to].elsewhere.ask |= lost;
            }
            Step::Correspond(at) => self.correspond(at),
            // Another life begins in its place.
            Step::Die(at) => {
                let dead = std::mem::replace(&mut self.nodes[at], Node::new(i64::from(self.next) + 100));
                self.next += 1;
                self.said.retain(|(device, _)| !dead.devices.contains_key(device));
            }
            Step::Living => {
                let living: Vec<NodeId> = self.nodes.iter().map(|node| node.id).collect();
                for at in 0..NODES {
                    let gone = self.nodes[at].elsewhere.living(&living);
                    self.nodes[at].lost(&gone, self.now, at == 0);
                }
            }
        }
    }

    fn correspond(&mut self, at: usize) {
        if std::mem::take(&mut self.nodes[at].elsewhere.ask) {
            (0..NODES).filter(|other| *other != at).for_each(|other| self.nodes[other].elsewhere.asked = true);
        }
        let node = &mut self.nodes[at];
        if std::mem::take(&mut node.elsewhere.asked) {
            let users: BTreeSet<UserId> = node.devices.values().copied().collect();
            let there: Vec<(UserId, There)> =
                users.into_iter().map(|user| (user, node.board.here(user, node.count(user)))).collect();
            let letters = node.elsewhere.tell_all(&there);
            self.post(at, letters);
        }
    }

    fn calm_down(&mut self) {
        // What is asked in the last round is answered in it.
        for _ in 0..4 {
            (0..NODES).for_each(|at| self.correspond(at));
            for (from, to) in (0..NODES).flat_map(|from| (0..NODES).map(move |to| (from, to))) {
                while !self.nodes[to].post[from].is_empty() {
                    self.step(Step::Deliver(from, to, 0));
                }
            }
            self.step(Step::Living);
        }
        self.now += GRACE_MS;
        for node in &mut self.nodes {
            let (told, _) = node.board.due(self.now);
            node.hear(told);
        }
    }

    /// As if there were one node.
    fn truth(&self, user: UserId) -> PresenceStatus {
        let mine: Vec<u32> = self
            .nodes
            .iter()
            .flat_map(|node| &node.devices)
            .filter(|(_, owner)| **owner == user)
            .map(|(d, _)| *d)
            .collect();
        let said: Vec<PresenceStatus> = self.said.iter().filter(|(d, _)| mine.contains(d)).map(|(_, s)| *s).collect();
        match said.last() {
            _ if mine.is_empty() => PresenceStatus::Offline,
            Some(PresenceStatus::Invisible) => PresenceStatus::Offline,
            Some(PresenceStatus::Busy) => PresenceStatus::Busy,
            _ if said.len() == mine.len() && said.iter().all(|s| *s == PresenceStatus::Away) => PresenceStatus::Away,
            _ => PresenceStatus::Online,
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    use PresenceStatus::{Away, Busy, Invisible, Online};
    let status = || prop::sample::select(vec![Online, Away, Busy, Invisible]);
    let node = || 0..NODES;
    prop_oneof![
        4 => (node(), 1..=USERS, prop::option::of(status())).prop_map(|(at, user, said)| Step::Come(at, user, said)),
        2 => (node(), 0..9_usize).prop_map(|(at, which)| Step::Go(at, which)),
        4 => (node(), 0..9_usize, status()).prop_map(|(at, which, status)| Step::Say(at, which, status)),
        8 => (node(), node(), 0..9_usize).prop_map(|(from, to, times)| Step::Deliver(from, to, times)),
        1 => (node(), node()).prop_map(|(from, to)| Step::Lose(from, to)),
        2 => node().prop_map(Step::Correspond),
        1 => node().prop_map(Step::Die),
        1 => Just(Step::Living),
    ]
}

proptest! {
    #[test]
    fn everybody_looks_the_same_from_every_node(steps in prop::collection::vec(step(), 0..120)) {
        let mut world = World::new();
        steps.into_iter().for_each(|step| world.step(step));
        world.calm_down();
        for node in &world.nodes {
            for user in (1..=USERS).map(UserId) {
                prop_assert_eq!(node.told[&user], world.truth(user), "{} from {}", user, node.id);
            }
        }
    }
}
