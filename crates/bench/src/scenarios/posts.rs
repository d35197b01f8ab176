//! Writers who each say the next thing when the one before is stored: how many that are in a second, how long each took,
//! and what it cost. Then the server is killed, started again, and every acknowledged message is looked for.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use parlor_model::{ConversationId, Seq};

use super::audit::{self, Ack, Faults};
use crate::bench::{Bench, Place};
use crate::latency::Latencies;
use crate::net::Fleet;
use crate::net::frames::{self, Op, op};
use crate::report::Figure;
use crate::seed::{Person, TEXT};
use crate::server::Server;

const WRITERS: usize = 64;
const PATIENCE: Duration = Duration::from_secs(60);

/// Who writes where.
pub(super) struct Rooms {
    pub(super) writers: Vec<Person>,
    /// Each conversation and its two writers, by number.
    pub(super) rooms: Vec<(ConversationId, [usize; 2])>,
}

/// What was written.
pub(super) struct Written {
    /// By room, in the order of the acknowledgements.
    pub(super) acks: Vec<Vec<Ack>>,
    pub(super) latencies: Latencies,
    pub(super) took: Duration,
    pub(super) cpu_us: u64,
}

impl Written {
    /// How many messages.
    pub(super) fn count(&self) -> usize {
        self.acks.iter().map(Vec::len).sum()
    }
}

/// A writer at work.
struct Writer {
    /// Where they write, by number, in turn.
    rooms: Vec<usize>,
    written: usize,
    sent_at: Instant,
}

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let place = bench.place()?;
    let rooms = Rooms::seed(bench, &place, "posts")?;
    let mut server = bench.serve(&place)?;
    let lasts = Duration::from_secs(bench.pick(1, 5, 30));
    let written = rooms.write(bench, "posts", &server, lasts)?;
    let count = written.count();
    let memory = server.process.memory()?;
    figures.extend([
        Figure::higher("stored and acknowledged", count as f64 / written.took.as_secs_f64(), "/s").within(20_000.0),
        Figure::lower("server CPU per post", written.cpu_us as f64 / count as f64, "us"),
        Figure::lower("resident afterwards", memory.resident / 1e6, "MB"),
    ]);
    if bench.may_restart() {
        // As when the power goes, as far as a process can tell: nothing is finished, nothing is flushed.
        server.kill()?;
        server = bench.serve(&place)?;
    }
    let faults = rooms.audit(bench, &server, &written.acks)?;
    let spread = written.latencies.sorted();
    figures.extend([
        Figure::lower("p50", spread.ms(0.5), "ms"),
        Figure::lower("p99", spread.ms(0.99), "ms").within(20.0),
        Figure::lower("p99.9", spread.ms(0.999), "ms"),
        Figure::note("acknowledged writes audited", count as f64, ""),
    ]);
    ensure!(faults == Faults::default(), "of {count} acknowledged writes: {faults:?}");
    server.stop()
}

impl Rooms {
    /// Makes writers and conversations of two of them each.
    pub(super) fn seed(bench: &Bench, place: &Place, doing: &str) -> Result<Self> {
        let (count, writers) = (bench.pick(10, 1_000, 1_000), bench.pick(4, WRITERS, WRITERS));
        let mut seed = place.seed()?;
        let writers = seed.people(writers, |_| {})?;
        let mut rooms = Vec::with_capacity(count);
        for (number, owner) in writers.iter().enumerate() {
            // Each with somebody else, so that everybody shares rooms with many.
            let own = (number..count).step_by(writers.len());
            let other = |room: usize| {
                let further = 1 + (room / writers.len()) % (writers.len() - 1);
                (number + further) % writers.len()
            };
            let pairs: Vec<[usize; 2]> = own.map(|room| [number, other(room)]).collect();
            let others: Vec<_> = pairs.iter().map(|[_, other]| vec![writers[*other].id]).collect();
            let ids = seed.groups(owner, &others, |_| {})?;
            rooms.extend(ids.into_iter().zip(pairs));
            bench.progress.show(&format!("{doing}: conversations"), rooms.len(), Some(count));
        }
        seed.close();
        Ok(Self { writers, rooms })
    }

