//! What this door's clients know people, messages and calls as.

use parlor_gateway::Identity;
use parlor_model::frames::Presence;
use parlor_model::{Message, Result, User, UserId};
use serde_json::{Value, json};

use crate::Doors;
use crate::http::caller;
use crate::words::{iso, message_id};

/// Somebody.
pub(super) fn user(user: &User) -> Value {
    json!({ "_id": user.id.to_string(), "username": user.username, "name": user.name })
}

/// A message, with the name of who said it.
pub(super) fn message(said: &Message, sender: &str) -> Value {
    json!({
        "_id": message_id(said.conversation, said.seq),
        "seq": said.seq,
        "conversationId": said.conversation.to_string(),
        "senderId": said.sender.to_string(),
        "sender": sender,
        "content": said.text,
        "createdAt": iso(said.at),
    })
}

/// A message, made by [`message`], to clients that know one public room.
pub(super) fn in_lobby(message: &Value) -> Value {
    json!({ "type": "CHAT", "sender": message["sender"], "content": message["content"] })
}

/// That somebody came or went.
pub(super) fn presence(presence: &Presence, username: &str) -> Value {
    let mut told = json!({
        "type": "presence_update",
        "userId": presence.user.to_string(),
        "username": username,
        "status": presence.status,
    });
    if let Some(at) = presence.last_seen_at {
        told["lastSeenAt"] = Value::from(iso(at));
    }
    told
}

/// The name of somebody, as whoever asks may see it.
pub(super) async fn name_of(doors: &Doors, reader: Identity, user: UserId) -> Result<String> {
    let mut cx = doors.app.read(caller(reader)).await?;
    let found = parlor_app::users::many(&mut cx, &[user]).await?.pop();
    Ok(found.map_or_else(|| "Somebody who left".to_owned(), |user| user.name))
}
