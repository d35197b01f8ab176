//! Routes of read marks.

use axum::Json;
use axum::extract::State;
use parlor_model::conversations::ReadMark;
use parlor_model::errors::Problem;
use parlor_model::{ConversationId, Seq};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, At, Body};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(mark))
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
    let mut cx = app.write(caller).await?;
    let mark = super::mark(&mut cx, id, ask.seq).await?;
    cx.commit().await?;
    Ok(Json(mark))
}
