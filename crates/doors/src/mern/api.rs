//! The HTTP of these clients.

use std::collections::HashSet;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post, put};
use parlor_app::conversations::{self, Begin};
use parlor_app::log::Window;
use parlor_app::{Caller, messages, users};
use parlor_model::{Code, ConversationId, Error, Kind, Message, Result, User, UserId};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::events::conversation;
use super::shapes;
use crate::Doors;
use crate::cards::Card;
use crate::http::{Answer, Asks, Body, Comes, Refusal};
use crate::say::{Place, say};
use crate::signing::{LogIn, SignUp, lasting};

/// People a search finds at most, and how many are looked at for it.
const FOUND: usize = 100;
const LOOKED_AT: usize = 2_000;
const LOOKED_AT_ONCE: i64 = 500;
/// Chats that are listed, the latest.
const CHATS: usize = 500;
/// Messages of one chat, the latest: these clients know no pages.
const MESSAGES: usize = 1_000;
const PAGE: i64 = 100;

pub(crate) fn routes() -> Router<Doors> {
    Router::new()
        .route("/api/user", post(register).get(search))
        .route("/api/user/login", post(log_in))
        .route("/api/chat", post(begin).get(list))
        .route("/api/chat/group", post(begin_group))
        .route("/api/chat/rename", put(rename))
        .route("/api/chat/groupadd", put(add))
        .route("/api/chat/groupremove", put(remove))
        .route("/api/message", post(send))
        .route("/api/message/{chat}", get(history))
}

/// Something these clients expect as bare text.
fn plain(status: StatusCode, text: &str) -> Response {
    (status, text.to_owned()).into_response()
}

fn bad_request() -> Response {
    plain(StatusCode::BAD_REQUEST, "Bad Request")
}

async fn register(
    State(doors): State<Doors>,
    Comes(peer): Comes,
    headers: HeaderMap,
    Body(ask): Body<SignUp>,
) -> Answer<Response> {
    let ask = SignUp { username: None, ..ask.unwrap_or_default() };
    if ask.name.as_deref().unwrap_or_default().is_empty() || ask.email.is_empty() || ask.password.is_empty() {
        return Err(Error::invalid("Please Enter all the Feilds").into());
    }
    let signed_up = ask.carry_out(&doors, peer, &headers).await.map_err(|error| match error.code {
        Code::Conflict => Error::invalid("User already exists"),
        _ => error,
    });
    let (me, tokens) = signed_up?;
    let token = lasting(&doors, &me, tokens.session).await?;
    Ok((StatusCode::CREATED, Json(shapes::me(&me, &token))).into_response())
}

async fn log_in(
    State(doors): State<Doors>,
    Comes(peer): Comes,
    headers: HeaderMap,
    Body(ask): Body<LogIn>,
) -> Answer<Json<Value>> {
    let signed_in = ask.unwrap_or_default().carry_out(&doors, peer, &headers).await;
    let (me, tokens) = signed_in.map_err(|error| match error.code {
        Code::Unauthenticated => Error::unauthenticated("Invalid Email or Password"),
        _ => error,
    })?;
    Ok(Json(shapes::me(&me, &lasting(&doors, &me, tokens.session).await?)))
}

/// Whose name or username holds the text: first those of whom a word begins with it, as everywhere, then, among the first
/// [`LOOKED_AT`], those who have it anywhere.
async fn search(State(doors): State<Doors>, Asks(caller): Asks, RawQuery(query): RawQuery) -> Answer<Json<Vec<Value>>> {
    // What was typed stands there as it is, `&` among it.
    let query = query.as_deref().and_then(|query| query.strip_prefix("search=")).unwrap_or_default();
    let query = percent_decode_str(query).decode_utf8_lossy();
    let mut cx = doors.app.read(caller).await?;
    let mut found = users::search(&mut cx, &query, users::PAGE, "").await?;
    let (wanted, mut seen) = (users::fold(query.trim()), found.iter().map(|user| user.id).collect::<HashSet<_>>());
    let (mut after, mut looked_at) = (String::new(), 0);
    while found.len() < FOUND && looked_at < LOOKED_AT {
        let page = users::search(&mut cx, "", LOOKED_AT_ONCE, &after).await?;
        let Some(last) = page.last() else { break };
        (after, looked_at) = (users::fold(&last.username), looked_at + page.len());
        let has = |text: &str| users::fold(text).contains(&wanted);
        found.extend(page.into_iter().filter(|user| (has(&user.name) || has(&user.username)) && seen.insert(user.id)));
    }
    found.truncate(FOUND);
    Ok(Json(found.iter().map(shapes::user).collect()))
}

