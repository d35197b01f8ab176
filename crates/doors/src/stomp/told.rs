//! What a frame of our own protocol is to the clients of this door: made once for all who get it.

use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use parlor_app::messages;
use parlor_gateway::{Identity, News, Words};
use parlor_model::frames::{Presence, ServerFrame};
use parlor_model::{ConversationId, Entry, EntryBody, Mention, Message, Result, UserId};
use serde_json::{Value, json};

use super::codec::{Version, message_head, message_tail};
use super::destinations::Topic;
use super::{DOOR, shapes};
use crate::Doors;
use crate::http::caller;
use crate::sockjs::Shape;
use crate::words::{iso, message_id};

/// What every body is.
pub(super) const JSON: &str = "application/json";

/// What is kept of a frame.
pub(super) enum Kept {
    /// Something was said.
    Said(Box<Said>),
    /// People came into a conversation.
    Came {
        /// Who.
        users: Vec<UserId>,
        /// Who brought them.
        by: UserId,
        /// What they are told, where it is an invitation.
        invitation: Option<Value>,
    },
    /// Somebody came or went.
    Presence(Presence),
    /// The reader's contacts are others now.
    Contacts,
    /// Nothing for these clients.
    Nothing,
}

/// A message, with what is the same for many who are told it.
pub(super) struct Said {
    pub(super) message: Message,
    /// As JSON.
    pub(super) body: Value,
    /// Who said what it answers.
    pub(super) answers: Option<UserId>,
    tails: [OnceLock<String>; 6],
    last: Mutex<Option<(To, Shape, Words)>>,
}

/// What a MESSAGE has of its subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct To {
    pub(super) version: Version,
    pub(super) id: String,
    pub(super) topic: Topic,
    /// It is acknowledged. That has no consequence: none is sent twice.
    pub(super) acked: bool,
    /// Makes the message's name unique in its connection.
    pub(super) number: u64,
}

impl Said {
    pub(super) fn new(message: Message, sender: &str, answers: Option<UserId>) -> Self {
        let body = shapes::message(&message, sender);
        Self { message, body, answers, tails: Default::default(), last: Mutex::default() }
    }

    /// Its MESSAGE to one subscription. The last is kept: clients of one library name theirs alike.
    pub(super) fn words(&self, to: &To, shape: Shape) -> Words {
        let mut last = self.last.lock();
        if let Some((other, other_shape, words)) = &*last
            && (other, *other_shape) == (to, shape)
        {
            return words.clone();
        }
        let id = format!("{}-{}", message_id(self.message.conversation, self.message.seq), to.number);
        let head = message_head(to.version, &to.id, &id, to.acked);
        let words = shape.words(&shape.lay(&head), self.tail(to.topic, shape));
        *last = Some((to.clone(), shape, words.clone()));
        words
    }

    /// That behind what belongs to one subscription.
    fn tail(&self, topic: Topic, shape: Shape) -> &str {
        let kind = match topic {
            Topic::Messages => 1,
            Topic::Lobby(_) => 2,
            _ => 0,
        };
        self.tails[kind * 2 + usize::from(shape == Shape::SockJs)].get_or_init(|| {
            let told = match topic {
                Topic::Lobby(_) => tail(topic, &shapes::in_lobby(&self.body)),
                _ => tail(topic, &self.body),
            };
            shape.lay(&told)
        })
    }

    /// Why it calls somebody, if it does.
    pub(super) fn calls(&self, user: UserId) -> Option<&'static str> {
        let Message { sender, mentions, .. } = &self.message;
        let named = |mention: &Mention| match mention {
            Mention::User(named) => *named == user,
            // Who is told is here.
            Mention::All | Mention::Here => true,
        };
        let reason = if mentions.iter().any(named) { "mention" } else { "reply" };
        let calls = reason == "mention" || self.answers == Some(user);
        (calls && *sender != user).then_some(reason)
    }
}

/// A MESSAGE behind what belongs to one subscription. No destination holds what a version would escape.
pub(super) fn tail(topic: Topic, body: &Value) -> String {
    message_tail(Version::V1_2, &topic.to_string(), JSON, &body.to_string())
}

/// What is told of a frame, if that was found out already.
pub(super) fn known(news: &News) -> Option<Arc<Kept>> {
    news.known(DOOR)
}

/// What is told of a frame. `None` when that could not be found out: the next who is told it tries again.
pub(super) async fn translate(doors: &Doors, news: &News, reader: Identity) -> Option<Arc<Kept>> {
    let kept = news.told_by(DOOR, async { Box::pin(make(doors, news, reader)).await }).await;
    kept.inspect_err(|error| tracing::debug!(%error, "a frame could not be translated")).ok()
}

async fn make(doors: &Doors, news: &News, reader: Identity) -> Result<Kept> {
    Ok(match news.frame() {
        Some(ServerFrame::Entry { entry }) => {
            doors.cards.hear(&entry);
            of_entry(doors, entry.into_owned(), reader).await?
        }
        Some(ServerFrame::Presence { presence }) => Kept::Presence(presence),
        Some(ServerFrame::Changed { what, .. }) if what == parlor_app::contacts::DOCUMENT => Kept::Contacts,
        _ => Kept::Nothing,
    })
}

async fn of_entry(doors: &Doors, entry: Entry, reader: Identity) -> Result<Kept> {
    if let EntryBody::Message { message } = entry.body {
        let sender = sender(doors, reader, message.conversation, message.sender).await?;
        let answers = match message.reply_to {
            Some(seq) => {
                let mut cx = doors.app.read(caller(reader)).await?;
                messages::named(&mut cx, message.conversation, &[seq]).await?.pop().map(|answered| answered.sender)
            }
            None => None,
        };
        return Ok(Kept::Said(Box::new(Said::new(message, &sender, answers))));
    }
    let users = entry.arrivals().to_vec();
    if users.is_empty() {
        return Ok(Kept::Nothing);
    }
    // Only groups have a title; nobody is invited to a conversation of two.
    let is_group = match &entry.body {
        EntryBody::Created { title, .. } => title.is_some(),
        _ => true,
    };
    let invitation = if is_group { Some(invitation(doors, &entry, reader).await?) } else { None };
    Ok(Kept::Came { users, by: entry.actor, invitation })
}

async fn invitation(doors: &Doors, entry: &Entry, reader: Identity) -> Result<Value> {
    let card = doors.cards.of(&doors.app, caller(reader), entry.conversation).await?;
    Ok(json!({
        "type": "invitation",
        "_id": message_id(entry.conversation, entry.seq),
        "seq": entry.seq,
        "conversationId": entry.conversation.to_string(),
        "title": card.conversation.title,
        "senderId": entry.actor.to_string(),
        "sender": sender(doors, reader, entry.conversation, entry.actor).await?,
        "createdAt": iso(entry.at),
    }))
}

async fn sender(doors: &Doors, reader: Identity, conversation: ConversationId, user: UserId) -> Result<String> {
    let card = doors.cards.of(&doors.app, caller(reader), conversation).await?;
    match card.member(user) {
        Some(user) => Ok(user.name.clone()),
        None => shapes::name_of(doors, reader, user).await,
    }
}
