//! A client that is known: its subscriptions, its transactions, what it asks and what it is told.

use std::collections::HashMap;
use std::collections::hash_map::Entry::Vacant;

use parlor_app::{Caller, conversations};
use parlor_gateway::{Guest, News};
use parlor_model::{ConversationId, Error, Result, Seq, UserId};
use serde_json::Value;

use super::codec::{self, Ack, AckMode, ClientFrame, Version, message_head};
use super::destinations::{Order, Topic};
use super::people::People;
use super::shapes;
use super::told::{self, Kept, Said, To};
use crate::Doors;
use crate::http::caller;
use crate::say::Place;
use crate::sockjs::Outlet;

/// Subscriptions of one connection.
const SUBSCRIPTIONS: usize = 500;
/// Transactions of one connection that are open, and the bytes of what waits in them.
const TRANSACTIONS: usize = 16;
const TRANSACTION_BYTES: usize = 256 * 1024;
/// Entries that one is told again after a place in a log; who is further behind reads the history.
const REPLAYED: Seq = 5_000;
const REPLAY_PAGE: i64 = 100;

/// A client that has shown who it is.
pub(super) struct Client {
    guest: Guest,
    version: Version,
    subscriptions: Vec<Subscription>,
    /// Subscriptions there have been, and messages that have no name of their own.
    numbers: u64,
    transactions: HashMap<String, Vec<codec::Send>>,
    transaction_bytes: usize,
    /// Whose coming and going it is told.
    people: People,
}

struct Subscription {
    to: To,
    /// Told up to here; what comes live begins behind.
    told: Seq,
    /// What lies behind `told` is read from the log first.
    behind: bool,
}

impl Client {
    pub(super) fn new(guest: Guest, version: Version) -> Self {
        Self {
            guest,
            version,
            subscriptions: Vec::new(),
            numbers: 0,
            transactions: HashMap::new(),
            transaction_bytes: 0,
            people: People::default(),
        }
    }

    pub(super) fn guest(&self) -> &Guest {
        &self.guest
    }

    pub(super) fn guest_mut(&mut self) -> &mut Guest {
        &mut self.guest
    }

    fn caller(&self) -> Caller {
        caller(self.guest.identity)
    }

    /// Does what a frame asks for. `after`: SUBSCRIBE begins behind this place of the conversation's log.
    pub(super) async fn obey(&mut self, doors: &Doors, asked: ClientFrame, after: Option<&str>) -> Result<()> {
        match asked {
            ClientFrame::Subscribe { id, destination, ack } => {
                self.subscribe(doors, id, &destination, ack != AckMode::Auto, after).await
            }
            ClientFrame::Unsubscribe { id } => self.unsubscribe(&id),
            ClientFrame::Send(sent) => match &sent.transaction {
                Some(transaction) => {
                    let waiting = self.transactions.get_mut(transaction).ok_or_else(no_transaction)?;
                    let bytes = self.transaction_bytes + sent.body.len() + sent.destination.len();
                    if bytes > TRANSACTION_BYTES {
                        return Err(Error::too_large(format!(
                            "Open transactions hold at most {TRANSACTION_BYTES} bytes."
                        )));
                    }
                    self.transaction_bytes = bytes;
                    waiting.push(sent);
                    Ok(())
                }
                None => self.send(doors, &sent).await,
            },
            ClientFrame::Ack(Ack { transaction: Some(transaction), .. })
            | ClientFrame::Nack(Ack { transaction: Some(transaction), .. }) => {
                self.transactions.contains_key(&transaction).then_some(()).ok_or_else(no_transaction)
            }
            ClientFrame::Begin { transaction } => self.begin(transaction),
            ClientFrame::Commit { transaction } => {
                for sent in self.take_transaction(&transaction)? {
                    self.send(doors, &sent).await?;
                }
                Ok(())
            }
            ClientFrame::Abort { transaction } => self.take_transaction(&transaction).map(drop),
            ClientFrame::Ack(_) | ClientFrame::Nack(_) | ClientFrame::Connect(_) | ClientFrame::Disconnect => Ok(()),
        }
    }

