//! The doors, told to developers on the server's own page.

use crate::DoorsConfig;

/// A door, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its name in the configuration.
    pub name: &'static str,
    /// For whose clients it is.
    pub what: &'static str,
    /// Where it is.
    pub addresses: &'static str,
    /// Something to type that works; `SERVER` stands for the server's `host:port`.
    pub example: &'static str,
}

const MERN: Described = Described {
    name: "mern",
    what: "Clients of the \u{201c}WhatsApp clone\u{201d} family: React, Express, Socket.IO.",
    addresses: "/api/user, /api/chat, /api/message, /socket.io/",
    example: r#"curl http://SERVER/api/user/login -H 'content-type: application/json' -d '{"email":"you@example.org","password":"…"}'"#,
};
const DESIGN: Described = Described {
    name: "design",
    what: "Socket.IO with a token in the handshake, and acknowledgements.",
    addresses: "/api/auth, /api/users, /api/messages, /api/groups, /socket.io/",
    example: r#"curl http://SERVER/api/auth/login -H 'content-type: application/json' -d '{"username":"you","password":"…"}'
node -e "require('socket.io-client').io('http://SERVER', { auth: { token: 'ACCESS_TOKEN' } }).on('messageReceived', console.log)""#,
};
const SERVICES: Described = Described {
    name: "services",
    what: "Bare WebSockets with JSON, for chat and presence.",
    addresses: "/api/signup, /api/login, /api/profile, /chat, /presence, /messages/read, /notify",
    example: r#"curl http://SERVER/api/login -H 'content-type: application/json' -d '{"username":"you","password":"…"}'
wscat -c ws://SERVER/chat -H 'Authorization: Bearer TOKEN'"#,
};
const STOMP: Described = Described {
    name: "stomp",
    what: "STOMP 1.0 to 1.2, over a WebSocket or SockJS.",
    addresses: "/stomp, /websocket, /auth, /contact",
    example: r#"curl http://SERVER/auth/login -H 'content-type: application/json' -d '{"username":"you","password":"…"}'
new StompJs.Client({ brokerURL: 'ws://SERVER/stomp', connectHeaders: { Authorization: 'Bearer TOKEN' } })"#,
};

/// Those that are open.
pub(crate) fn described(config: &DoorsConfig) -> Vec<Described> {
    let DoorsConfig { mern, design, services, stomp, .. } = *config;
    let all = [(mern, MERN), (design, DESIGN), (services, SERVICES), (stomp, STOMP)];
    all.into_iter().filter_map(|(open, door)| open.then_some(door)).collect()
}
