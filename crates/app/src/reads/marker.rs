//! Marks of many users and conversations that arrive together share one transaction, and those of one member one write.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_bus::Bus;
use parlor_db::{Db, Tx};
use parlor_model::conversations::ReadMark;
use parlor_model::limits::RECEIPTS_MEMBERS;
use parlor_model::{Code, ConversationId, Error, Event, Receipt, Result, Seq, UserId};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::store::{self, Key, Marks};
use super::{Mark, in_log, log, notices, privacy};

/// Marks of one transaction at most.
const BATCH: usize = 128;
/// Marks waiting at most; the next is told to come back.
const QUEUE: usize = 16_384;
/// Transactions begin at least this far apart: marks may wait a moment, what is said should not wait for them.
const PACE: Duration = Duration::from_millis(5);

/// Where the mark stands, and whether the conversation is shown as unread in spite of it.
pub(super) type Done = (ReadMark, bool);

#[derive(Debug)]
struct Ask {
    key: Key,
    mark: Mark,
    answer: oneshot::Sender<Result<Done>>,
}

/// Stores marks. One task, one transaction at a time.
#[derive(Debug)]
pub struct Marker {
    asks: Mutex<Option<mpsc::Sender<Ask>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Marker {
    pub(crate) fn start(db: Db, bus: Arc<dyn Bus>) -> Self {
        let (asks, waiting) = mpsc::channel(QUEUE);
        let task = tokio::spawn(run(db, bus, waiting));
        Self { asks: Mutex::new(Some(asks)), task: Mutex::new(Some(task)) }
    }

    /// Answers after the commit.
    pub(super) async fn mark(&self, user: UserId, conversation: ConversationId, mark: Mark) -> Result<Done> {
        let (answer, answered) = oneshot::channel();
        let busy =
            || Error { retry_after_ms: Some(1_000), ..Error::unavailable("The server is busy. Please try again.") };
        let ask = Ask { key: (conversation, user), mark, answer };
        let queued = self.asks.lock().as_ref().map(|asks| asks.try_send(ask).is_ok());
        if queued != Some(true) {
            return Err(busy());
        }
        answered.await.map_err(|_| busy())?
    }

    /// Takes nothing more and finishes what was accepted.
    pub(crate) async fn stop(&self) {
        drop(self.asks.lock().take());
        let task = self.task.lock().take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the task that stores marks died");
        }
    }
}

async fn run(db: Db, bus: Arc<dyn Bus>, mut waiting: mpsc::Receiver<Ask>) {
    let mut asks = Vec::new();
    while waiting.recv_many(&mut asks, BATCH).await > 0 {
        let next = Instant::now() + PACE;
        let batch = std::mem::take(&mut asks);
        match store_all(&db, &bus, &batch).await {
            Ok(results) => answer(batch, results),
            Err(error) if error.code == Code::Internal && batch.len() > 1 => {
                tracing::error!(%error, cause = ?error.source, batch = batch.len(), "a batch of marks failed; each is tried alone");
                for ask in batch {
                    let alone = [ask];
                    let results = store_all(&db, &bus, &alone).await;
                    answer(alone, results.unwrap_or_else(|error| vec![Err(error)]));
                }
            }
            Err(error) => {
                tracing::warn!(cause = ?error.source, batch = batch.len(), "marks could not be stored");
                let again = |_| {
                    let told = Error::new(error.code, error.detail.clone());
                    Err(Error { retry_after_ms: error.retry_after_ms, ..told })
                };
                let results = batch.iter().map(again).collect();
                answer(batch, results);
            }
        }
        sleep_until(next).await;
    }
}

fn answer(asks: impl IntoIterator<Item = Ask>, results: Vec<Result<Done>>) {
    for (ask, result) in asks.into_iter().zip(results) {
        // Who asked may be gone; what is stored is stored.
        let _ = ask.answer.send(result);
    }
}

/// One transaction; an answer for each, in order.
async fn store_all(db: &Db, bus: &Arc<dyn Bus>, asks: &[Ask]) -> Result<Vec<Result<Done>>> {
    let mut tx = db.write().await?;
    let logs: BTreeSet<ConversationId> = asks.iter().map(|ask| ask.key.0).collect();
    // Those who append move marks too, under this lock: so nobody waits in a circle.
    log::lock(&mut tx, &logs.into_iter().collect::<Vec<_>>()).await?;
    let before = store::seats(&mut tx, &keys(asks)).await?;
    let places: HashSet<(ConversationId, Seq)> = asks.iter().filter_map(place).collect();
    let ordinals = store::ordinals(&mut tx, &places.into_iter().collect::<Vec<_>>()).await?;
    let mut after = before.clone();
    let allowed: Vec<Result<()>> = asks.iter().map(|ask| take(&mut after, ask, &ordinals)).collect();
    let moved: Vec<(Key, &Marks)> =
        after.iter().filter(|(key, marks)| has_moved(&before[*key], marks)).map(|(key, marks)| (*key, marks)).collect();
    if !moved.is_empty() {
        store::move_marks(&mut tx, &moved).await?;
    }
    let marks = read_marks(&mut tx, asks, &after).await?;
    let mut news: Vec<Event> = Vec::new();
    for ((conversation, user), marks) in
        moved.iter().map(|(key, _)| *key).filter_map(|key| Some((key, marks.get(&key)?)))
    {
        if marks.read_seq > before[&(conversation, user)].read_seq {
            news.push(Event::Read { conversation, user, mark: *marks });
        }
    }
    news.extend(receipts(&mut tx, &before, &moved).await?);
    let (says, doubts) = (Arc::clone(bus), Arc::clone(bus));
    tx.after_commit(move || news.into_iter().for_each(|event| says.publish(event)));
    tx.in_doubt(move || doubts.doubt());
    tx.commit().await?;
    let nothing = || Error::not_found("conversation");
    let done = |key: &Key| Some((*marks.get(key)?, before.get(key)?.is_marked()));
    let result = |(ask, allowed): (&Ask, Result<()>)| allowed.and_then(|()| done(&ask.key).ok_or_else(nothing));
    Ok(asks.iter().zip(allowed).map(result).collect())
}

