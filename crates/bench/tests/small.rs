//! Tiny runs against a real server process, held to counts and never to times. `parlor bench` starts itself as its server, so
//! this test is such a program, too: called with `serve` or `bench` it does what `parlor` does, and that is why it brings
//! its own `main`.

#![cfg(test)]

use std::process::{Command, ExitCode};

use clap::Parser as _;
use serde_json::Value;

const TESTS: [(&str, fn()); 4] = [
    ("what_is_written_told_and_timed_is_counted", what_is_written_told_and_timed_is_counted),
    ("every_other_scenario_gives_figures", every_other_scenario_gives_figures),
    ("a_large_group_and_how_costs_grow", a_large_group_and_how_costs_grow),
    ("the_client_is_left_out_where_it_is_not", the_client_is_left_out_where_it_is_not),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if matches!(args.first().map(String::as_str), Some("serve" | "bench")) {
        return parlor_server::commands::Cli::parse().run();
    }
    let (flags, names): (Vec<&str>, Vec<&str>) = args.iter().map(String::as_str).partition(|arg| arg.starts_with('-'));
    // As runners of tests ask (`--list --format terse`, then each by its name); none is ignored.
    let names: Vec<&str> = names.into_iter().filter(|name| *name != "terse").collect();
    let none = flags.contains(&"--ignored");
    let fits = |test: &str| names.is_empty() || names.iter().any(|name| test.contains(name));
    for (name, test) in TESTS.into_iter().filter(|(name, _)| !none && fits(name)) {
        println!("{name}: test");
        if !flags.contains(&"--list") {
            test();
        }
    }
    ExitCode::SUCCESS
}

/// The report of a run, and what the table shows.
fn run(scenarios: &[&str]) -> (Value, String) {
    let out = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["bench", "--tiny", "--save-baseline", "--out"]).arg(out.path()).args(scenarios);
    let ended = command.output().unwrap();
    let told = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(ended.status.success(), "{told}{}", String::from_utf8_lossy(&ended.stderr));
    let read = |name: &str| std::fs::read_to_string(out.path().join(name)).unwrap();
    assert!(read("report.svg").ends_with("</svg>\n"));
    assert_eq!(read("report.json"), read("baseline.json"));
    (serde_json::from_str(&read("report.json")).unwrap(), told)
}

fn figure(report: &Value, scenario: &str, name: &str) -> f64 {
    let figures = report["figures"].as_array().unwrap();
    let found = figures.iter().find(|figure| figure["scenario"] == scenario && figure["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} among {figures:?}"))["value"].as_f64().unwrap()
}

fn what_is_written_told_and_timed_is_counted() {
    let (report, told) = run(&["fanout", "posts", "pairs"]);
    // Each of these would have failed if a single delivery, message or answer were missing or came twice.
    assert!(figure(&report, "fanout", "messages, 20 online") >= 1.0);
    assert!(figure(&report, "fanout", "bytes of a delivery, 20 online") > 150.0);
    assert!(figure(&report, "posts", "acknowledged writes audited") >= 4.0);
    // One second of 200 a second, after half a second that is not timed.
    assert_eq!(figure(&report, "pairs", "messages timed, at 200/s"), 200.0);
    assert_eq!(report["missing"], serde_json::json!([]));
    assert!(told.contains("ratio to the bare broadcaster, 20 online"), "{told}");
}

fn every_other_scenario_gives_figures() {
    // All but those above and below, and those that need servers of others, or a browser and the client built for it.
    let scenarios = ["idle", "storm", "start", "history", "disk", "mixed", "cold"];
    let (report, _) = run(&scenarios);
    for scenario in scenarios {
        let figures = report["figures"].as_array().unwrap();
        assert!(figures.iter().any(|figure| figure["scenario"] == scenario), "{scenario}");
    }
    assert_eq!(report["missing"], serde_json::json!([]));
    assert!(figure(&report, "mixed", "answers timed, 40 people, 100 acts/s") >= 1.0);
}

fn a_large_group_and_how_costs_grow() {
    let (report, told) = run(&["large", "growth"]);
    // Each of these would have failed if anything that happens in the group had not reached everybody, or came twice.
    let large = |name: &str| figure(&report, "large", &format!("{name}, 300 members"));
    assert_eq!(large("come and go: frames for each who is watched"), 1.0);
    assert_eq!(large("all read: frames told for each"), 1.0);
    assert!(large("elsewhere, while nothing happens, p50") > 0.0);
    let bytes = report["figures"].as_array().unwrap().iter().find(|figure| figure["curve"]["unit"] == "B").unwrap();
    assert_eq!(bytes["curve"]["points"].as_array().unwrap().len(), 2);
    assert!(told.contains(" conversations; exponent "), "{told}");
    assert_eq!(report["missing"], serde_json::json!([]));
}

fn the_client_is_left_out_where_it_is_not() {
    // The folder in which a test runs is the crate's: there is no `web` in it.
    let (report, told) = run(&["web"]);
    assert_eq!(report["figures"], serde_json::json!([]));
    assert_eq!(report["missing"][0]["failed"], false);
    assert!(told.contains("web: not measured: web is not the folder of the client (--web)"), "{told}");
}
