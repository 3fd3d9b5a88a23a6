//! Schools, disciplines and degrees: made, changed and deleted here; Harvest only reads them.

use axum::{Json, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::catalog::education::{self, EditedItem, NewItem},
    error::Result,
    house::Orangery,
    http::{Caller, input::Path},
    patch::Patch,
    tables::EducationKind,
    wire::harvest::{self, EducationItem},
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(edit, delete))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EducationItemInput {
    /// In which list it stands.
    kind: EducationKind,
    /// At most 255 characters.
    name: String,
    /// Lists stand in the order of priorities; the last where absent.
    priority: Option<i64>,
}

/// Adds a school, a discipline or a degree. Harvest lists it.
#[utoipa::path(
    post, path = "/api/v1/education-items", tag = "education", request_body = EducationItemInput,
    responses(
        (status = 201, description = "The item"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create(caller: Caller, Input(input): Input<EducationItemInput>) -> Result<(StatusCode, Json<EducationItem>)> {
    let EducationItemInput { kind, name, priority } = input;
    let new = NewItem { id: None, kind, name, priority };
    caller
        .write(async move |work| {
            let row = education::create(work, &new).await?;
            Ok((StatusCode::CREATED, Json(harvest::education_item(&row))))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EducationItemChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    priority: Patch<i64>,
}

/// Changes a school, a discipline or a degree; what is absent stays. Educations that name it show its new name.
#[utoipa::path(
    patch, path = "/api/v1/education-items/{id}", tag = "education", params(("id" = i64, Path)),
    request_body = EducationItemChanges,
    responses(
        (status = 200, description = "The item"),
        (status = 404, description = "No such item"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<EducationItemChanges>,
) -> Result<Json<EducationItem>> {
    let EducationItemChanges { name, priority } = input;
    let edited = EditedItem { name, priority };
    caller.write(async move |work| Ok(Json(harvest::education_item(&education::edit(work, id, &edited).await?)))).await
}

/// Deletes a school, a discipline or a degree that no education names.
#[utoipa::path(
    delete, path = "/api/v1/education-items/{id}", tag = "education", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such item"),
        (status = 422, description = "Educations name it"),
    ),
)]
async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| education::delete(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}
