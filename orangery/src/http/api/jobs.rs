//! Jobs as Harvest can't have them: from nothing, opened, closed, opened again, deleted; and what Harvest's PATCH leaves out.

use axum::{Json, http::StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Input, custom::CustomFields, stages::StageInput};
use crate::{
    domain::{
        job::{self, Closing, DepartmentRef, JobChange, NewJob, OfficeRefs},
        opening::NewOpening,
    },
    error::Result,
    house::Orangery,
    http::{Caller, harvest::jobs::answer, input::Path},
    patch::Patch,
    wire::harvest::Job,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(update, delete))
        .routes(routes!(open))
        .routes(routes!(close))
        .routes(routes!(reopen))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpeningInput {
    /// The organization's own text for it; at most 255 characters.
    opening_id: Option<String>,
    /// `{"id" or "name_key", "value"}`, as in Harvest.
    #[serde(default)]
    #[schema(value_type = Vec<serde_json::Value>)]
    custom_fields: CustomFields,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JobInput {
    /// At most 255 characters.
    name: String,
    /// At most 255 characters.
    requisition_id: Option<String>,
    /// HTML; at most 100 000 characters.
    notes: Option<String>,
    #[serde(default)]
    confidential: bool,
    /// Open from the start; else a draft.
    #[serde(default)]
    open: bool,
    /// When an open one was opened, if not now.
    #[schema(value_type = Option<String>, format = DateTime)]
    opened_at: Option<Timestamp>,
    /// At most 255 characters.
    level: Option<String>,
    department_id: Option<i64>,
    #[serde(default)]
    office_ids: Vec<i64>,
    #[serde(default)]
    anywhere: bool,
    /// At most 100 000 characters.
    team_and_responsibilities: Option<String>,
    /// At most 100 000 characters.
    how_to_sell_this_job: Option<String>,
    #[serde(default)]
    is_template: bool,
    /// `{"id" or "name_key", "value"}`, as in Harvest.
    #[serde(default)]
    #[schema(value_type = Vec<serde_json::Value>)]
    custom_fields: CustomFields,
    /// At most 100.
    #[serde(default)]
    openings: Vec<OpeningInput>,
    /// The interview plan; absent, a usual one of five stages.
    stages: Option<Vec<StageInput>>,
}

impl JobInput {
    fn new_job(self) -> NewJob {
        let opening = |OpeningInput { opening_id, custom_fields }: OpeningInput| NewOpening {
            opening_id,
            custom: custom_fields.0,
            ..NewOpening::default()
        };
        NewJob {
            id: None,
            name: self.name,
            requisition_id: self.requisition_id,
            notes: self.notes,
            confidential: self.confidential,
            open: self.open,
            opened_at: self.opened_at.map(rounded),
            level: self.level,
            department: self.department_id.map(DepartmentRef::Id),
            offices: OfficeRefs::Ids(self.office_ids),
            anywhere: self.anywhere,
            team_and_responsibilities: self.team_and_responsibilities,
            how_to_sell_this_job: self.how_to_sell_this_job,
            is_template: self.is_template,
            custom: self.custom_fields.0,
            openings: self.openings.into_iter().map(opening).collect(),
            stages: self.stages.map(|stages| stages.into_iter().map(StageInput::new_stage).collect()),
        }
    }
}

/// Times are kept to the millisecond.
fn rounded(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// Makes a job from nothing, with an interview plan. Fires `job_created`.
#[utoipa::path(
    post, path = "/api/v1/jobs", tag = "jobs", request_body = JobInput,
    responses(
        (status = 201, description = "The job, as Harvest shows it"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create(caller: Caller, Input(input): Input<JobInput>) -> Result<(StatusCode, Json<Job>)> {
    let new = input.new_job();
    caller
        .write(async move |work| {
            let id = job::create(work, new).await?.id;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

/// What is absent stays, null takes a value away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JobEdit {
    /// At most 255 characters.
    name: Option<String>,
    /// At most 255 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    requisition_id: Patch<String>,
    /// HTML; at most 100 000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    notes: Patch<String>,
    confidential: Option<bool>,
    /// The open date of a job that is or was open.
    #[schema(value_type = Option<String>, format = DateTime)]
    opened_at: Option<Timestamp>,
    /// At most 255 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    level: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    department_id: Patch<i64>,
    /// All of them.
    office_ids: Option<Vec<i64>>,
    anywhere: Option<bool>,
    /// At most 100 000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    team_and_responsibilities: Patch<String>,
    /// At most 100 000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    how_to_sell_this_job: Patch<String>,
    is_template: Option<bool>,
    /// `{"id" or "name_key", "value"}`, as in Harvest.
    #[serde(default)]
    #[schema(value_type = Vec<serde_json::Value>)]
    custom_fields: CustomFields,
}

/// Changes a job. Fires `job_updated` for name, department, offices, level, open date, notes, team and responsibilities, how to sell this
/// job and custom fields.
#[utoipa::path(
    patch, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = i64, Path)), request_body = JobEdit,
    responses(
        (status = 200, description = "The job, as Harvest shows it"),
        (status = 404, description = "No such job"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn update(caller: Caller, Path(id): Path<i64>, Input(input): Input<JobEdit>) -> Result<Json<Job>> {
    let change = JobChange {
        name: input.name,
        requisition_id: input.requisition_id,
        notes: input.notes,
        confidential: input.confidential,
        opened_at: input.opened_at.map(rounded),
        level: input.level,
        department: input.department_id.map(DepartmentRef::Id),
        offices: input.office_ids.map(OfficeRefs::Ids),
        anywhere: input.anywhere,
        team_and_responsibilities: input.team_and_responsibilities,
        how_to_sell_this_job: input.how_to_sell_this_job,
        is_template: input.is_template,
        custom: input.custom_fields.0,
    };
    caller
        .write(async move |work| {
            job::update(work, id, change).await?;
            answer(work, id).await
        })
        .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JobOpen {
    /// The open date, if not now.
    #[schema(value_type = Option<String>, format = DateTime)]
    opened_at: Option<Timestamp>,
}

/// Opens a draft. Fires `job_updated`.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/open", tag = "jobs", params(("id" = i64, Path)), request_body = JobOpen,
    responses(
        (status = 200, description = "The job, as Harvest shows it"),
        (status = 404, description = "No such job"),
        (status = 422, description = "It is not a draft, or the input is wrong"),
    ),
)]
async fn open(caller: Caller, Path(id): Path<i64>, Input(JobOpen { opened_at }): Input<JobOpen>) -> Result<Json<Job>> {
    caller
        .write(async move |work| {
            job::open(work, id, opened_at.map(rounded)).await?;
            answer(work, id).await
        })
        .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JobClose {
    /// For the openings that are still open.
    close_reason_id: Option<i64>,
}

/// Closes a job with its openings. Fires `job_updated`, and `job_post_updated` for each post that goes off line.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/close", tag = "jobs", params(("id" = i64, Path)), request_body = JobClose,
    responses(
        (status = 200, description = "The job, as Harvest shows it"),
        (status = 404, description = "No such job"),
        (status = 422, description = "It is closed already, or the input is wrong"),
    ),
)]
async fn close(
    caller: Caller,
    Path(id): Path<i64>,
    Input(JobClose { close_reason_id }): Input<JobClose>,
) -> Result<Json<Job>> {
    caller
        .write(async move |work| {
            job::close(work, id, Closing::ByHand { close_reason_id }).await?;
            answer(work, id).await
        })
        .await
}

/// Opens a closed job again; its openings and posts stay as they are. Fires `job_updated`.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/reopen", tag = "jobs", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "The job, as Harvest shows it"),
        (status = 404, description = "No such job"),
        (status = 422, description = "It is not closed"),
    ),
)]
async fn reopen(caller: Caller, Path(id): Path<i64>) -> Result<Json<Job>> {
    caller
        .write(async move |work| {
            job::reopen(work, id).await?;
            answer(work, id).await
        })
        .await
}

/// Deletes a closed job and all that hangs on it, its applications too. Fires `job_deleted` and nothing else.
#[utoipa::path(
    delete, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "Done"),
        (status = 404, description = "No such job"),
        (status = 422, description = "It is not closed"),
    ),
)]
async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    caller.write(async move |work| job::delete(work, id).await).await?;
    Ok(Json(json!({"success": true, "id": id})))
}
