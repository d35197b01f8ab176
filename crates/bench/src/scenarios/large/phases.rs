//! What happens in the group, one function each; what it cost is told in figures.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::stage::{OWNER, Stage, WATCHER};
use crate::latency::{Latencies, Spread};
use crate::net::{Http, frames};
use crate::report::Figure;
use crate::seed::TEXT;

/// Members on a page, as many as there may be.
const PAGE: usize = 200;
/// Of whom the watcher wants to know.
const WATCHED: usize = 50;
/// Whatever is told too much has come by then.
const SETTLED: Duration = Duration::from_millis(300);

/// Nothing at all, but for the bystanders: what they cost is known from then on.
pub(super) fn quiet(stage: &mut Stage<'_>, lasts: Duration) -> Result<Vec<Figure>> {
    let meter = stage.meter()?;
    stage.pause(lasts)?;
    stage.background = stage.cpu_us(&meter)? / lasts.as_micros() as f64;
    Ok(vec![Figure::note("server CPU for the bystanders", stage.background * 100.0, "%")])
}

/// So many messages, one after the other has reached everybody: the time to the acknowledgement and to the last one who
/// hears it, and what a delivery costs.
pub(super) fn send(stage: &mut Stage<'_>, times: usize, calls: bool) -> Result<Vec<Figure>> {
    let (mut acks, mut lasts, meter) = (Latencies::default(), Latencies::default(), stage.meter()?);
    let what = if calls { "calling all" } else { "a message" };
    for n in 0..times {
        let (client, began) = (format!("{what} {n}"), Instant::now());
        let say = if calls { frames::call_all } else { frames::send };
        let (acked, told) = (stage.heard.acks + 1, stage.entries() + stage.online);
        stage.fleet.say(OWNER, &say("m", stage.group, &client, TEXT))?;
        stage.until("an acknowledgement", |stage| stage.heard.acks == acked)?;
        acks.record(began.elapsed());
        stage.until("a message at everybody", |stage| stage.entries() >= told)?;
        lasts.record(began.elapsed());
        ensure!(stage.entries() == told, "somebody heard a message twice");
    }
    let cpu = stage.cpu_us(&meter)?;
    let deliveries = times as u64 * stage.online;
    let mut figures = spread(&format!("{what}: acknowledged"), &acks.sorted());
    figures.extend(spread(&format!("{what}: at the last one"), &lasts.sorted()));
    figures.push(Figure::lower(format!("{what}: server CPU of a delivery"), cpu / deliveries as f64, "us"));
    Ok(figures)
}

/// All of the crowd have read the newest message at about the same moment. Each is told of the own mark, and nobody of the
/// others'; then its sender asks who has read it.
pub(super) fn read(stage: &mut Stage<'_>, times: u32) -> Result<Vec<Figure>> {
    #[derive(Deserialize)]
    struct Head {
        head_seq: i64,
    }
    #[derive(Deserialize)]
    struct Reached {
        read_count: u64,
    }
    let mut http = Http::connect(stage.server.address, &stage.owner.token)?;
    let Head { head_seq } = http.get_json(&format!("/conversations/{}", stage.group))?;
    let readers = stage.online - 2;
    let (meter, frames) = (stage.meter()?, stage.told.frames.load(Ordering::Acquire));
    let told = stage.told.receipts.load(Ordering::Acquire) + readers;
    stage.order(0..usize::try_from(readers)?, frames::read(stage.group, head_seq))?;
    let receipts = |stage: &Stage<'_>| stage.told.receipts.load(Ordering::Acquire);
    let took = stage.until("all marks", |stage| receipts(stage) >= told)?;
    stage.pause(SETTLED)?;
    let cpu = stage.cpu_us(&meter)?;
    let frames = stage.told.frames.load(Ordering::Acquire) - frames;

    let (mut asked, meter) = (Latencies::default(), stage.meter()?);
    for _ in 0..times {
        let began = Instant::now();
        let path = format!("/conversations/{}/messages/{head_seq}/receipts", stage.group);
        let Reached { read_count } = http.get_json(&path)?;
        asked.record(began.elapsed());
        ensure!(read_count == readers, "{read_count} of {readers} have read it");
    }
    let view = stage.cpu_us(&meter)? / f64::from(times);
    let mut figures = vec![
        Figure::lower("all read: until the last mark is told", took.as_secs_f64() * 1e3, "ms"),
        Figure::lower("all read: server CPU of each", cpu / readers as f64, "us"),
        Figure::lower("all read: frames told for each", frames as f64 / readers as f64, "").within(1.1),
    ];
    figures.extend(spread("who has read it: answered", &asked.sorted()));
    figures.push(Figure::lower("who has read it: server CPU", view / 1e3, "ms"));
    Ok(figures)
}

