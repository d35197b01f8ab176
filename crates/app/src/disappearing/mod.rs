//! Messages that disappear: deleted for real once their time has come. When that is, the append path wrote beside each.

use std::collections::BTreeSet;

use parlor_model::{ConversationId, Result, UserId};

use crate::app::App;
use crate::{log, messages};

/// Messages deleted in one transaction: short enough that who writes meanwhile hardly waits.
const BATCH: i64 = 100;
/// Batches of one round; what is left waits for the next.
const BATCHES: usize = 50;

/// Deletes what is due, as if those who sent it had. Nodes may do so side by side.
pub(crate) async fn sweep(app: &App) -> Result<()> {
    for _ in 0..BATCHES {
        if !sweep_some(app).await? {
            break;
        }
    }
    Ok(())
}

/// False when nothing was due.
async fn sweep_some(app: &App) -> Result<bool> {
    let mut cx = app.read(None).await?;
    let now = cx.now();
    let due = log::expired(cx.tx(), now, BATCH).await?;
    drop(cx);
    if due.is_empty() {
        return Ok(false);
    }
    let mut cx = app.write(None).await?;
    let logs: BTreeSet<ConversationId> = due.iter().map(|(conversation, _)| *conversation).collect();
    log::lock(cx.tx(), &logs.into_iter().collect::<Vec<_>>()).await?;
    // Read again under the lock: another node may have been first. Nobody's eyes: nothing is withheld from id 0.
    for message in log::named(cx.tx(), &due, UserId(0)).await? {
        if message.expires_at.is_some() {
            messages::erase(&mut cx, message.sender, message).await?;
        }
    }
    cx.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests;
