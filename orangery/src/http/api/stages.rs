//! Interview plans: stages and their interviews, with kits and questions.

use axum::{Json, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::stage::{
        self, NewInterview, NewStage,
        interview::{self, InterviewChange, NewKit, NewKitQuestion},
    },
    error::Result,
    graph,
    house::Orangery,
    http::{Caller, input::Path},
    patch::Patch,
    tables::{Interview, InterviewKind},
    wire::harvest::{self, JobStage},
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(rename, delete))
        .routes(routes!(reorder))
        .routes(routes!(add_interview))
        .routes(routes!(edit_interview, delete_interview))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StageInput {
    /// At most 255 characters.
    name: String,
    /// At most 100.
    #[serde(default)]
    interviews: Vec<InterviewInput>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InterviewInput {
    /// At most 255 characters.
    name: String,
    /// Absent, a meeting.
    kind: Option<InterviewKind>,
    /// From 1 to 1440.
    estimated_minutes: Option<i64>,
    #[serde(default)]
    default_interviewer_user_ids: Vec<i64>,
    #[serde(default)]
    kit: KitInput,
}

#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
struct KitInput {
    /// HTML; at most 100 000 characters.
    content: Option<String>,
    /// At most 100.
    #[serde(default)]
    questions: Vec<KitQuestionInput>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KitQuestionInput {
    /// When a kit is edited: the question that is there.
    id: Option<i64>,
    /// Basic HTML.
    question: String,
}

impl StageInput {
    pub(super) fn new_stage(self) -> NewStage {
        let Self { name, interviews } = self;
        NewStage { id: None, name, interviews: interviews.into_iter().map(InterviewInput::new_interview).collect() }
    }
}

impl InterviewInput {
    fn new_interview(self) -> NewInterview {
        let Self { name, kind, estimated_minutes, default_interviewer_user_ids, kit } = self;
        let KitInput { content, questions } = kit;
        let question = |it: KitQuestionInput| NewKitQuestion { id: None, question: it.question };
        NewInterview {
            id: None,
            name,
            kind: kind.unwrap_or(InterviewKind::Meeting),
            estimated_minutes,
            user_ids: default_interviewer_user_ids,
            kit: NewKit { id: None, content, questions: questions.into_iter().map(question).collect() },
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewStageInput {
    /// At most 255 characters.
    name: String,
    /// At most 100.
    #[serde(default)]
    interviews: Vec<InterviewInput>,
    /// The place in the plan, counted from 0; absent, the last.
    position: Option<usize>,
}

/// Adds a stage to a job's plan. Fires nothing.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/stages", tag = "stages", params(("id" = i64, Path)), request_body = NewStageInput,
    responses(
        (status = 201, description = "The stage, as Harvest shows it"),
        (status = 404, description = "No such job"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create(
    caller: Caller,
    Path(id): Path<i64>,
    Input(NewStageInput { name, interviews, position }): Input<NewStageInput>,
) -> Result<(StatusCode, Json<JobStage>)> {
    let new = StageInput { name, interviews }.new_stage();
    caller
        .write(async move |work| {
            let id = stage::create(work, id, position, new).await?.id;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StageName {
    /// At most 255 characters.
    name: String,
}

/// Gives a stage another name. Fires nothing.
#[utoipa::path(
    patch, path = "/api/v1/stages/{id}", tag = "stages", params(("id" = i64, Path)), request_body = StageName,
    responses(
        (status = 200, description = "The stage, as Harvest shows it"),
        (status = 404, description = "No such stage"),
        (status = 422, description = "The stage is deleted, or the input is wrong"),
    ),
)]
async fn rename(
    caller: Caller,
    Path(id): Path<i64>,
    Input(StageName { name }): Input<StageName>,
) -> Result<Json<JobStage>> {
    caller
        .write(async move |work| {
            stage::rename(work, id, name).await?;
            answer(work, id).await
        })
        .await
}

/// Takes a stage out of the plan; no active application may stand in it. Fires `job_interview_stage_deleted`.
#[utoipa::path(
    delete, path = "/api/v1/stages/{id}", tag = "stages", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "Done"),
        (status = 404, description = "No such stage"),
        (status = 422, description = "Active applications stand in it, or it is the last"),
    ),
)]
async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    caller.write(async move |work| stage::delete(work, id).await).await?;
    Ok(Json(json!({"success": true, "id": id})))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StageOrder {
    /// Each stage of the job once.
    stage_ids: Vec<i64>,
}

/// Puts the stages of a job into another order. Fires nothing.
#[utoipa::path(
    put, path = "/api/v1/jobs/{id}/stages/order", tag = "stages", params(("id" = i64, Path)), request_body = StageOrder,
    responses(
        (status = 200, description = "The stages in their order, as Harvest shows them"),
        (status = 404, description = "No such job"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn reorder(
    caller: Caller,
    Path(id): Path<i64>,
    Input(StageOrder { stage_ids }): Input<StageOrder>,
) -> Result<Json<Vec<JobStage>>> {
    caller
        .write(async move |work| {
            stage::reorder(work, id, &stage_ids).await?;
            let look = work.look().await?;
            let rows = graph::job::stages_of_job(&look, id).await?;
            let stages = graph::job::stages(&look, rows).await?;
            Ok(Json(stages.iter().map(harvest::job_stage).collect()))
        })
        .await
}

/// Adds an interview to a stage, as the last. Fires nothing.
#[utoipa::path(
    post, path = "/api/v1/stages/{id}/interviews", tag = "stages", params(("id" = i64, Path)), request_body = InterviewInput,
    responses(
        (status = 201, description = "The stage, as Harvest shows it"),
        (status = 404, description = "No such stage"),
        (status = 422, description = "The stage is deleted, or the input is wrong"),
    ),
)]
async fn add_interview(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<InterviewInput>,
) -> Result<(StatusCode, Json<JobStage>)> {
    let new = input.new_interview();
    caller
        .write(async move |work| {
            interview::create(work, id, new).await?;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

/// What is absent stays, null takes a value away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InterviewEdit {
    /// At most 255 characters.
    name: Option<String>,
    kind: Option<InterviewKind>,
    /// From 1 to 1440.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    estimated_minutes: Patch<i64>,
    /// All of them.
    default_interviewer_user_ids: Option<Vec<i64>>,
    #[serde(default)]
    kit: KitEdit,
}

#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
struct KitEdit {
    /// HTML; at most 100 000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    content: Patch<String>,
    /// All of them, in their order: those with an id stay, others are new, the rest go.
    questions: Option<Vec<KitQuestionInput>>,
}

/// Edits an interview of a stage, and its kit. Fires nothing.
#[utoipa::path(
    patch, path = "/api/v1/interviews/{id}", tag = "stages", params(("id" = i64, Path)), request_body = InterviewEdit,
    responses(
        (status = 200, description = "Its stage, as Harvest shows it"),
        (status = 404, description = "No such interview"),
        (status = 422, description = "The stage is deleted, or the input is wrong"),
    ),
)]
async fn edit_interview(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<InterviewEdit>,
) -> Result<Json<JobStage>> {
    let InterviewEdit { name, kind, estimated_minutes, default_interviewer_user_ids, kit } = input;
    let KitEdit { content, questions } = kit;
    let question = |it: KitQuestionInput| NewKitQuestion { id: it.id, question: it.question };
    let change = InterviewChange {
        name,
        kind,
        estimated_minutes,
        user_ids: default_interviewer_user_ids,
        content,
        questions: questions.map(|it| it.into_iter().map(question).collect()),
    };
    caller
        .write(async move |work| {
            interview::edit(work, id, change).await?;
            answer(work, work.tx.find::<Interview>(id).await?.stage_id).await
        })
        .await
}

/// Deletes an interview of a stage and what was scheduled for it. Fires nothing.
#[utoipa::path(
    delete, path = "/api/v1/interviews/{id}", tag = "stages", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "Done"),
        (status = 404, description = "No such interview"),
        (status = 422, description = "The stage is deleted"),
    ),
)]
async fn delete_interview(caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    caller.write(async move |work| interview::delete(work, id).await).await?;
    Ok(Json(json!({"success": true, "id": id})))
}

/// The stage as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<JobStage>> {
    Ok(Json(harvest::job_stage(&graph::job::stage(&work.look().await?, id).await?)))
}
