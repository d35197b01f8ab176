//! Routes of messages and of the log.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use parlor_model::entries::{Entry, Mention, Message, Seq};
use parlor_model::errors::Problem;
use parlor_model::limits::LOG_PAGE;
use parlor_model::{ConversationId, Error, Millis, Parent, Result, User, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{Change, Send};
use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, Ask, At, Body, Route};
use crate::log::Window;

/// Messages on one page.
const PAGE: i64 = 100;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        || routes!(history, send),
        || routes!(log),
        || routes!(edit, delete),
        || routes!(react, unreact),
        || routes!(who_reacted),
        || routes!(versions),
        || routes!(pin, unpin),
        || routes!(pins),
        || routes!(seq_at),
    ]
}

#[derive(Deserialize, ToSchema)]
struct NewMessage {
    /// The sender's own name for the message, best a UUIDv7. The same one again is the same message.
    client_id: String,
    /// What it says; left out with `forward`.
    #[serde(default)]
    text: String,
    /// The seq of the message it answers.
    reply_to: Option<Seq>,
    /// Whom it calls: ids of members, `all`, `here`.
    #[serde(default)]
    mentions: Vec<Mention>,
    /// The message that is said again here.
    forward: Option<Parent>,
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
    let NewMessage { client_id, text, reply_to, mentions, forward } = ask;
    let ask = Send { conversation, client_id, text, reply_to, mentions, forward, ..Send::default() };
    let sent = super::send(&app, caller, ask).await?;
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
    /// Instead of a window: up to 100 seqs, with commas between.
    seqs: Option<String>,
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
    let mut cx = app.read(caller).await?;
    if let Some(seqs) = &which.seqs {
        let seqs: std::result::Result<Vec<Seq>, _> = seqs.split(',').map(str::parse).collect();
        let seqs = seqs.map_err(|_| Error::invalid("seqs are numbers with commas between.").at("seqs"))?;
        let messages = super::named(&mut cx, id, &seqs).await?;
        return Ok(Json(Messages { messages, has_before: true, has_after: true }));
    }
    let window = which.window()?;
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

#[derive(Deserialize, ToSchema)]
struct EditMessage {
    text: String,
    /// Whom it calls now.
    #[serde(default)]
    mentions: Vec<Mention>,
}

async fn changed(app: &App, caller: Caller, id: ConversationId, seq: Seq, change: Change) -> Answer<Message> {
    let mut cx = app.write(caller).await?;
    super::change(&mut cx, id, seq, change).await?;
    let message = super::named(&mut cx, id, &[seq]).await?.pop().ok_or_else(|| Error::not_found("message"))?;
    cx.commit().await?;
    Ok(message)
}

/// Says one's own message differently.
#[utoipa::path(patch, path = "/conversations/{id}/messages/{seq}", tag = "messages",
    params(("id" = ConversationId, Path), ("seq" = i64, Path)), request_body = EditMessage,
    responses((status = 200, body = Message), (status = "4XX", body = Problem)))]
async fn edit(
    State(app): State<App>,
    caller: Caller,
    At((id, seq)): At<(ConversationId, Seq)>,
    Body(ask): Body<EditMessage>,
) -> Answer<Json<Message>> {
    let change = Change::Edit { text: ask.text, mentions: ask.mentions };
    changed(&app, caller, id, seq, change).await.map(Json)
}

/// Takes a message back, for everybody and for real: its own sender, or who runs the conversation.
#[utoipa::path(delete, path = "/conversations/{id}/messages/{seq}", tag = "messages",
    params(("id" = ConversationId, Path), ("seq" = i64, Path)), responses((status = 204), (status = "4XX", body = Problem)))]
