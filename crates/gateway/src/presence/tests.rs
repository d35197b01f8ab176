//! After any interleaving of devices that come, go and speak, of time, and of answers that take theirs: what each watcher
//! was told last is how it is.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

type Device = u32;

const ANN: UserId = UserId(1);
const BOB: UserId = UserId(2);

fn seen(user: UserId, shows_presence: bool) -> Seen {
    Seen { user, words: None, shows_presence, shows_last_seen: shows_presence, last_seen_at: None }
}

/// What the application would answer, and all that the board was told of.
#[derive(Default)]
struct World {
    board: Board<Device>,
    now: Millis,
    next: Device,
    devices: BTreeMap<Device, UserId>,
    /// In the order in which they spoke.
    said: Vec<(Device, PresenceStatus)>,
    hidden: BTreeMap<UserId, bool>,
    asking: Vec<(Device, Vec<UserId>, Vec<Option<Seen>>)>,
    watched: BTreeMap<Device, Vec<UserId>>,
    told: BTreeMap<(Device, UserId), Presence>,
    left: Vec<(UserId, Millis)>,
}

#[derive(Clone, Debug)]
enum Step {
    Come(i64, Option<PresenceStatus>),
    Go(usize),
    Say(usize, PresenceStatus),
    Watch(usize, Vec<i64>),
    Hide(i64),
    Ask(usize),
    Answer(usize),
    Wait(Millis),
}

impl World {
    fn hear(&mut self, told: Vec<Told<Device>>) {
        for Told { to, presence } in told {
            for device in to {
                assert_ne!(presence.status, PresenceStatus::Invisible);
                self.told.insert((device, presence.user), presence.clone());
            }
        }
    }

    fn count(&self, user: UserId) -> usize {
        self.devices.values().filter(|owner| **owner == user).count()
    }

    fn device(&self, at: usize) -> Option<(Device, UserId)> {
        (!self.devices.is_empty())
            .then(|| self.devices.iter().nth(at % self.devices.len()))
            .flatten()
            .map(|(d, u)| (*d, *u))
    }

    fn answer(&self, user: UserId) -> Option<Seen> {
        // Those with an even number hide how they are, the others all of themselves.
        match self.hidden.get(&user) {
            Some(true) if user.0 % 2 == 1 => None,
            hidden => Some(seen(user, hidden != Some(&true))),
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Come(user, status) => {
                self.next += 1;
                let (device, user) = (self.next, UserId(user));
                self.devices.insert(device, user);
                self.said.extend(status.map(|status| (device, status)));
                let told = self.board.came(user, device, status, &self.count(user).into(), self.now);
                self.hear(told);
            }
            Step::Go(at) => {
                let Some((device, user)) = self.device(at) else { return };
                self.devices.remove(&device);
                self.said.retain(|(other, _)| *other != device);
                self.watched.remove(&device);
                let told = self.board.went(user, device, &self.count(user).into(), self.now);
                self.hear(told);
            }
            Step::Say(at, status) => {
                let Some((device, user)) = self.device(at) else { return };
                self.said.retain(|(other, _)| *other != device);
                self.said.push((device, status));
                let told = self.board.say(user, device, status, &self.count(user).into(), self.now);
                self.hear(told);
            }
            Step::Watch(at, users) => {
                let Some((device, _)) = self.device(at) else { return };
                let users: Vec<UserId> = users.into_iter().map(UserId).collect();
                let around = users.iter().map(|user| (*user, self.count(*user).into())).collect();
                self.board.watch(device, around);
                self.told.retain(|(other, user), _| *other != device || users.contains(user));
                self.watched.insert(device, users);
            }
            Step::Hide(user) => {
                let hidden = self.hidden.entry(UserId(user)).or_default();
                *hidden = !*hidden;
                self.board.changed(UserId(user));
            }
            Step::Ask(at) => {
                let Some((device, _)) = self.device(at) else { return };
                if let Some(users) = self.board.ask(device) {
                    let answers = users.iter().map(|user| self.answer(*user)).collect();
                    self.asking.push((device, users, answers));
                }
            }
            Step::Answer(at) if !self.asking.is_empty() => {
                let (device, users, answers) = self.asking.remove(at % self.asking.len());
                for (user, answer) in users.into_iter().zip(answers) {
                    let told = self.board.answered(device, user, answer.as_ref());
                    self.hear(told);
                }
                self.board.asked(device);
            }
            Step::Answer(_) => {}
            Step::Wait(millis) => {
                self.now += millis;
                let (told, left) = self.board.due(self.now);
                self.left.extend(left);
                self.hear(told);
            }
        }
    }

