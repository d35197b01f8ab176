//! Two people who have nothing to do with what is measured and talk on, at a fixed rate: what they notice of it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use parlor_model::ConversationId;

use crate::latency::{Latencies, Schedule, Spread};
use crate::net::Fleet;
use crate::net::frames::{self, Op, op};
use crate::seed::{Person, Seed, TEXT};

/// Messages a second.
const RATE: u64 = 50;
/// The loop looks this often; latencies are exact to it.
const LOOK: Duration = Duration::from_micros(200);
/// The last message has to arrive within this.
const PATIENCE: Duration = Duration::from_secs(30);
/// Of the two sockets: who talks, and who hears.
const TALKER: usize = 0;
const HEARER: usize = 1;

/// The two, and where they talk.
pub(super) struct Bystanders {
    talker: Person,
    hearer: Person,
    room: ConversationId,
}

/// When each message was due, and how long after that it was heard.
#[derive(Debug, Default)]
pub(super) struct Noticed(Vec<(Instant, Duration)>);

impl Noticed {
    /// Of the messages that were due meanwhile.
    pub(super) fn during(&self, from: Instant, to: Instant) -> Spread {
        let mut latencies = Latencies::default();
        self.0.iter().filter(|(due, _)| (from..to).contains(due)).for_each(|(_, took)| latencies.record(*took));
        latencies.sorted()
    }
}

impl Bystanders {
    pub(super) fn seed(seed: &mut Seed) -> Result<Self> {
        let (Some(talker), Some(hearer)) = (seed.people(1, |_| {})?.pop(), seed.people(1, |_| {})?.pop()) else {
            bail!("nobody is there")
        };
        let Some(room) = seed.groups(&talker, &[vec![hearer.id]], |_| {})?.pop() else { bail!("there is no group") };
        Ok(Self { talker, hearer, room })
    }

    /// Talks until it is over, and hears what was said until then. Time counts from when a message was due, whatever the
    /// server did meanwhile (see [`Schedule`]). Number `n` is the `n`th that is heard, as there is one talker.
    pub(super) fn talk(&self, address: SocketAddr, over: &AtomicBool) -> Result<Noticed> {
        let mut fleet = Fleet::new(address)?;
        let hellos = [&self.talker, &self.hearer].map(|person| frames::hello(&person.token, &[]));
        fleet.connect(hellos, 1, |_| {})?;
        let schedule = Schedule::from(Instant::now(), RATE);
        let (mut said, mut noticed) = (0, Noticed::default());
        let mut ended: Option<Instant> = None;
        loop {
            let now = Instant::now();
            if ended.is_none() && over.load(Ordering::Relaxed) {
                ended = Some(now);
            }
            while ended.is_none() && schedule.due(said) <= now {
                fleet.say(TALKER, &frames::send("m", self.room, &format!("b{said}"), TEXT))?;
                said += 1;
            }
            fleet.turn(Duration::ZERO, |_, line, text| {
                match op(text) {
                    Op::Error => bail!("refused: {}", String::from_utf8_lossy(text)),
                    Op::Entry if line == HEARER => {
                        let due = schedule.due(noticed.0.len() as u64);
                        noticed.0.push((due, due.elapsed()));
                    }
                    _ => {}
                }
                Ok(())
            })?;
            let heard = noticed.0.len() as u64;
            ensure!(heard <= said, "bystanders hear more than was said");
            match ended {
                Some(_) if heard == said => return Ok(noticed),
                Some(since) => ensure!(since.elapsed() < PATIENCE, "{heard} of {said} messages arrived"),
                None => {}
            }
            thread::sleep(LOOK);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_due_meanwhile_counts_also_when_it_is_heard_later() {
        let (start, ms) = (Instant::now(), Duration::from_millis);
        let noticed = Noticed(vec![(start, ms(1)), (start + ms(20), ms(900)), (start + ms(40), ms(3))]);
        let spread = noticed.during(start + ms(10), start + ms(40));
        assert_eq!((spread.len(), spread.ms(0.99)), (1, 900.0));
        assert_eq!(noticed.during(start + ms(50), start + ms(60)).len(), 0);
    }
}
