//! Everybody loses the connection at once, something is said meanwhile, and everybody comes back at once: how long until
//! each has what they missed, all of it.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use parlor_model::{ConversationId, Seq};

use crate::bench::Bench;
use crate::latency::Latencies;
use crate::net::Fleet;
use crate::net::frames::{self, Op, op};
use crate::report::Figure;
use crate::seed::{Person, TEXT};
use crate::server::Server;

/// Conversations of everybody.
const EACH: usize = 5;
/// Members of a conversation, besides who talks.
const TOGETHER: usize = 100;
/// Messages said in each conversation meanwhile.
const MISSED: usize = 20;
/// A new group has one entry, which everybody knows.
const KNOWN: Seq = 1;
const AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(90);

/// Where people sit: the groups of each circle of people.
struct Circles {
    talker: Person,
    people: Vec<Person>,
    rooms: Vec<ConversationId>,
}

/// How far somebody is who comes back.
#[derive(Clone, Copy, Default)]
struct Back {
    caught_up: usize,
    messages: usize,
}

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let count = bench.pick(40, 2_000, 10_000);
    if !bench.has_room(count) {
        return Ok(());
    }
    let place = bench.place()?;
    let mut seed = place.seed()?;
    let people = seed.people(count, |done| bench.progress.show("storm: accounts", done, Some(count)))?;
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let groups: Vec<Vec<_>> = ids.chunks(TOGETHER).flat_map(|some| std::iter::repeat_n(some.to_vec(), EACH)).collect();
    let Some(talker) = seed.people(1, |_| {})?.pop() else { bail!("nobody talks") };
    let rooms = seed.groups(&talker, &groups, |_| {})?;
    seed.close();
    let circles = Circles { talker, people, rooms };

    let server = bench.serve(&place)?;
    let mut fleet = Fleet::new(server.address)?;
    let hellos = circles.people.iter().map(|person| frames::hello(&person.token, &[]));
    fleet.connect(hellos, AT_ONCE, |done| bench.progress.show("storm: connected", done, Some(count)))?;
    fleet.hang_up();
    talk(&server, &circles.talker, &circles.rooms, circles.rooms.len() * MISSED, "s")?;
    bench.progress.say(&format!("storm: {count} come back at once"));
    let cpu = server.process.cpu_us()?;
    let latencies = circles.come_back(fleet)?;
    let (cpu, memory) = (server.process.cpu_us()? - cpu, server.process.memory()?);
    let spread = latencies.sorted();
    let missed = EACH * MISSED;
    let named = |what: &str| format!("{what}, {count} at once, {missed} messages missed by each");
    figures.extend([
        Figure::lower(named("caught up, p50"), spread.ms(0.5), "ms"),
        Figure::lower(named("caught up, p99"), spread.ms(0.99), "ms"),
        Figure::lower(named("caught up, last"), spread.ms(1.0), "ms"),
        Figure::lower(named("server CPU of each"), cpu as f64 / count as f64, "us"),
        Figure::lower(named("resident afterwards"), memory.resident / 1e6, "MB"),
    ]);
    server.stop()
}

impl Circles {
    /// The conversations of one person.
    fn rooms_of(&self, person: usize) -> &[ConversationId] {
        let circle = person / TOGETHER;
        &self.rooms[circle * EACH..(circle + 1) * EACH]
    }

    /// How long each took to have it all.
    fn come_back(&self, mut fleet: Fleet) -> Result<Latencies> {
        let hello = |(number, person): (usize, &Person)| {
            let known: Vec<(ConversationId, Seq)> = self.rooms_of(number).iter().map(|room| (*room, KNOWN)).collect();
            frames::hello(&person.token, &known)
        };
        let hellos: Vec<Vec<u8>> = self.people.iter().enumerate().map(hello).collect();
        let (mut people, mut latencies, mut done) = (vec![Back::default(); hellos.len()], Latencies::default(), 0);
        let began = Instant::now();
        for hello in hellos {
            fleet.call(hello)?;
        }
        while done < people.len() {
            fleet.turn(Duration::from_millis(100), |_, number, text| {
                let back = &mut people[number];
                match op(text) {
                    Op::Reset | Op::Error => bail!("not caught up: {}", String::from_utf8_lossy(text)),
                    Op::Entries => back.messages += frames::count(text, r#""kind":"message""#),
                    Op::CaughtUp => {
                        back.caught_up += 1;
                        if back.caught_up == EACH {
                            latencies.record(began.elapsed());
                            done += 1;
                        }
                    }
                    _ => {}
                }
                Ok(())
            })?;
            ensure!(began.elapsed() < PATIENCE, "{done} of {} have caught up", people.len());
        }
        let robbed = people.iter().filter(|back| back.messages != EACH * MISSED).count();
        ensure!(robbed == 0, "{robbed} people did not get the messages they missed");
        Ok(latencies)
    }
}

/// Somebody says so many messages around these conversations, and all are stored when this returns. `client` makes their
/// names differ from those of other talks.
pub(super) fn talk(server: &Server, talker: &Person, rooms: &[ConversationId], all: usize, client: &str) -> Result<()> {
    let mut fleet = Fleet::new(server.address)?;
    fleet.connect([frames::hello(&talker.token, &[])], 1, |_| {})?;
    let (mut said, mut stored, began) = (0, 0, Instant::now());
    while stored < all {
        // Some at a time: who talks has to listen as well.
        while said < all.min(stored + 32) {
            let room = rooms[said % rooms.len()];
            fleet.say(0, &frames::send("m", room, &format!("{client}{said}"), TEXT))?;
            said += 1;
        }
        fleet.turn(Duration::from_millis(100), |_, _, text| match op(text) {
            Op::Error => bail!("refused: {}", String::from_utf8_lossy(text)),
            Op::Ok => {
                stored += 1;
                Ok(())
            }
            _ => Ok(()),
        })?;
        ensure!(began.elapsed() < PATIENCE, "{stored} of {all} messages are stored");
    }
    Ok(())
}
