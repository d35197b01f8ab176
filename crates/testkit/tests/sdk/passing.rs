//! What passes by between two SDK clients: who writes, who is there, how far they have read; and who is told none of it.

use parlor_client::{Client, Happened, Happenings, MeChanges, Receipt, Socket};
use parlor_model::frames::{Presence, PresenceStatus};
use parlor_model::{Audience, Code, EntryBody, Preferences, Seq, Status, UserId};
use parlor_testkit::{Home, both_databases};

use crate::{client, options};

/// Waits for the next happening that answers this.
async fn until<T>(happens: &mut Happenings, found: impl Fn(Happened) -> Option<T>) -> T {
    loop {
        if let Some(found) = found(happens.next().await.unwrap()) {
            return found;
        }
    }
}

async fn status_of(happens: &mut Happenings, user: UserId) -> Presence {
    until(happens, |happened| match happened {
        Happened::Presence(presence) if presence.user == user => Some(presence),
        _ => None,
    })
    .await
}

async fn typist(happens: &mut Happenings) -> (UserId, bool) {
    until(happens, |happened| match happened {
        Happened::Typing { user, on, .. } => Some((user, on)),
        _ => None,
    })
    .await
}

type Marked = (UserId, Option<Seq>, Option<Seq>);

async fn marks(happens: &mut Happenings) -> Marked {
    until(happens, |happened| match happened {
        Happened::Marks { user, delivered_seq, read_seq, .. } => Some((user, delivered_seq, read_seq)),
        _ => None,
    })
    .await
}

/// All that was told before something that is told to everybody: an entry of this text.
async fn told_before(happens: &mut Happenings, text: &str) -> Vec<Happened> {
    let mut told = Vec::new();
    loop {
        match happens.next().await.unwrap() {
            Happened::Entry(entry) if matches!(&entry.body, EntryBody::Message { message } if message.text == text) => {
                return told;
            }
            Happened::Entry(_) | Happened::Changed { .. } | Happened::My { .. } | Happened::Account { .. } => {}
            other => told.push(other),
        }
    }
}

async fn welcomed(happens: &mut Happenings) {
    while !matches!(happens.next().await, Some(Happened::Connected { .. })) {}
}

/// Somebody with a socket that was welcomed.
async fn online(home: &Home, name: &str) -> (Client, UserId, Socket, Happenings) {
    let client = client(home, name).await;
    let id = client.me().await.unwrap().user.id;
    let (socket, mut happens) = Socket::connect(client.clone(), options());
    welcomed(&mut happens).await;
    (client, id, socket, happens)
}

async fn prefers(client: &Client, change: impl FnOnce(&mut Preferences)) {
    let mut preferences = client.me().await.unwrap().preferences;
    change(&mut preferences);
    client.change_me(&MeChanges { preferences: Some(preferences), ..MeChanges::default() }).await.unwrap();
}

#[both_databases]
async fn two_see_of_each_other_what_passes_also_after_a_restart(mut home: Home) {
    let (alice, _, a, mut a_hears) = online(&home, "alice").await;
    let (bob, bob_id, b, mut b_hears) = online(&home, "bob").await;
    let conversation = alice.direct(bob_id).await.unwrap().id;
    a.watch(vec![bob_id]).await.unwrap();
    assert_eq!(status_of(&mut a_hears, bob_id).await.status, PresenceStatus::Online);
    let status = Status { text: "Lunch".into(), emoji: Some("🍜".into()), until: None };
    bob.change_me(&MeChanges { status: Some(status), ..MeChanges::default() }).await.unwrap();
    assert_eq!(status_of(&mut a_hears, bob_id).await.text.as_deref(), Some("Lunch"));
    b.presence(PresenceStatus::Busy).await.unwrap();
    assert_eq!(status_of(&mut a_hears, bob_id).await.status, PresenceStatus::Busy);

    b.typing(conversation, true).await.unwrap();
    assert_eq!(typist(&mut a_hears).await, (bob_id, true));
    b.typing(conversation, false).await.unwrap();
    assert_eq!(typist(&mut a_hears).await, (bob_id, false));

    let posted = alice.post(conversation, "m", "hungry?", None).await.unwrap().seq;
    b.delivered(conversation, posted).await.unwrap();
    assert_eq!(marks(&mut a_hears).await, (bob_id, Some(posted), None));
    bob.mark_read(conversation, posted).await.unwrap();
    assert_eq!(marks(&mut a_hears).await, (bob_id, None, Some(posted)));
    home.restart().await;
    tokio::join!(welcomed(&mut a_hears), welcomed(&mut b_hears));
    // What was said of oneself and whom one watches holds on the next connection.
    while status_of(&mut a_hears, bob_id).await.status != PresenceStatus::Busy {}
    let read = Receipt { user: bob_id, delivered_seq: posted, read_seq: posted };
    assert_eq!(alice.receipts(conversation).await.unwrap(), [read]);
    assert_eq!(alice.reached(conversation, posted).await.unwrap().read, [bob_id]);
}

