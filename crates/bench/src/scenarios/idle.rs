//! People who are connected and say nothing: what each of them costs in memory, and in processor time for the heartbeats.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::bench::Bench;
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
    for count in sizes {
        if bench.has_room(*count) {
            measure(bench, *count, figures)?;
        }
    }
    Ok(())
}

fn measure(bench: &Bench, count: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let each = bench.pick(5, EACH, EACH);
    let place = bench.place()?;
    let mut seed = place.seed()?;
    let people = seed.people(count, |done| bench.progress.show("idle: accounts", done, Some(count)))?;
    seat(bench, &mut seed, &people, each)?;
    seed.close();
    let server = bench.serve(&place)?;
    // What is made at the first sign of life belongs to no connection.
    let mut first = Fleet::new(server.address)?;
    first.connect(people.iter().take(1).map(|person| frames::hello(&person.token, &[])), 1, |_| {})?;
    first.hang_up();

    let (before, kernel, cpu) = (server.process.memory()?, kernel_memory()?, server.process.cpu_us()?);
    let mut fleet = Fleet::new(server.address)?;
    let hellos = people.iter().map(|person| frames::hello(&person.token, &[]));
    fleet.connect(hellos, AT_ONCE, |done| bench.progress.show("idle: connected", done, Some(count)))?;
    let connecting = server.process.cpu_us()? - cpu;
    let (cpu, began) = (server.process.cpu_us()?, Instant::now());
    // Long enough for every heartbeat (30 s) when it is a full run.
    let lasts = Duration::from_secs(bench.pick(1, 8, 65));
    while began.elapsed() < lasts {
        fleet.turn(Duration::from_millis(200), |_, _, _| Ok(()))?;
        bench.progress.show("idle: seconds", began.elapsed().as_secs() as usize, Some(lasts.as_secs() as usize));
    }
    let (after, kernel_after) = (server.process.memory()?, kernel_memory()?);
    let idle = server.process.cpu_us()? - cpu;
    fleet.hang_up();

    let share = |bytes: f64| bytes / count as f64 / 1_000.0;
    let named = |what: &str| format!("{what}, {count} connections with {each} conversations each");
    figures.extend([
        Figure::lower(named("process memory of a connection"), share(after.own - before.own), "KB").within(8.0),
        Figure::note(named("kernel memory of a connection, both ends"), share(kernel_after - kernel), "KB"),
        Figure::lower(named("resident in all"), after.resident / 1e6, "MB"),
        Figure::lower(named("server CPU of connecting"), connecting as f64 / count as f64, "us"),
        Figure::lower(named("server CPU while idle"), idle as f64 / count as f64 / lasts.as_secs_f64(), "us/s"),
    ]);
    server.stop()
}

/// Seats everybody in so many groups, each begun by one more who is in all of them.
fn seat(bench: &Bench, seed: &mut Seed, people: &[Person], each: usize) -> Result<()> {
    let host = seed.people(1, |_| {})?;
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let groups: Vec<Vec<_>> = ids.chunks(TOGETHER).flat_map(|some| std::iter::repeat_n(some.to_vec(), each)).collect();
    for host in &host {
        seed.groups(host, &groups, |done| bench.progress.show("idle: conversations", done, Some(groups.len())))?;
    }
    Ok(())
}
