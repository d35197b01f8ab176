//! The queue before one socket. Bounded, and open about it: who reads too slowly is told `bye slow`, never robbed.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use parlor_model::frames::Bye;
use tokio::sync::Notify;

use crate::frame::Frame;

/// Most frames that wait for one socket.
pub(crate) const OUTBOX_FRAMES: usize = 16_384;
/// Most bytes that wait for one socket. What the hub sends is shared, so ten thousand slow readers of one room do not
/// cost ten thousand times this.
pub(crate) const OUTBOX_BYTES: usize = 4 * 1024 * 1024;
/// Below this many frames and bytes there is room for what a session makes for itself (answers, replays), which is not
/// shared. Above it no further command is read and replays wait.
const ROOM: (usize, usize) = (1_024, 256 * 1024);
/// Below this many frames and bytes there is room for what may be lost.
const LOSSY_ROOM: (usize, usize) = (32, 16 * 1024);
/// Frames a writer takes at once.
const BATCH_FRAMES: usize = 64;
/// Bytes after which a writer's batch is full.
const BATCH_BYTES: usize = 64 * 1024;

/// Why a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Farewell {
    pub(crate) code: Bye,
    pub(crate) detail: &'static str,
    pub(crate) retry_after_ms: Option<u64>,
}

impl Farewell {
    pub(crate) const fn new(code: Bye, detail: &'static str) -> Self {
        Self { code, detail, retry_after_ms: None }
    }

    /// What is queued is dropped: it would not fit, or is not for those eyes any more.
    pub(crate) fn is_abrupt(self) -> bool {
        matches!(self.code, Bye::Slow | Bye::Revoked)
    }

    /// The outbox is full.
    pub(crate) const SLOW: Self =
        Self::new(Bye::Slow, "You read too slowly. Come back with what you know; nothing is lost.");
}

/// The frames of one session on their way to its socket: pushed by the hub and the session, taken by the one writer.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    queue: Mutex<Queue>,
    /// Told when frames were taken while somebody waited for room.
    taken: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<Frame>,
    bytes: usize,
    farewell: Option<Farewell>,
    /// The writer sleeps. Taken by the first push, so a burst wakes it once.
    writer: Option<Waker>,
    /// To be woken by a farewell, even while the writer waits for the line.
    session: Option<Waker>,
}

impl Queue {
    fn has_room(&self) -> bool {
        self.frames.len() < ROOM.0 && self.bytes < ROOM.1
    }
}

impl Outbox {
    /// Queues a frame behind those before it; never waits. When that would exceed the bounds, **all** that is queued is
    /// dropped and the session ends with `bye slow`. After an abrupt farewell frames are ignored; before a polite one is
    /// said the last answers still find their way.
    pub(crate) fn push(&self, frame: Frame) {
        self.queue(frame).into_iter().for_each(Waker::wake);
    }

    /// The same, but for waking the writer: whom the caller has to wake, soon.
    pub(crate) fn queue(&self, frame: Frame) -> Option<Waker> {
        let mut queue = self.queue.lock();
        let bytes = queue.bytes + frame.len();
        // A single frame larger than the bound (nothing else queued) still passes: it cannot be cut.
        let full = queue.frames.len() >= OUTBOX_FRAMES || (bytes > OUTBOX_BYTES && !queue.frames.is_empty());
        match queue.farewell {
            Some(farewell) if full || farewell.is_abrupt() => return None,
            None if full => {
                self.end(queue, Farewell::SLOW);
                return None;
            }
            _ => {}
        }
        queue.bytes = bytes;
        queue.frames.push_back(frame);
        queue.writer.take()
    }

    /// Queues a frame that nobody misses: not when others wait already.
    pub(crate) fn push_lossy(&self, frame: &Frame) {
        let queue = self.queue.lock();
        let room = queue.frames.len() < LOSSY_ROOM.0 && queue.bytes < LOSSY_ROOM.1 && queue.farewell.is_none();
        drop(queue);
        if room {
            self.push(frame.clone());
        }
    }

    /// Ends the session; the first farewell stands. Frames queued before a polite end still go out, before a `slow` or
    /// `revoked` one they do not.
    pub(crate) fn farewell(&self, farewell: Farewell) {
        let queue = self.queue.lock();
        if queue.farewell.is_none() {
            self.end(queue, farewell);
        }
    }

    fn end(&self, mut queue: parking_lot::MutexGuard<'_, Queue>, farewell: Farewell) {
        queue.farewell = Some(farewell);
        if farewell.is_abrupt() {
            queue.frames = VecDeque::new();
            queue.bytes = 0;
        }
        let session = queue.session.take();
        drop(queue);
        session.into_iter().for_each(Waker::wake);
        self.taken.notify_waiters();
    }

