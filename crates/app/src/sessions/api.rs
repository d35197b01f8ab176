//! Routes of sessions.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use parlor_model::errors::Problem;
use parlor_model::{Error, Session, SessionId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::app::App;
use crate::cx::Caller;
use crate::http::{Answer, At, Failure, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![|| routes!(list), || routes!(revoke)]
}

/// The devices that are signed in.
#[derive(Serialize, ToSchema)]
struct Sessions {
    /// Latest first.
    sessions: Vec<Session>,
}

/// Lists the caller's sessions.
#[utoipa::path(get, path = "/me/sessions", tag = "sessions", responses((status = 200, body = Sessions), (status = "4XX", body = Problem)))]
async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Sessions>> {
    let mut cx = app.read(caller).await?;
    Ok(Json(Sessions { sessions: super::list(&mut cx).await? }))
}

/// Ends one of the caller's sessions. Its tokens stop working and its sockets close at once.
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "sessions", params(("id" = SessionId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn revoke(State(app): State<App>, caller: Caller, At(id): At<SessionId>) -> Answer<StatusCode> {
    let mut cx = app.write(caller).await?;
    super::revoke(&mut cx, id).await?;
    cx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    /// The signature is checked first, then the session: a revoked one is refused at once, not when its token runs out.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Answer<Self> {
        let token = super::bearer(&parts.headers)
            .ok_or_else(|| Error::unauthenticated("Please sign in: an access token is missing."))?;
        Ok(super::caller(app, token).await?)
    }
}
