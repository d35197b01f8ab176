//! Routes of conversations and their members.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_model::errors::Problem;
use parlor_model::{Conversation, ConversationId, Error, Member, Result, Role, Settings, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{Begin, members, views};
use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, Ask, At, Body, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(list, begin), || routes!(view, change), || routes!(list_members, add_members), || {
        routes!(change_role, remove_member)
    }]
}

#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum NewConversation {
    /// With one other person.
    Direct { user_id: UserId },
    /// With several.
    Group { title: String, member_ids: Vec<UserId> },
    /// With oneself.
    Notes,
}

/// Begins a conversation. A direct one or notes that are there already are answered with 200.
#[utoipa::path(post, path = "/conversations", tag = "conversations", request_body = NewConversation,
    responses((status = 201, body = Conversation), (status = 200, body = Conversation), (status = "4XX", body = Problem)))]
async fn begin(
    State(app): State<App>,
    caller: Caller,
    Body(ask): Body<NewConversation>,
) -> Answer<(StatusCode, Json<Conversation>)> {
    let ask = match ask {
        NewConversation::Direct { user_id } => Begin::Direct(user_id),
        NewConversation::Group { title, member_ids } => Begin::Group { title, members: member_ids },
        NewConversation::Notes => Begin::Notes,
    };
    let mut cx = app.write(caller).await?;
    let (id, new) = super::begin(&mut cx, ask).await?;
    let view = super::view(&mut cx, id).await?;
    cx.commit().await?;
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Json(view)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageOf {
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many at most.
    limit: Option<i64>,
}

/// A page of conversations.
#[derive(Serialize, ToSchema)]
struct Conversations {
    /// Latest first.
    conversations: Vec<Conversation>,
    /// Where the next page begins; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// The caller's conversations, latest first.
#[utoipa::path(get, path = "/conversations", tag = "conversations", params(PageOf),
    responses((status = 200, body = Conversations), (status = "4XX", body = Problem)))]
async fn list(State(app): State<App>, caller: Caller, Ask(ask): Ask<PageOf>) -> Answer<Json<Conversations>> {
    let before = ask.cursor.as_deref().map(pair).transpose()?;
    let before = before.map(|(last_at, id)| (last_at, ConversationId(id)));
    let mut cx = app.read(caller).await?;
    let page = super::list(&mut cx, before, ask.limit.unwrap_or(50).clamp(1, views::PAGE)).await?;
    let cursor = page.next.map(|(last_at, id)| cursor(last_at, id));
    Ok(Json(Conversations { conversations: page.conversations, cursor }))
}

/// One conversation.
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Conversation), (status = "4XX", body = Problem)))]
async fn view(State(app): State<App>, caller: Caller, At(id): At<ConversationId>) -> Answer<Json<Conversation>> {
    let mut cx = app.read(caller).await?;
    Ok(Json(super::view(&mut cx, id).await?))
}

#[derive(Deserialize, ToSchema)]
struct ChangeConversation {
    /// A group's title.
    title: Option<String>,
    /// What holds for everybody; all of it.
    settings: Option<Settings>,
}

/// Gives a group another title, or a conversation other settings.
#[utoipa::path(patch, path = "/conversations/{id}", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = ChangeConversation, responses((status = 200, body = Conversation), (status = "4XX", body = Problem)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Body(ask): Body<ChangeConversation>,
) -> Answer<Json<Conversation>> {
    let mut cx = app.write(caller).await?;
    if ask.title.is_none() && ask.settings.is_none() {
        return Err(Error::invalid("What should change? Neither title nor settings are given.").into());
    }
    if let Some(title) = &ask.title {
        super::rename(&mut cx, id, title).await?;
    }
    if let Some(settings) = ask.settings {
        super::configure(&mut cx, id, settings).await?;
    }
    let view = super::view(&mut cx, id).await?;
    cx.commit().await?;
    Ok(Json(view))
}

