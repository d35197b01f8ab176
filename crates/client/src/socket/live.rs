//! One connection, from hello to its end.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parlor_model::conversations::ReadMark;
use parlor_model::frames::{Bye, ClientFrame, ServerFrame};
use parlor_model::{Code, ConversationId, Entry, Seq};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message as Raw;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::driver::{Driver, End};
use super::pending::{Ask, Pending};
use super::{Happened, Synced};
use crate::error::Error;

/// Connecting, and waiting for the welcome, take no longer than this.
const CONNECT_WITHIN: Duration = Duration::from_secs(20);
/// A command that the server could not carry out just now is repeated after this, if it named no time.
const RETRY: Duration = Duration::from_secs(1);

type Known = BTreeMap<ConversationId, Seq>;

/// A line that is open.
struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    token: String,
    /// When the token is to be renewed.
    renew_at: Instant,
    known: Known,
    silence: Duration,
    /// Without a sign of life until then the line is dead.
    dead_at: Instant,
    frame_bytes: usize,
    welcomed: bool,
    /// Commands to be repeated, and when.
    later: BTreeMap<(Instant, u64), ()>,
}

impl Driver {
    /// Lives through one connection.
    pub(super) async fn live(&mut self) -> Result<(), End> {
        let mut line =
            timeout(CONNECT_WITHIN, self.open()).await.map_err(|_| End::lost("connecting took too long"))??;
        loop {
            while line.welcomed
                && let Some(number) = self.pending.due()
            {
                self.put(&mut line, number).await?;
            }
            let later = line.later.keys().next().map_or(line.dead_at, |(at, _)| *at);
            tokio::select! {
                frame = line.socket.next() => match frame {
                    None => return Ok(()),
                    Some(frame) => {
                        line.dead_at = Instant::now() + line.silence;
                        if let Raw::Text(text) = frame.map_err(End::lost)? {
                            self.hear(&mut line, &text).await?;
                        }
                    }
                },
                ask = self.asked.recv(), if line.welcomed && self.asking => match ask {
                    Some(Ask::Aside(frame)) => self.aside(&mut line, frame).await?,
                    Some(ask) => self.pending.add(ask),
                    None => self.asking = false,
                },
                () = sleep_until(later), if !line.later.is_empty() => {
                    if let Some(((_, number), ())) = line.later.pop_first() {
                        self.put(&mut line, number).await?;
                    }
                }
                () = sleep_until(line.renew_at), if line.welcomed => self.renew(&mut line).await?,
                () = sleep_until(line.dead_at) => return Err(End::lost("the server fell silent")),
                () = self.tell.closed() => return Err(End::Unheard),
            }
        }
    }

    async fn open(&mut self) -> Result<Line, End> {
        let (token, until) = self.client.access_token().await?;
        let (turn, url) = self.client.socket_url();
        self.turn = turn;
        let (socket, _) = connect_async_with_config(url, None, true).await.map_err(End::lost)?;
        let known = self.tracker.known();
        let (renew_at, dead_at) = (renewal(until), Instant::now() + CONNECT_WITHIN);
        let mut line = Line {
            socket,
            token: token.clone(),
            renew_at,
            known: known.clone(),
            silence: CONNECT_WITHIN,
            dead_at,
            frame_bytes: usize::MAX,
            welcomed: false,
            later: BTreeMap::new(),
        };
        line.say(&ClientFrame::Hello { token, client: self.options.client.clone(), known, status: self.status })
            .await?;
        Ok(line)
    }

