//! The story of contacts and blocks, as a document.

use parlor_testkit::{Home, Person, both_databases};
use serde_json::{Value, json};

async fn names(who: &Person, of: &str) -> Vec<String> {
    let document = who.get("/me/contacts").await.ok();
    document[of].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap().to_owned()).collect()
}

#[both_databases]
async fn contacts_are_kept_by_oneself_and_every_device_hears(home: Home) {
    let [alice, zoe, bob] = home.people(["alice", "zoe", "bob"]).await;
    let (mut line, welcome) = alice.another_device().await.connects().await;
    assert_eq!(welcome["versions"]["contacts"], Value::Null);
    for other in [&zoe, &bob, &bob] {
        alice.put(&format!("/me/contacts/{}", other.id), json!({})).await.ok();
    }
    for version in 1..=2 {
        let frame = line.until("changed").await;
        assert_eq!((&frame["what"], &frame["version"]), (&json!("contacts"), &json!(version)));
    }
    assert_eq!(names(&alice, "contacts").await, ["bob", "zoe"]);
    assert_eq!(alice.get("/me/contacts").await.ok()["version"], 2);
    // Whose contact one is, one does not learn.
    assert_eq!(bob.get("/me/contacts").await.ok(), json!({ "contacts": [], "blocked": [], "version": 0 }));
    for _ in 0..2 {
        alice.delete(&format!("/me/contacts/{}", zoe.id)).await.ok();
    }
    assert_eq!(names(&alice, "contacts").await, ["bob"]);
    assert_eq!(alice.get("/me/contacts").await.ok()["version"], 3);
    let (_, welcome) = alice.connects().await;
    assert_eq!(welcome["versions"]["contacts"], 3);
}

#[both_databases]
async fn blocks_are_a_list_of_their_own(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    alice.put(&format!("/me/contacts/{}", bob.id), json!({})).await.ok();
    for _ in 0..2 {
        alice.put(&format!("/me/blocks/{}", bob.id), json!({})).await.ok();
    }
    assert_eq!(
        (names(&alice, "contacts").await, names(&alice, "blocked").await),
        (vec!["bob".into()], vec!["bob".into()])
    );
    assert_eq!(alice.get("/me/contacts").await.ok()["version"], 2);
    for _ in 0..2 {
        alice.delete(&format!("/me/blocks/{}", bob.id)).await.ok();
    }
    assert_eq!(names(&alice, "blocked").await, [""; 0]);
    assert_eq!(alice.get("/me/contacts").await.ok()["version"], 3);
}

#[both_databases]
async fn what_is_refused(home: Home) {
    let alice = home.person("alice").await;
    for list in ["contacts", "blocks"] {
        for (other, code) in
            [(alice.id.as_str(), "invalid"), ("1", "not_found"), ("x", "not_found"), ("-1", "not_found")]
        {
            alice.put(&format!("/me/{list}/{other}"), json!({})).await.refused(code);
            alice.delete(&format!("/me/{list}/{other}")).await.refused(code);
        }
    }
    assert_eq!(alice.get("/me/contacts").await.ok()["version"], 0);
}
