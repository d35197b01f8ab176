//! One transaction of the append path: messages get their places, and what follows from them is stored with them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use parlor_db::Tx;
use parlor_model::entries::{Entry, EntryBody, Mention, Message, ThreadSummary};
use parlor_model::permissions::{Action, may};
use parlor_model::{ConversationId, Error, Event, Kind, Millis, Parent, Result, Role, Seq, UserId};

use super::{Send, Sent};
use crate::contacts;
use crate::conversations::{self, Hold, Sits};
use crate::log::{self, LogHead, NewEntry};
use crate::notices::{self, Notice, Reason};

/// People who follow a thread from an entry on, as they were called there.
struct Brought {
    thread: ConversationId,
    users: Vec<UserId>,
    /// Seq and ordinal of the entry that says so.
    from: (Seq, i64),
}

/// Messages that were stored before under the same `client_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resends {
    /// Nobody looks for any: storing fails when there is one.
    NotExpected,
    LookedFor,
}

/// A batch while its messages get their places.
pub(super) struct Batch {
    heads: BTreeMap<ConversationId, LogHead>,
    seats: HashMap<(ConversationId, UserId), Sits>,
    stored: HashMap<(ConversationId, UserId, String), Message>,
    /// Who said what is answered.
    answered: HashMap<(ConversationId, Seq), UserId>,
    entries: Vec<NewEntry>,
    news: Vec<Event>,
    notices: Vec<Notice>,
    /// Whose requests are accepted by being answered.
    accepted: BTreeSet<(ConversationId, UserId)>,
    /// The newest reply in each thread.
    replies: BTreeMap<ConversationId, UserId>,
    /// Of those who speak and are called in threads: who keeps whom away.
    apart: HashSet<(UserId, UserId)>,
    brought: Vec<Brought>,
    at: Millis,
}

impl Batch {
    /// Locks the conversations and reads all that deciding takes.
    pub(super) async fn open(tx: &mut Tx, sends: &[(UserId, &Send)], resends: Resends, at: Millis) -> Result<Self> {
        let logs: BTreeSet<ConversationId> = sends.iter().map(|(_, send)| send.conversation).collect();
        let heads = log::lock(tx, &logs.into_iter().collect::<Vec<_>>()).await?;
        let mut asked: Vec<(ConversationId, UserId)> = Vec::with_capacity(sends.len());
        let mut in_threads: BTreeSet<UserId> = BTreeSet::new();
        for (sender, send) in sends {
            // Who is called must be able to read it: in a thread that is who sits where it hangs.
            let place = heads.get(&send.conversation).and_then(|head| head.parent);
            let place = place.map_or(send.conversation, |parent| parent.conversation);
            asked.push((send.conversation, *sender));
            asked.extend(called(send).map(|user| (place, user)));
            if place != send.conversation {
                asked.push((place, *sender));
                asked.extend(called(send).map(|user| (send.conversation, user)));
                in_threads.extend(called(send).chain([*sender]));
            }
        }
        let seats = conversations::seats(tx, &asked).await?;
        let apart = contacts::apart(tx, &in_threads.into_iter().collect::<Vec<_>>()).await?;
        let by_client_id: Vec<(ConversationId, UserId, &str)> = match resends {
            Resends::NotExpected => Vec::new(),
            Resends::LookedFor => {
                sends.iter().map(|(user, send)| (send.conversation, *user, send.client_id.as_str())).collect()
            }
        };
        let mut stored = HashMap::new();
        for before in log::stored(tx, &by_client_id).await? {
            let message = before.message;
            stored.insert((message.conversation, before.sender, message.client_id.clone()), message);
        }
        let answers: Vec<(ConversationId, Seq)> =
            sends.iter().filter_map(|(_, send)| Some((send.conversation, send.reply_to?))).collect();
        let answered = if answers.is_empty() { HashMap::new() } else { log::senders(tx, &answers).await? };
        let (entries, news, notices) = (Vec::new(), Vec::new(), Vec::new());
        let (accepted, replies, brought) = (BTreeSet::new(), BTreeMap::new(), Vec::new());
        Ok(Self { heads, seats, stored, answered, entries, news, notices, accepted, replies, apart, brought, at })
    }

