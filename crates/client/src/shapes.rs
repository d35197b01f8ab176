//! Bodies of requests and answers that only REST has (docs/protocol.md).

use parlor_model::{Conversation, Entry, Limits, Member, Message, Preferences, Seq, Session, Status, User, UserId};
use serde::{Deserialize, Serialize};

/// A new account.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Signup {
    /// For signing in and mail.
    pub email: String,
    /// The password.
    pub password: String,
    /// The display name.
    pub name: String,
    /// Made from the e-mail address when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// What this device calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// Credentials.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Login {
    /// E-mail or username.
    pub login: String,
    /// The password.
    pub password: String,
    /// What this device calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

impl Login {
    /// Credentials for a device without a name.
    pub fn new(login: impl Into<String>, password: impl Into<String>) -> Self {
        Self { login: login.into(), password: password.into(), device: None }
    }
}

/// Changes of one's own account; what is `None` stays.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MeChanges {
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The username.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// A few words about oneself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
    /// Such as `she/her`; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pronouns: Option<String>,
    /// IANA name; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// What one is up to; an empty one takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// All settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferences: Option<Preferences>,
}

/// What the server says of itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Server {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// No account yet: the next sign-up owns the server.
    pub first_run: bool,
    /// Who may sign up: `open` or `closed`.
    pub signup: String,
    /// What the server refuses beyond.
    pub limits: Limits,
}

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident { $field:ident: $thing:ty }),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize)]
        pub struct $name {
            /// The things of this page.
            pub $field: Vec<$thing>,
            /// Asks for the next page; none at the end.
            #[serde(default)]
            pub cursor: Option<String>,
        }
    )+};
}

pages! {
    /// A page of users.
    Users { users: User },
    /// A page of conversations, latest first.
    Conversations { conversations: Conversation },
    /// A page of members.
    Members { members: Member },
    /// One's own sessions.
    Sessions { sessions: Session },
}

/// A window of messages, oldest first.
#[derive(Clone, Debug, Deserialize)]
pub struct Messages {
    /// The messages.
    pub messages: Vec<Message>,
    /// There are older ones.
    pub has_before: bool,
    /// There are newer ones.
    pub has_after: bool,
}

/// A window of a log, oldest first.
#[derive(Clone, Debug, Deserialize)]
pub struct Log {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The newest seq of the log.
    pub head_seq: Seq,
}

/// How far another member is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Receipt {
    /// Who.
    pub user: UserId,
    /// What has reached a device of theirs.
    pub delivered_seq: Seq,
    /// What they have read.
    pub read_seq: Seq,
}

#[derive(Deserialize)]
pub(crate) struct Receipts {
    pub(crate) receipts: Vec<Receipt>,
}

/// Whom a message has reached, of those who let it be known.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reached {
    /// Who has read it; the first hundred.
    pub read: Vec<UserId>,
    /// Whom it has reached who have not read it; the first hundred.
    pub delivered: Vec<UserId>,
    /// How many have read it.
    pub read_count: i64,
    /// How many it has reached.
    pub delivered_count: i64,
    /// For how many it is.
    pub members: i64,
}

/// Which part of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The newest.
    Latest,
    /// Just below a seq.
    Before(Seq),
    /// Just above a seq.
    After(Seq),
    /// On both sides of a seq.
    Around(Seq),
}

impl Window {
    pub(crate) fn query(self, limit: i64) -> String {
        match self {
            Self::Latest => format!("?limit={limit}"),
            Self::Before(seq) => format!("?before={seq}&limit={limit}"),
            Self::After(seq) => format!("?after={seq}&limit={limit}"),
            Self::Around(seq) => format!("?around={seq}&limit={limit}"),
        }
    }
}
