//! The law of the hub under every interleaving that can be thought of: commits, a bus that loses, repeats and
//! reorders, sessions that open, read their heads and enter at any moment, and readings of the store that take their time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parlor_model::conversations::Head;
use parlor_model::frames::ServerFrame;
use parlor_model::{ConversationId, Entry, EntryBody, Seq, SessionId, UserId};
use proptest::prelude::*;

use super::state::{Entered, Job, SeatKey, State};
use crate::backend::{Heads, Identity};
use crate::frame::Frame;
use crate::outbox::Outbox;

/// Entries a reading of the store gives at once: few, so that readings go on.
const PAGE: usize = 3;

/// A session and, as a careful client would, what it makes of its frames.
struct Device {
    user: UserId,
    key: SeatKey,
    outbox: Arc<Outbox>,
    heads: Option<Vec<Head>>,
    welcomed: bool,
    /// Newest seq of the conversations it is in.
    cursors: BTreeMap<ConversationId, Seq>,
    /// Where it was put out.
    left: BTreeMap<ConversationId, Seq>,
}

enum Reading {
    Store(Job, Option<Vec<Entry>>),
    Compare(SeatKey, UserId, Option<(u64, Heads)>),
}

#[derive(Default)]
struct World {
    hub: State,
    logs: BTreeMap<ConversationId, Vec<Entry>>,
    in_flight: Vec<Entry>,
    devices: Vec<Device>,
    readings: Vec<Reading>,
    lost: bool,
}

fn pick<T>(things: &[T], at: usize) -> Option<usize> {
    (!things.is_empty()).then(|| at % things.len())
}

impl World {
    fn members_at(&self, conversation: ConversationId, seq: Seq) -> BTreeSet<UserId> {
        let mut members = BTreeSet::new();
        for entry in self.logs.get(&conversation).into_iter().flatten().take_while(|entry| entry.seq <= seq) {
            members.extend(entry.arrivals());
            entry.departures().iter().for_each(|user| {
                members.remove(user);
            });
        }
        members
    }

    fn members(&self, conversation: ConversationId) -> BTreeSet<UserId> {
        self.members_at(conversation, Seq::MAX)
    }

    fn heads(&self, user: UserId) -> Vec<Head> {
        let mine = self.logs.iter().filter(|(id, _)| self.members(**id).contains(&user));
        mine.map(|(id, log)| Head(*id, log.len() as Seq, 0, 0, 0, 0, 0)).collect()
    }

    fn commit(&mut self, conversation: ConversationId, actor: UserId, body: EntryBody) {
        let log = self.logs.entry(conversation).or_default();
        let entry = Entry { conversation, seq: log.len() as Seq + 1, actor, at: 0, withheld_from: None, body };
        log.push(entry.clone());
        self.in_flight.push(entry);
    }

    /// Somebody does something in a conversation: is put out, comes in, leaves, or renames it.
    fn act(&mut self, conversation: ConversationId, user: UserId, choice: usize) {
        let members = self.members(conversation);
        let body = match choice % 4 {
            _ if !self.logs.contains_key(&conversation) => EntryBody::Created { users: vec![user], title: None },
            0 if members.contains(&user) => EntryBody::Removed { users: vec![user] },
            1 if members.contains(&user) => EntryBody::Left,
            2 if !members.contains(&user) => EntryBody::Joined { users: vec![user] },
            _ => EntryBody::Renamed { title: "t".into() },
        };
        self.commit(conversation, user, body);
    }

    fn start(&mut self, jobs: Vec<Job>) {
        self.readings.extend(jobs.into_iter().map(|job| Reading::Store(job, None)));
    }

    fn hear(&mut self, at: usize, repeat: bool) {
        if let Some(at) = pick(&self.in_flight, at) {
            let entry = if repeat { self.in_flight[at].clone() } else { self.in_flight.remove(at) };
            let mut jobs = Vec::new();
            self.hub.appended(&entry, &mut jobs);
            self.start(jobs);
        }
    }

    fn lag(&mut self) {
        let identities = self.hub.lose();
        self.readings.extend(identities.into_iter().map(|(key, who)| Reading::Compare(key, who.user, None)));
    }

    fn open(&mut self, user: UserId) {
        let outbox = Arc::<Outbox>::default();
        let key = self.hub.open(Identity { user, session: SessionId(1), expires_at: 0 }, outbox.clone());
        let (cursors, left) = (BTreeMap::new(), BTreeMap::new());
        self.devices.push(Device { user, key, outbox, heads: None, welcomed: false, cursors, left });
    }

