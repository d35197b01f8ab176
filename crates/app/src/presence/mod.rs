//! What passes: that somebody writes, and who may see who is there. Who *is* there is known to the gateway alone; here is
//! what people let others see, and when they were last there.

mod store;

use parlor_model::limits::TYPING_MEMBERS;
use parlor_model::{Audience, ConversationId, Event, Millis, Result, UserId};

use crate::app::App;
use crate::conversations::seat;
use crate::cx::Caller;
use crate::{accounts, privacy};

pub(crate) use store::STATEMENTS;

/// The caller writes, or stopped. Nobody is told who is kept from what they say, nor before they have accepted a
/// stranger's first word.
pub async fn typing(app: &App, caller: Caller, conversation: ConversationId, on: bool) -> Result<()> {
    let mut cx = app.read(caller).await?;
    let seat = seat(&mut cx, conversation).await?;
    let Some(typist) = store::typist(cx.tx(), conversation, caller.user).await? else { return Ok(()) };
    if typist.own.request.is_some() || seat.members_count > TYPING_MEMBERS {
        return Ok(());
    }
    let except = typist.withheld_from.into_iter().collect();
    app.bus.publish(Event::Typing { conversation, user: caller.user, on, except });
    Ok(())
}

/// What one may see of somebody's presence, besides how they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Of whom.
    pub user: UserId,
    /// One may see when they were last there.
    pub shows_last_seen: bool,
    /// When that was, if it may be seen.
    pub last_seen_at: Option<Millis>,
}

/// Those of these whose presence the caller may see. When they were last there is seen by those who let it be seen.
pub async fn watch(app: &App, caller: Caller, users: &[UserId]) -> Result<Vec<Seen>> {
    let mut cx = app.read(caller).await?;
    let mine = accounts::me(&mut cx).await?.preferences.last_seen_to;
    let mut everybody = users.to_vec();
    everybody.push(caller.user);
    let apart = privacy::apart(cx.tx(), &everybody).await?;
    let trusted = privacy::have_as_contact(cx.tx(), caller.user, users).await?;
    let people = store::people(cx.tx(), users).await?;
    let seen = people.into_iter().filter_map(|person| {
        let user = person.user;
        let to = |audience| match audience {
            Audience::Everyone => true,
            Audience::Contacts => trusted.contains(&user),
            Audience::Nobody => false,
        };
        let myself = user == caller.user;
        let visible = myself || (to(person.presence_to) && !apart.contains(&(caller.user, user)));
        let shows_last_seen = myself || (to(person.last_seen_to) && mine != Audience::Nobody);
        let last_seen_at = person.last_seen_at.filter(|_| shows_last_seen);
        visible.then_some(Seen { user, shows_last_seen, last_seen_at })
    });
    Ok(seen.collect())
}

/// When these were last seen to be there.
pub async fn left(app: &App, last_seen: &[(UserId, Millis)]) -> Result<()> {
    let mut cx = app.write(None).await?;
    store::left(cx.tx(), last_seen).await?;
    cx.commit().await
}

#[cfg(test)]
mod tests;
