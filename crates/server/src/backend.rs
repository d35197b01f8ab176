//! Where gateway and app meet: each call of the port is one use case.

use async_trait::async_trait;
use parlor_app::reads::Mark;
use parlor_app::{App, Caller, messages, presence, reads, sessions, sync};
use parlor_gateway::{Backend, Change, Heads, Identity, LogPage, Seen, SendMessage, Sent};
use parlor_model::conversations::ReadMark;
use parlor_model::{ConversationId, Entry, Millis, Result, Seq, UserId};

/// The application behind the sockets.
pub(crate) struct AppBackend(pub(crate) App);

fn caller(who: &Identity) -> Caller {
    Caller { user: who.user, session: who.session }
}

#[async_trait]
impl Backend for AppBackend {
    async fn authenticate(&self, token: &str) -> Result<Identity> {
        let found = sessions::authenticate(&self.0, token).await?;
        Ok(Identity { user: found.caller.user, session: found.caller.session, expires_at: found.expires_at })
    }

    async fn heads(&self, who: &Identity) -> Result<Heads> {
        let sync::Heads { account_version, heads, more, versions } = sync::heads(&self.0, caller(who)).await?;
        Ok(Heads { account_version, heads, more, versions })
    }

    async fn send(&self, who: &Identity, ask: SendMessage) -> Result<Sent> {
        let SendMessage { conversation, client_id, text, reply_to, mentions, forward } = ask;
        let ask = messages::Send { conversation, client_id, text, reply_to, mentions, forward, ..Default::default() };
        let sent = messages::send(&self.0, caller(who), ask).await?;
        Ok(Sent { seq: sent.message.seq, at: sent.message.at })
    }

    async fn change(&self, who: &Identity, conversation: ConversationId, seq: Seq, change: Change) -> Result<Sent> {
        let change = match change {
            Change::Edit { text, mentions } => messages::Change::Edit { text, mentions },
            Change::Delete => messages::Change::Delete,
            Change::React(emoji) => messages::Change::React(emoji),
            Change::Unreact(emoji) => messages::Change::Unreact(emoji),
        };
        let mut cx = self.0.write(caller(who)).await?;
        let changed = messages::change(&mut cx, conversation, seq, change).await?;
        cx.commit().await?;
        Ok(Sent { seq: changed.seq, at: changed.at })
    }

    async fn mark_read(&self, who: &Identity, conversation: ConversationId, seq: Seq) -> Result<ReadMark> {
        reads::mark(&self.0, caller(who), conversation, Mark::Read(seq)).await
    }

    async fn mark_delivered(&self, who: &Identity, conversation: ConversationId, seq: Seq) -> Result<()> {
        reads::mark(&self.0, caller(who), conversation, Mark::Delivered(seq)).await.map(drop)
    }

    async fn typing(&self, who: &Identity, conversation: ConversationId, on: bool) -> Result<()> {
        presence::typing(&self.0, caller(who), conversation, on).await
    }

    async fn watch(&self, who: &Identity, users: &[UserId]) -> Result<Vec<Seen>> {
        let seen = presence::watch(&self.0, caller(who), users).await?.into_iter();
        let seen = seen.map(|presence::Seen { user, words, shows_presence, shows_last_seen, last_seen_at }| Seen {
            user,
            words,
            shows_presence,
            shows_last_seen,
            last_seen_at,
        });
        Ok(seen.collect())
    }

    async fn left(&self, last_seen: &[(UserId, Millis)]) -> Result<()> {
        presence::left(&self.0, last_seen).await
    }

    async fn log(&self, who: &Identity, conversation: ConversationId, after: Seq, limit: i64) -> Result<LogPage> {
        let (entries, head_seq) = sync::log_after(&self.0, caller(who), conversation, after, limit).await?;
        Ok(LogPage { entries, head_seq })
    }

    async fn entries_between(&self, conversation: ConversationId, after: Seq, up_to: Seq) -> Result<Vec<Entry>> {
        sync::entries_between(&self.0, conversation, after, up_to).await
    }
}
