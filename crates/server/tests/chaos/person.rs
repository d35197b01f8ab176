//! Somebody who talks all the time, by the SDK, as a real client would; and what their device believes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use parking_lot::Mutex;
use parlor_client::{Change, Client, Happened, Happenings, Options, Sent, Signup, Socket};
use parlor_model::frames::PresenceStatus;
use parlor_model::{ConversationId, Entry, EntryBody, Seq, UserId};
use parlor_testkit::mirror::Mirror;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use tokio::time::{Instant, interval, timeout};

const EMOJI: [&str; 2] = ["👍", "🎉"];

/// What the device was told.
#[derive(Default)]
pub(crate) struct Notes {
    /// The node it is connected to.
    pub(crate) node: Option<String>,
    pub(crate) mirrors: BTreeMap<ConversationId, Mirror>,
    /// Entries out of their order, or told twice; resets; the end of the session.
    pub(crate) wrong: Vec<String>,
    /// When each message came, by the name its sender gave it.
    pub(crate) heard: Vec<(Instant, String)>,
    pub(crate) presence: HashMap<UserId, PresenceStatus>,
}

impl Notes {
    fn take(&mut self, happened: Happened, me: &str) {
        match happened {
            Happened::Connected { node, .. } => self.node = Some(node),
            Happened::Lost { .. } => self.node = None,
            Happened::Presence(presence) => drop(self.presence.insert(presence.user, presence.status)),
            Happened::Entry(entry) => self.entry(*entry, me),
            Happened::Reset { conversation, head_seq } => {
                self.wrong.push(format!("{conversation} was reset to {head_seq}"));
            }
            Happened::Over { code, detail } => self.wrong.push(format!("the session ended: {code:?} {detail}")),
            _ => {}
        }
    }

    fn entry(&mut self, entry: Entry, me: &str) {
        if let EntryBody::Message { message } = &entry.body {
            self.heard.push((Instant::now(), message.client_id.clone()));
        }
        let mirror = self.mirrors.entry(entry.conversation).or_default();
        if entry.seq == mirror.next() {
            mirror.take(serde_json::to_value(&entry).unwrap(), me);
        } else {
            self.wrong.push(format!("{} came after {}", entry.seq, mirror.next() - 1));
        }
    }
}

/// What came of something that was asked.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) conversation: ConversationId,
    pub(crate) what: What,
    /// When it was acknowledged, at which node, and what was said.
    pub(crate) answer: Result<(Instant, Option<String>, Sent), String>,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    Said(String),
    Changed(Seq, Change),
}

pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) client: Client,
    pub(crate) notes: Arc<Mutex<Notes>>,
    pub(crate) socket: Socket,
    name: String,
    listening: tokio::task::JoinHandle<()>,
}

/// Names begin with this, so that who said what can be told from the message's name.
fn message_name(person: &str, count: usize) -> String {
    format!("{person}/{count:06}")
}

/// Who said a message, and as their how many-th.
pub(crate) fn said_by(name: &str) -> (&str, usize) {
    let (person, count) = name.split_once('/').unwrap();
    (person, count.parse().unwrap())
}

