//! Fan-out through the doors beside our own protocol, in turn: the same group, text and server, and what a delivery costs it.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use super::fanout::{Group, Round};
use crate::bench::Bench;
use crate::net::{Dialect, frames};
use crate::report::Figure;
use crate::rounds::Rounds;
use crate::seed::TEXT;

const DOORS: [(&str, Dialect); 4] =
    [("native", Dialect::Parlor), ("mern", Dialect::Mern), ("design", Dialect::Design), ("stomp", Dialect::Stomp)];

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let members = bench.pick(20, 1_000, 1_000);
    let (rounds, lasts) = (bench.pick(1, 2, 5), Duration::from_secs(bench.pick(1, 1, 5)));
    let group = Group::seed(bench, members, "doors")?;
    let mut all: Vec<Vec<Round>> = DOORS.iter().map(|_| Vec::new()).collect();
    for round in 1..=rounds {
        for ((name, dialect), rounds_of) in DOORS.iter().zip(&mut all) {
            bench.progress.say(&format!("doors: round {round} of {rounds}: {name}"));
            let client = format!("{name}{round}-");
            rounds_of.push(group.talk_by(bench, *dialect, &hellos(&group, *dialect), lasts, |n| {
                say(&group, *dialect, &format!("{client}{n}"), n)
            })?);
        }
    }
    for ((name, dialect), rounds) in DOORS.iter().zip(&all) {
        tell(name, *dialect, rounds, &all[0], figures);
    }
    Ok(())
}

fn hellos(group: &Group, dialect: Dialect) -> Vec<Vec<u8>> {
    let own = |(id, token): &(_, String)| match dialect {
        Dialect::Mern => json!({ "_id": id, "token": token }).to_string(),
        Dialect::Design => json!({ "token": token }).to_string(),
        _ => format!("{token} /topic/conversation.{}", group.group),
    };
    match dialect {
        Dialect::Parlor => group.hellos.clone(),
        // Somebody else talks there, natively.
        Dialect::Mern => {
            let rest = group.people.iter().skip(1).map(|person| own(person).into_bytes());
            group.hellos.iter().take(1).cloned().chain(rest).collect()
        }
        _ => group.people.iter().map(|person| own(person).into_bytes()).collect(),
    }
}

fn say(group: &Group, dialect: Dialect, client_id: &str, number: u64) -> Vec<u8> {
    let conversation = group.group;
    match dialect {
        Dialect::Design => {
            let said = json!({ "conversationId": conversation, "message": TEXT, "clientId": client_id });
            format!("42{number}[\"sendMessage\",{said}]").into_bytes()
        }
        Dialect::Stomp => {
            let said = json!({ "content": TEXT, "clientId": client_id });
            format!("SEND\ndestination:/app/conversation.{conversation}\n\n{said}\0").into_bytes()
        }
        _ => frames::send(&number.to_string(), conversation, client_id, TEXT),
    }
}

fn tell(name: &str, dialect: Dialect, rounds: &[Round], native: &[Round], figures: &mut Vec<Figure>) {
    let named = |what: &str| format!("{name}: {what}");
    let pairs: Vec<(&Round, &Round)> = rounds.iter().zip(native).collect();
    let ratios = Rounds::of(&pairs, |(door, native)| door.cpu_us() / native.cpu_us());
    figures.push(Figure::lower(named("CPU per delivery"), Rounds::of(rounds, Round::cpu_us).median(), "us"));
    if dialect != Dialect::Parlor {
        figures.extend([
            Figure::lower(named("ratio to native"), ratios.median(), "").within(2.0),
            Figure::note(named("the same, least"), ratios.least(), ""),
            Figure::note(named("the same, most"), ratios.most(), ""),
        ]);
    }
    figures.extend([
        Figure::note(named("bytes of a delivery"), Rounds::of(rounds, |round| round.frame as f64).median(), "B"),
        Figure::lower(
            named("memory of a connection"),
            Rounds::of(rounds, |round| round.connection / 1e3).median(),
            "KB",
        ),
    ]);
}
