//! What Harvest doesn't know of users: where their clocks hang.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::user,
    error::{Error, Result},
    graph::Catalog,
    house::Orangery,
    http::{Caller, input::Path},
    patch::Patch,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(edit))
}

/// A user's own settings.
#[derive(Serialize, ToSchema)]
struct UserSettings {
    id: i64,
    name: String,
    /// An IANA name; null where it is the organization's.
    time_zone: Option<String>,
}

fn shown(catalog: &Catalog, id: i64) -> Result<Json<UserSettings>> {
    let user = catalog.user(Some(id)).ok_or(Error::NotFound("users", id))?;
    Ok(Json(UserSettings { id, name: user.name(), time_zone: user.row.time_zone.clone() }))
}

/// What is absent stays, null takes a value away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EditUser {
    /// An IANA name such as Europe/Amsterdam, by which the times are read that a user gives without a zone.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    time_zone: Patch<String>,
}

/// A user's own settings.
#[utoipa::path(
    get, path = "/api/v1/users/{id}", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, body = UserSettings))
)]
async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<UserSettings>> {
    caller.read(async move |look| shown(&look.catalog, id)).await
}

/// Changes a user's own settings. Fires nothing.
#[utoipa::path(
    patch, path = "/api/v1/users/{id}", tag = "users", params(("id" = i64, Path)), request_body = EditUser,
    responses((status = 200, body = UserSettings))
)]
async fn edit(caller: Caller, Path(id): Path<i64>, Input(edit): Input<EditUser>) -> Result<Json<UserSettings>> {
    let EditUser { time_zone } = edit;
    caller
        .write(async move |work| {
            let shown = shown(&*work.catalog().await?, id)?;
            if !time_zone.is_absent() {
                user::set_time_zone(work, id, time_zone.value()).await?;
                return self::shown(&*work.catalog().await?, id);
            }
            Ok(shown)
        })
        .await
}
