//! Where the phases of the measurement take place: the crowd, the one who runs the group, and one who watches.

use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use parlor_model::ConversationId;

use super::crowd::{Order, Told};
use crate::net::Fleet;
use crate::net::frames::{Op, op};
use crate::seed::Person;
use crate::server::Server;

const PATIENCE: Duration = Duration::from_secs(60);
/// Of the two sockets that are not in the crowd: who runs the group, and who watches.
pub(super) const OWNER: usize = 0;
pub(super) const WATCHER: usize = 1;

/// See the module.
pub(super) struct Stage<'a> {
    pub(super) server: &'a Server,
    pub(super) group: ConversationId,
    pub(super) owner: &'a Person,
    /// Who is online in the crowd: members first, then those who are not in the group yet.
    pub(super) crowd: &'a [Person],
    pub(super) told: &'a Told,
    pub(super) orders: Sender<Order>,
    /// The owner and the watcher.
    pub(super) fleet: Fleet,
    /// Sockets of members, the two above included.
    pub(super) online: u64,
    /// How the two have been answered.
    pub(super) heard: Heard,
    /// Share of one core that the server needs for the bystanders alone.
    pub(super) background: f64,
}

/// The server's processor time from a moment on.
pub(super) struct Meter {
    began: Instant,
    cpu: u64,
}

/// What the owner and the watcher heard.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heard {
    pub(super) acks: u64,
    pub(super) entries: u64,
    pub(super) presences: u64,
}

impl Stage<'_> {
    /// From now on.
    pub(super) fn meter(&self) -> Result<Meter> {
        Ok(Meter { began: Instant::now(), cpu: self.server.process.cpu_us()? })
    }

    /// What the server needed since then, without what it needed for the bystanders; in microseconds.
    pub(super) fn cpu_us(&self, meter: &Meter) -> Result<f64> {
        let all = (self.server.process.cpu_us()? - meter.cpu) as f64;
        Ok((all - self.background * meter.began.elapsed().as_micros() as f64).max(0.0))
    }

    /// Entries that have arrived, counted at every socket.
    pub(super) fn entries(&self) -> u64 {
        self.told.entries.load(Ordering::Acquire) + self.heard.entries
    }

    /// Some of the crowd say this.
    pub(super) fn order(&self, who: std::ops::Range<usize>, text: Vec<u8>) -> Result<()> {
        self.orders.send(Order(who, text)).ok().context("the crowd is gone")
    }

    /// Listens until that is so: how long it took.
    pub(super) fn until(&mut self, what: &str, done: impl Fn(&Self) -> bool) -> Result<Duration> {
        let began = Instant::now();
        while !done(self) {
            ensure!(!self.told.over.load(Ordering::Relaxed), "the crowd gave up");
            ensure!(began.elapsed() < PATIENCE, "{what}: it does not happen ({:?}, {:?})", self.heard, self.told);
            self.turn(Duration::from_millis(1))?;
        }
        Ok(began.elapsed())
    }

    /// Listens for so long.
    pub(super) fn pause(&mut self, lasts: Duration) -> Result<()> {
        let began = Instant::now();
        while began.elapsed() < lasts {
            self.turn(Duration::from_millis(1))?;
        }
        Ok(())
    }

    /// Hears what is there, or comes within this time.
    pub(super) fn turn(&mut self, wait: Duration) -> Result<()> {
        let heard = &mut self.heard;
        self.fleet.turn(wait, |_, _, text| {
            match op(text) {
                Op::Error => bail!("refused: {}", String::from_utf8_lossy(text)),
                Op::Ok => heard.acks += 1,
                Op::Entry => heard.entries += 1,
                Op::Presence => heard.presences += 1,
                _ => {}
            }
            Ok(())
        })
    }
}
