//! The story of strangers, and of those who are kept away.

use parlor_testkit::{Engine, Home, Line, Person, Requests, both_databases};
use serde_json::{Value, json};

/// On a server where strangers ask first.
fn strangers<F: Future<Output = ()>>(engine: Engine, story: impl FnOnce(Home) -> F) {
    parlor_testkit::run_with(engine, |config| config.app.requests = Requests::Strangers, story);
}

macro_rules! among_strangers {
    ($($story:ident)+) => { $(mod $story {
        #[test] fn sqlite() { super::strangers(super::Engine::Sqlite, super::$story) }
        #[test] fn postgres() { super::strangers(super::Engine::Postgres, super::$story) }
    })+ };
}

among_strangers! { a_stranger_asks_first answering_accepts who_is_known_need_not_ask decisions_are_for_those_who_sit_there }

async fn request(who: &Person, conversation: &str) -> Value {
    who.sees(conversation).await["my"]["request"].clone()
}

async fn decides(who: &Person, conversation: &str, decision: &str) -> parlor_testkit::Reply {
    who.put(&format!("/conversations/{conversation}/request"), json!({ "decision": decision })).await
}

async fn blocks(who: &Person, other: &Person) {
    who.put(&format!("/me/blocks/{}", other.id), json!({})).await.ok();
}

async fn unblocks(who: &Person, other: &Person) {
    who.delete(&format!("/me/blocks/{}", other.id)).await.ok();
}

async fn has_contact(who: &Person) -> bool {
    !who.get("/me/contacts").await.ok()["contacts"].as_array().unwrap().is_empty()
}

async fn a_stranger_asks_first(home: Home) {
    let [alice, eve] = home.people(["alice", "eve"]).await;
    let (mut line, _) = alice.connects().await;
    let direct = eve.direct(&alice).await;
    eve.says(&direct, "hello").await.ok();
    let frame = line.until("my").await;
    assert_eq!((&frame["conversation"], &frame["my"]["request"]), (&json!(direct), &json!("pending")));
    assert_eq!((request(&alice, &direct).await, request(&eve, &direct).await), (json!("pending"), Value::Null));
    assert_eq!(alice.reads(&direct).await, ["hello"]);
    // Put away, it stays away.
    for _ in 0..2 {
        assert_eq!(decides(&alice, &direct, "ignore").await.ok()["request"], "ignored");
    }
    eve.says(&direct, "hello?").await.ok();
    assert_eq!(request(&alice, &direct).await, "ignored");
    // One may change one's mind.
    for _ in 0..2 {
        assert_eq!(decides(&alice, &direct, "accept").await.ok()["request"], Value::Null);
    }
    assert!(has_contact(&alice).await);
    decides(&alice, &direct, "ignore").await.refused("conflict");
    assert_eq!(alice.reads(&direct).await, ["hello", "hello?"]);
    // Blocking turns a request away, and unblocking does not bring it back.
    let mallory = home.person("mallory").await;
    let other = mallory.direct(&alice).await;
    for _ in 0..2 {
        assert_eq!(decides(&alice, &other, "block").await.ok()["request"], "ignored");
    }
    decides(&alice, &other, "accept").await.refused("forbidden");
    mallory.says(&other, "now").await.ok();
    assert_eq!(alice.reads(&other).await, [""; 0]);
    unblocks(&alice, &mallory).await;
    assert_eq!(request(&alice, &other).await, "ignored");
    mallory.says(&other, "again").await.ok();
    assert_eq!(alice.reads(&other).await, ["again"]);
}

async fn answering_accepts(home: Home) {
    let [alice, eve] = home.people(["alice", "eve"]).await;
    let direct = eve.direct(&alice).await;
    eve.says(&direct, "hello").await.ok();
    let (mut line, welcome) = alice.connects().await;
    assert_eq!(welcome["heads"][0][6], 1);
    alice.says(&direct, "hi").await.ok();
    assert_eq!(line.until("my").await["my"]["request"], Value::Null);
    assert_eq!(request(&alice, &direct).await, Value::Null);
    assert!(has_contact(&alice).await);
    assert!(!has_contact(&eve).await);
    alice.says(&direct, "how are you").await.ok();
    assert_eq!(alice.sees(&direct).await["my"]["version"], 2);
}

