//! What happens to a room: an entry is delivered, somebody comes or goes, a hole opens.

use parlor_model::{ConversationId, Entry, Seq};

use super::{Job, Seat, SeatKey, State, narrow};
use crate::frame::Frame;
use crate::hub::room::Room;

impl State {
    pub(super) fn deliver(&mut self, at: u32, entry: &Entry) {
        for seat in self.seats_of(entry.arrivals()) {
            self.arrive(seat, at, entry.seq);
        }
        let room = &mut self.rooms[at as usize];
        if !room.seats.is_empty() {
            match entry.withheld_from {
                None => {
                    let frame = Frame::entry(entry);
                    let writers = room.seats.iter().map(|seat| self.seats[*seat as usize].outbox.queue(frame.clone()));
                    self.writers.add(room.seats.len(), writers.flatten());
                }
                // Rare: somebody here blocked the sender.
                Some(_) => room.seats.iter().map(|seat| &self.seats[*seat as usize]).for_each(|seat| {
                    seat.outbox.push(Frame::entry(&entry.clone().seen_by(seat.identity.user)));
                }),
            }
            self.deliveries += room.seats.len() as u64;
        }
        room.last = entry.seq;
        for seat in self.seats_of(entry.departures()) {
            // Those apart get this entry later, or knew it before: their own cursor decides.
            if self.rooms[at as usize].remove_in_step(seat) {
                self.seats[seat as usize].rooms.retain(|other| *other != at);
            }
        }
        let seats = &self.seats;
        self.rooms[at as usize].fall_in(|seat| seats[seat as usize].opening.is_none());
        self.drop_if_empty(at);
    }

    /// Puts a seat into a room in time for the entry that brings its user in.
    fn arrive(&mut self, seat: u32, at: u32, seq: Seq) {
        let Seat { rooms, opening, .. } = &mut self.seats[seat as usize];
        if !rooms.contains(&at) {
            rooms.push(at);
            // One that is not welcomed yet has no cursor to be in step with; its heads will tell.
            self.rooms[at as usize].place(seat, seq - 1, opening.is_none());
        }
    }

    /// An entry that was delivered before. It may still name somebody whose seat was not here then, or has not been
    /// welcomed into this room: they start from the store, where the log tells whether they still belong.
    pub(super) fn late(&mut self, at: u32, entry: &Entry, jobs: &mut Vec<Job>) {
        for seat in self.seats_of(entry.arrivals()) {
            let Seat { rooms, opening, serial, .. } = &mut self.seats[seat as usize];
            if rooms.contains(&at) {
                continue;
            }
            rooms.push(at);
            let (key, welcomed) = (SeatKey { at: seat, serial: *serial }, opening.is_none());
            self.rooms[at as usize].place(seat, entry.seq - 1, false);
            if welcomed {
                self.catch_up(key, at, jobs);
            }
        }
    }

    /// Has the hole below `seq` read.
    pub(in crate::hub) fn want(&mut self, at: u32, seq: Seq, jobs: &mut Vec<Job>) {
        let room = &mut self.rooms[at as usize];
        let (conversation, after) = (room.id, room.last);
        let trouble = room.trouble();
        trouble.wanted = seq.max(trouble.wanted);
        if !std::mem::replace(&mut trouble.filling, true) {
            jobs.push(Job::Fill { conversation, after });
        }
    }

    /// Has the log read to its end, as nobody knows how far it goes.
    pub(in crate::hub) fn want_all(&mut self, at: u32, jobs: &mut Vec<Job>) {
        // One answer may be on its way already, from before.
        self.rooms[at as usize].trouble().ends = 2;
        self.want(at, 0, jobs);
    }

    /// Has what a seat lacks of a room read, if it lacks something.
    pub(in crate::hub) fn catch_up(&mut self, key: SeatKey, at: u32, jobs: &mut Vec<Job>) {
        let room = &mut self.rooms[at as usize];
        let (last, conversation) = (room.last, room.id);
        if let Some(apart) = room.apart(key.at).filter(|apart| apart.cursor < last && !apart.reading) {
            apart.reading = true;
            jobs.push(Job::Catch { seat: key, conversation, after: apart.cursor });
        }
    }

    pub(super) fn catch_up_everywhere(&mut self, key: SeatKey, jobs: &mut Vec<Job>) {
        for place in 0..self.seats[key.place()].rooms.len() {
            let at = self.seats[key.place()].rooms[place];
            self.catch_up(key, at, jobs);
        }
    }

    pub(in crate::hub) fn room_or_make(&mut self, conversation: ConversationId, last: Seq) -> u32 {
        let found = self.index.get(&conversation).copied();
        found.unwrap_or_else(|| {
            let passed = self.unheard.take(conversation);
            self.make(conversation, last.max(passed))
        })
    }

    pub(super) fn make(&mut self, conversation: ConversationId, last: Seq) -> u32 {
        let at = narrow(self.rooms.insert(Room::new(conversation, last)));
        self.index.insert(conversation, at);
        at
    }

    pub(super) fn detach(&mut self, seat: u32, at: u32) {
        self.seats[seat as usize].rooms.retain(|other| *other != at);
        self.rooms[at as usize].remove(seat);
        self.drop_if_empty(at);
    }

    pub(super) fn drop_if_empty(&mut self, at: u32) {
        if self.rooms.get_mut(at as usize).is_some_and(Room::is_empty) {
            let room = self.rooms.remove(at as usize);
            self.index.remove(&room.id);
            // Heads that were read while the room was here may still be on their way.
            self.unheard.note(room.id, room.last);
        }
    }
}
