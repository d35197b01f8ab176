//! A group of very many, a tenth of them online: what it costs that somebody says something, calls all, reads, joins, looks
//! through the members, comes and goes; and what two people in a conversation of their own notice of it.

mod crowd;
mod phases;
mod stage;

use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use parlor_model::ConversationId;

use self::crowd::Told;
use self::stage::{Heard, Stage};
use super::bystanders::{Bystanders, Noticed};
use crate::bench::{Bench, Place};
use crate::net::{Fleet, frames};
use crate::report::Figure;
use crate::seed::Person;
use crate::server::Server;

/// What two people elsewhere may notice, in milliseconds.
const NOTICEABLE_MS: f64 = 50.0;
/// Sockets besides those of the crowd: the owner, the watcher, the bystanders, and requests.
const OTHERS: usize = 10;

/// How much of it.
#[derive(Clone, Copy)]
struct Amounts {
    members: usize,
    online: usize,
    newcomers: usize,
    /// Messages of each sort.
    messages: usize,
    /// Who come and go.
    changing: usize,
    quiet: Duration,
}

/// Who is there.
struct Town {
    place: Place,
    group: ConversationId,
    /// The owner and the watcher.
    two: [Person; 2],
    /// Who is online besides them: members first, then newcomers.
    crowd: Vec<Person>,
    bystanders: Bystanders,
}

/// A phase, from when to when.
struct Phase(&'static str, Instant, Instant);

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let seconds = Duration::from_secs;
    let amounts = |members, online, newcomers, messages, changing, quiet| Amounts {
        members,
        online,
        newcomers,
        messages,
        changing,
        quiet,
    };
    let amounts = bench.pick(
        amounts(300, 30, 2, 2, 10, seconds(1)),
        amounts(10_000, 1_000, 5, 20, 500, seconds(3)),
        amounts(100_000, 10_000, 10, 40, 1_000, seconds(10)),
    );
    if !bench.has_room(amounts.online + amounts.newcomers + OTHERS) {
        return Ok(());
    }
    let town = Town::seed(bench, &amounts)?;
    let server = bench.serve(&town.place)?;
    let before = server.process.memory()?.resident;
    let (told, mut found) = (Told::default(), Vec::new());
    let began = (Instant::now(), server.process.cpu_us()?);
    let (noticed, phases) = thread::scope(|scope| {
        let (orders, ordered) = mpsc::channel();
        let (address, town, told) = (server.address, &town, &told);
        let bystanders = scope.spawn(move || town.bystanders.talk(address, &told.over));
        let crowd = scope.spawn(move || crowd::listen(address, &town.crowd, &ordered, told));
        let stage = town.stage(&server, told, orders);
        let measured = stage.and_then(|stage| measure(bench, stage, &amounts, began, &mut found));
        told.over.store(true, Ordering::SeqCst);
        let (crowd, noticed) = (joined(crowd), joined(bystanders));
        // What went wrong first is told by who saw it.
        crowd?;
        let phases = measured?;
        anyhow::Ok((noticed?, phases))
    })?;
    found.push(Figure::lower("resident before anybody came", before / 1e6, "MB"));
    found.extend(notices(&noticed, &phases));
    let named = |figure: Figure| Figure { name: format!("{}, {} members", figure.name, amounts.members), ..figure };
    figures.extend(found.into_iter().map(named));
    server.stop()
}

impl Town {
    fn seed(bench: &Bench, amounts: &Amounts) -> Result<Self> {
        let &Amounts { members, online, newcomers, .. } = amounts;
        let place = bench.place()?;
        let mut seed = place.seed()?;
        let all = members + newcomers;
        let people = seed.people(all, |done| bench.progress.show("large: accounts", done, Some(all)))?;
        let (people, newcomers) = people.split_at(members);
        let [owner, watcher, others @ ..] = people else { bail!("nobody is there") };
        let ids = people[1..].iter().map(|person| person.id).collect();
        let Some(group) = seed.groups(owner, &[ids], |_| {})?.pop() else { bail!("there is no group") };
        let bystanders = Bystanders::seed(&mut seed)?;
        seed.close();
        let crowd = others.iter().take(online - 2).chain(newcomers).cloned().collect();
        Ok(Self { place, group, two: [owner.clone(), watcher.clone()], crowd, bystanders })
    }

