//! The story of links.

use parlor_testkit::{Home, Person, both_databases};
use serde_json::json;

async fn links(who: &Person, conversation: &str, query: &str) -> (Vec<String>, Option<i64>) {
    let page = who.get(&format!("/conversations/{conversation}/links{query}")).await.ok();
    let texts = page["messages"].as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap().to_owned());
    (texts.collect(), page["next"].as_i64())
}

#[both_databases]
async fn what_was_linked_is_found_as_it_is_now(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let direct = alice.direct(&bob).await;
    for text in ["see https://example.org/a", "no link", "[here](http://example.org/b)", "https:/ is none"] {
        alice.says(&direct, text).await.ok();
    }
    assert_eq!(
        links(&bob, &direct, "").await,
        (vec!["[here](http://example.org/b)".to_owned(), "see https://example.org/a".to_owned()], None)
    );
    assert_eq!(links(&bob, &direct, "?before=4").await.0, ["see https://example.org/a"]);
    alice.patch(&format!("/conversations/{direct}/messages/2"), json!({ "text": "nothing to see" })).await.ok();
    alice.delete(&format!("/conversations/{direct}/messages/4")).await.ok();
    assert!(links(&bob, &direct, "").await.0.is_empty());
    eve.get(&format!("/conversations/{direct}/links")).await.refused("not_found");
    bob.get(&format!("/conversations/{direct}/links?before=x")).await.refused("invalid");
}

#[both_databases]
async fn links_come_in_pages(home: Home) {
    let [alice] = home.people(["alice"]).await;
    let notes = alice.post("/conversations", json!({ "kind": "notes" })).await.ok()["id"].as_str().unwrap().to_owned();
    for nth in 0..52 {
        alice.says(&notes, &format!("https://example.org/{nth}")).await.ok();
    }
    let (first, next) = links(&alice, &notes, "").await;
    assert_eq!((first.len(), first[0].as_str()), (50, "https://example.org/51"));
    let (rest, end) = links(&alice, &notes, &format!("?before={}", next.unwrap())).await;
    assert_eq!((rest, end), (vec!["https://example.org/1".to_owned(), "https://example.org/0".to_owned()], None));
}