fn id<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

async fn begin(State(doors): State<Doors>, Asks(caller): Asks, Body(ask): Body<Value>) -> Answer<Response> {
    let Some(other) = ask.as_ref().and_then(|ask| id::<UserId>(ask["userId"].as_str()?)) else {
        return Ok(bad_request());
    };
    let mut cx = doors.app.write(caller).await?;
    let (conversation, _) = match conversations::begin(&mut cx, Begin::Direct(other)).await {
        Err(error) if matches!(error.code, Code::Invalid | Code::NotFound) => return Ok(bad_request()),
        begun => begun?,
    };
    cx.commit().await?;
    Ok(Json(chat(&doors, caller, conversation).await?).into_response())
}

/// A chat as it is now, with its last message.
async fn chat(doors: &Doors, caller: Caller, conversation: ConversationId) -> Result<Value> {
    let card = Card::read(&doors.app, caller, conversation).await?;
    let gone = match &card.conversation.last_message {
        Some(last) if card.member(last.sender).is_none() => Some(last.sender),
        _ => None,
    };
    let sender: Option<User> = match gone {
        Some(user) => users::many(&mut doors.app.read(caller).await?, &[user]).await?.pop(),
        None => None,
    };
    Ok(shapes::listed(&card, sender.as_ref()))
}

