//! The server as the features see it.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use parlor_bus::Bus;
use parlor_db::Db;
use parlor_model::{Clock, ConversationId, Error, IdGenerator, Limits, Result, Seq};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use tokio_util::task::AbortOnDropHandle;

use crate::accounts::passwords::Hasher;
use crate::cx::{Caller, Cx};
use crate::jobs;
use crate::keys::Keys;
use crate::messages::Appender;
use crate::nodes::{self, Nodes, Role};
use crate::rates::{self, Rates};
use crate::reads::Marker;
use crate::{disappearing, polls, reminders, scheduled};

/// A store that takes longer to answer is not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// What an administrator may set about the features.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = AppConfig)]
pub struct Config {
    /// The server's name, shown to people.
    pub name: String,
    /// Where people reach the server, such as `https://chat.example.org`. Empty: as the request says. With https the
    /// browser's cookie is sent over TLS only.
    pub public_url: String,
    /// Who may sign up: `open` (everybody who can reach the server) or `closed` (nobody after the first account).
    pub signup: Signup,
    /// Whose first direct message waits until it is accepted: `strangers` (no contact, no group in common) or `off` (nobody's).
    pub requests: Requests,
    /// How long an access token lives, in seconds.
    pub access_token_seconds: u64,
    /// How long a session lives without being used, in days.
    pub session_days: u32,
    /// Sizes and counts that are refused beyond.
    pub limits: Limits,
    /// How often things may be tried.
    pub rates: crate::rates::RatesConfig,
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Signup {
    /// Everybody who can reach the server.
    Open,
    /// Nobody after the first account.
    Closed,
}

/// Whose first direct message waits until it is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Requests {
    /// That of people who are no contacts and in no common group.
    Strangers,
    /// Nobody's: where everybody knows everybody.
    Off,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: "Parlor".into(),
            public_url: String::new(),
            signup: Signup::Open,
            requests: Requests::Strangers,
            access_token_seconds: 600,
            session_days: 90,
            limits: Limits::default(),
            rates: crate::rates::RatesConfig::default(),
        }
    }
}

/// Timed work that features know how to do; what [`jobs::at`] names must be here.
static JOBS: &[jobs::Kind] = &[scheduled::SEND, reminders::REMIND, polls::CLOSE];

/// Forgets what a feature keeps beside a message that is deleted for real.
type Forget = for<'a> fn(&'a mut Cx, ConversationId, Seq) -> jobs::Doing<'a>;
static BESIDE_MESSAGES: &[Forget] = &[polls::forget];

/// What the features stand on. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// The parts of an [`App`].
pub struct Inner {
    pub(crate) db: Db,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) clock: Clock,
    /// This node and the others.
    pub nodes: Nodes,
    pub(crate) ids: IdGenerator,
    pub(crate) config: Config,
    pub(crate) keys: Keys,
    pub(crate) hasher: Hasher,
    pub(crate) rates: Arc<Rates>,
    _sharing: Option<AbortOnDropHandle<()>>,
    pub(crate) appender: Appender,
    pub(crate) marker: Marker,
    pub(crate) runner: jobs::Runner,
    random: SystemRandom,
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("db", &self.db).finish_non_exhaustive()
    }
}

