//! Retention rules: who is made anonymous after how long.

use axum::{Json, http::StatusCode, response::Response};
use jiff::Timestamp;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Input,
    bulk::{BulkResult, result},
};
use crate::{
    domain::retention::{self, Edit, NewRule},
    error::Result,
    graph,
    house::Orangery,
    http::{
        Caller,
        input::{Params, Path},
        page::Paging,
    },
    patch::Patch,
    tables,
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(index, create))
        .routes(routes!(show, edit, delete))
        .routes(routes!(preview))
        .routes(routes!(run))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Rule {
    id: i64,
    name: String,
    /// Only candidates with an application on a job of this office.
    office_id: Option<i64>,
    months: i64,
    fields: Vec<String>,
    /// Whether the timer runs it.
    enabled: bool,
    #[schema(value_type = Option<String>)]
    last_run_at: Option<Timestamp>,
    #[schema(value_type = String)]
    created_at: Timestamp,
    #[schema(value_type = String)]
    updated_at: Timestamp,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RuleInput {
    /// At most 255 characters.
    name: String,
    office_id: Option<i64>,
    /// For how many months nothing has happened, from 1 to 1200.
    months: i64,
    /// What goes, by the names that `PUT /v1/candidates/{id}/anonymize` takes.
    fields: Vec<String>,
    /// True where absent.
    enabled: Option<bool>,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RuleEdit {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    office_id: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    months: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    fields: Patch<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    enabled: Patch<bool>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Due {
    /// By id.
    candidate_ids: Vec<i64>,
    /// Whether more are due than are listed here.
    more: bool,
}

/// All rules.
#[utoipa::path(
    get, path = "/api/v1/retention-rules", tag = "retention",
    params(("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query)),
    responses((status = 200, body = Vec<Rule>)),
)]
async fn index(caller: Caller, paging: Paging) -> Result<Response> {
    let page = paging.page;
    let slice = caller.read(async |look| graph::retention::list(look, page).await).await?;
    Ok(paging.answer(slice.map(rule)))
}

/// One rule.
#[utoipa::path(
    get, path = "/api/v1/retention-rules/{id}", tag = "retention", params(("id" = i64, Path)),
    responses((status = 200, body = Rule), (status = 404, description = "No such rule")),
)]
async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<Rule>> {
    caller.read(async |look| Ok(Json(rule(&look.tx.find(id).await?)))).await
}

/// Makes a rule. Nobody is made anonymous before it runs.
#[utoipa::path(
    post, path = "/api/v1/retention-rules", tag = "retention", request_body = RuleInput,
    responses((status = 201, body = Rule), (status = 422, description = "The input is wrong")),
)]
async fn create(caller: Caller, Input(input): Input<RuleInput>) -> Result<(StatusCode, Json<Rule>)> {
    let RuleInput { name, office_id, months, fields, enabled } = input;
    let new = NewRule { id: None, name, office_id, months, fields, enabled: enabled.unwrap_or(true) };
    caller
        .write(async move |work| {
            let id = retention::create(work, &new).await?;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

/// Changes a rule. What is absent stays; a null office takes the office away.
#[utoipa::path(
    patch, path = "/api/v1/retention-rules/{id}", tag = "retention", params(("id" = i64, Path)), request_body = RuleEdit,
    responses(
        (status = 200, body = Rule),
        (status = 404, description = "No such rule"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit(caller: Caller, Path(id): Path<i64>, Input(input): Input<RuleEdit>) -> Result<Json<Rule>> {
    let RuleEdit { name, office_id, months, fields, enabled } = input;
    let edit = Edit { name, office_id, months, fields, enabled };
    caller
        .write(async move |work| {
            retention::edit(work, id, &edit).await?;
            answer(work, id).await
        })
        .await
}

/// Takes a rule away. Who was made anonymous stays so.
#[utoipa::path(
    delete, path = "/api/v1/retention-rules/{id}", tag = "retention", params(("id" = i64, Path)),
    responses((status = 204, description = "It is gone"), (status = 404, description = "No such rule")),
)]
async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| retention::delete(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who would be made anonymous if the rule ran now. Nothing is changed. At most 500 at a time, above the id `after`.
#[utoipa::path(
    post, path = "/api/v1/retention-rules/{id}/preview", tag = "retention",
    params(("id" = i64, Path), ("after" = Option<i64>, Query)),
    responses(
        (status = 200, body = Due),
        (status = 404, description = "No such rule"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn preview(caller: Caller, Path(id): Path<i64>, params: Params) -> Result<Json<Due>> {
    let after = params.read(|it| it.id("after"))?.unwrap_or_default();
    caller
        .read(async |look| {
            let rule = look.tx.find(id).await?;
            let mut candidate_ids = graph::retention::due(look, &rule, after, 501).await?;
            let more = candidate_ids.len() > 500;
            candidate_ids.truncate(500);
            Ok(Json(Due { candidate_ids, more }))
        })
        .await
}

/// Makes everybody anonymous who is due, and says what became of each. Fires what an anonymization fires, per candidate.
#[utoipa::path(
    post, path = "/api/v1/retention-rules/{id}/run", tag = "retention", params(("id" = i64, Path)),
    responses((status = 200, body = Vec<BulkResult>), (status = 404, description = "No such rule")),
)]
async fn run(caller: Caller, Path(id): Path<i64>) -> Result<Json<Vec<BulkResult>>> {
    let done = retention::run(&caller.house, id).await?;
    Ok(Json(done.into_iter().map(|it| result(it.candidate_id, it.result)).collect()))
}

async fn answer(work: &Work, id: i64) -> Result<Json<Rule>> {
    Ok(Json(rule(&work.tx.find(id).await?)))
}

fn rule(row: &tables::RetentionRule) -> Rule {
    let tables::RetentionRule { id, name, office_id, months, fields, enabled, last_run_at, created_at, updated_at } =
        row.clone();
    Rule { id, name, office_id, months, fields: fields.0, enabled, last_run_at, created_at, updated_at }
}
