//! The calls of docs/protocol.md, one method each.

use http::Method;
use parlor_model::conversations::ReadMark;
use parlor_model::{Auth, Conversation, ConversationId, Me, Member, Message, Role, Seq, SessionId, User, UserId};
use serde::Serialize;
use serde_json::json;

use crate::client::{Client, encode};
use crate::error::Result;
use crate::shapes::{
    Conversations, Log, Login, MeChanges, Members, Messages, Reached, Receipt, Receipts, Server, Sessions, Signup,
    Users, Window,
};

fn list(path: &str, limit: i64, cursor: Option<&str>) -> String {
    let join = if path.contains('?') { '&' } else { '?' };
    let cursor = cursor.map(|cursor| format!("&cursor={}", escape(cursor))).unwrap_or_default();
    format!("{path}{join}limit={limit}{cursor}")
}

/// Percent-encodes what is not unreserved (RFC 3986 §2.3).
fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The account and the session.
impl Client {
    /// What the server says of itself; needs no account.
    pub async fn server(&self) -> Result<Server> {
        self.exchange(Method::GET, "/server", None, None).await
    }

    /// Makes an account and signs in.
    pub async fn signup(&self, signup: &Signup) -> Result<Auth> {
        self.enter("/auth/signup", signup).await
    }

    /// Signs in.
    pub async fn login(&self, login: &Login) -> Result<Auth> {
        self.enter("/auth/login", login).await
    }

    async fn enter(&self, path: &str, body: &impl Serialize) -> Result<Auth> {
        let auth: Auth = self.exchange(Method::POST, path, Some(&encode(body)?), None).await?;
        self.adopt(&auth);
        Ok(auth)
    }

    /// Ends this session, here and on the server.
    pub async fn logout(&self) -> Result<()> {
        let done = self.call(Method::POST, "/auth/logout", &json!({ "refresh_token": self.refresh_token() })).await;
        self.forget();
        done
    }

    /// One's own account.
    pub async fn me(&self) -> Result<Me> {
        self.get("/me").await
    }

    /// Changes one's own account.
    pub async fn change_me(&self, changes: &MeChanges) -> Result<Me> {
        self.call(Method::PATCH, "/me", changes).await
    }

    /// Changes the password; every other session ends.
    pub async fn change_password(&self, old: &str, new: &str) -> Result<()> {
        self.call(Method::PUT, "/me/password", &json!({ "old_password": old, "new_password": new })).await
    }

    /// One's own sessions.
    pub async fn sessions(&self) -> Result<Sessions> {
        self.get("/me/sessions").await
    }

    /// Ends one of one's own sessions; its sockets close at once.
    pub async fn revoke(&self, session: SessionId) -> Result<()> {
        self.request(Method::DELETE, &format!("/me/sessions/{session}"), None).await
    }

    /// Users whose username or a word of whose name begins with `query`; at most 50.
    pub async fn search_users(&self, query: &str, limit: i64, cursor: Option<&str>) -> Result<Users> {
        self.get(&list(&format!("/users?query={}", escape(query)), limit, cursor)).await
    }

    /// Up to 100 users; unknown ones are left out.
    pub async fn users(&self, ids: &[UserId]) -> Result<Vec<User>> {
        let ids: Vec<String> = ids.iter().map(UserId::to_string).collect();
        Ok(self.get::<Users>(&format!("/users?ids={}", ids.join(","))).await?.users)
    }

    /// A user.
    pub async fn user(&self, id: UserId) -> Result<User> {
        self.get(&format!("/users/{id}")).await
    }
}

/// Conversations.
impl Client {
    /// The direct conversation with a user; made when there is none.
    pub async fn direct(&self, user: UserId) -> Result<Conversation> {
        self.call(Method::POST, "/conversations", &json!({ "kind": "direct", "user_id": user })).await
    }

    /// A new group.
    pub async fn group(&self, title: &str, members: &[UserId]) -> Result<Conversation> {
        let body = json!({ "kind": "group", "title": title, "member_ids": members });
        self.call(Method::POST, "/conversations", &body).await
    }

    /// One's notes to oneself.
    pub async fn notes(&self) -> Result<Conversation> {
        self.call(Method::POST, "/conversations", &json!({ "kind": "notes" })).await
    }

