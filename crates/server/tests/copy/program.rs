//! `parlor copy` as a process.

use std::process::{Child, Command, Output, Stdio};

/// What came of it.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) well: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            well: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ended {
    /// The tables of the report and how many rows each has; that it ended well.
    #[track_caller]
    pub(crate) fn tables(&self) -> Vec<(String, u64)> {
        assert!(self.well, "{self:?}");
        let rows = self.stdout.lines().skip(1).filter_map(|line| {
            let [table, rows, _checksum] = line.split_whitespace().collect::<Vec<_>>().try_into().ok()?;
            Some((table.to_owned(), rows.parse().ok()?))
        });
        rows.collect()
    }

    /// That it was refused, in words that hold these.
    #[track_caller]
    pub(crate) fn refused(&self, words: &[&str]) {
        assert!(!self.well && self.stdout.is_empty(), "{self:?}");
        assert!(words.iter().all(|word| self.stderr.contains(word)), "{words:?} in {self:?}");
    }
}

fn parlor(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A copy under way; killed when dropped.
pub(crate) struct Copying(Option<Child>);

impl Copying {
    pub(crate) fn start(from: &str, to: &str) -> Self {
        Self(Some(parlor(&["copy", "--from", from, "--to", to]).spawn().expect("the program starts")))
    }

    /// Ctrl+C.
    pub(crate) fn interrupt(mut self) -> Ended {
        let child = self.0.take().expect("it runs");
        let asked = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()));
        child.wait_with_output().expect("it ends").into()
    }
}

impl Drop for Copying {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

pub(crate) fn copy(from: &str, to: &str) -> Ended {
    parlor(&["copy", "--from", from, "--to", to]).output().expect("the program runs").into()
}

/// A server that is expected to refuse.
pub(crate) fn serve(database: &str) -> Ended {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("its name");
    let args = ["serve", "--listen", "127.0.0.1:0", "--data", data, "--database", database];
    parlor(&args).output().expect("the program runs").into()
}
