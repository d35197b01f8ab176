//! People who talk in pairs, all pairs together at a fixed rate whatever the server does: the time from when a message was
//! due to when the other one has it.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use parlor_model::ConversationId;

use crate::bench::Bench;
use crate::latency::{Latencies, Schedule};
use crate::net::Fleet;
use crate::net::frames::{self, Op, op};
use crate::report::Figure;
use crate::seed::{Person, TEXT};
use crate::server::Server;

const PAIRS: usize = 32;
/// Of each rate the first part is not counted: what is asked for the first time takes longer.
const WARM_UP: Duration = Duration::from_millis(500);
/// The last message has to arrive within this.
const PATIENCE: Duration = Duration::from_secs(30);

struct Pairs {
    talkers: Vec<Person>,
    hearers: Vec<Person>,
    rooms: Vec<ConversationId>,
}

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let rates: &[u64] = bench.pick(&[200], &[100, 1_000, 4_000], &[100, 1_000, 4_000, 8_000]);
    let lasts = Duration::from_secs(bench.pick(1, 3, 20));
    let place = bench.place()?;
    let mut seed = place.seed()?;
    let count = bench.pick(3, PAIRS, PAIRS);
    let (talkers, hearers) = (seed.people(count, |_| {})?, seed.people(count, |_| {})?);
    let mut rooms = Vec::with_capacity(count);
    for (talker, hearer) in talkers.iter().zip(&hearers) {
        rooms.extend(seed.groups(talker, &[vec![hearer.id]], |_| {})?);
    }
    seed.close();
    let server = bench.serve(&place)?;
    let pairs = Pairs { talkers, hearers, rooms };
    for rate in rates {
        bench.progress.say(&format!("pairs: {rate} messages a second, for {} s", lasts.as_secs()));
        pairs.measure(&server, *rate, WARM_UP + lasts, figures)?;
    }
    server.stop()
}

impl Pairs {
    fn measure(&self, server: &Server, rate: u64, lasts: Duration, figures: &mut Vec<Figure>) -> Result<()> {
        let (talkers, hearers) = (connect(server.address, &self.talkers)?, connect(server.address, &self.hearers)?);
        let cpu = server.process.cpu_us()?;
        let schedule = Schedule::from(Instant::now(), rate);
        let count = (lasts.as_secs_f64() * rate as f64) as u64;
        let latencies = thread::scope(|scope| {
            let talking = scope.spawn(|| self.talk(talkers, schedule, rate, count));
            let heard = self.hear(hearers, schedule, count);
            match talking.join() {
                Ok(talked) => talked.and(heard),
                Err(_) => bail!("the thread that talks died"),
            }
        })?;
        let (spread, cpu_us) = (latencies.sorted(), server.process.cpu_us()? - cpu);
        let named = |what: &str| format!("{what}, at {rate}/s");
        let p99 = Figure::lower(named("p99"), spread.ms(0.99), "ms");
        figures.extend([
            Figure::lower(named("p50"), spread.ms(0.5), "ms"),
            // The budget is one of an idle server.
            if rate <= 100 { p99.within(2.0) } else { p99 },
            Figure::lower(named("p99.9"), spread.ms(0.999), "ms"),
            Figure::lower(named("server CPU per message"), cpu_us as f64 / count as f64, "us"),
            Figure::note(named("messages timed"), spread.len() as f64, ""),
        ]);
        Ok(())
    }

    /// Says number `n` when it is due, in the room of pair `n` modulo pairs.
    fn talk(&self, mut fleet: Fleet, schedule: Schedule, rate: u64, count: u64) -> Result<()> {
        let pairs = self.rooms.len() as u64;
        let mut answered = 0;
        let mut turn = |fleet: &mut Fleet, wait: Duration| {
            fleet.turn(wait, |_, _, text| match op(text) {
                Op::Error => bail!("refused: {}", String::from_utf8_lossy(text)),
                Op::Ok => {
                    answered += 1;
                    Ok(())
                }
                _ => Ok(()),
            })?;
            anyhow::Ok(answered)
        };
        for n in 0..count {
            // Sleeping is exact to some 50 us, where waiting in epoll is to a millisecond.
            thread::sleep(schedule.due(n).saturating_duration_since(Instant::now()));
            let pair = (n % pairs) as usize;
            fleet.say(pair, &frames::send("m", self.rooms[pair], &format!("p{rate}-{n}"), TEXT))?;
            turn(&mut fleet, Duration::ZERO)?;
        }
        let last = Instant::now();
        while turn(&mut fleet, Duration::from_millis(20))? < count {
            ensure!(last.elapsed() < PATIENCE, "messages are not acknowledged");
        }
        Ok(())
    }

    /// Times what the others hear. Each hears one talker alone, in order: the k-th that pair `p` hears is number
    /// `k * pairs + p`, and so it is known when it was due.
    fn hear(&self, mut fleet: Fleet, schedule: Schedule, count: u64) -> Result<Latencies> {
        let pairs = self.rooms.len() as u64;
        let (mut latencies, mut heard) = (Latencies::default(), vec![0; self.rooms.len()]);
        let warm = schedule.by(schedule.due(0) + WARM_UP);
        let end = schedule.due(count) + PATIENCE;
        let (mut all, mut wrong) = (0, false);
        while all < count {
            fleet.turn(Duration::from_millis(100), |_, pair, text| {
                if op(text) == Op::Entry {
                    let n = heard[pair] * pairs + pair as u64;
                    wrong |= n >= count;
                    heard[pair] += 1;
                    all += 1;
                    if n >= warm {
                        latencies.record(Instant::now().saturating_duration_since(schedule.due(n)));
                    }
                }
                Ok(())
            })?;
            ensure!(!wrong, "somebody hears more than was said");
            ensure!(Instant::now() < end, "{all} of {count} messages arrived");
        }
        Ok(latencies)
    }
}

fn connect(address: SocketAddr, people: &[Person]) -> Result<Fleet> {
    let mut fleet = Fleet::new(address)?;
    fleet.connect(people.iter().map(|person| frames::hello(&person.token, &[])), people.len(), |_| {})?;
    Ok(fleet)
}
