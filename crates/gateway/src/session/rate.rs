//! How many frames a socket may send.

use tokio::time::Instant;

use crate::config::BURST_SECONDS;

/// A token bucket: sustained so many a second, in a burst [`BURST_SECONDS`] times as many.
#[derive(Debug)]
pub(super) struct Rate {
    per_second: f64,
    left: f64,
    at: Instant,
}

impl Rate {
    pub(super) fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second.max(1));
        Self { per_second, left: per_second * f64::from(BURST_SECONDS), at: Instant::now() }
    }

    /// Takes one frame's worth; false when there is none left.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let full = self.per_second * f64::from(BURST_SECONDS);
        let grown = now.saturating_duration_since(self.at).as_secs_f64() * self.per_second;
        self.left = (self.left + grown).min(full);
        self.at = now;
        let enough = self.left >= 1.0;
        if enough {
            self.left -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_burst_of_four_seconds_then_the_sustained_rate() {
        let mut rate = Rate::new(10);
        let now = Instant::now();
        assert_eq!((0..100).filter(|_| rate.take(now)).count(), 40);
        let later = now + Duration::from_secs(1);
        assert_eq!((0..100).filter(|_| rate.take(later)).count(), 10);
        let much_later = now + Duration::from_secs(1_000);
        assert_eq!((0..100).filter(|_| rate.take(much_later)).count(), 40);
    }
}
