//! One connection: who it belongs to, its heart-beats, and how it ends. What a client may ask once it is known is in
//! [`client`](super::client).

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;

use parlor_gateway::{Guest, Told};
use parlor_model::frames::Bye;
use parlor_model::{Code, Error, Result};
use tokio::time::{Instant, Sleep, sleep_until};

use super::client::Client;
use super::codec::{self, ClientFrame, Connect, Decoder, Frame, HeartBeats, Input, Pace, Version};
use crate::Doors;
use crate::http::caller;
use crate::nameless::NAME_WITHIN;
use crate::sockjs::{Happening, Outlet, Transport};

/// What the server offers and asks for. Nothing is said so often that it matters.
const BEATS: HeartBeats = HeartBeats { sends_ms: 10_000, wants_ms: 10_000 };
/// Heart-beats in a row that may be missing: browsers keep a page's timers back while nobody looks at it.
const MISSES: u32 = 3;

/// Why a connection ends.
pub(super) enum End {
    /// The client has gone, or asked to.
    Gone,
    /// After this ERROR.
    Said(String),
}

/// A connection, before and after its CONNECT.
struct Connection {
    decoder: Decoder,
    version: Version,
    client: Option<Client>,
    /// The token that came with the request, if one did.
    token: Option<String>,
    pace: Pace,
    heard_at: Instant,
    /// When there is something to say or to find missing.
    timer: Pin<Box<Sleep>>,
}

/// Serves one line until it is over.
pub(crate) async fn serve(doors: &Doors, mut transport: Box<Transport>, token: Option<String>) {
    let now = Instant::now();
    let mut connection = Connection {
        decoder: Decoder::new(doors.app.config().limits.frame_bytes),
        // Nothing is escaped in what a client of unknown version is told.
        version: Version::V1_0,
        client: None,
        token,
        pace: Pace { client_ms: None, server_ms: None },
        heard_at: now,
        timer: Box::pin(sleep_until(now + NAME_WITHIN)),
    };
    let Err(end) = connection.attend(doors, &mut transport).await;
    if let End::Said(error) = end {
        transport.outlet().say(&error);
    }
    drop(connection);
    Box::pin(transport.close()).await;
}

impl Connection {
    async fn attend(&mut self, doors: &Doors, transport: &mut Transport) -> Result<Infallible, End> {
        let out = transport.outlet().clone();
        loop {
            let room = out.queue.has_room();
            if room && let Some(client) = self.client.as_mut().filter(|client| client.is_behind()) {
                let caught_up = Box::pin(client.catch_up(doors, &out)).await;
                caught_up.map_err(|error| self.refused(&error, None))?;
                continue;
            }
            tokio::select! {
                // First what it is told, all of which one turn of its line writes.
                biased;
                told = told(&mut self.client), if room => match told {
                    Told::News(news) => if let Some(client) = &mut self.client
                        && !client.tell_known(&out, &news)
                    {
                        Box::pin(client.tell(doors, &out, &news)).await;
                    },
                    Told::Ends(bye, _) => {
                        if bye == Bye::Revoked {
                            // What waits is not for these eyes any more.
                            out.queue.take_now();
                        }
                        return Err(self.refused(&parted(bye), None));
                    }
                },
                happening = transport.next() => match happening {
                    Happening::Over => return Err(End::Gone),
                    Happening::Alive => {}
                    // Boxed, like what translates: a line that is idle should not hold room for it.
                    Happening::Text(text) => Box::pin(self.hear(doors, transport, &text)).await?,
                },
                () = out.queue.room(), if !room => {}
                () = self.timer.as_mut() => self.beat(&out)?,
            }
            if self.client.as_ref().is_some_and(|client| client.guest().has_expired()) {
                return Err(self.refused(&parted(Bye::Expired), None));
            }
        }
    }

    /// The ERROR of a refusal, which ends it; what went wrong inside stays in the log.
    fn refused(&self, error: &Error, receipt: Option<&str>) -> End {
        if matches!(error.code, Code::Internal | Code::Unavailable) {
            tracing::warn!(%error, cause = ?error.source, "a door could not do what it was asked");
        }
        End::Said(codec::error(self.version, &error.detail, error.code.name(), receipt))
    }

    async fn hear(&mut self, doors: &Doors, transport: &mut Transport, text: &str) -> Result<(), End> {
        self.heard_at = Instant::now();
        self.decoder.feed(text);
        while let Some(input) = self.decoder.next() {
            match input {
                Ok(Input::HeartBeat) => {}
                Ok(Input::Frame(frame)) => self.obey(doors, transport, frame).await?,
                Err(fault) => return Err(self.refused(&Error::invalid(fault.to_string()), None)),
            }
        }
        Ok(())
    }

