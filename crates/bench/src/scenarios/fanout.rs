//! One conversation in which everybody is online and one talks: what a delivery costs the server, beside what it costs a
//! process that does nothing but deliver. A message is stored before it is told, as always.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use parlor_model::{ConversationId, UserId};

use crate::bench::{Bench, Place};
use crate::broadcaster;
use crate::net::frames::{self, Op};
use crate::net::{Dialect, Fleet};
use crate::report::Figure;
use crate::rounds::Rounds;
use crate::seed::TEXT;
use crate::server::Server;

/// Messages on their way to somebody at any time: enough that the server never waits for the driver, too few for the queue
/// of a slow reader.
const UNDELIVERED: u64 = 4;
/// Sockets connecting at once.
const AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(60);

/// What one round gave.
pub(super) struct Round {
    messages: u64,
    deliveries: u64,
    cpu_us: u64,
    took: Duration,
    /// Bytes of a delivery on the wire.
    pub(super) frame: u64,
    /// Bytes by which the process grew for each connection.
    pub(super) connection: f64,
}

impl Round {
    /// The server's processor time for a delivery.
    pub(super) fn cpu_us(&self) -> f64 {
        self.cpu_us as f64 / self.deliveries as f64
    }

    /// The server's processor time for a message, to all of them.
    pub(super) fn cpu_us_of_message(&self) -> f64 {
        self.cpu_us as f64 / self.messages as f64
    }

    /// Deliveries.
    pub(super) fn per_second(&self) -> f64 {
        self.deliveries as f64 / self.took.as_secs_f64()
    }
}

/// A group in which all are to be online.
pub(super) struct Group {
    place: Place,
    pub(super) group: ConversationId,
    /// Everybody's id and token, in the order of `hellos`.
    pub(super) people: Vec<(UserId, String)>,
    /// First frames: of the one who talks, then of all the others.
    pub(super) hellos: Vec<Vec<u8>>,
}

impl Group {
    pub(super) fn seed(bench: &Bench, members: usize, doing: &str) -> Result<Self> {
        let place = bench.place()?;
        let mut seed = place.seed()?;
        let show = |done| bench.progress.show(&format!("{doing}: accounts"), done, Some(members));
        let people = seed.people(members, show)?;
        let Some((talker, listeners)) = people.split_first() else { bail!("nobody is there") };
        let ids = listeners.iter().map(|person| person.id).collect();
        let group = seed.groups(talker, &[ids], |_| {})?;
        let Some(&group) = group.first() else { bail!("there is no group") };
        seed.close();
        let hellos = people.iter().map(|person| frames::hello(&person.token, &[])).collect();
        let people = people.into_iter().map(|person| (person.id, person.token)).collect();
        Ok(Self { place, group, people, hellos })
    }

    /// One round on a server of its own; `client` makes the names of messages differ from those of other rounds.
    pub(super) fn talk(&self, bench: &Bench, lasts: Duration, client: &str) -> Result<Round> {
        let say = |n: u64| frames::send(&n.to_string(), self.group, &format!("{client}{n}"), TEXT);
        self.talk_by(bench, Dialect::Parlor, &self.hellos, lasts, say)
    }

    /// The same by another dialect, with its own greetings and its own way to say something.
    pub(super) fn talk_by(
        &self,
        bench: &Bench,
        dialect: Dialect,
        hellos: &[Vec<u8>],
        lasts: Duration,
        say: impl Fn(u64) -> Vec<u8>,
    ) -> Result<Round> {
        let server = bench.serve(&self.place)?;
        let round = talk(&server, dialect, hellos, lasts, say)?;
        server.stop()?;
        Ok(round)
    }
}

/// What the threads tell each other.
#[derive(Default)]
struct Told {
    connected: AtomicU64,
    delivered: AtomicU64,
    bytes: AtomicU64,
    over: AtomicBool,
}

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let sizes: &[usize] = bench.pick(&[20], &[1_000], &[1_000, 10_000]);
    bench.that_fit(sizes).into_iter().try_for_each(|members| measure(bench, members, figures))
}

fn measure(bench: &Bench, members: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let (rounds, lasts) = (bench.pick(1, 3, 5), Duration::from_secs(bench.pick(1, 2, 5)));
    let group = Group::seed(bench, members, "fanout")?;
    let mut pairs = Vec::new();
    // In turn, so that a machine that is slower for a while is so for both.
    for round in 1..=rounds {
        bench.progress.say(&format!("fanout: {members} online, round {round} of {rounds}"));
        let ours = group.talk(bench, lasts, &format!("f{round}-"))?;
        let bare = Server::start_broadcaster(&bench.program)?;
        let payload = broadcaster::telling(ours.frame);
        pairs.push((talk(&bare, Dialect::Parlor, &group.hellos, lasts, |_| payload.clone())?, ours));
    }
    let named = |what: &str| format!("{what}, {members} online");
    let of = |of: fn(&Round) -> f64| Rounds::of(&pairs, |(_, ours)| of(ours)).median();
    let ratios = Rounds::of(&pairs, |(bare, ours)| ours.cpu_us() / bare.cpu_us());
    figures.extend([
        Figure::lower(named("server CPU per delivery"), of(Round::cpu_us), "us"),
        Figure::lower(named("bare broadcaster's"), Rounds::of(&pairs, |(bare, _)| bare.cpu_us()).median(), "us"),
        Figure::lower(named("ratio to the bare broadcaster"), ratios.median(), "").within(1.5),
        Figure::note(named("the same, least"), ratios.least(), ""),
        Figure::note(named("the same, most"), ratios.most(), ""),
        Figure::higher(named("deliveries"), of(Round::per_second), "/s"),
        Figure::note(named("messages"), pairs.iter().map(|(_, ours)| ours.messages as f64).sum(), ""),
        Figure::note(named("bytes of a delivery"), of(|round| round.frame as f64), "B"),
    ]);
    Ok(())
}

