//! Many writers over few conversations, at two nodes on one PostgreSQL: nobody waits for another in a circle, nothing fails,
//! and in the end every log is what its writers were told. Ten seconds; `PARLOR_TEST_SOAK_SECONDS` names more.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use parlor_testkit::{Engine, Person, Reply, deadlocks, run_with};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;

const PEOPLE: usize = 10;
const GROUPS: usize = 6;
const WRITERS: usize = 24;
/// What a writer may be told no with: somebody else was faster, or may not. Never that the server could not.
const REFUSALS: [&str; 6] = ["not_found", "forbidden", "conflict", "gone", "invalid", "too_large"];

#[test]
fn nobody_waits_in_a_circle() {
    let seconds = std::env::var("PARLOR_TEST_SOAK_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(10);
    let set = |config: &mut parlor_testkit::Config| config.app.rates.requests_per_user_second = 1_000_000;
    run_with(Engine::Postgres, set, async |mut home| {
        let other = home.another_node(|_| {}).await;
        let mut people = Vec::new();
        for n in 0..PEOPLE {
            people.push(home.person(&format!("p{n}")).await);
        }
        let others: Vec<&Person> = people[1..].iter().collect();
        let mut groups = Vec::new();
        for n in 0..GROUPS {
            groups.push(people[0].group(&format!("g{n}"), &others).await);
        }
        // Every node has its own way to the same rows.
        let at =
            |n: usize, person: &Person| if n.is_multiple_of(2) { person.clone() } else { person.clone().at(other) };
        let until = Instant::now() + Duration::from_secs(seconds);
        let writers = (0..WRITERS).map(|n| {
            let people: Vec<Person> = people.iter().map(|person| at(n, person)).collect();
            let writer = Writer { n, people, places: groups.clone(), chance: SmallRng::seed_from_u64(n as u64) };
            tokio::spawn(writer.write(until))
        });
        let mut told = Told::new();
        let mut done: BTreeMap<&'static str, u64> = BTreeMap::new();
        for wrote in futures_util::future::join_all(writers).await {
            let (messages, counts) = wrote.expect("a writer");
            told.extend(messages);
            counts.into_iter().for_each(|(what, count)| *done.entry(what).or_default() += count);
        }
        println!("{seconds} s: {done:?}");
        assert!(done.len() == WHAT.len() && done.values().all(|count| *count > 0), "not everything happened: {done:?}");
        assert_eq!(deadlocks(&home.database_url()).await, 0);
        for group in &groups {
            check(&people[0], group, &told).await;
        }
    });
}

/// (conversation, client_id) → seq.
type Told = BTreeMap<(String, String), i64>;

const WHAT: [&str; 11] =
    ["answer", "ask", "delete", "edit", "leave and join", "mark", "pin", "react", "rename", "set", "thread"];

struct Writer {
    n: usize,
    /// As this writer's node sees them.
    people: Vec<Person>,
    /// The groups, and the threads that were found.
    places: Vec<String>,
    chance: SmallRng,
}

impl Writer {
    async fn write(mut self, until: Instant) -> (Told, BTreeMap<&'static str, u64>) {
        let (mut told, mut done) = (Told::new(), BTreeMap::new());
        let mut k = 0;
        while Instant::now() < until {
            k += 1;
            let who = self.people[self.chance.random_range(0..PEOPLE)].clone();
            let place = self.places.choose(&mut self.chance).expect("a place").clone();
            let client_id = format!("{}-{k}", self.n);
            let (what, reply) = self.one(&who, &place, &client_id).await;
            if reply.status.is_success() {
                *done.entry(what).or_default() += 1;
            } else {
                let code = reply.json["code"].as_str().unwrap_or_default();
                assert!(REFUSALS.contains(&code), "{what}: {} {}", reply.status, reply.json);
            }
            if let ("ask" | "answer", Some(seq)) = (what, reply.json["seq"].as_i64()) {
                told.insert((place, client_id), seq);
            } else if let ("thread", Some(id)) = (what, reply.json["id"].as_str()) {
                // A few only, so that they meet there.
                if self.places.len() < 2 * GROUPS {
                    self.places.push(id.to_owned());
                }
            }
        }
        (told, done)
    }

    /// Does one thing.
    async fn one(&mut self, who: &Person, place: &str, client_id: &str) -> (&'static str, Reply) {
        let at = |rest: &str| format!("/conversations/{place}{rest}");
        let seq = self.chance.random_range(1..40);
        let message = at(&format!("/messages/{seq}"));
        let some: BTreeSet<usize> = (0..3).map(|_| self.chance.random_range(1..PEOPLE)).collect();
        let ids: Vec<&str> = some.iter().rev().map(|n| self.people[*n].id.as_str()).collect();
        match self.chance.random_range(0..100) {
            0..25 => {
                let ask = json!({ "client_id": client_id, "text": client_id, "mentions": ids });
                ("ask", who.post(&at("/messages"), ask).await)
            }
            25..45 => {
                let ask = json!({ "client_id": client_id, "text": client_id, "reply_to": seq });
                ("answer", who.post(&at("/messages"), ask).await)
            }
            45..53 => ("edit", who.patch(&message, json!({ "text": format!("edited {client_id}") })).await),
            53..65 => {
                let emoji = ["%F0%9F%91%8D", "%F0%9F%8E%89"][self.n % 2];
                let path = format!("{message}/reactions/{emoji}");
                ("react", if seq % 2 == 0 { who.put(&path, json!(null)).await } else { who.delete(&path).await })
            }
            65..80 => ("mark", who.put(&at("/read"), json!({ "seq": seq })).await),
            80..84 => {
                let path = format!("{message}/pin");
                ("pin", if seq % 2 == 0 { who.put(&path, json!(null)).await } else { who.delete(&path).await })
            }
            84..86 => ("delete", who.delete(&message).await),
            86..89 => ("rename", who.patch(&at(""), json!({ "title": client_id })).await),
            89..92 => ("set", who.patch(&at("/my"), json!({ "marked_unread": seq % 2 == 0 })).await),
            92..95 => ("thread", who.post(&format!("{message}/thread"), json!(null)).await),
            _ => {
                // The first one stays and brings the others back.
                let gone = &self.people[*some.first().expect("somebody")];
                let gone_is = gone.delete(&at(&format!("/members/{}", gone.id))).await;
                let back = self.people[0].post(&at("/members"), json!({ "user_ids": ids })).await;
                ("leave and join", if gone_is.status.is_success() { back } else { gone_is })
            }
        }
    }
}

/// A group's log is dense and holds each message once, where its writer was told; its counts are those of its rows.
async fn check(reader: &Person, group: &str, told: &Told) {
    let mut stored = BTreeMap::new();
    let log = reader.dense_log(group).await;
    for entry in &log {
        if let (Some(client_id), Some(seq)) = (entry["message"]["client_id"].as_str(), entry["seq"].as_i64()) {
            assert!(stored.insert(client_id.to_owned(), seq).is_none(), "stored twice: {entry}");
        }
    }
    let said = told.iter().filter(|((place, _), _)| place == group).map(|((_, name), seq)| (name.clone(), *seq));
    assert_eq!(stored, said.collect());
    let members = reader.get(&format!("/conversations/{group}/members?limit=100")).await.ok();
    let view = reader.sees(group).await;
    assert_eq!(view["members_count"], members["members"].as_array().map_or(0, Vec::len));
    let read = reader.put(&format!("/conversations/{group}/read"), json!({ "seq": log.len() })).await.ok();
    assert_eq!(reader.sees(group).await["unread"], 0, "{read}");
}
