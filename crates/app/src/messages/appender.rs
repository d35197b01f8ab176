//! The append path: messages of many conversations that arrive together share one transaction.
//!
//! A shard takes what is waiting (it never waits for more: while one batch is committed the next gathers), locks the
//! conversations in the order of their ids, checks membership, finds resends, gives seqs and stores everything with a
//! handful of statements. A conversation always belongs to the same shard, so its messages keep the order in which
//! they were asked for.

use std::sync::Arc;
use std::thread;

use parking_lot::Mutex;
use parlor_bus::Bus;
use parlor_db::{Db, Dialect};
use parlor_model::{Clock, Code, ConversationId, Error, Result, UserId};
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::batch::{Batch, Resends};
use super::{Send, Sent};

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
    pub(crate) fn start(db: Db, bus: Arc<dyn Bus>, clock: Clock) -> Result<Self> {
        let is_file = db.dialect() == Dialect::Sqlite;
        let (mut shards, mut tasks) = (Vec::new(), Vec::new());
        for _ in 0..if is_file { 1 } else { POSTGRES_SHARDS } {
            let (asks, waiting) = mpsc::channel(QUEUE);
            let shard = Shard { db: db.clone(), bus: Arc::clone(&bus), clock: clock.clone() };
            let running = shard.run(waiting);
            tasks.push(if is_file { on_a_thread(running)? } else { tokio::spawn(running) });
            shards.push(asks);
        }
        Ok(Self { shards: Mutex::new(shards), tasks: Mutex::new(tasks) })
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

/// Runs a shard on a thread of its own; the task ends with it. A batch goes to SQLite's thread and back several times, and
/// would wait each time behind all that the runtime tells large rooms. (A connection to PostgreSQL belongs to its runtime.)
fn on_a_thread(shard: impl Future<Output = ()> + std::marker::Send + 'static) -> Result<JoinHandle<()>> {
    let runtime = Builder::new_current_thread().enable_time().build().map_err(Error::internal)?;
    let (end, ended) = oneshot::channel();
    let run = move || {
        runtime.block_on(shard);
        let _ = end.send(()); // Nobody waits when the process ends.
    };
    thread::Builder::new().name("appender".into()).spawn(run).map_err(Error::internal)?;
    Ok(tokio::spawn(async {
        if ended.await.is_err() {
            tracing::error!("the thread of the append path died");
        }
    }))
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
        // Resends are rare, and looking for them is as dear as storing: the unique key finds them.
        match self.store_as(sends, Resends::NotExpected).await? {
            Some(results) => Ok(results),
            None => self.store_as(sends, Resends::LookedFor).await?.ok_or_else(|| Error::internal("no place was free")),
        }
    }

    /// None, and nothing is stored, where one may have been said before.
    async fn store_as(&self, sends: &[(UserId, &Send)], resends: Resends) -> Result<Option<Vec<Result<Sent>>>> {
        let mut tx = self.db.write().await?;
        let mut batch = Batch::open(&mut tx, sends, resends, self.clock.now()).await?;
        let results: Vec<Result<Sent>> = sends.iter().map(|(sender, send)| batch.place(*sender, send)).collect();
        // Who may not say it any more may have said it before, and gets that answer.
        if resends == Resends::NotExpected && results.iter().any(Result::is_err) {
            return Ok(None);
        }
        let stored = async {
            let news = batch.store(&mut tx).await?;
            let (says, doubts) = (Arc::clone(&self.bus), Arc::clone(&self.bus));
            tx.after_commit(move || news.into_iter().for_each(|event| says.publish(event)));
            tx.in_doubt(move || doubts.doubt());
            Ok(tx.commit().await?)
        };
        match stored.await {
            Ok(()) => Ok(Some(results)),
            Err(error) if resends == Resends::NotExpected && parlor_db::is_taken(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// An error can be told to one; this tells it to the next.
fn again(error: &Error) -> Error {
    Error { retry_after_ms: error.retry_after_ms, ..Error::new(error.code, error.detail.clone()) }
}
