//! The law of unread: what a device shows is a pure function of the log and of the marks it was told.
//!
//! Three devices of one user and somebody who writes to them do what they can in any order, some of it at once, while
//! devices lose their connection and come back. Within two seconds every device shows the server's numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use parlor_testkit::{Home, Line, Person, both_databases};
use rand::rngs::SmallRng;
use rand::seq::{IndexedMutRandom as _, IndexedRandom as _};
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(2);
const STEPS: usize = 60;

/// What counts of a message.
struct Said {
    mine: bool,
    calls: bool,
    rev: i64,
}

/// A device, which knows one conversation.
struct Device {
    person: Person,
    conversation: String,
    line: Option<Line>,
    said: BTreeMap<i64, Said>,
    head: i64,
    read_seq: i64,
    my: Value,
}

/// What is shown: unread, mentions, and what one set.
type Shown = (i64, i64, Value);

fn number(value: &Value) -> i64 {
    value.as_i64().expect("a number")
}

fn own(my: &Value) -> Value {
    let keys = ["version", "notify", "muted_until", "marked_unread", "favourite", "archived"];
    keys.iter()
        .filter_map(|key| Some(((*key).to_owned(), my.get(key)?.clone())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

impl Device {
    fn new(person: Person, conversation: &str) -> Self {
        let my = json!({ "role": "member" });
        let (conversation, said) = (conversation.to_owned(), BTreeMap::new());
        Self { person, conversation, line: None, said, head: 0, read_seq: 0, my }
    }

    fn shows(&self) -> Shown {
        let unread = || self.said.range(self.read_seq + 1..);
        let count = |wanted: &dyn Fn(&Said) -> bool| i64::try_from(unread().filter(|(_, said)| wanted(said)).count());
        let mentions = count(&|said| said.calls && !said.mine);
        (count(&|_| true).expect("few"), mentions.expect("few"), own(&self.my))
    }

    async fn connect(&mut self) {
        let mut line = Line::open(self.person.address()).await;
        let known = json!({ self.conversation.clone(): self.head });
        line.say(json!({ "op": "hello", "token": self.person.access_token, "known": known })).await;
        let welcome = line.until("welcome").await;
        self.line = Some(line);
        let head = welcome["heads"].as_array().into_iter().flatten().find(|head| head[0] == self.conversation);
        let head = head.expect("a member").clone();
        self.read_seq = self.read_seq.max(number(&head[2]));
        if head[6] != self.my["version"] && head[6] != 0 {
            let view = self.person.sees(&self.conversation).await;
            self.learn(&view["my"]);
        }
        while self.hear().await != "caught_up" {}
    }

    fn learn(&mut self, my: &Value) {
        self.read_seq = self.read_seq.max(number(&my["read_seq"]));
        if my["version"].as_i64() > self.my["version"].as_i64() {
            self.my = my.clone();
        }
    }

    async fn hear(&mut self) -> String {
        let frame = self.line.as_mut().expect("a connection").next().await.expect("a frame");
        let op = frame["op"].as_str().expect("an op").to_owned();
        let of = frame.get("conversation").or_else(|| frame["entry"].get("conversation"));
        if of.is_some_and(|of| *of != self.conversation) {
            return String::from("not of here");
        }
        match op.as_str() {
            "entry" => self.apply(&frame["entry"]),
            "entries" => frame["entries"].as_array().into_iter().flatten().for_each(|entry| self.apply(entry)),
            "my" => self.learn(&frame["my"]),
            "receipt" if frame["user"] == self.person.id => {
                self.read_seq = self.read_seq.max(number(&frame["read_seq"]));
            }
            "reset" | "bye" => panic!("{frame}"),
            _ => {}
        }
        op
    }

    fn calls(&self, mentions: &Value) -> bool {
        mentions.as_array().into_iter().flatten().any(|who| *who == self.person.id || who == "all")
    }

    fn apply(&mut self, entry: &Value) {
        let seq = number(&entry["seq"]);
        if seq <= self.head {
            return;
        }
        assert_eq!(seq, self.head + 1, "a hole: {entry}");
        self.head = seq;
        if entry["kind"] == "message" {
            let message = &entry["message"];
            let mine = message["sender"] == self.person.id;
            let calls = self.calls(&message["mentions"]);
            self.said.insert(seq, Said { mine, calls, rev: message["rev"].as_i64().unwrap_or(seq) });
            self.read_seq = if mine { self.read_seq.max(seq) } else { self.read_seq };
        } else if let Some(target) = entry["target"].as_i64() {
            let calls = match entry["kind"].as_str() {
                Some("edited") => Some(self.calls(&entry["mentions"])),
                Some("deleted") => Some(false),
                _ => None,
            };
            let said = self.said.get_mut(&target).expect("a target that was said");
            if seq > said.rev {
                said.rev = seq;
                said.calls = calls.unwrap_or(said.calls);
            }
        }
    }

    /// Listens until it shows what the server says.
    async fn agrees(&mut self, seed: u64) {
        let view = self.person.sees(&self.conversation).await;
        let truth = (number(&view["unread"]), number(&view["mentions"]), own(&view["my"]));
        let listen = async {
            while self.shows() != truth || self.head != number(&view["head_seq"]) {
                self.hear().await;
            }
        };
        let soon = tokio::time::timeout(SOON, listen).await;
        assert!(
            soon.is_ok(),
            "history {seed}: shows {:?} at {} read {}, the server says {truth:?} {view}",
            self.shows(),
            self.head,
            self.read_seq
        );
    }
}

struct World {
    chance: SmallRng,
    alice: Person,
    bob: Person,
    conversation: String,
    said: i64,
}

impl World {
    /// What somebody does now, without waiting for the others.
    fn act(&mut self) -> impl Future<Output = ()> + use<> {
        let (alice, bob) = (self.alice.clone(), self.bob.clone());
        let path = format!("/conversations/{}", self.conversation);
        let chance = &mut self.chance;
        let mentions = [json!([]), json!([]), json!([bob.id]), json!(["all"]), json!([bob.id, "all"])];
        let mentions = mentions.choose(chance).cloned().expect("some");
        let seq = chance.random_range(1..=self.said + 3);
        let message = format!("{path}/messages/{seq}");
        let (what, coin) = (chance.random_range(0..100), chance.random_bool(0.5));
        let one = if chance.random_bool(0.8) { alice.clone() } else { bob.clone() };
        self.said += 1;
        let client_id = format!("m{}", self.said);
        // What is refused (a seq that is no message, another's message) must leave no trace.
        async move {
            let reply = match what {
                0..35 => {
                    let ask = json!({ "client_id": client_id, "text": client_id, "mentions": mentions });
                    one.post(&format!("{path}/messages"), ask).await
                }
                35..50 => alice.patch(&message, json!({ "text": client_id, "mentions": mentions })).await,
                50..58 => alice.delete(&message).await,
                58..66 => one.put(&format!("{message}/reactions/👍"), Value::Null).await,
                66..70 => one.delete(&format!("{message}/reactions/👍")).await,
                70..84 => bob.put(&format!("{path}/read"), json!({ "seq": seq })).await,
                84..86 => bob.put("/conversations/read-all", Value::Null).await,
                86..93 => bob.patch(&format!("{path}/my"), json!({ "marked_unread": coin })).await,
                93..97 => {
                    bob.patch(&format!("{path}/my"), json!({ "notify": if coin { "nothing" } else { "all" } })).await
                }
                _ => bob.patch(&format!("{path}/my"), json!({ "favourite": coin, "archived": !coin })).await,
            };
            assert!(!reply.status.is_server_error(), "{} {}", reply.status, reply.json);
        }
    }
}

async fn obey(home: &Home, seeds: std::ops::Range<u64>) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let phones = [bob.clone(), bob.another_device().await, bob.another_device().await];
    for seed in seeds {
        let conversation = alice.group("g", &[&bob]).await;
        let mut devices = phones.each_ref().map(|phone| Device::new(phone.clone(), &conversation));
        let chance = SmallRng::seed_from_u64(seed);
        let mut world = World { chance, alice: alice.clone(), bob: bob.clone(), conversation, said: 0 };
        for _ in 0..STEPS {
            home.clock.advance(1);
            if world.chance.random_bool(0.7) {
                let at_once: Vec<_> = (0..world.chance.random_range(1..=4)).map(|_| world.act()).collect();
                futures_util::future::join_all(at_once).await;
                continue;
            }
            let device = devices.choose_mut(&mut world.chance).expect("three");
            match &device.line {
                None => device.connect().await,
                Some(_) if world.chance.random_bool(0.4) => device.line = None,
                Some(_) => device.agrees(seed).await,
            }
        }
        for device in &mut devices {
            if device.line.is_none() {
                device.connect().await;
            }
            device.agrees(seed).await;
        }
        let shown: Vec<Shown> = devices.iter().map(Device::shows).collect();
        assert!(shown[0] == shown[1] && shown[1] == shown[2], "history {seed}: {shown:?}");
    }
}

#[both_databases]
async fn every_device_shows_the_servers_numbers(home: Home) {
    obey(&home, 1..9).await;
}

#[both_databases]
async fn and_so_after_other_histories(home: Home) {
    obey(&home, 9..17).await;
}
