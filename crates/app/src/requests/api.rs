//! Routes of requests and blocks.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_model::errors::Problem;
use parlor_model::{ConversationId, My, Seq, UserId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, At, Body, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(decide), || routes!(block, unblock)]
}

#[derive(Deserialize, ToSchema)]
#[serde(tag = "decision", rename_all = "snake_case")]
enum Decision {
    /// It is a conversation like others, and who asked is a contact.
    Accept,
    /// It is put away, whatever comes in it.
    Ignore,
    /// It is put away, and who asked is blocked.
    Block,
    /// It is put away, and the moderators are told.
    Report {
        /// Why.
        #[serde(default)]
        reason: String,
        /// The message; left out for all of it.
        seq: Option<Seq>,
        /// Whether who asked is blocked as well.
        #[serde(default)]
        block: bool,
    },
}

/// Decides about a direct conversation that somebody unknown began.
#[utoipa::path(put, path = "/conversations/{id}/request", tag = "contacts", params(("id" = ConversationId, Path)),
    request_body = Decision, responses((status = 200, body = My), (status = "4XX", body = Problem)))]
async fn decide(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Body(ask): Body<Decision>,
) -> Answer<Json<My>> {
    let decision = match ask {
        Decision::Accept => super::Decision::Accept,
        Decision::Ignore => super::Decision::Ignore,
        Decision::Block => super::Decision::Block,
        Decision::Report { reason, seq, block } => super::Decision::Report { reason, seq, block },
    };
    let mut cx = app.write(caller).await?;
    let my = super::decide(&mut cx, id, decision).await?;
    cx.commit().await?;
    Ok(Json(my))
}

/// Blocks somebody. They are not told.
#[utoipa::path(put, path = "/me/blocks/{user_id}", tag = "contacts", params(("user_id" = UserId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn block(State(app): State<App>, caller: Caller, At(user): At<UserId>) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::block(&mut cx, user).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Unblocks somebody. What they said meanwhile stays unsaid.
#[utoipa::path(delete, path = "/me/blocks/{user_id}", tag = "contacts", params(("user_id" = UserId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn unblock(State(app): State<App>, caller: Caller, At(user): At<UserId>) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::unblock(&mut cx, user).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
