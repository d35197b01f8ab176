//! Routes of threads. To stop following is to leave: `DELETE /conversations/{id}/members/{user_id}`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_model::errors::Problem;
use parlor_model::{Conversation, ConversationId, Seq};
use utoipa_axum::routes;

use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, At, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(open_thread), || routes!(follow_thread)]
}

/// The thread of a message; begun (201) when there is none.
#[utoipa::path(post, path = "/conversations/{id}/messages/{seq}/thread", tag = "threads",
    params(("id" = ConversationId, Path), ("seq" = i64, Path)),
    responses((status = 201, body = Conversation), (status = 200, body = Conversation), (status = "4XX", body = Problem)))]
async fn open_thread(
    State(app): State<App>,
    caller: Caller,
    At((id, seq)): At<(ConversationId, Seq)>,
) -> Answer<(StatusCode, Json<Conversation>)> {
    let mut cx = app.write(caller).await?;
    let (thread, new) = super::open(&mut cx, id, seq).await?;
    cx.commit().await?;
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Json(thread)))
}

/// Follows a thread: from now on its messages make unread.
#[utoipa::path(put, path = "/conversations/{id}/follow", tag = "threads", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Conversation), (status = "4XX", body = Problem)))]
async fn follow_thread(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
) -> Answer<Json<Conversation>> {
    let mut cx = app.write(caller).await?;
    let thread = super::follow(&mut cx, id).await?;
    cx.commit().await?;
    Ok(Json(thread))
}
