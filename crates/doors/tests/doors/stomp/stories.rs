//! What is said and refused.

use parlor_testkit::{Home, both_databases};
use serde_json::json;

use super::{Socket, Stomp, connect, content, frame, send, subscribe};

#[both_databases(two_nodes)]
async fn what_is_said_is_told_to_all_who_subscribed(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let lunch = alice.group("lunch", &[&bob, &carol]).await;
    let topic = format!("/topic/conversation.{lunch}");
    let [mut a, mut b] = [Stomp::connects(&alice).await, Stomp::connects(&bob).await];
    a.subscribes("sub-0", &topic).await;
    b.subscribes("s:1", &topic).await;

    let forged = json!({ "content": "Pizza?", "sender": "bob", "senderId": bob.id });
    let mut told = a.says(&lunch, forged).await;
    let own = if told.is_empty() { a.next().await } else { told.remove(0) };
    let message = own.json();
    let at = message["createdAt"].as_str().unwrap();
    assert!(at.starts_with("2027-01-15T08:00:00.000Z"), "{at}");
    let seq = message["seq"].as_i64().unwrap();
    let expected = json!({
        "_id": format!("{lunch}-{seq}"), "seq": seq, "conversationId": lunch, "senderId": alice.id, "sender": "alice",
        "content": "Pizza?", "createdAt": at,
    });
    assert_eq!(message, expected, "whoever the body says it is from");
    assert_eq!(own.header("destination"), Some(topic.as_str()));
    assert_eq!(own.header("subscription"), Some("sub-0"));
    assert!(own.header("message-id").is_some_and(|id| !id.contains(':')));

    let other = b.next().await;
    assert_eq!((other.json(), other.header("subscription")), (expected, Some("s\\c1")));
    carol.says(&lunch, "Yes").await.ok();
    for (stomp, id) in [(&mut a, "sub-0"), (&mut b, "s\\c1")] {
        let said = stomp.hears(id).await;
        assert_eq!((&said["content"], &said["sender"]), (&json!("Yes"), &json!("carol")));
    }
    b.does("UNSUBSCRIBE", &[("id", "s:1")], "").await;
    b.subscribes("again", &topic).await;
    a.says(&lunch, content("Good")).await;
    assert_eq!(b.hears("again").await["content"], "Good");
    assert_eq!(carol.reads(&lunch).await, ["Pizza?", "Yes", "Good"]);
}

#[both_databases(two_nodes)]
async fn each_refusal_is_an_error_and_the_end(home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let direct = alice.direct(&bob).await;
    alice.says(&direct, "hello").await.ok();
    let to = |rest: &str| format!("/app/conversation.{direct}{rest}");
    let topic = format!("/topic/conversation.{direct}");
    let foreign = [
        subscribe("1", &topic),
        send(&to(""), content("x")),
        send(&to(".typing"), json!({})),
        send(&to(".read"), json!({ "seq": 1 })),
    ];
    for asked in foreign {
        Stomp::connects(&alice).await.does_anything(&asked).await;
        Stomp::connects(&eve).await.fails_at(asked, "not_found").await;
    }
    let refused = [
        (send(&topic, content("x")), "forbidden"),
        (send("/queue/messages", content("x")), "forbidden"),
        (send("/user/queue/messages", content("x")), "forbidden"),
        (send("/app/elsewhere", content("x")), "invalid"),
        (send("/app/conversation.x", content("x")), "not_found"),
        (send("/app/chat.userJoin", json!({ "sender": "alice" })), "invalid"),
        (send("/app/chat.sendMessage", json!({ "sender": "alice", "content": "x" })), "invalid"),
        (subscribe("1", "/topic/public"), "invalid"),
        (subscribe("1", "/topic/elsewhere"), "invalid"),
        (send(&to(""), json!({ "content": { "$ne": 1 } })), "invalid"),
        (send(&to(""), json!({ "content": "x", "clientId": {} })), "invalid"),
        (send(&to(""), json!({ "content": "" })), "invalid"),
        (send(&to(".read"), json!({ "seq": "1" })), "invalid"),
        (frame("SEND", &[("destination", &to(""))], "no JSON"), "invalid"),
        (frame("SEND", &[("destination", &to("")), ("transaction", "none")], "{}"), "invalid"),
        (frame("SUBSCRIBE", &[("id", "1"), ("destination", &topic), ("after", "x")], ""), "invalid"),
        (frame("SUBSCRIBE", &[("destination", &topic)], ""), "invalid"),
        (frame("COMMIT", &[("transaction", "none")], ""), "invalid"),
        (connect(&alice.access_token), "invalid"),
        ("NONSENSE\n\n\0".to_owned(), "invalid"),
        ("SEND\nno colon\n\n\0".to_owned(), "invalid"),
    ];
    for (asked, code) in refused {
        Stomp::connects(&alice).await.fails_at(asked, code).await;
    }
    let error = Stomp::connects(&alice)
        .await
        .fails_at(frame("SEND", &[("destination", "/topic/x"), ("receipt", "7")], "{}"), "forbidden")
        .await;
    assert_eq!(error.header("receipt-id"), Some("7"));
    assert_eq!(alice.reads(&direct).await, ["hello", "x"], "only what a member said");
}

