//! Routes of messages and of the log.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_model::entries::{Entry, Message, Seq};
use parlor_model::errors::Problem;
use parlor_model::limits::LOG_PAGE;
use parlor_model::{ConversationId, Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Send;
use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, Ask, At, Body};
use crate::log::Window;

/// Messages on one page.
const PAGE: i64 = 100;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(history, send)).routes(routes!(log))
}

#[derive(Deserialize, ToSchema)]
struct NewMessage {
    /// The sender's own name for the message, best a UUIDv7. The same one again is the same message.
    client_id: String,
    text: String,
    /// The seq of the message it answers.
    reply_to: Option<Seq>,
}

/// Says something. 201 after it is stored; 200 when this `client_id` had been stored before.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "messages", params(("id" = ConversationId, Path)),
    request_body = NewMessage,
    responses((status = 201, body = Message), (status = 200, body = Message), (status = "4XX", body = Problem)))]
async fn send(
    State(app): State<App>,
    caller: Caller,
    At(conversation): At<ConversationId>,
    Body(ask): Body<NewMessage>,
) -> Answer<(StatusCode, Json<Message>)> {
    let NewMessage { client_id, text, reply_to } = ask;
    let sent = super::send(&app, caller, Send { conversation, client_id, text, reply_to }).await?;
    Ok((if sent.new { StatusCode::CREATED } else { StatusCode::OK }, Json(sent.message)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Those just above this seq.
    after: Option<Seq>,
    /// Those just below this seq.
    before: Option<Seq>,
    /// On both sides of this seq, itself included.
    around: Option<Seq>,
    /// How many at most.
    limit: Option<i64>,
}

impl Which {
    /// At most one of the three; none means the newest.
    fn window(&self) -> Result<Window> {
        match (self.after, self.before, self.around) {
            (None, None, None) => Ok(Window::Latest),
            (Some(seq), None, None) => Ok(Window::After(seq)),
            (None, Some(seq), None) => Ok(Window::Before(seq)),
            (None, None, Some(seq)) => Ok(Window::Around(seq)),
            _ => Err(Error::invalid("Only one of before, after and around.").at("before")),
        }
    }
}

/// A piece of a conversation.
#[derive(Serialize, ToSchema)]
struct Messages {
    /// Oldest first.
    messages: Vec<Message>,
    /// There are older ones.
    has_before: bool,
    /// There are newer ones.
    has_after: bool,
}

/// What was said, in a window of at most 100.
#[utoipa::path(get, path = "/conversations/{id}/messages", tag = "messages", params(("id" = ConversationId, Path), Which),
    responses((status = 200, body = Messages), (status = "4XX", body = Problem)))]
async fn history(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Ask(which): Ask<Which>,
) -> Answer<Json<Messages>> {
    let window = which.window()?;
    let mut cx = app.read(caller).await?;
    let page = super::history(&mut cx, id, window, which.limit.unwrap_or(50).clamp(1, PAGE)).await?;
    Ok(Json(Messages { messages: page.messages, has_before: page.has_before, has_after: page.has_after }))
}

/// A piece of a log.
#[derive(Serialize, ToSchema)]
struct LogPage {
    /// Oldest first, dense.
    entries: Vec<Entry>,
    /// The newest seq.
    head_seq: Seq,
}

/// A window of a conversation's log, at most 500 entries: what timelines and sync read.
#[utoipa::path(get, path = "/conversations/{id}/log", tag = "messages", params(("id" = ConversationId, Path), Which),
    responses((status = 200, body = LogPage), (status = "4XX", body = Problem)))]
async fn log(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Ask(which): Ask<Which>,
) -> Answer<Json<LogPage>> {
    let window = which.window()?;
    let mut cx = app.read(caller).await?;
    let (entries, head_seq) = super::log(&mut cx, id, window, which.limit.unwrap_or(LOG_PAGE)).await?;
    Ok(Json(LogPage { entries, head_seq }))
}
