//! The disk is full: the sender is told `unavailable`, nothing is announced, and when there is room again the server
//! goes on by itself.

use std::process::Command;

use parlor_testkit::Person;
use serde_json::json;

use crate::process::program;

/// Files may grow to 2 MiB (in blocks of 512 bytes). The program hears an error instead of the signal. The soft limit
/// only, so that it can be lifted again.
const FULL: &str = "trap '' XFSZ; ulimit -S -f 4096;";

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_announces_nothing_and_heals() {
    let data = tempfile::tempdir().unwrap();
    let server = program(data.path(), "").after(FULL).start();
    let alice = Person::sign_up(server.address, "alice").await;
    let bob = Person::sign_up(server.address, "bob").await;
    let conversation = alice.direct(&bob).await;
    let (mut line, _) = bob.connects().await;

    let text = "x".repeat(16_000);
    let (mut stored, mut refused) = (Vec::new(), Vec::new());
    for n in 0..2_000 {
        let client_id = format!("c{n}");
        let reply = alice.says_as(&conversation, &client_id, &text).await;
        if reply.status == 201 {
            stored.push(client_id);
        } else {
            let problem = reply.refused("unavailable");
            assert!(problem["retry_after_ms"].as_u64().is_some());
            refused.push(client_id);
        }
        if refused.len() == 3 {
            break;
        }
    }
    assert_eq!(refused.len(), 3, "the disk was never full; stored {}", stored.len());
    // Reading goes on.
    bob.sees(&conversation).await;

    let lifted = Command::new("prlimit").args(["--pid", &server.id().to_string(), "--fsize=unlimited"]).status();
    assert!(lifted.is_ok_and(|status| status.success()));
    for client_id in &refused {
        assert_eq!(
            alice.says_as(&conversation, client_id, &text).await.status,
            201,
            "was not stored when it was refused"
        );
    }
    alice.says_as(&conversation, "last", "there is room again").await.ok();
    let mut announced = Vec::new();
    while announced.last().is_none_or(|last| last != "last") {
        let entry = line.until("entry").await["entry"].clone();
        announced.push(entry["message"]["client_id"].as_str().unwrap_or_default().to_owned());
    }
    let all: Vec<String> = stored.into_iter().chain(refused).chain(["last".to_owned()]).collect();
    assert_eq!(announced, all, "what was announced is what was stored, in order, once");
    let head = bob.sees(&conversation).await["head_seq"].clone();
    assert_eq!(head, json!(all.len() + 1));
}
