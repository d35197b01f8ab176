//! Who is there, and what those who watch somebody are told of them. Pure: the hub says who comes, goes and speaks, and
//! carries out what is to be told.
//!
//! Nobody has a row here for being connected: only who is watched, who said how they are, and who has just left. What a
//! user looks like follows from their devices ([`Person::effective`]); going is told only after a grace, so that a
//! reconnect does not flicker, and being invisible is going in every respect.

mod elsewhere;
#[cfg(test)]
mod several;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use parlor_model::frames::{Presence, PresenceStatus};
use parlor_model::{Millis, Status, There, UserId};
use smallvec::SmallVec;

use crate::backend::Seen;

pub(crate) use elsewhere::{Around, Elsewhere};

/// Who has left counts as there for this long.
pub(crate) const GRACE_MS: Millis = 10_000;

/// What one watcher may see of one user; each sees what those before it see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sight {
    /// Not known yet: they are told when it is.
    Asked,
    Nothing,
    /// What they say of themselves alone.
    Words,
    Status,
    LastSeen,
}

/// What is to be told to whom.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told<S> {
    pub(crate) to: Vec<S>,
    pub(crate) presence: Presence,
}

/// `S` names a device.
#[derive(Debug)]
pub(crate) struct Board<S> {
    people: HashMap<UserId, Person<S>>,
    watching: HashMap<S, Watching>,
    /// Whose grace ends when.
    leaving: BTreeSet<(Millis, UserId)>,
}

#[derive(Debug)]
struct Person<S> {
    /// Devices of this node that said how they are, and when; who spoke last is last.
    said: SmallVec<[(S, PresenceStatus, Millis); 1]>,
    /// How they look: online, away, busy or offline.
    shown: PresenceStatus,
    /// They have left, and the grace runs.
    left_at: Option<Millis>,
    /// They left at this node, which has it written down.
    left_here: bool,
    last_seen_at: Option<Millis>,
    words: Option<Box<Status>>,
    watchers: HashMap<S, Sight>,
}

#[derive(Debug, Default)]
struct Watching {
    users: BTreeSet<UserId>,
    /// Of these it is not known, or not known any more, what may be seen.
    unknown: BTreeSet<UserId>,
    /// Somebody is asking.
    asking: bool,
}

impl<S> Default for Board<S> {
    fn default() -> Self {
        Self { people: HashMap::new(), watching: HashMap::new(), leaving: BTreeSet::new() }
    }
}

impl<S> Person<S> {
    /// Before it was known of, somebody with a device here was online.
    fn new(around: &Around) -> Self {
        let mut person = Self {
            said: SmallVec::new(),
            shown: PresenceStatus::Offline,
            left_at: None,
            left_here: false,
            last_seen_at: None,
            words: None,
            watchers: HashMap::new(),
        };
        person.shown = person.effective(around);
        person
    }

    /// How they look with all their devices.
    fn effective(&self, around: &Around) -> PresenceStatus {
        match self.taken_together(around) {
            There::No | There::Says(PresenceStatus::Invisible, _) => PresenceStatus::Offline,
            There::Yes => PresenceStatus::Online,
            There::Says(status, _) => status,
        }
    }

    /// Busy or invisible when that was said last, else online when one device is, else away. A device that says nothing is
    /// online.
    fn taken_together(&self, around: &Around) -> There {
        let said = || around.elsewhere.iter().copied().chain(self.said.iter().map(|(_, status, at)| (*status, *at)));
        // Of two at once the later in this list counts: this node's own, the one that spoke last.
        match said().max_by_key(|(_, at)| *at) {
            _ if around.devices == 0 => There::No,
            Some((status @ (PresenceStatus::Invisible | PresenceStatus::Busy), at)) => There::Says(status, at),
            Some((_, at)) => {
                let silent = around.devices > said().count();
                let away = !silent && said().all(|(status, _)| status == PresenceStatus::Away);
                There::Says(if away { PresenceStatus::Away } else { PresenceStatus::Online }, at)
            }
            None => There::Yes,
        }
    }

    fn look(&self, user: UserId, sight: Sight) -> Presence {
        let words = self.words.as_deref().filter(|_| sight >= Sight::Words).cloned().unwrap_or_default();
        let status = if sight >= Sight::Status { self.shown } else { PresenceStatus::Offline };
        let shows_time = sight >= Sight::LastSeen && status == PresenceStatus::Offline;
        let last_seen_at = self.last_seen_at.filter(|_| shows_time);
        let text = Some(words.text).filter(|text| !text.is_empty());
        Presence { user, status, text, emoji: words.emoji, until: words.until, last_seen_at }
    }
}

