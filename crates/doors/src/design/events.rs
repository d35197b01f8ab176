//! What these clients say and are told on Socket.IO.

use std::sync::Arc;

use parlor_gateway::{Identity, News};
use parlor_model::frames::ServerFrame;
use parlor_model::{ConversationId, Error, Kind, Message, Result, UserId};
use serde_json::{Value, json};

use super::DOOR;
use crate::Doors;
use crate::cards::Card;
use crate::http::caller;
use crate::socketio::{Client, Event, Translated};
use crate::words::{iso, message_id};

/// Does what an event asks for; gives its acknowledgement.
pub(crate) async fn obey(client: &mut Client, doors: &Doors, name: &str, arg: &Value) -> Result<Value> {
    if name != "sendMessage" {
        return Err(Error::invalid("The events that are heard here: sendMessage."));
    }
    let Some(identity) = client.guest().map(|guest| guest.identity) else {
        return Err(Error::unauthenticated("Show a token in the handshake: auth: { token }."));
    };
    let (sent, new) = super::api::say(doors, caller(identity), arg).await?;
    if new {
        client.said.add((sent.conversation, sent.seq));
    }
    let id = message_id(sent.conversation, sent.seq);
    Ok(json!({ "status": "ok", "id": id, "seq": sent.seq, "conversationId": sent.conversation.to_string() }))
}

/// What a client is told of a frame.
pub(crate) async fn translate(doors: &Doors, news: &News, reader: Identity) -> Option<Translated> {
    let kept = news.told_by(DOOR, async { Box::pin(make(doors, news, reader)).await }).await.ok()?;
    kept.as_ref().as_ref().map(|event| Translated::Event(event.clone()))
}

async fn make(doors: &Doors, news: &News, reader: Identity) -> Result<Option<Arc<Event>>> {
    let Some(ServerFrame::Entry { entry }) = news.frame() else { return Ok(None) };
    doors.cards.hear(&entry);
    let Some(said) = entry.message() else { return Ok(None) };
    let card = doors.cards.of(&doors.app, caller(reader), said.conversation).await?;
    let place = (said.conversation, said.seq);
    Ok(Some(Arc::new(Event::new("messageReceived", &message(said, receiver(&card, said)), said.sender, place))))
}

/// Who a message in a conversation of two is for.
pub(super) fn receiver(card: &Card, said: &Message) -> Option<UserId> {
    let other = || card.other(said.sender).map(|user| user.id);
    (card.conversation.kind == Kind::Direct).then(other).flatten()
}

/// A message as these clients know it.
pub(super) fn message(said: &Message, receiver: Option<UserId>) -> Value {
    let conversation: ConversationId = said.conversation;
    let mut told = json!({
        "_id": message_id(conversation, said.seq),
        "seq": said.seq,
        "senderId": said.sender.to_string(),
        "conversationId": conversation.to_string(),
        "message": said.text,
        "createdAt": iso(said.at),
    });
    if let Some(receiver) = receiver {
        told["receiverId"] = Value::from(receiver.to_string());
    }
    told
}
