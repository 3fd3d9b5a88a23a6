//! Scorecards written, submitted and deleted: Harvest only reads them (SC-3, INC-12).

use axum::{Json, http::StatusCode};
use jiff::Timestamp;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::scorecard::{self, Edit, NewScorecard},
    error::Result,
    graph::{self, scorecard::Filter},
    house::Orangery,
    http::{Caller, input::Path, page::Paging},
    patch::Patch,
    tables::{Rating, ScorecardAnswer, ScorecardAttribute, ScorecardStatus},
    wire::harvest,
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(show, edit, remove))
        .routes(routes!(submit))
        .routes(routes!(of_application))
}

/// A scorecard as Harvest shows it, and whether it is submitted.
#[derive(serde::Serialize)]
struct Scorecard {
    #[serde(flatten)]
    card: harvest::Scorecard,
    status: ScorecardStatus,
}

fn shown(card: &graph::scorecard::Scorecard) -> Scorecard {
    Scorecard { card: harvest::scorecard(card), status: card.row.status }
}

/// A scorecard to be written.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ScorecardInput {
    application_id: i64,
    /// An interview step of the application's job. Without one there must be an `interview_name`.
    interview_id: Option<i64>,
    interview_name: Option<String>,
    /// The scheduled interview it is about; without one, the last of this step that the interviewer was asked to.
    scheduled_interview_id: Option<i64>,
    /// Who interviewed; the user of On-Behalf-Of where absent.
    interviewer_id: Option<i64>,
    /// Who submits it; the user of On-Behalf-Of where absent.
    submitted_by_id: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    interviewed_at: Option<Timestamp>,
    /// All but `mixed`; `no_decision` where absent.
    overall_recommendation: Option<Rating>,
    #[serde(default)]
    attributes: Vec<ScorecardAttribute>,
    #[serde(default)]
    answers: Vec<ScorecardAnswer>,
    /// `draft` where absent; `complete` submits it at once.
    status: Option<ScorecardStatus>,
}

/// Writes a scorecard, as a draft or submitted at once. Fires nothing.
#[utoipa::path(
    post, path = "/api/v1/scorecards", tag = "scorecards", request_body = ScorecardInput,
    responses((status = 201, description = "The scorecard"), (status = 422, description = "The input is wrong")),
)]
async fn create(caller: Caller, Input(input): Input<ScorecardInput>) -> Result<(StatusCode, Json<Scorecard>)> {
    let ScorecardInput {
        application_id,
        interview_id,
        interview_name,
        scheduled_interview_id,
        interviewer_id,
        submitted_by_id,
        interviewed_at,
        overall_recommendation,
        attributes,
        answers,
        status,
    } = input;
    let new = NewScorecard {
        id: None,
        application_id,
        interview_id,
        interview_name,
        scheduled_interview_id,
        interviewer_id,
        submitted_by_id,
        interviewed_at,
        overall_recommendation: overall_recommendation.unwrap_or(Rating::NoDecision),
        attributes,
        answers,
        status: status.unwrap_or(ScorecardStatus::Draft),
    };
    caller
        .write(async move |work| {
            let id = scorecard::create(work, new).await?;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

/// A scorecard, submitted or not.
#[utoipa::path(
    get, path = "/api/v1/scorecards/{id}", tag = "scorecards", params(("id" = i64, Path)),
    responses((status = 200, description = "The scorecard"), (status = 404, description = "No such scorecard")),
)]
async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<Scorecard>> {
    caller.read(async |look| Ok(Json(shown(&graph::scorecard::scorecard(look, id).await?)))).await
}

/// The scorecards of an application, drafts too.
#[utoipa::path(
    get, path = "/api/v1/applications/{id}/scorecards", tag = "scorecards",
    params(("id" = i64, Path), ("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query)),
    responses((status = 200, description = "The scorecards"), (status = 404, description = "No such application")),
)]
async fn of_application(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<axum::response::Response> {
    let filter = Filter { application_id: Some(id), drafts: true, ..Filter::default() };
    let slice = caller.read(async |look| graph::scorecard::list(look, filter, paging.page).await).await?;
    Ok(paging.answer(slice.map(shown)))
}

/// What changes of a scorecard; what is absent stays.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ScorecardEdit {
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    interviewer_id: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    submitted_by_id: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    interviewed_at: Patch<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<Rating>)]
    overall_recommendation: Patch<Rating>,
    /// All of them.
    #[serde(default)]
    #[schema(value_type = Option<Vec<ScorecardAttribute>>)]
    attributes: Patch<Vec<ScorecardAttribute>>,
    /// All of them.
    #[serde(default)]
    #[schema(value_type = Option<Vec<ScorecardAnswer>>)]
    answers: Patch<Vec<ScorecardAnswer>>,
}

/// Changes a scorecard, submitted or not. Fires nothing.
#[utoipa::path(
    patch, path = "/api/v1/scorecards/{id}", tag = "scorecards", params(("id" = i64, Path)), request_body = ScorecardEdit,
    responses(
        (status = 200, description = "The scorecard"),
        (status = 404, description = "No such scorecard"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit(caller: Caller, Path(id): Path<i64>, Input(input): Input<ScorecardEdit>) -> Result<Json<Scorecard>> {
    let ScorecardEdit { interviewer_id, submitted_by_id, interviewed_at, overall_recommendation, attributes, answers } =
        input;
    let edit = Edit { interviewer_id, submitted_by_id, interviewed_at, overall_recommendation, attributes, answers };
    caller
        .write(async move |work| {
            scorecard::edit(work, id, edit).await?;
            answer(work, id).await
        })
        .await
}

/// Submits a draft. When every interviewer of its scheduled interview has submitted one, that is complete. Fires nothing.
#[utoipa::path(
    post, path = "/api/v1/scorecards/{id}/submit", tag = "scorecards", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "The scorecard"),
        (status = 404, description = "No such scorecard"),
        (status = 422, description = "It was submitted already"),
    ),
)]
async fn submit(caller: Caller, Path(id): Path<i64>) -> Result<Json<Scorecard>> {
    caller
        .write(async move |work| {
            scorecard::submit(work, id).await?;
            answer(work, id).await
        })
        .await
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct ScorecardDeleted {
    message: String,
}

/// Deletes a scorecard. Fires `scorecard_deleted`.
#[utoipa::path(
    delete, path = "/api/v1/scorecards/{id}", tag = "scorecards", params(("id" = i64, Path)),
    responses((status = 200, body = ScorecardDeleted), (status = 404, description = "No such scorecard")),
)]
async fn remove(caller: Caller, Path(id): Path<i64>) -> Result<Json<ScorecardDeleted>> {
    caller.write(async move |work| scorecard::delete(work, id).await).await?;
    Ok(Json(ScorecardDeleted { message: format!("Scorecard {id} has been deleted.") }))
}

/// The scorecard as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<Scorecard>> {
    Ok(Json(shown(&graph::scorecard::scorecard(&work.look().await?, id).await?)))
}
