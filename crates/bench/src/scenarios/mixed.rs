//! A realistic day in a few seconds: people in groups who read, write, type, come and go, edit and react, at a fixed rate.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use parlor_model::{ConversationId, Seq};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use crate::bench::{Bench, Place};
use crate::latency::{Latencies, Schedule};
use crate::net::Fleet;
use crate::net::frames::{self, Op, op};
use crate::report::Figure;
use crate::seed::{Person, TEXT};

/// Members of a group, besides who began it.
const TOGETHER: usize = 20;
/// Groups of everybody.
const EACH: usize = 5;
/// Sockets connecting at once.
const AT_ONCE: usize = 64;
/// The loop looks this often whether something is due; latencies are exact to it.
const LOOK: Duration = Duration::from_micros(200);
const PATIENCE: Duration = Duration::from_secs(30);

/// What people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Send,
    Read,
    Type,
    ComeOrGo,
    Edit,
    React,
}

/// How often, of a hundred.
const DAY: [(Act, u32); 6] =
    [(Act::Read, 40), (Act::Send, 25), (Act::Type, 20), (Act::ComeOrGo, 5), (Act::React, 5), (Act::Edit, 5)];

/// Everybody, and what they can act upon.
struct Town {
    people: Vec<Person>,
    rooms: Vec<ConversationId>,
    random: SmallRng,
    /// The newest own message of each person: which room, which seq.
    last: Vec<Option<(usize, Seq)>>,
    /// The newest message of each room.
    heads: Vec<Option<Seq>>,
    /// Commands by number: which answer is awaited, and since when it was due.
    awaited: Vec<Option<Awaited>>,
}

#[derive(Clone, Copy)]
struct Awaited {
    due: Instant,
    /// Where, when it is a message.
    said: Option<usize>,
}

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let (count, rate) = (bench.pick(40, 500, 2_000), bench.pick(100, 400, 1_000));
    if !bench.has_room(count) {
        return Ok(());
    }
    let place = bench.place()?;
    let mut town = Town::seed(bench, &place, count)?;
    let server = bench.serve(&place)?;
    let mut fleet = Fleet::new(server.address)?;
    let hellos = town.people.iter().map(|person| frames::hello(&person.token, &[]));
    fleet.connect(hellos, AT_ONCE, |done| bench.progress.show("mixed: connected", done, Some(count)))?;

    let lasts = Duration::from_secs(bench.pick(1, 7, 60));
    bench.progress.say(&format!("mixed: {count} people, {rate} acts a second, for {} s", lasts.as_secs()));
    let acts = lasts.as_secs() * rate;
    let (cpu, frames) = (server.process.cpu_us()?, fleet.heard.frames);
    let latencies = town.live(&mut fleet, Schedule::from(Instant::now(), rate), acts)?;
    let (cpu, frames) = (server.process.cpu_us()? - cpu, fleet.heard.frames - frames);
    let spread = latencies.sorted();
    let named = |what: &str| format!("{what}, {count} people, {rate} acts/s");
    figures.extend([
        Figure::lower(named("server CPU per act"), cpu as f64 / acts as f64, "us"),
        Figure::lower(named("server CPU per frame told"), cpu as f64 / frames.max(1) as f64, "us"),
        Figure::note(named("frames told per act"), frames as f64 / acts as f64, ""),
        Figure::lower(named("answered, p50"), spread.ms(0.5), "ms"),
        Figure::lower(named("answered, p99"), spread.ms(0.99), "ms"),
        Figure::note(named("answers timed"), spread.len() as f64, ""),
        Figure::lower(named("resident afterwards"), server.process.memory()?.resident / 1e6, "MB"),
    ]);
    server.stop()
}

