//! Departments and offices: deleted here, since Harvest can't; everything else about them is Harvest's.

use axum::http::StatusCode;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    domain::{department, office},
    error::Result,
    house::Orangery,
    http::{Caller, input::Path},
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(delete_department)).routes(routes!(delete_office))
}

/// Deletes a department. Those below it move up to its parent; jobs that named it name none. Fires `department_deleted`.
#[utoipa::path(
    delete, path = "/api/v1/departments/{id}", tag = "organization", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such department"),
        (status = 422, description = "The header On-Behalf-Of is wrong"),
    ),
)]
async fn delete_department(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| department::delete(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes an office. Those below it move up to its parent; jobs that named it name it no more. Fires `office_deleted`.
#[utoipa::path(
    delete, path = "/api/v1/offices/{id}", tag = "organization", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such office"),
        (status = 422, description = "The header On-Behalf-Of is wrong"),
    ),
)]
async fn delete_office(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| office::delete(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}
