//! How long things took: every single time, so that no bucket rounds the tail.

use std::time::{Duration, Instant};

/// Times, in nanoseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latencies(Vec<u64>);

impl Latencies {
    /// One more.
    pub(crate) fn record(&mut self, took: Duration) {
        self.0.push(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    }

    /// In order, to be asked.
    pub(crate) fn sorted(mut self) -> Spread {
        self.0.sort_unstable();
        Spread(self.0)
    }
}

/// Times in order.
#[derive(Clone, Debug)]
pub(crate) struct Spread(Vec<u64>);

impl Spread {
    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The time within which this share (0 to 1) was done, by the nearest rank; in milliseconds, 0 of nothing.
    pub(crate) fn ms(&self, share: f64) -> f64 {
        let rank = (self.0.len() as f64 * share).ceil() as usize;
        let nanos = self.0.get(rank.max(1) - 1).or(self.0.last()).copied().unwrap_or(0);
        nanos as f64 / 1e6
    }
}

/// When work is due at a fixed rate, whatever became of the work before.
///
/// Whoever waits for an answer before asking again asks less while the server stalls, and the stall then counts once
/// instead of for everybody who would have come meanwhile ("coordinated omission"). Here work is begun when it is due, and its
/// time counts from then, also when the one who drives it comes late.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    start: Instant,
    per_second: f64,
}

impl Schedule {
    /// From now on.
    pub(crate) fn from(start: Instant, per_second: u64) -> Self {
        Self { start, per_second: per_second as f64 }
    }

    /// When the work number `n` (from 0) is due.
    pub(crate) fn due(&self, n: u64) -> Instant {
        self.start + Duration::from_secs_f64(n as f64 / self.per_second)
    }

    /// How much is due until `time`, and not before it began.
    pub(crate) fn by(&self, time: Instant) -> u64 {
        (time.saturating_duration_since(self.start).as_secs_f64() * self.per_second) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(ms: impl IntoIterator<Item = u64>) -> Spread {
        let mut latencies = Latencies::default();
        ms.into_iter().for_each(|ms| latencies.record(Duration::from_millis(ms)));
        latencies.sorted()
    }

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let hundred = spread((1..=100).rev());
        let asked = [0.0, 0.01, 0.5, 0.505, 0.99, 0.999, 1.0];
        assert_eq!(asked.map(|share| hundred.ms(share)), [1.0, 1.0, 50.0, 51.0, 99.0, 100.0, 100.0]);
        assert_eq!((spread([]).ms(0.5), spread([7]).ms(0.001), spread([7]).ms(0.999)), (0.0, 7.0, 7.0));
    }

    /// A server that takes a millisecond for each, and once stands still for a second.
    #[test]
    fn a_stall_counts_for_everybody_who_would_have_come_meanwhile() {
        let (start, ms) = (Instant::now(), Duration::from_millis);
        let schedule = Schedule::from(start, 500);
        let (mut free, mut corrected, mut naive) = (start, Latencies::default(), Latencies::default());
        for n in 0..5_000 {
            let began = schedule.due(n).max(free);
            free = began + if n == 1_000 { ms(1_000) } else { ms(1) };
            naive.record(free - began);
            corrected.record(free - schedule.due(n));
        }
        let (naive, corrected) = (naive.sorted(), corrected.sorted());
        assert_eq!(naive.ms(0.99).round(), 1.0, "the premise: who waits for the answers hardly sees it");
        assert!(corrected.ms(0.99) > 800.0, "{}", corrected.ms(0.99));
        assert_eq!(corrected.ms(0.5).round(), 1.0);
    }

    #[test]
    fn a_schedule_does_not_drift() {
        let start = Instant::now();
        let schedule = Schedule::from(start, 3);
        assert_eq!(schedule.due(0), start);
        assert_eq!(schedule.due(3_000_000).duration_since(start).as_secs(), 1_000_000);
        assert_eq!((schedule.by(start), schedule.by(start + Duration::from_millis(1_100))), (0, 3));
    }
}
