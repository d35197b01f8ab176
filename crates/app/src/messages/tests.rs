//! The story of a message.

mod changes;

use parlor_testkit::{Home, both_databases};
use serde_json::{Value, json};

#[both_databases]
async fn a_message_goes_through_the_whole_way(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    let (mut a, _) = alice.connects().await;
    let (mut b, welcome) = bob.connects().await;
    assert_eq!(welcome["heads"][0], json!([conversation, 1, 1, 0, 0, welcome["heads"][0][5], 0]));
    let ok = a.ask(json!({ "op": "send", "id": "1", "conversation": conversation, "client_id": "m", "text": "Hello 👋 \u{1F468}\u{200D}\u{1F469}" })).await;
    assert_eq!((&ok["op"], &ok["seq"]), (&json!("ok"), &json!(2)));
    let entry = b.until("entry").await["entry"].clone();
    assert_eq!((&entry["seq"], &entry["kind"], &entry["actor"]), (&json!(2), &json!("message"), &json!(alice.id)));
    assert_eq!(
        (&entry["message"]["text"], &entry["message"]["client_id"]),
        (&json!("Hello 👋 \u{1F468}\u{200D}\u{1F469}"), &json!("m"))
    );
    // What was pushed is what is stored.
    assert_eq!(entry, bob.log(&conversation).await[1]);
    assert_eq!(bob.sees(&conversation).await["last_message"], entry["message"]);
}

#[both_databases]
async fn the_same_client_id_is_the_same_message_for_ever(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    let first = alice.says_as(&conversation, "m", "hello").await;
    assert_eq!(first.status, 201);
    let first = first.ok();
    let sends = (0..8).map(|_| alice.says_as(&conversation, "m", "hello"));
    for again in futures_util::future::join_all(sends).await {
        assert_eq!(again.status, 200);
        assert_eq!(again.ok(), first);
    }
    let problem = alice.says_as(&conversation, "m", "something else").await.refused("conflict");
    assert_eq!(problem["field"], "client_id");
    // Bob's names are his own, and so are those of another conversation.
    assert_eq!(bob.says_as(&conversation, "m", "hello").await.status, 201);
    let notes = alice.post("/conversations", json!({ "kind": "notes" })).await.ok()["id"].as_str().unwrap().to_owned();
    assert_eq!(alice.says_as(&notes, "m", "other").await.status, 201);
    assert_eq!(alice.reads(&conversation).await, ["hello", "hello"]);
    // A resend among others that come with it keeps none of them out.
    let sends = ["m", "n", "o", "m", "p", "n"].map(|name| bob.says_as(&conversation, name, "hello"));
    let mut statuses: Vec<u16> =
        futures_util::future::join_all(sends).await.into_iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 201, 201, 201]);
    assert_eq!(alice.reads(&conversation).await.len(), 5);
    // Who may not say it any more has still said it.
    alice.put(&format!("/me/blocks/{}", bob.id), json!({})).await.ok();
    alice.says_as(&conversation, "q", "hello").await.refused("forbidden");
    let again = alice.says_as(&conversation, "m", "hello").await;
    assert_eq!(again.status, 200);
    assert_eq!(again.ok(), first);
}