async fn delete(
    State(app): State<App>,
    caller: Caller,
    At((id, seq)): At<(ConversationId, Seq)>,
) -> Answer<StatusCode> {
    changed(&app, caller, id, seq, Change::Delete).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts an emoji on a message.
#[utoipa::path(put, path = "/conversations/{id}/messages/{seq}/reactions/{emoji}", tag = "messages",
    params(("id" = ConversationId, Path), ("seq" = i64, Path), ("emoji" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn react(
    State(app): State<App>,
    caller: Caller,
    At((id, seq, emoji)): At<(ConversationId, Seq, String)>,
) -> Answer<StatusCode> {
    changed(&app, caller, id, seq, Change::React(emoji)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an emoji off a message.
#[utoipa::path(delete, path = "/conversations/{id}/messages/{seq}/reactions/{emoji}", tag = "messages",
    params(("id" = ConversationId, Path), ("seq" = i64, Path), ("emoji" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn unreact(
    State(app): State<App>,
    caller: Caller,
    At((id, seq, emoji)): At<(ConversationId, Seq, String)>,
) -> Answer<StatusCode> {
    changed(&app, caller, id, seq, Change::Unreact(emoji)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who put an emoji on a message.
#[derive(Serialize, ToSchema)]
struct Reactions {
    /// In the order in which they came; the first thousand.
    reactions: Vec<WhoReacted>,
}

/// Somebody and their emoji.
#[derive(Serialize, ToSchema)]
struct WhoReacted {
    emoji: String,
    user: User,
}

/// Who put which emoji on a message.
#[utoipa::path(get, path = "/conversations/{id}/messages/{seq}/reactions", tag = "messages",
    params(("id" = ConversationId, Path), ("seq" = i64, Path)),
    responses((status = 200, body = Reactions), (status = "4XX", body = Problem)))]
async fn who_reacted(
    State(app): State<App>,
    caller: Caller,
    At((id, seq)): At<(ConversationId, Seq)>,
) -> Answer<Json<Reactions>> {
    let mut cx = app.read(caller).await?;
    let who = super::who_reacted(&mut cx, id, seq).await?;
    let reactions = who.into_iter().map(|who| WhoReacted { emoji: who.emoji, user: who.user }).collect();
    Ok(Json(Reactions { reactions }))
}

/// What a message said, and when.
#[derive(Serialize, ToSchema)]
struct Versions {
    /// Oldest first; the last one is what it says now.
    versions: Vec<VersionView>,
}

/// What a message said at one time.
#[derive(Serialize, ToSchema)]
struct VersionView {
    text: String,
    /// When it was edited to say so; none for what it said at first.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Millis>,
}

/// What a message said before it was edited.
#[utoipa::path(get, path = "/conversations/{id}/messages/{seq}/history", tag = "messages",
    params(("id" = ConversationId, Path), ("seq" = i64, Path)),
    responses((status = 200, body = Versions), (status = "4XX", body = Problem)))]
async fn versions(
    State(app): State<App>,
    caller: Caller,
    At((id, seq)): At<(ConversationId, Seq)>,
) -> Answer<Json<Versions>> {
    let mut cx = app.read(caller).await?;
    let versions = super::versions(&mut cx, id, seq).await?;
    let view = |version: crate::log::Version| VersionView { text: version.text, at: version.at };
    Ok(Json(Versions { versions: versions.into_iter().map(view).collect() }))
}

async fn set_pin(app: &App, caller: Caller, id: ConversationId, seq: Seq, on: bool) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::pin(&mut cx, id, seq, on).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pins a message.
#[utoipa::path(put, path = "/conversations/{id}/messages/{seq}/pin", tag = "messages",
    params(("id" = ConversationId, Path), ("seq" = i64, Path)), responses((status = 204), (status = "4XX", body = Problem)))]
async fn pin(State(app): State<App>, caller: Caller, At((id, seq)): At<(ConversationId, Seq)>) -> Answer<StatusCode> {
    set_pin(&app, caller, id, seq, true).await
}

/// Takes a message's pin off.
#[utoipa::path(delete, path = "/conversations/{id}/messages/{seq}/pin", tag = "messages",
    params(("id" = ConversationId, Path), ("seq" = i64, Path)), responses((status = 204), (status = "4XX", body = Problem)))]
async fn unpin(State(app): State<App>, caller: Caller, At((id, seq)): At<(ConversationId, Seq)>) -> Answer<StatusCode> {
    set_pin(&app, caller, id, seq, false).await
}

/// What is pinned.
#[derive(Serialize, ToSchema)]
struct Pins {
    /// Last pinned first.
    pins: Vec<PinView>,
}

/// A pinned message.
#[derive(Serialize, ToSchema)]
struct PinView {
    message: Message,
    /// Who pinned it.
    by: UserId,
    /// When.
    at: Millis,
}

/// The pinned messages of a conversation, at most a hundred.
#[utoipa::path(get, path = "/conversations/{id}/pins", tag = "messages", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Pins), (status = "4XX", body = Problem)))]
async fn pins(State(app): State<App>, caller: Caller, At(id): At<ConversationId>) -> Answer<Json<Pins>> {
    let mut cx = app.read(caller).await?;
    let pins = super::pins(&mut cx, id).await?;
    let view = |pin: super::Pin| PinView { message: pin.message, by: pin.by, at: pin.at };
    Ok(Json(Pins { pins: pins.into_iter().map(view).collect() }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct When {
    /// Milliseconds since 1970.
    at: Millis,
}

/// A place in a log.
#[derive(Serialize, ToSchema)]
struct Place {
    seq: Seq,
}

/// The first entry at or after a time, to jump to a day; the newest one when there is none.
#[utoipa::path(get, path = "/conversations/{id}/seq", tag = "messages", params(("id" = ConversationId, Path), When),
    responses((status = 200, body = Place), (status = "4XX", body = Problem)))]
async fn seq_at(
    State(app): State<App>,
    caller: Caller,
    At(id): At<ConversationId>,
    Ask(when): Ask<When>,
) -> Answer<Json<Place>> {
    let mut cx = app.read(caller).await?;
    Ok(Json(Place { seq: super::seq_at(&mut cx, id, when.at).await? }))
}
