//! Who asks, and refusals in the words these clients know.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Json, Response};
use parlor_app::http::Peer;
use parlor_app::{Caller, sessions};
use parlor_gateway::Identity;
use parlor_model::{Code, Error};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::Doors;

/// A refusal as `{message}`.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) Error);

/// What a handler answers.
pub(crate) type Answer<T> = Result<T, Refusal>;

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl Refusal {
    /// Its status, and the sentence for a person. What went wrong inside stays in the log.
    pub(crate) fn told(&self) -> (StatusCode, &str) {
        let error = &self.0;
        if matches!(error.code, Code::Internal | Code::Unavailable) {
            tracing::warn!(%error, cause = ?error.source, "a door could not do what it was asked");
        }
        (StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &error.detail)
    }

    /// With when to try again.
    pub(crate) fn with(&self, mut response: Response) -> Response {
        if let Some(ms) = self.0.retry_after_ms {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1_000)));
        }
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, message) = self.told();
        self.with((status, Json(json!({ "message": message }))).into_response())
    }
}

/// Who asks, by the token in `Authorization`.
pub(crate) struct Asks(pub(crate) Caller);

impl FromRequestParts<Doors> for Asks {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Answer<Self> {
        let Some(token) = sessions::bearer(&parts.headers) else {
            return Err(Error::unauthenticated("Not authorized, no token").into());
        };
        match sessions::caller(&doors.app, token).await {
            Ok(caller) => Ok(Self(caller)),
            Err(error) if error.code == Code::Unauthenticated => {
                Err(Error::unauthenticated("Not authorized, token failed").into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// What no door knows.
pub(crate) fn nowhere(address: &Uri) -> Response {
    let message = format!("Not Found - {}", address.path_and_query().map_or("/", |asked| asked.as_str()));
    (StatusCode::NOT_FOUND, Json(json!({ "message": message }))).into_response()
}

/// Who a guest is, to the application.
pub(crate) fn caller(who: Identity) -> Caller {
    Caller { user: who.user, session: who.session }
}

/// Where a request comes from.
pub(crate) struct Comes(pub(crate) Peer);

impl FromRequestParts<Doors> for Comes {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Doors) -> Answer<Self> {
        let peer = parts.extensions.get::<Peer>().copied();
        peer.map(Self).ok_or_else(|| Error::internal("the server did not say where the request comes from").into())
    }
}

/// A JSON body, whatever its `Content-Type`. What does not fit is told by `T`'s own words, or as a bad request.
pub(crate) struct Body<T>(pub(crate) Option<T>);

impl<T: DeserializeOwned> FromRequest<Doors> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, doors: &Doors) -> Answer<Self> {
        match Bytes::from_request(request, doors).await {
            Ok(bytes) => Ok(Self(serde_json::from_slice(&bytes).ok())),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Error::too_large("The request's body is larger than this server accepts.").into())
            }
            Err(_) => Err(Error::invalid("The request's body could not be read.").into()),
        }
    }
}