    async fn subscribe(
        &mut self,
        doors: &Doors,
        id: String,
        destination: &str,
        acked: bool,
        after: Option<&str>,
    ) -> Result<()> {
        let topic = Topic::parse(destination, doors.lobby)?;
        if self.subscriptions.iter().any(|subscription| subscription.to.id == id) {
            return Err(Error::conflict("A subscription of this connection has that id already."));
        }
        if self.subscriptions.len() >= SUBSCRIPTIONS {
            return Err(Error::too_large(format!("A connection has at most {SUBSCRIPTIONS} subscriptions.")));
        }
        let mut told = 0;
        match topic {
            Topic::Conversation(conversation) => {
                let mut cx = doors.app.read(self.caller()).await?;
                let head = conversations::seat(&mut cx, conversation).await?.head_seq;
                if let Some(after) = after {
                    told = after.parse().ok().filter(|seq| *seq >= 0).ok_or_else(|| {
                        Error::invalid("`after` is the `seq` of the last message that is known.").at("after")
                    })?;
                    if head.saturating_sub(told) > REPLAYED {
                        return Err(Error::too_large(
                            "That is too long ago to be told again. What was said since is in the history.",
                        ));
                    }
                }
            }
            Topic::Lobby(lobby) => self.sits(doors, lobby).await?,
            Topic::Presence => self.watch(doors).await?,
            Topic::Messages | Topic::Notifications => {}
        }
        let behind = after.is_some() && matches!(topic, Topic::Conversation(_));
        self.numbers += 1;
        let to = To { version: self.version, id, topic, acked, number: self.numbers };
        self.subscriptions.push(Subscription { to, told, behind });
        Ok(())
    }

    /// An id of nothing is none: it may cross with the end of what it names.
    fn unsubscribe(&mut self, id: &str) -> Result<()> {
        self.subscriptions.retain(|subscription| subscription.to.id != id);
        if !self.follows(Topic::Presence) {
            self.people = People::default();
            self.guest.watch(&[]);
        }
        Ok(())
    }

    fn follows(&self, topic: Topic) -> bool {
        self.subscriptions.iter().any(|subscription| subscription.to.topic == topic)
    }

    /// That the client is a member.
    async fn sits(&self, doors: &Doors, conversation: ConversationId) -> Result<()> {
        let mut cx = doors.app.read(self.caller()).await?;
        conversations::seat(&mut cx, conversation).await.map(drop)
    }

    async fn watch(&mut self, doors: &Doors) -> Result<()> {
        self.people = Box::pin(People::around(doors, self.caller())).await?;
        self.guest.watch(&self.people.ids());
        Ok(())
    }

    fn begin(&mut self, transaction: String) -> Result<()> {
        if self.transactions.contains_key(&transaction) {
            return Err(Error::conflict("A transaction of this connection has that name already."));
        }
        if self.transactions.len() >= TRANSACTIONS {
            return Err(Error::too_large(format!("A connection has at most {TRANSACTIONS} open transactions.")));
        }
        self.transactions.insert(transaction, Vec::new());
        Ok(())
    }

    fn take_transaction(&mut self, transaction: &str) -> Result<Vec<codec::Send>> {
        let waiting = self.transactions.remove(transaction).ok_or_else(no_transaction)?;
        self.transaction_bytes -= waiting.iter().map(|sent| sent.body.len() + sent.destination.len()).sum::<usize>();
        Ok(waiting)
    }

    async fn send(&self, doors: &Doors, sent: &codec::Send) -> Result<()> {
        let order = Order::parse(&sent.destination, doors.lobby)?;
        let body = match sent.body.trim() {
            "" => Value::Null,
            body => serde_json::from_str(body).map_err(|_| Error::invalid("The body is JSON."))?,
        };
        let (who, backend) = (&self.guest.identity, self.guest.backend());
        match order {
            Order::Say(conversation) => say(doors, self.caller(), conversation, &body).await,
            Order::Join(lobby) => self.sits(doors, lobby).await,
            Order::Typing(conversation) => backend.typing(who, conversation, body["on"] != false).await,
            Order::Read(conversation) => {
                let seq = body["seq"].as_i64().ok_or_else(|| Error::invalid("`seq` is a number.").at("seq"))?;
                backend.mark_read(who, conversation, seq).await.map(drop)
            }
        }
    }

    /// Tells what another client has had translated already, if that is all there is to do: most often it is.
    pub(super) fn tell_known(&mut self, out: &Outlet, news: &News) -> bool {
        match told::known(news).as_deref() {
            Some(Kept::Said(said)) => self.tell_said(out, said),
            Some(Kept::Nothing) => {}
            _ => return self.subscriptions.is_empty(),
        }
        true
    }

