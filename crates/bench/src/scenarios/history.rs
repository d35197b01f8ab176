//! Pages anywhere in long logs: one does not get slower because there is much above and below it.

use std::time::Instant;

use anyhow::{Result, bail, ensure};
use parlor_model::ConversationId;
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use serde::Deserialize;

use crate::bench::{Bench, Place};
use crate::latency::Latencies;
use crate::net::Http;
use crate::report::Figure;
use crate::seed::Person;
use crate::server::Server;

/// Conversations among which the messages are.
const CONVERSATIONS: usize = 100;
const PAGE: usize = 50;

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let sizes: &[usize] = bench.pick(&[10_000], &[200_000], &[1_000_000, 10_000_000]);
    sizes.iter().try_for_each(|stored| measure(bench, *stored, figures))
}

fn measure(bench: &Bench, stored: usize, figures: &mut Vec<Figure>) -> Result<()> {
    let mut library = Library::found(bench)?;
    let began = Instant::now();
    library.fill(bench, stored, "history")?;
    let filling = stored as f64 / began.elapsed().as_secs_f64();
    let server = bench.serve(&library.place)?;
    let pages = bench.pick(20, 1_000, 4_000);
    let (latencies, cpu) = library.read(bench, &server, pages, "history")?;
    let spread = latencies.sorted();
    let named = |what: &str| format!("{what}, {stored} messages stored");
    figures.extend([
        Figure::lower(named("page of 50, p50"), spread.ms(0.5), "ms"),
        Figure::lower(named("page of 50, p99"), spread.ms(0.99), "ms"),
        Figure::lower(named("server CPU per page"), cpu, "us"),
        Figure::note(named("filled by import"), filling, "/s"),
    ]);
    server.stop()
}

/// Many messages in a hundred conversations, of which one person has all.
pub(super) struct Library {
    pub(super) place: Place,
    /// Begun by the reader, who has them all.
    pub(super) rooms: Vec<ConversationId>,
    /// Who reads.
    reader: Person,
    /// Who said everything.
    pub(super) talker: Person,
    stored: usize,
}

impl Library {
    /// Without a message.
    pub(super) fn found(bench: &Bench) -> Result<Self> {
        let place = bench.place()?;
        let mut seed = place.seed()?;
        let (Some(reader), Some(talker)) = (seed.people(1, |_| {})?.pop(), seed.people(1, |_| {})?.pop()) else {
            bail!("nobody is there")
        };
        let rooms = seed.groups(&reader, &vec![vec![talker.id]; CONVERSATIONS], |_| {})?;
        seed.close();
        Ok(Self { place, rooms, reader, talker, stored: 0 })
    }

    /// Imports messages until there are so many, while no server is there.
    pub(super) fn fill(&mut self, bench: &Bench, stored: usize, doing: &str) -> Result<()> {
        let (seed, more) = (self.place.seed()?, stored.saturating_sub(self.stored));
        let places: Vec<_> = self.rooms.iter().map(|room| (*room, self.talker.id)).collect();
        seed.messages(&places, more, |done| bench.progress.show(&format!("{doing}: messages"), done, Some(more)))?;
        seed.close();
        self.stored += more;
        Ok(())
    }

    /// Reads so many pages anywhere: how long each took, and the server's processor time for one in microseconds.
    pub(super) fn read(&self, bench: &Bench, server: &Server, pages: usize, doing: &str) -> Result<(Latencies, f64)> {
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
            bench.progress.show(&format!("{doing}: pages"), done + 1, Some(pages));
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
