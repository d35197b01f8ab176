//! The route of links.

use axum::Json;
use axum::extract::State;
use parlor_model::errors::Problem;
use parlor_model::{ConversationId, Message, Seq};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, Ask, At, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(links)]
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Below {
    /// Only messages below this seq.
    before: Option<Seq>,
}

/// Messages with links.
#[derive(Serialize, ToSchema)]
struct Links {
    /// Newest first. May be empty though there are more.
    messages: Vec<Message>,
    /// `before` of the next page; absent at the beginning of the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Seq>,
}

/// Messages with links, newest first, at most 50. One call looks at no more than 2,000 messages.
#[utoipa::path(get, path = "/conversations/{id}/links", tag = "messages", params(("id" = ConversationId, Path), Below),
    responses((status = 200, body = Links), (status = "4XX", body = Problem)))]
async fn links(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Ask(below): Ask<Below>,
) -> Answer<Json<Links>> {
    let mut cx = app.read(caller).await?;
    let super::Page { messages, next } = super::list(&mut cx, id, below.before).await?;
    Ok(Json(Links { messages, next }))
}
