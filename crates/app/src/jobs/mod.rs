//! Timed work that outlives the process: one row each, taken by one node at a time.
//!
//! A feature plans with [`at`] and says in `app.rs` (`JOBS`) how its kind is done. Who takes a job moves its time on by
//! [`LEASE_MS`]: if the node dies, the job is simply due again. Work that fails is tried again, later and later, and given up
//! after [`ATTEMPTS`]; its row stays with the reason.

mod store;

use std::pin::Pin;

use parlor_model::limits::AHEAD_MS;
use parlor_model::{Error, JobId, Millis, Result, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::cx::{Caller, Cx};

pub(crate) use store::STATEMENTS;

/// How long whoever took a job has for it.
const LEASE_MS: Millis = 60_000;
/// How often it is tried.
const ATTEMPTS: i64 = 10;
/// Jobs taken at once.
const BATCH: i64 = 16;
/// Batches of one round; what is left waits for the next.
const BATCHES: usize = 64;

/// Work in progress.
pub(crate) type Doing<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// A sort of timed work.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Its name in the store.
    pub(crate) name: &'static str,
    /// How it is done.
    pub(crate) run: Run,
}

/// How a job is done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Run {
    /// In one transaction with its removal: both happen, or neither.
    Within(for<'a> fn(&'a mut Cx, &'a Job) -> Doing<'a>),
    /// With transactions of its own. After a crash it runs again, so twice must come to the same as once.
    Beside(for<'a> fn(&'a App, &'a Job) -> Doing<'a>),
}

/// Work whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// Its name.
    pub(crate) id: JobId,
    /// Which sort.
    kind: String,
    /// For whom.
    pub(crate) user: Option<UserId>,
    payload: String,
    attempts: i64,
    /// When it falls to somebody else; tells whether it is still ours.
    lease: Millis,
}

impl Job {
    /// What [`at`] was given.
    pub(crate) fn payload<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.payload).map_err(Error::internal)
    }

    /// When it fails now, it is given up.
    pub(crate) fn is_last_attempt(&self) -> bool {
        self.attempts >= ATTEMPTS
    }
}

/// Plans work, or moves it to another time. It happens if and only if this transaction commits.
pub(crate) async fn at(
    cx: &mut Cx,
    id: JobId,
    due_at: Millis,
    kind: &Kind,
    user: Option<UserId>,
    payload: impl Serialize,
) -> Result<()> {
    let payload = serde_json::to_string(&payload).map_err(Error::internal)?;
    Ok(store::plan(cx.tx(), id, due_at, kind.name, user, &payload).await?)
}

/// Takes work off the plan; nothing happens when it is done or was never planned.
pub(crate) async fn cancel(cx: &mut Cx, id: JobId) -> Result<()> {
    Ok(store::remove(cx.tx(), id).await?)
}

/// That somebody may plan for this time: later than now, and within a year.
pub(crate) fn check_time(cx: &Cx, at: Millis, field: &'static str) -> Result<()> {
    if at <= cx.now() {
        return Err(Error::invalid("That time has passed.").at(field));
    }
    if at > cx.now().saturating_add(AHEAD_MS) {
        return Err(Error::invalid("That is more than a year ahead.").at(field));
    }
    Ok(())
}

/// One round at a time in a process.
#[derive(Default)]
pub(crate) struct Runner(tokio::sync::Mutex<()>);

/// Does what is due. When this returns, all that was due at the call has been tried (up to a bound), also by an earlier
/// call that was still at it.
pub(crate) async fn run_due(app: &App, kinds: &[Kind]) -> Result<()> {
    let _round = app.runner.0.lock().await;
    for _ in 0..BATCHES {
        let jobs = take(app).await?;
        if jobs.is_empty() {
            break;
        }
        for job in jobs {
            let done = match kinds.iter().find(|kind| kind.name == job.kind) {
                Some(kind) => carry_out(app, kind.run, &job).await,
                // Planned by a younger node, which may be there again.
                None => Err(Error::internal(format!("no feature knows jobs of kind {}", job.kind))),
            };
            if let Err(error) = done {
                put_off(app, &job, &error).await?;
            }
        }
    }
    Ok(())
}

/// Takes a few that are due; nobody else does while the lease lasts.
async fn take(app: &App) -> Result<Vec<Job>> {
    // Mostly there is nothing, and to look takes no lock.
    let mut cx = app.read(None).await?;
    let now = cx.now();
    if !store::is_any_due(cx.tx(), now).await? {
        return Ok(Vec::new());
    }
    let mut cx = app.write(None).await?;
    let now = cx.now();
    let jobs = store::take(cx.tx(), now, now.saturating_add(LEASE_MS), BATCH).await?;
    cx.commit().await?;
    Ok(jobs)
}

async fn carry_out(app: &App, run: Run, job: &Job) -> Result<()> {
    match run {
        Run::Within(work) => {
            let mut cx = app.write(job.user.map(Caller::absent)).await?;
            if store::finish(cx.tx(), job).await? {
                work(&mut cx, job).await?;
                cx.commit().await?;
            }
            Ok(())
        }
        Run::Beside(work) => {
            work(app, job).await?;
            let mut cx = app.write(None).await?;
            store::finish(cx.tx(), job).await?;
            cx.commit().await
        }
    }
}

/// Tries again later, or gives up.
async fn put_off(app: &App, job: &Job, error: &Error) -> Result<()> {
    let (id, kind, cause) = (job.id, &job.kind, &error.source);
    let mut cx = app.write(None).await?;
    if job.is_last_attempt() {
        tracing::error!(%id, kind, attempts = job.attempts, %error, ?cause, "timed work was given up");
        store::give_up(cx.tx(), job, &error.to_string()).await?;
    } else {
        tracing::warn!(%id, kind, attempts = job.attempts, %error, ?cause, "timed work failed; it is tried again");
        let again = cx.now().saturating_add(backoff_ms(job.attempts));
        store::put_off(cx.tx(), job, again).await?;
    }
    cx.commit().await
}

/// 5 s, 10 s, 20 s, … up to an hour.
fn backoff_ms(attempts: i64) -> Millis {
    let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    (5_000 * 2_i64.pow(doublings)).min(3_600_000)
}

#[cfg(test)]
mod tests;
