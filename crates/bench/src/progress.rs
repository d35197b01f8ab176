//! What the one who waits sees, on stderr.

use std::cell::RefCell;
use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::{Duration, Instant};

/// A terminal's line is written anew this often, a file gets a line as often as `LINE_EVERY`.
const SHOW_EVERY: Duration = Duration::from_millis(200);
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Where a run is.
#[derive(Debug)]
pub(crate) struct Progress {
    terminal: bool,
    shown: RefCell<Option<(String, Instant)>>,
}

impl Progress {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self { terminal: stderr().is_terminal(), shown: RefCell::default() }
    }

    /// What is done now, and how far it is: `of` a whole, or none known.
    pub(crate) fn show(&self, doing: &str, done: usize, of: Option<usize>) {
        let mut shown = self.shown.borrow_mut();
        let every = if self.terminal { SHOW_EVERY } else { LINE_EVERY };
        let news = shown.as_ref().is_none_or(|(before, at)| before != doing || at.elapsed() >= every);
        if !news && of != Some(done) {
            return;
        }
        *shown = Some((doing.to_owned(), Instant::now()));
        let far = of.map_or_else(|| done.to_string(), |of| format!("{done} of {of}"));
        if self.terminal {
            eprint!("\r\x1b[K{doing}: {far}");
            let _ = stderr().flush();
        } else {
            eprintln!("{doing}: {far}");
        }
    }

    /// A line that stays.
    pub(crate) fn say(&self, line: &str) {
        let clear = if self.terminal { "\r\x1b[K" } else { "" };
        eprintln!("{clear}{line}");
        *self.shown.borrow_mut() = None;
    }
}