async fn who_is_known_need_not_ask(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    alice.put(&format!("/me/contacts/{}", bob.id), json!({})).await.ok();
    carol.group("lunch", &[&alice]).await;
    for other in [&bob, &carol] {
        let direct = other.direct(&alice).await;
        assert_eq!(request(&alice, &direct).await, Value::Null, "{}", other.name);
    }
    // It is what alice knows that counts: to bob she is a stranger.
    let dave = home.person("dave").await;
    dave.put(&format!("/me/contacts/{}", alice.id), json!({})).await.ok();
    let direct = dave.direct(&alice).await;
    assert_eq!(request(&alice, &direct).await, "pending");
}

async fn decisions_are_for_those_who_sit_there(home: Home) {
    let [alice, eve, bob] = home.people(["alice", "eve", "bob"]).await;
    let direct = eve.direct(&alice).await;
    for decision in ["accept", "ignore", "block", "report"] {
        decides(&bob, &direct, decision).await.refused("not_found");
    }
    decides(&alice, &direct, "love").await.refused("invalid");
    let path = format!("/conversations/{direct}/request");
    alice.put(&path, json!({})).await.refused("invalid");
    let report =
        |reason: String, seq: Value| json!({ "decision": "report", "reason": reason, "seq": seq, "block": true });
    alice.put(&path, report("x".repeat(501), Value::Null)).await.refused("invalid");
    alice.put(&path, report("\0".into(), Value::Null)).await.refused("invalid");
    alice.put(&path, report("spam".into(), json!(99))).await.refused("invalid");
    assert_eq!(request(&alice, &direct).await, "pending");
    for _ in 0..2 {
        let my = alice.put(&path, report("spam".into(), json!(1))).await.ok();
        assert_eq!(my["request"], "ignored");
    }
    assert_eq!(alice.get("/me/contacts").await.ok()["blocked"][0]["name"], "eve");
    let group = alice.group("lunch", &[&bob]).await;
    decides(&alice, &group, "accept").await.refused("invalid");
    // Who began it has no request, and ignoring what is none is refused.
    decides(&eve, &direct, "ignore").await.refused("conflict");
}

#[both_databases]
async fn where_everybody_knows_everybody_nobody_asks(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let direct = bob.direct(&alice).await;
    assert_eq!(request(&alice, &direct).await, Value::Null);
}

#[both_databases]
async fn who_is_blocked_talks_to_nobody(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let direct = alice.direct(&bob).await;
    alice.says(&direct, "one").await.ok();
    bob.says(&direct, "two").await.ok();
    blocks(&alice, &bob).await;
    let (mut hers, _) = alice.connects().await;
    let before = alice.sees(&direct).await;
    bob.says(&direct, "three").await.ok();
    let entry = hers.until("entry").await;
    assert_eq!((&entry["entry"]["kind"], &entry["entry"]["seq"]), (&json!("withheld"), &json!(4)));
    assert!(!entry.to_string().contains("three"), "{entry}");
    assert_eq!(alice.reads(&direct).await, ["one", "two"]);
    assert_eq!(bob.reads(&direct).await, ["one", "two", "three"]);
    let after = alice.sees(&direct).await;
    assert_eq!((&after["unread"], &after["last_message"]), (&before["unread"], &before["last_message"]));
    let kinds: Vec<Value> = alice.log(&direct).await.iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["created", "message", "message", "withheld"]);
    // And she says nothing to him.
    alice.says(&direct, "no").await.refused("forbidden");
    alice.put(&format!("/conversations/{direct}/messages/3/reactions/👍"), json!({})).await.refused("forbidden");
    // What he said meanwhile stays unsaid; what comes then is heard.
    unblocks(&alice, &bob).await;
    bob.says(&direct, "four").await.ok();
    alice.says(&direct, "five").await.ok();
    assert_eq!(alice.reads(&direct).await, ["one", "two", "four", "five"]);
    assert_eq!(bob.reads(&direct).await, ["one", "two", "three", "four", "five"]);
}

#[both_databases]
async fn a_direct_begun_by_who_is_blocked_is_not_there(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    blocks(&alice, &bob).await;
    let direct = bob.direct(&alice).await;
    bob.says(&direct, "hello").await.ok();
    assert_eq!(bob.reads(&direct).await, ["hello"]);
    assert_eq!((alice.reads(&direct).await, request(&alice, &direct).await), (vec![], json!("ignored")));
    assert_eq!(alice.sees(&direct).await["unread"], 0);
    // Who blocks begins none.
    let carol = home.person("carol").await;
    blocks(&alice, &carol).await;
    let ask = json!({ "kind": "direct", "user_id": carol.id });
    alice.post("/conversations", ask).await.refused("forbidden");
}

