//! One group, everybody online, one talks: ours and other servers in turn, several times over, with the same members, the
//! same text and the same driver. Each gets a place of its own and a fresh process.

use std::time::Duration;

use anyhow::Result;

use super::fanout::{Group, Round, talk};
use crate::bench::Bench;
use crate::peers::{Guests, Peer};
use crate::report::Figure;
use crate::rounds::Rounds;

const OURS: &str = "parlor";

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    let members = bench.pick(20, 1_000, 1_000);
    let (rounds, lasts) = (bench.pick(1, 1, 3), Duration::from_secs(bench.pick(1, 2, 12)));
    let group = Group::seed(bench, members, "peers")?;
    let peers = Peer::ALL.into_iter().filter(|peer| bench.has_peer(*peer));
    let parties: Vec<Guests> =
        peers.map(|peer| peer.invite(bench, online(bench, peer, members))).collect::<Result<_>>()?;
    let mut ours: Vec<Round> = Vec::new();
    let mut theirs: Vec<Vec<Round>> = parties.iter().map(|_| Vec::new()).collect();
    for round in 1..=rounds {
        bench.progress.say(&format!("peers: round {round} of {rounds}: {OURS}"));
        ours.push(group.talk(bench, lasts, &format!("p{round}-"))?);
        let frame = ours.last().map_or(0, |ours| ours.frame);
        for (guests, theirs) in parties.iter().zip(&mut theirs) {
            bench.progress.say(&format!("peers: round {round} of {rounds}: {}", guests.peer.name()));
            let (server, _data) = guests.start(bench)?;
            theirs.push(talk(&server, guests.peer.dialect(), &guests.hellos, lasts, |n| guests.say(round, n, frame))?);
            // Its data may be another round's, too.
            server.stop()?;
        }
    }
    let base = Rounds::of(&ours, Round::cpu_us).median();
    tell(OURS, &ours, members, base, figures);
    for (guests, rounds) in parties.iter().zip(&theirs) {
        tell(guests.peer.name(), rounds, guests.hellos.len(), base, figures);
    }
    Ok(())
}

/// How many are online. Some servers take a minute or two to take in a thousand, which a quick run has not.
fn online(bench: &Bench, peer: Peer, members: usize) -> usize {
    match peer {
        Peer::Prosody | Peer::Synapse => bench.pick(members, 50, members),
        _ => members,
    }
}

fn tell(name: &str, rounds: &[Round], members: usize, base: f64, figures: &mut Vec<Figure>) {
    let named = |what: &str| format!("{name}: {what}, {members} online");
    let cpu = Rounds::of(rounds, Round::cpu_us);
    let of = |of: fn(&Round) -> f64| Rounds::of(rounds, of).median();
    // Only ours is to get better.
    let figure = if name == OURS { Figure::lower } else { Figure::note };
    figures.extend([
        figure(named("CPU per delivery"), cpu.median(), "us"),
        Figure::note(named("the same, least"), cpu.least(), "us"),
        Figure::note(named("the same, most"), cpu.most(), "us"),
        Figure::note(named("to ours"), cpu.median() / base, ""),
        Figure::note(named("deliveries"), of(Round::per_second), "/s"),
        Figure::note(named("bytes of a delivery"), of(|round| round.frame as f64), "B"),
        Figure::note(named("memory of a connection"), of(|round| round.connection / 1e3), "KB"),
    ]);
}
