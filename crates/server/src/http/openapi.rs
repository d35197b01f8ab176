//! The API as a document: made from the routes themselves, so that it cannot drift.

use axum::Router;
use parlor_app::App;
use parlor_model::errors::Problem;
use parlor_model::frames::{ClientFrame, ServerFrame};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi, SecurityRequirement};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Parlor",
        description = "Self-hosted real-time chat. The socket's frames are the schemas ClientFrame and ServerFrame; docs/protocol.md tells the whole story.",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(super::where_to_connect),
    components(schemas(ClientFrame, ServerFrame<'static>, Problem)),
    security(("bearer" = [])),
    modifiers(&Bearer)
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(bearer));
        document.security = Some(vec![SecurityRequirement::new("bearer", [] as [&str; 0])]);
    }
}

/// The routes, and the document made from them.
pub(super) fn split() -> (Router<App>, OpenApi) {
    OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", parlor_app::routes()).split_for_parts()
}

/// The document as it is stored under docs/.
pub(crate) fn document() -> anyhow::Result<String> {
    Ok(split().1.to_pretty_json()?)
}
