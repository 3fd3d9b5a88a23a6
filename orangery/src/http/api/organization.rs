//! The organization and its settings.

use axum::Json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{domain::organization, error::Result, house::Orangery, http::Caller, patch::Patch, tables};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(show, set))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Organization {
    name: String,
    /// An IANA name such as `Europe/Amsterdam`.
    time_zone: String,
    /// Whether an offer must say when work starts.
    offers_need_start_date: bool,
    /// Whether openings may be destroyed.
    openings_deletable: bool,
}

fn organization(row: &tables::Organization) -> Organization {
    Organization {
        name: row.name.clone(),
        time_zone: row.time_zone.clone(),
        offers_need_start_date: row.offers_need_start_date,
        openings_deletable: row.openings_deletable,
    }
}

/// The organization whose house this is.
#[utoipa::path(get, path = "/api/v1/organization", tag = "organization", responses((status = 200, body = Organization)))]
async fn show(caller: Caller) -> Result<Json<Organization>> {
    caller.read(async |look| Ok(Json(organization(&look.catalog.organization)))).await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    /// An IANA name such as `Europe/Amsterdam`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    time_zone: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    offers_need_start_date: Patch<bool>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    openings_deletable: Patch<bool>,
}

/// Changes settings; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/organization", tag = "organization", request_body = Settings,
    responses(
        (status = 200, body = Organization),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn set(caller: Caller, Input(settings): Input<Settings>) -> Result<Json<Organization>> {
    let Settings { name, time_zone, offers_need_start_date, openings_deletable } = settings;
    let settings = organization::Settings { name, time_zone, offers_need_start_date, openings_deletable };
    caller
        .write(async move |work| {
            organization::set(work, &settings).await?;
            Ok(Json(organization(&work.catalog().await?.organization)))
        })
        .await
}
