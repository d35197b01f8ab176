//! Waking those who have something to write.

use std::task::Waker;

use tokio::task::yield_now;

/// Writers woken at once: about what a thread of the runtime does before it looks at what else has come.
const WOKEN: usize = 64;

/// Who has something to write, once for each time it is woken.
#[derive(Debug, Default)]
pub(super) struct Writers {
    /// Of all small rooms together.
    few: Vec<Waker>,
    /// Who is told something that is not said in a room.
    told: Vec<Waker>,
    /// Of each large room.
    crowds: Vec<Vec<Waker>>,
}

impl Writers {
    /// Those of a room in which so many are.
    pub(super) fn add(&mut self, size: usize, writers: impl Iterator<Item = Waker>) {
        match size {
            ..=WOKEN => self.few.extend(writers),
            _ => self.crowds.push(writers.collect()),
        }
    }

    /// Somebody who is told something else.
    pub(super) fn tell(&mut self, writer: Option<Waker>) {
        self.told.extend(writer);
    }

    /// Wakes them all, those of large rooms last: nobody waits for a room they are not in.
    pub(super) fn wake(self) {
        [self.few, self.told].into_iter().chain(self.crowds).for_each(wake);
    }
}

/// Wakes writers, many of them some at a time. Whatever else is to be done comes in between: storing a message takes a dozen
/// turns of the runtime, each of which would wait behind all of the room.
fn wake(mut writers: Vec<Waker>) {
    let later = writers.split_off(writers.len().min(WOKEN));
    writers.into_iter().for_each(Waker::wake);
    if !later.is_empty() {
        tokio::spawn(async move {
            let mut later = later.into_iter();
            while later.len() > 0 {
                yield_now().await;
                later.by_ref().take(WOKEN).for_each(Waker::wake);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::Ordering;

    use futures_util::task::waker;

    use super::*;
    use crate::outbox::tests::Count;

    #[tokio::test]
    async fn who_is_in_a_small_room_does_not_wait_for_a_large_one() {
        let [crowd, told, few] = std::array::from_fn(|_| Arc::new(Count::default()));
        let mut writers = Writers::default();
        writers.add(10 * WOKEN, std::iter::repeat_n(waker(crowd.clone()), 10 * WOKEN));
        (0..10 * WOKEN).for_each(|_| writers.tell(Some(waker(told.clone()))));
        writers.add(2, std::iter::repeat_n(waker(few.clone()), 2));
        writers.wake();
        let woken = [few, told, crowd].map(|count| count.0.load(Ordering::SeqCst));
        assert_eq!(woken, [2, WOKEN, WOKEN]);
    }

    #[tokio::test]
    async fn others_get_their_turn_while_a_large_room_is_woken() {
        const ALL: usize = 10 * WOKEN + 1;
        let woken = Arc::new(Count::default());
        wake(vec![waker(woken.clone()); ALL]);
        let before = woken.clone();
        let other = tokio::spawn(async move { before.0.load(Ordering::SeqCst) });
        assert!(other.await.unwrap() <= 2 * WOKEN);
        while woken.0.load(Ordering::SeqCst) < ALL {
            yield_now().await;
        }
        yield_now().await;
        assert_eq!(woken.0.load(Ordering::SeqCst), ALL);
    }
}
