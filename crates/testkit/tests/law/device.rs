//! One device and what it believes, from nothing but what it was told.

use std::collections::BTreeMap;

use parlor_testkit::mirror::{Mirror, comparable, forget_rev, is_withheld, seq};
use parlor_testkit::{Line, Person};
use serde_json::{Value, json};

fn names(entry: &Value, user: &str) -> bool {
    entry["users"].as_array().is_some_and(|users| users.iter().any(|id| id == user))
}

/// A device with a memory.
pub(crate) struct Device {
    person: Person,
    line: Option<Line>,
    mirrors: BTreeMap<String, Mirror>,
}

impl Device {
    pub(crate) fn new(person: Person) -> Self {
        Self { person, line: None, mirrors: BTreeMap::new() }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.line.is_some()
    }

    pub(crate) fn entries(&self) -> usize {
        self.mirrors.values().map(|mirror| mirror.entries.len()).sum()
    }

    /// Places that are not for this reader.
    pub(crate) fn withheld(&self) -> usize {
        self.mirrors.values().flat_map(|mirror| &mirror.entries).filter(|entry| is_withheld(entry)).count()
    }

    /// Drops the connection without a word; what was under way is lost.
    pub(crate) fn vanish(&mut self) {
        self.line = None;
    }

    /// Comes back with what it has: half of it by `known`, the rest by `sync`.
    pub(crate) async fn connect(&mut self) {
        if self.line.is_some() {
            return;
        }
        let known: BTreeMap<&String, i64> =
            self.mirrors.iter().step_by(2).map(|(id, mirror)| (id, mirror.next() - 1)).collect();
        let known: Value = json!(known);
        let mut line = Line::open(self.person.address()).await;
        line.say(json!({ "op": "hello", "token": self.person.access_token, "known": known })).await;
        let welcome = line.next().await.expect("a welcome");
        assert_eq!(welcome["op"], "welcome", "{welcome}");
        self.line = Some(line);
        let heads = welcome["heads"].as_array().cloned().unwrap_or_default();
        let ids: Vec<&str> = heads.iter().filter_map(|head| head[0].as_str()).collect();
        self.mirrors.retain(|id, _| ids.contains(&id.as_str()));
        let mut asked = 0;
        for head in &heads {
            let id = head[0].as_str().expect("an id").to_owned();
            let mirror = self.mirrors.entry(id.clone()).or_default();
            mirror.read_seq = head[2].as_i64().expect("a mark");
            if known.get(&id).is_none() && mirror.next() <= head[1].as_i64().expect("a head") {
                asked += 1;
                let after = mirror.next() - 1;
                self.ask(json!({ "op": "sync", "id": format!("s{asked}"), "conversation": id, "after": after })).await;
            } else if known.get(&id).is_some() {
                asked += 1;
            }
        }
        // Each is answered by caught_up; live entries may come between.
        while asked > 0 {
            if self.hear().await == "caught_up" {
                asked -= 1;
            }
        }
    }

    async fn ask(&mut self, frame: Value) {
        self.line.as_mut().expect("a connection").say(frame).await;
    }

    /// Takes in what has come so far, up to the answer of a ping.
    pub(crate) async fn look_around(&mut self) {
        if self.line.is_some() {
            self.ask(json!({ "op": "ping", "id": "p" })).await;
            while self.hear().await != "pong" {}
        }
    }

    /// The next frame, applied.
    async fn hear(&mut self) -> String {
        let frame = self.line.as_mut().expect("a connection").next().await.expect("a frame");
        let op = frame["op"].as_str().expect("an op").to_owned();
        match op.as_str() {
            "entry" => self.apply(&frame["entry"], true).await,
            "entries" => {
                for entry in frame["entries"].as_array().expect("entries") {
                    self.apply(entry, false).await;
                }
            }
            // Marks of others are no part of what is compared: they may be told late, or not at all in a large group.
            "receipt" if frame["user"] == self.person.id => {
                if let Some(mirror) = self.mirrors.get_mut(frame["conversation"].as_str().expect("an id")) {
                    mirror.read_seq = mirror.read_seq.max(frame["read_seq"].as_i64().unwrap_or(0));
                }
            }
            // Known once, and no longer a member: the welcome has said so.
            "reset" if frame["head_seq"] == 0 => {
                assert!(!self.mirrors.contains_key(frame["conversation"].as_str().expect("an id")), "{frame}");
            }
            "reset" | "error" | "bye" => panic!("{frame}"),
            _ => {}
        }
        op
    }

