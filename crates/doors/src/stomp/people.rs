//! Whose coming and going a client is told.

use std::collections::HashMap;

use parlor_app::{Caller, contacts, conversations, users};
use parlor_model::limits::WATCHED;
use parlor_model::{Result, User, UserId};

use crate::Doors;
use crate::cards::MEMBERS;

/// Conversations whose members are told, the latest.
const CONVERSATIONS: i64 = 50;

/// People, with their usernames.
#[derive(Default)]
pub(super) struct People(HashMap<UserId, String>);

impl People {
    /// The caller's contacts, and those in their latest conversations while there is room.
    pub(super) async fn around(doors: &Doors, caller: Caller) -> Result<Self> {
        let mut people = Self::default();
        let mut cx = doors.app.read(caller).await?;
        people.add(caller.user, contacts::list(&mut cx).await?.contacts);
        let latest = conversations::list(&mut cx, None, CONVERSATIONS).await?.conversations;
        for conversation in latest {
            if people.0.len() >= WATCHED {
                break;
            }
            let members = conversations::members(&mut cx, conversation.id, None, MEMBERS).await?;
            people.add(caller.user, members.into_iter().map(|member| member.user));
        }
        Ok(people)
    }

    /// These as well, while there is room; whether there are more now.
    pub(super) async fn meet(&mut self, doors: &Doors, caller: Caller, users: &[UserId]) -> Result<bool> {
        let room = WATCHED.saturating_sub(self.0.len());
        let strangers: Vec<UserId> =
            users.iter().filter(|user| !self.0.contains_key(user)).copied().take(room).collect();
        if strangers.is_empty() {
            return Ok(false);
        }
        for some in strangers.chunks(users::IDS) {
            let found = users::many(&mut doors.app.read(caller).await?, some).await?;
            self.add(caller.user, found);
        }
        Ok(true)
    }

    fn add(&mut self, me: UserId, users: impl IntoIterator<Item = User>) {
        for user in users {
            if user.id != me && self.0.len() < WATCHED {
                self.0.insert(user.id, user.username);
            }
        }
    }

    /// Their ids.
    pub(super) fn ids(&self) -> Vec<UserId> {
        self.0.keys().copied().collect()
    }

    /// The username of one of them.
    pub(super) fn username(&self, user: UserId) -> Option<&str> {
        self.0.get(&user).map(String::as_str)
    }
}
