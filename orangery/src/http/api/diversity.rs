//! What an applicant said of themselves, EEOC and demographic answers: given on the form of a board, corrected and taken back here.

use axum::{Json, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::diversity::{self, GivenAnswer, GivenEeoc, GivenOption},
    error::Result,
    graph,
    house::Orangery,
    http::{Caller, input::Path},
    tables::{self, DisabilityStatus, Gender, Race, VeteranStatus},
    wire::harvest::{self, DemographicAnswer, Eeoc},
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(set_eeoc, remove_eeoc)).routes(routes!(answer))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EeocInput {
    race: Option<Race>,
    gender: Option<Gender>,
    veteran_status: Option<VeteranStatus>,
    disability_status: Option<DisabilityStatus>,
}

/// Makes this the EEOC record of an application; what is absent was not said.
#[utoipa::path(
    put, path = "/api/v1/applications/{id}/eeoc", tag = "demographics", params(("id" = i64, Path)),
    request_body = EeocInput,
    responses(
        (status = 200, description = "The record"),
        (status = 404, description = "No such application"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn set_eeoc(caller: Caller, Path(id): Path<i64>, Input(input): Input<EeocInput>) -> Result<Json<Eeoc>> {
    let EeocInput { race, gender, veteran_status, disability_status } = input;
    let given = GivenEeoc { id: None, race, gender, veteran_status, disability_status, submitted_at: None };
    caller
        .write(async move |work| {
            diversity::set_eeoc(work, id, &given).await?;
            Ok(Json(harvest::eeoc(&graph::diversity::eeoc(&work.look().await?, id).await?)))
        })
        .await
}

/// Forgets the EEOC record of an application. Can be repeated.
#[utoipa::path(
    delete, path = "/api/v1/applications/{id}/eeoc", tag = "demographics", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "There is none"),
        (status = 404, description = "No such application"),
        (status = 422, description = "The header On-Behalf-Of is wrong"),
    ),
)]
async fn remove_eeoc(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| diversity::remove_eeoc(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DemographicAnswersInput {
    demographic_answers: Vec<DemographicAnswerInput>,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DemographicAnswerInput {
    question_id: i64,
    /// Empty takes the answer back.
    #[serde(default)]
    answer_options: Vec<ChosenOptionInput>,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ChosenOptionInput {
    answer_option_id: i64,
    /// Only where the option is free form.
    text: Option<String>,
}

/// Makes these the answers to the questions that are named; answers to others stay.
#[utoipa::path(
    put, path = "/api/v1/applications/{id}/demographic-answers", tag = "demographics", params(("id" = i64, Path)),
    request_body = DemographicAnswersInput,
    responses(
        (status = 200, description = "All answers of the application"),
        (status = 404, description = "No such application"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn answer(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<DemographicAnswersInput>,
) -> Result<Json<Vec<DemographicAnswer>>> {
    let option = |it: ChosenOptionInput| GivenOption {
        id: None,
        answer_option_id: it.answer_option_id,
        text: it.text,
        created_at: None,
    };
    let answer = |it: DemographicAnswerInput| GivenAnswer {
        question_id: it.question_id,
        options: it.answer_options.into_iter().map(option).collect(),
    };
    let given: Vec<GivenAnswer> = input.demographic_answers.into_iter().map(answer).collect();
    caller
        .write(async move |work| {
            diversity::answer(work, id, &given, "demographic_answers").await?;
            let rows: Vec<tables::DemographicAnswer> = work.tx.children("application_id", &[id]).await?;
            Ok(Json(rows.iter().map(harvest::demographic_answer).collect()))
        })
        .await
}
