//! Three nodes, and the world against them: whatever dies, stalls or refuses, nothing that was acknowledged is lost or
//! doubled, everything is heard in order, and in the end every device believes what is stored.
//!
//! The short telling is part of the suite; the long one, `make chaos`, prints a table.

#![cfg(test)]

mod fault;
mod house;
mod person;
mod verdict;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fault::Fault;
use house::{House, NODES};
use person::Person;
use tokio::time::{Instant, sleep, timeout};
use verdict::{HEADING, Story, Verdict, presence_wrong};

const PEOPLE: usize = 6;
/// Messages in a second, of all together; changes come on top.
const MESSAGES: u32 = 50;
/// Of what is done, so many are messages.
const OF_TWELVE: u32 = 8;
const PATIENCE: Duration = Duration::from_secs(60);

/// Seconds of talk before the fault, of the fault, and of talk after it.
struct Times {
    before: Duration,
    fault: Duration,
    after: Duration,
}

impl Times {
    fn of_ms(before: u64, fault: u64, after: u64) -> Self {
        let [before, fault, after] = [before, fault, after].map(Duration::from_millis);
        Self { before, fault, after }
    }
}

/// A few of the faults, for a moment each.
#[test]
fn whatever_fails_nothing_acknowledged_is_lost_and_every_device_agrees() {
    let faults = [
        Fault::NodeKilled,
        Fault::NodeFrozen,
        Fault::RedisAway,
        Fault::RedisClientsKilled,
        Fault::PostgresRestarted,
        Fault::PostgresRefuses,
        Fault::BackendsTerminated,
        Fault::NodeOffTheDatabase,
        Fault::RollingUpgrade,
        Fault::LastAnswersLost,
    ];
    tell(&faults, &Times::of_ms(500, 2_000, 1_500), false);
}

/// Every fault alone, and some together. `$PARLOR_TEST_CHAOS_SECONDS` is how long each lasts, `$PARLOR_TEST_CHAOS_ONLY`
/// names some of them.
#[test]
#[ignore = "takes many minutes: `make chaos`"]
fn and_for_long() {
    let setting = |name: &str| std::env::var(name).ok();
    let seconds = setting("PARLOR_TEST_CHAOS_SECONDS").map_or(20, |text| text.parse().expect("a number of seconds"));
    let only = setting("PARLOR_TEST_CHAOS_ONLY").unwrap_or_default();
    let is_wanted = |fault: &Fault| only.is_empty() || only.split(',').any(|name| format!("{fault:?}") == name);
    let faults: Vec<Fault> = Fault::ALL.into_iter().filter(is_wanted).collect();
    assert!(!faults.is_empty(), "no fault is called {only}; there are {:?}", Fault::ALL);
    tell(&faults, &Times::of_ms(3_000, seconds * 1_000, 12_000), true);
}

fn tell(faults: &[Fault], times: &Times, presence: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let verdicts = runtime.block_on(async {
        let house = House::build().await;
        let mut verdicts = Vec::new();
        for (round, fault) in faults.iter().enumerate() {
            // The short telling looks at presence once: a departure is told ten seconds late.
            let looks = presence || round + 1 == faults.len();
            let verdict = round_of(&house, *fault, round, times, looks).await;
            println!("{verdict}");
            verdict.findings.iter().for_each(|finding| println!("    {finding}"));
            verdicts.push(verdict);
        }
        verdicts
    });
    println!("\n{HEADING}");
    verdicts.iter().for_each(|verdict| println!("{verdict}"));
    let unclean: Vec<&Verdict> = verdicts.iter().filter(|verdict| !verdict.is_clean()).collect();
    assert!(unclean.is_empty(), "{unclean:#?}");
}

/// New people in new conversations, each at home at a node, talk through a fault.
async fn round_of(house: &House, fault: Fault, round: usize, times: &Times, presence: bool) -> Verdict {
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push((n % NODES, Arc::new(Person::join(&house.urls(n % NODES), &format!("r{round}p{n}")).await)));
    }
    let leaver = Person::join(&house.urls(round % NODES), &format!("r{round}leaver")).await;
    let mut groups = Vec::new();
    for members in [vec![0, 1, 2, 3, 4, 5], vec![0, 1, 2], vec![3, 4, 5], vec![1, 3]] {
        let others: Vec<_> = members[1..].iter().map(|n| people[*n].1.id).collect();
        until(|| members.iter().all(|n| people[*n].1.node().is_some())).await;
        let group = people[members[0]].1.client.group("g", &others).await.unwrap().id;
        until(|| members.iter().all(|n| people[*n].1.notes.lock().mirrors.contains_key(&group))).await;
        groups.push((group, members));
    }
    for (_, person) in &people {
        let others = people.iter().map(|(_, other)| other.id).filter(|id| *id != person.id);
        person.socket.watch(others.chain([leaver.id]).collect()).await.unwrap();
    }

    let stop = Arc::new(AtomicBool::new(false));
    let pause = Duration::from_secs(1) * u32::try_from(PEOPLE).unwrap() * OF_TWELVE / 12 / MESSAGES;
    let mut talks = Vec::new();
    for (n, (_, person)) in people.iter().enumerate() {
        let mine = groups.iter().filter(|(_, members)| members.contains(&n)).map(|(group, _)| *group).collect();
        let (person, stop) = (Arc::clone(person), Arc::clone(&stop));
        talks.push(tokio::spawn(async move { person.talk(mine, pause, &stop, PATIENCE).await }));
    }
    sleep(times.before).await;
    leaver.leave();
    let began = Instant::now();
    tokio::join!(fault.inflict(house, times.fault), async {
        if fault.ends_the_talk() {
            sleep(times.fault / 2).await;
            stop.store(true, Ordering::Relaxed);
        }
    });
    sleep(times.after).await;
    stop.store(true, Ordering::Relaxed);
    let mut outcomes = Vec::new();
    for talk in talks {
        outcomes.push(talk.await.unwrap());
    }
    let mut verdict = Story { fault, people: &people, groups: &groups, outcomes, began }.judge().await;
    if presence {
        let names: Vec<&str> = house.nodes.iter().map(|node| &*node.name).collect();
        let gone = (leaver.id, round % NODES);
        verdict.presence = presence_wrong(&people, gone, &names, &mut verdict.findings).await;
    }
    people.iter().for_each(|(_, person)| person.leave());
    verdict
}

/// Waits for something that must come soon.
async fn until(so: impl Fn() -> bool) {
    let wait = async {
        while !so() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, wait).await.expect("people are connected and in their conversations");
}