#[both_databases]
async fn who_opts_out_is_not_seen_and_sees_nothing(home: Home) {
    let (alice, alice_id, a, mut a_hears) = online(&home, "alice").await;
    let (bob, bob_id, b, mut b_hears) = online(&home, "bob").await;
    let conversation = alice.direct(bob_id).await.unwrap().id;
    let posted = alice.post(conversation, "m", "one", None).await.unwrap().seq;
    prefers(&bob, |preferences| preferences.receipts = false).await;
    bob.mark_read(conversation, posted).await.unwrap();
    alice.post(conversation, "n", "two", None).await.unwrap();
    let told = told_before(&mut a_hears, "two").await;
    assert!(!told.iter().any(|told| matches!(told, Happened::Marks { .. })), "{told:?}");
    assert!(alice.receipts(conversation).await.unwrap().is_empty());
    assert!(alice.reached(conversation, posted).await.unwrap().read.is_empty());
    // Nor is he told of hers.
    let answer = bob.post(conversation, "o", "three", None).await.unwrap().seq;
    alice.mark_read(conversation, answer).await.unwrap();
    bob.post(conversation, "p", "four", None).await.unwrap();
    let told = told_before(&mut b_hears, "four").await;
    assert!(!told.iter().any(|told| matches!(told, Happened::Marks { .. })), "{told:?}");
    assert!(bob.receipts(conversation).await.unwrap().is_empty());

    a.watch(vec![bob_id]).await.unwrap();
    assert_eq!(status_of(&mut a_hears, bob_id).await.status, PresenceStatus::Online);
    prefers(&bob, |preferences| preferences.presence_to = Audience::Contacts).await;
    assert_eq!(status_of(&mut a_hears, bob_id).await.status, PresenceStatus::Offline);
    bob.contact(alice_id, true).await.unwrap();
    assert_eq!(status_of(&mut a_hears, bob_id).await.status, PresenceStatus::Online);
    b.presence(PresenceStatus::Invisible).await.unwrap();
    // Answered after what was said before it.
    b.mark_read(conversation, answer).await.unwrap();
    home.clock.advance(10_000);
    assert_eq!(status_of(&mut a_hears, bob_id).await.status, PresenceStatus::Offline);
}

#[both_databases]
async fn a_stranger_and_who_is_blocked_are_told_nothing(home: Home) {
    let (alice, alice_id, a, mut a_hears) = online(&home, "alice").await;
    let (bob, bob_id, b, mut b_hears) = online(&home, "bob").await;
    let (eve, _, e, mut e_hears) = online(&home, "eve").await;
    let group = alice.group("lunch", &[bob_id]).await.unwrap().id;
    // Who is in no conversation with them hears nothing of it, whatever they ask.
    prefers(&alice, |preferences| preferences.presence_to = Audience::Contacts).await;
    e.watch(vec![alice_id]).await.unwrap();
    assert_eq!(status_of(&mut e_hears, alice_id).await.status, PresenceStatus::Offline);
    assert_eq!(eve.receipts(group).await.unwrap_err().code(), Some(Code::NotFound));
    e.typing(group, true).await.unwrap();
    a.typing(group, true).await.unwrap();
    assert_eq!(typist(&mut b_hears).await, (alice_id, true));
    let notes = eve.notes().await.unwrap().id;
    eve.post(notes, "m", "quiet", None).await.unwrap();
    let told = told_before(&mut e_hears, "quiet").await;
    assert!(told.is_empty(), "{told:?}");

    prefers(&alice, |preferences| preferences.presence_to = Audience::Everyone).await;
    b.watch(vec![alice_id]).await.unwrap();
    assert_eq!(status_of(&mut b_hears, alice_id).await.status, PresenceStatus::Online);
    alice.block(bob_id, true).await.unwrap();
    let hidden = status_of(&mut b_hears, alice_id).await;
    assert_eq!((hidden.status, hidden.last_seen_at), (PresenceStatus::Offline, None));
    let posted = bob.post(group, "m", "hello?", None).await.unwrap().seq;
    alice.mark_read(group, posted).await.unwrap();
    a.typing(group, false).await.unwrap();
    a.presence(PresenceStatus::Busy).await.unwrap();
    bob.post(group, "n", "anybody?", None).await.unwrap();
    let told = told_before(&mut b_hears, "anybody?").await;
    assert!(told.is_empty(), "{told:?}");
    assert!(bob.receipts(group).await.unwrap().is_empty());
    assert!(bob.reached(group, posted).await.unwrap().read.is_empty());
    // Nor she of him.
    b.typing(group, true).await.unwrap();
    alice.post(group, "o", "lunch?", None).await.unwrap();
    let told = told_before(&mut a_hears, "lunch?").await;
    let passed =
        |told: &Happened| matches!(told, Happened::Typing { .. } | Happened::Marks { .. } | Happened::Presence(_));
    assert!(!told.iter().any(passed), "{told:?}");
}
