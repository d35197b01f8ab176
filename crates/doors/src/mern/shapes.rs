//! Users, chats and messages as these clients know them.

use parlor_model::{Kind, Me, Message, ServerRole, User};
use serde_json::{Value, json};

use crate::cards::Card;
use crate::words::{iso, message_id};

/// Somebody. Nobody's address is shown to others: its place takes the name they are found by.
pub(super) fn user(user: &User) -> Value {
    json!({ "_id": user.id.to_string(), "name": user.name, "email": format!("@{}", user.username), "pic": "", "isAdmin": false })
}

/// The caller, with the token they go on with.
pub(super) fn me(me: &Me, token: &str) -> Value {
    json!({
        "_id": me.user.id.to_string(),
        "name": me.user.name,
        "email": me.email,
        "isAdmin": me.role == ServerRole::Owner,
        "pic": "",
        "token": token,
    })
}

/// Members that are named in the chat within a message: with each message comes all of it.
pub(super) const IN_MESSAGES: usize = 20;

/// A conversation with so many of its members, without its last message.
pub(super) fn chat(card: &Card, members: usize) -> Value {
    let conversation = &card.conversation;
    let users: Vec<Value> = card.members.iter().take(members).map(|member| user(&member.user)).collect();
    let is_group = conversation.kind != Kind::Direct;
    let name = if is_group { conversation.title.as_deref().unwrap_or_default() } else { "sender" };
    let mut chat = json!({
        "_id": conversation.id.to_string(),
        "chatName": name,
        "isGroupChat": is_group,
        "users": users,
        "createdAt": iso(conversation.created_at),
        "updatedAt": iso(conversation.last_at),
    });
    if let Some(owner) = card.owner().filter(|_| is_group) {
        chat["groupAdmin"] = user(owner);
    }
    chat
}

/// A message; `chat`: all of its conversation, or only which.
pub(super) fn message(message: &Message, sender: &Value, chat: &Value) -> Value {
    let content = if message.deleted { "This message was deleted" } else { &message.text };
    json!({
        "_id": message_id(message.conversation, message.seq),
        "content": content,
        "sender": sender,
        "chat": chat,
        "readBy": [],
        "createdAt": iso(message.at),
        "updatedAt": iso(message.edited_at.unwrap_or(message.at)),
    })
}

/// Who a message is from, when they are no member that is shown.
pub(super) fn somebody(id: parlor_model::UserId) -> Value {
    json!({ "_id": id.to_string(), "name": "Somebody who left", "email": "", "pic": "" })
}

/// Whether these clients can show it: they know conversations of two, and groups.
pub(super) fn shows(kind: Kind) -> bool {
    matches!(kind, Kind::Direct | Kind::Group)
}

/// A chat in a list, with its last message.
pub(super) fn listed(card: &Card, last_sender: Option<&User>) -> Value {
    let mut told = chat(card, usize::MAX);
    if let Some(last) = &card.conversation.last_message {
        let sender = card.member(last.sender).or(last_sender).map_or_else(|| somebody(last.sender), user);
        told["latestMessage"] = message(last, &sender, &json!(card.conversation.id.to_string()));
    }
    told
}
