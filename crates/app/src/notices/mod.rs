//! What calls somebody: mentions, replies, reactions to what they said, invitations. Sparse rows, one for each entry and
//! reason; mentions are counted from them.

mod store;

use std::collections::HashMap;

use parlor_db::Tx;
use parlor_model::limits::NOTICES;
use parlor_model::{ConversationId, Event, Millis, Result, Seq, UserId};

use crate::documents;

pub(crate) use store::STATEMENTS;

/// The name of the document.
pub const DOCUMENT: &str = "notices";
/// The user of a notice that is for everybody in the conversation.
const EVERYBODY: UserId = UserId(0);

/// Looking for what is too old costs more than a notice; now and then is enough.
const PRUNED_EVERY: i64 = 8;

/// Why somebody is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A message names them.
    Mention,
    /// A message answers one of theirs.
    Reply,
    /// Somebody put an emoji on a message of theirs.
    Reaction,
    /// Somebody brought them into a group.
    Invitation,
}

impl Reason {
    /// The name on the wire and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Reply => "reply",
            Self::Reaction => "reaction",
            Self::Invitation => "invitation",
        }
    }
}

/// Somebody is called by an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who; none means everybody in the conversation.
    pub user: Option<UserId>,
    /// Where.
    pub conversation: ConversationId,
    /// The entry.
    pub seq: Seq,
    /// Why.
    pub reason: Reason,
    /// By whom.
    pub actor: UserId,
    /// The message it is about, when the entry is none.
    pub target: Option<Seq>,
    /// When.
    pub at: Millis,
}

/// Keeps notices; gives what is to be told after the commit. Nobody is called by themselves.
pub(crate) async fn call(tx: &mut Tx, notices: &[Notice]) -> Result<Vec<Event>> {
    let notices: Vec<&Notice> = notices.iter().filter(|notice| notice.user != Some(notice.actor)).collect();
    if notices.is_empty() {
        return Ok(Vec::new());
    }
    let users = store::insert(tx, &notices).await?;
    let news = documents::touched(tx, &users, DOCUMENT).await?;
    for event in &news {
        if let Event::DocumentChanged { user, version, .. } = event
            && version % PRUNED_EVERY == 0
        {
            store::prune(tx, *user, NOTICES).await?;
        }
    }
    Ok(news)
}

/// A message does not name these any more; none means everybody.
pub(crate) async fn uncall(
    tx: &mut Tx,
    conversation: ConversationId,
    seq: Seq,
    users: &[Option<UserId>],
) -> Result<()> {
    if users.is_empty() { Ok(()) } else { Ok(store::uncall(tx, conversation, seq, users).await?) }
}

/// Takes back what an entry about `target` called for.
pub(crate) async fn take_back(
    tx: &mut Tx,
    conversation: ConversationId,
    target: Seq,
    actor: UserId,
    reason: Reason,
) -> Result<()> {
    Ok(store::take_back(tx, conversation, target, actor, reason).await?)
}

/// Forgets all that a message that is gone called for.
pub(crate) async fn forget(tx: &mut Tx, conversation: ConversationId, seq: Seq) -> Result<()> {
    Ok(store::forget(tx, conversation, seq).await?)
}

/// Mentions after these marks of these users; those without any are left out.
pub(crate) async fn mentions_after(
    tx: &mut Tx,
    marks: &[(ConversationId, UserId, Seq)],
) -> Result<HashMap<(ConversationId, UserId), i64>> {
    Ok(store::mentions_after(tx, marks).await?)
}

/// Mentions of `user` after their read marks, in those of these conversations where there are any.
pub(crate) async fn mentions(
    tx: &mut Tx,
    user: UserId,
    conversations: &[ConversationId],
) -> Result<HashMap<ConversationId, i64>> {
    Ok(store::mentions(tx, user, conversations).await?)
}