    async fn obey(&mut self, doors: &Doors, transport: &mut Transport, frame: Frame) -> Result<(), End> {
        let receipt = frame.receipt().map(str::to_owned);
        let after = frame.header("after").map(str::to_owned);
        let asked = ClientFrame::read(frame, self.version).map_err(|fault| Error::invalid(fault.to_string()));
        let mut ends = false;
        let done = match (asked, &mut self.client) {
            (Ok(ClientFrame::Connect(ask)), None) => return self.connect(doors, transport, ask).await,
            (Ok(ClientFrame::Disconnect), _) => {
                ends = true;
                Ok(())
            }
            (Ok(ClientFrame::Connect(_)), Some(_)) => Err(Error::invalid("This connection has had its CONNECT.")),
            (Ok(_), None) => Err(Error::unauthenticated("The first frame is CONNECT.")),
            (Ok(asked), Some(client)) => client.obey(doors, asked, after.as_deref()).await,
            (Err(error), _) => Err(error),
        };
        done.map_err(|error| self.refused(&error, receipt.as_deref()))?;
        if let Some(receipt) = receipt {
            transport.outlet().say(&codec::receipt(self.version, &receipt));
        }
        if ends { Err(End::Gone) } else { Ok(()) }
    }

    async fn connect(&mut self, doors: &Doors, transport: &mut Transport, ask: Connect) -> Result<(), End> {
        let Some(version) = Version::negotiate(ask.accept_version.as_deref()) else {
            return Err(End::Said(codec::no_common_version()));
        };
        let token = ask.authorization.as_deref().and_then(bearer).or(self.token.as_deref());
        let entered = enter(doors, transport.address(), token).await.map_err(|error| self.refused(&error, None));
        let (guest, username) = entered?;
        self.token = None;
        transport.named();
        self.version = version;
        self.decoder.speak(version);
        if version > Version::V1_0 {
            self.pace = BEATS.agree(ask.heart_beats);
        }
        self.rewind();
        transport.outlet().say(&codec::connected(version, BEATS, &guest.identity.session.to_string(), &username));
        self.client = Some(Client::new(guest, version));
        Ok(())
    }

    /// When the timer is to go off next. A line without heart-beats is asked for life below.
    fn rewind(&mut self) {
        const NEVER: Duration = Duration::from_secs(24 * 3_600);
        let every = self.pace.server_ms.or(self.pace.client_ms).map_or(NEVER, |ms| Duration::from_millis(ms.into()));
        self.timer.as_mut().reset(Instant::now() + every);
    }

    /// Gives a sign of life, or finds that none came.
    fn beat(&mut self, out: &Outlet) -> Result<(), End> {
        if self.client.is_none() {
            return Err(self.refused(&Error::unauthenticated("No CONNECT came in time."), None));
        }
        let silent = |ms: u32| self.heard_at.elapsed() > Duration::from_millis(ms.into()) * MISSES;
        if self.pace.client_ms.is_some_and(silent) {
            return Err(End::Gone);
        }
        if self.pace.server_ms.is_some() {
            out.say(codec::HEART_BEAT);
        }
        self.rewind();
        Ok(())
    }
}

async fn told(client: &mut Option<Client>) -> Told {
    match client {
        Some(client) => client.guest_mut().told().await,
        None => std::future::pending().await,
    }
}

/// Receives whoever a token stands for; gives their username as well.
async fn enter(doors: &Doors, address: IpAddr, token: Option<&str>) -> Result<(Guest, String)> {
    let token =
        token.ok_or_else(|| Error::unauthenticated("CONNECT needs a header `Authorization`, `Bearer` and a token."))?;
    let identity = doors.gateway.backend().authenticate(token).await?;
    let guest = doors.gateway.receive(identity, address, None).await?;
    let mut cx = doors.app.read(caller(identity)).await?;
    Ok((guest, parlor_app::users::find(&mut cx, identity.user).await?.username))
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// What a client is told that is sent away.
fn parted(bye: Bye) -> Error {
    match bye {
        Bye::Revoked => Error::unauthenticated("This session has ended. Please sign in again."),
        Bye::Expired => Error::unauthenticated("The token has run out. Please sign in again."),
        Bye::Draining => Error::unavailable("This node is stopping. Please come back."),
        Bye::Slow => Error::limited("You read too slowly. What you missed is in the history.", 1_000),
        _ => Error::unavailable("This connection has ended. Please come back."),
    }
}
