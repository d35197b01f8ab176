//! `parlor copy`.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use parlor_db::copy::{Compared, Copy, Progress, Step, copy};

use super::asked_to_stop;

/// A terminal shows where it is this often, a file as often as `LINE_EVERY`.
const SHOW_EVERY: Duration = Duration::from_millis(200);
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Which databases.
#[derive(Debug, clap::Args)]
pub(super) struct Databases {
    /// Where the data is: sqlite://path or postgres://user@host/name. The password is better in PGPASSWORD or ~/.pgpass,
    /// since flags are seen by everybody on this machine.
    #[arg(long, value_name = "URL")]
    from: String,
    /// Where it goes: an empty database, or one with a copy of the same source that was interrupted.
    #[arg(long, value_name = "URL")]
    to: String,
}

/// Copies, shows how far it is, and compares; until it is asked to stop.
pub(super) fn run(databases: &Databases) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let ask = Copy {
            from: &databases.from,
            to: &databases.to,
            migrations: parlor_app::MIGRATIONS,
            made_at_start: parlor_app::MADE_AT_START,
        };
        let mut shown = Shown::default();
        let compared = tokio::select! {
            done = copy(ask, |progress| shown.show(progress)) => Some(done),
            asked = asked_to_stop() => { asked?; None }
        };
        shown.end_line();
        let compared = compared
            .context("interrupted: the same command goes on where it was; until then the target cannot be served")?
            .context("the copy is not finished")?;
        report(&compared)
    })
}

fn report(compared: &[Compared]) -> Result<()> {
    let width = compared.iter().map(|table| table.table.len()).max().unwrap_or_default();
    println!("{:width$}  {:>12}  checksum, the same on both sides", "table", "rows");
    for table in compared.iter().filter(|table| table.same()) {
        println!("{:width$}  {:>12}  {}", table.table, table.source.rows, table.source.checksum);
    }
    let mut differing = Vec::new();
    for Compared { table, source, target } in compared.iter().filter(|table| !table.same()) {
        println!("{table:width$}  {:>12}  {} at the source", source.rows, source.checksum);
        println!("{table:width$}  {:>12}  {} at the target", target.rows, target.checksum);
        differing.push(format!("`{table}`"));
    }
    anyhow::ensure!(
        differing.is_empty(),
        "the target differs from the source in {}: one of them was changed since the copy began. The target cannot be \
         served; begin again with an empty one",
        differing.join(", ")
    );
    println!("Everything is copied. Set `database` to the target's address and start the server.");
    Ok(())
}

/// What the user sees of the progress, on stderr.
#[derive(Default)]
struct Shown {
    doing: Option<(Step, String)>,
    began: Option<Instant>,
    already: u64,
    last: Option<Instant>,
    open_line: bool,
}

impl Shown {
    fn show(&mut self, Progress { step, table, done, total }: Progress<'_>) {
        let now = Instant::now();
        let is_same = self.doing.as_ref().is_some_and(|(doing, with)| *doing == step && with == table);
        if !is_same {
            self.end_line();
            self.doing = Some((step, table.to_owned()));
            (self.began, self.last) = (Some(now), None);
            self.already = if step == Step::Copying { done } else { 0 };
        }
        let terminal = std::io::stderr().is_terminal();
        let every = if terminal { SHOW_EVERY } else { LINE_EVERY };
        if done < total && self.last.is_some_and(|last| now.duration_since(last) < every) {
            return;
        }
        self.last = Some(now);
        let seconds = self.began.map_or(0.0, |began| now.duration_since(began).as_secs_f64());
        let rate = if seconds > 0.1 {
            format!(", {:.0} a second", (done - self.already) as f64 / seconds)
        } else {
            String::new()
        };
        let already = if self.already > 0 { format!(" ({} were there already)", self.already) } else { String::new() };
        let what = match step {
            Step::Copying => "copying",
            Step::Verifying => "comparing",
        };
        let line = format!("{what} {table}: {done} of {total} rows{rate}{already}");
        if terminal {
            eprint!("\r\x1b[K{line}");
            let _ = std::io::stderr().flush();
            self.open_line = true;
        } else {
            eprintln!("{line}");
        }
    }

    fn end_line(&mut self) {
        if std::mem::take(&mut self.open_line) {
            eprintln!();
        }
    }
}
