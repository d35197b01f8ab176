//! `make test`: everything that must hold, step by step, with durations and the test runners' own summaries at the end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use parlor_throwaway::Postgres;

use crate::{codegen, licences, packages, postgres, sh, tidy};

/// One thing that must hold.
struct Step {
    name: &'static str,
    parts: &'static [&'static str],
    how: How,
}

enum How {
    /// A program, from a folder.
    Run(&'static str, &'static [&'static str]),
    /// A part of this tool.
    Call(fn() -> Result<()>),
    /// The Rust tests, beside a PostgreSQL.
    RustTests,
    /// The journeys, with the browser named.
    Journeys,
}

use How::{Call, Journeys, Run, RustTests};

/// In this order: the client first, because the server embeds it; what fails quickly before what takes long.
/// `cargo build` and the tests share one set of features, so that dependencies compile once.
const STEPS: [Step; 17] = [
    Step { name: "system packages", parts: &["rust"], how: Call(|| packages::ensure(&packages::SERVERS)) },
    Step { name: "browser", parts: &["e2e"], how: Call(|| packages::ensure(&["chromium"])) },
    Step { name: "format", parts: &["rust", "check"], how: Run(".", &["cargo", "fmt", "--all", "--check"]) },
    Step { name: "tidy", parts: &["rust", "check"], how: Call(tidy::run) },
    Step {
        name: "web packages",
        parts: &["web", "check", "rust", "e2e"],
        how: Run(".", &["make", "-s", "web/node_modules/.package-lock.json"]),
    },
    Step { name: "web lint", parts: &["web", "check"], how: Run("web", &["npm", "run", "--silent", "lint"]) },
    Step { name: "web types", parts: &["web", "check"], how: Run("web", &["npm", "run", "--silent", "types"]) },
    Step {
        name: "web translations",
        parts: &["web", "check"],
        how: Run("web", &["npm", "run", "--silent", "i18n:check"]),
    },
    Step { name: "web tests", parts: &["web"], how: Run("web", &["npm", "run", "--silent", "test"]) },
    Step { name: "web build", parts: &["web", "rust", "e2e"], how: Run("web", &["npm", "run", "--silent", "build"]) },
    Step { name: "web budgets", parts: &["web"], how: Run("web", &["npm", "run", "--silent", "budgets"]) },
    Step {
        name: "journey packages",
        parts: &["e2e", "check"],
        how: Run(".", &["make", "-s", "e2e/node_modules/.package-lock.json"]),
    },
    Step {
        name: "journey lint and types",
        parts: &["e2e", "check"],
        how: Run("e2e", &["npm", "run", "--silent", "check"]),
    },
    Step {
        name: "clippy",
        parts: &["rust", "check"],
        how: Run(
            ".",
            &["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"],
        ),
    },
    Step {
        name: "build",
        parts: &["rust", "e2e"],
        how: Run(".", &["cargo", "build", "--workspace", "--all-targets", "--locked", "--quiet"]),
    },
    Step { name: "Rust tests on SQLite and PostgreSQL", parts: &["rust"], how: RustTests },
    Step { name: "journeys in a browser", parts: &["e2e"], how: Journeys },
];

/// Beside the steps of one part: what needs several of them.
const WHOLE: [Step; 2] = [
    Step { name: "generated files", parts: &[], how: Call(|| codegen::run(true)) },
    Step { name: "licences", parts: &[], how: Call(licences::run) },
];

/// All of it, or one part.
pub(crate) fn run(part: Option<&str>) -> Result<()> {
    if let Some(part) = part
        && !STEPS.iter().any(|step| step.parts.contains(&part))
    {
        bail!("no such part: {part} (rust, web, e2e, check)");
    }
    let mut steps: Vec<&Step> =
        STEPS.iter().filter(|step| part.is_none_or(|part| step.parts.contains(&part))).collect();
    if part.is_none() {
        let built = steps.iter().position(|step| step.name == "build").context("no build among the steps")?;
        steps.splice(built + 1..built + 1, &WHOLE);
    }
    let mut report = Report::default();
    let outcome = steps.iter().try_for_each(|step| report.take(step));
    report.print();
    outcome
}

/// The long fault tests. They start what they need by themselves; the client inside the server is no matter of theirs, but
/// must be there.
pub(crate) fn chaos(seconds: &str) -> Result<()> {
    if seconds.parse::<u32>().is_err() {
        bail!("not a number of seconds: {seconds}");
    }
    packages::ensure(&["postgresql", "redis-server"])?;
    let words =
        ["cargo", "test", "--locked", "-p", "parlor-server", "--test", "chaos", "--", "--ignored", "--nocapture"];
    let status = sh::wait(sh::command(".", &words)?.env("PARLOR_TEST_CHAOS_SECONDS", seconds))?;
    if !status.success() {
        bail!("the fault tests ended with {status}");
    }
    Ok(())
}

#[derive(Default)]
struct Report {
    steps: Vec<(&'static str, Duration)>,
    summaries: Vec<String>,
}

impl Report {
    fn take(&mut self, step: &Step) -> Result<()> {
        println!("\n==> {}", step.name);
        let began = Instant::now();
        let done = self.perform(step);
        let took = began.elapsed();
        self.steps.push((step.name, took));
        println!("<== {}: {} after {:.1} s", step.name, if done.is_ok() { "ok" } else { "FAILED" }, took.as_secs_f64());
        done.with_context(|| format!("\"{}\" failed", step.name))
    }

    fn perform(&mut self, step: &Step) -> Result<()> {
        match step.how {
            Run(folder, words) => self.program(sh::command(folder, words)?),
            Call(task) => task(),
            RustTests => {
                sh::stop_children_when_stopped();
                let server = Postgres::start(&[])?;
                let nextest = sh::command(".", &["cargo", "nextest", "--version"])?
                    .stdout(std::process::Stdio::null())
                    .stderr(std::process::Stdio::null())
                    .status()
                    .is_ok_and(|status| status.success());
                let words: &[&str] = if nextest {
                    &["cargo", "nextest", "run", "--workspace", "--locked", "--cargo-quiet"]
                } else {
                    // `--quiet` would leave no summary worth reading; documentation holds no examples that run.
                    &["cargo", "test", "--workspace", "--all-targets", "--locked", "--no-fail-fast"]
                };
                let mut command = sh::command(".", words)?;
                command.env(postgres::VARIABLE, server.url()).env("PARLOR_TEST_BIN", sh::server_binary());
                self.program(command)
            }
            Journeys => {
                let mut command = sh::command("e2e", &["npx", "--no-install", "playwright", "test"])?;
                command.env("PARLOR_TEST_BIN", sh::server_binary());
                if let Some(browser) = packages::chromium() {
                    command.env("CHROMIUM", browser);
                }
                self.program(command)
            }
        }
    }

    fn program(&mut self, mut command: std::process::Command) -> Result<()> {
        command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        let name = command.get_program().to_owned();
        let status = sh::wait_watching(&mut command, |line| {
            let line = line.trim();
            if (is_summary(line) || names_a_failure(line)) && !self.summaries.iter().any(|kept| kept == line) {
                self.summaries.push(line.to_owned());
            }
        })?;
        if !status.success() {
            bail!("{} ended with {status}", name.display());
        }
        Ok(())
    }

    fn print(&self) {
        println!();
        for (name, took) in &self.steps {
            println!("{:>7.1} s  {name}", took.as_secs_f64());
        }
        let all: Duration = self.steps.iter().map(|(_, took)| *took).sum();
        println!("{:>7.1} s  in all\n", all.as_secs_f64());
        for line in &self.summaries {
            println!("{line}");
        }
    }
}

/// The closing lines of nextest, libtest, vitest and Playwright.
fn is_summary(line: &str) -> bool {
    let line = line.trim();
    let counted = || {
        line.split_once(' ').is_some_and(|(count, rest)| {
            let known = ["passed", "failed", "flaky", "skipped", "did not run", "interrupted"];
            count.parse::<u32>().is_ok()
                && known
                    .iter()
                    .any(|word| rest.strip_prefix(word).is_some_and(|end| end.is_empty() || end.starts_with(" (")))
        })
    };
    let vitest = || ["Test Files ", "Tests "].iter().any(|start| line.starts_with(start)) && line.contains(['(']);
    (line.starts_with("Summary [") && line.contains("tests run"))
        || line.starts_with("test result: ")
        || vitest()
        || counted()
}

/// Lines by which the same runners name a test that failed; Playwright and nextest name it twice, this is the last time.
fn names_a_failure(line: &str) -> bool {
    let line = line.trim();
    let nextest = || ["FAIL [", "TIMEOUT [", "SIGABRT ["].iter().any(|start| line.starts_with(start));
    let libtest = || line.starts_with("test ") && line.ends_with("... FAILED");
    let vitest = || line.starts_with("FAIL  ");
    // In its closing list; elsewhere a number or a sign stands before the place.
    let playwright =
        || line.split_once(" › ").is_some_and(|(place, _)| place.contains(".spec.ts:") && !place.contains(' '));
    nextest() || libtest() || vitest() || playwright()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_the_runners_are_kept() {
        for line in [
            "     Summary [   0.123s] 12 tests run: 12 passed, 0 skipped",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            " Test Files  4 passed (4)",
            "      Tests  31 passed | 1 skipped (32)",
            "  34 passed (1.2m)",
            "  1 failed",
        ] {
            assert!(is_summary(line), "{line}");
        }
        for line in ["12 passengers", "Tests of the store", "3 files", "Compiling a", "  1 passed on"] {
            assert!(!is_summary(line), "{line}");
        }
    }

    #[test]
    fn what_failed_is_named_at_the_end() {
        for line in [
            "        FAIL [   0.012s] (2/9) parlor-db sqlite::tests::closing_leaves_no_wal_behind",
            "test sqlite::tests::closing_leaves_no_wal_behind ... FAILED",
            " FAIL  src/engine/log.test.ts > a log > keeps order",
            "    journeys/changes.spec.ts:199:1 › under a finger: the sheet edits, reacts and deletes ───────────",
            "    journeys/contacts.spec.ts:83:5 › where strangers ask first › a request waits apart, its links lead nowhere ",
        ] {
            assert!(names_a_failure(line), "{line}");
        }
        for line in [
            "  ✘  16 journeys/changes.spec.ts:199:1 › under a finger: the sheet edits (23.9s)",
            "  1) journeys/changes.spec.ts:199:1 › under a finger: the sheet edits, reacts and deletes ──────────",
            "test sqlite::tests::closing_leaves_no_wal_behind ... ok",
        ] {
            assert!(!names_a_failure(line), "{line}");
        }
    }

    #[test]
    fn every_part_has_steps() {
        for part in ["rust", "web", "e2e", "check"] {
            assert!(STEPS.iter().any(|step| step.parts.contains(&part)));
        }
        run(Some("nothing")).unwrap_err();
    }
}