    /// One's conversations, latest first; at most 100 a page.
    pub async fn conversations(&self, limit: i64, cursor: Option<&str>) -> Result<Conversations> {
        self.get(&list("/conversations", limit, cursor)).await
    }

    /// A conversation.
    pub async fn conversation(&self, id: ConversationId) -> Result<Conversation> {
        self.get(&format!("/conversations/{id}")).await
    }

    /// Renames a group.
    pub async fn rename(&self, id: ConversationId, title: &str) -> Result<Conversation> {
        self.call(Method::PATCH, &format!("/conversations/{id}"), &json!({ "title": title })).await
    }

    /// Members; at most 200 a page.
    pub async fn members(&self, id: ConversationId, limit: i64, cursor: Option<&str>) -> Result<Members> {
        self.get(&list(&format!("/conversations/{id}/members"), limit, cursor)).await
    }

    /// Adds people to a group; gives those who were not in it.
    pub async fn add_members(&self, id: ConversationId, users: &[UserId]) -> Result<Vec<Member>> {
        let path = format!("/conversations/{id}/members");
        Ok(self.call::<Members>(Method::POST, &path, &json!({ "user_ids": users })).await?.members)
    }

    /// Gives a member another role.
    pub async fn set_role(&self, id: ConversationId, user: UserId, role: Role) -> Result<Member> {
        self.call(Method::PATCH, &format!("/conversations/{id}/members/{user}"), &json!({ "role": role })).await
    }

    /// Removes a member; oneself: leaves.
    pub async fn remove_member(&self, id: ConversationId, user: UserId) -> Result<()> {
        self.request(Method::DELETE, &format!("/conversations/{id}/members/{user}"), None).await
    }
}

/// Messages.
impl Client {
    /// Says something; a repetition with the same `client_id` gives the first result.
    pub async fn post(
        &self,
        id: ConversationId,
        client_id: &str,
        text: &str,
        reply_to: Option<Seq>,
    ) -> Result<Message> {
        let mut body = json!({ "client_id": client_id, "text": text });
        if let Some(seq) = reply_to {
            body["reply_to"] = seq.into();
        }
        self.call(Method::POST, &format!("/conversations/{id}/messages"), &body).await
    }

    /// A window of messages, oldest first; at most 100.
    pub async fn messages(&self, id: ConversationId, window: Window, limit: i64) -> Result<Messages> {
        self.get(&format!("/conversations/{id}/messages{}", window.query(limit))).await
    }

    /// A window of the log, oldest first; at most 500.
    pub async fn log(&self, id: ConversationId, window: Window, limit: i64) -> Result<Log> {
        self.get(&format!("/conversations/{id}/log{}", window.query(limit))).await
    }

    /// Moves the read mark forward.
    pub async fn mark_read(&self, id: ConversationId, seq: Seq) -> Result<ReadMark> {
        self.call(Method::PUT, &format!("/conversations/{id}/read"), &json!({ "seq": seq })).await
    }

    /// How far the other members are, where few are.
    pub async fn receipts(&self, id: ConversationId) -> Result<Vec<Receipt>> {
        Ok(self.get::<Receipts>(&format!("/conversations/{id}/receipts")).await?.receipts)
    }

    /// Whom a message has reached.
    pub async fn reached(&self, id: ConversationId, seq: Seq) -> Result<Reached> {
        self.get(&format!("/conversations/{id}/messages/{seq}/receipts")).await
    }

    /// Keeps somebody as a contact, or does not any more.
    pub async fn contact(&self, user: UserId, on: bool) -> Result<()> {
        let method = if on { Method::PUT } else { Method::DELETE };
        self.call(method, &format!("/me/contacts/{user}"), &json!({})).await
    }

    /// Keeps somebody away, or does not any more.
    pub async fn block(&self, user: UserId, on: bool) -> Result<()> {
        let method = if on { Method::PUT } else { Method::DELETE };
        self.call(method, &format!("/me/blocks/{user}"), &json!({})).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_becomes_a_query() {
        assert_eq!(list("/users?query=a", 5, Some("x=y")), "/users?query=a&limit=5&cursor=x%3Dy");
        assert_eq!(escape("zoë & co"), "zo%C3%AB%20%26%20co");
    }
}
