//! Somebody with very many conversations opens the client for the first time on a device: what comes over the wire and how
//! long it takes until there is a list to use, and until all of it is there.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use parlor_model::UserId;
use serde::Deserialize;

use crate::bench::Bench;
use crate::net::{Fleet, Http, frames};
use crate::report::Figure;
use crate::rounds::Rounds;
use crate::seed::{Person, Seed};
use crate::server::Server;

/// Conversations of the account.
const CONVERSATIONS: usize = 2_000;
/// Others, of whom some are in each.
const OTHERS: usize = 100;
const TOGETHER: usize = 5;
/// Messages in each.
const MESSAGES: usize = 5;
const PATIENCE: Duration = Duration::from_secs(30);

/// What one start took.
#[derive(Clone, Copy, Default)]
struct Start {
    welcome_bytes: u64,
    welcome_ms: f64,
    usable_bytes: u64,
    usable_ms: f64,
    whole_bytes: u64,
    whole_ms: f64,
    cpu_us: u64,
}

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let conversations = bench.pick(150, CONVERSATIONS, CONVERSATIONS);
    let place = bench.place()?;
    let mut seed = place.seed()?;
    let others = others(&mut seed)?;
    let person = busy(bench, &mut seed, &others, conversations, "start")?;
    seed.close();

    let server = bench.serve(&place)?;
    // The first one fills the server's caches.
    start(&server, &person, conversations)?;
    let mut starts = Vec::new();
    for _ in 0..bench.pick(1, 7, 31) {
        starts.push(start(&server, &person, conversations)?);
    }
    let median = |of: fn(&Start) -> f64| Rounds::of(&starts, of).median();
    let named = |what: &str| format!("{what}, {conversations} conversations");
    let kilobytes = "KB";
    figures.extend([
        Figure::lower(named("welcome, on the wire"), median(|start| start.welcome_bytes as f64 / 1e3), kilobytes),
        Figure::lower(named("connected and welcomed"), median(|start| start.welcome_ms), "ms"),
        Figure::lower(named("until a usable list"), median(|start| start.usable_bytes as f64 / 1e3), kilobytes)
            .within(150.0),
        Figure::lower(named("time to a usable list"), median(|start| start.usable_ms), "ms").within(1_000.0),
        Figure::lower(named("the whole list"), median(|start| start.whole_bytes as f64 / 1e3), kilobytes),
        Figure::lower(named("time to the whole list"), median(|start| start.whole_ms), "ms"),
        Figure::lower(named("server CPU of a start"), median(|start| start.cpu_us as f64 / 1e3), "ms"),
    ]);
    server.stop()
}

/// Those of whom some are in each conversation.
pub(super) fn others(seed: &mut Seed) -> Result<Vec<UserId>> {
    Ok(seed.people(OTHERS, |_| {})?.into_iter().map(|person| person.id).collect())
}

/// Somebody with so many conversations, in which something was said.
pub(super) fn busy(
    bench: &Bench,
    seed: &mut Seed,
    others: &[UserId],
    conversations: usize,
    doing: &str,
) -> Result<Person> {
    let Some(person) = seed.people(1, |_| {})?.pop() else { bail!("nobody starts") };
    let some = |n: usize| (n..n + TOGETHER).map(|other| others[other % OTHERS]).collect();
    let groups: Vec<Vec<_>> = (0..conversations).map(some).collect();
    let show = |what: &str, done, of| bench.progress.show(&format!("{doing}: {what}"), done, Some(of));
    let rooms = seed.groups(&person, &groups, |done| show("conversations", done, conversations))?;
    let places: Vec<_> = rooms.iter().zip(&groups).map(|(room, others)| (*room, others[0])).collect();
    let messages = conversations * MESSAGES;
    seed.messages(&places, messages, |done| show("messages", done, messages))?;
    Ok(person)
}

/// The account, the socket, the first page (a list one can use), then the other pages.
fn start(server: &Server, person: &Person, conversations: usize) -> Result<Start> {
    #[derive(Deserialize)]
    struct Page {
        conversations: Vec<serde::de::IgnoredAny>,
        cursor: Option<String>,
    }
    let (cpu, began) = (server.process.cpu_us()?, Instant::now());
    let ms = || began.elapsed().as_secs_f64() * 1e3;
    let mut fleet = Fleet::new(server.address)?.offering_deflate();
    fleet.connect([frames::hello(&person.token, &[])], 1, |_| {})?;
    let (welcome_bytes, welcome_ms) = (fleet.heard.bytes, ms());
    let mut http = Http::connect(server.address, &person.token)?;
    http.get("/me")?;
    let mut page: Page = http.get_json("/conversations?limit=100")?;
    let (usable_bytes, usable_ms) = (welcome_bytes + http.bytes, ms());
    let mut seen = page.conversations.len();
    while let Some(cursor) = page.cursor {
        page = http.get_json(&format!("/conversations?limit=100&cursor={cursor}"))?;
        seen += page.conversations.len();
        ensure!(began.elapsed() < PATIENCE, "the list does not end");
    }
    ensure!(seen == conversations, "{seen} conversations instead of {conversations}");
    let (whole_bytes, whole_ms) = (welcome_bytes + http.bytes, ms());
    let cpu_us = server.process.cpu_us()? - cpu;
    Ok(Start { welcome_bytes, welcome_ms, usable_bytes, usable_ms, whole_bytes, whole_ms, cpu_us })
}