    /// The next step of a device: read the heads, enter.
    fn step_device(&mut self, at: usize) {
        let Some(at) = pick(&self.devices, at).filter(|at| !self.devices[*at].welcomed) else { return };
        let Some(heads) = self.devices[at].heads.take() else {
            self.devices[at].heads = Some(self.heads(self.devices[at].user));
            return;
        };
        let (mut jobs, welcome) = (Vec::new(), Frame::of(&ServerFrame::Pong { id: None }));
        let device = &mut self.devices[at];
        if self.hub.enter(device.key, &heads, welcome, &mut jobs) == Entered::In {
            device.welcomed = true;
            device.cursors = heads.iter().map(|head| (head.0, head.1)).collect();
        }
        self.start(jobs);
    }

    fn leave(&mut self, at: usize) {
        if let Some(at) = pick(&self.devices, at) {
            let device = self.devices.swap_remove(at);
            self.hub.leave(device.key);
        }
    }

    /// The next step of a reading: the store answers, the hub takes the answer.
    fn step_reading(&mut self, at: usize) {
        let Some(at) = pick(&self.readings, at) else { return };
        let mut jobs = Vec::new();
        match self.readings.swap_remove(at) {
            Reading::Store(job, None) => {
                let (Job::Fill { conversation, after } | Job::Catch { conversation, after, .. }) = job;
                let page = self.logs[&conversation].iter().filter(|entry| entry.seq > after).take(PAGE);
                let page = page.cloned().collect();
                self.readings.push(Reading::Store(job, Some(page)));
            }
            Reading::Store(Job::Fill { conversation, .. }, Some(page)) => {
                if let Some(after) = self.hub.filled(conversation, &page) {
                    self.readings.push(Reading::Store(Job::Fill { conversation, after }, None));
                }
            }
            Reading::Store(Job::Catch { seat, conversation, .. }, Some(page)) => {
                if let Some(after) = self.hub.caught_up(seat, conversation, &page) {
                    self.readings.push(Reading::Store(Job::Catch { seat, conversation, after }, None));
                }
            }
            Reading::Compare(key, user, None) => {
                let heads = Heads { account_version: 1, heads: self.heads(user), ..Heads::default() };
                self.readings.push(Reading::Compare(key, user, Some((self.hub.unheard.epoch(), heads))));
            }
            Reading::Compare(key, user, Some((epoch, heads))) => {
                if self.hub.reconcile(key, epoch, &heads, &mut jobs) == Entered::Again {
                    self.readings.push(Reading::Compare(key, user, None));
                }
            }
        }
        self.start(jobs);
    }

    /// Everything comes to rest: what was published is heard, losses are noticed, readings end.
    fn settle(&mut self) {
        while !self.in_flight.is_empty() {
            self.hear(0, false);
        }
        for at in 0..self.devices.len() {
            while !self.devices[at].welcomed {
                self.step_device(at);
            }
        }
        if std::mem::take(&mut self.lost) {
            self.lag();
        }
        for _ in 0..100_000 {
            if self.readings.is_empty() {
                return;
            }
            self.step_reading(0);
        }
        panic!("the readings of the store never end");
    }

    /// Each device reads its frames as the protocol promises them, and ends where the logs are.
    fn check(&mut self) {
        for at in 0..self.devices.len() {
            let frames = self.devices[at].outbox.take_rest();
            for frame in &frames {
                if let ServerFrame::Entry { entry } = serde_json::from_str(frame.text()).unwrap() {
                    self.check_entry(at, &entry);
                }
            }
            let device = &self.devices[at];
            assert_eq!(device.outbox.ends(), None);
            let heads: BTreeMap<_, _> = self.heads(device.user).iter().map(|head| (head.0, head.1)).collect();
            assert_eq!(device.cursors, heads, "{:?} ends where the store is", device.user);
        }
    }

