//! When people were last there, and to whom they show it.

use parlor_db::{Result, Tx, args, statements};
use parlor_model::{Audience, ConversationId, Millis, Own, Preferences, UserId};
use serde_json::{Value, json};

statements! {
    PEOPLE = "SELECT id, preferences, last_seen_at FROM users WHERE id IN (SELECT r.id FROM rows($1: id BIGINT) AS r)";
    OWN = "SELECT y.doc FROM members m \
        LEFT JOIN my y ON y.user_id = m.user_id AND y.conversation_id = m.conversation_id \
        WHERE m.conversation_id = $1 AND m.user_id = $2";
    /// Two nodes may tell of one person: the later time stays.
    LEFT = "UPDATE users SET last_seen_at = r.at FROM rows($1: u BIGINT, at BIGINT) AS r \
        WHERE users.id = r.u AND COALESCE(users.last_seen_at, 0) < r.at";
}

pub(super) struct Person {
    pub(super) user: UserId,
    pub(super) presence_to: Audience,
    pub(super) last_seen_to: Audience,
    pub(super) last_seen_at: Option<Millis>,
}

pub(super) async fn people(tx: &mut Tx, users: &[UserId]) -> Result<Vec<Person>> {
    let ids: Value = users.iter().map(|id| json!({ "id": id.0 })).collect();
    let rows: Vec<(i64, String, Option<Millis>)> = tx.all(&PEOPLE, args![ids]).await?;
    let person = |(id, preferences, last_seen_at): (i64, String, Option<Millis>)| {
        // Preferences of another version keep what is understood.
        let Preferences { presence_to, last_seen_to, .. } = serde_json::from_str(&preferences).unwrap_or_default();
        Person { user: UserId(id), presence_to, last_seen_to, last_seen_at }
    };
    Ok(rows.into_iter().map(person).collect())
}

/// What a member set for themselves.
pub(super) async fn own(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<Option<Own>> {
    let row: Option<(Option<String>,)> = tx.one(&OWN, args![conversation.0, user.0]).await?;
    Ok(row.map(|(doc,)| doc.and_then(|doc| serde_json::from_str(&doc).ok()).unwrap_or_default()))
}

pub(super) async fn left(tx: &mut Tx, last_seen: &[(UserId, Millis)]) -> Result<()> {
    // In one order for all, and each once: the latest.
    let latest: std::collections::BTreeMap<UserId, Millis> = last_seen.iter().copied().collect();
    let rows: Value = latest.iter().map(|(user, at)| json!({ "u": user.0, "at": at })).collect();
    tx.run(&LEFT, args![rows]).await.map(drop)
}
