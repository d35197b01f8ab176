//! The story of a message that does not stay as it was.

use parlor_testkit::{Home, Line, Person, both_databases};
use serde_json::{Value, json};

fn at(conversation: &str, rest: &str) -> String {
    format!("/conversations/{conversation}/messages/{rest}")
}

/// `👍`, as it stands in a path.
const THUMB: &str = "%F0%9F%91%8D";

async fn message(who: &Person, conversation: &str, seq: i64) -> Value {
    let page = who.get(&format!("/conversations/{conversation}/messages?seqs={seq}")).await.ok();
    page["messages"][0].clone()
}

async fn entry(line: &mut Line, kind: &str) -> Value {
    loop {
        let frame = line.until("entry").await;
        if frame["entry"]["kind"] == kind {
            return frame["entry"].clone();
        }
    }
}

#[both_databases]
async fn an_edit_is_seen_by_all_and_what_was_said_before_stays_visible(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    alice.says(&conversation, "helo").await.ok();
    let (mut line, _) = bob.connects().await;
    home.clock.advance(1_000);
    let edited = alice.patch(&at(&conversation, "2"), json!({ "text": "hello" })).await.ok();
    assert_eq!((&edited["text"], &edited["rev"]), (&json!("hello"), &json!(3)));
    let told = entry(&mut line, "edited").await;
    assert_eq!((&told["seq"], &told["target"], &told["text"]), (&json!(3), &json!(2), &json!("hello")));
    // What was told is what the log says now, and the message itself is as edited.
    let log = bob.log(&conversation).await;
    assert_eq!(log[2], told);
    assert_eq!(log[1]["message"], message(&bob, &conversation, 2).await);
    assert_eq!(bob.sees(&conversation).await["last_message"]["text"], "hello");
    assert_eq!(log[1]["message"]["edited_at"].as_i64().unwrap(), log[1]["at"].as_i64().unwrap() + 1_000);
    // The same again is no edit.
    alice.patch(&at(&conversation, "2"), json!({ "text": "hello" })).await.ok();
    alice.patch(&at(&conversation, "2"), json!({ "text": "hello!" })).await.ok();
    assert_eq!(bob.sees(&conversation).await["head_seq"], 4);
    let history = bob.get(&at(&conversation, "2/history")).await.ok();
    let texts: Vec<&str> =
        history["versions"].as_array().unwrap().iter().map(|version| version["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["helo", "hello", "hello!"]);
    // An edit makes nothing unread, and lifts nothing in the list.
    let view = bob.sees(&conversation).await;
    assert_eq!((&view["unread"], &view["last_at"]), (&json!(1), &log[1]["at"]));
}

#[both_databases]
async fn an_edit_over_the_socket_and_what_is_no_edit(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let conversation = alice.direct(&bob).await;
    alice.says_as(&conversation, "m", "one").await.ok();
    let (mut line, _) = alice.connects().await;
    let edit = |seq: i64, text: &str| json!({ "op": "edit", "id": "e", "conversation": conversation, "seq": seq, "text": text });
    let ok = line.ask(edit(2, "two")).await;
    assert_eq!((&ok["op"], &ok["seq"]), (&json!("ok"), &json!(3)));
    let (mut theirs, _) = bob.connects().await;
    assert_eq!(theirs.ask(edit(2, "mine")).await["code"], "forbidden");
    let (mut strange, _) = eve.connects().await;
    assert_eq!(strange.ask(edit(2, "mine")).await["code"], "not_found");
    for (seq, text, code) in [
        (9, "x", "not_found"),
        (1, "x", "not_found"),
        (-1, "x", "not_found"),
        (2, " ", "invalid"),
        (2, "a\0", "invalid"),
    ] {
        assert_eq!(line.ask(edit(seq, text)).await["code"], code, "{seq} {text:?}");
    }
    assert_eq!(line.ask(edit(2, &"ä".repeat(8_193))).await["code"], "too_large");
    assert_eq!(message(&bob, &conversation, 2).await["text"], "two");
    // A resend of what was edited since is still the same message.
    assert_eq!(alice.says_as(&conversation, "m", "one").await.status, 200);
    assert_eq!(alice.sees(&conversation).await["head_seq"], 3);
}

#[both_databases]
async fn a_deleted_message_is_gone_for_real(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let conversation = alice.direct(&bob).await;
    alice.says_as(&conversation, "m", "my secret").await.ok();
    alice.patch(&at(&conversation, "2"), json!({ "text": "my other secret" })).await.ok();
    bob.put(&at(&conversation, &format!("2/reactions/{THUMB}")), json!(null)).await.ok();
    bob.put(&at(&conversation, "2/pin"), json!(null)).await.ok();
    bob.delete(&at(&conversation, "2")).await.refused("forbidden");
    eve.delete(&at(&conversation, "2")).await.refused("not_found");
    let (mut line, _) = bob.connects().await;
    alice.delete(&at(&conversation, "2")).await.ok();
    assert_eq!(entry(&mut line, "deleted").await["target"], 2);
    let gone = message(&bob, &conversation, 2).await;
    assert_eq!(
        (&gone["deleted"], &gone["text"], gone.get("reactions"), gone.get("pinned")),
        (&json!(true), &json!(""), None, None)
    );
    // Its words are nowhere any more: not in the log, not in its history, not among the pins.
    let log = json!(bob.log(&conversation).await).to_string();
    assert!(!log.contains("secret"), "{log}");
    assert_eq!(bob.get(&format!("/conversations/{conversation}/pins")).await.ok()["pins"], json!([]));
    for reply in [
        bob.get(&at(&conversation, "2/history")).await,
        bob.get(&at(&conversation, "2/reactions")).await,
        alice.patch(&at(&conversation, "2"), json!({ "text": "again" })).await,
        bob.put(&at(&conversation, &format!("2/reactions/{THUMB}")), json!(null)).await,
        bob.put(&at(&conversation, "2/pin"), json!(null)).await,
    ] {
        reply.refused("gone");
    }
    // Deleting it again is done already; a resend says nothing new.
    let head = bob.sees(&conversation).await["head_seq"].clone();
    alice.delete(&at(&conversation, "2")).await.ok();
    assert_eq!(alice.says_as(&conversation, "m", "my secret").await.ok()["text"], "");
    assert_eq!(bob.sees(&conversation).await["head_seq"], head);
}

#[both_databases]
async fn who_runs_a_group_may_delete_what_others_said(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let group = alice.group("g", &[&bob, &carol]).await;
    bob.says(&group, "spam").await.ok();
    alice.says(&group, "rules").await.ok();
    carol.delete(&at(&group, "2")).await.refused("forbidden");
    carol.delete(&at(&group, "3")).await.refused("forbidden");
    alice.delete(&at(&group, "2")).await.ok();
    assert_eq!(message(&carol, &group, 2).await["deleted"], true);
    alice.patch(&at(&group, "3"), json!({ "text": "Rules" })).await.ok();
    bob.patch(&at(&group, "3"), json!({ "text": "no rules" })).await.refused("forbidden");
}

#[both_databases]
async fn emoji_come_and_go_and_everybody_counts_the_same(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let conversation = alice.direct(&bob).await;
    alice.says(&conversation, "cake?").await.ok();
    let thumb = at(&conversation, &format!("2/reactions/{THUMB}"));
    let (mut line, _) = alice.connects().await;
    bob.put(&thumb, json!(null)).await.ok();
    bob.put(&thumb, json!(null)).await.ok();
    alice.put(&thumb, json!(null)).await.ok();
    let told = entry(&mut line, "reacted").await;
    assert_eq!((&told["target"], &told["emoji"], &told["actor"]), (&json!(2), &json!("👍"), &json!(bob.id)));
    let reactions = async |who: &Person| message(who, &conversation, 2).await["reactions"].clone();
    assert_eq!(reactions(&bob).await, json!([{ "emoji": "👍", "count": 2, "mine": true }]));
    alice.delete(&thumb).await.ok();
    alice.delete(&thumb).await.ok();
    assert_eq!(reactions(&alice).await, json!([{ "emoji": "👍", "count": 1, "mine": false }]));
    let who = alice.get(&at(&conversation, "2/reactions")).await.ok();
    assert_eq!((&who["reactions"][0]["user"]["id"], who["reactions"].as_array().unwrap().len()), (&json!(bob.id), 1));
    // created, message, +bob, +alice, -alice: nothing for what was so already; and nothing of it is unread.
    let view = alice.sees(&conversation).await;
    assert_eq!(
        (&view["head_seq"], &view["unread"], &bob.sees(&conversation).await["unread"]),
        (&json!(5), &json!(0), &json!(1))
    );
    let mut react = async |emoji: &str| {
        let ask = json!({ "op": "react", "id": "r", "conversation": conversation, "seq": 2, "emoji": emoji });
        line.ask(ask).await
    };
    for wrong in ["", "a", "1", "👍👍", "x👍", " ", "\u{202e}", "\0", "<b>", &"👍".repeat(30)] {
        assert_eq!(react(wrong).await["code"], "invalid", "{wrong:?}");
    }
    for right in ["👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "1️⃣", "❤️", "👋🏽"] {
        assert_eq!(react(right).await["op"], "ok", "{right:?}");
    }
    eve.put(&thumb, json!(null)).await.refused("not_found");
    eve.delete(&thumb).await.refused("not_found");
}

#[both_databases]
async fn a_message_takes_only_so_many_emoji(home: Home) {
    let [alice, bob, carol, dave] = home.people(["alice", "bob", "carol", "dave"]).await;
    let group = alice.group("g", &[&bob, &carol, &dave]).await;
    alice.says(&group, "vote").await.ok();
    let all: Vec<String> = (0..24_u32).map(|n| char::from_u32(0x1F600 + n).unwrap().to_string()).collect();
    let mut codes = Vec::new();
    for (n, emoji) in all.iter().enumerate() {
        let (mut line, _) = [&alice, &bob, &carol][n / 8].connects().await;
        let ask = json!({ "op": "react", "id": "r", "conversation": group, "seq": 2, "emoji": emoji });
        codes.push(line.ask(ask).await["code"].clone());
    }
    assert_eq!((codes.iter().filter(|code| code.is_null()).count(), codes.last().unwrap()), (20, &json!("too_large")));
    let (mut line, _) = alice.connects().await;
    let mut react = async |emoji: &str| {
        line.ask(json!({ "op": "react", "id": "r", "conversation": group, "seq": 2, "emoji": emoji })).await
    };
    // Alice has her eight; an emoji that is there already is open to the others.
    assert_eq!(react(&all[9]).await["code"], "too_large");
    let (mut line, _) = dave.connects().await;
    let ask = json!({ "op": "react", "id": "r", "conversation": group, "seq": 2, "emoji": all[0] });
    assert_eq!(line.ask(ask).await["op"], "ok");
}

#[both_databases]
async fn pins_are_a_list_of_their_own(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let conversation = alice.direct(&bob).await;
    for text in ["one", "two", "three"] {
        alice.says(&conversation, text).await.ok();
    }
    for seq in [2, 4] {
        home.clock.advance(1);
        bob.put(&at(&conversation, &format!("{seq}/pin")), json!(null)).await.ok();
        bob.put(&at(&conversation, &format!("{seq}/pin")), json!(null)).await.ok();
    }
    let pins = async || {
        let pins = alice.get(&format!("/conversations/{conversation}/pins")).await.ok();
        let texts =
            pins["pins"].as_array().unwrap().iter().map(|pin| pin["message"]["text"].as_str().unwrap().to_owned());
        texts.collect::<Vec<_>>()
    };
    assert_eq!(pins().await, ["three", "one"]);
    assert_eq!(message(&alice, &conversation, 2).await["pinned"], true);
    alice.delete(&at(&conversation, "4/pin")).await.ok();
    assert_eq!(pins().await, ["one"]);
    assert_eq!(alice.sees(&conversation).await["head_seq"], 7);
    for path in [at(&conversation, "2/pin"), at("7", "2/pin")] {
        eve.put(&path, json!(null)).await.refused("not_found");
        eve.delete(&path).await.refused("not_found");
    }
    alice.put(&at(&conversation, "99/pin"), json!(null)).await.refused("not_found");
    eve.get(&format!("/conversations/{conversation}/pins")).await.refused("not_found");
}

#[both_databases]
async fn a_message_is_said_again_elsewhere(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let (from, to) = (alice.direct(&bob).await, bob.direct(&carol).await);
    alice.says(&from, "the news").await.ok();
    let forward =
        |client_id: &str, seq: i64| json!({ "client_id": client_id, "forward": { "conversation": from, "seq": seq } });
    let path = |conversation: &str| format!("/conversations/{conversation}/messages");
    let sent = bob.post(&path(&to), forward("f", 2)).await.ok();
    assert_eq!(
        (&sent["text"], &sent["forwarded"]["sender"], &sent["sender"]),
        (&json!("the news"), &json!(alice.id), &json!(bob.id))
    );
    // Who said it first stays, however often it is passed on; where it was said is told to nobody.
    let again = json!({ "client_id": "g", "forward": { "conversation": to, "seq": 2 } });
    let notes = carol.post("/conversations", json!({ "kind": "notes" })).await.ok()["id"].as_str().unwrap().to_owned();
    assert_eq!(carol.post(&path(&notes), again).await.ok()["forwarded"]["sender"], alice.id.as_str());
    assert!(!json!(carol.log(&to).await).to_string().contains(&from));
    carol.post(&path(&notes), forward("h", 2)).await.refused("not_found");
    bob.post(&path(&to), forward("i", 1)).await.refused("not_found");
    alice.delete(&at(&from, "2")).await.ok();
    bob.post(&path(&to), forward("j", 2)).await.refused("gone");
    assert_eq!(message(&carol, &to, 2).await["text"], "the news");
}

#[both_databases]
async fn mentions_call_members_and_all_only_by_right(home: Home) {
    let [alice, bob, carol, eve] = home.people(["alice", "bob", "carol", "eve"]).await;
    let group = alice.group("g", &[&bob, &carol]).await;
    let path = format!("/conversations/{group}/messages");
    let say = |client_id: &str, mentions: Value| json!({ "client_id": client_id, "text": "hey", "mentions": mentions });
    let sent = alice.post(&path, say("1", json!([bob.id, eve.id, alice.id]))).await.ok();
    assert_eq!(sent["mentions"], json!([bob.id, alice.id]));
    let counts = async |who: &Person| who.sees(&group).await["mentions"].clone();
    assert_eq!((counts(&bob).await, counts(&carol).await, counts(&alice).await), (json!(1), json!(0), json!(0)));
    bob.post(&path, say("2", json!(["all"]))).await.refused("forbidden");
    bob.post(&path, say("2", json!(["here"]))).await.refused("forbidden");
    alice.post(&path, say("3", json!(["all"]))).await.ok();
    assert_eq!((counts(&bob).await, counts(&carol).await, counts(&alice).await), (json!(2), json!(1), json!(0)));
    let (_, welcome) = bob.connects().await;
    assert_eq!(welcome["heads"][0][4], 2);
    let read = bob.put(&format!("/conversations/{group}/read"), json!({ "seq": 2 })).await.ok();
    assert_eq!(read, json!({ "read_seq": 2, "unread": 1, "mentions": 1 }));
    // An edit may call somebody too, under the same right.
    carol.post(&path, say("4", json!([]))).await.ok();
    carol.patch(&at(&group, "4"), json!({ "text": "hey", "mentions": ["all"] })).await.refused("forbidden");
    carol.patch(&at(&group, "4"), json!({ "text": "hey @bob", "mentions": [bob.id] })).await.ok();
    assert_eq!(counts(&bob).await, json!(2));
    // What is gone calls nobody.
    carol.delete(&at(&group, "4")).await.ok();
    assert_eq!(counts(&bob).await, json!(1));
    alice.post(&path, say("5", json!(["everybody"]))).await.refused("invalid");
    alice.post(&path, say("5", json!(vec![bob.id.as_str(); 51]))).await.refused("too_large");
    let direct = alice.direct(&bob).await;
    alice.post(&format!("/conversations/{direct}/messages"), say("6", json!(["all"]))).await.refused("invalid");
}

#[both_databases]
async fn changes_made_while_one_is_away_arrive(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    for text in ["one", "two", "three"] {
        alice.says(&conversation, text).await.ok();
    }
    let (line, _) = bob.connects().await;
    drop(line);
    alice.patch(&at(&conversation, "2"), json!({ "text": "ONE" })).await.ok();
    alice.delete(&at(&conversation, "3")).await.ok();
    alice.put(&at(&conversation, &format!("4/reactions/{THUMB}")), json!(null)).await.ok();
    let (mut line, _) = bob.connects().await;
    line.say(json!({ "op": "sync", "id": "s", "conversation": conversation, "after": 4 })).await;
    let entries = line.until("entries").await["entries"].clone();
    let told: Vec<(&str, i64)> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["kind"].as_str().unwrap(), entry["target"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [("edited", 2), ("deleted", 3), ("reacted", 4)]);
    assert_eq!(line.until("caught_up").await["seq"], 7);
}

#[both_databases]
async fn a_day_is_found_by_its_time(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    let start = home.clock.now();
    for n in 1..=5 {
        home.clock.advance(1_000);
        alice.says(&conversation, &format!("{n}")).await.ok();
    }
    let seq_at =
        async |at: i64| alice.get(&format!("/conversations/{conversation}/seq?at={at}")).await.ok()["seq"].clone();
    assert_eq!(seq_at(0).await, 1);
    assert_eq!(seq_at(start + 1_000).await, 2);
    assert_eq!(seq_at(start + 1_001).await, 3);
    assert_eq!(seq_at(start + 60_000).await, 6);
    bob.get(&format!("/conversations/{conversation}/seq?at=x")).await.refused("invalid");
    home.person("eve").await.get(&format!("/conversations/{conversation}/seq?at=0")).await.refused("not_found");
}
