//! Pages anywhere in long logs: one does not get slower because there is much above and below it.

use std::time::Instant;

use anyhow::{Result, bail, ensure};
use parlor_model::ConversationId;
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use serde::Deserialize;

use crate::bench::Bench;
use crate::latency::Latencies;
use crate::net::Http;
use crate::report::Figure;

/// Conversations among which the messages are.
const CONVERSATIONS: usize = 100;
const PAGE: usize = 50;

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let sizes: &[usize] = bench.pick(&[10_000], &[200_000], &[1_000_000, 10_000_000]);
    sizes.iter().try_for_each(|stored| measure(bench, *stored, figures))
}

fn measure(bench: &Bench, stored: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let place = bench.place()?;
    let mut seed = place.seed()?;
    let (readers, talkers) = (seed.people(1, |_| {})?, seed.people(1, |_| {})?);
    let ([reader], [talker]) = (readers.as_slice(), talkers.as_slice()) else { bail!("nobody is there") };
    let groups = vec![vec![talker.id]; CONVERSATIONS];
    let rooms = seed.groups(reader, &groups, |_| {})?;
    let places: Vec<_> = rooms.iter().map(|room| (*room, talker.id)).collect();
    let began = Instant::now();
    seed.messages(&places, stored, |done| bench.progress.show("history: messages", done, Some(stored)))?;
    let filling = stored as f64 / began.elapsed().as_secs_f64();
    seed.close();

    let server = bench.serve(&place)?;
    let mut http = Http::connect(server.address, &reader.token)?;
    let pages = bench.pick(20, 1_000, 4_000);
    // The same places each time.
    let mut random = SmallRng::seed_from_u64(7);
    let (mut latencies, cpu) = (Latencies::default(), server.process.cpu_us()?);
    for done in 0..pages {
        let room = rooms[random.random_range(0..CONVERSATIONS)];
        // Far enough from the beginning for a whole page.
        let before = random.random_range(PAGE + 2..stored / CONVERSATIONS);
        let began = Instant::now();
        let body = http.get(&format!("/conversations/{room}/messages?before={before}&limit={PAGE}"))?;
        latencies.record(began.elapsed());
        check(&body, room, before)?;
        bench.progress.show("history: pages", done + 1, Some(pages));
    }
    let (spread, cpu) = (latencies.sorted(), server.process.cpu_us()? - cpu);
    let named = |what: &str| format!("{what}, {stored} messages stored");
    figures.extend([
        Figure::lower(named("page of 50, p50"), spread.ms(0.5), "ms"),
        Figure::lower(named("page of 50, p99"), spread.ms(0.99), "ms"),
        Figure::lower(named("server CPU per page"), cpu as f64 / pages as f64, "us"),
        Figure::note(named("filled by import"), filling, "/s"),
    ]);
    server.stop()
}

/// A whole page, just below where it was asked for.
fn check(body: &[u8], room: ConversationId, before: usize) -> Result<()> {
    #[derive(Deserialize)]
    struct Page {
        messages: Vec<Message>,
    }
    #[derive(Deserialize)]
    struct Message {
        seq: usize,
    }
    let page: Page = serde_json::from_slice(body)?;
    let seqs: Vec<usize> = page.messages.iter().map(|message| message.seq).collect();
    ensure!(seqs.iter().copied().eq(before - PAGE..before), "the page below {before} of {room} has {seqs:?}");
    Ok(())
}