#[both_databases]
async fn what_is_no_message_is_refused(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    let (mut line, _) = alice.connects().await;
    let path = format!("/conversations/{conversation}/messages");
    let cases: [(Value, &str); 11] = [
        (json!({ "text": "" }), "invalid"),
        (json!({ "text": " \n\t" }), "invalid"),
        (json!({ "text": "a\0b" }), "invalid"),
        (json!({ "text": "ä".repeat(8_193) }), "too_large"),
        (json!({ "client_id": "" }), "invalid"),
        (json!({ "client_id": "x".repeat(65) }), "invalid"),
        (json!({ "client_id": "a\nb" }), "invalid"),
        (json!({ "reply_to": 99 }), "invalid"),
        (json!({ "reply_to": -1 }), "invalid"),
        (json!({ "text": ["a"] }), "invalid"),
        (json!({ "client_id": 7 }), "invalid"),
    ];
    for (wrong, code) in cases {
        let mut ask = json!({ "client_id": "m", "text": "fine" });
        ask.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        alice.post(&path, ask.clone()).await.refused(code);
        ask.as_object_mut()
            .unwrap()
            .extend(json!({ "op": "send", "id": "1", "conversation": conversation }).as_object().unwrap().clone());
        line.say(ask).await;
        assert_eq!(line.until("error").await["code"], code, "{wrong}");
    }
    assert_eq!(alice.sees(&conversation).await["head_seq"], 1);
    alice.says(&conversation, &"ä".repeat(8_192)).await.ok();
}

#[both_databases]
async fn many_at_once_get_dense_places_and_nobody_waits_for_the_wrong_one(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let group = alice.group("busy", &[&bob]).await;
    let direct = alice.direct(&bob).await;
    let stranger = home.person("carol").await;
    let sends = (0..120).map(|n| {
        let (who, place) = ([&alice, &bob, &stranger][n % 3], [&group, &direct][n % 2]);
        async move { who.says_as(place, &format!("c{n}"), &format!("{n}")).await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(sends).await;
    assert!(
        statuses.iter().enumerate().all(|(n, status)| *status == if n % 3 == 2 { 404 } else { 201 }),
        "{statuses:?}"
    );
    for place in [&group, &direct] {
        let log = alice.log(place).await;
        let seqs: Vec<i64> = log.iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, (1..=41).collect::<Vec<_>>());
    }
}

#[both_databases]
async fn history_is_read_in_windows(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let group = alice.group("talk", &[&bob]).await;
    for n in 0..6 {
        alice.says(&group, &format!("{n}")).await.ok();
        // A line between any two messages: seqs 2, 4, 6, … are messages.
        alice.patch(&format!("/conversations/{group}"), json!({ "title": format!("t{n}") })).await.ok();
    }
    let page = async |query: &str| {
        let page = alice.get(&format!("/conversations/{group}/messages?{query}")).await.ok();
        let texts: Vec<String> =
            page["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect();
        (texts.concat(), page["has_before"] == true, page["has_after"] == true)
    };
    assert_eq!(page("").await, ("012345".into(), false, false));
    assert_eq!(page("limit=2").await, ("45".into(), true, false));
    assert_eq!(page("before=10&limit=2").await, ("23".into(), true, true));
    assert_eq!(page("after=4&limit=2").await, ("23".into(), true, true));
    assert_eq!(page("around=8&limit=3").await, ("234".into(), true, true));
    assert_eq!(page("after=12").await, (String::new(), true, false));
    assert_eq!(page("before=2").await, (String::new(), false, true));
    assert_eq!(page("before=-5").await, (String::new(), false, true));
    assert_eq!(page("after=9223372036854775807").await, (String::new(), true, false));
    let path = format!("/conversations/{group}");
    alice.get(&format!("{path}/messages?before=1&after=2")).await.refused("invalid");
    alice.get(&format!("{path}/messages?before=x")).await.refused("invalid");
    let log = alice.get(&format!("{path}/log?before=5&limit=3")).await.ok();
    let seqs: Vec<i64> =
        log["entries"].as_array().unwrap().iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    assert_eq!((seqs, &log["head_seq"]), (vec![2, 3, 4], &json!(13)));
}

#[both_databases]
async fn a_reply_names_what_it_answers(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let conversation = alice.direct(&bob).await;
    alice.says(&conversation, "lunch?").await.ok();
    let path = format!("/conversations/{conversation}/messages");
    bob.post(&path, json!({ "client_id": "r", "text": "yes", "reply_to": 2 })).await.ok();
    assert_eq!(alice.log(&conversation).await[2]["message"]["reply_to"], 2);
}
