//! Which doors are open.

use serde::{Deserialize, Serialize};

/// Doors for clients of other chat systems (docs/doors.md). All are open unless they are closed here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DoorsConfig {
    /// `/api/user`, `/api/chat`, `/api/message` and their Socket.IO events: clients of the "WhatsApp clone" family.
    pub mern: bool,
    /// `/api/auth`, `/api/users`, `/api/messages`, `/api/groups` and Socket.IO with a token in the handshake.
    pub design: bool,
    /// `/api/signup`, `/api/login`, `/chat`, `/presence`: bare WebSockets.
    pub services: bool,
    /// STOMP at `/stomp`, over SockJS at `/websocket`, and `/auth` and `/contact` beside it.
    pub stomp: bool,
    /// The id of a group that STOMP clients of one public room know as `/topic/public`; for its members alone. Empty: none.
    pub lobby: String,
}

impl Default for DoorsConfig {
    fn default() -> Self {
        Self { mern: true, design: true, services: true, stomp: true, lobby: String::new() }
    }
}
