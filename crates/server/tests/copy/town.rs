//! People who have used everything there is, so that no table is empty, and what they see.

use parlor_testkit::{Home, Person};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;

pub(crate) struct Town {
    pub(crate) people: Vec<Person>,
    pub(crate) group: String,
    direct: String,
    thread: String,
}

impl Town {
    pub(crate) async fn built(home: &Home) -> Self {
        let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
        let group = alice.group("Čeština 🙂", &[&bob, &carol]).await;
        let direct = alice.direct(&bob).await;
        let at = |rest: &str| format!("/conversations/{group}{rest}");
        // More than one batch.
        for n in 0..700 {
            alice.says_as(&group, &format!("m{n}"), &format!("\"message\" {n}\n\\ 🙂 'é'")).await.ok();
        }
        alice.patch(&at("/messages/3"), json!({ "text": "said better" })).await.ok();
        alice.delete(&at("/messages/4")).await.ok();
        bob.put(&at("/messages/3/reactions/👍"), json!({})).await.ok();
        carol.put(&at("/messages/3/pin"), json!({})).await.ok();
        let mention = json!({ "client_id": "call", "text": "@bob?", "mentions": [bob.id] });
        carol.post(&at("/messages"), mention).await.ok();
        bob.put("/me/notices/seen", json!({ "at": home.clock.now() })).await.ok();
        let thread = bob.post(&at("/messages/5/thread"), json!({})).await.ok()["id"].as_str().unwrap().to_owned();
        bob.says(&thread, "in the thread").await.ok();

        let poll = json!({ "client_id": "p", "question": "Lunch?", "options": ["soup", "pizza"] });
        let poll = alice.post(&at("/polls"), poll).await.ok()["seq"].clone();
        for (who, option) in [(&alice, 0), (&bob, 1), (&carol, 1)] {
            who.put(&at(&format!("/polls/{poll}/votes")), json!({ "options": [option] })).await.ok();
        }
        let later = home.clock.now() + HOUR;
        let ask = json!({ "client_id": "s", "text": "good morning", "at": later });
        alice.post(&format!("/conversations/{direct}/scheduled"), ask).await.ok();
        let ask = json!({ "conversation": group, "seq": 6, "at": later, "note": "before lunch" });
        bob.post("/me/reminders", ask).await.ok();
        bob.put(&format!("/me/saved/{group}/7"), json!({ "note": "read this" })).await.ok();
        bob.put(&format!("/me/hidden/{group}/8"), json!({})).await.ok();
        bob.patch(&at("/my"), json!({ "notify": "mentions" })).await.ok();
        bob.put(&at("/read"), json!({ "seq": 300 })).await.ok();

        alice.put(&format!("/me/contacts/{}", bob.id), json!({})).await.ok();
        carol.put(&format!("/me/blocks/{}", alice.id), json!({})).await.ok();
        bob.patch("/me", json!({ "bio": "", "status": { "text": "away" } })).await.ok();
        alice.says(&direct, "only for you").await.ok();
        Self { people: vec![alice, bob, carol], group, direct, thread }
    }

    /// All that everybody is told, by the devices they were signed in on before.
    pub(crate) async fn answers(&self) -> Vec<Value> {
        let mut paths: Vec<String> = [
            "/me",
            "/me/sessions",
            "/me/contacts",
            "/me/notices",
            "/me/saved",
            "/me/hidden",
            "/me/reminders",
            "/me/scheduled",
            "/conversations",
            "/users?q=car",
        ]
        .map(str::to_owned)
        .into();
        for conversation in [&self.group, &self.direct, &self.thread] {
            for rest in ["", "/members", "/messages?limit=100", "/log?after=0", "/log?after=500", "/pins", "/receipts"]
            {
                paths.push(format!("/conversations/{conversation}{rest}"));
            }
        }
        for rest in ["/messages/3/history", "/messages/3/reactions", "/links"] {
            paths.push(format!("/conversations/{}{rest}", self.group));
        }
        let mut answers = Vec::new();
        for person in &self.people {
            for path in &paths {
                let mut reply = person.get(path).await;
                // Each request has its own.
                reply.json.as_object_mut().map(|problem| problem.remove("trace_id"));
                answers.push(
                    json!({ "who": person.name, "asks": path, "status": reply.status.as_u16(), "is told": reply.json }),
                );
            }
        }
        answers
    }
}
