//! Filling a database before a server serves it, by the application's own functions: what is measured then are the rows
//! that people would have made. Only passwords are hashed once for all, as hashing is meant to be slow.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use parlor_app::accounts::{self, NewAccount};
use parlor_app::conversations::{self, Begin};
use parlor_app::messages::{self, Imported};
use parlor_app::nodes::About;
use parlor_app::sessions::Device;
use parlor_app::{App, Caller, Config};
use parlor_bus::Memory;
use parlor_db::{Db, Options};
use parlor_model::{Clock, ConversationId, Error, Limits, Millis, SessionId, UserId};
use tokio::runtime::{Builder, Runtime};

/// Access tokens last longer than any measurement.
const DAY_SECONDS: u64 = 86_400;
/// Accounts, and groups, made in one transaction.
const AT_ONCE: usize = 50;
/// Members that one call brings into a group, who brings them included.
const BROUGHT: usize = 999;
/// Messages in one transaction.
const MESSAGES: usize = 5_000;
/// 150 bytes, as people write, with nothing in it that JSON escapes.
pub(crate) const TEXT: &str = "150 bytes: the quick brown fox jumps over the lazy dog, and the dog thinks about it for a \
                               while before it decides that this was not worth getting up.";

/// Somebody with an account, signed in on one device.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) token: String,
    session: SessionId,
}

/// A database that is being filled.
pub(crate) struct Seed {
    runtime: Runtime,
    app: App,
    /// Hashed once.
    account: NewAccount,
    /// A word that no earlier filling of the same database used.
    word: String,
    people: usize,
}

impl Seed {
    /// Opens `sqlite://…` or `postgres://…`, and makes the schema.
    pub(crate) fn open(url: &str) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let word = format!("b{:x}", Clock::System.now());
        let (app, account) = runtime.block_on(async {
            let db = Db::open(url, &Options::default()).await.context("cannot open the database")?;
            let limits = Limits { group_members: usize::MAX, ..Limits::default() };
            let config = Config { access_token_seconds: DAY_SECONDS, limits, ..Config::default() };
            let bus = Arc::new(Memory::default());
            let app = App::start(db, bus, Clock::adjusted(0), About::default(), config).await.map_err(told)?;
            let email = format!("{word}@bench.invalid");
            let hashed = accounts::prepare(&app, &email, "correct horse battery".into(), "Bench", None).await;
            anyhow::Ok((app, hashed.map_err(told)?))
        })?;
        Ok(Self { runtime, app, account, word, people: 0 })
    }

    /// So many people; `progress` hears how many there are.
    pub(crate) fn people(&mut self, count: usize, mut progress: impl FnMut(usize)) -> Result<Vec<Person>> {
        let mut people = Vec::with_capacity(count);
        while people.len() < count {
            let some = AT_ONCE.min(count - people.len());
            people.extend(self.runtime.block_on(self.sign_up(some)).map_err(told)?);
            self.people += some;
            progress(people.len());
        }
        Ok(people)
    }

    async fn sign_up(&self, count: usize) -> Result<Vec<Person>, Error> {
        let mut cx = self.app.write(None).await?;
        let mut people = Vec::with_capacity(count);
        for n in self.people..self.people + count {
            let username = format!("{}-{n}", self.word);
            let new = self.account.alike(&format!("{username}@bench.invalid"), &format!("Person {n}"), &username)?;
            let (me, tokens) = accounts::sign_up(&mut cx, new, Device::default()).await?;
            people.push(Person { id: me.user.id, token: tokens.access, session: tokens.session });
        }
        cx.commit().await?;
        Ok(people)
    }

    /// Groups that `owner` begins with these others; `progress` hears how many there are.
    pub(crate) fn groups(
        &self,
        owner: &Person,
        groups: &[Vec<UserId>],
        mut progress: impl FnMut(usize),
    ) -> Result<Vec<ConversationId>> {
        let mut ids = Vec::with_capacity(groups.len());
        for some in groups.chunks(AT_ONCE) {
            ids.extend(self.runtime.block_on(self.begin(owner, some, ids.len())).map_err(told)?);
            progress(ids.len());
        }
        Ok(ids)
    }

    async fn begin(&self, owner: &Person, groups: &[Vec<UserId>], first: usize) -> Result<Vec<ConversationId>, Error> {
        let mut cx = self.app.write(Caller { user: owner.id, session: owner.session }).await?;
        let mut ids = Vec::with_capacity(groups.len());
        for (number, others) in (first..).zip(groups) {
            let mut chunks = others.chunks(BROUGHT);
            let ask =
                Begin::Group { title: format!("Group {number}"), members: chunks.next().unwrap_or_default().to_vec() };
            let (id, _) = conversations::begin(&mut cx, ask).await?;
            for more in chunks {
                conversations::add(&mut cx, id, more.to_vec()).await?;
            }
            ids.push(id);
        }
        cx.commit().await?;
        Ok(ids)
    }

    /// So many messages, told around these places in turn, one a second and the last one now; `progress` hears how many
    /// there are.
    pub(crate) fn messages(
        &self,
        places: &[(ConversationId, UserId)],
        count: usize,
        mut progress: impl FnMut(usize),
    ) -> Result<()> {
        let now = Clock::System.now();
        let message = |n: usize| {
            let (conversation, sender) = places[n % places.len()];
            let at = now - 1_000 * Millis::try_from(count - n).unwrap_or(0);
            Imported { conversation, sender, client_id: format!("{}-{n}", self.word), text: TEXT.to_owned(), at }
        };
        for from in (0..count).step_by(MESSAGES) {
            let some = (from..count.min(from + MESSAGES)).map(message).collect();
            let stored: Result<(), Error> = self.runtime.block_on(async {
                let mut cx = self.app.write(None).await?;
                messages::import(&mut cx, some).await?;
                cx.commit().await?;
                // Or the journal would hold all of it.
                self.app.tidy_up().await;
                Ok(())
            });
            stored.map_err(told)?;
            progress(count.min(from + MESSAGES));
        }
        Ok(())
    }

    /// Leaves the database to the server.
    pub(crate) fn close(self) {
        self.runtime.block_on(self.app.stop());
    }
}

/// An error of the application with what caused it: nobody but the one who measures sees it.
fn told(error: Error) -> anyhow::Error {
    match error.source {
        Some(cause) => anyhow::anyhow!("{}: {cause}", error.detail),
        None => anyhow::anyhow!("{}", error.detail),
    }
}