    /// Why the session ends; `Pending` and woken later while it does not.
    pub(crate) fn poll_ends(&self, cx: &mut Context<'_>) -> Poll<Farewell> {
        let mut queue = self.queue.lock();
        let Some(farewell) = queue.farewell else {
            if !queue.session.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
                queue.session = Some(cx.waker().clone());
            }
            return Poll::Pending;
        };
        Poll::Ready(farewell)
    }

    /// All that is still queued, for the last words.
    pub(crate) fn take_rest(&self) -> VecDeque<Frame> {
        let mut queue = self.queue.lock();
        queue.bytes = 0;
        std::mem::take(&mut queue.frames)
    }

    /// Whether the session has been told to end.
    pub(crate) fn ended(&self) -> bool {
        self.queue.lock().farewell.is_some()
    }

    #[cfg(test)]
    pub(crate) fn ends(&self) -> Option<Farewell> {
        self.queue.lock().farewell
    }

    /// Moves a batch into the writer's hand, oldest first. `Pending` when there is nothing; the task is woken by the
    /// next push.
    pub(crate) fn poll_take(&self, cx: &mut Context<'_>, hand: &mut VecDeque<Frame>) -> Poll<()> {
        let mut queue = self.queue.lock();
        if queue.frames.is_empty() {
            queue.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let mut taken = 0;
        while hand.len() < BATCH_FRAMES && taken < BATCH_BYTES {
            let Some(frame) = queue.frames.pop_front() else { break };
            taken += frame.len();
            hand.push_back(frame);
        }
        queue.bytes -= taken;
        if queue.frames.is_empty() {
            queue.frames = VecDeque::new();
        }
        drop(queue);
        self.taken.notify_waiters();
        Poll::Ready(())
    }

    /// Whoever waited in [`poll_take`](Self::poll_take) waits no more: a push wakes nobody.
    pub(crate) fn awake(&self) {
        self.queue.lock().writer = None;
    }

    /// Whether there is room for what only this session gets.
    pub(crate) fn has_room(&self) -> bool {
        self.queue.lock().has_room()
    }

    /// Waits for room, or the end of the session: for answers that can wait, unlike the hub.
    pub(crate) async fn room(&self) {
        loop {
            let taken = self.taken.notified();
            {
                let queue = self.queue.lock();
                if queue.has_room() || queue.farewell.is_some() {
                    return;
                }
            }
            taken.await;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::task::{ArcWake, waker};
    use parlor_model::frames::ServerFrame;

    use super::*;

    /// How often it was woken.
    #[derive(Default)]
    pub(crate) struct Count(pub(crate) AtomicUsize);
    impl ArcWake for Count {
        fn wake_by_ref(this: &Arc<Self>) {
            this.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn pong() -> Frame {
        Frame::of(&ServerFrame::Pong { id: None })
    }

    #[test]
    fn a_burst_wakes_the_writer_once_and_comes_in_order() {
        let (outbox, wakes) = (Outbox::default(), Arc::new(Count::default()));
        let waker = waker(wakes.clone());
        let (mut cx, mut hand) = (Context::from_waker(&waker), VecDeque::new());
        assert!(outbox.poll_take(&mut cx, &mut hand).is_pending());
        for version in 0..100 {
            outbox.push(Frame::of(&ServerFrame::Account { version }));
        }
        assert_eq!(wakes.0.load(Ordering::SeqCst), 1);
        let mut texts = Vec::new();
        while outbox.poll_take(&mut cx, &mut hand).is_ready() {
            texts.extend(hand.drain(..).map(|frame| frame.text().to_owned()));
        }
        let expected: Vec<_> = (0..100).map(|version| format!(r#"{{"op":"account","version":{version}}}"#)).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn a_full_outbox_ends_the_session_and_frees_what_it_held() {
        let outbox = Outbox::default();
        (0..OUTBOX_FRAMES).for_each(|_| outbox.push(pong()));
        assert_eq!(outbox.ends(), None, "the premise: it just fits");
        outbox.push(pong());
        assert_eq!(outbox.ends().map(|farewell| farewell.code), Some(Bye::Slow));
        outbox.push(pong());
        assert!(outbox.take_rest().is_empty());
    }

    #[test]
    fn what_may_be_lost_is_lost_first() {
        let outbox = Outbox::default();
        (0..LOSSY_ROOM.0 * 2).for_each(|_| outbox.push_lossy(&pong()));
        assert_eq!(outbox.take_rest().len(), LOSSY_ROOM.0);
        (0..LOSSY_ROOM.0).for_each(|_| outbox.push(pong()));
        outbox.push_lossy(&pong());
        assert_eq!((outbox.take_rest().len(), outbox.ends()), (LOSSY_ROOM.0, None));
    }

    #[test]
    fn bytes_are_bounded_too() {
        let outbox = Outbox::default();
        let large = Frame::of(&ServerFrame::Pong { id: Some("x".repeat(OUTBOX_BYTES / 4).into()) });
        (0..3).for_each(|_| outbox.push(large.clone()));
        assert_eq!(outbox.ends(), None);
        outbox.push(large);
        assert_eq!(outbox.ends().map(|farewell| farewell.code), Some(Bye::Slow));
    }

    #[tokio::test]
    async fn an_answer_waits_for_room_instead_of_ending_the_session() {
        let outbox = Outbox::default();
        (0..ROOM.0).for_each(|_| outbox.push(pong()));
        let room = outbox.room();
        tokio::pin!(room);
        assert!(futures_util::poll!(&mut room).is_pending());
        let mut hand = VecDeque::new();
        let waker = futures_util::task::noop_waker();
        assert!(outbox.poll_take(&mut Context::from_waker(&waker), &mut hand).is_ready());
        room.await;
    }
}
