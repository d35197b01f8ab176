//! The route of one's own settings of a conversation.

use axum::Json;
use axum::extract::State;
use parlor_model::conversations::Notify;
use parlor_model::errors::Problem;
use parlor_model::{ConversationId, Millis, My};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::Change;
use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, At, Body, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(change_my)]
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeMy {
    /// What one is called for.
    notify: Option<Notify>,
    /// Nothing calls until then; null: it calls again. The end of the year 9999 means for ever.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<Millis>)]
    muted_until: Option<Option<Millis>>,
    /// Kept at the top.
    favourite: Option<bool>,
    /// Out of the way.
    archived: Option<bool>,
    /// Shown as unread until it is read.
    marked_unread: Option<bool>,
    /// What one began to write; null: nothing.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>)]
    draft: Option<Option<String>>,
}

/// Null says something here; only what is not named stays.
fn named<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// Sets something for oneself in a conversation. What is not named stays.
#[utoipa::path(patch, path = "/conversations/{id}/my", tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = ChangeMy, responses((status = 200, body = My), (status = "4XX", body = Problem)))]
async fn change_my(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Body(ask): Body<ChangeMy>,
) -> Answer<Json<My>> {
    let ChangeMy { notify, muted_until, favourite, archived, marked_unread, draft } = ask;
    let mut cx = app.write(caller).await?;
    let change = Change { notify, muted_until, favourite, archived, marked_unread, draft };
    let my = super::change(&mut cx, id, change).await?;
    cx.commit().await?;
    Ok(Json(my))
}
