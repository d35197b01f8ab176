//! How costs grow: the same measured at several sizes, and the exponent of the curve through them. What a whole group, a
//! whole crowd or a whole list costs may grow as they do (1); what one delivery, one page or one message costs should not
//! grow with what is around it (0). By what is stored: see `history`, which fills one database for both.

use std::time::Duration;

use anyhow::Result;

use super::fanout::{Group, Round};
use super::idle::Quiet;
use super::start;
use crate::bench::Bench;
use crate::net::{Fleet, frames};
use crate::report::{Curve, Figure};
use crate::seed::Person;
use crate::server::Server;

/// A sum that grows as the size does, with a little for the noise.
const LINEAR: f64 = 1.1;
/// What costs the same at any size: a logarithm of it, and the noise.
pub(super) const FLAT: f64 = 0.15;
/// Conversations of everybody who is connected.
const EACH: usize = 5;
/// What the last ones needed to be welcomed is given back by then.
const SETTLED: Duration = Duration::from_secs(2);

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    members(bench, figures)?;
    connections(bench, figures)?;
    conversations(bench, figures)
}

/// The exponent of a curve, beside the most that it should be.
pub(super) fn tell(figures: &mut Vec<Figure>, name: &str, curve: Curve, most: f64) {
    let named = format!("{name} by {}", curve.over);
    figures.extend(Figure::growth(named, curve).map(|figure| figure.within(most)));
}

/// One talks, all of a group are online: see `fanout`.
fn members(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let sizes: &[usize] = bench.pick(&[5, 20], &[10, 100, 1_000], &[10, 100, 1_000, 10_000]);
    let lasts = Duration::from_secs(bench.pick(1, 1, 4));
    let (mut message, mut delivery) = (Curve::over("members", "us"), Curve::over("members", "us"));
    for size in bench.that_fit(sizes) {
        let group = Group::seed(bench, size, "growth")?;
        let round = group.talk(bench, lasts, "g")?;
        message.at(size, round.cpu_us_of_message());
        delivery.at(size, Round::cpu_us(&round));
    }
    tell(figures, "server CPU of a message", message, LINEAR);
    tell(figures, "server CPU of a delivery", delivery, FLAT);
    Ok(())
}

/// People who connect and say nothing: see `idle`.
fn connections(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let sizes: &[usize] = bench.pick(&[10, 30], &[250, 1_000, 2_000], &[1_000, 3_000, 10_000, 50_000]);
    let sizes = bench.that_fit(sizes);
    let (mut memory, mut cpu) = (Curve::over("connections", "KB"), Curve::over("connections", "us"));
    let quiet = Quiet::seed(bench, sizes.iter().copied().max().unwrap_or(0), EACH, "growth")?;
    for size in sizes {
        let held = quiet.hold(bench, size, bench.pick(Duration::ZERO, SETTLED / 2, SETTLED), "growth")?;
        memory.at(size, held.own / 1e3);
        cpu.at(size, held.connecting_us as f64);
    }
    tell(figures, "process memory of all", memory, LINEAR);
    tell(figures, "server CPU of connecting all", cpu, LINEAR);
    Ok(())
}

/// Somebody comes who has so many: see `start`.
fn conversations(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let sizes: &[usize] = bench.pick(&[5, 20], &[10, 100, 500], &[10, 100, 500, 2_000]);
    let times = bench.pick(2, 40, 150);
    let (mut bytes, mut cpu) = (Curve::over("conversations", "B"), Curve::over("conversations", "us"));
    let place = bench.place()?;
    let mut seed = place.seed()?;
    let others = start::others(&mut seed)?;
    let mut people = Vec::with_capacity(sizes.len());
    for size in sizes {
        people.push((*size, start::busy(bench, &mut seed, &others, *size, "growth")?));
    }
    seed.close();
    let server = bench.serve(&place)?;
    for (size, person) in &people {
        // The first one fills the server's caches.
        bytes.at(*size, welcome(&server, person)? as f64);
        let before = server.process.cpu_us()?;
        for _ in 0..times {
            welcome(&server, person)?;
        }
        cpu.at(*size, (server.process.cpu_us()? - before) as f64 / f64::from(times));
    }
    tell(figures, "bytes until welcomed", bytes, LINEAR);
    tell(figures, "server CPU of a welcome", cpu, LINEAR);
    server.stop()
}

/// Comes as a browser does, is welcomed, and goes: bytes on the wire.
fn welcome(server: &Server, person: &Person) -> Result<u64> {
    let mut fleet = Fleet::new(server.address)?.offering_deflate();
    fleet.connect([frames::hello(&person.token, &[])], 1, |_| {})?;
    fleet.hang_up();
    Ok(fleet.heard.bytes)
}
