//! Routes of contacts.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_model::errors::Problem;
use parlor_model::{User, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, At, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(list), || routes!(add, remove)]
}

/// The document `contacts`.
#[derive(Serialize, ToSchema)]
struct Contacts {
    /// Whom one keeps, by name.
    contacts: Vec<User>,
    /// Whom one blocked, by name.
    blocked: Vec<User>,
    /// As in the frame `changed`.
    version: i64,
}

/// The caller's contacts and whom they blocked.
#[utoipa::path(get, path = "/me/contacts", tag = "contacts", responses((status = 200, body = Contacts), (status = "4XX", body = Problem)))]
async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Contacts>> {
    let mut cx = app.read(caller).await?;
    let super::Contacts { contacts, blocked, version } = super::list(&mut cx).await?;
    Ok(Json(Contacts { contacts, blocked, version }))
}

/// Keeps somebody as a contact.
#[utoipa::path(put, path = "/me/contacts/{user_id}", tag = "contacts", params(("user_id" = UserId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn add(State(app): State<App>, caller: Caller, At(user): At<UserId>) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::add(&mut cx, user).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keeps somebody no more.
#[utoipa::path(delete, path = "/me/contacts/{user_id}", tag = "contacts", params(("user_id" = UserId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn remove(State(app): State<App>, caller: Caller, At(user): At<UserId>) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::remove(&mut cx, user).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
