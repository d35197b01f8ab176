//! Routes of polls.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_model::entries::Message;
use parlor_model::errors::Problem;
use parlor_model::{ConversationId, Seq};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{NewPoll, Poll};
use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, At, Body, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(ask), || routes!(view), || routes!(vote), || routes!(close)]
}

/// Asks. 201; 200 when this `client_id` had been stored before.
#[utoipa::path(post, path = "/conversations/{id}/polls", tag = "polls", params(("id" = ConversationId, Path)),
    request_body = NewPoll,
    responses((status = 201, body = Message), (status = 200, body = Message), (status = "4XX", body = Problem)))]
async fn ask(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Body(ask): Body<NewPoll>,
) -> Answer<(StatusCode, Json<Message>)> {
    let sent = super::ask(&app, caller, id, ask).await?;
    Ok((if sent.new { StatusCode::CREATED } else { StatusCode::OK }, Json(sent.message)))
}

/// A poll as the caller sees it.
#[derive(Serialize, ToSchema)]
struct PollView {
    #[serde(flatten)]
    poll: Poll,
    /// What the caller has chosen: places of options, from 0.
    mine: Vec<i64>,
}

/// A poll, and what one has chosen.
#[utoipa::path(get, path = "/conversations/{id}/polls/{seq}", tag = "polls",
    params(("id" = ConversationId, Path), ("seq" = i64, Path)),
    responses((status = 200, body = PollView), (status = "4XX", body = Problem)))]
async fn view(
    State(app): State<App>,
    caller: Caller,
    At((id, seq)): At<(ConversationId, Seq)>,
) -> Answer<Json<PollView>> {
    let mut cx = app.read(caller).await?;
    let (poll, mine) = super::view(&mut cx, id, seq).await?;
    Ok(Json(PollView { poll, mine }))
}

#[derive(Deserialize, ToSchema)]
struct Vote {
    /// Places of options, from 0; none takes the vote back.
    options: Vec<i64>,
}

/// Casts or moves one's vote.
#[utoipa::path(put, path = "/conversations/{id}/polls/{seq}/votes", tag = "polls",
    params(("id" = ConversationId, Path), ("seq" = i64, Path)), request_body = Vote,
    responses((status = 200, body = PollView), (status = "4XX", body = Problem)))]
async fn vote(
    State(app): State<App>,
    caller: Caller,
    At((id, seq)): At<(ConversationId, Seq)>,
    Body(ask): Body<Vote>,
) -> Answer<Json<PollView>> {
    let mut cx = app.write(caller).await?;
    super::vote(&mut cx, id, seq, &ask.options).await?;
    let (poll, mine) = super::view(&mut cx, id, seq).await?;
    cx.commit().await?;
    Ok(Json(PollView { poll, mine }))
}

/// Closes a poll.
#[utoipa::path(post, path = "/conversations/{id}/polls/{seq}/close", tag = "polls",
    params(("id" = ConversationId, Path), ("seq" = i64, Path)),
    responses((status = 200, body = Poll), (status = "4XX", body = Problem)))]
async fn close(State(app): State<App>, caller: Caller, At((id, seq)): At<(ConversationId, Seq)>) -> Answer<Json<Poll>> {
    let mut cx = app.write(caller).await?;
    let poll = super::close(&mut cx, id, seq).await?;
    cx.commit().await?;
    Ok(Json(poll))
}
