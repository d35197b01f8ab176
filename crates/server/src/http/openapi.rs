//! The API as a document: made from the routes themselves, so that it cannot drift.

use axum::Router;
use parlor_app::App;
use parlor_app::http::Route;
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

/// Where the API is.
const ROOT: &str = "/api/v1";

/// The routes, without their descriptions.
pub(super) fn routes() -> Router<App> {
    let route = |router: Router<App>, make: Route| {
        let (_, described, methods) = make();
        described.paths.keys().fold(router, |router, path| router.route(&format!("{ROOT}{path}"), methods.clone()))
    };
    parlor_app::routes().fold(Router::new(), route)
}

/// The document as it is stored under docs/.
pub(crate) fn document() -> anyhow::Result<String> {
    let described = parlor_app::routes().fold(OpenApiRouter::new(), |all, make| all.routes(make()));
    Ok(OpenApiRouter::with_openapi(Document::openapi()).nest(ROOT, described).into_openapi().to_pretty_json()?)
}
