//! The append path: messages of many conversations that arrive together share one transaction.
//!
//! A shard takes what is waiting (it never waits for more: while one batch is committed the next gathers), locks the
//! conversations in the order of their ids, checks membership, finds resends, gives seqs and stores everything with a
//! handful of statements. A conversation always belongs to the same shard, so its messages keep the order in which
//! they were asked for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_bus::Bus;
use parlor_db::{Db, Dialect};
use parlor_model::entries::{Entry, EntryBody, Message};
use parlor_model::permissions::{Action, may};
use parlor_model::{Clock, Code, ConversationId, Error, Event, Millis, Result, Role, UserId};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{Send, Sent};
use crate::conversations;
use crate::log::{self, LogHead, NewEntry};

/// Messages of one transaction at most.
const BATCH: usize = 512;
/// Messages waiting in one shard at most; the next is told to come back.
const QUEUE: usize = 16_384;
/// PostgreSQL commits side by side; SQLite has one writer.
const POSTGRES_SHARDS: usize = 4;

struct Ask {
    sender: UserId,
    send: Send,
    answer: oneshot::Sender<Result<Sent>>,
}

/// The shards of the append path.
pub struct Appender {
    shards: Mutex<Vec<mpsc::Sender<Ask>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Appender {
    pub(crate) fn start(db: Db, bus: Arc<dyn Bus>, clock: Clock) -> Self {
        let count = if db.dialect() == Dialect::Sqlite { 1 } else { POSTGRES_SHARDS };
        let (shards, tasks) = (0..count)
            .map(|_| {
                let (asks, waiting) = mpsc::channel(QUEUE);
                let shard = Shard { db: db.clone(), bus: Arc::clone(&bus), clock: clock.clone() };
                (asks, tokio::spawn(shard.run(waiting)))
            })
            .unzip();
        Self { shards: Mutex::new(shards), tasks: Mutex::new(tasks) }
    }

    /// Queues at once, in the order of the calls; the answer comes after the commit.
    pub(crate) async fn append(&self, sender: UserId, send: Send) -> Result<Sent> {
        let (answer, answered) = oneshot::channel();
        let busy =
            || Error { retry_after_ms: Some(1_000), ..Error::unavailable("The server is busy. Please try again.") };
        {
            let shards = self.shards.lock();
            let stopping = || Error { retry_after_ms: Some(2_000), ..Error::unavailable("The server is stopping.") };
            let n = shard_of(send.conversation, shards.len()).ok_or_else(stopping)?;
            shards[n].try_send(Ask { sender, send, answer }).map_err(|_| busy())?;
        }
        answered.await.map_err(|_| busy())?
    }

    /// Takes nothing more and finishes what was accepted.
    pub(crate) async fn stop(&self) {
        self.shards.lock().clear();
        let tasks = std::mem::take(&mut *self.tasks.lock());
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a shard of the append path died");
            }
        }
    }
}

fn shard_of(conversation: ConversationId, shards: usize) -> Option<usize> {
    // Ids are made of time and count; multiplying spreads them (Knuth, 6.4).
    let spread = conversation.0.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    usize::try_from(spread).ok()?.checked_rem(shards)
}

struct Shard {
    db: Db,
    bus: Arc<dyn Bus>,
    clock: Clock,
}

impl Shard {
    async fn run(self, mut waiting: mpsc::Receiver<Ask>) {
        let mut asks = Vec::with_capacity(BATCH);
        while waiting.recv_many(&mut asks, BATCH).await > 0 {
            self.settle(std::mem::take(&mut asks)).await;
        }
    }

    /// Answers every ask of a batch. When a batch fails for a reason of ours, each is tried alone, so that one that
    /// cannot be stored does not take the others with it.
    async fn settle(&self, asks: Vec<Ask>) {
        let sends: Vec<(UserId, &Send)> = asks.iter().map(|ask| (ask.sender, &ask.send)).collect();
        let results = match self.store(&sends).await {
            Ok(results) => results,
            Err(error) if error.code == Code::Internal && sends.len() > 1 => {
                tracing::error!(%error, cause = ?error.source, batch = sends.len(), "a batch of messages failed; each is tried alone");
                let mut results = Vec::with_capacity(sends.len());
                for one in &sends {
                    results.push(self.store(std::slice::from_ref(one)).await.and_then(|mut results| {
                        results.pop().unwrap_or_else(|| Err(Error::internal("no answer for a message")))
                    }));
                }
                results
            }
            Err(error) => {
                tracing::warn!(cause = ?error.source, batch = sends.len(), "messages could not be stored");
                sends.iter().map(|_| Err(again(&error))).collect()
            }
        };
        for (ask, result) in asks.into_iter().zip(results) {
            // Who asked may be gone; what is stored is stored.
            let _ = ask.answer.send(result);
        }
    }

