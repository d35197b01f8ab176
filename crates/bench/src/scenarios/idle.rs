//! People who are connected and say nothing: what each of them costs in memory, and in processor time for the heartbeats.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::bench::{Bench, Place};
use crate::net::Fleet;
use crate::net::frames;
use crate::process::kernel_memory;
use crate::report::Figure;
use crate::seed::{Person, Seed};

/// Conversations of everybody.
const EACH: usize = 50;
/// Members of a conversation, besides who began it.
const TOGETHER: usize = 500;
/// Sockets connecting at once.
const AT_ONCE: usize = 64;

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let sizes: &[usize] = bench.pick(&[50], &[2_000], &[10_000, 50_000]);
    bench.that_fit(sizes).into_iter().try_for_each(|count| measure(bench, count, figures))
}

fn measure(bench: &Bench, count: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let each = bench.pick(5, EACH, EACH);
    let quiet = Quiet::seed(bench, count, each, "idle")?;
    // Long enough for every heartbeat (30 s) when it is a full run.
    let lasts = Duration::from_secs(bench.pick(1, 4, 65));
    let held = quiet.hold(bench, count, lasts, "idle")?;
    let share = |bytes: f64| bytes / count as f64 / 1_000.0;
    let named = |what: &str| format!("{what}, {count} connections with {each} conversations each");
    figures.extend([
        Figure::lower(named("process memory of a connection"), share(held.own), "KB").within(8.0),
        Figure::note(named("kernel memory of a connection, both ends"), share(held.kernel), "KB"),
        Figure::lower(named("resident in all"), held.resident / 1e6, "MB"),
        Figure::lower(named("server CPU of connecting"), held.connecting_us as f64 / count as f64, "us"),
        Figure::lower(named("server CPU while idle"), held.idle_us as f64 / count as f64 / lasts.as_secs_f64(), "us/s"),
    ]);
    Ok(())
}

/// People who are to be connected and say nothing.
pub(super) struct Quiet {
    place: Place,
    people: Vec<Person>,
}

/// What all of them together cost: bytes by which it grew, and processor time in microseconds.
pub(super) struct Held {
    /// The process's own memory.
    pub(super) own: f64,
    kernel: f64,
    /// The whole process, with what it held before.
    resident: f64,
    /// Until all were welcomed.
    pub(super) connecting_us: u64,
    /// Since then.
    idle_us: u64,
}

impl Quiet {
    /// So many, with so many conversations each.
    pub(super) fn seed(bench: &Bench, count: usize, each: usize, doing: &str) -> Result<Self> {
        let place = bench.place()?;
        let mut seed = place.seed()?;
        let show = |done| bench.progress.show(&format!("{doing}: accounts"), done, Some(count));
        let people = seed.people(count, show)?;
        seat(bench, &mut seed, &people, each, doing)?;
        seed.close();
        Ok(Self { place, people })
    }

    /// The first `count` of them connect to a fresh server and stay for so long.
    pub(super) fn hold(&self, bench: &Bench, count: usize, lasts: Duration, doing: &str) -> Result<Held> {
        let server = bench.serve(&self.place)?;
        // What is made at the first sign of life belongs to no connection.
        let mut first = Fleet::new(server.address)?;
        first.connect(self.hellos(1), 1, |_| {})?;
        first.hang_up();

        let (before, kernel, cpu) = (server.process.memory()?, kernel_memory()?, server.process.cpu_us()?);
        let mut fleet = Fleet::new(server.address)?;
        let show = |done| bench.progress.show(&format!("{doing}: connected"), done, Some(count));
        fleet.connect(self.hellos(count), AT_ONCE, show)?;
        let connecting_us = server.process.cpu_us()? - cpu;
        let (cpu, began) = (server.process.cpu_us()?, Instant::now());
        while began.elapsed() < lasts {
            fleet.turn(Duration::from_millis(200), |_, _, _| Ok(()))?;
            let seconds = |time: Duration| time.as_secs() as usize;
            bench.progress.show(&format!("{doing}: seconds"), seconds(began.elapsed()), Some(seconds(lasts)));
        }
        let (after, kernel_after) = (server.process.memory()?, kernel_memory()?);
        let idle_us = server.process.cpu_us()? - cpu;
        fleet.hang_up();
        server.stop()?;
        let (own, kernel) = (after.own - before.own, kernel_after - kernel);
        Ok(Held { own, kernel, resident: after.resident, connecting_us, idle_us })
    }

    /// First frames of so many.
    fn hellos(&self, count: usize) -> impl Iterator<Item = Vec<u8>> {
        self.people.iter().take(count).map(|person| frames::hello(&person.token, &[]))
    }
}

/// Seats everybody in so many groups, each begun by one more who is in all of them.
fn seat(bench: &Bench, seed: &mut Seed, people: &[Person], each: usize, doing: &str) -> Result<()> {
    let host = seed.people(1, |_| {})?;
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let groups: Vec<Vec<_>> = ids.chunks(TOGETHER).flat_map(|some| std::iter::repeat_n(some.to_vec(), each)).collect();
    for host in &host {
        let show = |done| bench.progress.show(&format!("{doing}: conversations"), done, Some(groups.len()));
        seed.groups(host, &groups, show)?;
    }
    Ok(())
}