    /// As the protocol says it, in other words than the board.
    fn truth(&self, user: UserId) -> PresenceStatus {
        let mine: Vec<Device> = self.devices.iter().filter(|(_, owner)| **owner == user).map(|(d, _)| *d).collect();
        let said: Vec<PresenceStatus> = self.said.iter().filter(|(d, _)| mine.contains(d)).map(|(_, s)| *s).collect();
        let hidden = self.hidden.get(&user).copied().unwrap_or(false);
        match said.last() {
            _ if mine.is_empty() || hidden => PresenceStatus::Offline,
            Some(PresenceStatus::Invisible) => PresenceStatus::Offline,
            Some(PresenceStatus::Busy) => PresenceStatus::Busy,
            _ if said.len() == mine.len() && said.iter().all(|s| *s == PresenceStatus::Away) => PresenceStatus::Away,
            _ => PresenceStatus::Online,
        }
    }

    fn calm_down(&mut self) {
        while !self.asking.is_empty() {
            self.step(Step::Answer(0));
        }
        for at in 0..self.devices.len() {
            self.step(Step::Ask(at));
            self.step(Step::Answer(0));
        }
        self.step(Step::Wait(GRACE_MS));
    }
}

fn status() -> impl Strategy<Value = PresenceStatus> {
    use PresenceStatus::{Away, Busy, Invisible, Online};
    prop::sample::select(vec![Online, Away, Busy, Invisible])
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..4_i64, prop::option::of(status())).prop_map(|(user, status)| Step::Come(user, status)),
        (0..9_usize).prop_map(Step::Go),
        (0..9_usize, status()).prop_map(|(at, status)| Step::Say(at, status)),
        (0..9_usize, prop::collection::vec(1..5_i64, 0..4)).prop_map(|(at, users)| Step::Watch(at, users)),
        (1..5_i64).prop_map(Step::Hide),
        (0..9_usize).prop_map(Step::Ask),
        (0..9_usize).prop_map(Step::Answer),
        (0..GRACE_MS * 2).prop_map(Step::Wait),
    ]
}

proptest! {
    #[test]
    fn what_a_watcher_was_told_last_is_how_it_is(steps in prop::collection::vec(step(), 0..80)) {
        let mut world = World::default();
        steps.into_iter().for_each(|step| world.step(step));
        world.calm_down();
        for (device, users) in &world.watched {
            for user in users {
                let told = world.told.get(&(*device, *user)).map(|presence| presence.status);
                prop_assert_eq!(told, Some(world.truth(*user)), "{} of {}", device, user);
            }
        }
        // Nothing is kept of those who have gone.
        while let Some((device, _)) = world.device(0) {
            prop_assert!(world.devices.contains_key(&device));
            world.step(Step::Go(0));
        }
        world.step(Step::Wait(GRACE_MS));
        prop_assert!(world.board.people.is_empty() && world.board.watching.is_empty() && world.board.leaving.is_empty());
    }
}

/// Bob watches Ann, who is there with device 1.
fn at_the_window() -> World {
    let mut world = World::default();
    world.step(Step::Come(ANN.0, None));
    world.step(Step::Come(BOB.0, None));
    world.step(Step::Watch(1, vec![ANN.0]));
    world.step(Step::Ask(1));
    world.step(Step::Answer(0));
    assert_eq!(world.told[&(2, ANN)].status, PresenceStatus::Online);
    world.told.clear();
    world
}