#[both_databases(two_nodes)]
async fn nobody_is_heard_before_a_connect_with_a_token(home: Home) {
    let [alice] = home.people(["alice"]).await;
    let refused = [
        connect("wrong"),
        connect("parlor-1.wrong"),
        frame("CONNECT", &[("accept-version", "1.2"), ("login", "alice"), ("passcode", "correct horse battery")], ""),
        frame("CONNECT", &[("accept-version", "1.2"), ("cookie", "parlor_refresh=x")], ""),
        subscribe("1", "/topic/presence"),
    ];
    for asked in refused {
        Stomp::open(home.next_node()).await.fails_at(asked, "unauthenticated").await;
    }
    let mut old = Stomp::open(home.next_node()).await;
    old.socket.say(frame("CONNECT", &[("accept-version", "2.0")], "")).await;
    let error = old.next().await;
    assert_eq!((error.command.as_str(), error.header("version")), ("ERROR", Some("1.0,1.1,1.2")));

    for (offered, chosen) in [("v10.stomp, v11.stomp", "v11.stomp"), ("v12.stomp, v11.stomp, v10.stomp", "v12.stomp")] {
        assert_eq!(Socket::open(home.next_node(), "/stomp", offered).await.1.as_deref(), Some(chosen));
    }
    let lasting = alice.through_a_door().await;
    let mut stomp = Stomp::open(home.next_node()).await;
    let asked = format!("Bearer {}", lasting.access_token);
    let beats = [("accept-version", "1.1,1.0"), ("authorization", asked.as_str()), ("heart-beat", "5000,5000")];
    stomp.socket.say(frame("STOMP", &beats, "")).await;
    let connected = stomp.next().await;
    assert_eq!(connected.command, "CONNECTED");
    assert_eq!((connected.header("version"), connected.header("user-name")), (Some("1.1"), Some("alice")));
    assert_eq!(connected.header("heart-beat"), Some("10000,10000"));
}

#[both_databases(two_nodes)]
async fn a_resend_of_the_same_client_id_is_stored_once(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let direct = alice.direct(&bob).await;
    let message = json!({ "content": "once", "clientId": "c-1" });
    for _ in 0..2 {
        Stomp::connects(&alice).await.says(&direct, message.clone()).await;
    }
    assert_eq!(bob.reads(&direct).await, ["once"]);
}

#[both_databases(two_nodes)]
async fn what_was_said_meanwhile_is_told_after_a_place(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let direct = alice.direct(&bob).await;
    let topic = format!("/topic/conversation.{direct}");
    let mut b = Stomp::connects(&bob).await;
    b.subscribes("1", &topic).await;
    alice.says(&direct, "heard").await.ok();
    let known = b.hears("1").await["seq"].to_string();
    b.does("DISCONNECT", &[], "").await;
    assert_eq!(b.socket.next().await, None);
    for n in 0..250 {
        alice.says(&direct, &format!("missed {n}")).await.ok();
    }
    let mut plain = Stomp::connects(&bob).await;
    plain.subscribes("1", &topic).await;
    let mut b = Stomp::connects(&bob).await;
    b.socket.say(frame("SUBSCRIBE", &[("id", "1"), ("destination", &topic), ("after", &known)], "")).await;
    alice.says(&direct, "live").await.ok();
    for n in 0..250 {
        assert_eq!(b.hears("1").await["content"], format!("missed {n}"));
    }
    assert_eq!(b.hears("1").await["content"], "live", "once, and behind what came before it");
    assert_eq!(plain.hears("1").await["content"], "live", "STOMP itself replays nothing");
    alice.says(&direct, "last").await.ok();
    assert_eq!(b.hears("1").await["content"], "last");
}

