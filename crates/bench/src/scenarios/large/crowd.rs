//! All who are online in the group, on a thread of their own: it reads what comes, counts it, and has some of them say
//! something when it is told to.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::net::Fleet;
use crate::net::frames::{self, Op, op};
use crate::seed::Person;

/// Sockets connecting at once.
const AT_ONCE: usize = 64;
/// An order waits so long at most.
const TURN: Duration = Duration::from_millis(2);

/// What the crowd has heard, for all to see.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// All are welcomed, after so many microseconds.
    pub(super) welcomed_us: AtomicU64,
    pub(super) entries: AtomicU64,
    pub(super) receipts: AtomicU64,
    /// Frames of any sort.
    pub(super) frames: AtomicU64,
    /// Whoever sets it ends the measurement.
    pub(super) over: AtomicBool,
}

/// These say this.
pub(super) struct Order(pub(super) Range<usize>, pub(super) Vec<u8>);

/// Connects these people and listens until it is over; it is over for all when this gives up.
pub(super) fn listen(address: SocketAddr, people: &[Person], orders: &Receiver<Order>, told: &Told) -> Result<()> {
    let heard = hear(address, people, orders, told);
    told.over.store(true, Ordering::SeqCst);
    heard.context("the crowd")
}

fn hear(address: SocketAddr, people: &[Person], orders: &Receiver<Order>, told: &Told) -> Result<()> {
    let (mut fleet, began) = (Fleet::new(address)?, Instant::now());
    fleet.connect(people.iter().map(|person| frames::hello(&person.token, &[])), AT_ONCE, |_| {})?;
    told.welcomed_us.store(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX).max(1), Ordering::SeqCst);
    while !told.over.load(Ordering::Relaxed) {
        let (mut entries, mut receipts) = (0, 0);
        fleet.turn(TURN, |_, _, text| {
            match op(text) {
                Op::Error => bail!("refused: {}", String::from_utf8_lossy(text)),
                Op::Entry => entries += 1,
                Op::Receipt => receipts += 1,
                _ => {}
            }
            Ok(())
        })?;
        told.frames.store(fleet.heard.frames, Ordering::Release);
        told.entries.fetch_add(entries, Ordering::Release);
        told.receipts.fetch_add(receipts, Ordering::Release);
        for Order(who, text) in orders.try_iter() {
            who.into_iter().try_for_each(|number| fleet.say(number, &text))?;
        }
    }
    Ok(())
}
