//! What a use case gets in its one argument: who asks, the transaction, the time, and chance.

use parlor_db::Tx;
use parlor_model::{Error, Event, Millis, Result, SessionId, UserId};

use crate::app::App;

/// Who asks: a user through one of their sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub user: UserId,
    /// Through which session.
    pub session: SessionId,
}

impl Caller {
    /// A user for whom the server does what they asked for earlier.
    pub(crate) fn absent(user: UserId) -> Self {
        Self { user, session: SessionId(0) }
    }

    /// Whether a session asks, which may have ended.
    pub(crate) fn is_present(self) -> bool {
        self.session != SessionId(0)
    }
}

/// One use case at work. Dropped without [`Cx::commit`], nothing happened.
#[derive(Debug)]
pub struct Cx {
    app: App,
    caller: Option<Caller>,
    tx: Tx,
    now: Millis,
}

impl Cx {
    pub(crate) fn new(app: App, caller: Option<Caller>, tx: Tx) -> Self {
        let now = app.clock.now();
        Self { app, caller, tx, now }
    }

    /// Who asks.
    pub fn caller(&self) -> Result<Caller> {
        self.caller.ok_or_else(|| Error::unauthenticated("Please sign in."))
    }

    /// Which user asks.
    pub fn user(&self) -> Result<UserId> {
        Ok(self.caller()?.user)
    }

    /// The transaction: for `store.rs` functions only.
    pub fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// The time at which this use case began.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// The server it runs on: settings, ids, keys.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Says so once it is true. In order; not at all when the commit fails.
    pub fn emit(&mut self, event: Event) {
        let bus = std::sync::Arc::clone(&self.app.bus);
        self.tx.after_commit(move || bus.publish(event));
    }

    /// Makes it true, then says so.
    pub async fn commit(mut self) -> Result<()> {
        let bus = std::sync::Arc::clone(&self.app.bus);
        self.tx.in_doubt(move || bus.doubt());
        Ok(self.tx.commit().await?)
    }
}