impl<S: Copy + Eq + Hash> Board<S> {
    /// A device came; `around` are all with it.
    pub(crate) fn came(
        &mut self,
        user: UserId,
        device: S,
        status: Option<PresenceStatus>,
        around: &Around,
        now: Millis,
    ) -> Vec<Told<S>> {
        if let Some(status) = status {
            let before = Around { devices: around.devices.saturating_sub(1), ..around.clone() };
            self.person(user, &before).said.push((device, status, now));
        }
        self.settle(user, around, now, true)
    }

    /// A device went; `around` are those that are left.
    pub(crate) fn went(&mut self, user: UserId, device: S, around: &Around, now: Millis) -> Vec<Told<S>> {
        self.unwatch(device);
        if around.devices == 0 {
            self.person(user, &Around::from(1));
        }
        if let Some(person) = self.people.get_mut(&user) {
            person.said.retain(|(other, ..)| *other != device);
        }
        self.settle(user, around, now, true)
    }

    /// What another node says of a user is different.
    pub(crate) fn moved(&mut self, user: UserId, around: &Around, now: Millis) -> Vec<Told<S>> {
        self.settle(user, around, now, false)
    }

    /// The node at which a user was is dead. `writes`: this node has it written down when they were last seen.
    pub(crate) fn lost(&mut self, user: UserId, around: &Around, now: Millis, writes: bool) -> Vec<Told<S>> {
        if writes && around.devices == 0 {
            self.person(user, &Around::from(1));
        }
        self.settle(user, around, now, writes)
    }

    /// How somebody is at this node, where so many devices of theirs are.
    pub(crate) fn here(&self, user: UserId, devices: usize) -> There {
        let around = Around::from(devices);
        match self.people.get(&user) {
            Some(person) => person.taken_together(&around),
            None if devices > 0 => There::Yes,
            None => There::No,
        }
    }

    /// A device says how it is.
    pub(crate) fn say(
        &mut self,
        user: UserId,
        device: S,
        status: PresenceStatus,
        around: &Around,
        now: Millis,
    ) -> Vec<Told<S>> {
        let person = self.person(user, around);
        person.said.retain(|(other, ..)| *other != device);
        person.said.push((device, status, now));
        self.settle(user, around, now, true)
    }

    /// Whose grace is over: they are offline now. Gives when those who left at this node were last seen as well.
    pub(crate) fn due(&mut self, now: Millis) -> (Vec<Told<S>>, Vec<(UserId, Millis)>) {
        let (mut told, mut left) = (Vec::new(), Vec::new());
        while let Some((_, user)) = self.leaving.first().copied().filter(|(due, _)| *due <= now) {
            self.leaving.pop_first();
            let Some(person) = self.people.get_mut(&user) else { continue };
            person.shown = PresenceStatus::Offline;
            if let Some(left_at) = person.left_at.take() {
                person.last_seen_at = Some(left_at);
                left.extend(std::mem::take(&mut person.left_here).then_some((user, left_at)));
            }
            told.extend(self.tell(user, Sight::Status));
            self.forget_if_idle(user);
        }
        (told, left)
    }

    /// Shows what is true now, or begins to. `here`: who leaves by this leaves at this node.
    fn settle(&mut self, user: UserId, around: &Around, now: Millis, here: bool) -> Vec<Told<S>> {
        let Some(person) = self.people.get_mut(&user) else { return Vec::new() };
        let next = person.effective(around);
        if next == PresenceStatus::Offline {
            if person.shown != PresenceStatus::Offline && person.left_at.is_none() {
                (person.left_at, person.left_here) = (Some(now), here);
                self.leaving.insert((now + GRACE_MS, user));
            }
            self.forget_if_idle(user);
            return Vec::new();
        }
        if let Some(left_at) = person.left_at.take() {
            self.leaving.remove(&(left_at + GRACE_MS, user));
        }
        let changed = std::mem::replace(&mut person.shown, next) != next;
        let told = if changed { self.tell(user, Sight::Status) } else { Vec::new() };
        self.forget_if_idle(user);
        told
    }

    /// What all who see at least so much of somebody are told now, once for each sight. Who does not see how somebody is
    /// must not hear either that it changed.
    fn tell(&self, user: UserId, least: Sight) -> Vec<Told<S>> {
        let Some(person) = self.people.get(&user) else { return Vec::new() };
        let sights = [Sight::Words, Sight::Status, Sight::LastSeen].into_iter().filter(|sight| *sight >= least);
        let told = sights.map(|sight| {
            let to = person.watchers.iter().filter(|(_, other)| **other == sight).map(|(device, _)| *device).collect();
            Told { to, presence: person.look(user, sight) }
        });
        told.filter(|told| !told.to.is_empty()).collect()
    }

