//! Routes of scheduled messages.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_model::entries::Message;
use parlor_model::errors::Problem;
use parlor_model::{ConversationId, JobId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{ChangeScheduled, NewScheduled, Scheduled};
use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, At, Body, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(plan), || routes!(list), || routes!(change, remove), || routes!(send_now)]
}

/// Plans a message. 201, or 200 when this `client_id` is planned already.
#[utoipa::path(post, path = "/conversations/{id}/scheduled", tag = "scheduled", params(("id" = ConversationId, Path)),
    request_body = NewScheduled,
    responses((status = 201, body = Scheduled), (status = 200, body = Scheduled), (status = "4XX", body = Problem)))]
async fn plan(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Body(ask): Body<NewScheduled>,
) -> Answer<(StatusCode, Json<Scheduled>)> {
    let mut cx = app.write(caller).await?;
    let (scheduled, new) = super::plan(&mut cx, id, ask).await?;
    cx.commit().await?;
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Json(scheduled)))
}

/// What waits for its time.
#[derive(Serialize, ToSchema)]
struct ScheduledList {
    /// By their times.
    scheduled: Vec<Scheduled>,
}

/// One's messages that wait for their time, and those that could not be sent.
#[utoipa::path(get, path = "/me/scheduled", tag = "scheduled",
    responses((status = 200, body = ScheduledList), (status = "4XX", body = Problem)))]
async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<ScheduledList>> {
    let mut cx = app.read(caller).await?;
    Ok(Json(ScheduledList { scheduled: super::list(&mut cx).await? }))
}

/// Changes what is said, or when; one that failed is planned anew.
#[utoipa::path(patch, path = "/me/scheduled/{id}", tag = "scheduled", params(("id" = JobId, Path)),
    request_body = ChangeScheduled, responses((status = 200, body = Scheduled), (status = "4XX", body = Problem)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    At(id): At<JobId>,
    Body(ask): Body<ChangeScheduled>,
) -> Answer<Json<Scheduled>> {
    let mut cx = app.write(caller).await?;
    let changed = super::change(&mut cx, id, ask).await?;
    cx.commit().await?;
    Ok(Json(changed))
}

/// It will not be said.
#[utoipa::path(delete, path = "/me/scheduled/{id}", tag = "scheduled", params(("id" = JobId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn remove(State(app): State<App>, caller: Caller, At(id): At<JobId>) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::remove(&mut cx, id).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says it now.
#[utoipa::path(post, path = "/me/scheduled/{id}/send-now", tag = "scheduled", params(("id" = JobId, Path)),
    responses((status = 200, body = Message), (status = "4XX", body = Problem)))]
async fn send_now(State(app): State<App>, caller: Caller, At(id): At<JobId>) -> Answer<Json<Message>> {
    Ok(Json(super::send_now(&app, caller, id).await?))
}
