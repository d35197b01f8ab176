//! The web client in a browser: its own measure (`web/perf`) on a server with nothing in it. That brings the figures and
//! their budgets; here they become figures like all others.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::bench::Bench;
use crate::report::Figure;

const SCRIPT: &str = "perf/run.mjs";
/// What the script imports, as seen from the folder of the client.
const PACKAGES: [&str; 2] = ["node_modules/vite", "../e2e/node_modules/playwright"];
/// Its usual names.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// Endings of the names that the script gives, and the units they are.
const UNITS: [(&str, &str); 5] = [("_ms", "ms"), ("_kb", "KB"), ("_mb", "MB"), ("_px", "px"), ("_bytes", "B")];
/// A few messages on a processor that is not slowed down, of what people notice most.
const QUICK: [&str; 7] = ["--quick", "--messages", "150", "--throttle", "1", "--only", "start,switch,key,send,events"];

/// What the script writes.
#[derive(Deserialize)]
struct Found {
    messages: u64,
    figures: Vec<Measured>,
    problems: Vec<String>,
}

#[derive(Deserialize)]
struct Measured {
    /// `scenario.figure_unit`.
    what: String,
    /// By how much the processor was slowed down.
    throttle: f64,
    value: f64,
    budget: Option<f64>,
}

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let browser = browser();
    if !bench.has(missing(&bench.web, browser.as_deref())) {
        return Ok(());
    }
    let place = bench.place()?;
    let server = bench.serve(&place)?;
    if !bench.has(without_client(server.address)?) {
        return server.stop();
    }
    let out = tempfile::NamedTempFile::new().context("cannot make a file")?;
    let mut command = Command::new("node");
    command.arg(SCRIPT).arg(format!("http://{}", server.address)).arg("--out").arg(out.path());
    command.args(bench.pick(&QUICK[..], &QUICK[..], &[])).current_dir(&bench.web);
    command.envs(browser.map(|browser| ("CHROMIUM", browser)));
    let mut child = command
        .stdin(Stdio::null())
        // The same figures as a table.
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start node")?;
    for line in BufReader::new(child.stderr.take().context("it has no output")?).lines() {
        bench.progress.say(&format!("web: {}", line?));
    }
    let ended = child.wait()?;
    ensure!(ended.success(), "the client's measure did not end well: {ended}");
    let found: Found =
        serde_json::from_reader(out.as_file()).context("the client's measure wrote something unknown")?;
    figures.push(Figure::note("messages in the long conversation", found.messages as f64, ""));
    figures.extend(found.figures.iter().map(Measured::figure));
    let first = found.problems.first().and_then(|problem| problem.lines().next()).unwrap_or_default();
    ensure!(found.problems.is_empty(), "{} problems in the browser, the first: {first}", found.problems.len());
    server.stop()
}

impl Measured {
    fn figure(&self) -> Figure {
        let Self { what, throttle, value, budget } = self;
        let ending = UNITS.iter().find_map(|(ending, unit)| Some((what.strip_suffix(ending)?, *unit)));
        let (words, unit) = ending.unwrap_or((what, ""));
        let words = words.replacen('.', ": ", 1).replace('_', " ");
        let name = format!("{}, at {throttle}×", words.trim_end_matches(": "));
        match budget {
            Some(budget) => Figure::lower(name, *value, unit).within(*budget),
            // What only counts how often something was measured gets no better.
            None if unit.is_empty() => Figure::note(name, *value, unit),
            None => Figure::lower(name, *value, unit),
        }
    }
}

/// `$CHROMIUM`, or the first of the usual names that is a program here.
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    named.or_else(|| {
        let path = std::env::var_os("PATH")?;
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let places = BROWSERS.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        places.into_iter().find(|place| place.is_file())
    })
}

/// What the script needs and is not there.
fn missing(web: &Path, browser: Option<&Path>) -> Option<String> {
    if !web.join(SCRIPT).is_file() {
        return Some(format!("{} is not the folder of the client (--web)", web.display()));
    }
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|ended| ended.status.success()) {
        return Some("Node.js is not installed".to_owned());
    }
    if !PACKAGES.iter().all(|package| web.join(package).is_dir()) {
        return Some("packages of web or e2e are not installed (npm ci in each)".to_owned());
    }
    let there = browser.is_some_and(Path::is_file);
    (!there).then(|| "Chromium is not installed".to_owned())
}

/// That a server was built without the client.
fn without_client(server: SocketAddr) -> Result<Option<String>> {
    let mut stream = TcpStream::connect(server).context("cannot connect")?;
    stream.write_all(format!("GET / HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let there = answer.starts_with(b"HTTP/1.1 200 ");
    Ok((!there).then(|| "this program was built without the client (make web)".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Better;

    fn figure(what: &str, budget: Option<f64>) -> (String, String, Better) {
        let figure = Measured { what: what.into(), throttle: 4.0, value: 2.0, budget }.figure();
        assert_eq!((figure.value, figure.budget), (2.0, budget));
        (figure.name, figure.unit, figure.better)
    }

    #[test]
    fn names_are_words_and_units_apart() {
        let told = |name: &str, unit: &str, better| (name.to_owned(), unit.to_owned(), better);
        let cases = [
            ("switch.first_p50_ms", Some(50.0), told("switch: first p50, at 4×", "ms", Better::Lower)),
            ("events.open_ms", None, told("events: open, at 4×", "ms", Better::Lower)),
            ("scroll.backward", Some(0.0), told("scroll: backward, at 4×", "", Better::Lower)),
            ("scroll.frames", None, told("scroll: frames, at 4×", "", Better::Neither)),
            ("memory.message_bytes", None, told("memory: message, at 4×", "B", Better::Lower)),
        ];
        for (what, budget, is) in cases {
            assert_eq!(figure(what, budget), is);
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let told = |browser| missing(folder.path(), browser).unwrap();
        assert!(told(None).ends_with("is not the folder of the client (--web)"));
        std::fs::create_dir(folder.path().join("perf")).unwrap();
        std::fs::write(folder.path().join(SCRIPT), "").unwrap();
        let why = told(None);
        assert!(why.starts_with("Node.js is") || why.starts_with("packages of web or e2e are"), "{why}");
    }
}
