//! Demographic question sets, questions and answer options: made, changed and made inactive here; Harvest only reads them.

use axum::{Json, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::demographic::{self, EditedOption, EditedQuestion, EditedSet, NewOption, NewQuestion, NewSet},
    error::Result,
    house::Orangery,
    http::{Caller, input::Path},
    patch::Patch,
    tables::AnswerType,
    wire::harvest::{self, DemographicAnswerOption, DemographicQuestion, DemographicQuestionSet},
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(create_set))
        .routes(routes!(edit_set))
        .routes(routes!(add_question))
        .routes(routes!(edit_question))
        .routes(routes!(add_option))
        .routes(routes!(edit_option))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DemographicQuestionSetInput {
    /// At most 255 characters.
    title: String,
    /// HTML.
    description: Option<String>,
}

/// Makes an empty set of demographic questions. Harvest lists it.
#[utoipa::path(
    post, path = "/api/v1/demographic-question-sets", tag = "demographics",
    request_body = DemographicQuestionSetInput,
    responses(
        (status = 201, description = "The set"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create_set(
    caller: Caller,
    Input(input): Input<DemographicQuestionSetInput>,
) -> Result<(StatusCode, Json<DemographicQuestionSet>)> {
    let DemographicQuestionSetInput { title, description } = input;
    let new = NewSet { id: None, title, description, active: true };
    caller
        .write(async move |work| {
            let row = demographic::create_set(work, &new).await?;
            Ok((StatusCode::CREATED, Json(harvest::question_set(&row))))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DemographicQuestionSetChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    title: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Patch<String>,
    /// False deletes it; what was answered stays.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    active: Patch<bool>,
}

/// Changes a set; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/demographic-question-sets/{id}", tag = "demographics", params(("id" = i64, Path)),
    request_body = DemographicQuestionSetChanges,
    responses(
        (status = 200, description = "The set"),
        (status = 404, description = "No such set"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit_set(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<DemographicQuestionSetChanges>,
) -> Result<Json<DemographicQuestionSet>> {
    let DemographicQuestionSetChanges { title, description, active } = input;
    let edited = EditedSet { title, description, active };
    caller
        .write(async move |work| Ok(Json(harvest::question_set(&demographic::edit_set(work, id, &edited).await?))))
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DemographicQuestionInput {
    /// The question itself, of at most 255 characters.
    name: String,
    #[serde(default)]
    required: bool,
    answer_type: AnswerType,
    /// In their order.
    #[serde(default)]
    answer_options: Vec<DemographicOptionInput>,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DemographicOptionInput {
    /// At most 255 characters.
    name: String,
    /// Whoever chooses it may write something.
    #[serde(default)]
    free_form: bool,
}

impl DemographicOptionInput {
    fn new_option(self) -> NewOption {
        let Self { name, free_form } = self;
        NewOption { id: None, name, free_form, active: true }
    }
}

/// Adds a question with its options, as the set's last.
#[utoipa::path(
    post, path = "/api/v1/demographic-question-sets/{id}/questions", tag = "demographics", params(("id" = i64, Path)),
    request_body = DemographicQuestionInput,
    responses(
        (status = 201, description = "The question"),
        (status = 404, description = "No such set"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn add_question(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<DemographicQuestionInput>,
) -> Result<(StatusCode, Json<DemographicQuestion>)> {
    let DemographicQuestionInput { name, required, answer_type, answer_options } = input;
    let options = answer_options.into_iter().map(DemographicOptionInput::new_option).collect();
    let new = NewQuestion { id: None, name, required, answer_type, active: true, options };
    caller
        .write(async move |work| {
            let row = demographic::add_question(work, id, &new).await?;
            Ok((StatusCode::CREATED, Json(harvest::demographic_question(&row))))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DemographicQuestionChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    required: Patch<bool>,
    #[serde(default)]
    #[schema(value_type = Option<AnswerType>)]
    answer_type: Patch<AnswerType>,
    /// False deletes it; what was answered stays.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    active: Patch<bool>,
    /// Questions stand in the order of their priorities.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    priority: Patch<i64>,
}

/// Changes a question; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/demographic-questions/{id}", tag = "demographics", params(("id" = i64, Path)),
    request_body = DemographicQuestionChanges,
    responses(
        (status = 200, description = "The question"),
        (status = 404, description = "No such question"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit_question(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<DemographicQuestionChanges>,
) -> Result<Json<DemographicQuestion>> {
    let DemographicQuestionChanges { name, required, answer_type, active, priority } = input;
    let edited = EditedQuestion { name, required, answer_type, active, priority };
    caller
        .write(async move |work| {
            Ok(Json(harvest::demographic_question(&demographic::edit_question(work, id, &edited).await?)))
        })
        .await
}

/// Adds an option as the question's last.
#[utoipa::path(
    post, path = "/api/v1/demographic-questions/{id}/answer-options", tag = "demographics", params(("id" = i64, Path)),
    request_body = DemographicOptionInput,
    responses(
        (status = 201, description = "The option"),
        (status = 404, description = "No such question"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn add_option(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<DemographicOptionInput>,
) -> Result<(StatusCode, Json<DemographicAnswerOption>)> {
    let new = input.new_option();
    caller
        .write(async move |work| {
            let row = demographic::add_option(work, id, &new).await?;
            Ok((StatusCode::CREATED, Json(harvest::answer_option(&row))))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DemographicOptionChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    free_form: Patch<bool>,
    /// False deletes it; who chose it has chosen it.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    active: Patch<bool>,
    /// Options stand in the order of their priorities.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    priority: Patch<i64>,
}

/// Changes an option; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/demographic-answer-options/{id}", tag = "demographics", params(("id" = i64, Path)),
    request_body = DemographicOptionChanges,
    responses(
        (status = 200, description = "The option"),
        (status = 404, description = "No such option"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit_option(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<DemographicOptionChanges>,
) -> Result<Json<DemographicAnswerOption>> {
    let DemographicOptionChanges { name, free_form, active, priority } = input;
    let edited = EditedOption { name, free_form, active, priority };
    caller
        .write(async move |work| Ok(Json(harvest::answer_option(&demographic::edit_option(work, id, &edited).await?))))
        .await
}
