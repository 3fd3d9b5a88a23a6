//! The organization.

use axum::Json;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{error::Result, house::Orangery, http::Caller};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(show))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Organization {
    name: String,
    /// An IANA name such as `Europe/Amsterdam`.
    time_zone: String,
}

/// The organization whose house this is.
#[utoipa::path(get, path = "/api/v1/organization", tag = "organization", responses((status = 200, body = Organization)))]
async fn show(caller: Caller) -> Result<Json<Organization>> {
    caller
        .read(async |look| {
            let row = &look.catalog.organization;
            Ok(Json(Organization { name: row.name.clone(), time_zone: row.time_zone.clone() }))
        })
        .await
}
