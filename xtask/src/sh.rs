//! Running other programs: from the repository's root, with their lines passed on, and stopped when we are stopped.

use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use anyhow::{Context, Result, bail};
pub(crate) use parlor_throwaway::{companion, signal, stop, which};

static CHILDREN: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static HANDLER: Once = Once::new();

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Where cargo puts what it builds.
pub(crate) fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The debug build of the server, as `cargo build` leaves it; `PARLOR_TEST_BIN` names another.
pub(crate) fn server_binary() -> PathBuf {
    std::env::var_os("PARLOR_TEST_BIN").map_or_else(|| target_dir().join("debug/parlor"), PathBuf::from)
}

/// A command in a folder of the repository, with no stdin.
pub(crate) fn command(dir: &str, words: &[&str]) -> Result<Command> {
    let (program, args) = words.split_first().context("an empty command")?;
    let mut command = Command::new(program);
    command.args(args).current_dir(root().join(dir)).stdin(Stdio::null());
    // Set by the cargo that runs this; a build script looks at it, and a cargo of ours would build much anew.
    command.env_remove("CARGO_MANIFEST_DIR");
    Ok(command)
}

/// Runs to the end and gives stdout; stderr is passed on.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_owned();
    let out = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start {}", name.display()))?;
    if !out.status.success() {
        bail!("{} ended with {}", name.display(), out.status);
    }
    Ok(String::from_utf8(out.stdout)?)
}

/// Runs with our own output, forwarding SIGINT and SIGTERM.
pub(crate) fn wait(command: &mut Command) -> Result<ExitStatus> {
    stop_children_when_stopped();
    let name = command.get_program().to_owned();
    let mut child = command.spawn().with_context(|| format!("cannot start {}", name.display()))?;
    let seat = Seat::take(child.id());
    let status = child.wait()?;
    drop(seat);
    if interrupted() {
        bail!("interrupted");
    }
    Ok(status)
}

/// As [`wait`], handing each line (without colours) to `watch` on its way to our stdout.
pub(crate) fn wait_watching(command: &mut Command, mut watch: impl FnMut(&str)) -> Result<ExitStatus> {
    stop_children_when_stopped();
    let name = command.get_program().to_owned();
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always").env("FORCE_COLOR", "1");
    }
    let (reader, writer) = std::io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("cannot start {}", name.display()))?;
    let seat = Seat::take(child.id());
    // Our own ends of the pipe live in `command`: without this the reader would never see the end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        std::io::stdout().write_all(&line)?;
        watch(&without_colours(&String::from_utf8_lossy(&line)));
        line.clear();
    }
    let status = child.wait()?;
    drop(seat);
    if interrupted() {
        bail!("interrupted");
    }
    Ok(status)
}

/// Whether SIGINT or SIGTERM came.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A running child, told to end when we are.
struct Seat(u32);

impl Seat {
    fn take(pid: u32) -> Self {
        CHILDREN.lock().unwrap_or_else(PoisonError::into_inner).push(pid);
        Self(pid)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        CHILDREN.lock().unwrap_or_else(PoisonError::into_inner).retain(|pid| *pid != self.0);
    }
}

/// From here on a signal ends the children; we return through `wait`, so that guards clean up.
pub(crate) fn stop_children_when_stopped() {
    HANDLER.call_once(|| {
        let set = ctrlc::set_handler(|| {
            INTERRUPTED.store(true, Ordering::SeqCst);
            for pid in CHILDREN.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                signal(*pid, "TERM");
            }
        });
        if let Err(error) = set {
            eprintln!("xtask: signals cannot be caught: {error}");
        }
    });
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out() {
        assert_eq!(without_colours("\u{1b}[32;1m ok\u{1b}[0m 3"), " ok 3");
    }

    #[test]
    fn lines_are_watched_and_the_status_is_kept() {
        let mut seen = Vec::new();
        let mut command = command(".", &["sh", "-c", "echo out; echo err >&2; exit 3"]).unwrap();
        let status = wait_watching(&mut command, |line| seen.push(line.trim().to_owned())).unwrap();
        assert_eq!(status.code(), Some(3));
        assert_eq!(seen, ["out", "err"]);
    }
}
