//! Who is here and what they have been told: the hub without its clockwork. Pure; every method is one atomic step under
//! the hub's lock, and returns what has to be read from the store next.

mod rooms;

use std::collections::HashMap;
use std::sync::Arc;

use parlor_model::conversations::Head;
use parlor_model::frames::ServerFrame;
use parlor_model::{ConversationId, Entry, Seq, SessionId, UserId};
use slab::Slab;
use smallvec::SmallVec;

use super::room::Room;
use super::unheard::Unheard;
use super::wake::Writers;
use crate::backend::Identity;
use crate::frame::Frame;
use crate::outbox::{Farewell, Outbox};
use crate::presence::{Board, Elsewhere};

/// Frames kept for a session between its opening and its welcome.
const HELD_MAX: usize = 1_024;

/// Names a seat; a seat that reuses the place has another serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SeatKey {
    at: u32,
    serial: u32,
}

impl SeatKey {
    pub(super) fn seat(self) -> u32 {
        self.at
    }

    pub(super) fn place(self) -> usize {
        self.at as usize
    }
}

/// Something to be read from the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// A hole in a room: what is after `after`, for [`State::filled`].
    Fill { conversation: ConversationId, after: Seq },
    /// What one seat lacks of a room: what is after `after`, for [`State::caught_up`].
    Catch { seat: SeatKey, conversation: ConversationId, after: Seq },
}

/// What came of [`State::enter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// The seat is welcomed and gets what comes.
    In,
    /// Too much has passed since the heads were read: read them again.
    Again,
}

#[derive(Debug)]
pub(super) struct Seat {
    pub(super) identity: Identity,
    serial: u32,
    pub(super) outbox: Arc<Outbox>,
    pub(super) rooms: Vec<u32>,
    /// Until it is welcomed.
    pub(super) opening: Option<Box<Opening>>,
}

#[derive(Debug)]
pub(super) struct Opening {
    held: Vec<Frame>,
    epoch: u64,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) seats: Slab<Seat>,
    users: HashMap<UserId, SmallVec<[u32; 2]>>,
    pub(super) rooms: Slab<Room>,
    pub(super) index: HashMap<ConversationId, u32>,
    pub(super) unheard: Unheard,
    pub(super) board: Board<SeatKey>,
    /// Where there can be other nodes.
    pub(super) elsewhere: Option<Elsewhere>,
    serial: u32,
    pub(super) deliveries: u64,
    /// Who has something to write and is still to be woken.
    pub(super) writers: Writers,
}

/// Places are `u32`: more seats or rooms than that do not fit into memory anyway.
fn narrow(key: usize) -> u32 {
    u32::try_from(key).unwrap_or(u32::MAX)
}

impl State {
    /// Registers a session: from now on it hears what concerns its user. It is told nothing before [`State::enter`].
    pub(crate) fn open(&mut self, identity: Identity, outbox: Arc<Outbox>) -> SeatKey {
        self.serial = self.serial.wrapping_add(1);
        let opening = Some(Box::new(Opening { held: Vec::new(), epoch: self.unheard.epoch() }));
        let serial = self.serial;
        let seat = Seat { identity, serial, outbox, rooms: Vec::new(), opening };
        let at = narrow(self.seats.insert(seat));
        self.users.entry(identity.user).or_default().push(at);
        SeatKey { at, serial }
    }

    /// Welcomes a session whose heads were read after [`State::open`]: queues `welcome`, puts it into its rooms, queues
    /// what was held. One step, so nothing comes between.
    pub(crate) fn enter(&mut self, key: SeatKey, heads: &[Head], welcome: Frame, jobs: &mut Vec<Job>) -> Entered {
        let epoch = self.unheard.epoch();
        let Some(seat) = self.seat(key) else { return Entered::In };
        let Some(opening) = seat.opening.take_if(|opening| opening.epoch == epoch) else {
            seat.opening.iter_mut().for_each(|opening| opening.epoch = epoch);
            return Entered::Again;
        };
        seat.outbox.push(welcome);
        let before = seat.rooms.clone();
        for &Head(conversation, head, ..) in heads {
            let at = self.room_or_make(conversation, head);
            let room = &mut self.rooms[at as usize];
            if before.contains(&at) {
                room.remove(key.at);
            } else {
                self.seats[key.place()].rooms.push(at);
            }
            room.place(key.at, head, true);
        }
        self.catch_up_everywhere(key, jobs);
        let outbox = &self.seats[key.place()].outbox;
        opening.held.into_iter().for_each(|frame| outbox.push(frame));
        Entered::In
    }

    /// Forgets a session. Its rooms go with it when nobody else is in them.
    pub(crate) fn leave(&mut self, key: SeatKey) {
        if self.seat(key).is_none() {
            return;
        }
        let seat = self.seats.remove(key.place());
        for at in seat.rooms {
            self.rooms[at as usize].remove(key.at);
            self.drop_if_empty(at);
        }
        if let Some(seats) = self.users.get_mut(&seat.identity.user) {
            seats.retain(|at| *at != key.at);
            if seats.is_empty() {
                self.users.remove(&seat.identity.user);
            }
        }
    }

