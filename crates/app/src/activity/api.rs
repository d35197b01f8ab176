//! Routes of notices.

use axum::Json;
use axum::extract::State;
use parlor_model::errors::Problem;
use parlor_model::limits::NOTICES_PAGE;
use parlor_model::notices::{Notice, Seen};
use parlor_model::{ConversationId, Error, Millis, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::Place;
use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, Ask, Body, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(list_notices), || routes!(see_notices)]
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageOfNotices {
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many at most.
    limit: Option<i64>,
}

/// A page of notices.
#[derive(Serialize, ToSchema)]
struct Notices {
    /// Latest first.
    notices: Vec<Notice>,
    /// Where the next page begins; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    /// How far they were looked at.
    #[serde(flatten)]
    seen: Seen,
}

/// What calls the caller: mentions, replies, reactions to what they said, invitations. Latest first.
#[utoipa::path(get, path = "/me/notices", tag = "notices", params(PageOfNotices),
    responses((status = 200, body = Notices), (status = "4XX", body = Problem)))]
async fn list_notices(State(app): State<App>, caller: Caller, Ask(ask): Ask<PageOfNotices>) -> Answer<Json<Notices>> {
    let before = ask.cursor.as_deref().map(place).transpose()?;
    let mut cx = app.read(caller).await?;
    let page = super::list(&mut cx, before, ask.limit.unwrap_or(50).clamp(1, NOTICES_PAGE)).await?;
    let seen = super::seen(&mut cx).await?;
    Ok(Json(Notices { notices: page.notices, cursor: page.next.as_ref().map(cursor), seen }))
}

#[derive(Deserialize, ToSchema)]
struct See {
    /// When the newest one came that was looked at.
    at: Millis,
}

/// Notices up to a time have been looked at. Moves forward only.
#[utoipa::path(put, path = "/me/notices/seen", tag = "notices", request_body = See,
    responses((status = 200, body = Seen), (status = "4XX", body = Problem)))]
async fn see_notices(State(app): State<App>, caller: Caller, Body(ask): Body<See>) -> Answer<Json<Seen>> {
    let mut cx = app.write(caller).await?;
    let seen = super::see(&mut cx, ask.at).await?;
    cx.commit().await?;
    Ok(Json(seen))
}

fn cursor(place: &Place) -> String {
    format!("{}-{}-{}-{}", place.at, place.conversation, place.seq, place.kind)
}

fn place(cursor: &str) -> Result<Place> {
    let mut parts = cursor.splitn(4, '-');
    let mut next = || parts.next();
    let parsed = (|| {
        let (at, conversation, seq, kind) = (next()?, next()?, next()?, next()?);
        let conversation: ConversationId = conversation.parse().ok()?;
        Some(Place { at: at.parse().ok()?, conversation, seq: seq.parse().ok()?, kind: kind.to_owned() })
    })();
    parsed.ok_or_else(|| Error::invalid("This is no cursor of this list.").at("cursor"))
}