fn keys(asks: &[Ask]) -> Vec<Key> {
    let keys: HashSet<Key> = asks.iter().map(|ask| ask.key).collect();
    keys.into_iter().collect()
}

fn place(ask: &Ask) -> Option<(ConversationId, Seq)> {
    match ask.mark {
        Mark::Read(seq) => Some((ask.key.0, seq)),
        Mark::Delivered(_) => None,
    }
}

/// Moves a mark, or refuses it.
fn take(seats: &mut HashMap<Key, Marks>, ask: &Ask, ordinals: &HashMap<(ConversationId, Seq), i64>) -> Result<()> {
    let marks = seats.get_mut(&ask.key).ok_or_else(|| Error::not_found("conversation"))?;
    in_log(marks.head_seq, ask.mark)?;
    match ask.mark {
        Mark::Read(seq) if seq > marks.read_seq => {
            marks.read_seq = seq;
            marks.read_ordinal = ordinals.get(&(ask.key.0, seq)).copied().unwrap_or(marks.read_ordinal);
            marks.delivered_seq = marks.delivered_seq.max(seq);
        }
        Mark::Delivered(seq) => marks.delivered_seq = marks.delivered_seq.max(seq),
        Mark::Read(_) => {}
    }
    Ok(())
}

fn has_moved(before: &Marks, after: &Marks) -> bool {
    (before.read_seq, before.delivered_seq) != (after.read_seq, after.delivered_seq)
}

/// Where everybody who asked stands now.
async fn read_marks(tx: &mut Tx, asks: &[Ask], after: &HashMap<Key, Marks>) -> Result<HashMap<Key, ReadMark>> {
    let reads: HashSet<Key> = asks.iter().filter(|ask| place(ask).is_some()).map(|ask| ask.key).collect();
    let reads: Vec<(ConversationId, UserId, Seq)> =
        reads.into_iter().filter_map(|key| Some((key.0, key.1, after.get(&key)?.read_seq))).collect();
    let mentions = if reads.is_empty() { HashMap::new() } else { notices::mentions_after(tx, &reads).await? };
    let mark = |(key, marks): (&Key, &Marks)| {
        let mentions = mentions.get(key).copied().unwrap_or(0);
        (*key, ReadMark { read_seq: marks.read_seq, unread: marks.head_ordinal - marks.read_ordinal, mentions })
    };
    Ok(after.iter().map(mark).collect())
}

/// What others are told: where few are, of those who let it be known, to those who do so too.
async fn receipts(tx: &mut Tx, before: &HashMap<Key, Marks>, moved: &[(Key, &Marks)]) -> Result<Vec<Event>> {
    let told: Vec<(Key, &Marks)> = moved
        .iter()
        .filter(|(_, marks)| marks.tells() && (2..=RECEIPTS_MEMBERS).contains(&marks.members_count))
        .copied()
        .collect();
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let conversations: BTreeSet<ConversationId> = told.iter().map(|(key, _)| key.0).collect();
    let listeners = store::listeners(tx, &conversations.into_iter().collect::<Vec<_>>()).await?;
    let everybody: BTreeSet<UserId> = listeners.values().flatten().copied().collect();
    let apart = privacy::apart(tx, &everybody.into_iter().collect::<Vec<_>>()).await?;
    let event = |((conversation, user), marks): (Key, &Marks)| {
        let (read, delivered) = (marks.read_seq, marks.delivered_seq);
        let read_seq = (read > before[&(conversation, user)].read_seq).then_some(read);
        // What was read was delivered.
        let delivered_seq = (delivered > read || read_seq.is_none()).then_some(delivered);
        let mut to = listeners.get(&conversation).cloned().unwrap_or_default();
        to.retain(|reader| *reader != user && !apart.contains(&(user, *reader)));
        Event::Receipt(Arc::new(Receipt { conversation, user, delivered_seq, read_seq, to }))
    };
    Ok(told.into_iter().map(event).collect())
}
