//! Routes of users.

use axum::Json;
use axum::extract::State;
use parlor_model::errors::Problem;
use parlor_model::{Error, User, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, Ask, At, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(list), || routes!(find)]
}

/// A page of users.
#[derive(Serialize, ToSchema)]
struct Users {
    /// By username when searched.
    users: Vec<User>,
    /// Where the next page begins; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// Each word begins the username or a word of the name; case and accents do not count. Empty finds everybody.
    #[serde(default)]
    query: String,
    /// Users on the page, 1 to 50.
    limit: Option<i64>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// Instead of a search: up to 100 ids, with commas between.
    ids: Option<String>,
}

/// Finds users by name, or several by id.
#[utoipa::path(get, path = "/users", tag = "users", params(Search), responses((status = 200, body = Users), (status = "4XX", body = Problem)))]
async fn list(State(app): State<App>, caller: Caller, Ask(ask): Ask<Search>) -> Answer<Json<Users>> {
    let mut cx = app.read(caller).await?;
    if let Some(ids) = ask.ids {
        let ids: Result<Vec<UserId>, _> = ids.split(',').map(str::parse).collect();
        let ids = ids.map_err(|bad| Error::invalid(format!("{bad}.")).at("ids"))?;
        if ids.len() > super::IDS {
            return Err(Error::invalid(format!("At most {} ids at once.", super::IDS)).at("ids").into());
        }
        return Ok(Json(Users { users: super::many(&mut cx, &ids).await?, cursor: None }));
    }
    if ask.query.contains('\0') || ask.cursor.as_deref().is_some_and(|cursor| cursor.contains('\0')) {
        return Err(Error::invalid("A search has no NUL characters.").at("query").into());
    }
    let limit = ask.limit.unwrap_or(20).clamp(1, super::PAGE);
    let users = super::search(&mut cx, &ask.query, limit, ask.cursor.as_deref().unwrap_or("")).await?;
    let full = i64::try_from(users.len()).is_ok_and(|n| n == limit);
    let cursor = users.last().filter(|_| full).map(|last| super::fold(&last.username));
    Ok(Json(Users { users, cursor }))
}

/// One user's public profile.
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = User), (status = "4XX", body = Problem)))]
async fn find(State(app): State<App>, caller: Caller, At(id): At<UserId>) -> Answer<Json<User>> {
    let mut cx = app.read(caller).await?;
    Ok(Json(super::find(&mut cx, id).await?))
}