    fn check_entry(&mut self, at: usize, entry: &Entry) {
        let (conversation, seq) = (entry.conversation, entry.seq);
        let user = self.devices[at].user;
        let may_see = self.members_at(conversation, seq).contains(&user) || entry.departures().contains(&user);
        assert!(may_see, "{user:?} saw {conversation:?}/{seq} from outside");
        let device = &mut self.devices[at];
        match device.cursors.get(&conversation) {
            Some(cursor) => assert_eq!(seq, cursor + 1, "{user:?} {conversation:?}: dense and once"),
            // After one was put out, a late event may repeat what was before; it never shows what came after.
            None if device.left.get(&conversation).is_some_and(|left| seq <= *left) => return,
            None => {}
        }
        if entry.departures().contains(&user) {
            device.cursors.remove(&conversation);
            device.left.insert(conversation, seq);
        } else {
            device.cursors.insert(conversation, seq);
        }
    }

    fn step(&mut self, (kind, a, b): (u8, u8, u8), unreliable: bool) {
        let (x, y) = (usize::from(a), usize::from(b));
        let (conversation, user) = (ConversationId(i64::from(a % 3)), UserId(i64::from(b % 3)));
        match kind % 16 {
            0..=3 => self.act(conversation, user, x / 3 + y / 3),
            4..=6 => self.hear(x, unreliable && y % 4 == 0),
            7 => self.open(user),
            8..=10 => self.step_device(x),
            11 if y % 3 == 0 => self.leave(x),
            12 if unreliable => {
                if let Some(at) = pick(&self.in_flight, x) {
                    self.in_flight.remove(at);
                    self.lost = true;
                }
            }
            13 if unreliable && y % 4 == 0 => self.lag(),
            _ => self.step_reading(x),
        }
    }
}

fn play(steps: &[(u8, u8, u8)], unreliable: bool) {
    let mut world = World::default();
    for step in steps {
        world.step(*step, unreliable);
    }
    world.settle();
    world.check();
    let keys: Vec<SeatKey> = world.devices.iter().map(|device| device.key).collect();
    keys.into_iter().for_each(|key| world.hub.leave(key));
    assert!(world.hub.rooms.is_empty() && world.hub.seats.is_empty(), "nothing stays when all have left");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn every_device_ends_where_the_store_is_though_the_bus_reorders(
        steps in proptest::collection::vec(any::<(u8, u8, u8)>(), 1..200),
    ) {
        play(&steps, false);
    }

    #[test]
    fn also_when_the_bus_loses_and_repeats(steps in proptest::collection::vec(any::<(u8, u8, u8)>(), 1..200)) {
        play(&steps, true);
    }
}

/// Found by the law: being put out overtook the arrival, and a loss made the hub forget that it had passed.
#[test]
fn who_was_put_out_stays_out_though_the_arrival_comes_after_a_loss() {
    let (lunch, ann) = (ConversationId(1), UserId(1));
    let mut world = World::default();
    world.open(ann);
    (0..2).for_each(|_| world.step_device(0));
    world.act(lunch, ann, 0);
    world.act(lunch, ann, 0);
    world.hear(1, false);
    world.lag();
    (0..2).for_each(|_| world.step_reading(0));
    world.settle();
    world.check();
}

/// The figures of an idle session of fifty conversations that it shares with others, as the design demands.
#[test]
fn an_idle_session_of_fifty_conversations_costs_some_hundred_bytes_here() {
    let per_place = size_of::<u32>() * 2;
    assert!(size_of::<super::state::Seat>() <= 80, "{}", size_of::<super::state::Seat>());
    assert!(size_of::<super::room::Room>() <= 56, "{}", size_of::<super::room::Room>());
    assert!(50 * per_place + size_of::<super::state::Seat>() < 500);
}

#[test]
fn a_room_with_a_hole_holds_up_no_other() {
    let mut world = World::default();
    let (one, other, ann) = (ConversationId(1), ConversationId(2), UserId(1));
    world.act(one, ann, 0);
    world.act(other, ann, 0);
    world.in_flight.clear();
    world.open(ann);
    (0..2).for_each(|_| world.step_device(0));
    world.act(one, ann, 3);
    world.act(one, ann, 3);
    world.act(other, ann, 3);
    world.in_flight.remove(0);
    world.hear(0, false);
    world.hear(0, false);
    let seen: Vec<String> = world.devices[0].outbox.take_rest().iter().map(|frame| frame.text().to_owned()).collect();
    assert_eq!(seen.len(), 2, "the welcome and the entry of the other room: {seen:?}");
    assert!(seen[1].contains(r#""conversation":"2""#), "{seen:?}");
    world.devices[0].cursors.insert(other, 2);
    world.settle();
    world.check();
}
