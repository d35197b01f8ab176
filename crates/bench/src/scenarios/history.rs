//! Pages anywhere in long logs, and messages on top of them: neither gets slower because there is much above and below it.
//! One database is filled further and further, as that takes most of the time.

use std::time::Instant;

use anyhow::{Result, bail, ensure};
use parlor_model::ConversationId;
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use serde::Deserialize;

use super::growth::{FLAT, tell};
use super::storm;
use crate::bench::{Bench, Place};
use crate::latency::Latencies;
use crate::net::Http;
use crate::report::{Curve, Figure};
use crate::seed::Person;
use crate::server::Server;

/// Conversations among which the messages are.
const CONVERSATIONS: usize = 100;
const PAGE: usize = 50;

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let sizes: &[usize] =
        bench.pick(&[10_000, 20_000], &[10_000, 40_000, 200_000], &[10_000, 100_000, 1_000_000, 10_000_000]);
    let (pages, messages) = (bench.pick(20, 500, 2_000), bench.pick(50, 2_000, 10_000));
    let (mut page, mut message) = (Curve::over("stored messages", "us"), Curve::over("stored messages", "us"));
    let mut library = Library::found(bench)?;
    for size in sizes {
        let filled = library.fill(bench, *size)?;
        let server = bench.serve(&library.place)?;
        let (latencies, page_us) = library.read(bench, &server, pages)?;
        let cpu = server.process.cpu_us()?;
        storm::talk(&server, &library.talker, &library.rooms, messages, &format!("h{size}-"))?;
        let message_us = (server.process.cpu_us()? - cpu) as f64 / messages as f64;
        server.stop()?;
        let spread = latencies.sorted();
        let named = |what: &str| format!("{what}, {size} messages stored");
        figures.extend([
            Figure::lower(named("page of 50, p50"), spread.ms(0.5), "ms"),
            Figure::lower(named("page of 50, p99"), spread.ms(0.99), "ms"),
            Figure::lower(named("server CPU per page"), page_us, "us"),
            Figure::lower(named("server CPU per message"), message_us, "us"),
            Figure::note(named("filled by import"), filled, "/s"),
        ]);
        page.at(*size, page_us);
        message.at(*size, message_us);
    }
    tell(figures, "server CPU of a page of 50", page, FLAT);
    tell(figures, "server CPU of storing a message", message, FLAT);
    Ok(())
}

/// Many messages in a hundred conversations, of which one person has all.
struct Library {
    place: Place,
    /// Begun by the reader, who has them all.
    rooms: Vec<ConversationId>,
    /// Who reads.
    reader: Person,
    /// Who said everything.
    talker: Person,
    stored: usize,
}

impl Library {
    /// Without a message.
    fn found(bench: &Bench) -> Result<Self> {
        let place = bench.place()?;
        let mut seed = place.seed()?;
        let (Some(reader), Some(talker)) = (seed.people(1, |_| {})?.pop(), seed.people(1, |_| {})?.pop()) else {
            bail!("nobody is there")
        };
        let rooms = seed.groups(&reader, &vec![vec![talker.id]; CONVERSATIONS], |_| {})?;
        seed.close();
        Ok(Self { place, rooms, reader, talker, stored: 0 })
    }

    /// Imports messages until there are so many, while no server is there: how many a second.
    fn fill(&mut self, bench: &Bench, stored: usize) -> Result<f64> {
        let began = Instant::now();
        let (seed, more) = (self.place.seed()?, stored.saturating_sub(self.stored));
        let places: Vec<_> = self.rooms.iter().map(|room| (*room, self.talker.id)).collect();
        seed.messages(&places, more, |done| bench.progress.show("history: messages", done, Some(more)))?;
        seed.close();
        self.stored += more;
        Ok(more as f64 / began.elapsed().as_secs_f64())
    }

    /// Reads so many pages anywhere: how long each took, and the server's processor time for one in microseconds.
    fn read(&self, bench: &Bench, server: &Server, pages: usize) -> Result<(Latencies, f64)> {
        let mut http = Http::connect(server.address, &self.reader.token)?;
        // The same places each time.
        let mut random = SmallRng::seed_from_u64(7);
        let (mut latencies, cpu) = (Latencies::default(), server.process.cpu_us()?);
        for done in 0..pages {
            let room = self.rooms[random.random_range(0..CONVERSATIONS)];
            // Far enough from the beginning for a whole page.
            let before = random.random_range(PAGE + 2..self.stored / CONVERSATIONS);
            let began = Instant::now();
            let body = http.get(&format!("/conversations/{room}/messages?before={before}&limit={PAGE}"))?;
            latencies.record(began.elapsed());
            check(&body, room, before)?;
            bench.progress.show("history: pages", done + 1, Some(pages));
        }
        let cpu = server.process.cpu_us()? - cpu;
        Ok((latencies, cpu as f64 / pages as f64))
    }
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
