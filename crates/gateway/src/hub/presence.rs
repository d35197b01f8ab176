//! Presence, as the hub carries it out: who comes and goes goes to the [`Board`](crate::presence::Board), what is to be told
//! goes into outboxes, what may be seen is asked of the application.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parlor_model::frames::{PresenceStatus, ServerFrame};
use parlor_model::{ConversationId, Event, Here, Millis, NodeId, There, UserId};
use tokio::time::MissedTickBehavior;

use super::state::{SeatKey, State};
use super::{Hub, Place};
use crate::backend::{Identity, Seen};
use crate::frame::Frame;
use crate::presence::{Around, Told};

const TICK: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_secs(1);
/// A node is dead for about so long when it is known.
const NOTICED_MS: Millis = 7_000;
/// Answers told under one hold of the lock.
const AT_ONCE: usize = 32;

impl Place {
    /// How this device is.
    pub(crate) fn say(&self, status: PresenceStatus) {
        let now = self.hub.clock.now();
        let mut state = self.hub.state.lock();
        self.hub.tell_others(&mut state, self.key, |state| state.say(self.key, status, now));
    }

    /// Whose presence this device is told.
    pub(crate) fn watch(&self, users: &[UserId]) {
        self.hub.state.lock().watch(self.key, users);
        tokio::spawn(self.hub.clone().look(self.key));
    }
}

impl Hub {
    /// Asks what a device may see of those of whom it is not known, and tells it.
    pub(super) async fn look(self: Arc<Self>, device: SeatKey) {
        loop {
            let asked = self.state.lock().ask(device);
            let Some((who, users)) = asked else { return };
            let seen = self.seen(device, &who, &users).await;
            let seen: HashMap<UserId, &Seen> = seen.iter().map(|seen| (seen.user, seen)).collect();
            for some in users.chunks(AT_ONCE) {
                let mut state = self.state.lock();
                for user in some {
                    let told = state.board.answered(device, *user, seen.get(user).copied());
                    state.tell_presence(told);
                }
            }
            self.state.lock().board.asked(device);
        }
    }

