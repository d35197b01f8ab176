//! What is measured, one file each: fills a place, serves it, drives the server, and adds figures as it gets them, so that
//! what fails in the end does not take along what was measured before.

mod audit;
mod bystanders;
mod cold;
mod disk;
mod doors;
mod fanout;
mod growth;
mod history;
mod idle;
mod large;
mod mixed;
mod pairs;
mod peers;
mod posts;
mod start;
mod storm;
mod web;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::bench::Bench;
use crate::report::Figure;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// One conversation, everybody online: processor time per delivery, beside a bare broadcaster's.
    Fanout,
    /// 64 writers in 1,000 conversations, everything stored and audited after a crash.
    Posts,
    /// From one person to another at fixed rates: latency.
    Pairs,
    /// Connections that say nothing: memory of each.
    Idle,
    /// Everybody comes back at once and catches up.
    Storm,
    /// An account with 2,000 conversations: bytes and time to a list one can use.
    Start,
    /// Pages somewhere in long logs, and messages on top of them.
    History,
    /// Bytes on disk for each message.
    Disk,
    /// A realistic day: messages, reads, typing, presence, edits, reactions.
    Mixed,
    /// A group of 100,000, a tenth of them online: what everything in it costs, and what somebody elsewhere notices.
    Large,
    /// How costs grow with members, connections and conversations: an exponent each.
    Growth,
    /// From nothing to ready.
    Cold,
    /// Fan-out through the doors beside our own protocol, in turn.
    Doors,
    /// Fan-out of other servers beside ours, in turn.
    Peers,
    /// The web client in a browser: start, switch, scroll, key, send, events.
    Web,
    /// The bare broadcaster itself.
    #[value(hide = true)]
    Broadcaster,
}

impl Scenario {
    /// In commands and reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fanout => "fanout",
            Self::Posts => "posts",
            Self::Pairs => "pairs",
            Self::Idle => "idle",
            Self::Storm => "storm",
            Self::Start => "start",
            Self::History => "history",
            Self::Disk => "disk",
            Self::Mixed => "mixed",
            Self::Large => "large",
            Self::Growth => "growth",
            Self::Cold => "cold",
            Self::Doors => "doors",
            Self::Peers => "peers",
            Self::Web => "web",
            Self::Broadcaster => "broadcaster",
        }
    }

    /// In a sentence: the one that `--help` shows.
    pub(crate) fn what(self) -> String {
        let help = self.to_possible_value().and_then(|value| value.get_help().cloned());
        help.map(|help| help.to_string()).unwrap_or_default()
    }

    /// Measures; every figure is added as soon as it is known.
    pub(crate) fn run(self, bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
        match self {
            Self::Fanout => fanout::run(bench, figures),
            Self::Posts => posts::run(bench, figures),
            Self::Pairs => pairs::run(bench, figures),
            Self::Idle => idle::run(bench, figures),
            Self::Storm => storm::run(bench, figures),
            Self::Start => start::run(bench, figures),
            Self::History => history::run(bench, figures),
            Self::Disk => disk::run(bench, figures),
            Self::Mixed => mixed::run(bench, figures),
            Self::Large => large::run(bench, figures),
            Self::Growth => growth::run(bench, figures),
            Self::Cold => cold::run(bench, figures),
            Self::Doors => doors::run(bench, figures),
            Self::Peers => peers::run(bench, figures),
            Self::Web => web::run(bench, figures),
            Self::Broadcaster => bail!("a broadcaster measures nothing by itself"),
        }
    }
}

/// Those that were named, or all.
pub(crate) fn chosen(named: &[Scenario]) -> Vec<Scenario> {
    let all = || Scenario::value_variants().iter().filter(|scenario| **scenario != Scenario::Broadcaster);
    if named.is_empty() { all().copied().collect() } else { named.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_called_in_reports_as_it_is_on_the_command_line() {
        for scenario in Scenario::value_variants() {
            assert_eq!(Scenario::from_str(scenario.name(), false).as_ref(), Ok(scenario));
            assert!(!scenario.what().is_empty());
        }
        assert_eq!(chosen(&[Scenario::Idle]), [Scenario::Idle]);
        assert_eq!(chosen(&[]).len(), Scenario::value_variants().len() - 1);
    }
}
