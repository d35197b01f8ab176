//! One conversation in which everybody is online and one talks: what a delivery costs the server, beside what it costs a
//! process that does nothing but deliver. A message is stored before it is told, as always.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::bench::Bench;
use crate::net::Fleet;
use crate::net::frames::{self, Op, op};
use crate::process::Process;
use crate::report::Figure;
use crate::seed::TEXT;
use crate::server::Server;

/// Messages on their way to somebody at any time: enough that the server never waits for the driver, too few for the queue
/// of a slow reader.
const UNDELIVERED: u64 = 4;
/// Sockets connecting at once.
const AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(60);

/// What one round gave.
struct Round {
    messages: u64,
    deliveries: u64,
    cpu_us: u64,
    took: Duration,
    /// Bytes of a delivery on the wire.
    frame: u64,
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
    for members in sizes {
        if bench.has_room(*members) {
            measure(bench, *members, figures)?;
        }
    }
    Ok(())
}

fn measure(bench: &Bench, members: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let lasts = Duration::from_secs(bench.pick(1, 6, 20));
    let place = bench.place()?;
    let mut seed = place.seed()?;
    let people = seed.people(members, |done| bench.progress.show("fanout: accounts", done, Some(members)))?;
    let Some((talker, listeners)) = people.split_first() else { bail!("nobody is there") };
    let ids = listeners.iter().map(|person| person.id).collect();
    let group = seed.groups(talker, &[ids], |_| {})?;
    let Some(&group) = group.first() else { bail!("there is no group") };
    seed.close();
    let server = bench.serve(&place)?;
    let hellos: Vec<Vec<u8>> = people.iter().map(|person| frames::hello(&person.token, &[])).collect();
    bench.progress.say(&format!("fanout: {members} online, for {} s", lasts.as_secs()));
    let ours = talk(server.address, server.process, &hellos, lasts, |n| {
        frames::send(&n.to_string(), group, &format!("f{n}"), TEXT)
    })?;
    server.stop()?;

    // The same frames in the same numbers.
    let bare = Server::start_broadcaster(&bench.program)?;
    let header = 4;
    let mut payload = br#"{"op":"entry","#.to_vec();
    payload.resize(usize::try_from(ours.frame.saturating_sub(header)).unwrap_or(0).max(payload.len()), b'x');
    bench.progress.say(&format!("fanout: a bare broadcaster, {members} online"));
    let floor = talk(bare.address, bare.process, &hellos, lasts, |_| payload.clone())?;

    let each = |round: &Round| round.cpu_us as f64 / round.deliveries as f64;
    let named = |what: &str| format!("{what}, {members} online");
    figures.extend([
        Figure::lower(named("server CPU per delivery"), each(&ours), "us"),
        Figure::lower(named("bare broadcaster's"), each(&floor), "us"),
        Figure::lower(named("ratio to the bare broadcaster"), each(&ours) / each(&floor), "").within(1.5),
        Figure::higher(named("deliveries"), ours.deliveries as f64 / ours.took.as_secs_f64(), "/s"),
        Figure::note(named("messages"), ours.messages as f64, ""),
        Figure::note(named("bytes of a delivery"), ours.frame as f64, "B"),
    ]);
    Ok(())
}

/// The first of `hellos` talks, all listen. Every message is counted at every one of them, or it is an error.
fn talk(
    address: SocketAddr,
    process: Process,
    hellos: &[Vec<u8>],
    lasts: Duration,
    say: impl Fn(u64) -> Vec<u8>,
) -> Result<Round> {
    let told = &Told::default();
    // Half of the machine at most: the other half is the server's.
    let threads = thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
    let (first, rest) = hellos.split_at(1);
    thread::scope(|scope| {
        let chunks = rest.chunks(rest.len().div_ceil(threads).max(1));
        let listeners: Vec<_> = chunks.map(|some| scope.spawn(move || listen(address, some, told))).collect();
        let talked = speak(address, process, first, rest.len() as u64, lasts, told, say);
        told.over.store(true, Ordering::SeqCst);
        for listener in listeners {
            match listener.join() {
                Ok(done) => done?,
                Err(_) => bail!("a thread of listeners died"),
            }
        }
        talked
    })
}

/// Counts what these sockets hear until it is over.
fn listen(address: SocketAddr, hellos: &[Vec<u8>], told: &Told) -> Result<()> {
    let hear = || {
        let mut fleet = Fleet::new(address)?;
        fleet.connect(hellos.iter().cloned(), AT_ONCE, |_| {})?;
        let mut bytes = fleet.heard.bytes;
        told.connected.fetch_add(fleet.len() as u64, Ordering::SeqCst);
        while !told.over.load(Ordering::Relaxed) {
            let mut entries = 0;
            fleet.turn(Duration::from_millis(20), |_, _, text| {
                entries += u64::from(op(text) == Op::Entry);
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

fn speak(
    address: SocketAddr,
    process: Process,
    hello: &[Vec<u8>],
    listeners: u64,
    lasts: Duration,
    told: &Told,
    say: impl Fn(u64) -> Vec<u8>,
) -> Result<Round> {
    let mut fleet = Fleet::new(address)?;
    fleet.connect(hello.iter().cloned(), AT_ONCE, |_| {})?;
    let (mut sent, mut own, mut since) = (0, 0, (0, Instant::now()));
    let mut turn = |fleet: &mut Fleet, own: &mut u64| -> Result<()> {
        ensure!(!told.over.load(Ordering::Relaxed), "the listeners gave up");
        let moved = told.connected.load(Ordering::SeqCst) + told.delivered.load(Ordering::Acquire) + *own;
        if moved != since.0 {
            since = (moved, Instant::now());
        }
        ensure!(since.1.elapsed() < PATIENCE, "deliveries are missing, and nothing moves");
        fleet.turn(Duration::from_millis(1), |_, _, text| match op(text) {
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
    let (bytes, cpu, began) = (told.bytes.load(Ordering::SeqCst), process.cpu_us()?, Instant::now());
    while began.elapsed() < lasts {
        if sent < told.delivered.load(Ordering::Acquire) / listeners.max(1) + UNDELIVERED {
            fleet.say(0, &say(sent))?;
            sent += 1;
        } else {
            turn(&mut fleet, &mut own)?;
        }
    }
    while own < sent || told.delivered.load(Ordering::Acquire) < sent * listeners {
        turn(&mut fleet, &mut own)?;
    }
    let (took, cpu_us) = (began.elapsed(), process.cpu_us()? - cpu);
    // Once more, when whatever comes too often has come.
    turn(&mut fleet, &mut own)?;
    let delivered = told.delivered.load(Ordering::Acquire);
    ensure!(own == sent && delivered == sent * listeners, "{delivered} deliveries of {sent} messages to {listeners}");
    let frame = (told.bytes.load(Ordering::SeqCst) - bytes) / delivered.max(1);
    Ok(Round { messages: sent, deliveries: delivered + own, cpu_us, took, frame })
}
