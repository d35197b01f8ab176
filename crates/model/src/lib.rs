//! The words of the domain. Every other crate speaks with them; this one knows none of the others and does no IO.

pub mod clock;
pub mod conversations;
pub mod entries;
pub mod errors;
pub mod events;
pub mod frames;
pub mod ids;
pub mod limits;
pub mod notices;
pub mod permissions;
pub mod users;

pub use clock::{Clock, Millis};
pub use conversations::{Conversation, Kind, Member, My, Own, Parent};
pub use entries::{Entry, EntryBody, Mention, Message, Seq, Settings};
pub use errors::{Code, Error, Result};
pub use events::{Event, Here, Receipt, There};
pub use ids::{ConversationId, IdGenerator, JobId, KeyId, NodeId, SessionId, UserId};
pub use limits::Limits;
pub use permissions::{Action, Role};
pub use users::{
    Audience, Auth, DoNotDisturb, Me, Notifications, Preferences, QuietHours, ServerRole, Session, Status, Theme, User,
};