    fn person(&mut self, user: UserId, before: &Around) -> &mut Person<S> {
        self.people.entry(user).or_insert_with(|| Person::new(before))
    }

    fn forget_if_idle(&mut self, user: UserId) {
        let idle =
            |person: &Person<S>| person.watchers.is_empty() && person.said.is_empty() && person.left_at.is_none();
        if self.people.get(&user).is_some_and(idle) {
            self.people.remove(&user);
        }
    }
}

/// Watching.
impl<S: Copy + Eq + Hash> Board<S> {
    /// A device watches these, of whom there are such devices, from now on, instead of those before. What it may see of
    /// the new ones is to be asked.
    pub(crate) fn watch(&mut self, device: S, users: Vec<(UserId, Around)>) {
        let around: BTreeMap<UserId, Around> = users.into_iter().collect();
        let users: BTreeSet<UserId> = around.keys().copied().collect();
        let before = self.watching.get(&device).map(|watching| watching.users.clone()).unwrap_or_default();
        for user in before.difference(&users) {
            self.forget_watcher(*user, device);
        }
        for user in users.difference(&before) {
            self.person(*user, &around[user]).watchers.insert(device, Sight::Asked);
        }
        let watching = self.watching.entry(device).or_default();
        watching.unknown.retain(|user| users.contains(user));
        watching.unknown.extend(users.difference(&before));
        watching.users = users;
        self.forget_watching_if_idle(device);
    }

    /// While somebody is asking, they are waited for: an old answer must not come after a newer one.
    fn forget_watching_if_idle(&mut self, device: S) {
        if self.watching.get(&device).is_some_and(|watching| watching.users.is_empty() && !watching.asking) {
            self.watching.remove(&device);
        }
    }

    /// A device watches nobody any more.
    fn unwatch(&mut self, device: S) {
        for user in self.watching.remove(&device).unwrap_or_default().users {
            self.forget_watcher(user, device);
        }
    }

    fn forget_watcher(&mut self, user: UserId, device: S) {
        if let Some(person) = self.people.get_mut(&user) {
            person.watchers.remove(&device);
        }
        self.forget_if_idle(user);
    }

    /// What may be seen of a user is to be asked again by all who watch them. Gives those.
    pub(crate) fn changed(&mut self, user: UserId) -> Vec<S> {
        let Some(person) = self.people.get(&user) else { return Vec::new() };
        let watchers: Vec<S> = person.watchers.keys().copied().collect();
        for device in &watchers {
            if let Some(watching) = self.watching.get_mut(device) {
                watching.unknown.insert(user);
            }
        }
        watchers
    }

    /// What a device may see is to be asked again. Whether it watches anybody.
    pub(crate) fn changed_eyes(&mut self, device: S) -> bool {
        let Some(watching) = self.watching.get_mut(&device) else { return false };
        watching.unknown = watching.users.clone();
        true
    }

    /// Of whom to ask for a device, unless somebody is asking: end that with [`Board::asked`].
    pub(crate) fn ask(&mut self, device: S) -> Option<Vec<UserId>> {
        let watching = self.watching.get_mut(&device)?;
        if watching.asking || watching.unknown.is_empty() {
            return None;
        }
        watching.asking = true;
        Some(std::mem::take(&mut watching.unknown).into_iter().collect())
    }

    /// Somebody has asked and told the answers.
    pub(crate) fn asked(&mut self, device: S) {
        if let Some(watching) = self.watching.get_mut(&device) {
            watching.asking = false;
        }
        self.forget_watching_if_idle(device);
    }

    /// What a device may see of a user; none when nothing.
    pub(crate) fn answered(&mut self, device: S, user: UserId, seen: Option<&Seen>) -> Vec<Told<S>> {
        let Some(person) = self.people.get_mut(&user) else { return Vec::new() };
        let Some(sight) = person.watchers.get_mut(&device) else { return Vec::new() };
        let Some(seen) = seen else {
            *sight = Sight::Nothing;
            return vec![Told { to: vec![device], presence: person.look(user, Sight::Nothing) }];
        };
        *sight = match seen {
            Seen { shows_presence: false, .. } => Sight::Words,
            Seen { shows_last_seen: false, .. } => Sight::Status,
            _ => Sight::LastSeen,
        };
        let sight = *sight;
        person.last_seen_at = person.last_seen_at.max(seen.last_seen_at);
        if person.words.as_deref() != seen.words.as_ref() {
            person.words = seen.words.clone().map(Box::new);
            return self.tell(user, Sight::Words);
        }
        vec![Told { to: vec![device], presence: person.look(user, sight) }]
    }
}
