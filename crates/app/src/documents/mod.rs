//! Small private things of a user, each refetched whole (`GET /me/{name}`) when its version differs. A feature that keeps
//! one calls [`touch`] whenever it changes; devices hear of it by a `changed` frame, or by the versions in `welcome`.

mod store;

use std::collections::BTreeMap;

use parlor_db::Tx;
use parlor_model::{Event, Result, UserId};

use crate::cx::Cx;

pub(crate) use store::STATEMENTS;

/// A document of `user` changed; all their devices are told after the commit.
pub async fn touch(cx: &mut Cx, user: UserId, name: &'static str) -> Result<()> {
    for event in touched(cx.tx(), &[user], name).await? {
        cx.emit(event);
    }
    Ok(())
}

/// The same document of several users changed; gives what is to be told after the commit.
pub(crate) async fn touched(tx: &mut Tx, users: &[UserId], name: &'static str) -> Result<Vec<Event>> {
    let versions = store::touch(tx, users, name).await?;
    let event = |(user, version)| Event::DocumentChanged { user, what: name.into(), version };
    Ok(versions.into_iter().map(event).collect())
}

/// The versions of a user's documents; one that never changed is not named.
pub async fn versions(tx: &mut Tx, user: UserId) -> Result<BTreeMap<String, i64>> {
    Ok(store::versions(tx, user).await?)
}
