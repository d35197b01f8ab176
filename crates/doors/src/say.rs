//! Saying something, as several doors ask for it: to somebody or in a conversation, under the client's own name or none.

use parlor_app::conversations::{self, Begin};
use parlor_app::{Caller, messages};
use parlor_model::{ConversationId, Error, Message, Result, UserId};
use serde_json::Value;

use crate::Doors;

/// Where something is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Conversation(ConversationId),
    /// In the conversation with them, which begins if there is none.
    Person(UserId),
}

/// The place that one of two ids names. What names nothing is not found.
pub(crate) fn place(conversation: &Value, person: &Value) -> Result<Place> {
    let no = || Error::not_found("conversation");
    match (conversation.as_str(), person.as_str()) {
        (Some(id), _) => id.parse().map(Place::Conversation).map_err(|_| no()),
        (None, Some(id)) => id.parse().map(Place::Person).map_err(|_| Error::not_found("user")),
        (None, None) => Err(Error::invalid("Say where: the id of a conversation or of a user, as a text.")),
    }
}

/// Says it; whether it is new. `client_id`: the client's own name for it, or null; the same one again is the same message.
pub(crate) async fn say(
    doors: &Doors,
    caller: Caller,
    place: Place,
    text: &str,
    client_id: &Value,
) -> Result<(Message, bool)> {
    let client_id = match client_id {
        Value::Null => doors.secret()?,
        own => own.as_str().ok_or_else(|| Error::invalid("`clientId` is a text.").at("clientId"))?.to_owned(),
    };
    let conversation = match place {
        Place::Conversation(conversation) => conversation,
        Place::Person(other) => {
            let mut cx = doors.app.write(caller).await?;
            let (conversation, _) = conversations::begin(&mut cx, Begin::Direct(other)).await?;
            cx.commit().await?;
            conversation
        }
    };
    let ask = messages::Send { conversation, client_id, text: text.to_owned(), ..messages::Send::default() };
    let sent = messages::send(&doors.app, caller, ask).await?;
    Ok((sent.message, sent.new))
}