/// The first of `hellos` talks, all listen. Every message is counted at every one of them, or it is an error.
pub(super) fn talk(
    server: &Server,
    dialect: Dialect,
    hellos: &[Vec<u8>],
    lasts: Duration,
    say: impl Fn(u64) -> Vec<u8>,
) -> Result<Round> {
    let (told, before) = (&Told::default(), server.process.memory()?);
    // Half of the machine at most: the other half is the server's.
    let threads = thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
    let (first, rest) = hellos.split_at(1);
    thread::scope(|scope| {
        let chunks = rest.chunks(rest.len().div_ceil(threads).max(1));
        let listeners: Vec<_> =
            chunks.map(|some| scope.spawn(move || listen(server.address, dialect, some, told))).collect();
        let talked = speak(server, dialect, first, rest.len() as u64, lasts, told, say);
        told.over.store(true, Ordering::SeqCst);
        for listener in listeners {
            match listener.join() {
                Ok(done) => done?,
                Err(_) => bail!("a thread of listeners died"),
            }
        }
        let round = talked?;
        Ok(Round { connection: (round.connection - before.resident) / hellos.len() as f64, ..round })
    })
}

/// Counts what these sockets hear until it is over.
fn listen(address: SocketAddr, dialect: Dialect, hellos: &[Vec<u8>], told: &Told) -> Result<()> {
    let hear = || {
        let mut fleet = Fleet::new(address)?.speaking(dialect);
        let mut connected = 0;
        fleet.connect(hellos.iter().cloned(), AT_ONCE, |so_far| {
            told.connected.fetch_add((so_far - connected) as u64, Ordering::SeqCst);
            connected = so_far;
        })?;
        told.connected.fetch_add((fleet.len() - connected) as u64, Ordering::SeqCst);
        let mut bytes = fleet.heard.bytes;
        while !told.over.load(Ordering::Relaxed) {
            let mut entries = 0;
            fleet.turn(Duration::from_millis(20), |_, _, text| {
                entries += u64::from(dialect.op(text) == Op::Entry);
                Ok(())
            })?;
            told.bytes.fetch_add(fleet.heard.bytes - bytes, Ordering::Relaxed);
            bytes = fleet.heard.bytes;
            told.delivered.fetch_add(entries, Ordering::Release);
        }
        Ok(())
    };
    let heard = hear();
    // Nobody waits for the deliveries of a thread that gave up.
    told.over.store(true, Ordering::SeqCst);
    heard
}

/// The round, with what the process holds when all are connected in place of what each costs.
fn speak(
    server: &Server,
    dialect: Dialect,
    hello: &[Vec<u8>],
    listeners: u64,
    lasts: Duration,
    told: &Told,
    say: impl Fn(u64) -> Vec<u8>,
) -> Result<Round> {
    // Clients of that door say something by HTTP: there somebody else talks.
    let dialect = if dialect == Dialect::Mern { Dialect::Parlor } else { dialect };
    let mut fleet = Fleet::new(server.address)?.speaking(dialect);
    fleet.connect(hello.iter().cloned(), AT_ONCE, |_| {})?;
    let mouth = fleet.mouth(0)?;
    let (mut sent, mut own, mut since) = (1, 0, (0, Instant::now()));
    let mut turn = |fleet: &mut Fleet, own: &mut u64| -> Result<()> {
        ensure!(!told.over.load(Ordering::Relaxed), "the listeners gave up");
        let moved = told.connected.load(Ordering::SeqCst) + told.delivered.load(Ordering::Acquire) + *own;
        if moved != since.0 {
            since = (moved, Instant::now());
        }
        ensure!(since.1.elapsed() < PATIENCE, "deliveries are missing, and nothing moves");
        fleet.turn(Duration::from_millis(1), |_, _, text| match dialect.op(text) {
            Op::Error => bail!("refused: {}", String::from_utf8_lossy(text)),
            Op::Entry => {
                *own += 1;
                Ok(())
            }
            _ => Ok(()),
        })
    };
    while told.connected.load(Ordering::SeqCst) < listeners {
        turn(&mut fleet, &mut own)?;
    }
    let connection = server.process.memory()?.resident;
    // One message before the round: what a server does once for everybody is no cost of a delivery.
    fleet.say(mouth, &say(0))?;
    while own < 1 || told.delivered.load(Ordering::Acquire) < listeners {
        turn(&mut fleet, &mut own)?;
    }
    let (bytes, cpu, began) = (told.bytes.load(Ordering::SeqCst), server.process.cpu_us()?, Instant::now());
    while began.elapsed() < lasts {
        if sent < told.delivered.load(Ordering::Acquire) / listeners.max(1) + UNDELIVERED {
            fleet.say(mouth, &say(sent))?;
            sent += 1;
        } else {
            turn(&mut fleet, &mut own)?;
        }
    }
    while own < sent || told.delivered.load(Ordering::Acquire) < sent * listeners {
        turn(&mut fleet, &mut own)?;
    }
    let (took, cpu_us) = (began.elapsed(), server.process.cpu_us()? - cpu);
    // Once more, when whatever comes too often has come.
    turn(&mut fleet, &mut own)?;
    let delivered = told.delivered.load(Ordering::Acquire);
    ensure!(own == sent && delivered == sent * listeners, "{delivered} deliveries of {sent} messages to {listeners}");
    let (messages, deliveries) = (sent - 1, delivered - listeners);
    let frame = (told.bytes.load(Ordering::SeqCst) - bytes) / deliveries.max(1);
    Ok(Round { messages, deliveries: deliveries + messages, cpu_us, took, frame, connection })
}
