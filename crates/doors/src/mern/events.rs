//! What these clients say and are told on Socket.IO.

use parlor_gateway::{Identity, News};
use parlor_model::frames::ServerFrame;
use parlor_model::{ConversationId, Result};
use serde_json::Value;
use std::sync::Arc;

use super::{DOOR, shapes};
use crate::Doors;
use crate::engine::Transport;
use crate::http::caller;
use crate::socketio::{Client, Event, Translated};

/// Does what an event asks for; whether the client is told that it is connected. Whoever is not who they say hears nothing.
pub(crate) async fn obey(
    client: &mut Client,
    doors: &Doors,
    transport: &mut Transport,
    name: &str,
    arg: &Value,
) -> bool {
    if !doors.config.mern {
        return false;
    }
    match name {
        "setup" => return set_up(client, doors, transport, arg).await,
        "join chat" => client.joined = conversation(arg),
        "typing" | "stop typing" => {
            if let (Some(guest), Some(conversation)) = (client.guest(), conversation(arg)) {
                // Who may not write there is told as little as who may.
                let _ = guest.backend().typing(&guest.identity, conversation, name == "typing").await;
            }
        }
        // `new message` among them: what the clients say of messages is not believed.
        _ => {}
    }
    false
}

async fn set_up(client: &mut Client, doors: &Doors, transport: &mut Transport, user: &Value) -> bool {
    let Some(token) = user["token"].as_str() else { return false };
    let Ok(identity) = doors.gateway.backend().authenticate(token).await else { return false };
    if user["_id"].as_str() != Some(identity.user.to_string().as_str()) {
        return false;
    }
    let same = |known: Identity| (known.user, known.session) == (identity.user, identity.session);
    if client.guest().is_some_and(|guest| same(guest.identity)) {
        return true;
    }
    let address = transport.address();
    match doors.gateway.receive(identity, address, None).await {
        Ok(guest) => {
            transport.named();
            client.is(doors, transport.queue(), guest, token);
            true
        }
        Err(error) => {
            tracing::debug!(%error, "a client could not be received");
            false
        }
    }
}

/// The conversation an argument names: its id, or all of it.
pub(super) fn conversation(arg: &Value) -> Option<ConversationId> {
    arg.as_str().or_else(|| arg["_id"].as_str())?.parse().ok()
}

/// What a client that looks at `joined` is told of a frame.
pub(crate) async fn translate(
    doors: &Doors,
    news: &News,
    reader: Identity,
    joined: Option<ConversationId>,
) -> Option<Translated> {
    match news.told_by(DOOR, async { Box::pin(make(doors, news, reader)).await }).await.ok()?.as_ref() {
        Kept::Message(event) => Some(Translated::Event(event.clone())),
        Kept::Typing { conversation, on, by } => {
            let name = if *on { "typing" } else { "stop typing" };
            (joined == Some(*conversation)).then_some(Translated::Passing { name, by: *by })
        }
        Kept::Nothing => None,
    }
}

/// What is kept of a frame for all clients of this door.
enum Kept {
    Message(Arc<Event>),
    Typing { conversation: ConversationId, on: bool, by: parlor_model::UserId },
    Nothing,
}

/// In the name of whoever is told it first; another may try when they have left meanwhile.
async fn make(doors: &Doors, news: &News, reader: Identity) -> Result<Kept> {
    Ok(match news.frame() {
        Some(ServerFrame::Entry { entry }) => {
            doors.cards.hear(&entry);
            let Some(said) = entry.message() else { return Ok(Kept::Nothing) };
            let card = doors.cards.of(&doors.app, caller(reader), said.conversation).await?;
            if !shapes::shows(card.conversation.kind) {
                return Ok(Kept::Nothing);
            }
            let sender = card.member(said.sender).map_or_else(|| shapes::somebody(said.sender), shapes::user);
            let message = shapes::message(said, &sender, &shapes::chat(&card, shapes::IN_MESSAGES));
            let place = (said.conversation, said.seq);
            Kept::Message(Arc::new(Event::new("message recieved", &message, said.sender, place)))
        }
        Some(ServerFrame::Typing { conversation, user, on }) => Kept::Typing { conversation, on, by: user },
        _ => Kept::Nothing,
    })
}
