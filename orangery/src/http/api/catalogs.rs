//! The small lists of the organization: made, changed and deleted here; Harvest only reads them.

use axum::{Json, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::catalog::{
        self, Decision, EditedCloseReason, EditedReason, EditedSource, NewCloseReason, NewReason, NewSource, Strategy,
    },
    error::Result,
    house::Orangery,
    http::{Caller, input::Path},
    patch::Patch,
    wire::harvest::{self, CloseReason, RejectionReason, Source},
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(create_source))
        .routes(routes!(edit_source, delete_source))
        .routes(routes!(create_rejection_reason))
        .routes(routes!(edit_rejection_reason, delete_rejection_reason))
        .routes(routes!(create_close_reason))
        .routes(routes!(edit_close_reason, delete_close_reason))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SourceInput {
    /// At most 255 characters.
    name: String,
    /// What candidates see; the name where absent.
    public_name: Option<String>,
    strategy: Strategy,
}

/// Makes a source. Harvest lists it.
#[utoipa::path(
    post, path = "/api/v1/sources", tag = "catalogs", request_body = SourceInput,
    responses(
        (status = 201, description = "The source"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create_source(caller: Caller, Input(input): Input<SourceInput>) -> Result<(StatusCode, Json<Source>)> {
    let SourceInput { name, public_name, strategy } = input;
    let new = NewSource { id: None, name, public_name, strategy };
    caller
        .write(async move |work| {
            let row = catalog::create_source(work, &new).await?;
            Ok((StatusCode::CREATED, Json(harvest::source(&row))))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SourceChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    public_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<Strategy>)]
    strategy: Patch<Strategy>,
}

/// Changes a source; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/sources/{id}", tag = "catalogs", params(("id" = i64, Path)), request_body = SourceChanges,
    responses(
        (status = 200, description = "The source"),
        (status = 404, description = "No such source"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit_source(caller: Caller, Path(id): Path<i64>, Input(input): Input<SourceChanges>) -> Result<Json<Source>> {
    let SourceChanges { name, public_name, strategy } = input;
    let edited = EditedSource { name, public_name, strategy };
    caller.write(async move |work| Ok(Json(harvest::source(&catalog::edit_source(work, id, &edited).await?)))).await
}

/// Deletes a source that nothing names.
#[utoipa::path(
    delete, path = "/api/v1/sources/{id}", tag = "catalogs", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such source"),
        (status = 422, description = "Something names it"),
    ),
)]
async fn delete_source(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| catalog::delete_source(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RejectionReasonInput {
    /// At most 255 characters.
    name: String,
    /// Whose decision it is.
    decision: Decision,
}

/// Makes a rejection reason. Harvest lists it.
#[utoipa::path(
    post, path = "/api/v1/rejection-reasons", tag = "catalogs", request_body = RejectionReasonInput,
    responses(
        (status = 201, description = "The rejection reason"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create_rejection_reason(
    caller: Caller,
    Input(input): Input<RejectionReasonInput>,
) -> Result<(StatusCode, Json<RejectionReason>)> {
    let RejectionReasonInput { name, decision } = input;
    let new = NewReason { id: None, name, decision, type_id: None };
    caller
        .write(async move |work| {
            let row = catalog::create_rejection_reason(work, &new).await?;
            Ok((StatusCode::CREATED, Json(harvest::rejection_reason(&row))))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RejectionReasonChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<Decision>)]
    decision: Patch<Decision>,
}

/// Changes a rejection reason; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/rejection-reasons/{id}", tag = "catalogs", params(("id" = i64, Path)), request_body = RejectionReasonChanges,
    responses(
        (status = 200, description = "The rejection reason"),
        (status = 404, description = "No such rejection reason"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit_rejection_reason(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<RejectionReasonChanges>,
) -> Result<Json<RejectionReason>> {
    let RejectionReasonChanges { name, decision } = input;
    let edited = EditedReason { name, decision };
    caller
        .write(async move |work| {
            Ok(Json(harvest::rejection_reason(&catalog::edit_rejection_reason(work, id, &edited).await?)))
        })
        .await
}

/// Deletes a rejection reason that nothing names.
#[utoipa::path(
    delete, path = "/api/v1/rejection-reasons/{id}", tag = "catalogs", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such rejection reason"),
        (status = 422, description = "Something names it"),
    ),
)]
async fn delete_rejection_reason(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| catalog::delete_rejection_reason(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CloseReasonInput {
    /// At most 255 characters.
    name: String,
}

/// Makes a close reason. Harvest lists it.
#[utoipa::path(
    post, path = "/api/v1/close-reasons", tag = "catalogs", request_body = CloseReasonInput,
    responses(
        (status = 201, description = "The close reason"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create_close_reason(
    caller: Caller,
    Input(input): Input<CloseReasonInput>,
) -> Result<(StatusCode, Json<CloseReason>)> {
    let CloseReasonInput { name } = input;
    let new = NewCloseReason { id: None, name };
    caller
        .write(async move |work| {
            let row = catalog::create_close_reason(work, &new).await?;
            Ok((StatusCode::CREATED, Json(harvest::close_reason(&row))))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CloseReasonChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
}

/// Changes a close reason; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/close-reasons/{id}", tag = "catalogs", params(("id" = i64, Path)), request_body = CloseReasonChanges,
    responses(
        (status = 200, description = "The close reason"),
        (status = 404, description = "No such close reason"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit_close_reason(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<CloseReasonChanges>,
) -> Result<Json<CloseReason>> {
    let CloseReasonChanges { name } = input;
    let edited = EditedCloseReason { name };
    caller
        .write(async move |work| Ok(Json(harvest::close_reason(&catalog::edit_close_reason(work, id, &edited).await?))))
        .await
}

/// Deletes a close reason that nothing names.
#[utoipa::path(
    delete, path = "/api/v1/close-reasons/{id}", tag = "catalogs", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such close reason"),
        (status = 422, description = "Something names it"),
    ),
)]
async fn delete_close_reason(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| catalog::delete_close_reason(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}