impl App {
    /// Brings the schema up to date, takes a number among the nodes, loads the signing keys and starts the append path.
    /// `about` is what the others are told of this node.
    pub async fn start(db: Db, bus: Arc<dyn Bus>, clock: Clock, about: nodes::About, config: Config) -> Result<Self> {
        db.migrate(crate::MIGRATIONS).await.map_err(Error::internal)?;
        let nodes = Nodes::join(&db, &clock, about).await?;
        let ids = nodes.ids(clock.clone());
        let keys = Keys::load(&db, &ids, &clock).await?;
        let appender = Appender::start(db.clone(), Arc::clone(&bus), clock.clone())?;
        let marker = Marker::start(db.clone(), Arc::clone(&bus));
        let rates = Arc::new(Rates::new(&config.rates));
        let share = || rates::share(Arc::clone(&rates), Arc::clone(&bus), nodes.id, clock.clone());
        let inner = Inner {
            _sharing: bus.is_shared().then(share),
            rates,
            hasher: Hasher::default(),
            random: SystemRandom::new(),
            db,
            bus,
            clock,
            nodes,
            ids,
            config,
            keys,
            appender,
            marker,
            runner: jobs::Runner::default(),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// A use case that may change state.
    pub async fn write(&self, caller: impl Into<Option<Caller>>) -> Result<Cx> {
        let tx = self.db.write().await?;
        let mut cx = Cx::new(self.clone(), caller.into(), tx);
        // Revoked while its body was on the way, or while it waited for its turn: revoked at once.
        if cx.caller().is_ok_and(Caller::is_present) && !crate::sessions::is_open(&mut cx).await? {
            return Err(Error::unauthenticated("This session has ended. Please sign in again."));
        }
        Ok(cx)
    }

    /// A use case that only looks.
    pub async fn read(&self, caller: impl Into<Option<Caller>>) -> Result<Cx> {
        let tx = self.db.read().await?;
        Ok(Cx::new(self.clone(), caller.into(), tx))
    }

    /// Whether the store answers, and soon: who asks has other nodes to choose from.
    pub async fn ready(&self) -> Result<()> {
        let late = |_| Err(Error::unavailable("The server's storage does not answer."));
        tokio::time::timeout(READY_WITHIN, keys_exist(self)).await.unwrap_or_else(late)
    }

    /// Prepares every statement without running it; the first that the engine refuses is named.
    pub async fn prepare_statements(&self) -> Result<()> {
        self.db.prepare(crate::statements()).await.map_err(Error::internal)
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Shows that this node lives: call it about once a second, beside [`App::tidy_up`], which may take its time.
    /// Whether it is known who else does.
    pub async fn beat(&self) -> bool {
        let beat = nodes::beat(self).await;
        if let Err(error) = &beat {
            tracing::warn!(%error, cause = ?error.source, "this node could not show that it lives; it is tried again");
        }
        beat.is_ok()
    }

    /// Why this program may not run on the database any more: a newer one has changed what this one reads and writes.
    pub async fn outdated(&self) -> Option<String> {
        match self.db.still_fits(crate::MIGRATIONS).await {
            Err(parlor_db::Error::Refused(why)) => Some(why),
            // Whoever cannot be asked is asked again.
            _ => None,
        }
    }

    /// Housekeeping: call it about once a second.
    pub async fn tidy_up(&self) {
        self.rates.forget_old(self.clock.now());
        self.hasher.rest();
        if let Err(error) = self.db.tidy_up().await {
            tracing::warn!(%error, "database housekeeping failed; it is tried again");
        }
        if let Err(error) = self.keys.rotate_if_due(&self.db, &self.ids, &self.clock).await {
            tracing::warn!(%error, "signing keys could not be rotated; it is tried again");
        }
        if !self.nodes.does(Role::Worker) {
            return;
        }
        if let Err(error) = jobs::run_due(self, JOBS).await {
            tracing::warn!(%error, cause = ?error.source, "timed work could not be taken; it is tried again");
        }
        if let Err(error) = disappearing::sweep(self).await {
            tracing::warn!(%error, cause = ?error.source, "messages that are due could not be deleted; it is tried again");
        }
    }

    /// All that features keep beside a message goes with it.
    pub(crate) async fn forget_beside(cx: &mut Cx, conversation: ConversationId, seq: Seq) -> Result<()> {
        for forget in BESIDE_MESSAGES {
            forget(cx, conversation, seq).await?;
        }
        Ok(())
    }

    /// Finishes the appends and marks that were accepted, gives its number back, then closes the database.
    pub async fn stop(&self) {
        self.appender.stop().await;
        self.marker.stop().await;
        if let Err(error) = nodes::leave(self).await {
            tracing::warn!(%error, "this node could not sign off; the others notice by themselves");
        }
        self.db.close().await;
    }

    /// Unpredictable bytes.
    pub fn random<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes).map_err(|_| Error::internal("the system gives no random bytes"))?;
        Ok(bytes)
    }
}

async fn keys_exist(app: &App) -> Result<()> {
    let mut cx = app.read(None).await?;
    crate::keys::check(&mut cx).await
}
