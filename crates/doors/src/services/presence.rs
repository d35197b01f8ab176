//! `/presence`: who is there, of the caller's contacts and of those with whom they have a conversation.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_app::{Caller, contacts, conversations};
use parlor_gateway::{Guest, News, Queue, Told};
use parlor_model::frames::{Presence, PresenceStatus, ServerFrame};
use parlor_model::limits::WATCHED;
use parlor_model::{Error, Kind, Result, SessionId, User, UserId};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{Wire, refuse, say};
use crate::Doors;
use crate::http::caller;

/// Conversations whose members are looked at.
const CONVERSATIONS: i64 = 100;
/// An answer waits so long for the next of those who are asked about.
const SILENCE: Duration = Duration::from_millis(300);

/// The presence sockets of this node, by session, to be told how they are by `POST /presence`.
#[derive(Clone, Default)]
pub(crate) struct Devices(Arc<Mutex<HashMap<SessionId, Vec<mpsc::Sender<PresenceStatus>>>>>);

impl Devices {
    fn enter(&self, session: SessionId) -> mpsc::Receiver<PresenceStatus> {
        let (sender, receiver) = mpsc::channel(4);
        self.0.lock().entry(session).or_default().push(sender);
        receiver
    }

    fn leave(&self, session: SessionId) {
        let mut all = self.0.lock();
        if let Some(open) = all.get_mut(&session) {
            open.retain(|sender| !sender.is_closed());
            if open.is_empty() {
                all.remove(&session);
            }
        }
    }

    /// Tells the sockets of a session how they are; `conflict` when it has none here.
    pub(super) fn say(&self, session: SessionId, status: PresenceStatus) -> Result<()> {
        let all = self.0.lock();
        let open = all.get(&session).map(Vec::as_slice).unwrap_or_default();
        let told = open.iter().filter(|sender| sender.try_send(status).is_ok()).count();
        if told > 0 {
            return Ok(());
        }
        Err(Error::conflict(
            "Presence is that of a connection: open the WebSocket /presence first, with the same token.",
        ))
    }
}

/// Whom the caller is told of: contacts, then those opposite them, then members of their groups, bounded.
async fn people(doors: &Doors, caller: Caller) -> Result<HashMap<UserId, String>> {
    let mut found = HashMap::new();
    let mut add = |user: &User| {
        if user.id != caller.user && found.len() < WATCHED {
            found.insert(user.id, user.username.clone());
        }
    };
    let mut cx = doors.app.read(caller).await?;
    contacts::list(&mut cx).await?.contacts.iter().for_each(&mut add);
    let page = conversations::list(&mut cx, None, CONVERSATIONS).await?;
    page.conversations.iter().filter_map(|conversation| conversation.peer.as_ref()).for_each(&mut add);
    for group in page.conversations.iter().filter(|conversation| conversation.kind == Kind::Group) {
        let members = conversations::members(&mut cx, group.id, None, crate::cards::MEMBERS).await?;
        members.iter().for_each(|member| add(&member.user));
    }
    Ok(found)
}

/// How somebody is there, from its name; `offline` is not said.
pub(super) fn status(name: &Value) -> Result<PresenceStatus> {
    let status = serde_json::from_value(name.clone()).ok().filter(|status| *status != PresenceStatus::Offline);
    status.ok_or_else(|| Error::invalid("`status` is one of online, away, busy, invisible.").at("status"))
}

fn told(news: &News) -> Option<Presence> {
    match news.frame() {
        Some(ServerFrame::Presence { presence }) => Some(presence),
        _ => None,
    }
}

/// Serves one socket until it is over.
pub(super) async fn serve(doors: Doors, mut wire: Wire, mut guest: Guest) {
    let session = guest.identity.session;
    let mut asked = doors.devices.enter(session);
    if let Ok(names) = Box::pin(people(&doors, caller(guest.identity))).await {
        guest.watch(&names.keys().copied().collect::<Vec<_>>());
        let queue = wire.queue.clone();
        loop {
            let room = queue.has_room();
            tokio::select! {
                heard = wire.next() => match heard {
                    Some(ask) => match status(&ask["status"]) {
                        Ok(status) => guest.say(status),
                        Err(error) => refuse(&queue, &error, None),
                    },
                    None => break,
                },
                Some(status) = asked.recv() => guest.say(status),
                told = guest.told(), if room => match told {
                    Told::News(news) => tell(&queue, &names, &news),
                    Told::Ends(..) => break,
                },
                () = queue.room(), if !room => {}
            }
        }
    }
    drop(asked);
    doors.devices.leave(session);
    Box::pin(wire.close()).await;
}

fn tell(queue: &Queue, names: &HashMap<UserId, String>, news: &News) {
    if let Some(presence) = told(news)
        && let Some(username) = names.get(&presence.user)
    {
        say(queue, &json!({ "type": "presence_update", "username": username, "status": presence.status }));
    }
}

/// How those people are now. Who asks is not seen to have come for it.
pub(super) async fn now(doors: &Doors, caller_: Caller, mut guest: Guest) -> Result<Vec<Value>> {
    let names = people(doors, caller_).await?;
    let mut found: HashMap<UserId, PresenceStatus> = HashMap::new();
    guest.watch(&names.keys().copied().collect::<Vec<_>>());
    while found.len() < names.len() {
        match timeout(SILENCE, guest.told()).await {
            Ok(Told::News(news)) => {
                found.extend(told(&news).map(|presence| (presence.user, presence.status)));
            }
            Ok(Told::Ends(..)) | Err(_) => break,
        }
    }
    let mut all: Vec<(String, PresenceStatus)> = names
        .into_iter()
        .map(|(user, name)| (name, found.get(&user).copied().unwrap_or(PresenceStatus::Offline)))
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all.into_iter().map(|(username, status)| json!({ "username": username, "status": status })).collect())
}
