//! Routes of receipts.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_model::conversations::ReadMark;
use parlor_model::errors::Problem;
use parlor_model::{ConversationId, Seq};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{Mark, Reached, Receipt};
use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, At, Body, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(mark), || routes!(mark_all), || routes!(receipts), || routes!(reached)]
}

#[derive(Deserialize, ToSchema)]
struct MarkRead {
    seq: Seq,
}

/// Moves the caller's read mark forward; a mark further on stays.
#[utoipa::path(put, path = "/conversations/{id}/read", tag = "messages", params(("id" = ConversationId, Path)),
    request_body = MarkRead, responses((status = 200, body = ReadMark), (status = "4XX", body = Problem)))]
async fn mark(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Body(ask): Body<MarkRead>,
) -> Answer<Json<ReadMark>> {
    Ok(Json(super::mark(&app, caller, id, Mark::Read(ask.seq)).await?))
}

/// The marks of the others in a conversation.
#[derive(Serialize, ToSchema)]
struct Receipts {
    /// Those who let it be known; none in a conversation of many.
    receipts: Vec<Receipt>,
}

/// How far the other members are, in a conversation of few.
#[utoipa::path(get, path = "/conversations/{id}/receipts", tag = "messages", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Receipts), (status = "4XX", body = Problem)))]
async fn receipts(State(app): State<App>, caller: Caller, At(id): At<ConversationId>) -> Answer<Json<Receipts>> {
    let mut cx = app.read(caller).await?;
    Ok(Json(Receipts { receipts: super::receipts(&mut cx, id).await? }))
}

/// Who has read a message, and whom it has reached.
#[utoipa::path(get, path = "/conversations/{id}/messages/{seq}/receipts", tag = "messages",
    params(("id" = ConversationId, Path), ("seq" = Seq, Path)),
    responses((status = 200, body = Reached), (status = "4XX", body = Problem)))]
async fn reached(
    State(app): State<App>,
    caller: Caller,
    At((id, seq)): At<(ConversationId, Seq)>,
) -> Answer<Json<Reached>> {
    let mut cx = app.read(caller).await?;
    Ok(Json(super::reached(&mut cx, id, seq).await?))
}

/// Marks everything everywhere as read.
#[utoipa::path(put, path = "/conversations/read-all", tag = "messages",
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn mark_all(State(app): State<App>, caller: Caller) -> Answer<StatusCode> {
    super::mark_all(&app, caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
