//! The law: an old snapshot and the events since make the fresh snapshot.
//!
//! Several users with several devices do whatever they may (and some of what they may not), while devices lose their
//! connection and come back. In the end every device holds, entry by entry, what the server would tell a new one.

#![cfg(test)]

mod device;
mod unread;

use std::net::SocketAddr;

use device::Device;
use parlor_testkit::{Home, Person, both_databases, on_two_nodes};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;

const PEOPLE: [&str; 4] = ["alice", "bob", "carol", "dave"];
const STEPS: usize = 300;

struct World {
    chance: SmallRng,
    people: Vec<Person>,
    devices: Vec<Device>,
    conversations: Vec<String>,
    said: usize,
    /// Some keep others away.
    apart: bool,
}

#[both_databases]
async fn old_snapshot_and_events_make_the_fresh_snapshot(home: Home) {
    obey(&home, 1, false, home.address()).await;
}

#[both_databases]
async fn and_so_for_another_history(home: Home) {
    obey(&home, 2, false, home.address()).await;
}

#[both_databases]
async fn and_for_a_third(home: Home) {
    obey(&home, 3, false, home.address()).await;
}

#[both_databases]
async fn also_where_some_are_kept_away(home: Home) {
    assert!(obey(&home, 8, true, home.address()).await > 10, "next to nothing was withheld");
}

/// Half of all that is asked, and every second device, is at the other node.
#[test]
fn and_across_two_nodes() {
    on_two_nodes(async |home, other, _| {
        obey(&home, 5, true, other).await;
    });
}

/// Gives how many places were withheld from somebody. Some people and devices are at `other`.
async fn obey(home: &Home, seed: u64, apart: bool, other: SocketAddr) -> usize {
    let people: Vec<Person> = home.people(PEOPLE).await.into();
    let mut devices = Vec::new();
    for person in &people {
        devices.push(Device::new(person.clone()));
        devices.push(Device::new(person.another_device().await.at(other)));
    }
    let at_other = |(n, person): (usize, Person)| if n % 2 == 0 { person } else { person.at(other) };
    let people = people.into_iter().enumerate().map(at_other).collect();
    let mut world =
        World { chance: SmallRng::seed_from_u64(seed), people, devices, conversations: Vec::new(), said: 0, apart };
    for _ in 0..STEPS {
        home.clock.advance(1);
        world.step().await;
    }
    for device in &mut world.devices {
        device.connect().await;
        device.becomes_fresh().await;
    }
    // The premise: something happened.
    let entries: usize = world.devices.iter().map(Device::entries).sum();
    assert!(entries > STEPS / 2, "{entries}");
    world.devices.iter().map(Device::withheld).sum()
}

impl World {
    async fn step(&mut self) {
        match self.chance.random_range(0..100) {
            0..8 => self.begin().await,
            8..20 => self.members().await,
            20..26 => self.rename().await,
            26..38 => self.read().await,
            38..50 => self.come_and_go().await,
            50..60 => self.device().look_around().await,
            60..80 => self.change().await,
            80..83 => self.thread().await,
            83..86 if self.apart => self.block().await,
            _ => self.say().await,
        }
    }

    fn device(&mut self) -> &mut Device {
        let n = self.chance.random_range(0..self.devices.len());
        &mut self.devices[n]
    }

    fn person(&mut self) -> Person {
        self.people.choose(&mut self.chance).expect("people").clone()
    }

    fn conversation(&mut self) -> Option<String> {
        self.conversations.choose(&mut self.chance).cloned()
    }

    async fn begin(&mut self) {
        let (one, other) = (self.person(), self.person());
        let ask = match self.chance.random_range(0..3) {
            0 => json!({ "kind": "notes" }),
            1 => json!({ "kind": "direct", "user_id": other.id }),
            _ => json!({ "kind": "group", "title": "g", "member_ids": [other.id] }),
        };
        let reply = one.post("/conversations", ask).await;
        if let Some(id) = reply.json["id"].as_str().filter(|_| reply.status == 201) {
            self.conversations.push(id.to_owned());
        }
    }

    async fn members(&mut self) {
        let Some(conversation) = self.conversation() else { return };
        let (one, other) = (self.person(), self.person());
        let members = format!("/conversations/{conversation}/members");
        let member = format!("{members}/{}", other.id);
        // Whether they may is the server's business; what it refuses must leave no trace.
        match self.chance.random_range(0..4) {
            0 => one.delete(&member).await,
            1 => one.patch(&member, json!({ "role": "admin" })).await,
            _ => one.post(&members, json!({ "user_id": other.id })).await,
        };
    }

    async fn rename(&mut self) {
        let Some(conversation) = self.conversation() else { return };
        let title = format!("t{}", self.chance.random_range(0..3));
        let one = self.person();
        one.patch(&format!("/conversations/{conversation}"), json!({ "title": title })).await;
    }

    async fn read(&mut self) {
        let Some(conversation) = self.conversation() else { return };
        let seq = self.chance.random_range(0..12);
        let one = self.person();
        one.put(&format!("/conversations/{conversation}/read"), json!({ "seq": seq })).await;
    }

    /// Something is done to what may be a message.
    async fn change(&mut self) {
        let Some(conversation) = self.conversation() else { return };
        let (one, seq) = (self.person(), self.chance.random_range(1..20));
        let message = format!("/conversations/{conversation}/messages/{seq}");
        let emoji = ["%F0%9F%91%8D", "%E2%9D%A4%EF%B8%8F"][self.chance.random_range(0..2)];
        let reaction = format!("{message}/reactions/{emoji}");
        match self.chance.random_range(0..10) {
            0..3 => one.patch(&message, json!({ "text": format!("e{}", self.said) })).await,
            3 => one.delete(&message).await,
            4..7 => one.put(&reaction, json!(null)).await,
            7 => one.delete(&reaction).await,
            8 => one.put(&format!("{message}/pin"), json!(null)).await,
            _ => one.delete(&format!("{message}/pin")).await,
        };
    }

    /// A thread begins, to be a conversation like the others.
    async fn thread(&mut self) {
        let Some(conversation) = self.conversation() else { return };
        let (one, seq) = (self.person(), self.chance.random_range(1..8));
        let reply = one.post(&format!("/conversations/{conversation}/messages/{seq}/thread"), json!(null)).await;
        if let Some(id) = reply.json["id"].as_str().filter(|_| reply.status == 201) {
            self.conversations.push(id.to_owned());
        }
    }

    /// From here on, or no longer, somebody's words are kept from another.
    async fn block(&mut self) {
        let (one, other) = (self.person(), self.person());
        let path = format!("/me/blocks/{}", other.id);
        match self.chance.random_bool(0.6) {
            true => one.put(&path, json!(null)).await,
            false => one.delete(&path).await,
        };
    }

    async fn come_and_go(&mut self) {
        let device = self.device();
        if device.is_connected() { device.vanish() } else { device.connect().await }
    }

    /// One to five people at once, some of them twice with the same words.
    async fn say(&mut self) {
        let mut sends = Vec::new();
        for _ in 0..self.chance.random_range(1..=5) {
            let Some(conversation) = self.conversation() else { return };
            let one = self.person();
            self.said += usize::from(self.chance.random_bool(0.9));
            let client_id = format!("m{}", self.said);
            let said = self.said;
            sends.push(async move { one.says_as(&conversation, &client_id, &format!("{said}")).await });
        }
        futures_util::future::join_all(sends).await;
    }
}
