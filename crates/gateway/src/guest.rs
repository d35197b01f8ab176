//! Guests: sessions whose client speaks another system's protocol. The hub treats them as any other session, with the same
//! law; what it tells them is translated by whoever received them.

use std::any::Any;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::net::IpAddr;
use std::sync::Arc;
use std::task::Poll;

use parlor_model::frames::{Bye, PresenceStatus, ServerFrame};
use parlor_model::{Clock, Error, Result};

use crate::Gateway;
use crate::admission::Admitted;
use crate::backend::{Backend, Identity};
use crate::frame::Frame;
use crate::hub::{Entered, Place};
use crate::session::welcome;

/// Translations that one piece of news can keep.
pub(crate) const DOORS: usize = 4;

/// A guest: dropping it leaves.
pub struct Guest {
    /// Who it is.
    pub identity: Identity,
    place: Place,
    admitted: Admitted,
    backend: Arc<dyn Backend>,
    clock: Clock,
    hand: VecDeque<Frame>,
}

/// A frame of the protocol (docs/protocol.md) on its way to a guest, shared by all who get it.
#[derive(Clone, Debug)]
pub struct News(Frame);

/// What a guest hears.
#[derive(Debug)]
pub enum Told {
    /// Something new, in order.
    News(News),
    /// It is over, and when to come back, in milliseconds.
    Ends(Bye, Option<u64>),
}

impl Gateway {
    /// Receives a guest: from now on it is told everything its user's conversations have to say, beginning with `welcome`.
    /// `status`: how it is there, if it says so. `unauthenticated` when its session was revoked, `unavailable` or `limited`
    /// when there is no room.
    pub async fn receive(&self, identity: Identity, address: IpAddr, status: Option<PresenceStatus>) -> Result<Guest> {
        let shared = &self.shared;
        if identity.expires_at <= shared.clock.now() {
            return Err(Error::unauthenticated("The access token has run out."));
        }
        let mut admitted = Admitted::admit(shared, address)?;
        let place = shared.hub.open(identity, admitted.outbox.clone());
        loop {
            let heads = shared.backend.heads(&identity).await?;
            if place.enter(&heads.heads, welcome(shared, &identity, &heads), status) == Entered::In {
                break;
            }
        }
        admitted.welcomed();
        let (backend, clock) = (shared.backend.clone(), shared.clock.clone());
        Ok(Guest { identity, place, admitted, backend, clock, hand: VecDeque::new() })
    }

    /// The application, for those who ask it in a guest's name.
    pub fn backend(&self) -> &Arc<dyn Backend> {
        &self.shared.backend
    }
}

impl Guest {
    /// The next thing it hears; nothing is lost when the future is dropped. What is not asked for waits, bounded: who asks
    /// too late is told [`Bye::Slow`].
    pub async fn told(&mut self) -> Told {
        if let Some(frame) = self.hand.pop_front() {
            return Told::News(News(frame));
        }
        let (outbox, hand) = (&self.admitted.outbox, &mut self.hand);
        poll_fn(|cx| {
            if outbox.poll_take(cx, hand).is_ready()
                && let Some(frame) = hand.pop_front()
            {
                return Poll::Ready(Told::News(News(frame)));
            }
            outbox.poll_ends(cx).map(|farewell| Told::Ends(farewell.code, farewell.retry_after_ms))
        })
        .await
    }

    /// Whether what it showed has run out: nobody speaks in its name any more.
    pub fn has_expired(&self) -> bool {
        self.identity.expires_at <= self.clock.now()
    }

    /// How this device is there.
    pub fn say(&self, status: PresenceStatus) {
        self.place.say(status);
    }

    /// Whose presence it is told.
    pub fn watch(&self, users: &[parlor_model::UserId]) {
        self.place.watch(users);
    }

    /// The application, to ask it in the guest's name.
    pub fn backend(&self) -> &dyn Backend {
        &*self.backend
    }
}

impl News {
    /// The frame as JSON.
    pub fn json(&self) -> &str {
        self.0.text()
    }

    /// The frame, read back.
    pub fn frame(&self) -> Option<ServerFrame<'static>> {
        serde_json::from_str(self.json()).ok()
    }

    /// What `door` has made of it, once it has.
    pub fn known<T: Any + Send + Sync>(&self, door: usize) -> Option<Arc<T>> {
        Arc::clone(self.0.translations().get(door)?.get()?).downcast().ok()
    }

    /// What `door` makes of it, made once for all who get it: those who come while it is being made wait. What fails is
    /// made anew by the next.
    pub async fn told_by<T: Any + Send + Sync>(
        &self,
        door: usize,
        make: impl Future<Output = Result<T>>,
    ) -> Result<Arc<T>> {
        if let Some(made) = self.known(door) {
            return Ok(made);
        }
        let Some(cell) = self.0.translations().get(door) else { return make.await.map(Arc::new) };
        let make = async || make.await.map(|made| Arc::new(made) as Arc<dyn Any + Send + Sync>);
        // Boxed: a guest that is told nothing should not hold room for it.
        let made = Arc::clone(Box::pin(cell.get_or_try_init(make)).await?);
        made.downcast().map_err(|_| Error::internal("two doors keep their translations under one number"))
    }
}