#[both_databases]
async fn edits_and_emoji_of_who_is_blocked_are_withheld_and_taking_back_is_not(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let direct = alice.direct(&bob).await;
    let at = |seq: u8, rest: &str| format!("/conversations/{direct}/messages/{seq}{rest}");
    alice.says(&direct, "one").await.ok();
    bob.says(&direct, "two").await.ok();
    bob.says(&direct, "three").await.ok();
    bob.put(&at(2, "/reactions/👍"), json!({})).await.ok();
    blocks(&alice, &bob).await;
    bob.patch(&at(3, ""), json!({ "text": "TWO" })).await.ok();
    bob.patch(&at(3, ""), json!({ "text": "TWO!" })).await.ok();
    home.clock.advance(1);
    bob.put(&at(2, "/reactions/🎉"), json!({})).await.ok();
    let emoji = async |who: &Person| {
        let page = who.get(&format!("/conversations/{direct}/messages?seqs=2")).await.ok();
        let all = page["messages"][0]["reactions"].as_array().cloned().unwrap_or_default();
        all.iter().map(|reaction| reaction["emoji"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (alice.reads(&direct).await, bob.reads(&direct).await),
        (vec!["one".into(), "two".into(), "three".into()], vec!["one".into(), "TWO!".into(), "three".into()])
    );
    assert_eq!((emoji(&alice).await, emoji(&bob).await), (vec!["👍".into()], vec!["👍".into(), "🎉".into()]));
    let history = alice.get(&at(3, "/history")).await.ok().to_string();
    assert!(history.contains("two") && !history.contains("TWO"), "{history}");
    assert!(!alice.get(&at(2, "/reactions")).await.ok().to_string().contains("🎉"));
    // Taking back what she saw reaches her; what she never saw goes as it came.
    for seen in ["👍", "🎉"] {
        bob.delete(&at(2, &format!("/reactions/{seen}"))).await.ok();
    }
    assert_eq!((emoji(&alice).await, emoji(&bob).await), (vec![], vec![]));
    bob.delete(&at(4, "")).await.ok();
    assert_eq!(alice.reads(&direct).await, ["one", "two", ""]);
    let kinds: Vec<Value> = alice.log(&direct).await.iter().map(|entry| entry["kind"].clone()).collect();
    let told = [
        "created",
        "message",
        "message",
        "message",
        "reacted",
        "withheld",
        "withheld",
        "withheld",
        "unreacted",
        "withheld",
        "deleted",
    ];
    assert_eq!(kinds, told);
    // Unblocked, she changes her own words, and his stay what they are to each.
    unblocks(&alice, &bob).await;
    alice.put(&at(3, "/reactions/👀"), json!({})).await.ok();
    assert_eq!((alice.reads(&direct).await[1].as_str(), bob.reads(&direct).await[1].as_str()), ("two", "TWO!"));
    bob.patch(&at(3, ""), json!({ "text": "both" })).await.ok();
    assert_eq!((alice.reads(&direct).await[1].as_str(), bob.reads(&direct).await[1].as_str()), ("both", "both"));
}

#[both_databases]
async fn who_is_blocked_brings_nobody_into_groups_and_calls_nobody(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let before = bob.group("before", &[&alice, &carol]).await;
    blocks(&alice, &bob).await;
    let group = bob.group("mine", &[&alice, &carol]).await;
    assert_eq!(bob.sees(&group).await["members_count"], 2);
    alice.get(&format!("/conversations/{group}")).await.refused("not_found");
    let added = bob.post(&format!("/conversations/{group}/members"), json!({ "user_id": alice.id })).await.ok();
    assert_eq!(added["members"], json!([]));
    // Nor does she bring him in.
    let hers = alice.group("hers", &[&bob, &carol]).await;
    assert_eq!(alice.sees(&hers).await["members_count"], 2);
    // Both stay where they are; what he says there is said, and calls her not.
    let say = |text: &str, mentions: Value| json!({ "client_id": text, "text": text, "mentions": mentions });
    let path = format!("/conversations/{before}/messages");
    bob.post(&path, say("hey", json!([alice.id, carol.id]))).await.ok();
    bob.post(&path, say("all", json!(["all"]))).await.ok();
    assert_eq!(
        (&alice.sees(&before).await["mentions"], &carol.sees(&before).await["mentions"]),
        (&json!(0), &json!(2))
    );
    assert_eq!(alice.reads(&before).await, ["hey", "all"]);
    let (_, welcome) = alice.connects().await;
    let head = welcome["heads"].as_array().unwrap().iter().find(|head| head[0] == json!(before)).unwrap().clone();
    assert_eq!((&head[3], &head[4]), (&json!(2), &json!(0)));
}

/// All that bob is told while he talks in a direct conversation, begun or not before, in a thread, and on old messages.
async fn told(home: &Home, names: [&str; 2], is_blocked: bool) -> Vec<Value> {
    let [alice, bob] = home.people(names).await;
    let old = alice.direct(&bob).await;
    alice.says_as(&old, "a", "hello").await.ok();
    bob.says_as(&old, "b", "hi").await.ok();
    if is_blocked {
        blocks(&alice, &bob).await;
    }
    let (mut line, welcome) = bob.connects().await;
    let mut all = vec![welcome["heads"].clone()];
    let at = |rest: &str| format!("/conversations/{old}{rest}");
    for n in 0..12 {
        all.push(bob.says_as(&old, &format!("n{n}"), &format!("{n}")).await.json);
    }
    let again = bob.says_as(&old, "n1", "1").await;
    all.push(json!([again.status.as_u16(), again.json]));
    all.push(bob.patch(&at("/messages/3"), json!({ "text": "HI" })).await.json);
    all.push(bob.put(&at("/messages/2/reactions/👍"), json!({})).await.json);
    all.push(bob.put(&at("/messages/2/pin"), json!({})).await.json);
    all.push(bob.delete(&at("/messages/4")).await.json);
    let thread = bob.post(&at("/messages/2/thread"), json!({})).await.json;
    let thread_id = thread["id"].as_str().unwrap().to_owned();
    all.push(thread);
    all.push(bob.says_as(&thread_id, "t", "in the thread").await.json);
    for path in [
        "",
        "/messages?limit=5",
        "/messages?before=6&limit=2",
        "/messages?after=4&limit=3",
        "/log?after=0",
        "/messages/3/history",
        "/messages/2/reactions",
        "/pins",
        "/members",
    ] {
        all.push(bob.get(&at(path)).await.json);
    }
    all.push(bob.get("/conversations").await.ok());
    all.push(bob.get(&format!("/users/{}", alice.id)).await.ok());
    frames(&mut line, &mut all).await;
    all
}

async fn frames(line: &mut Line, all: &mut Vec<Value>) {
    line.say(json!({ "op": "ping", "id": "end" })).await;
    loop {
        let frame = line.next().await.unwrap();
        if frame["op"] == "pong" {
            return;
        }
        all.push(frame);
    }
}

/// Every refusal has a trace of its own.
fn without_traces(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_traces),
        Value::Object(fields) => {
            fields.remove("trace_id");
            fields.values_mut().for_each(without_traces);
        }
        _ => {}
    }
}