    /// Gives a message its place, or refuses it. A resend gets the place it has.
    pub(super) fn place(&mut self, sender: UserId, send: &Send) -> Result<Sent> {
        let conversation = send.conversation;
        let nothing = || Error::not_found("conversation");
        let mut seat = *self.seats.get(&(conversation, sender)).ok_or_else(nothing)?;
        let parent = self.heads.get(&conversation).ok_or_else(nothing)?.parent;
        // In a thread one is who one is where it hangs, and nobody without a seat there.
        if let Some(parent) = parent {
            seat = *self.seats.get(&(parent.conversation, sender)).ok_or_else(nothing)?;
        }
        let role = seat.role;
        let head = self.heads.get_mut(&conversation).ok_or_else(nothing)?;
        may(head.kind, role, Action::Send)?;
        let key = (conversation, sender, send.client_id.clone());
        if let Some(first) = self.stored.get(&key) {
            // One that was changed since says something else by right.
            if first.rev.is_none() && (first.text != send.text || first.reply_to != send.reply_to) {
                return Err(Error::conflict("This client_id was used for another message.").at("client_id"));
            }
            // Told again: the answer to its commit may have been lost, and then nobody was told. Who was, ignores it.
            self.news.push(appended(Message { rev: None, ..first.clone() }, seat.withheld_from));
            return Ok(Sent { message: first.clone(), new: false });
        }
        match seat.hold {
            Some(Hold::Request) => drop(self.accepted.insert((seat.conversation, sender))),
            hold => Hold::check(hold)?,
        }
        if send.reply_to.is_some_and(|seq| seq < 1 || seq > head.seq) {
            return Err(Error::invalid("There is no such message to reply to.").at("reply_to"));
        }
        if send.mentions.iter().any(|mention| matches!(mention, Mention::All | Mention::Here)) {
            may(head.kind, role, Action::MentionAll)?;
        }
        if let Some(parent) = parent
            && seat.withheld_from.is_none()
        {
            self.bring(sender, send, parent);
        }
        let head = self.heads.get_mut(&conversation).ok_or_else(nothing)?;
        head.seq += 1;
        // What its reader does not get is nothing unread.
        head.ordinal += i64::from(seat.withheld_from.is_none());
        let message = self.message(sender, send);
        self.call(&message, seat);
        if parent.is_some() {
            self.replies.insert(conversation, sender);
        }
        let ordinal = self.heads.get(&conversation).map_or(0, |head| head.ordinal);
        self.entries.push(NewEntry { withheld_from: seat.withheld_from, ..NewEntry::message(&message, ordinal) });
        self.news.push(appended(message.clone(), seat.withheld_from));
        self.stored.insert(key, message.clone());
        Ok(Sent { message, new: true })
    }

    fn message(&self, sender: UserId, send: &Send) -> Message {
        let conversation = send.conversation;
        let head = self.heads.get(&conversation);
        let place = head.and_then(|head| head.parent).map_or(conversation, |parent| parent.conversation);
        // A thread has the settings of where it hangs.
        let disappears = self.heads.get(&place).and_then(|head| head.settings.disappear_after_ms);
        let mut mentions = send.mentions.clone();
        mentions.retain(|mention| match mention {
            Mention::User(user) => self.seats.contains_key(&(place, *user)),
            Mention::All | Mention::Here => true,
        });
        Message {
            conversation,
            seq: head.map_or(0, |head| head.seq),
            client_id: send.client_id.clone(),
            sender,
            text: send.text.clone(),
            at: self.at,
            reply_to: send.reply_to,
            mentions,
            forwarded: send.forwarded.clone(),
            expires_at: disappears.map(|after| self.at.saturating_add(after)),
            parts: send.parts.clone(),
            ..Message::default()
        }
    }

