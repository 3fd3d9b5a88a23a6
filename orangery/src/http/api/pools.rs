//! Prospect pools and their stages: made, changed and deleted here; Harvest only reads them.

use axum::{Json, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::catalog::{self, EditedPool, EditedPoolStage, NewPool},
    error::{Error, Result},
    house::Orangery,
    http::{Caller, input::Path},
    patch::Patch,
    wire::harvest::{self, ProspectPool},
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(edit, delete))
        .routes(routes!(create_stage))
        .routes(routes!(edit_stage, delete_stage))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PoolInput {
    /// At most 255 characters.
    name: String,
    /// The names of its stages, in their order.
    #[serde(default)]
    prospect_stages: Vec<String>,
}

/// Makes a prospect pool with its stages. Harvest lists it.
#[utoipa::path(
    post, path = "/api/v1/prospect-pools", tag = "catalogs", request_body = PoolInput,
    responses(
        (status = 201, description = "The pool"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create(caller: Caller, Input(input): Input<PoolInput>) -> Result<(StatusCode, Json<ProspectPool>)> {
    let PoolInput { name, prospect_stages } = input;
    let new = NewPool { id: None, name, stages: prospect_stages.into_iter().map(|name| (None, name)).collect() };
    caller
        .write(async move |work| {
            let id = catalog::create_pool(work, &new).await?;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PoolChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    /// False hides it.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    active: Patch<bool>,
}

/// Changes a pool; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/prospect-pools/{id}", tag = "catalogs", params(("id" = i64, Path)), request_body = PoolChanges,
    responses(
        (status = 200, description = "The pool"),
        (status = 404, description = "No such pool"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit(caller: Caller, Path(id): Path<i64>, Input(input): Input<PoolChanges>) -> Result<Json<ProspectPool>> {
    let PoolChanges { name, active } = input;
    let edited = EditedPool { name, active };
    caller
        .write(async move |work| {
            catalog::edit_pool(work, id, &edited).await?;
            answer(work, id).await
        })
        .await
}

/// Deletes a pool that no prospect is in, with its stages.
#[utoipa::path(
    delete, path = "/api/v1/prospect-pools/{id}", tag = "catalogs", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such pool"),
        (status = 422, description = "Prospects are in it"),
    ),
)]
async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| catalog::delete_pool(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PoolStageInput {
    /// At most 255 characters.
    name: String,
}

/// Adds a stage as the pool's last.
#[utoipa::path(
    post, path = "/api/v1/prospect-pools/{id}/stages", tag = "catalogs", params(("id" = i64, Path)), request_body = PoolStageInput,
    responses(
        (status = 201, description = "The pool"),
        (status = 404, description = "No such pool"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create_stage(
    caller: Caller,
    Path(id): Path<i64>,
    Input(PoolStageInput { name }): Input<PoolStageInput>,
) -> Result<(StatusCode, Json<ProspectPool>)> {
    caller
        .write(async move |work| {
            catalog::create_pool_stage(work, id, &name).await?;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct StageChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    /// Stages stand in the order of their priorities.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    priority: Patch<i64>,
}

/// Changes a stage of a pool; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/prospect-stages/{id}", tag = "catalogs", params(("id" = i64, Path)), request_body = StageChanges,
    responses(
        (status = 200, description = "The pool"),
        (status = 404, description = "No such stage"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit_stage(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<StageChanges>,
) -> Result<Json<ProspectPool>> {
    let StageChanges { name, priority } = input;
    let edited = EditedPoolStage { name, priority };
    caller
        .write(async move |work| {
            let pool_id = catalog::edit_pool_stage(work, id, &edited).await?;
            answer(work, pool_id).await
        })
        .await
}

/// Deletes a stage of a pool that no prospect is in.
#[utoipa::path(
    delete, path = "/api/v1/prospect-stages/{id}", tag = "catalogs", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such stage"),
        (status = 422, description = "Prospects are in it"),
    ),
)]
async fn delete_stage(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| catalog::delete_pool_stage(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The pool as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<ProspectPool>> {
    let catalog = work.catalog().await?;
    let pool = catalog.prospect_pools.get(&id).ok_or(Error::NotFound("prospect_pools", id))?;
    Ok(Json(harvest::prospect_pool(pool, &catalog)))
}
