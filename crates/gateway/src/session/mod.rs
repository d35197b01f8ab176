//! One socket's life, in one task: hello, then commands and what the hub sends, then a farewell.
//!
//! A single loop waits for whatever comes first: a command is done, the line can be written, the session is told to
//! end, a frame has arrived, the timer. A session that has [`IN_FLIGHT`] commands on their way, or does not read its
//! answers, is not read: the client's own TCP window is the back-pressure.

mod aside;
mod commands;
mod hello;
mod lanes;
mod rate;
mod replay;
mod speech;

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use parlor_model::Millis;
use parlor_model::frames::{Bye, ClientFrame};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Duration, Instant, Sleep, sleep_until, timeout};

use crate::Shared;
use crate::admission::Admitted;
use crate::config::{CLOSE_WITHIN, HELLO_WITHIN, IN_FLIGHT, MISSES, NONSENSE};
use crate::counters::Counters;
use crate::frame::Frame;
use crate::hub::Place;
use crate::outbox::Farewell;
use crate::transport::{Fault, Message, Wire, codec};

use aside::Aside;
use commands::{Caller, Outcome};
use hello::Hello;
pub(crate) use hello::welcome;
use lanes::Lanes;
use rate::Rate;

/// A socket and all that belongs to it.
pub(crate) struct Session<I> {
    shared: Arc<Shared>,
    wire: Wire<I>,
    admitted: Admitted,
    phase: Phase,
    lanes: Lanes,
    rate: Rate,
    /// Frames in a row that made no sense.
    nonsense: u32,
    /// Something came since the last heartbeat.
    heard: bool,
    misses: u32,
    timer: Pin<Box<Sleep>>,
}

enum Phase {
    /// Waiting for `hello`.
    Silent,
    /// `hello` came; the application is being asked. Nothing is read meanwhile.
    Greeting,
    /// Welcomed.
    Live(Live),
}

/// What a welcomed session has.
pub(crate) struct Live {
    caller: Arc<Caller>,
    expires_at: Millis,
    next_beat: Instant,
    place: Place,
    /// Made when first needed.
    aside: Option<Box<Aside>>,
}

/// What a session waits for.
enum Happening {
    Heard(Result<Message, Fault>),
    Done(Outcome),
    Ends(Farewell),
    Broken,
    Tick,
}

/// How a session ends: with a farewell, or without words.
pub(crate) type End = Option<Farewell>;

impl<I: AsyncRead + AsyncWrite + Unpin> Session<I> {
    pub(crate) fn new(shared: Arc<Shared>, wire: Wire<I>, admitted: Admitted) -> Self {
        let rate = Rate::new(shared.limits.frames_per_second);
        let timer = Box::pin(sleep_until(Instant::now() + HELLO_WITHIN));
        let (phase, lanes) = (Phase::Silent, Lanes::default());
        Self { shared, wire, admitted, phase, lanes, rate, nonsense: 0, heard: false, misses: 0, timer }
    }