impl Town {
    fn seed(bench: &Bench, place: &Place, count: usize) -> Result<Self> {
        let mut seed = place.seed()?;
        let people = seed.people(count, |done| bench.progress.show("mixed: accounts", done, Some(count)))?;
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        let circles: Vec<Vec<_>> =
            ids.chunks(TOGETHER).flat_map(|some| std::iter::repeat_n(some.to_vec(), EACH)).collect();
        let Some(host) = seed.people(1, |_| {})?.pop() else { bail!("nobody is there") };
        let rooms = seed.groups(&host, &circles, |_| {})?;
        seed.close();
        let (last, heads) = (vec![None; people.len()], vec![None; rooms.len()]);
        // The same day each time.
        Ok(Self { people, rooms, random: SmallRng::seed_from_u64(7), last, heads, awaited: Vec::new() })
    }

    /// Does what is due when it is due, and waits for the last answer.
    fn live(&mut self, fleet: &mut Fleet, schedule: Schedule, acts: u64) -> Result<Latencies> {
        let (mut latencies, mut done, mut waiting) = (Latencies::default(), 0, 0_usize);
        let end = schedule.due(acts) + PATIENCE;
        while done < acts || waiting > 0 {
            let now = Instant::now();
            while done < acts && schedule.due(done) <= now {
                let person = self.random.random_range(0..self.people.len());
                let (frame, awaited) = self.act(person, schedule.due(done));
                waiting += usize::from(awaited.is_some());
                self.awaited.push(awaited);
                fleet.say(person, &frame)?;
                done += 1;
            }
            fleet.turn(Duration::ZERO, |_, person, text| {
                match op(text) {
                    Op::Ok => {
                        latencies.record(self.answered(person, text)?);
                        waiting -= 1;
                    }
                    Op::Error => bail!("refused: {}", String::from_utf8_lossy(text)),
                    _ => {}
                }
                Ok(())
            })?;
            ensure!(now < end, "{waiting} answers are missing");
            thread::sleep(LOOK);
        }
        Ok(latencies)
    }

    /// What somebody does next; with the answer to wait for, if there is to be one.
    fn act(&mut self, person: usize, due: Instant) -> (Vec<u8>, Option<Awaited>) {
        let act = DAY.choose_weighted(&mut self.random, |(_, often)| *often).map_or(Act::Send, |(act, _)| *act);
        let id = self.awaited.len().to_string();
        let room = person / TOGETHER * EACH + self.random.random_range(0..EACH);
        let place = self.rooms[room];
        let answer = |said| Some(Awaited { due, said });
        match (act, self.last[person], self.heads[room]) {
            (Act::Read, _, Some(seq)) => (frames::read(place, seq), None),
            (Act::React, _, Some(seq)) => (frames::react(&id, place, seq), answer(None)),
            (Act::Edit, Some((room, seq)), _) => {
                (frames::edit(&id, self.rooms[room], seq, &format!("{TEXT} {id}")), answer(None))
            }
            (Act::Type, ..) => (frames::typing(place), None),
            (Act::ComeOrGo, ..) => (frames::presence(self.random.random()), None),
            // Also where there is nothing yet to read, edit or react to.
            _ => (frames::send(&id, place, &format!("x{id}"), TEXT), answer(Some(room))),
        }
    }

    /// How long the answer took; what it tells is kept for the acts to come.
    fn answered(&mut self, person: usize, text: &[u8]) -> Result<Duration> {
        let told = || format!("an answer to nothing: {}", String::from_utf8_lossy(text));
        let number: usize = frames::field(text, "id").and_then(|id| id.parse().ok()).with_context(told)?;
        let Awaited { due, said } = self.awaited.get_mut(number).and_then(Option::take).with_context(told)?;
        if let Some(room) = said {
            let seq = frames::field(text, "seq").and_then(|seq| seq.parse().ok()).with_context(told)?;
            self.last[person] = Some((room, seq));
            self.heads[room] = self.heads[room].max(Some(seq));
        }
        Ok(due.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_whole() {
        assert_eq!(DAY.iter().map(|(_, often)| often).sum::<u32>(), 100);
    }
}
