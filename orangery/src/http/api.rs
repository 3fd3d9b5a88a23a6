//! Orangery's own API under `/api/v1`: what Harvest can't do. The table of contents. Its OpenAPI document is made from these routes and served
//! at `/api/openapi.json`.

mod applications;
mod approvals;
mod bulk;
mod catalogs;
mod custom;
mod deliveries;
mod departments;
mod events;
mod interviews;
mod job_posts;
mod jobs;
mod keys;
mod offers;
mod organization;
mod pools;
mod scorecards;
mod stages;
mod webhooks;

use axum::{
    Json, Router,
    extract::{FromRequest, Request},
    middleware,
    routing::get,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

use super::{caller, input::Body};
use crate::{
    error::{Error, Result},
    house::Orangery,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Orangery", description = "What Harvest can't do: everything here fires the same web hooks as every other door."),
    components(schemas(crate::error::Fault)),
    modifiers(&Keys),
    security(("key" = []))
)]
struct Document;

/// Keys come as the user name of Basic auth.
struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let basic = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Basic).build());
        document.components.get_or_insert_default().add_security_scheme("key", basic);
    }
}

fn documented() -> OpenApiRouter<Orangery> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(applications::routes())
        .merge(approvals::routes())
        .merge(bulk::routes())
        .merge(catalogs::routes())
        .merge(deliveries::routes())
        .merge(departments::routes())
        .merge(events::routes())
        .merge(interviews::routes())
        .merge(job_posts::routes())
        .merge(jobs::routes())
        .merge(keys::routes())
        .merge(offers::routes())
        .merge(organization::routes())
        .merge(pools::routes())
        .merge(scorecards::routes())
        .merge(stages::routes())
        .merge(webhooks::routes())
}

pub fn routes(house: Orangery) -> Router<Orangery> {
    let (router, document) = documented().split_for_parts();
    router
        .route_layer(middleware::from_fn_with_state(house, caller::api))
        .route("/api/openapi.json", get(async move || Json(document.clone())))
}

/// What every door may answer instead.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only described: the errors of the house make these answers")]
enum Refused {
    /// No key, or one that may not do this
    #[response(status = 401)]
    Unauthorized(#[to_schema] Refusal),
    /// The user of On-Behalf-Of is not there, or disabled, or may not do this
    #[response(status = 403)]
    Forbidden(#[to_schema] Refusal),
    /// There is no such thing
    #[response(status = 404)]
    NotFound(#[to_schema] Refusal),
    /// The request does not make sense, or not now; each fault with its field
    #[response(status = 422)]
    Unprocessable(#[to_schema] Refusal),
}

/// Why nothing was done.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only described")]
struct Refusal {
    message: Option<String>,
    errors: Option<Vec<crate::error::Fault>>,
}

/// A JSON body read into a shape; what does not fit is told with its field. Unknown properties are ignored.
pub struct Input<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Orangery> for Input<T> {
    type Rejection = Error;

    async fn from_request(request: Request, house: &Orangery) -> Result<Self> {
        let Body(value) = Body::from_request(request, house).await?;
        if holds_nul(&value) {
            return Err(Error::invalid("", "Must not contain the character U+0000"));
        }
        serde_path_to_error::deserialize(value).map(Self).map_err(|error| {
            let path = error.path().to_string();
            Error::invalid(if path == "." { String::new() } else { path }, error.into_inner().to_string())
        })
    }
}

/// No database can keep that character in a text.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(map) => map.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
