//! Users, their account document and their sessions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Millis;
use crate::ids::{SessionId, UserId};

/// What everybody may see of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// Never changes.
    pub id: UserId,
    /// Unique without regard to case.
    pub username: String,
    /// The display name.
    pub name: String,
    /// A few words about oneself.
    pub bio: String,
    /// The rest of what they tell of themselves.
    #[serde(flatten)]
    pub profile: Profile,
}

/// What somebody may tell of themselves besides name and bio. Nothing is said by leaving it out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    /// Such as `she/her`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pronouns: Option<String>,
    /// IANA name, such as `Europe/Berlin`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub time_zone: Option<String>,
    /// What they are up to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<Status>,
}

/// What somebody is up to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// In words; may be empty beside an emoji.
    pub text: String,
    /// In one emoji.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub emoji: Option<String>,
    /// When it is over; absent: until it is changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Millis>,
}

impl User {
    /// As they are at this time: a status that is over is none.
    #[must_use]
    pub fn at(mut self, now: Millis) -> Self {
        let over = |status: &Status| status.until.is_some_and(|until| until <= now);
        self.profile.status = self.profile.status.filter(|status| !over(status));
        self
    }
}

/// The caller's own account: a small document, refetched whole when its version differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The public part.
    #[serde(flatten)]
    pub user: User,
    /// For signing in and mail; nobody else sees it.
    pub email: String,
    /// On this server.
    pub role: ServerRole,
    /// Follow the user across devices.
    pub preferences: Preferences,
    /// Grows with every change of the account.
    pub version: i64,
    /// When the account was made.
    pub created_at: Millis,
}

/// A user's standing on the whole server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServerRole {
    /// The first account: runs the server.
    Owner,
    /// Everybody else.
    Member,
}

/// Settings that follow the user across devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Preferences {
    /// Colours.
    pub theme: Theme,
    /// BCP 47 tag, or empty for the device's own.
    pub locale: String,
    /// Enter sends and Shift+Enter breaks the line, or the other way round.
    pub enter_sends: bool,
    /// Tell others what one has received and read, and be told of them.
    pub receipts: bool,
    /// Who may see whether one is there.
    pub presence_to: Audience,
    /// Who may see when one was last there; it is not seen of others by whom it is not shown.
    pub last_seen_to: Audience,
    /// How one is called.
    pub notifications: Notifications,
    /// When one is not called.
    pub do_not_disturb: DoNotDisturb,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            locale: String::new(),
            enter_sends: true,
            receipts: true,
            presence_to: Audience::Everyone,
            last_seen_to: Audience::Everyone,
            notifications: Notifications::default(),
            do_not_disturb: DoNotDisturb::default(),
        }
    }
}

/// How one is called for what one does not look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Notifications {
    /// What is heard.
    pub sound: Sound,
    /// The system shows it, while no window of the client is looked at. The device has to allow it too.
    pub desktop: bool,
    /// The client shows it, while one looks at something else in it.
    pub toasts: bool,
    /// What was said is shown, not only that something was.
    pub preview: bool,
}

impl Default for Notifications {
    fn default() -> Self {
        Self { sound: Sound::default(), desktop: true, toasts: true, preview: true }
    }
}

/// What is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// Nothing.
    None,
    /// A low, round tone.
    #[default]
    Soft,
    /// A short one.
    Pop,
    /// Two tones.
    Chime,
}

/// When one is not called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct DoNotDisturb {
    /// Not before this time.
    pub until: Option<Millis>,
    /// And at these hours.
    pub schedule: Option<QuietHours>,
}

/// Hours at which one is not called, as the clock of one's own device shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuietHours {
    /// Days on which they begin: 1 is Monday, 7 is Sunday.
    pub days: Vec<u8>,
    /// When they begin, such as `22:00`.
    pub from: String,
    /// When they end; on the next day when that is no later than `from`.
    pub to: String,
}

impl QuietHours {
    /// Whether there are such days and times.
    pub fn are_sound(&self) -> bool {
        let is_time = |text: &str| {
            let bytes = text.as_bytes();
            let digits = [0, 1, 3, 4].iter().all(|n| bytes.get(*n).is_some_and(u8::is_ascii_digit));
            bytes.len() == 5 && bytes[2] == b':' && digits && text < "24:00" && bytes[3] < b'6'
        };
        let rising = self.days.windows(2).all(|pair| pair[0] < pair[1]);
        rising && self.days.iter().all(|day| (1..=7).contains(day)) && is_time(&self.from) && is_time(&self.to)
    }
}

/// To whom something of oneself is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody on the server.
    #[default]
    Everyone,
    /// Those one has as a contact.
    Contacts,
    /// Nobody.
    Nobody,
}

/// Colours of the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the device has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// One device that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Names it.
    pub id: SessionId,
    /// It is the one that asks.
    pub current: bool,
    /// What the device calls itself.
    pub device: String,
    /// Where it last came from.
    pub address: String,
    /// When it signed in.
    pub created_at: Millis,
    /// When it last renewed its token or connected.
    pub last_seen_at: Millis,
}

/// The answer to signing up, signing in and refreshing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Auth {
    /// Who signed in.
    pub user: Me,
    /// Bearer token for everything else (JWT, EdDSA).
    pub access_token: String,
    /// Seconds until the access token runs out.
    pub expires_in: u64,
    /// Works once, for the next pair; absent when it went into the cookie.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refresh_token: Option<String>,
    /// The session that was opened or continued.
    pub session_id: SessionId,
}
