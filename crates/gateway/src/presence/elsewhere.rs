//! Who is there on the other nodes. Each node tells the others how its own users are whenever that changes, and all of it
//! when somebody asks: who starts, or has missed something. Pure, as the board is.

use std::collections::HashMap;

use parlor_model::events::{Here, There};
use parlor_model::frames::PresenceStatus;
use parlor_model::{Millis, NodeId, UserId};
use smallvec::SmallVec;

/// Users of one letter.
const AT_ONCE: usize = 1_000;
/// Readings of the living in which a node may be missing: one that has just come is not in the first.
const ABSENT: u8 = 2;

/// What somebody's devices are, besides those of this node that say how they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Around {
    /// All devices; those at another node count as one.
    pub(crate) devices: usize,
    /// What other nodes say of them, and since when.
    pub(crate) elsewhere: SmallVec<[(PresenceStatus, Millis); 1]>,
}

impl From<usize> for Around {
    fn from(devices: usize) -> Self {
        Self { devices, elsewhere: SmallVec::new() }
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    me: NodeId,
    nodes: HashMap<NodeId, Node>,
    /// Of the last reading.
    living: Vec<NodeId>,
    /// Letters of this node so far.
    version: u64,
    /// Something may be unknown here: the others are to be asked.
    pub(crate) ask: bool,
    /// Another node wants to know all.
    pub(crate) asked: bool,
}

#[derive(Debug, Default)]
struct Node {
    version: u64,
    absent: u8,
    /// With the letter that said so last.
    users: HashMap<UserId, (There, u64)>,
}

impl Elsewhere {
    pub(crate) fn new(me: NodeId) -> Self {
        Self { me, nodes: HashMap::new(), living: Vec::new(), version: 0, ask: true, asked: false }
    }

    /// Takes in what a node says. Gives those of whom something is different now.
    pub(crate) fn hear(&mut self, here: &Here) -> Vec<UserId> {
        if here.node == self.me {
            return Vec::new();
        }
        let known = self.nodes.contains_key(&here.node);
        let node = self.nodes.entry(here.node).or_default();
        if here.version <= node.version {
            // Repeated; or overtaken, and then something was missed.
            self.ask |= here.version < node.version;
            return Vec::new();
        }
        self.ask |= !known && here.version > 1;
        (node.version, node.absent) = (here.version, 0);
        let mut changed = Vec::new();
        for &(user, there) in &here.users {
            let before = match there {
                There::No => node.users.remove(&user),
                _ => node.users.insert(user, (there, here.version)),
            };
            if before.map_or(There::No, |(before, _)| before) != there {
                changed.push(user);
            }
        }
        if let Some(version) = here.instead_of {
            let over = node.users.extract_if(|_, (_, said)| *said <= version);
            changed.extend(over.map(|(user, _)| user));
        }
        changed
    }

    /// Forgets the nodes that are not among the living. Gives those who were there. One that is back, as from being frozen,
    /// may have nothing new to say: it is asked.
    pub(crate) fn living(&mut self, living: &[NodeId]) -> Vec<UserId> {
        self.ask |= living.iter().any(|id| *id != self.me && !self.living.contains(id));
        living.clone_into(&mut self.living);
        let mut gone = Vec::new();
        self.nodes.retain(|id, node| {
            node.absent = if living.contains(id) { 0 } else { node.absent + 1 };
            if node.absent >= ABSENT {
                gone.extend(node.users.keys().copied());
            }
            node.absent < ABSENT
        });
        gone
    }

    /// With so many devices here.
    pub(crate) fn around(&self, user: UserId, devices: usize) -> Around {
        let mut around = Around::from(devices);
        for (there, _) in self.nodes.values().filter_map(|node| node.users.get(&user)) {
            around.devices += 1;
            if let There::Says(status, at) = there {
                around.elsewhere.push((*status, *at));
            }
        }
        around
    }

    /// The letter that tells how one user of this node is now.
    pub(crate) fn tell(&mut self, user: UserId, there: There) -> Here {
        self.letter(vec![(user, there)], None)
    }

    /// The letters that tell how all users of this node are, instead of all before.
    pub(crate) fn tell_all(&mut self, users: &[(UserId, There)]) -> Vec<Here> {
        let before = self.version;
        let mut letters: Vec<Here> = users.chunks(AT_ONCE).map(|some| self.letter(some.to_vec(), None)).collect();
        letters.push(self.letter(Vec::new(), Some(before)));
        letters
    }

    fn letter(&mut self, users: Vec<(UserId, There)>, instead_of: Option<u64>) -> Here {
        self.version += 1;
        Here { node: self.me, version: self.version, users, instead_of }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_back_is_asked_once() {
        let (me, other) = (NodeId(1), NodeId(2));
        let mut elsewhere = Elsewhere::new(me);
        let mut asks = |living: &[NodeId]| {
            elsewhere.living(living);
            std::mem::take(&mut elsewhere.ask)
        };
        assert!(asks(&[me]), "at the start");
        assert_eq!(
            [&[me, other][..], &[me, other], &[me], &[me], &[me, other], &[me, other]].map(asks),
            [true, false, false, false, true, false]
        );
    }
}
