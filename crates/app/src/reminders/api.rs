//! Routes of reminders.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_model::errors::Problem;
use parlor_model::{JobId, Millis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{NewReminder, Reminder};
use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, At, Body, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(list, set), || routes!(snooze, remove)]
}

/// One's reminders.
#[derive(Serialize, ToSchema)]
struct Reminders {
    /// By their times.
    reminders: Vec<Reminder>,
}

/// One's reminders, those due among them.
#[utoipa::path(get, path = "/me/reminders", tag = "reminders",
    responses((status = 200, body = Reminders), (status = "4XX", body = Problem)))]
async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Reminders>> {
    let mut cx = app.read(caller).await?;
    Ok(Json(Reminders { reminders: super::list(&mut cx).await? }))
}

/// Sets a reminder on a message.
#[utoipa::path(post, path = "/me/reminders", tag = "reminders", request_body = NewReminder,
    responses((status = 201, body = Reminder), (status = "4XX", body = Problem)))]
async fn set(
    State(app): State<App>,
    caller: Caller,
    Body(ask): Body<NewReminder>,
) -> Answer<(StatusCode, Json<Reminder>)> {
    let mut cx = app.write(caller).await?;
    let reminder = super::set(&mut cx, ask).await?;
    cx.commit().await?;
    Ok((StatusCode::CREATED, Json(reminder)))
}

#[derive(Deserialize, ToSchema)]
struct Snooze {
    /// When; within a year.
    at: Millis,
}

/// Reminds at another time.
#[utoipa::path(patch, path = "/me/reminders/{id}", tag = "reminders", params(("id" = JobId, Path)), request_body = Snooze,
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn snooze(
    State(app): State<App>,
    caller: Caller,
    At(id): At<JobId>,
    Body(ask): Body<Snooze>,
) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::snooze(&mut cx, id, ask.at).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a reminder away.
#[utoipa::path(delete, path = "/me/reminders/{id}", tag = "reminders", params(("id" = JobId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn remove(State(app): State<App>, caller: Caller, At(id): At<JobId>) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::remove(&mut cx, id).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