    /// With the crowd still connecting.
    fn stage<'a>(
        &'a self,
        server: &'a Server,
        told: &'a Told,
        orders: mpsc::Sender<crowd::Order>,
    ) -> Result<Stage<'a>> {
        let mut fleet = Fleet::new(server.address)?;
        fleet.connect(self.two.iter().map(|person| frames::hello(&person.token, &[])), 2, |_| {})?;
        let (owner, crowd, heard) = (&self.two[0], self.crowd.as_slice(), Heard::default());
        Ok(Stage { server, group: self.group, owner, crowd, told, orders, fleet, online: 0, heard, background: 0.0 })
    }
}

/// All phases, one after the other. `began`: when the crowd began to connect, and the server's processor time until then.
fn measure(
    bench: &Bench,
    mut stage: Stage<'_>,
    amounts: &Amounts,
    (began, cpu): (Instant, u64),
    found: &mut Vec<Figure>,
) -> Result<Vec<Phase>> {
    let welcomed = |stage: &Stage<'_>| stage.told.welcomed_us.load(Ordering::SeqCst);
    bench.progress.say(&format!("large: {} of {} connect", amounts.online, amounts.members));
    stage.until("all are welcomed", |stage| welcomed(stage) > 0)?;
    stage.online = amounts.online as u64;
    let cpu = (stage.server.process.cpu_us()? - cpu) as f64 / stage.crowd.len() as f64;
    found.extend([
        Figure::lower("all connect: until the last is welcomed", welcomed(&stage) as f64 / 1e3, "ms"),
        Figure::lower("all connect: server CPU of each", cpu, "us"),
        Figure::lower("resident with all connected", stage.server.process.memory()?.resident / 1e6, "MB"),
    ]);
    let mut phases = vec![Phase("all connect", began, Instant::now())];
    let mut phase = |name, happens: &mut dyn FnMut(&mut Stage<'_>) -> Result<Vec<Figure>>| {
        bench.progress.say(&format!("large: {name}"));
        let from = Instant::now();
        found.extend(happens(&mut stage)?);
        phases.push(Phase(name, from, Instant::now()));
        anyhow::Ok(())
    };
    let &Amounts { members, newcomers, messages, changing, quiet, .. } = amounts;
    phase(QUIET, &mut |stage| phases::quiet(stage, quiet))?;
    phase("messages", &mut |stage| phases::send(stage, messages, false))?;
    phase("calling all", &mut |stage| phases::send(stage, messages, true))?;
    phase("all read", &mut |stage| phases::read(stage, 10))?;
    phase("one joins", &mut phases::join)?;
    phase("members", &mut |stage| phases::list(stage, members + newcomers))?;
    phase("come and go", &mut |stage| phases::presence(stage, changing))?;
    found.push(Figure::lower("resident afterwards", stage.server.process.memory()?.resident / 1e6, "MB"));
    Ok(phases)
}

/// The phase in which nothing happens.
const QUIET: &str = "nothing happens";

/// What two people elsewhere noticed of each phase.
fn notices(noticed: &Noticed, phases: &[Phase]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for Phase(name, from, to) in phases {
        let spread = noticed.during(*from, *to);
        if *name == QUIET {
            figures.push(Figure::lower(format!("elsewhere, while {name}, p50"), spread.ms(0.5), "ms"));
        }
        let p99 = Figure::lower(format!("elsewhere, while {name}, p99"), spread.ms(0.99), "ms");
        figures.push(p99.within(NOTICEABLE_MS));
    }
    figures
}

fn joined<T>(thread: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    match thread.join() {
        Ok(done) => done,
        Err(_) => bail!("a thread died"),
    }
}