    /// Nobody, once the device has gone.
    async fn seen(&self, device: SeatKey, who: &Identity, users: &[UserId]) -> Vec<Seen> {
        loop {
            let seen = {
                let _permit = self.reads.acquire().await;
                self.backend.watch(who, users).await
            };
            match seen {
                Ok(seen) => return seen,
                Err(error) => tracing::warn!(%error, "presence could not be looked up; trying again"),
            }
            if self.state.lock().seat(device).is_none() {
                return Vec::new();
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// What another node says of its users.
    pub(super) fn elsewhere(&self, state: &mut State, here: &Here) {
        if let Some(elsewhere) = &mut state.elsewhere {
            let users = elsewhere.hear(here);
            state.moved(&users, self.clock.now());
        }
    }

    /// Which nodes there are: who was at another is there no more. One of those that are left writes that down.
    pub(crate) fn living(&self, nodes: &[NodeId]) {
        let mut state = self.state.lock();
        if let Some(elsewhere) = &mut state.elsewhere {
            let writes = nodes.iter().min() == Some(&self.node);
            let users = elsewhere.living(nodes);
            state.lost(&users, self.clock.now() - NOTICED_MS, writes);
        }
    }

    /// Asks the other nodes, and answers them.
    fn correspond(&self) {
        let mut state = self.state.lock();
        let State { elsewhere: Some(elsewhere), .. } = &mut *state else { return };
        if std::mem::take(&mut elsewhere.ask) {
            self.bus.publish(Event::WhoIsHere { node: self.node });
        }
        if std::mem::take(&mut elsewhere.asked) {
            state.all_here().into_iter().for_each(|here| self.bus.publish(Event::Here(Arc::new(here))));
        }
    }

    /// A step after which a user may be at this node otherwise than before: the other nodes are told.
    pub(super) fn tell_others<T>(&self, state: &mut State, key: SeatKey, step: impl FnOnce(&mut State) -> T) -> T {
        let user = state.seat(key).map(|seat| seat.identity.user).filter(|_| self.bus.is_shared());
        let Some(user) = user else { return step(state) };
        let before = state.here(user);
        let done = step(state);
        let there = state.here(user);
        if let Some(elsewhere) = state.elsewhere.as_mut().filter(|_| there != before) {
            self.bus.publish(Event::Here(Arc::new(elsewhere.tell(user, there))));
        }
        done
    }

    /// Who may see these, and what these may see, is to be asked again.
    pub(super) fn presence_changed(self: &Arc<Self>, state: &mut State, users: &[UserId]) {
        let mut eyes: Vec<SeatKey> = users.iter().flat_map(|user| state.board.changed(*user)).collect();
        for key in users.iter().flat_map(|user| state.keys_of(*user)).collect::<Vec<_>>() {
            eyes.extend(state.board.changed_eyes(key).then_some(key));
        }
        for key in eyes {
            tokio::spawn(self.clone().look(key));
        }
    }

    /// Tells, when their grace is over, that people have left, and has it written down; several at once.
    pub(crate) async fn keep_time(self: Arc<Self>) {
        let mut every = tokio::time::interval(TICK);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut left = Vec::new();
        loop {
            every.tick().await;
            self.correspond();
            left.extend(self.state.lock().due(self.clock.now()));
            self.write_down(&mut left).await;
        }
    }

    /// All who are leaving have left: the node stops.
    pub(crate) async fn all_left(&self) {
        let mut left = self.state.lock().due(Millis::MAX);
        self.write_down(&mut left).await;
    }

    /// Keeps what could not be written, for the next time.
    async fn write_down(&self, left: &mut Vec<(UserId, Millis)>) {
        if left.is_empty() {
            return;
        }
        match self.backend.left(left).await {
            Ok(()) => left.clear(),
            Err(error) => tracing::warn!(%error, "when people were last seen could not be stored; it is tried again"),
        }
    }
}

impl State {
    /// The devices somebody has, welcomed here or at other nodes.
    fn around(&self, user: UserId) -> Around {
        let devices = self.keys_of(user).len();
        self.elsewhere.as_ref().map_or_else(|| devices.into(), |elsewhere| elsewhere.around(user, devices))
    }

    /// How somebody is at this node.
    fn here(&self, user: UserId) -> There {
        self.board.here(user, self.keys_of(user).len())
    }

    /// How everybody is at this node.
    fn all_here(&mut self) -> Vec<Here> {
        let users: Vec<(UserId, There)> = self.users().map(|user| (user, self.here(user))).collect();
        let there: Vec<(UserId, There)> = users.into_iter().filter(|(_, there)| *there != There::No).collect();
        self.elsewhere.as_mut().map(|elsewhere| elsewhere.tell_all(&there)).unwrap_or_default()
    }

    fn moved(&mut self, users: &[UserId], now: Millis) {
        for user in users {
            let told = self.board.moved(*user, &self.around(*user), now);
            self.tell_presence(told);
        }
    }

    fn lost(&mut self, users: &[UserId], now: Millis, writes: bool) {
        for user in users {
            let told = self.board.lost(*user, &self.around(*user), now, writes);
            self.tell_presence(told);
        }
    }

    /// A session that was welcomed is there.
    pub(super) fn came(&mut self, key: SeatKey, status: Option<PresenceStatus>, now: Millis) {
        let Some(user) = self.seat(key).map(|seat| seat.identity.user) else { return };
        let told = self.board.came(user, key, status, &self.around(user), now);
        self.tell_presence(told);
    }

    /// Forgets a session, and that it was there.
    pub(super) fn go(&mut self, key: SeatKey, now: Millis) {
        let there = self.seat(key).filter(|seat| seat.opening.is_none()).map(|seat| seat.identity.user);
        self.leave(key);
        if let Some(user) = there {
            let told = self.board.went(user, key, &self.around(user), now);
            self.tell_presence(told);
        }
    }

    fn say(&mut self, key: SeatKey, status: PresenceStatus, now: Millis) {
        let Some(user) = self.seat(key).map(|seat| seat.identity.user) else { return };
        let told = self.board.say(user, key, status, &self.around(user), now);
        self.tell_presence(told);
    }

    fn watch(&mut self, key: SeatKey, users: &[UserId]) {
        let users = users.iter().map(|user| (*user, self.around(*user))).collect();
        self.board.watch(key, users);
    }

    fn due(&mut self, now: Millis) -> Vec<(UserId, Millis)> {
        let (told, left) = self.board.due(now);
        self.tell_presence(told);
        left
    }

    fn ask(&mut self, device: SeatKey) -> Option<(Identity, Vec<UserId>)> {
        let who = self.seat(device)?.identity;
        Some((who, self.board.ask(device)?))
    }

    fn tell_presence(&mut self, told: Vec<Told<SeatKey>>) {
        for Told { to, presence } in told {
            let frame = Frame::of(&ServerFrame::Presence { presence });
            for key in to {
                if let Some(seat) = self.seat(key) {
                    seat.outbox.push(frame.clone());
                }
            }
        }
    }

    /// Somebody writes: for those who are in the room, as long as they read what matters.
    pub(super) fn typing(&self, conversation: ConversationId, user: UserId, on: bool, except: &[UserId]) {
        let Some(room) = self.index.get(&conversation).and_then(|at| self.rooms.get(*at as usize)) else { return };
        let frame = Frame::of(&ServerFrame::Typing { conversation, user, on });
        for seat in room.seats.iter().map(|seat| &self.seats[*seat as usize]) {
            if seat.identity.user != user && !except.contains(&seat.identity.user) {
                seat.outbox.push_lossy(&frame);
            }
        }
    }
}
