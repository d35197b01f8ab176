//! Timed work.

use parlor_db::{Result, Tx, args, statements};
use parlor_model::{JobId, Millis, UserId};

use super::Job;

statements! {
    PLAN = "INSERT INTO jobs (id, due_at, kind, user_id, payload) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (id) DO UPDATE SET due_at = $2, kind = $3, user_id = $4, payload = $5, attempts = 0, failed = NULL";
    REMOVE = "DELETE FROM jobs WHERE id = $1";
    IS_ANY_DUE = "SELECT id FROM jobs WHERE failed IS NULL AND due_at <= $1 LIMIT 1";
    /// Two nodes may pick the same: the second waits for the first, and finds the time moved on.
    TAKE = "UPDATE jobs SET due_at = $2, attempts = attempts + 1 \
        WHERE failed IS NULL AND due_at <= $1 AND id IN \
            (SELECT id FROM jobs WHERE failed IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $3 FOR UPDATE) \
        RETURNING id, kind, user_id, payload, attempts, due_at";
    FINISH = "DELETE FROM jobs WHERE id = $1 AND due_at = $2 AND failed IS NULL";
    PUT_OFF = "UPDATE jobs SET due_at = $3 WHERE id = $1 AND due_at = $2";
    GIVE_UP = "UPDATE jobs SET failed = $3 WHERE id = $1 AND due_at = $2";
}

pub(super) async fn plan(
    tx: &mut Tx,
    id: JobId,
    due_at: Millis,
    kind: &str,
    user: Option<UserId>,
    payload: &str,
) -> Result<()> {
    tx.run(&PLAN, args![id.0, due_at, kind, user.map(|user| user.0), payload]).await.map(drop)
}

pub(super) async fn remove(tx: &mut Tx, id: JobId) -> Result<()> {
    tx.run(&REMOVE, args![id.0]).await.map(drop)
}

pub(super) async fn is_any_due(tx: &mut Tx, now: Millis) -> Result<bool> {
    Ok(tx.one::<(i64,)>(&IS_ANY_DUE, args![now]).await?.is_some())
}

/// Those due first, in the order in which they were planned.
pub(super) async fn take(tx: &mut Tx, now: Millis, lease: Millis, limit: i64) -> Result<Vec<Job>> {
    type Row = (i64, String, Option<i64>, String, i64, Millis);
    let mut rows: Vec<Row> = tx.all(&TAKE, args![now, lease, limit]).await?;
    rows.sort_unstable_by_key(|row| row.0);
    let job = |(id, kind, user, payload, attempts, lease): Row| Job {
        id: JobId(id),
        kind,
        user: user.map(UserId),
        payload,
        attempts,
        lease,
    };
    Ok(rows.into_iter().map(job).collect())
}

/// Done; false when it is no more ours: moved, taken off the plan, or fallen to somebody else.
pub(super) async fn finish(tx: &mut Tx, job: &Job) -> Result<bool> {
    Ok(tx.run(&FINISH, args![job.id.0, job.lease]).await? > 0)
}

pub(super) async fn put_off(tx: &mut Tx, job: &Job, due_at: Millis) -> Result<()> {
    tx.run(&PUT_OFF, args![job.id.0, job.lease, due_at]).await.map(drop)
}

pub(super) async fn give_up(tx: &mut Tx, job: &Job, why: &str) -> Result<()> {
    tx.run(&GIVE_UP, args![job.id.0, job.lease, why]).await.map(drop)
}
