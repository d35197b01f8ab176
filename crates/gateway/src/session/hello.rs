//! From `hello` to `welcome`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use parlor_model::conversations::Head;
use parlor_model::frames::{Bye, PresenceStatus, ServerFrame};
use parlor_model::limits::{HELLO_KNOWN, WELCOME_HEADS};
use parlor_model::{Code, ConversationId, Error, Seq};
use tokio::sync::Semaphore;
use tokio::time::{Duration, Instant};

use super::commands::{Caller, Command, Missed, Outcome};
use super::{End, Live};
use crate::Shared;
use crate::backend::{Heads, Identity};
use crate::frame::Frame;
use crate::hub::Entered;
use crate::outbox::{Farewell, Outbox};

type Known = BTreeMap<ConversationId, Seq>;

/// What a client begins with.
pub(super) struct Hello {
    pub(super) token: String,
    pub(super) known: Known,
    pub(super) status: Option<PresenceStatus>,
}

/// Checks the token, registers with the hub, reads the heads, welcomes: in this order, so that nothing falls between
/// (see `hub`).
pub(super) async fn greet(shared: Arc<Shared>, outbox: Arc<Outbox>, hello: Hello) -> Outcome {
    Outcome::Greeted(Box::new(try_greet(shared, outbox, hello).await))
}

async fn try_greet(
    shared: Arc<Shared>,
    outbox: Arc<Outbox>,
    Hello { token, known, status }: Hello,
) -> Result<(Live, Option<Command>), End> {
    if status == Some(PresenceStatus::Offline) {
        return Err(Some(Farewell::new(Bye::Invalid, "Whoever says hello is not offline.")));
    }
    if known.len() > HELLO_KNOWN {
        return Err(Some(Farewell::new(Bye::Invalid, "A hello names at most 100 known conversations.")));
    }
    let away = |error| turned_away(&outbox, &error);
    let identity = shared.backend.authenticate(&token).await.map_err(away)?;
    if identity.expires_at <= shared.clock.now() {
        return Err(away(Error::unauthenticated("The access token has run out.")));
    }
    let place = shared.hub.open(identity, outbox.clone());
    let heads = loop {
        let heads = shared.backend.heads(&identity).await.map_err(away)?;
        if place.enter(&heads.heads, welcome(&shared, &identity, &heads), status) == Entered::In {
            break heads;
        }
    };
    let missed = missed(&known, &heads.heads);
    let next_beat = Instant::now() + Duration::from_millis(shared.config.heartbeat_ms.max(1));
    let caller = Arc::new(Caller { shared, outbox, identity, replay: Semaphore::new(1) });
    Ok((Live { caller, expires_at: identity.expires_at, next_beat, place, aside: None }, missed))
}

pub(crate) fn welcome(shared: &Shared, who: &Identity, heads: &Heads) -> Frame {
    let told = usize::try_from(WELCOME_HEADS).unwrap_or(usize::MAX).min(heads.heads.len());
    Frame::of(&ServerFrame::Welcome {
        session: who.session,
        user: who.user,
        node: shared.node.as_str().into(),
        account_version: heads.account_version,
        heartbeat_ms: shared.config.heartbeat_ms,
        limits: shared.limits.clone(),
        heads: heads.heads[..told].to_vec(),
        more: heads.more.clone(),
        versions: heads.versions.clone(),
    })
}

/// What is to be replayed: up to the head that was told, because all after it comes live.
fn missed(known: &Known, heads: &[Head]) -> Option<Command> {
    let heads: HashMap<ConversationId, Seq> = heads.iter().map(|Head(id, head, ..)| (*id, *head)).collect();
    let missed = known.iter().map(|(&conversation, &after)| Missed {
        conversation,
        after,
        head: heads.get(&conversation).copied(),
    });
    let missed: Vec<_> = missed.collect();
    (!missed.is_empty()).then_some(Command::Missed(missed))
}

/// A bad token is told so. A fault of ours is not the client's: it hears the error, and to come back.
fn turned_away(outbox: &Outbox, error: &Error) -> End {
    if error.code == Code::Unauthenticated {
        return Some(Farewell::new(Bye::Unauthenticated, "The token is not valid: forged, expired or revoked."));
    }
    tracing::warn!(%error, source = ?error.source, "a session could not be opened");
    outbox.push(Frame::error(None, error));
    let retry_after_ms = Some(error.retry_after_ms.unwrap_or(2_000));
    Some(Farewell { code: Bye::Draining, detail: "The server cannot welcome you just now. Come back.", retry_after_ms })
}