    /// Stores a batch in one transaction; an answer for each, in order. Everything or nothing is stored, and what is
    /// stored is announced.
    async fn store(&self, sends: &[(UserId, &Send)]) -> Result<Vec<Result<Sent>>> {
        let mut tx = self.db.write().await?;
        let logs: BTreeSet<ConversationId> = sends.iter().map(|(_, send)| send.conversation).collect();
        let logs: Vec<ConversationId> = logs.into_iter().collect();
        let seats: Vec<(ConversationId, UserId)> =
            sends.iter().map(|(user, send)| (send.conversation, *user)).collect();
        let asked: Vec<(ConversationId, UserId, &str)> =
            sends.iter().map(|(user, send)| (send.conversation, *user, send.client_id.as_str())).collect();

        let mut batch = Batch {
            heads: log::lock(&mut tx, &logs).await?,
            roles: conversations::roles(&mut tx, &seats).await?,
            stored: HashMap::new(),
            entries: Vec::new(),
            at: self.clock.now(),
        };
        for before in log::stored(&mut tx, &asked).await? {
            let message = before.message;
            batch.stored.insert((message.conversation, before.sender, message.client_id.clone()), message);
        }
        let mut news = Vec::new();
        let results: Vec<Result<Sent>> = sends
            .iter()
            .map(|(sender, send)| {
                let sent = batch.place(*sender, send)?;
                // A resend too: the answer to its commit may have been lost, and then nobody was told. Who was, ignores it.
                news.push(sent.message.clone());
                Ok(sent)
            })
            .collect();
        if !batch.entries.is_empty() {
            log::append_all(&mut tx, &batch.entries).await?;
        }
        let bus = Arc::clone(&self.bus);
        tx.after_commit(move || {
            for message in news {
                bus.publish(Event::Appended { entry: Arc::new(entry(message)) });
            }
        });
        tx.commit().await?;
        Ok(results)
    }
}

fn entry(message: Message) -> Entry {
    let Message { conversation, seq, sender, at, .. } = message;
    Entry { conversation, seq, actor: sender, at, body: EntryBody::Message { message } }
}

/// An error can be told to one; this tells it to the next.
fn again(error: &Error) -> Error {
    Error { retry_after_ms: error.retry_after_ms, ..Error::new(error.code, error.detail.clone()) }
}

/// A batch while its messages get their places.
struct Batch {
    heads: BTreeMap<ConversationId, LogHead>,
    roles: HashMap<(ConversationId, UserId), Role>,
    stored: HashMap<(ConversationId, UserId, String), Message>,
    entries: Vec<NewEntry>,
    at: Millis,
}

impl Batch {
    fn place(&mut self, sender: UserId, send: &Send) -> Result<Sent> {
        let conversation = send.conversation;
        let nothing = || Error::not_found("conversation");
        let role = *self.roles.get(&(conversation, sender)).ok_or_else(nothing)?;
        let head = self.heads.get_mut(&conversation).ok_or_else(nothing)?;
        may(head.kind, role, Action::Send)?;
        let key = (conversation, sender, send.client_id.clone());
        if let Some(first) = self.stored.get(&key) {
            if first.text != send.text || first.reply_to != send.reply_to {
                return Err(Error::conflict("This client_id was used for another message.").at("client_id"));
            }
            return Ok(Sent { message: first.clone(), new: false });
        }
        if send.reply_to.is_some_and(|seq| seq < 1 || seq > head.seq) {
            return Err(Error::invalid("There is no such message to reply to.").at("reply_to"));
        }
        head.seq += 1;
        head.ordinal += 1;
        let message = Message {
            conversation,
            seq: head.seq,
            client_id: send.client_id.clone(),
            sender,
            text: send.text.clone(),
            at: self.at,
            reply_to: send.reply_to,
        };
        self.entries.push(NewEntry::message(&message, head.ordinal));
        self.stored.insert(key, message.clone());
        Ok(Sent { message, new: true })
    }
}
