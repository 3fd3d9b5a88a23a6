//! User roles: made, changed and deleted here; Harvest reads them and gives them on jobs.

use axum::{Json, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::permission::{self, EditedRole, NewRole},
    error::Result,
    house::Orangery,
    http::{Caller, input::Path},
    patch::Patch,
    tables::RoleKind,
    wire::harvest::{self, UserRole},
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(edit, delete))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct UserRoleInput {
    /// At most 255 characters.
    name: String,
    /// What it lets one do.
    #[serde(rename = "type")]
    kind: RoleKind,
}

/// Makes a role. Harvest lists it.
#[utoipa::path(
    post, path = "/api/v1/user-roles", tag = "user-roles", request_body = UserRoleInput,
    responses(
        (status = 201, description = "The role"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create(caller: Caller, Input(input): Input<UserRoleInput>) -> Result<(StatusCode, Json<UserRole>)> {
    let UserRoleInput { name, kind } = input;
    let new = NewRole { id: None, name, kind };
    caller
        .write(async move |work| {
            let row = permission::create_role(work, &new).await?;
            Ok((StatusCode::CREATED, Json(harvest::user_role(&row))))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct UserRoleChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    #[serde(default, rename = "type")]
    #[schema(value_type = Option<RoleKind>)]
    kind: Patch<RoleKind>,
}

/// Changes a role; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/user-roles/{id}", tag = "user-roles", params(("id" = i64, Path)), request_body = UserRoleChanges,
    responses(
        (status = 200, description = "The role"),
        (status = 404, description = "No such role"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit(caller: Caller, Path(id): Path<i64>, Input(input): Input<UserRoleChanges>) -> Result<Json<UserRole>> {
    let UserRoleChanges { name, kind } = input;
    let edited = EditedRole { name, kind };
    caller.write(async move |work| Ok(Json(harvest::user_role(&permission::edit_role(work, id, &edited).await?)))).await
}

/// Deletes a role that no permission gives.
#[utoipa::path(
    delete, path = "/api/v1/user-roles/{id}", tag = "user-roles", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such role"),
        (status = 422, description = "Permissions give it"),
    ),
)]
async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| permission::delete_role(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}