    /// Who is called in a thread follows it from there on, as who speaks in it does: they sit in it just before what calls
    /// them, so that it counts.
    fn bring(&mut self, sender: UserId, send: &Send, parent: Parent) {
        let (thread, at) = (send.conversation, self.at);
        let comes = |user: &UserId| {
            let above = self.seats.get(&(parent.conversation, *user));
            above.is_some_and(|sits| sits.hold.is_none())
                && !self.seats.contains_key(&(thread, *user))
                && !self.apart.contains(&(sender, *user))
        };
        let users: Vec<UserId> = called(send).filter(comes).collect::<BTreeSet<_>>().into_iter().collect();
        let Some(head) = self.heads.get_mut(&thread).filter(|_| !users.is_empty()) else { return };
        head.seq += 1;
        let from = (head.seq, head.ordinal);
        let body = EntryBody::Joined { users: users.clone() };
        let entry = Entry { conversation: thread, seq: head.seq, actor: sender, at, withheld_from: None, body };
        self.entries.push(NewEntry::of(&entry, head.ordinal));
        self.news.push(Event::Appended { entry: std::sync::Arc::new(entry) });
        for user in &users {
            let sits = Sits { conversation: thread, user: *user, role: Role::Member, withheld_from: None, hold: None };
            self.seats.insert((thread, *user), sits);
        }
        self.brought.push(Brought { thread, users, from });
    }

    /// Notes who is called by a message.
    fn call(&mut self, message: &Message, seat: Sits) {
        if seat.withheld_from.is_some() {
            return;
        }
        let Message { conversation, seq, sender, at, .. } = *message;
        let notice = |user, reason| Notice { user, conversation, seq, reason, actor: sender, target: None, at };
        for mention in &message.mentions {
            match mention {
                Mention::User(user) => self.notices.push(notice(Some(*user), Reason::Mention)),
                Mention::All => self.notices.push(notice(None, Reason::Mention)),
                // Heard by those who are there; nothing is kept for the others.
                Mention::Here => {}
            }
        }
        let answered = message.reply_to.and_then(|reply_to| self.answered.get(&(conversation, reply_to)));
        if let Some(user) = answered {
            self.notices.push(Notice { target: message.reply_to, ..notice(Some(*user), Reason::Reply) });
        }
    }

    /// Stores what was placed; gives what is to be told after the commit, in order.
    pub(super) async fn store(mut self, tx: &mut Tx) -> Result<Vec<Event>> {
        if self.entries.is_empty() {
            return Ok(self.news);
        }
        log::append_all(tx, &self.entries).await?;
        for Brought { thread, users, from } in std::mem::take(&mut self.brought) {
            conversations::bring(tx, thread, &users, self.at, from).await?;
        }
        for (thread, replier) in std::mem::take(&mut self.replies) {
            self.tell_parent(tx, thread, replier).await?;
        }
        for (conversation, user) in std::mem::take(&mut self.accepted) {
            self.news.extend(conversations::accepted(tx, user, conversation, self.at).await?);
        }
        self.news.extend(notices::call(tx, &self.notices).await?);
        Ok(self.news)
    }

    /// The message a thread hangs from tells how many answers there are.
    async fn tell_parent(&mut self, tx: &mut Tx, thread: ConversationId, replier: UserId) -> Result<()> {
        let Some(head) = self.heads.get(&thread) else { return Ok(()) };
        let Some(parent) = head.parent else { return Ok(()) };
        let direct = self.heads.get(&parent.conversation).is_some_and(|above| above.kind == Kind::Direct);
        // Where somebody may be blocked, also what they alone see counts: or they could tell.
        let replies = if direct { log::count_messages(tx, thread).await? } else { head.ordinal };
        let summary = ThreadSummary { conversation: thread, replies, last_at: self.at };
        let Some(above) = self.heads.get_mut(&parent.conversation) else { return Ok(()) };
        above.seq += 1;
        let entry = log::patch_thread(tx, parent, (above.seq, above.ordinal), replier, summary).await?;
        self.news.push(Event::Appended { entry: std::sync::Arc::new(entry) });
        Ok(())
    }
}

/// Those whom it names.
fn called(send: &Send) -> impl Iterator<Item = UserId> + '_ {
    send.mentions.iter().filter_map(|mention| match mention {
        Mention::User(user) => Some(*user),
        Mention::All | Mention::Here => None,
    })
}

fn appended(message: Message, withheld_from: Option<UserId>) -> Event {
    let Message { conversation, seq, sender, at, .. } = message;
    let body = EntryBody::Message { message };
    Event::Appended { entry: std::sync::Arc::new(Entry { conversation, seq, actor: sender, at, withheld_from, body }) }
}
