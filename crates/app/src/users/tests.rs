//! The story of finding people.

use parlor_testkit::{Home, Person, both_databases};
use serde_json::{Value, json};

async fn found(who: &Person, query: &str) -> Vec<String> {
    let page = who.get(&format!("/users?query={query}")).await.ok();
    names(&page)
}

fn names(page: &Value) -> Vec<String> {
    page["users"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

#[both_databases]
async fn people_are_found_by_the_beginnings_of_their_names(home: Home) {
    let [me, zoe, _bob] = home.people(["me", "zoe", "bob"]).await;
    zoe.patch("/me", json!({ "name": "Zoë Ångström-Smith" })).await.ok();
    for query in ["zo", "ZO", "zo%C3%AB", "angst", "%C3%85ng", "zoe%20ang", "ang%20zo", "@zoe"] {
        assert_eq!(found(&me, query).await, ["zoe"], "{query}");
    }
    for query in ["oe", "zoe%20bob", "%25", "_", "z*", "%27%20OR%201=1", "%5B%5E", "ngstr"] {
        assert_eq!(found(&me, query).await, [""; 0], "{query}");
    }
    assert_eq!(found(&me, "").await, ["bob", "zoe"]);
    // Renamed people are found by the new name only.
    zoe.patch("/me", json!({ "name": "Quinn" })).await.ok();
    assert_eq!((found(&me, "quinn").await, found(&me, "angst").await), (vec!["zoe".to_owned()], vec![]));
}

#[both_databases]
async fn a_search_has_pages(home: Home) {
    let me = home.person("me").await;
    home.people(["a1", "a2", "a3", "a4", "a5"]).await;
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = me.get(&format!("/users?query=a&limit=2&cursor={cursor}")).await.ok();
        all.extend(names(&page));
        match page["cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(all, ["a1", "a2", "a3", "a4", "a5"]);
}

#[both_databases]
async fn users_by_id(home: Home) {
    let [me, bob] = home.people(["me", "bob"]).await;
    assert_eq!(me.get(&format!("/users/{}", bob.id)).await.ok()["name"], "bob");
    assert_eq!(names(&me.get(&format!("/users?ids={},1,{}", bob.id, bob.id)).await.ok()), ["bob"]);
    me.get("/users/1").await.refused("not_found");
    me.get("/users/none").await.refused("not_found");
    me.get("/users?ids=x").await.refused("invalid");
    me.get("/users?limit=x").await.refused("invalid");
    me.get(&format!("/users?ids={}", vec!["1"; 101].join(","))).await.refused("invalid");
}
