//! From starting the program to being ready, on data that is there, and what it holds then.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::bench::Bench;
use crate::report::Figure;
use crate::rounds::Rounds;

/// Messages that are there already.
const STORED: usize = 10_000;
/// What starts a little later has started by then.
const SETTLED: Duration = Duration::from_secs(2);

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    if !bench.may_restart() {
        return Ok(());
    }
    let place = bench.place()?;
    let mut seed = place.seed()?;
    let people = seed.people(2, |_| {})?;
    if let [owner, other] = people.as_slice() {
        let rooms = seed.groups(owner, &[vec![other.id]], |_| {})?;
        let places: Vec<_> = rooms.into_iter().map(|room| (room, other.id)).collect();
        seed.messages(&places, STORED, |_| {})?;
    }
    seed.close();
    let (mut times, mut memory) = (Vec::new(), None);
    for _ in 0..bench.pick(1, 5, 15) {
        let began = Instant::now();
        let server = bench.serve(&place)?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        if memory.is_none() {
            std::thread::sleep(bench.pick(Duration::ZERO, SETTLED, SETTLED));
            memory = Some(server.process.memory()?);
        }
        server.stop()?;
    }
    let times = Rounds::of(&times, |ms| *ms);
    let memory = memory.unwrap_or_default();
    figures.extend([
        Figure::lower("start to ready, median", times.median(), "ms").within(150.0),
        Figure::note("start to ready, longest", times.most(), "ms"),
        Figure::lower("idle process, resident", memory.resident / 1e6, "MB").within(25.0),
        Figure::lower("idle process, its own", memory.own / 1e6, "MB"),
    ]);
    Ok(())
}