    /// Tells what is new.
    pub(super) async fn tell(&mut self, doors: &Doors, out: &Outlet, news: &News) {
        if self.subscriptions.is_empty() {
            return;
        }
        let Some(kept) = told::translate(doors, news, self.guest.identity).await else { return };
        let me = self.guest.identity.user;
        match &*kept {
            Kept::Said(said) => self.tell_said(out, said),
            Kept::Came { users, by, invitation } => {
                if let Some(invitation) = invitation.as_ref().filter(|_| *by != me && users.contains(&me)) {
                    self.tell_all(out, Topic::Notifications, invitation);
                }
                if self.follows(Topic::Presence) {
                    // In company that one comes into all are new; who comes into one's own is new alone.
                    let met = if users.contains(&me) { self.watch(doors).await } else { self.meet(doors, users).await };
                    bear(met);
                }
            }
            Kept::Contacts if self.follows(Topic::Presence) => bear(self.watch(doors).await),
            Kept::Contacts => {}
            Kept::Presence(presence) => {
                if let Some(username) = self.people.username(presence.user) {
                    let body = shapes::presence(presence, username);
                    self.tell_all(out, Topic::Presence, &body);
                }
            }
            Kept::Nothing => {}
        }
    }

    /// Knows these as well from now on.
    async fn meet(&mut self, doors: &Doors, users: &[UserId]) -> Result<()> {
        if self.people.meet(doors, self.caller(), users).await? {
            self.guest.watch(&self.people.ids());
        }
        Ok(())
    }

    fn tell_said(&mut self, out: &Outlet, said: &Said) {
        let me = self.guest.identity.user;
        let (place, seq) = (said.message.conversation, said.message.seq);
        for subscription in &self.subscriptions {
            let wanted = match subscription.to.topic {
                Topic::Messages => said.message.sender != me,
                Topic::Conversation(own) | Topic::Lobby(own) => own == place && seq > subscription.told,
                Topic::Notifications | Topic::Presence => false,
            };
            if wanted {
                out.queue.push(&said.words(&subscription.to, out.shape));
            }
        }
        if let Some(reason) = said.calls(me) {
            let mut body = said.body.clone();
            body["type"] = Value::from(reason);
            self.tell_all(out, Topic::Notifications, &body);
        }
    }

    /// Tells all who subscribed to it something that is for this client alone.
    fn tell_all(&mut self, out: &Outlet, topic: Topic, body: &Value) {
        for subscription in self.subscriptions.iter().filter(|subscription| subscription.to.topic == topic) {
            self.numbers += 1;
            let id = format!("n-{}", self.numbers);
            let head = message_head(self.version, &subscription.to.id, &id, subscription.to.acked);
            out.say(&(head + &told::tail(topic, body)));
        }
    }

    /// Whether a subscription has yet to be told what was said before it.
    pub(super) fn is_behind(&self) -> bool {
        self.subscriptions.iter().any(|subscription| subscription.behind)
    }

    /// Tells a piece of that. Nothing that comes live is told meanwhile, so all comes in order and once.
    pub(super) async fn catch_up(&mut self, doors: &Doors, out: &Outlet) -> Result<()> {
        let Some(place) = self.subscriptions.iter().position(|subscription| subscription.behind) else { return Ok(()) };
        let Subscription { to: To { topic: Topic::Conversation(conversation), .. }, told, .. } =
            self.subscriptions[place]
        else {
            return Ok(());
        };
        let who = self.guest.identity;
        let page = self.guest.backend().log(&who, conversation, told, REPLAY_PAGE).await?;
        let reached = page.entries.last().map_or(page.head_seq, |entry| entry.seq);
        let said = page.entries.iter().filter_map(|entry| entry.message()).filter(|message| !message.deleted);
        let mut names: HashMap<UserId, String> = HashMap::new();
        for message in said {
            if let Vacant(unknown) = names.entry(message.sender) {
                unknown.insert(shapes::name_of(doors, who, message.sender).await?);
            }
            let said = Said::new(message.clone(), &names[&message.sender], None);
            out.queue.push(&said.words(&self.subscriptions[place].to, out.shape));
        }
        let subscription = &mut self.subscriptions[place];
        (subscription.told, subscription.behind) = (reached.max(told), reached < page.head_seq);
        Ok(())
    }
}

/// That it cannot be found out whom a client knows is no reason to send it away.
fn bear(met: Result<()>) {
    let _ = met.inspect_err(|error| tracing::debug!(%error, "it could not be found out whom a client knows"));
}

fn no_transaction() -> Error {
    Error::invalid("There is no such transaction: BEGIN comes first.")
}

/// Says something in the caller's name, whatever name the body has; under the client's own name for it, if it has one.
async fn say(doors: &Doors, caller: Caller, conversation: ConversationId, body: &Value) -> Result<()> {
    let text = body["content"].as_str().ok_or_else(|| Error::invalid("`content` is a text.").at("content"))?;
    let place = Place::Conversation(conversation);
    crate::say::say(doors, caller, place, text, &body["clientId"]).await.map(drop)
}
