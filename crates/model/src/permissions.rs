//! Who may do what in a conversation. Pure, and tested as a table.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::conversations::Kind;
use crate::errors::{Error, Result};

/// A member's standing in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads, sends, leaves.
    Member,
    /// Also renames, adds and removes members.
    Admin,
    /// Also removes admins and changes roles.
    Owner,
}

impl Role {
    /// The name on the wire and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Member, Self::Admin, Self::Owner].into_iter().find(|role| role.name() == name)
    }
}

/// Something a member may want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Say something, change or take back what one said, put an emoji on a message, pin one.
    Send,
    /// Take back what somebody else said.
    DeleteOthers,
    /// Call everybody at once.
    MentionAll,
    /// Change what holds for everybody.
    Configure,
    /// Change the title.
    Rename,
    /// Bring somebody in.
    Add,
    /// Put out somebody of this role.
    Remove(Role),
    /// Make somebody of the first role one of the second.
    ChangeRole(Role, Role),
    /// Go.
    Leave,
}

/// Whether someone of `role` in a conversation of `kind` may do `action`.
pub fn may(kind: Kind, role: Role, action: Action) -> Result<()> {
    let leads = role >= Role::Admin;
    let allowed = match (action, kind) {
        (Action::Send, _)
        | (Action::Leave, Kind::Group | Kind::Thread)
        | (Action::Configure, Kind::Direct | Kind::Notes) => true,
        (Action::DeleteOthers | Action::MentionAll, Kind::Group | Kind::Thread)
        | (Action::Rename | Action::Add | Action::Configure, Kind::Group) => leads,
        (Action::Remove(other), Kind::Group) => role == Role::Owner || (leads && other == Role::Member),
        (Action::ChangeRole(..), Kind::Group) => role == Role::Owner,
        (Action::DeleteOthers, _) => return Err(Error::forbidden("Only who sent a message can delete it here.")),
        (Action::MentionAll, _) => return Err(Error::invalid("There is nobody else to call here.").at("mentions")),
        _ => {
            let kind = kind.name();
            return Err(Error::invalid(format!("A {kind} conversation has fixed members and no title.")));
        }
    };
    if allowed {
        return Ok(());
    }
    Err(Error::forbidden(format!("Your role here is {}; that takes a higher one.", role.name())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table_of_a_group() {
        use Role::{Admin, Member, Owner};
        let table = [
            (Action::Send, [true, true, true]),
            (Action::Leave, [true, true, true]),
            (Action::Rename, [false, true, true]),
            (Action::Add, [false, true, true]),
            (Action::DeleteOthers, [false, true, true]),
            (Action::MentionAll, [false, true, true]),
            (Action::Configure, [false, true, true]),
            (Action::Remove(Member), [false, true, true]),
            (Action::Remove(Admin), [false, false, true]),
            (Action::Remove(Owner), [false, false, true]),
            (Action::ChangeRole(Member, Admin), [false, false, true]),
            (Action::ChangeRole(Admin, Owner), [false, false, true]),
        ];
        for (action, allowed) in table {
            for (role, expected) in [Member, Admin, Owner].into_iter().zip(allowed) {
                assert_eq!(may(Kind::Group, role, action).is_ok(), expected, "{role:?} {action:?}");
            }
        }
    }

    #[test]
    fn a_thread_has_the_roles_of_its_parent_and_no_settings() {
        for role in [Role::Member, Role::Admin, Role::Owner] {
            let expected = role >= Role::Admin;
            assert_eq!(may(Kind::Thread, role, Action::DeleteOthers).is_ok(), expected, "{role:?}");
            assert_eq!(may(Kind::Thread, role, Action::MentionAll).is_ok(), expected, "{role:?}");
            assert!(may(Kind::Thread, role, Action::Send).is_ok() && may(Kind::Thread, role, Action::Leave).is_ok());
            assert!(
                may(Kind::Thread, role, Action::Configure).is_err() && may(Kind::Thread, role, Action::Add).is_err()
            );
        }
    }

    #[test]
    fn everybody_in_a_direct_conversation_sets_it_up_and_deletes_their_own_only() {
        assert!(may(Kind::Direct, Role::Member, Action::Configure).is_ok());
        assert!(may(Kind::Direct, Role::Owner, Action::DeleteOthers).is_err());
        assert!(may(Kind::Direct, Role::Owner, Action::MentionAll).is_err());
    }

    #[test]
    fn direct_and_notes_only_send() {
        for kind in [Kind::Direct, Kind::Notes] {
            assert!(may(kind, Role::Owner, Action::Send).is_ok());
            for action in [Action::Rename, Action::Add, Action::Leave, Action::Remove(Role::Member)] {
                assert!(may(kind, Role::Owner, action).is_err(), "{kind:?} {action:?}");
            }
        }
    }
}