#[both_databases(two_nodes)]
async fn who_reads_slowly_is_told_all_the_same(home: Home) {
    const MANY: usize = 200;
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let direct = alice.direct(&bob).await;
    let topic = format!("/topic/conversation.{direct}");
    let mut live = Stomp::connects(&bob).await;
    live.subscribes("1", &topic).await;
    let text = |n: usize| format!("{n} {}", "x".repeat(16_000));
    for n in 0..MANY {
        alice.says(&direct, &text(n)).await.ok();
    }
    let mut after = Stomp::connects(&bob).await;
    after.socket.say(frame("SUBSCRIBE", &[("id", "1"), ("destination", &topic), ("after", "0")], "")).await;
    for stomp in [&mut live, &mut after] {
        for n in 0..MANY {
            assert_eq!(stomp.hears("1").await["content"], text(n));
        }
    }
}

#[both_databases(two_nodes)]
async fn queues_tell_what_concerns_one(home: Home) {
    let [alice, bob, carol] = home.people(["alice", "bob", "carol"]).await;
    let direct = alice.direct(&bob).await;
    let mut b = Stomp::connects(&bob).await;
    b.subscribes("m", "/user/queue/messages").await;
    b.says(&direct, content("mine")).await;
    alice.says(&direct, "for bob").await.ok();
    let said = b.hears("m").await;
    assert_eq!((&said["content"], &said["conversationId"]), (&json!("for bob"), &json!(direct)), "not one's own");

    b.does("UNSUBSCRIBE", &[("id", "m")], "").await;
    b.subscribes("n", "/user/queue/notifications").await;
    let lunch = alice.group("lunch", &[&bob, &carol]).await;
    let invitation = b.hears("n").await;
    assert_eq!((&invitation["type"], &invitation["title"]), (&json!("invitation"), &json!("lunch")));
    assert_eq!((&invitation["sender"], &invitation["conversationId"]), (&json!("alice"), &json!(lunch)));

    let path = format!("/conversations/{lunch}/messages");
    let say = async |who: &parlor_testkit::Person, id: &str, more: serde_json::Value| {
        let mut ask = json!({ "client_id": id, "text": id });
        ask.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        who.post(&path, ask).await.ok()["seq"].clone()
    };
    say(&alice, "for nobody", json!({})).await;
    say(&alice, "for carol", json!({ "mentions": [carol.id] })).await;
    say(&alice, "a mention", json!({ "mentions": [bob.id] })).await;
    let mine = say(&bob, "mine", json!({ "mentions": [bob.id] })).await;
    say(&carol, "an answer", json!({ "reply_to": mine })).await;
    say(&alice, "for all", json!({ "mentions": ["all"] })).await;
    for (reason, text) in [("mention", "a mention"), ("reply", "an answer"), ("mention", "for all")] {
        let told = b.hears("n").await;
        assert_eq!((&told["type"], &told["content"]), (&json!(reason), &json!(text)));
    }
}

#[both_databases(two_nodes)]
async fn who_comes_and_goes_is_told_to_those_who_know_them(home: Home) {
    let [alice, bob, carol, eve] = home.people(["alice", "bob", "carol", "eve"]).await;
    alice.direct(&bob).await;
    alice.put(&format!("/me/contacts/{}", carol.id), json!(null)).await;
    let mut a = Stomp::connects(&alice).await;
    a.subscribes("p", "/topic/presence").await;
    let mut online = Vec::new();
    let (_eve, _bob, _carol) = (eve.connects().await, bob.connects().await, carol.connects().await);
    while online.len() < 2 {
        let told = a.hears("p").await;
        assert_eq!(told["type"], "presence_update");
        if told["status"] == "online" {
            online.push(told["username"].as_str().unwrap().to_owned());
        }
    }
    online.sort();
    assert_eq!(online, ["bob", "carol"], "not eve, whom alice does not know");
    let lunch = alice.group("lunch", &[&eve]).await;
    loop {
        let told = a.hears("p").await;
        if told["username"] == "eve" && told["status"] == "online" {
            break;
        }
    }
    assert!(!lunch.is_empty());
}

#[both_databases(two_nodes)]
async fn a_transaction_says_all_or_nothing_is_said(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let direct = alice.direct(&bob).await;
    let to = format!("/app/conversation.{direct}");
    let mut a = Stomp::connects(&alice).await;
    for (name, end) in [("t-1", "ABORT"), ("t-2", "COMMIT")] {
        a.does("BEGIN", &[("transaction", name)], "").await;
        for text in ["one", "two"] {
            a.does("SEND", &[("destination", &to), ("transaction", name)], &content(text).to_string()).await;
        }
        assert!(bob.reads(&direct).await.is_empty());
        a.does(end, &[("transaction", name)], "").await;
    }
    assert_eq!(bob.reads(&direct).await, ["one", "two"]);
    for n in 0..16 {
        a.does("BEGIN", &[("transaction", &format!("u-{n}"))], "").await;
    }
    a.fails_at(frame("BEGIN", &[("transaction", "one more")], ""), "too_large").await;
    let mut a = Stomp::connects(&alice).await;
    a.does("BEGIN", &[("transaction", "t")], "").await;
    let long = content(&"x".repeat(16_000)).to_string();
    for _ in 0..16 {
        a.does("SEND", &[("destination", &to), ("transaction", "t")], &long).await;
    }
    let one_more = frame("SEND", &[("destination", &to), ("transaction", "t")], &long);
    a.fails_at(one_more, "too_large").await;
}