/// A page of members.
#[derive(Serialize, ToSchema)]
struct Members {
    /// Owners first, then admins, then members.
    members: Vec<Member>,
    /// Where the next page begins; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Who is in a conversation.
#[utoipa::path(get, path = "/conversations/{id}/members", tag = "conversations", params(("id" = ConversationId, Path), PageOf),
    responses((status = 200, body = Members), (status = "4XX", body = Problem)))]
async fn list_members(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Ask(ask): Ask<PageOf>,
) -> Answer<Json<Members>> {
    let after = ask.cursor.as_deref().map(member_cursor).transpose()?;
    let limit = ask.limit.unwrap_or(100).clamp(1, members::PAGE);
    let mut cx = app.read(caller).await?;
    let members = super::members(&mut cx, id, after, limit).await?;
    let full = i64::try_from(members.len()).is_ok_and(|len| len >= limit);
    let cursor = members.last().filter(|_| full).map(|last| format!("{}-{}", last.role.name(), last.user.id));
    Ok(Json(Members { members, cursor }))
}

#[derive(Deserialize, ToSchema)]
struct AddMembers {
    /// Several people.
    #[serde(default)]
    user_ids: Vec<UserId>,
    /// Or one.
    user_id: Option<UserId>,
}

/// Brings people into a group. Answers those now added; existing members are skipped.
#[utoipa::path(post, path = "/conversations/{id}/members", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = AddMembers, responses((status = 200, body = Members), (status = "4XX", body = Problem)))]
async fn add_members(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Body(ask): Body<AddMembers>,
) -> Answer<Json<Members>> {
    let mut ids = ask.user_ids;
    ids.extend(ask.user_id);
    if ids.is_empty() {
        return Err(Error::invalid("Whom? user_ids is empty.").at("user_ids").into());
    }
    let mut cx = app.write(caller).await?;
    let members = super::add(&mut cx, id, ids).await?;
    cx.commit().await?;
    Ok(Json(Members { members, cursor: None }))
}

#[derive(Deserialize, ToSchema)]
struct ChangeRole {
    role: Role,
}

/// Gives a member another role.
#[utoipa::path(patch, path = "/conversations/{id}/members/{user_id}", tag = "conversations",
    params(("id" = ConversationId, Path), ("user_id" = UserId, Path)), request_body = ChangeRole,
    responses((status = 200, body = Member), (status = "4XX", body = Problem)))]
async fn change_role(
    State(app): State<App>,
    caller: Caller,
    At((id, user)): At<(ConversationId, UserId)>,
    Body(ask): Body<ChangeRole>,
) -> Answer<Json<Member>> {
    let mut cx = app.write(caller).await?;
    let member = super::change_role(&mut cx, id, user, ask.role).await?;
    cx.commit().await?;
    Ok(Json(member))
}

/// Puts a member out of a group; oneself means to leave it.
#[utoipa::path(delete, path = "/conversations/{id}/members/{user_id}", tag = "conversations",
    params(("id" = ConversationId, Path), ("user_id" = UserId, Path)), responses((status = 204), (status = "4XX", body = Problem)))]
async fn remove_member(
    State(app): State<App>,
    caller: Caller,
    At((id, user)): At<(ConversationId, UserId)>,
) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::remove(&mut cx, id, user).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The cursor of a list of conversations.
pub fn cursor(last_at: i64, id: ConversationId) -> String {
    format!("{last_at}-{id}")
}

fn pair(cursor: &str) -> Result<(i64, i64)> {
    let parsed = cursor.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    parsed.ok_or_else(|| Error::invalid("This is no cursor of this list.").at("cursor"))
}

fn member_cursor(cursor: &str) -> Result<(Role, UserId)> {
    let parsed = cursor.split_once('-').and_then(|(role, id)| Some((Role::parse(role)?, id.parse().ok()?)));
    parsed.ok_or_else(|| Error::invalid("This is no cursor of this list.").at("cursor"))
}
