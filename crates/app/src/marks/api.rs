//! Routes of saved and hidden messages.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_model::entries::Message;
use parlor_model::errors::Problem;
use parlor_model::{ConversationId, Error, Millis, Result, Seq};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{Mark, Place};
use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, Ask, At, MaybeBody, Route};

/// Saved messages on one page.
const PAGE: i64 = 100;

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(saved), || routes!(save, forget), || routes!(hidden), || routes!(hide, show)]
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageOf {
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many at most.
    limit: Option<i64>,
}

/// A page of saved messages.
#[derive(Serialize, ToSchema)]
struct SavedPage {
    /// Last saved first.
    saved: Vec<SavedView>,
    /// Where the next page begins; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// A saved message.
#[derive(Serialize, ToSchema)]
struct SavedView {
    conversation: ConversationId,
    seq: Seq,
    /// When it was saved.
    at: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// None when one may not read it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

fn place(cursor: &str) -> Result<Place> {
    let mut parts = cursor.split('-');
    let mut next = || parts.next()?.parse::<i64>().ok();
    let place = next().zip(next()).zip(next()).map(|((at, conversation), seq)| (at, ConversationId(conversation), seq));
    place.ok_or_else(|| Error::invalid("This is no cursor of this list.").at("cursor"))
}

/// The messages one has saved.
#[utoipa::path(get, path = "/me/saved", tag = "marks", params(PageOf),
    responses((status = 200, body = SavedPage), (status = "4XX", body = Problem)))]
async fn saved(State(app): State<App>, caller: Caller, Ask(ask): Ask<PageOf>) -> Answer<Json<SavedPage>> {
    let after = ask.cursor.as_deref().map(place).transpose()?;
    let limit = ask.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let mut cx = app.read(caller).await?;
    let saved = super::saved(&mut cx, after, limit).await?;
    let full = i64::try_from(saved.len()).is_ok_and(|len| len >= limit);
    let cursor = saved.last().filter(|_| full).map(|last| format!("{}-{}-{}", last.at, last.conversation, last.seq));
    let view =
        |super::Saved { conversation, seq, at, note, message }| SavedView { conversation, seq, at, note, message };
    Ok(Json(SavedPage { saved: saved.into_iter().map(view).collect(), cursor }))
}

#[derive(Default, Deserialize, ToSchema)]
struct SaveMessage {
    /// What one writes beside it.
    note: Option<String>,
}

async fn set(
    app: &App,
    caller: Caller,
    mark: Mark,
    id: ConversationId,
    seq: Seq,
    note: Option<String>,
) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::set(&mut cx, mark, id, seq, note).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn clear(app: &App, caller: Caller, mark: Mark, id: ConversationId, seq: Seq) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::clear(&mut cx, mark, id, seq).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Saves a message, or writes another note beside it.
#[utoipa::path(put, path = "/me/saved/{id}/{seq}", tag = "marks", params(("id" = ConversationId, Path), ("seq" = i64, Path)),
    request_body = SaveMessage, responses((status = 204), (status = "4XX", body = Problem)))]
async fn save(
    State(app): State<App>,
    caller: Caller,
    At((id, seq)): At<(ConversationId, Seq)>,
    MaybeBody(ask): MaybeBody<SaveMessage>,
) -> Answer<StatusCode> {
    set(&app, caller, Mark::Saved, id, seq, ask.note).await
}

/// Saved no more.
#[utoipa::path(delete, path = "/me/saved/{id}/{seq}", tag = "marks", params(("id" = ConversationId, Path), ("seq" = i64, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn forget(
    State(app): State<App>,
    caller: Caller,
    At((id, seq)): At<(ConversationId, Seq)>,
) -> Answer<StatusCode> {
    clear(&app, caller, Mark::Saved, id, seq).await
}

/// What one does not want to see any more.
#[derive(Serialize, ToSchema)]
struct Hidden {
    /// Seqs, by conversation.
    #[schema(value_type = BTreeMap<String, Vec<i64>>)]
    hidden: BTreeMap<ConversationId, Vec<Seq>>,
}

/// The messages one has hidden from oneself; all of them.
#[utoipa::path(get, path = "/me/hidden", tag = "marks",
    responses((status = 200, body = Hidden), (status = "4XX", body = Problem)))]
async fn hidden(State(app): State<App>, caller: Caller) -> Answer<Json<Hidden>> {
    let mut cx = app.read(caller).await?;
    Ok(Json(Hidden { hidden: super::hidden(&mut cx).await? }))
}

/// Hides a message from oneself. Everybody else still sees it.
#[utoipa::path(put, path = "/me/hidden/{id}/{seq}", tag = "marks", params(("id" = ConversationId, Path), ("seq" = i64, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn hide(State(app): State<App>, caller: Caller, At((id, seq)): At<(ConversationId, Seq)>) -> Answer<StatusCode> {
    set(&app, caller, Mark::Hidden, id, seq, None).await
}

/// Shows it again.
#[utoipa::path(delete, path = "/me/hidden/{id}/{seq}", tag = "marks", params(("id" = ConversationId, Path), ("seq" = i64, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn show(State(app): State<App>, caller: Caller, At((id, seq)): At<(ConversationId, Seq)>) -> Answer<StatusCode> {
    clear(&app, caller, Mark::Hidden, id, seq).await
}
