//! A conversation that somebody here listens to.

use parlor_model::{ConversationId, Seq};
use smallvec::SmallVec;

/// A room. Small: an idle session of fifty conversations is in fifty of them.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) id: ConversationId,
    /// Everything up to here was delivered to those in step, or was covered by what they were told on entering.
    pub(super) last: Seq,
    /// Who is in step: the next entry they get is `last + 1`.
    pub(super) seats: SmallVec<[u32; 4]>,
    /// Only while something is out of step.
    pub(super) trouble: Option<Box<Trouble>>,
}

#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// The newest seq heard of; above `last` there is a hole.
    pub(super) wanted: Seq,
    /// Empty answers of the store until its end is believed, when it is to be read to the end.
    pub(super) ends: u8,
    /// Somebody is reading the hole from the store.
    pub(super) filling: bool,
    /// Seats with a cursor of their own.
    pub(super) apart: Vec<Apart>,
}

/// A seat out of step. `cursor < last`: what is between is read from the store for it alone. `cursor > last`: it was
/// told a head the hub has not reached; what comes up to there is not for it.
#[derive(Debug)]
pub(super) struct Apart {
    pub(super) seat: u32,
    /// The newest seq the seat knows.
    pub(super) cursor: Seq,
    /// Its user is a member at the cursor.
    pub(super) member: bool,
    /// Somebody is reading for it.
    pub(super) reading: bool,
}

impl Room {
    pub(super) fn new(id: ConversationId, last: Seq) -> Self {
        Self { id, last, seats: SmallVec::new(), trouble: None }
    }

    /// Nobody is here, and no hole is open: in a hole there may be the entry that brings somebody in.
    pub(super) fn is_empty(&mut self) -> bool {
        self.calm();
        self.seats.is_empty() && self.trouble.is_none()
    }

    pub(super) fn trouble(&mut self) -> &mut Trouble {
        self.trouble.get_or_insert_default()
    }

    pub(super) fn apart(&mut self, seat: u32) -> Option<&mut Apart> {
        self.trouble.as_mut()?.apart.iter_mut().find(|apart| apart.seat == seat)
    }

    /// Puts a seat where its cursor belongs: in step, or apart.
    pub(super) fn place(&mut self, seat: u32, cursor: Seq, member: bool) {
        if cursor == self.last && member {
            self.seats.push(seat);
        } else {
            self.trouble().apart.push(Apart { seat, cursor, member, reading: false });
        }
    }

    /// Takes a seat out, wherever it is.
    pub(super) fn remove(&mut self, seat: u32) {
        if !self.remove_in_step(seat) {
            self.remove_apart(seat);
        }
    }

    /// Takes a seat out if it is in step.
    pub(super) fn remove_in_step(&mut self, seat: u32) -> bool {
        let found = self.seats.iter().position(|other| *other == seat);
        if let Some(at) = found {
            self.seats.swap_remove(at);
        }
        found.is_some()
    }

    pub(super) fn remove_apart(&mut self, seat: u32) {
        if let Some(trouble) = &mut self.trouble {
            trouble.apart.retain(|apart| apart.seat != seat);
        }
        self.calm();
    }

    /// Those whose cursor the room has reached fall into step. Seats that are not welcomed yet stay apart.
    pub(super) fn fall_in(&mut self, welcomed: impl Fn(u32) -> bool) {
        let (last, seats) = (self.last, &mut self.seats);
        let Some(trouble) = &mut self.trouble else { return };
        trouble.apart.retain(|apart| {
            let reached = apart.cursor == last && apart.member && !apart.reading && welcomed(apart.seat);
            if reached {
                seats.push(apart.seat);
            }
            !reached
        });
        self.calm();
    }

    /// Forgets a trouble that is over.
    pub(super) fn calm(&mut self) {
        let last = self.last;
        self.trouble.take_if(|trouble| !trouble.filling && trouble.wanted <= last && trouble.apart.is_empty());
    }
}
