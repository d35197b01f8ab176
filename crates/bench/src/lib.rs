//! The measuring instrument behind `parlor bench`: it fills a database, starts this same program as a server on it, drives
//! it from outside, and tells what that cost *the server* (its own processor time and memory, from `/proc`), so that a
//! machine which the driver shares still gives a stable ratio.
//!
//! The driver is cheap: sockets in an epoll loop (`net`), frames written by hand and counted by their first bytes. One
//! file for each scenario, in `scenarios`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to its user")]

mod bench;
mod broadcaster;
mod latency;
mod net;
mod peers;
mod process;
mod progress;
mod report;
mod rounds;
mod scenarios;
mod seed;
mod server;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use parlor_model::Clock;

use bench::{Bench, Outside, Size, Skipped};
use process::Machine;
use report::{Compared, Figure, Missing, Report};
use scenarios::Scenario;

/// What to measure, and where the figures go.
#[derive(Debug, clap::Args)]
pub struct Ask {
    /// Which; all of them when none is named.
    #[arg(value_enum)]
    scenarios: Vec<Scenario>,
    /// Smaller and shorter: everything within three minutes instead of forty.
    #[arg(long)]
    quick: bool,
    /// So small that the figures mean nothing: whether the scenarios work.
    #[arg(long, hide = true, conflicts_with = "quick")]
    tiny: bool,
    /// Folder for report.json, report.svg and baseline.json (made when missing).
    #[arg(long, value_name = "FOLDER", default_value = "bench")]
    out: PathBuf,
    /// A report of an earlier run to be compared with, of the same size. By default baseline.json in the folder, if it is there.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Keeps this run's report as baseline.json in the folder.
    #[arg(long)]
    save_baseline: bool,
    /// Where the other servers are set up that `peers` measures (cargo xtask peers).
    #[arg(long, value_name = "FOLDER", default_value = "crates/bench/peers")]
    peers: PathBuf,
    /// The folder of the web client in a checkout, which `web` measures, with its packages and those of e2e beside it.
    #[arg(long, value_name = "FOLDER", default_value = "web")]
    web: PathBuf,
    /// PostgreSQL that the server uses, postgres://user@host/name: an empty database. By default SQLite in a folder of its own.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// A server that runs on this machine already, such as 127.0.0.1:8080, on the PostgreSQL of --database, which is filled
    /// beside it. What restarts the server is then left out. Its limits should be open (see docs/performance.md).
    #[arg(long, value_name = "ADDRESS:PORT", requires_all = ["pid", "database"])]
    url: Option<String>,
    /// The process of that server.
    #[arg(long, value_name = "PID", requires = "url")]
    pid: Option<u32>,
}

/// Measures, shows and keeps what was asked for. An error when something could not be measured that should have been.
pub fn run(ask: Ask) -> Result<()> {
    if ask.scenarios == [Scenario::Broadcaster] {
        return broadcaster::run();
    }
    // A wrong baseline is told before forty minutes, not after.
    let baseline = read_baseline(&ask)?;
    fs::create_dir_all(&ask.out).with_context(|| format!("cannot make the folder {}", ask.out.display()))?;
    let size = match (ask.quick, ask.tiny) {
        (true, _) => Size::Quick,
        (_, true) => Size::Tiny,
        _ => Size::Full,
    };
    let outside = match (&ask.url, ask.pid) {
        (Some(url), Some(pid)) => Some(Outside::parse(url, pid)?),
        _ => None,
    };
    let bench = Bench::new(size, ask.database.clone(), outside, [ask.peers.clone(), ask.web.clone()])?;
    let mut report = Report {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        at: Clock::System.now(),
        size: size.name().to_owned(),
        machine: Machine::this(),
        figures: Vec::new(),
        missing: Vec::new(),
        seconds: Vec::new(),
    };
    for scenario in scenarios::chosen(&ask.scenarios) {
        measure(&bench, scenario, &mut report);
    }
    let compared = baseline.map(|baseline| report::compare(&report, &baseline)).unwrap_or_default();
    tell(&ask, &report, &compared)
}

fn read_baseline(ask: &Ask) -> Result<Option<Report>> {
    let usual = ask.out.join("baseline.json");
    match &ask.baseline {
        Some(path) => Report::read(path).map(Some),
        None if usual.exists() => Report::read(&usual).map(Some),
        None => Ok(None),
    }
}

/// One scenario; one that fails does not take the others along.
fn measure(bench: &Bench, scenario: Scenario, report: &mut Report) {
    let (name, began) = (scenario.name(), Instant::now());
    bench.progress.say(&format!("{name}: {}", scenario.what()));
    let named = |figure| Figure { scenario: name.to_owned(), ..figure };
    let mut figures = Vec::new();
    let done = scenario.run(bench, &mut figures);
    report.figures.extend(figures.into_iter().map(named));
    let skipped = bench.take_skipped().into_iter().map(|Skipped(why)| (why, false));
    let failed = done.err().map(|error| (format!("{error:#}"), true));
    let missing = skipped.chain(failed).map(|(why, failed)| Missing { scenario: name.to_owned(), why, failed });
    for missing in missing {
        bench.progress.say(&format!("{name}: {}", missing.why));
        report.missing.push(missing);
    }
    let seconds = began.elapsed().as_secs_f64();
    report.seconds.push((name.to_owned(), seconds));
    bench.progress.say(&format!("{name}: after {seconds:.0} s"));
}

fn tell(ask: &Ask, report: &Report, compared: &[Compared]) -> Result<()> {
    print!("{}", report.table(compared));
    report.write(&ask.out.join("report.json"))?;
    report.write_chart(compared, &ask.out.join("report.svg"))?;
    println!("In {}: report.json, report.svg", ask.out.display());
    let failed = report.missing.iter().filter(|missing| missing.failed).count();
    ensure!(failed == 0, "{failed} scenarios failed");
    if ask.save_baseline {
        report.write(&ask.out.join("baseline.json"))?;
    }
    Ok(())
}
