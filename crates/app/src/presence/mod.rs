//! What passes: that somebody writes, and who may see who is there. Who *is* there is known to the gateway alone; here is
//! what people let others see, and when they were last there.

mod store;

use std::collections::HashMap;

use parlor_model::limits::TYPING_MEMBERS;
use parlor_model::{Audience, ConversationId, Event, Millis, Result, Status, UserId};

use crate::app::App;
use crate::conversations::seat;
use crate::cx::Caller;
use crate::{accounts, privacy, users};

pub(crate) use store::STATEMENTS;

/// Rows of one transaction.
const AT_ONCE: usize = 1_000;

/// The caller writes, or stopped. Nobody is told from whom they are apart, and nobody before they have accepted a
/// stranger's first word.
pub async fn typing(app: &App, caller: Caller, conversation: ConversationId, on: bool) -> Result<()> {
    let mut cx = app.read(caller).await?;
    let seat = seat(&mut cx, conversation).await?;
    let Some(own) = store::own(cx.tx(), conversation, caller.user).await? else { return Ok(()) };
    if own.request.is_some() || seat.members_count > TYPING_MEMBERS {
        return Ok(());
    }
    let except = privacy::all_apart(cx.tx(), caller.user).await?;
    app.bus.publish(Event::Typing { conversation, user: caller.user, on, except: except.into() });
    Ok(())
}

/// What one may see of somebody's presence, besides how they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Of whom.
    pub user: UserId,
    /// What they are up to. As public as their name.
    pub words: Option<Status>,
    /// One may see how they are.
    pub shows_presence: bool,
    /// One may see when they were last there.
    pub shows_last_seen: bool,
    /// When that was, if it may be seen.
    pub last_seen_at: Option<Millis>,
}

/// What the caller may see of these: nothing of those from whom they are apart, nor of nobody. When they were last there is
/// seen by those who let it be seen.
pub async fn watch(app: &App, caller: Caller, users: &[UserId]) -> Result<Vec<Seen>> {
    let mut cx = app.read(caller).await?;
    let mine = accounts::me(&mut cx).await?.preferences.last_seen_to;
    let mut everybody = users.to_vec();
    everybody.push(caller.user);
    let apart = privacy::apart(cx.tx(), &everybody).await?;
    let trusted = privacy::have_as_contact(cx.tx(), caller.user, users).await?;
    let people = store::people(cx.tx(), users).await?;
    let mut words: HashMap<UserId, Option<Status>> =
        users::many(&mut cx, users).await?.into_iter().map(|user| (user.id, user.profile.status)).collect();
    let seen = people.into_iter().filter(|person| !apart.contains(&(caller.user, person.user))).map(|person| {
        let user = person.user;
        let to = |audience| match audience {
            Audience::Everyone => true,
            Audience::Contacts => trusted.contains(&user),
            Audience::Nobody => false,
        };
        let myself = user == caller.user;
        let shows_presence = myself || to(person.presence_to);
        let shows_last_seen = myself || (shows_presence && to(person.last_seen_to) && mine != Audience::Nobody);
        let last_seen_at = person.last_seen_at.filter(|_| shows_last_seen);
        Seen { user, words: words.remove(&user).flatten(), shows_presence, shows_last_seen, last_seen_at }
    });
    Ok(seen.collect())
}

/// When these were last seen to be there.
pub async fn left(app: &App, last_seen: &[(UserId, Millis)]) -> Result<()> {
    // All people of a node that died are many.
    for some in last_seen.chunks(AT_ONCE) {
        let mut cx = app.write(None).await?;
        store::left(cx.tx(), some).await?;
        cx.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