impl Person {
    /// Signs up at the first of the nodes and stays connected.
    pub(crate) async fn join(urls: &[&str], name: &str) -> Self {
        let client = Client::of_nodes(urls).unwrap();
        let signup = Signup {
            email: format!("{name}@example.org"),
            password: "correct horse battery".into(),
            name: name.into(),
            username: Some(name.into()),
            device: None,
        };
        let id = client.signup(&signup).await.unwrap().user.user.id;
        // Small pauses, so that it is the servers' absence that is measured.
        let backoff = (Duration::from_millis(200), Duration::from_secs(2));
        let options = Options { catch_up: 5_000, backoff, ..Options::default() };
        let (socket, happenings) = Socket::connect(client.clone(), options);
        let notes = Arc::new(Mutex::new(Notes::default()));
        let listening = tokio::spawn(listen(happenings, Arc::clone(&notes), id.to_string()));
        Self { id, client, notes, socket, name: name.into(), listening }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn node(&self) -> Option<String> {
        self.notes.lock().node.clone()
    }

    /// Goes away for good.
    pub(crate) fn leave(&self) {
        self.listening.abort();
    }

    /// Talks in the conversations until told to stop, and waits for all answers, though not for ever: what is not answered
    /// is an outcome too.
    pub(crate) async fn talk(
        &self,
        conversations: Vec<ConversationId>,
        every: Duration,
        stop: &AtomicBool,
        patience: Duration,
    ) -> Vec<Outcome> {
        let mut talk = Talk {
            person: self,
            conversations,
            chance: SmallRng::seed_from_u64(self.id.0.unsigned_abs()),
            said: 0,
            mine: Vec::new(),
        };
        let mut ticks = interval(every);
        let (mut under_way, mut outcomes) = (FuturesUnordered::new(), Vec::new());
        let mut open = HashMap::new();
        let mut asked = 0;
        while !stop.load(Ordering::Relaxed) {
            tokio::select! {
                _ = ticks.tick() => {
                    asked += 1;
                    let (conversation, what) = talk.next();
                    open.insert(asked, (conversation, what.clone()));
                    let number = asked;
                    under_way.push(async move { (number, self.ask(conversation, what).await) });
                }
                // Polled even when none is ready: a call counts from when it is first polled.
                Some((number, outcome)) = under_way.next() => {
                    open.remove(&number);
                    talk.learn(&outcome);
                    outcomes.push(outcome);
                }
            }
        }
        let rest = async {
            while let Some((number, outcome)) = under_way.next().await {
                open.remove(&number);
                outcomes.push(outcome);
            }
        };
        let _ = timeout(patience, rest).await;
        let unanswered = |(conversation, what)| Outcome { conversation, what, answer: Err("no answer".into()) };
        outcomes.extend(open.into_values().map(unanswered));
        outcomes
    }

    async fn ask(&self, conversation: ConversationId, what: What) -> Outcome {
        let answer = match &what {
            What::Said(name) => self.socket.send_as(conversation, name, name, None).await,
            What::Changed(seq, change) => self.socket.change(conversation, *seq, change.clone()).await,
        };
        let answer = answer.map(|sent| (Instant::now(), self.node(), sent)).map_err(|error| error.to_string());
        Outcome { conversation, what, answer }
    }
}

async fn listen(mut happenings: Happenings, notes: Arc<Mutex<Notes>>, me: String) {
    while let Some(happened) = happenings.next().await {
        notes.lock().take(happened, &me);
    }
}

/// What somebody does next.
struct Talk<'a> {
    person: &'a Person,
    conversations: Vec<ConversationId>,
    chance: SmallRng,
    said: usize,
    /// What was acknowledged and may be changed.
    mine: Vec<(ConversationId, Seq, usize)>,
}

impl Talk<'_> {
    /// Two of three are messages. Every fourth message may be taken back, two of four are reacted to, so that nothing is
    /// refused by right.
    fn next(&mut self) -> (ConversationId, What) {
        let what = self.chance.random_range(0..12);
        let changed = match what {
            0 | 1 => self.mine.choose(&mut self.chance).map(|(conversation, seq, _)| {
                self.said += 1;
                let text = message_name(&self.person.name, self.said);
                (*conversation, *seq, Change::Edit { text, mentions: Vec::new() })
            }),
            2 => self.mine.iter().position(|(_, _, count)| count % 4 == 0).map(|at| {
                let (conversation, seq, _) = self.mine.swap_remove(at);
                (conversation, seq, Change::Delete)
            }),
            3 => self.reaction(),
            _ => None,
        };
        if let Some((conversation, seq, change)) = changed {
            return (conversation, What::Changed(seq, change));
        }
        self.said += 1;
        let conversation = *self.conversations.choose(&mut self.chance).unwrap();
        (conversation, What::Said(message_name(&self.person.name, self.said)))
    }

    fn reaction(&mut self) -> Option<(ConversationId, Seq, Change)> {
        let conversation = *self.conversations.choose(&mut self.chance)?;
        let notes = self.person.notes.lock();
        let entry = notes.mirrors.get(&conversation)?.entries.choose(&mut self.chance)?;
        let count = said_by(entry["message"]["client_id"].as_str()?).1;
        let seq = entry["seq"].as_i64().filter(|_| count % 4 == 1 || count % 4 == 2)?;
        let emoji = (*EMOJI.choose(&mut self.chance)?).to_owned();
        let on = self.chance.random_bool(0.7);
        Some((conversation, seq, if on { Change::React(emoji) } else { Change::Unreact(emoji) }))
    }

    fn learn(&mut self, outcome: &Outcome) {
        if let (What::Said(name), Ok((_, _, sent))) = (&outcome.what, &outcome.answer) {
            self.mine.push((outcome.conversation, sent.seq, said_by(name).1));
        }
    }
}