async fn list(State(doors): State<Doors>, Asks(caller): Asks) -> Answer<Json<Vec<Value>>> {
    let mut ids = Vec::new();
    let mut before = None;
    while ids.len() < CHATS {
        let mut cx = doors.app.read(caller).await?;
        let page = conversations::list(&mut cx, before, PAGE).await?;
        let shown = page.conversations.iter().filter(|conversation| shapes::shows(conversation.kind));
        ids.extend(shown.map(|conversation| conversation.id));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    ids.truncate(CHATS);
    let mut chats = Vec::with_capacity(ids.len());
    for id in ids {
        match chat(&doors, caller, id).await {
            // Left meanwhile.
            Err(error) if error.code == Code::NotFound => {}
            told => chats.push(told?),
        }
    }
    Ok(Json(chats))
}

/// The page shows what refuses it as it is, and cannot show an object: every refusal is bare text.
async fn begin_group(State(doors): State<Doors>, asks: Answer<Asks>, Body(ask): Body<Value>) -> Response {
    let refused = |refusal: Refusal| {
        let (status, message) = refusal.told();
        refusal.with(plain(status, message))
    };
    match asks {
        Err(refusal) => refused(refusal),
        Ok(Asks(caller)) => match group(&doors, caller, ask).await {
            Ok(response) => response,
            Err(error) => refused(error.into()),
        },
    }
}

async fn group(doors: &Doors, caller: Caller, ask: Option<Value>) -> Result<Response> {
    let ask = ask.unwrap_or_default();
    let (Some(title), Some(members)) = (ask["name"].as_str(), ask["users"].as_str()) else {
        let refusal = Json(json!({ "message": "Please Fill all the feilds" }));
        return Ok((StatusCode::BAD_REQUEST, refusal).into_response());
    };
    let members: Vec<String> = serde_json::from_str(members)
        .map_err(|_| Error::invalid("`users` is a text that holds a JSON array of ids."))?;
    if members.len() < 2 {
        return Ok(plain(StatusCode::BAD_REQUEST, "More than 2 users are required to form a group chat"));
    }
    let members: Option<Vec<UserId>> = members.iter().map(|member| id(member)).collect();
    let members = members.ok_or_else(|| Error::invalid("One of these is no user."))?;
    let mut cx = doors.app.write(caller).await?;
    let (conversation, _) = conversations::begin(&mut cx, Begin::Group { title: title.to_owned(), members }).await?;
    cx.commit().await?;
    Ok(Json(chat(doors, caller, conversation).await?).into_response())
}

fn no_chat() -> Error {
    Error { code: Code::NotFound, ..Error::invalid("Chat Not Found") }
}

/// Which chat a change is about, and a second text. What names none is not found.
fn which(ask: Option<&Value>, second: &str) -> Result<(ConversationId, String)> {
    let found = ask.and_then(|ask| Some((conversation(&ask["chatId"])?, ask[second].as_str()?.to_owned())));
    found.ok_or_else(no_chat)
}

fn of_chat(error: Error) -> Error {
    if error.code == Code::NotFound { no_chat() } else { error }
}

async fn rename(State(doors): State<Doors>, Asks(caller): Asks, Body(ask): Body<Value>) -> Answer<Json<Value>> {
    let (id, title) = which(ask.as_ref(), "chatName")?;
    let mut cx = doors.app.write(caller).await?;
    conversations::rename(&mut cx, id, &title).await.map_err(of_chat)?;
    cx.commit().await?;
    Ok(Json(chat(&doors, caller, id).await?))
}

async fn add(State(doors): State<Doors>, Asks(caller): Asks, Body(ask): Body<Value>) -> Answer<Json<Value>> {
    let (conversation, user) = which(ask.as_ref(), "userId")?;
    let user: UserId = id(&user).ok_or_else(no_chat)?;
    let mut cx = doors.app.write(caller).await?;
    conversations::add(&mut cx, conversation, vec![user]).await.map_err(of_chat)?;
    cx.commit().await?;
    Ok(Json(chat(&doors, caller, conversation).await?))
}

/// Who removes themselves leaves, and is shown the chat as it was when they did.
async fn remove(State(doors): State<Doors>, Asks(caller): Asks, Body(ask): Body<Value>) -> Answer<Json<Value>> {
    let (conversation, user) = which(ask.as_ref(), "userId")?;
    let user: UserId = id(&user).ok_or_else(no_chat)?;
    let before = chat(&doors, caller, conversation).await.map_err(of_chat)?;
    let mut cx = doors.app.write(caller).await?;
    conversations::remove(&mut cx, conversation, user).await.map_err(of_chat)?;
    cx.commit().await?;
    if user != caller.user {
        return Ok(Json(chat(&doors, caller, conversation).await?));
    }
    let mut left = before;
    if let Some(users) = left["users"].as_array_mut() {
        users.retain(|shown| shown["_id"].as_str() != Some(user.to_string().as_str()));
    }
    Ok(Json(left))
}

async fn send(State(doors): State<Doors>, Asks(caller): Asks, Body(ask): Body<Value>) -> Answer<Response> {
    let asked = ask.as_ref().and_then(|ask| Some((ask["content"].as_str()?, conversation(&ask["chatId"])?)));
    let Some((text, conversation)) = asked.filter(|(text, _)| !text.is_empty()) else { return Ok(bad_request()) };
    let (said, _) = say(&doors, caller, Place::Conversation(conversation), text, &Value::Null).await?;
    let card = Card::read(&doors.app, caller, conversation).await?;
    let sender = card.member(caller.user).map_or_else(|| shapes::somebody(caller.user), shapes::user);
    Ok(Json(shapes::message(&said, &sender, &shapes::chat(&card, shapes::IN_MESSAGES))).into_response())
}

async fn history(State(doors): State<Doors>, Asks(caller): Asks, Path(chat): Path<String>) -> Answer<Json<Vec<Value>>> {
    let conversation: ConversationId = id(&chat).ok_or_else(no_chat)?;
    let card = Card::read(&doors.app, caller, conversation).await.map_err(of_chat)?;
    if card.conversation.kind == Kind::Thread {
        return Err(no_chat().into());
    }
    let said = latest(&doors, caller, conversation).await?;
    let senders: HashSet<UserId> = said.iter().map(|message| message.sender).collect();
    let senders: Vec<UserId> = senders.into_iter().collect();
    let mut people = std::collections::HashMap::new();
    let mut cx = doors.app.read(caller).await?;
    for some in senders.chunks(users::IDS) {
        people.extend(users::many(&mut cx, some).await?.iter().map(|user| (user.id, shapes::user(user))));
    }
    let chat = shapes::chat(&card, shapes::IN_MESSAGES);
    let told = said.iter().map(|message| {
        let somebody = || shapes::somebody(message.sender);
        shapes::message(message, &people.get(&message.sender).cloned().unwrap_or_else(somebody), &chat)
    });
    Ok(Json(told.collect()))
}

/// The latest messages, oldest first, without those that were taken back.
async fn latest(doors: &Doors, caller: Caller, conversation: ConversationId) -> Result<Vec<Message>> {
    let (mut said, mut window) = (Vec::new(), Window::Latest);
    loop {
        let mut cx = doors.app.read(caller).await?;
        let page = messages::history(&mut cx, conversation, window, PAGE).await?;
        let Some(first) = page.messages.first().map(|message| message.seq) else { break };
        said.extend(page.messages.into_iter().rev());
        if !page.has_before || said.len() >= MESSAGES {
            break;
        }
        window = Window::Before(first);
    }
    said.retain(|message| !message.deleted);
    said.reverse();
    Ok(said)
}