#[test]
fn a_reconnect_does_not_flicker_and_being_gone_is_told_with_the_time_of_going() {
    let mut world = at_the_window();
    world.now = 1_000;
    world.step(Step::Go(0));
    world.step(Step::Wait(GRACE_MS - 1));
    world.step(Step::Come(ANN.0, None));
    world.step(Step::Wait(GRACE_MS));
    assert_eq!((&world.told, &world.left), (&BTreeMap::new(), &Vec::new()));
    let gone = world.now;
    world.step(Step::Go(1));
    world.step(Step::Wait(GRACE_MS));
    let told = &world.told[&(2, ANN)];
    assert_eq!((told.status, told.last_seen_at), (PresenceStatus::Offline, Some(gone)));
    assert_eq!(world.left, [(ANN, gone)]);
}

#[test]
fn invisible_is_gone_in_every_respect() {
    let (mut one, mut other) = (at_the_window(), at_the_window());
    one.step(Step::Go(0));
    other.step(Step::Say(0, PresenceStatus::Invisible));
    for world in [&mut one, &mut other] {
        world.step(Step::Wait(GRACE_MS - 1));
        assert_eq!(world.told, BTreeMap::new());
        world.step(Step::Wait(1));
    }
    // Leaving while invisible is nothing new, and neither is another device that is invisible from the start.
    other.step(Step::Come(ANN.0, Some(PresenceStatus::Invisible)));
    other.step(Step::Wait(1));
    other.step(Step::Go(0));
    other.step(Step::Go(1));
    one.step(Step::Wait(1));
    for world in [&mut one, &mut other] {
        world.step(Step::Wait(GRACE_MS));
    }
    assert_eq!((&one.told, &one.left), (&other.told, &other.left));
    assert_eq!(one.told.len(), 1);
}

#[test]
fn who_says_nothing_and_is_not_watched_costs_nothing() {
    let mut world = World::default();
    for user in 1..4 {
        world.step(Step::Come(user, None));
    }
    assert_eq!((world.board.people.capacity(), world.board.watching.capacity()), (0, 0));
}

#[test]
fn who_sees_the_words_alone_hears_nothing_of_coming_and_going() {
    let mut world = World::default();
    world.step(Step::Come(BOB.0, None));
    world.step(Step::Come(ANN.0, None));
    world.step(Step::Hide(BOB.0));
    world.step(Step::Watch(1, vec![BOB.0]));
    world.step(Step::Ask(1));
    world.step(Step::Answer(0));
    assert_eq!(world.told.remove(&(2, BOB)).map(|told| told.status), Some(PresenceStatus::Offline));
    world.step(Step::Say(0, PresenceStatus::Busy));
    world.step(Step::Go(0));
    world.step(Step::Wait(GRACE_MS));
    assert_eq!(world.told, BTreeMap::new());
    // Of what they say of themselves: at once, whoever asked for it.
    let words = Some(parlor_model::Status { text: "Lunch".into(), ..parlor_model::Status::default() });
    let told = world.board.answered(2, BOB, Some(&Seen { words, ..seen(BOB, false) }));
    assert_eq!(told[0].presence.text.as_deref(), Some("Lunch"));
}

#[test]
fn of_the_nodes_that_are_left_one_writes_down_when_the_people_of_a_dead_one_were_seen() {
    let nobody = Around::default();
    for writes in [true, false] {
        let mut board: Board<u32> = Board::default();
        assert!(board.lost(ANN, &nobody, 5_000, writes).is_empty());
        let (_, left) = board.due(5_000 + GRACE_MS);
        assert_eq!(left, if writes { vec![(ANN, 5_000)] } else { vec![] });
        // Who is back at another node has not left.
        board.lost(BOB, &Around::from(1), 5_000, writes);
        assert_eq!(board.due(Millis::MAX).1, []);
        // Nor has who comes back in time.
        board.lost(ANN, &nobody, 6_000, writes);
        board.moved(ANN, &Around::from(1), 6_500);
        assert_eq!(board.due(Millis::MAX).1, []);
    }
}