    /// Everybody writes until the time is over, and waits for the last answer.
    pub(super) fn write(&self, bench: &Bench, doing: &str, server: &Server, lasts: Duration) -> Result<Written> {
        let mut fleet = Fleet::new(server.address)?;
        let hellos = self.writers.iter().map(|person| frames::hello(&person.token, &[]));
        fleet.connect(hellos, self.writers.len(), |_| {})?;
        let (cpu, began) = (server.process.cpu_us()?, Instant::now());
        let mut written = Written {
            acks: vec![Vec::new(); self.rooms.len()],
            latencies: Latencies::default(),
            took: Duration::ZERO,
            cpu_us: 0,
        };
        let mut writers: Vec<Writer> = (0..self.writers.len()).map(|number| self.writer(number, began)).collect();
        let mut writing = writers.len();
        for (number, writer) in writers.iter_mut().enumerate() {
            fleet.say(number, &self.next(writer))?;
        }
        let (mut count, mut since) = (0, Instant::now());
        while writing > 0 {
            fleet.turn(Duration::from_millis(100), |line, number, text| {
                let writer = &mut writers[number];
                match op(text) {
                    Op::Ok => {
                        written.latencies.record(writer.sent_at.elapsed());
                        let (room, ack) = self.acknowledged(number, writer, text)?;
                        written.acks[room].push(ack);
                        count += 1;
                    }
                    Op::Error => bail!("refused: {}", String::from_utf8_lossy(text)),
                    _ => return Ok(()),
                }
                since = Instant::now();
                if began.elapsed() < lasts {
                    return line.say(&self.next(writer));
                }
                writing -= 1;
                Ok(())
            })?;
            ensure!(since.elapsed() < PATIENCE, "{writing} messages are not acknowledged");
            bench.progress.show(&format!("{doing}: stored"), count, None);
        }
        (written.took, written.cpu_us) = (began.elapsed(), server.process.cpu_us()? - cpu);
        Ok(written)
    }

    fn writer(&self, number: usize, now: Instant) -> Writer {
        let sits = |(room, (_, seats)): (usize, &(_, [usize; 2]))| seats.contains(&number).then_some(room);
        Writer { rooms: self.rooms.iter().enumerate().filter_map(sits).collect(), written: 0, sent_at: now }
    }

    /// The next message of a writer, in their next room.
    fn next(&self, writer: &mut Writer) -> Vec<u8> {
        writer.written += 1;
        writer.sent_at = Instant::now();
        let n = writer.written.to_string();
        frames::send(&n, self.rooms[writer.room()].0, &n, TEXT)
    }

    fn acknowledged(&self, number: usize, writer: &Writer, text: &[u8]) -> Result<(usize, Ack)> {
        let client_id = writer.written.to_string();
        let told = String::from_utf8_lossy(text);
        ensure!(frames::field(text, "id") == Some(client_id.as_str()), "an answer to nothing: {told}");
        let seq: Seq =
            frames::field(text, "seq").and_then(|seq| seq.parse().ok()).context("an answer without a seq")?;
        Ok((writer.room(), Ack { sender: self.writers[number].id, client_id, seq }))
    }

    /// Reads every log and holds it against the acknowledgements.
    fn audit(&self, bench: &Bench, server: &Server, acks: &[Vec<Ack>]) -> Result<Faults> {
        let mut faults = Faults::default();
        for (done, ((conversation, [reader, _]), acks)) in self.rooms.iter().zip(acks).enumerate() {
            let log = audit::log(server.address, &self.writers[*reader].token, *conversation)?;
            faults += audit::check(&log, acks);
            bench.progress.show("posts: logs audited", done + 1, Some(self.rooms.len()));
        }
        Ok(faults)
    }
}

impl Writer {
    /// Where the newest message goes. Everybody has rooms, as everybody owns some.
    fn room(&self) -> usize {
        self.rooms[self.written % self.rooms.len()]
    }
}