    async fn hear(&mut self, line: &mut Line, text: &str) -> Result<(), End> {
        // A frame of a newer server is ignored, as the protocol asks.
        let Ok(frame) = serde_json::from_str::<ServerFrame<'_>>(text) else {
            tracing::debug!("a frame this client does not know");
            return Ok(());
        };
        match frame {
            ServerFrame::Welcome { .. } => self.welcome(line, frame).await,
            ServerFrame::Entry { entry } => self.entries([entry.into_owned()]).await,
            ServerFrame::Entries { id, entries, .. } => self.piece(id.as_deref(), entries.into_owned()).await,
            ServerFrame::CaughtUp { id, .. } => {
                self.synced(id.as_deref(), None);
                Ok(())
            }
            ServerFrame::Reset { id, conversation, head_seq } => {
                if self.synced(id.as_deref(), Some(head_seq)) {
                    return Ok(());
                }
                let next = self.tracker.reset(conversation, head_seq);
                self.tell(Happened::Reset { conversation, head_seq }).await?;
                self.all(next).await
            }
            ServerFrame::Receipt { conversation, read_seq: Some(read_seq), unread: Some(unread), mentions, .. } => {
                let mark = ReadMark { read_seq, unread, mentions: mentions.unwrap_or(0) };
                self.tell(Happened::Receipt { conversation, mark }).await
            }
            ServerFrame::Receipt { conversation, user, delivered_seq, read_seq, .. } => {
                self.tell(Happened::Marks { conversation, user, delivered_seq, read_seq }).await
            }
            ServerFrame::Typing { conversation, user, on } => {
                self.tell(Happened::Typing { conversation, user, on }).await
            }
            ServerFrame::Presence { presence } => self.tell(Happened::Presence(presence)).await,
            ServerFrame::My { conversation, my } => self.tell(Happened::My { conversation, my: Box::new(my) }).await,
            ServerFrame::Changed { what, version } => {
                self.tell(Happened::Changed { what: what.into_owned(), version }).await
            }
            ServerFrame::Account { version } => self.tell(Happened::Account { version }).await,
            ServerFrame::Ok { id, done } => {
                self.pending.done(&id, &done);
                Ok(())
            }
            ServerFrame::Error { id, code, detail, retry_after_ms } => {
                self.refused(line, id.as_deref(), code, detail.into_owned(), retry_after_ms).await
            }
            ServerFrame::Pong { .. } => Ok(()),
            ServerFrame::Bye { code, detail, retry_after_ms } => {
                Err(self.bye(&line.token, code, detail.into_owned(), retry_after_ms).await)
            }
        }
    }

    async fn welcome(&mut self, line: &mut Line, frame: ServerFrame<'_>) -> Result<(), End> {
        let ServerFrame::Welcome { session, user, node, account_version, heartbeat_ms, limits, heads, more, .. } =
            frame
        else {
            return Ok(());
        };
        (self.attempts, line.welcomed, line.frame_bytes) = (0, true, limits.frame_bytes);
        line.silence = Duration::from_millis(heartbeat_ms.saturating_mul(5) / 2);
        line.dead_at = Instant::now() + line.silence;
        let resumed = self.tracker.welcome(user, &heads, more.is_none(), &line.known);
        let node = node.into_owned();
        self.tell(Happened::Connected { session, user, node, account_version, limits, heads, more }).await?;
        for conversation in resumed.gone {
            self.tell(Happened::Reset { conversation, head_seq: 0 }).await?;
        }
        if !self.watched.is_empty() {
            line.say(&ClientFrame::Watch { users: self.watched.clone() }).await?;
        }
        self.pending.again();
        let limit = self.options.catch_up;
        for (conversation, after) in resumed.behind {
            self.pending.add(Ask::CatchUp { conversation, after, limit });
        }
        Ok(())
    }

    /// Says what nobody answers; what holds is said again on the next connection.
    async fn aside(&mut self, line: &mut Line, frame: ClientFrame) -> Result<(), End> {
        match &frame {
            ClientFrame::Presence { status } => self.status = Some(*status),
            ClientFrame::Watch { users } => self.watched.clone_from(users),
            _ => {}
        }
        line.say(&frame).await
    }

    /// Sends a command that waits, unless the server would end the connection over its size.
    async fn put(&mut self, line: &mut Line, number: u64) -> Result<(), End> {
        let Some(frame) = self.pending.frame(number) else { return Ok(()) };
        let text = serde_json::to_string(&frame).map_err(End::lost)?;
        if text.len() > line.frame_bytes {
            let detail = format!("The frame would have {} bytes; {} are allowed.", text.len(), line.frame_bytes);
            self.pending.take(number).into_iter().for_each(|ask| {
                ask.fail(Error::refused(Code::TooLarge, detail.clone(), None));
            });
            return Ok(());
        }
        line.socket.send(Raw::text(text)).await.map_err(End::lost)
    }

    async fn piece(&mut self, id: Option<&str>, entries: Vec<Entry>) -> Result<(), End> {
        if let Some(Ask::Sync { collected, .. }) = id.and_then(Pending::number).and_then(|it| self.pending.get_mut(it))
        {
            collected.extend(entries);
            return Ok(());
        }
        self.entries(entries).await
    }

    /// A sync is over. Whether somebody had asked for it.
    fn synced(&mut self, id: Option<&str>, too_far: Option<Seq>) -> bool {
        match id.and_then(Pending::number).and_then(|number| self.pending.take(number)) {
            Some(Ask::Sync { reply, collected, .. }) => {
                // Whoever asked may have gone.
                let _ = reply.send(Ok(too_far.map_or(Synced::Entries(collected), Synced::TooFar)));
                true
            }
            _ => false,
        }
    }

    async fn refused(
        &mut self,
        line: &mut Line,
        id: Option<&str>,
        code: Code,
        detail: String,
        retry_after_ms: Option<u64>,
    ) -> Result<(), End> {
        let Some(number) = id.and_then(Pending::number) else {
            tracing::warn!(?code, %detail, "the server refused a frame");
            return Ok(());
        };
        if matches!(code, Code::Unavailable | Code::Limited) {
            let pause = retry_after_ms.map_or(RETRY, Duration::from_millis);
            line.later.insert((Instant::now() + pause, number), ());
            return Ok(());
        }
        match self.pending.take(number) {
            Some(Ask::CatchUp { conversation, .. }) if code == Code::NotFound => {
                self.tracker.reset(conversation, 0);
                self.tell(Happened::Reset { conversation, head_seq: 0 }).await
            }
            Some(ask) => {
                ask.fail(Error::refused(code, detail, retry_after_ms));
                Ok(())
            }
            None => Ok(()),
        }
    }

    async fn bye(&mut self, token: &str, code: Bye, detail: String, retry_after_ms: Option<u64>) -> End {
        let replaceable = matches!(code, Bye::Expired | Bye::Unauthenticated) && self.client.can_renew();
        match code {
            Bye::Revoked => End::Over { code, detail },
            Bye::Expired | Bye::Unauthenticated if !replaceable => End::Over { code, detail },
            _ => {
                if replaceable && let Err(error) = self.client.renew(token).await {
                    return error.into();
                }
                End::Lost { why: detail, not_before: Duration::from_millis(retry_after_ms.unwrap_or(0)) }
            }
        }
    }

    async fn renew(&mut self, line: &mut Line) -> Result<(), End> {
        if !self.client.can_renew() {
            // Nothing can be done; the server will say when it is over.
            line.renew_at = Instant::now() + Duration::from_secs(3_600);
            return Ok(());
        }
        let (token, until) = self.client.renew(&line.token).await?;
        (line.token, line.renew_at) = (token.clone(), renewal(until));
        line.say(&ClientFrame::Token { token }).await
    }

    async fn entries(&mut self, entries: impl IntoIterator<Item = Entry>) -> Result<(), End> {
        for entry in entries {
            let ready = self.tracker.entry(entry);
            self.all(ready).await?;
        }
        Ok(())
    }

    async fn all(&mut self, entries: Vec<Entry>) -> Result<(), End> {
        for entry in entries {
            self.tell(Happened::Entry(Box::new(entry))).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, happened: Happened) -> Result<(), End> {
        self.tell.send(happened).await.map_err(|_| End::Unheard)
    }
}

impl Line {
    async fn say(&mut self, frame: &ClientFrame) -> Result<(), End> {
        let text: Cow<'_, str> = serde_json::to_string(frame).map_err(End::lost)?.into();
        self.socket.send(Raw::text(text.into_owned())).await.map_err(End::lost)
    }
}

/// A token is renewed after four fifths of what is left of it.
fn renewal(until: Instant) -> Instant {
    let now = Instant::now();
    now + (until.saturating_duration_since(now) * 4 / 5).max(Duration::from_secs(1))
}