    /// Lives until either side ends it; [`Session::part`] from it then.
    pub(crate) async fn run(&mut self) -> End {
        loop {
            let ended = match poll_fn(|cx| self.poll_next(cx)).await {
                Happening::Heard(Ok(message)) => self.hear(message),
                Happening::Heard(Err(fault)) => Err(of_fault(&fault)),
                Happening::Done(outcome) => self.done(outcome),
                Happening::Ends(farewell) => Err(Some(farewell)),
                Happening::Broken => Err(None),
                Happening::Tick => self.tick(),
            };
            if let Err(end) = ended {
                return end;
            }
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Happening> {
        // First what is done, so that its answers leave in one write with what the hub tells.
        if let Poll::Ready(outcome) = self.lanes.poll_next(cx) {
            return Poll::Ready(Happening::Done(outcome));
        }
        let mut wrote = 0;
        let write = self.wire.poll_write(cx, &self.admitted.outbox, &mut wrote);
        Counters::add(&self.shared.counters.bytes_out, wrote);
        if write.is_ready() {
            return Poll::Ready(Happening::Broken);
        }
        let ends = self.admitted.outbox.poll_ends(cx);
        if let Poll::Ready(farewell) = ends {
            // A node that stops still carries out what it was asked, and says so.
            if farewell.code != Bye::Draining || self.lanes.len() == 0 {
                return Poll::Ready(Happening::Ends(farewell));
            }
        }
        let asked_enough = self.lanes.len() >= IN_FLIGHT || !self.admitted.outbox.has_room();
        let listens = !matches!(self.phase, Phase::Greeting) && !asked_enough && ends.is_pending();
        if listens && let Poll::Ready(heard) = self.wire.poll_read(cx) {
            return Poll::Ready(Happening::Heard(heard));
        }
        self.timer.as_mut().poll(cx).map(|()| Happening::Tick)
    }

    fn hear(&mut self, message: Message) -> Result<(), End> {
        self.heard = true;
        Counters::add(&self.shared.counters.frames_in, 1);
        if !self.rate.take(Instant::now()) {
            return Err(Some(Farewell::LIMITED));
        }
        self.check_expiry()?;
        match message {
            Message::Text(text) => self.read_frame(&text),
            Message::Ping(payload) => {
                self.admitted.outbox.push(Frame::control(codec::PONG, &payload));
                Ok(())
            }
            Message::Pong => Ok(()),
            Message::Close => Err(None),
        }
    }

    fn read_frame(&mut self, text: &str) -> Result<(), End> {
        let error = match speech::parse(text) {
            Ok(frame) => {
                self.nonsense = 0;
                return self.obey(frame);
            }
            Err(error) => error,
        };
        self.nonsense += 1;
        if self.nonsense >= NONSENSE {
            return Err(Some(Farewell::new(Bye::Invalid, "Too many frames in a row made no sense.")));
        }
        self.admitted.outbox.push(error);
        Ok(())
    }

    fn obey(&mut self, frame: ClientFrame) -> Result<(), End> {
        match (&mut self.phase, frame) {
            (Phase::Silent, ClientFrame::Hello { token, known, status, .. }) => {
                let (shared, outbox) = (self.shared.clone(), self.admitted.outbox.clone());
                self.lanes.greet(hello::greet(shared, outbox, Hello { token, known, status }));
                self.phase = Phase::Greeting;
                self.timer.as_mut().reset(Instant::now() + HELLO_WITHIN);
            }
            (Phase::Live(live), frame) => match live.aside(frame, Instant::now()) {
                Ok(Some(command)) => self.lanes.push(&live.caller, command),
                Ok(None) => {}
                Err(answer) => self.admitted.outbox.push(answer),
            },
            _ => return Err(Some(Farewell::new(Bye::Unauthenticated, "The first frame is hello."))),
        }
        Ok(())
    }

    fn done(&mut self, outcome: Outcome) -> Result<(), End> {
        match outcome {
            Outcome::Done => {}
            Outcome::Renewed(until) => {
                if let Phase::Live(live) = &mut self.phase {
                    live.expires_at = until;
                }
                self.set_timer();
            }
            Outcome::Greeted(greeted) => {
                let (live, missed) = (*greeted)?;
                self.admitted.welcomed();
                self.wire.set_limit(self.shared.limits.frame_bytes);
                if let Some(command) = missed {
                    self.lanes.push(&live.caller, command);
                }
                self.phase = Phase::Live(live);
                self.set_timer();
            }
        }
        Ok(())
    }

    fn tick(&mut self) -> Result<(), End> {
        self.check_expiry()?;
        let beat = self.beat();
        let Phase::Live(live) = &mut self.phase else {
            return Err(Some(Farewell::new(Bye::Timeout, "No hello came in time.")));
        };
        if Instant::now() >= live.next_beat {
            live.next_beat = Instant::now() + beat;
            self.misses = if std::mem::take(&mut self.heard) { 0 } else { self.misses + 1 };
            if self.misses >= MISSES {
                return Err(Some(Farewell::new(Bye::Timeout, "No sign of life came.")));
            }
            self.admitted.outbox.push(Frame::control(codec::PING, b""));
        }
        self.set_timer();
        Ok(())
    }

    fn beat(&self) -> Duration {
        Duration::from_millis(self.shared.config.heartbeat_ms.max(1))
    }

    fn check_expiry(&self) -> Result<(), End> {
        match &self.phase {
            Phase::Live(live) if live.expires_at <= self.shared.clock.now() => Err(Some(Farewell::EXPIRED)),
            _ => Ok(()),
        }
    }

    fn set_timer(&mut self) {
        if let Phase::Live(live) = &self.phase {
            let left = u64::try_from(live.expires_at - self.shared.clock.now()).unwrap_or(0);
            let at = live.next_beat.min(Instant::now() + Duration::from_millis(left));
            self.timer.as_mut().reset(at);
        }
    }

    /// Leaves the hub, then says why and closes. What was queued before a polite farewell still goes out.
    pub(crate) async fn part(self, end: End) {
        let Self { shared, mut wire, admitted, phase, lanes, .. } = self;
        drop((phase, lanes));
        let mut last: Vec<Frame> = Vec::new();
        match end {
            Some(farewell) => {
                shared.counters.bye(farewell.code);
                if farewell.is_abrupt() {
                    wire.forget();
                } else {
                    last.extend(admitted.outbox.take_rest());
                }
                last.extend([farewell.frame(), farewell.close()]);
            }
            None => last.push(Frame::control(codec::CLOSE, &1_000_u16.to_be_bytes())),
        }
        // Whether the peer heard it is not ours to know.
        let _ = timeout(CLOSE_WITHIN, wire.close(last)).await;
    }
}

fn of_fault(fault: &Fault) -> End {
    let detail = match fault {
        Fault::Gone => return None,
        Fault::TooLarge => "The frame is larger than limits.frame_bytes (before hello: 8 KiB).",
        Fault::Binary => "Frames are JSON text, not binary.",
        Fault::Utf8 => "The text is no UTF-8.",
        Fault::Framing(detail) => detail,
    };
    Some(Farewell::new(Bye::Invalid, detail))
}