/// Ids differ between two pairs of people: each is named by the order in which it is first met.
fn anonymous(all: &[Value], names: [&str; 2]) -> String {
    let mut all = json!(all);
    without_traces(&mut all);
    let mut text = all.to_string();
    for (n, name) in names.iter().enumerate() {
        text = text.replace(name, &format!("person {n}"));
    }
    let digits: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() > 13).collect();
    let mut seen: Vec<String> = Vec::new();
    for id in digits {
        if !seen.iter().any(|other| other == id) {
            seen.push(id.to_owned());
        }
    }
    for (n, id) in seen.iter().enumerate() {
        text = text.replace(id.as_str(), &format!("id {n}"));
    }
    text
}

/// The property the whole thing is for.
#[both_databases]
async fn who_is_blocked_cannot_tell(home: Home) {
    let (free, blocked) = (["anna", "bert"], ["cleo", "dirk"]);
    let without = anonymous(&told(&home, free, false).await, free);
    let with = anonymous(&told(&home, blocked, true).await, blocked);
    assert_eq!(without, with);
    // The premise: there was something to tell.
    assert!(without.contains("in the thread") && without.contains("reacted"), "{without}");
}

#[both_databases]
async fn a_history_of_withheld_words_has_its_pages(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    blocks(&alice, &bob).await;
    let direct = bob.direct(&alice).await;
    for n in 0..5 {
        bob.says(&direct, &format!("{n}")).await.ok();
    }
    let page = bob.get(&format!("/conversations/{direct}/messages?limit=2")).await.ok();
    assert_eq!((&page["has_before"], &page["has_after"]), (&json!(true), &json!(false)));
    let page = alice.get(&format!("/conversations/{direct}/messages?limit=2")).await.ok();
    assert_eq!(page, json!({ "messages": [], "has_before": false, "has_after": false }));
}
