//! `/chat`: what is said.

use std::sync::Arc;

use parlor_gateway::{Guest, Identity, News, Queue, Told, Words};
use parlor_model::frames::ServerFrame;
use parlor_model::{ConversationId, Error, Message, Result, Seq};
use serde_json::{Value, json};

use super::{DOOR, Wire, refuse};
use crate::Doors;
use crate::cards::Card;
use crate::http::caller;
use crate::said::Said;
use crate::words::{iso, message_id};

/// Serves one socket until it is over.
pub(super) async fn serve(doors: Doors, mut wire: Wire, mut guest: Guest) {
    let (mut said, queue) = (Said::default(), wire.queue.clone());
    loop {
        let room = queue.has_room();
        tokio::select! {
            // First what it is told, all of which one turn of its line writes.
            biased;
            told = guest.told(), if room => match told {
                Told::News(news) => tell(&doors, &queue, guest.identity, &mut said, &news).await,
                Told::Ends(..) => break,
            },
            heard = wire.next() => match heard {
                Some(ask) => Box::pin(hear(&doors, &queue, guest.identity, &mut said, ask)).await,
                None => break,
            },
            () = queue.room(), if !room => {}
        }
    }
    Box::pin(wire.close()).await;
}

async fn hear(doors: &Doors, queue: &Queue, who: Identity, said: &mut Said, ask: Value) {
    let client_id = ask.get("clientId");
    match carry_out(doors, who, &ask).await {
        Ok((sent, new)) => {
            if new {
                said.add((sent.conversation, sent.seq));
            }
            let mut told = json!({
                "type": "message_sent",
                "messageId": message_id(sent.conversation, sent.seq),
                "seq": sent.seq,
                "conversationId": sent.conversation.to_string(),
                "createdAt": iso(sent.at),
            });
            if let Some(client_id) = client_id {
                told["clientId"] = client_id.clone();
            }
            super::say(queue, &told);
        }
        Err(error) => refuse(queue, &error, client_id),
    }
}

async fn carry_out(doors: &Doors, who: Identity, ask: &Value) -> Result<(Message, bool)> {
    if ask["type"] != "new_message" {
        return Err(Error::invalid("The types that are heard here: new_message.").at("type"));
    }
    let content = ask["content"].as_str().ok_or_else(|| Error::invalid("`content` is a text.").at("content"))?;
    let place = crate::say::place(&ask["conversationId"], &ask["to"])?;
    crate::say::say(doors, caller(who), place, content, &ask["clientId"]).await
}

/// A message as these clients know it.
pub(super) fn message(said: &Message, card: &Card) -> Value {
    let (conversation, seq): (ConversationId, Seq) = (said.conversation, said.seq);
    json!({
        "messageId": message_id(conversation, seq),
        "seq": seq,
        "conversationId": conversation.to_string(),
        "senderId": said.sender.to_string(),
        "sender": card.member(said.sender).map_or("", |user| &user.username),
        "content": said.text,
        "createdAt": iso(said.at),
    })
}

/// A message, encoded once for all who are told it.
struct Event {
    words: Words,
    place: (ConversationId, Seq),
}

async fn tell(doors: &Doors, queue: &Queue, who: Identity, said: &mut Said, news: &News) {
    let kept = news.told_by(DOOR, async { Box::pin(make(doors, news, who)).await }).await;
    if let Ok(Some(event)) = kept.as_deref()
        && !said.take(event.place)
    {
        queue.push(&event.words);
    }
}

async fn make(doors: &Doors, news: &News, reader: Identity) -> Result<Option<Event>> {
    let Some(ServerFrame::Entry { entry }) = news.frame() else { return Ok(None) };
    doors.cards.hear(&entry);
    let Some(said) = entry.message() else { return Ok(None) };
    let card: Arc<Card> = doors.cards.of(&doors.app, caller(reader), said.conversation).await?;
    let mut told = message(said, &card);
    told["type"] = "new_message".into();
    Ok(Some(Event { words: Words::new(&told.to_string()), place: (said.conversation, said.seq) }))
}