    /// A log grew. Delivers the entry if it is the next, ignores one that was delivered, and asks for the hole before
    /// one that came too early.
    pub(crate) fn appended(&mut self, entry: &Entry, jobs: &mut Vec<Job>) {
        let (conversation, seq) = (entry.conversation, entry.seq);
        match self.index.get(&conversation).copied() {
            Some(at) => match self.rooms[at as usize].last {
                last if seq <= last => self.late(at, entry, jobs),
                last if seq == last + 1 => self.deliver(at, entry),
                _ => self.want(at, seq, jobs),
            },
            None if entry.arrivals().iter().any(|user| self.users.contains_key(user)) => {
                let overtook = self.unheard.take(conversation);
                let at = self.make(conversation, seq - 1);
                self.deliver(at, entry);
                if self.index.get(&conversation) == Some(&at) {
                    if overtook > seq {
                        self.want(at, overtook, jobs);
                    } else if self.unheard.forgot() {
                        // What came after this entry may have passed before it, and be forgotten.
                        self.want_all(at, jobs);
                    }
                }
            }
            None => self.unheard.note(conversation, seq),
        }
    }

    /// What was read for a [`Job::Fill`]. Gives where to read on while a hole remains.
    pub(crate) fn filled(&mut self, conversation: ConversationId, entries: &[Entry]) -> Option<Seq> {
        for entry in entries {
            let at = *self.index.get(&conversation)?;
            if entry.seq == self.rooms[at as usize].last + 1 {
                self.deliver(at, entry);
            }
        }
        let room = &mut self.rooms[*self.index.get(&conversation)? as usize];
        let last = room.last;
        let hole = room.trouble.as_mut().is_some_and(|trouble| {
            trouble.ends = trouble.ends.saturating_sub(u8::from(entries.is_empty()));
            trouble.wanted > last || trouble.ends > 0
        });
        if !hole {
            self.give_up(conversation);
        }
        hole.then_some(last)
    }

    /// Ends a [`Job::Fill`], whether or not the hole is filled; the next entry asks again.
    pub(crate) fn give_up(&mut self, conversation: ConversationId) {
        let Some(&at) = self.index.get(&conversation) else { return };
        let room = &mut self.rooms[at as usize];
        if let Some(trouble) = &mut room.trouble {
            (trouble.filling, trouble.wanted, trouble.ends) = (false, room.last, 0);
        }
        self.drop_if_empty(at);
    }

    /// What was read for a [`Job::Catch`]. Tells the seat what it may see: membership follows from the log itself, so
    /// one who was removed gets that entry and no later one. Gives where to read on while the seat is behind.
    pub(crate) fn caught_up(&mut self, key: SeatKey, conversation: ConversationId, entries: &[Entry]) -> Option<Seq> {
        let at = *self.index.get(&conversation)?;
        let seat = self.seat(key)?;
        let (user, outbox) = (seat.identity.user, seat.outbox.clone());
        let room = &mut self.rooms[at as usize];
        let last = room.last;
        let apart = room.apart(key.at)?;
        for entry in entries {
            if entry.seq != apart.cursor + 1 {
                continue;
            }
            apart.member |= entry.arrivals().contains(&user);
            if apart.member {
                outbox.push(Frame::entry(&entry.clone().seen_by(user)));
                self.deliveries += 1;
            }
            apart.member &= !entry.departures().contains(&user);
            apart.cursor = entry.seq;
        }
        if apart.cursor < last {
            return Some(apart.cursor);
        }
        apart.reading = false;
        if apart.member {
            let seats = &self.seats;
            room.fall_in(|seat| seats[seat as usize].opening.is_none());
        } else {
            self.detach(key.at, at);
        }
        None
    }

    /// Something for all devices of a user. Those not welcomed yet get it right after.
    pub(crate) fn tell(&mut self, user: UserId, frame: &ServerFrame<'_>) {
        self.tell_all(&[user], frame);
    }

    /// The same for several users.
    pub(crate) fn tell_all(&mut self, users: &[UserId], frame: &ServerFrame<'_>) {
        let seats = self.seats_of(users);
        if seats.is_empty() {
            return;
        }
        let frame = Frame::of(frame);
        for at in seats {
            let seat = &mut self.seats[at as usize];
            match &mut seat.opening {
                None => self.writers.tell(seat.outbox.queue(frame.clone())),
                Some(opening) if opening.held.len() < HELD_MAX => opening.held.push(frame.clone()),
                Some(_) => seat.outbox.farewell(Farewell::SLOW),
            }
        }
    }

    /// Ends the sockets of a session.
    pub(crate) fn end(&self, user: UserId, session: SessionId, farewell: Farewell) {
        let seats = self.users.get(&user).into_iter().flatten().map(|at| &self.seats[*at as usize]);
        seats.filter(|seat| seat.identity.session == session).for_each(|seat| seat.outbox.farewell(farewell));
    }

    /// The seat of that name, unless it has left.
    pub(super) fn seat(&mut self, key: SeatKey) -> Option<&mut Seat> {
        self.seats.get_mut(key.place()).filter(|seat| seat.serial == key.serial)
    }

    /// Somebody's seats that are welcomed.
    pub(super) fn keys_of(&self, user: UserId) -> SmallVec<[SeatKey; 2]> {
        let seats = self.users.get(&user).into_iter().flatten().filter_map(|at| {
            let seat = self.seats.get(*at as usize).filter(|seat| seat.opening.is_none())?;
            Some(SeatKey { at: *at, serial: seat.serial })
        });
        seats.collect()
    }

    /// All who have a seat.
    pub(super) fn users(&self) -> impl Iterator<Item = UserId> {
        self.users.keys().copied()
    }

    /// All seats that are welcomed.
    pub(super) fn welcomed(&self) -> Vec<(SeatKey, Identity)> {
        let seats = self.seats.iter().filter(|(_, seat)| seat.opening.is_none());
        seats.map(|(at, seat)| (SeatKey { at: narrow(at), serial: seat.serial }, seat.identity)).collect()
    }

    fn seats_of(&self, users: &[UserId]) -> Vec<u32> {
        users.iter().filter_map(|user| self.users.get(user)).flatten().copied().collect()
    }
}