#[both_databases(two_nodes)]
async fn acknowledgement_is_accepted_and_changes_nothing(home: Home) {
    let [alice, bob] = home.people(["alice", "bob"]).await;
    let direct = alice.direct(&bob).await;
    let topic = format!("/topic/conversation.{direct}");
    let mut b = Stomp::connects(&bob).await;
    for ack in ["auto", "client", "client-individual"] {
        b.does("SUBSCRIBE", &[("id", ack), ("destination", &topic), ("ack", ack)], "").await;
    }
    alice.says(&direct, "hello").await.ok();
    let told = [b.next().await, b.next().await, b.next().await];
    for (told, ack) in told.iter().zip(["auto", "client", "client-individual"]) {
        assert_eq!((told.header("subscription"), told.header("ack").is_some()), (Some(ack), ack != "auto"));
        let id = told.header("message-id").unwrap();
        b.does(if ack == "client" { "ACK" } else { "NACK" }, &[("id", id)], "").await;
    }
    alice.says(&direct, "again").await.ok();
    assert_eq!(b.hears("auto").await["content"], "again");
}

#[both_databases(two_nodes)]
async fn a_session_that_ends_is_told_and_the_line_closed(home: Home) {
    let [alice] = home.people(["alice"]).await;
    let phone = alice.through_a_door().await.at(home.next_node());
    let mut stomp = Stomp::connects(&phone).await;
    alice.delete(&format!("/me/sessions/{}", phone.session)).await.ok();
    let error = stomp.next().await;
    assert_eq!((error.command.as_str(), error.body.as_str()), ("ERROR", "unauthenticated"));
    assert_eq!(stomp.socket.next().await, None);

    let mut stomp = Stomp::connects(&alice).await;
    home.clock.advance(24 * 3_600_000);
    stomp.socket.say("\n").await;
    assert_eq!(stomp.next().await.body, "unauthenticated", "a token that has run out says nothing more");
}

#[both_databases]
async fn the_lobby_is_a_group_of_its_members(mut home: Home) {
    let [alice, bob, eve] = home.people(["alice", "bob", "eve"]).await;
    let lobby = alice.group("Lobby", &[&bob]).await;
    home.set(|config| config.doors.lobby.clone_from(&lobby)).await;
    let [mut a, mut b] = [Stomp::connects(&alice).await, Stomp::connects(&bob).await];
    b.subscribes("p", "/topic/public").await;
    let join = json!({ "sender": "alice", "type": "JOIN" }).to_string();
    assert!(a.does("SEND", &[("destination", "/app/chat.userJoin")], &join).await.is_empty());
    let forged = json!({ "sender": "bob", "content": "Hello", "type": "CHAT" }).to_string();
    a.does("SEND", &[("destination", "/app/chat.sendMessage")], &forged).await;
    let told = b.next().await;
    assert_eq!((told.header("destination"), told.header("subscription")), (Some("/topic/public"), Some("p")));
    let expected = json!({ "type": "CHAT", "sender": "alice", "content": "Hello" });
    assert_eq!(told.json(), expected, "whoever the body says it is from, and nothing of who came before");
    bob.says(&lobby, "From elsewhere").await.ok();
    assert_eq!(b.hears("p").await["content"], "From elsewhere");
    for asked in [
        subscribe("1", "/topic/public"),
        send("/app/chat.userJoin", json!({ "sender": "alice" })),
        send("/app/chat.sendMessage", json!({ "sender": "alice", "content": "x" })),
    ] {
        Stomp::connects(&eve).await.fails_at(asked, "not_found").await;
    }
    for (asked, code) in [
        (send("/topic/public", content("x")), "forbidden"),
        (send("/app/chat.sendMessage", json!({ "content": {} })), "invalid"),
    ] {
        Stomp::connects(&alice).await.fails_at(asked, code).await;
    }
    assert_eq!(alice.reads(&lobby).await, ["Hello", "From elsewhere"], "only what a member said");
}

impl Stomp {
    /// That a frame is not refused: the premise of a refusal.
    async fn does_anything(mut self, asked: &str) {
        self.socket.say(asked.replacen('\n', "\nreceipt:premise\n", 1)).await;
        while self.next().await.header("receipt-id") != Some("premise") {}
    }
}
