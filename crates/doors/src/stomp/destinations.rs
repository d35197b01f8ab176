//! The destinations of this door.

use std::fmt;

use parlor_model::{ConversationId, Error, Result};

/// What one can subscribe to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// The messages of one conversation.
    Conversation(ConversationId),
    /// The same of the lobby, for clients that know one public room and no more.
    Lobby(ConversationId),
    /// What others say, in any of the caller's conversations.
    Messages,
    /// What calls the caller.
    Notifications,
    /// Who comes and goes of those the caller knows.
    Presence,
}

/// What one can have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Something is said.
    Say(ConversationId),
    /// One writes, or stopped.
    Typing(ConversationId),
    /// The read mark moves.
    Read(ConversationId),
    /// One comes into the lobby, where its members are already.
    Join(ConversationId),
}

const CONVERSATION: &str = "/topic/conversation.";
const ORDERS: &str = "/app/conversation.";
const LOBBY: &str = "/topic/public";

impl Topic {
    pub(super) fn parse(destination: &str, lobby: Option<ConversationId>) -> Result<Self> {
        Ok(match destination {
            "/user/queue/messages" => Self::Messages,
            "/user/queue/notifications" => Self::Notifications,
            "/topic/presence" => Self::Presence,
            LOBBY => Self::Lobby(lobby.ok_or_else(no_lobby)?),
            _ => {
                let id = destination.strip_prefix(CONVERSATION).ok_or_else(|| {
                    Error::invalid(
                        "There is no such destination. One can subscribe to /topic/conversation.{id}, \
                         /user/queue/messages, /user/queue/notifications and /topic/presence.",
                    )
                })?;
                Self::Conversation(conversation(id)?)
            }
        })
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conversation(id) => write!(f, "{CONVERSATION}{id}"),
            Self::Lobby(_) => f.write_str(LOBBY),
            Self::Messages => f.write_str("/user/queue/messages"),
            Self::Notifications => f.write_str("/user/queue/notifications"),
            Self::Presence => f.write_str("/topic/presence"),
        }
    }
}

impl Order {
    pub(super) fn parse(destination: &str, lobby: Option<ConversationId>) -> Result<Self> {
        match destination {
            "/app/chat.sendMessage" => return lobby.map(Self::Say).ok_or_else(no_lobby),
            "/app/chat.userJoin" => return lobby.map(Self::Join).ok_or_else(no_lobby),
            _ => {}
        }
        if ["/topic/", "/queue/", "/user/"].iter().any(|start| destination.starts_with(start)) {
            return Err(Error::forbidden(
                "Nobody sends to a topic or a queue. What is said goes to /app/conversation.{id}.",
            ));
        }
        let Some(rest) = destination.strip_prefix(ORDERS) else {
            return Err(Error::invalid(
                "There is no such destination. One can send to /app/conversation.{id}, and to the same with .typing or \
                 .read behind it.",
            ));
        };
        Ok(match rest.split_once('.') {
            None => Self::Say(conversation(rest)?),
            Some((id, "typing")) => Self::Typing(conversation(id)?),
            Some((id, "read")) => Self::Read(conversation(id)?),
            Some(_) => return Err(Error::invalid("Behind a conversation stands .typing, .read or nothing.")),
        })
    }
}

fn conversation(id: &str) -> Result<ConversationId> {
    id.parse().map_err(|_| Error::not_found("conversation"))
}

/// Conversations are for their members; none is for everybody. An operator may set one that stands for it.
fn no_lobby() -> Error {
    Error::invalid(
        "This server has no lobby: every conversation has its members. Subscribe to /topic/conversation.{id}.",
    )
}

#[cfg(test)]
mod tests {
    use parlor_model::Code;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn destinations_are_those_of_the_documents() {
        let topics = ["/topic/conversation.7", "/user/queue/messages", "/user/queue/notifications", "/topic/presence"];
        for destination in topics {
            assert_eq!(Topic::parse(destination, None).unwrap().to_string(), destination);
        }
        let seven = ConversationId(7);
        let lobby = Some(seven);
        assert_eq!(Topic::parse(LOBBY, lobby).unwrap(), Topic::Lobby(seven));
        assert_eq!(Topic::Lobby(seven).to_string(), LOBBY);
        for (destination, order) in [
            ("/app/conversation.7", Order::Say(seven)),
            ("/app/conversation.7.typing", Order::Typing(seven)),
            ("/app/conversation.7.read", Order::Read(seven)),
            ("/app/chat.sendMessage", Order::Say(seven)),
            ("/app/chat.userJoin", Order::Join(seven)),
        ] {
            assert_eq!(Order::parse(destination, lobby).unwrap(), order);
        }
    }

    #[test]
    fn all_others_are_refused() {
        let orders = [
            ("/topic/conversation.7", Code::Forbidden),
            ("/queue/x", Code::Forbidden),
            ("/user/queue/messages", Code::Forbidden),
            ("/app/conversation.x", Code::NotFound),
            ("/app/conversation.7.delete", Code::Invalid),
            ("/app/elsewhere", Code::Invalid),
            ("/app/chat.sendMessage", Code::Invalid),
            ("", Code::Invalid),
        ];
        for (destination, code) in orders {
            assert_eq!(Order::parse(destination, None).map_err(|error| error.code), Err(code), "{destination}");
        }
        let topics = [
            ("/topic/conversation.", Code::NotFound),
            ("/topic/conversation.7.typing", Code::NotFound),
            ("/topic/public", Code::Invalid),
            ("/app/conversation.7", Code::Invalid),
        ];
        for (destination, code) in topics {
            assert_eq!(Topic::parse(destination, None).map_err(|error| error.code), Err(code), "{destination}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_destination_or_none(text in "\\PC*") {
            let order = format!("{ORDERS}{text}");
            let _ = (Topic::parse(&text, None), Order::parse(&text, None), Order::parse(&order, None));
        }
    }
}
