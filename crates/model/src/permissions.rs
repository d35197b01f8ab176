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
    /// Say something.
    Send,
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
    let fixed = kind != Kind::Group;
    match action {
        Action::Send => Ok(()),
        _ if fixed => Err(Error::invalid(format!("A {} conversation has fixed members and no title.", kind.name()))),
        Action::Leave => Ok(()),
        Action::Rename | Action::Add if role >= Role::Admin => Ok(()),
        Action::Remove(other) if role == Role::Owner || (role == Role::Admin && other == Role::Member) => Ok(()),
        Action::ChangeRole(..) if role == Role::Owner => Ok(()),
        _ => Err(Error::forbidden(format!("Your role here is {}; that takes a higher one.", role.name()))),
    }
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
    fn direct_and_notes_only_send() {
        for kind in [Kind::Direct, Kind::Notes] {
            assert!(may(kind, Role::Owner, Action::Send).is_ok());
            for action in [Action::Rename, Action::Add, Action::Leave, Action::Remove(Role::Member)] {
                assert!(may(kind, Role::Owner, action).is_err(), "{kind:?} {action:?}");
            }
        }
    }
}