/// One more after the other is brought in by who runs the group.
pub(super) fn join(stage: &mut Stage<'_>) -> Result<Vec<Figure>> {
    let mut http = Http::connect(stage.server.address, &stage.owner.token)?;
    let (mut answers, mut lasts, meter) = (Latencies::default(), Latencies::default(), stage.meter()?);
    let newcomers = &stage.crowd[usize::try_from(stage.online - 2)?..];
    for newcomer in newcomers {
        stage.online += 1;
        let (told, began) = (stage.entries() + stage.online, Instant::now());
        let ask = format!(r#"{{"user_ids":["{}"]}}"#, newcomer.id);
        http.post(&format!("/conversations/{}/members", stage.group), &ask)?;
        answers.record(began.elapsed());
        stage.until("everybody knows who came", |stage| stage.entries() >= told)?;
        lasts.record(began.elapsed());
    }
    let cpu = stage.cpu_us(&meter)? / newcomers.len() as f64;
    let mut figures = spread("one joins: answered", &answers.sorted());
    figures.extend(spread("one joins: at the last one", &lasts.sorted()));
    figures.push(Figure::lower("one joins: server CPU", cpu / 1e3, "ms"));
    Ok(figures)
}

/// All members are read, page after page.
pub(super) fn list(stage: &mut Stage<'_>, members: usize) -> Result<Vec<Figure>> {
    #[derive(Deserialize)]
    struct Page {
        members: Vec<IgnoredAny>,
        cursor: Option<String>,
    }
    let mut http = Http::connect(stage.server.address, &stage.owner.token)?;
    let (mut times, meter, mut seen) = (Latencies::default(), stage.meter()?, 0);
    let (mut from, mut first) = (String::new(), None);
    loop {
        let began = Instant::now();
        let page: Page = http.get_json(&format!("/conversations/{}/members?limit={PAGE}{from}", stage.group))?;
        times.record(began.elapsed());
        first.get_or_insert(began.elapsed());
        seen += page.members.len();
        let Some(cursor) = page.cursor else { break };
        from = format!("&cursor={cursor}");
        // Heartbeats want an answer.
        stage.turn(Duration::ZERO)?;
    }
    ensure!(seen == members, "{seen} of {members} members are listed");
    let cpu = stage.cpu_us(&meter)?;
    let (pages, first) = (times.clone().sorted().len() as f64, first.unwrap_or_default());
    let mut figures = vec![Figure::lower("members: first page", first.as_secs_f64() * 1e3, "ms")];
    figures.extend(spread("members: a page", &times.sorted()));
    figures.extend([
        Figure::lower("members: server CPU of a page", cpu / pages, "us"),
        Figure::lower("members: bytes of a page", http.bytes as f64 / pages / 1e3, "KB"),
    ]);
    Ok(figures)
}

/// Some of the crowd go away and come back, of whom one person watches a few.
pub(super) fn presence(stage: &mut Stage<'_>, changing: usize) -> Result<Vec<Figure>> {
    let watched = WATCHED.min(changing);
    let users: Vec<_> = stage.crowd[..watched].iter().map(|person| person.id).collect();
    let before = stage.heard.presences;
    stage.fleet.say(WATCHER, &frames::watch(&users))?;
    stage.until("how the watched are", |stage| stage.heard.presences >= before + watched as u64)?;
    let (before, meter) = (stage.heard.presences, stage.meter()?);
    let mut figures = Vec::new();
    for (turn, what) in [(1, "go away"), (2, "come back")] {
        stage.order(0..changing, frames::presence(turn == 1))?;
        let told = before + turn * watched as u64;
        let took = stage.until("how the watched are now", |stage| stage.heard.presences >= told)?;
        figures.push(Figure::lower(
            format!("{changing} {what}: until the last is told"),
            took.as_secs_f64() * 1e3,
            "ms",
        ));
        stage.pause(SETTLED)?;
    }
    let cpu = stage.cpu_us(&meter)? / (2 * changing) as f64;
    let frames = (stage.heard.presences - before) as f64 / (2 * watched) as f64;
    figures.extend([
        Figure::lower("come and go: server CPU of each", cpu, "us"),
        Figure::lower("come and go: frames for each who is watched", frames, "").within(1.0),
    ]);
    Ok(figures)
}

fn spread(what: &str, spread: &Spread) -> Vec<Figure> {
    let figure = |name: &str, share| Figure::lower(format!("{what}, {name}"), spread.ms(share), "ms");
    vec![figure("p50", 0.5), figure("p99", 0.99)]
}
