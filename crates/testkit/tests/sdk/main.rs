//! The Rust SDK against the real server: two people talk while the server comes and goes.

#![cfg(test)]

mod passing;

use parlor_client::{Change, Client, Happened, Login, Options, Signup, Socket, Window};
use parlor_model::{Code, EntryBody};
use parlor_testkit::{Home, both_databases};

const PASSWORD: &str = "correct horse battery";

async fn client(home: &Home, name: &str) -> Client {
    let client = Client::new(&home.url()).unwrap();
    let email = format!("{name}@example.org");
    let signup =
        Signup { email, password: PASSWORD.into(), name: name.into(), username: Some(name.into()), device: None };
    client.signup(&signup).await.unwrap();
    client
}

fn options() -> Options {
    let backoff = (std::time::Duration::from_millis(20), std::time::Duration::from_millis(200));
    Options { backoff, ..Options::default() }
}

#[both_databases]
async fn what_is_sent_while_the_server_restarts_arrives_once_and_in_order(mut home: Home) {
    let (alice, bob) = (client(&home, "alice").await, client(&home, "bob").await);
    let bob_id = bob.me().await.unwrap().user.id;
    let conversation = alice.direct(bob_id).await.unwrap().id;
    let (a, mut a_happens) = Socket::connect(alice.clone(), options());
    let (_b, mut b_happens) = Socket::connect(bob.clone(), options());
    while !matches!(b_happens.next().await, Some(Happened::Connected { .. })) {}
    let draining = tokio::spawn(async move { while a_happens.next().await.is_some() {} });

    let sending = tokio::spawn(async move {
        let mut seqs = Vec::new();
        for n in 0..300 {
            seqs.push(a.send(conversation, format!("{n}")).await.unwrap().seq);
        }
        seqs
    });
    home.restart().await;
    home.restart().await;
    let seqs = sending.await.unwrap();
    assert_eq!(seqs, (2..=301).collect::<Vec<_>>());
    draining.abort();

    for n in 0..300 {
        let entry = b_happens.next_entry().await.unwrap();
        let EntryBody::Message { message } = entry.body else { panic!("{entry:?}") };
        assert_eq!((message.text, entry.seq), (format!("{n}"), n + 2));
    }
}

#[both_databases]
async fn every_call_speaks_the_servers_language(home: Home) {
    let (alice, bob) = (client(&home, "alice").await, client(&home, "bob").await);
    assert!(!alice.server().await.unwrap().first_run);
    let bob_id = bob.me().await.unwrap().user.id;
    let group = alice.group("lunch", &[bob_id]).await.unwrap();
    assert_eq!(alice.rename(group.id, "dinner").await.unwrap().title.as_deref(), Some("dinner"));
    assert_eq!(alice.members(group.id, 10, None).await.unwrap().members.len(), 2);
    let sent = alice.post(group.id, "m", "hello", None).await.unwrap();
    assert_eq!(bob.messages(group.id, Window::Latest, 10).await.unwrap().messages, std::slice::from_ref(&sent));
    assert_eq!(bob.mark_read(group.id, sent.seq).await.unwrap().unread, 0);
    assert_eq!(bob.search_users("ali", 5, None).await.unwrap().users.len(), 1);
    assert_eq!(alice.sessions().await.unwrap().sessions.len(), 1);
    let stranger = client(&home, "eve").await;
    let refused = stranger.log(group.id, Window::Latest, 10).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::NotFound));
    alice.remove_member(group.id, bob_id).await.unwrap();
    alice.logout().await.unwrap();
    let again = Client::new(&home.url()).unwrap();
    again.login(&Login::new("alice", PASSWORD)).await.unwrap();
    assert_eq!(again.conversations(10, None).await.unwrap().conversations.len(), 1);
}

#[both_databases]
async fn a_message_is_changed_and_the_other_hears_it(mut home: Home) {
    let (alice, bob) = (client(&home, "alice").await, client(&home, "bob").await);
    let conversation = alice.direct(bob.me().await.unwrap().user.id).await.unwrap().id;
    let (a, mut a_happens) = Socket::connect(alice.clone(), options());
    let (b, mut b_happens) = Socket::connect(bob.clone(), options());
    let draining = tokio::spawn(async move { while a_happens.next().await.is_some() {} });
    while !matches!(b_happens.next().await, Some(Happened::Connected { .. })) {}
    let sent = a.send(conversation, "helo").await.unwrap();
    let edit = Change::Edit { text: "hello".into(), mentions: Vec::new() };
    assert_eq!(a.change(conversation, sent.seq, edit.clone()).await.unwrap().seq, 3);
    home.restart().await;
    // Said again, it is so already.
    assert_eq!(a.change(conversation, sent.seq, edit).await.unwrap().seq, 3);
    assert_eq!(a.change(conversation, sent.seq, Change::React("👍".into())).await.unwrap().seq, 4);
    assert_eq!(a.change(conversation, sent.seq, Change::Delete).await.unwrap().seq, 5);
    let mut targets = Vec::new();
    while targets.len() < 3 {
        targets.extend(b_happens.next_entry().await.unwrap().target());
    }
    assert_eq!(targets, [2, 2, 2]);
    draining.abort();
    let refused = tokio::spawn(async move { b.change(conversation, 2, Change::React("👍".into())).await });
    while !refused.is_finished() {
        tokio::select! { _ = b_happens.next() => {}, () = tokio::task::yield_now() => {} }
    }
    assert_eq!(refused.await.unwrap().unwrap_err().code(), Some(Code::Gone));
}