    /// What is not live may be from a time before the reader left and came back: who belongs is told by the welcome.
    async fn apply(&mut self, entry: &Value, live: bool) {
        let id = entry["conversation"].as_str().expect("an id").to_owned();
        let (seq, me) = (seq(entry), self.person.id.clone());
        let left = live
            && ((entry["kind"] == "left" && entry["actor"] == me) || (entry["kind"] == "removed" && names(entry, &me)));
        let came = matches!(entry["kind"].as_str(), Some("created" | "joined")) && names(entry, &me);
        let is_new = !self.mirrors.contains_key(&id);
        if is_new && came && seq > 1 {
            // Told of the newest entry only; what was before is read like by anybody who opens it.
            let log = self.person.get(&format!("/conversations/{id}/log?after=0")).await;
            let before =
                log.json["entries"].as_array().into_iter().flatten().filter(|old| old["seq"].as_i64() < Some(seq));
            self.mirrors.insert(id.clone(), Mirror { entries: before.cloned().collect(), read_seq: seq });
            if self.mirrors[&id].next() != seq {
                // Removed again already; the next welcome knows.
                self.mirrors.remove(&id);
                return;
            }
        }
        let mirror = self.mirrors.entry(id.clone()).or_default();
        if let Some(known) = mirror.entries.get(usize::try_from(seq - 1).expect("from 1")) {
            // A message may be told again as it is later; what was folded in by then is known here, or comes.
            assert_eq!(known["kind"], entry["kind"], "told twice, and differently");
            return;
        }
        assert_eq!(seq, mirror.next(), "a hole in what device of {} was told: {entry}", self.person.name);
        mirror.take(entry.clone(), &me);
        let says = entry["kind"] == "message" && entry["actor"] == me;
        if says || came {
            mirror.read_seq = mirror.read_seq.max(seq);
        }
        if left {
            self.mirrors.remove(&id);
        }
    }

    /// Listens until it believes what a fresh device would be told. A device that never gets there fails by the line's
    /// own patience.
    pub(crate) async fn becomes_fresh(&mut self) {
        let page = self.person.get("/conversations?limit=100").await.ok();
        let fresh = page["conversations"].as_array().cloned().unwrap_or_default();
        while !self.knows_all(&fresh) {
            self.hear().await;
        }
        assert_eq!(self.mirrors.len(), fresh.len(), "conversations of {}", self.person.name);
        for view in &fresh {
            let id = view["id"].as_str().expect("an id");
            let mirror = &self.mirrors[id];
            let (mine, told) = (comparable(mirror.entries.clone()), comparable(self.person.log(id).await));
            assert_eq!(mine, told, "log of {id} for {}", self.person.name);
            assert_eq!(view["unread"], mirror.unread(), "unread of {id} for {}", self.person.name);
            let last = mine.iter().rfind(|entry| entry["kind"] == "message").map(|entry| entry["message"].clone());
            let mut told = view.get("last_message").cloned();
            if mine.iter().any(is_withheld) {
                told.iter_mut().for_each(forget_rev);
            }
            assert_eq!(told, last);
        }
    }

    fn knows_all(&self, fresh: &[Value]) -> bool {
        fresh.iter().all(|view| {
            self.mirrors.get(view["id"].as_str().expect("an id")).is_some_and(|mirror| {
                view["head_seq"] == mirror.next() - 1 && view["my"]["read_seq"] == mirror.read_seq
            })
        }) && self.mirrors.len() == fresh.len()
    }
}
