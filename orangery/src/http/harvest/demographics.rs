//! Demographic questions and answers over Harvest (DEM-1 … DEM-3, PAG-5, PAG-6): to read.

use axum::{Json, Router, response::Response, routing::get};

use crate::{
    error::Result,
    graph::diversity::{self, AnswerFilter},
    house::Orangery,
    http::{
        Caller,
        input::{Params, Path},
        page::Paging,
    },
    wire::harvest::{self, DemographicAnswer, DemographicAnswerOption, DemographicQuestion, DemographicQuestionSet},
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/demographics/question_sets", get(sets))
        .route("/v1/demographics/question_sets/{id}", get(set))
        .route("/v1/demographics/question_sets/{id}/questions", get(questions_of_set))
        .route("/v1/demographics/questions", get(questions))
        .route("/v1/demographics/questions/{id}", get(question))
        .route("/v1/demographics/questions/{id}/answer_options", get(options_of_question))
        .route("/v1/demographics/answer_options", get(options))
        .route("/v1/demographics/answer_options/{id}", get(option))
        .route("/v1/demographics/answers", get(answers))
        .route("/v1/demographics/answers/{id}", get(answer))
        .route("/v1/applications/{id}/demographics/answers", get(answers_of_application))
}

async fn sets(caller: Caller, paging: Paging) -> Result<Response> {
    let paging = paging.next_only();
    let slice = caller.read(async |look| diversity::list_sets(look, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::question_set)))
}

async fn set(caller: Caller, Path(id): Path<i64>) -> Result<Json<DemographicQuestionSet>> {
    caller.read(async |look| Ok(Json(harvest::question_set(&look.tx.find(id).await?)))).await
}

async fn questions(caller: Caller, paging: Paging) -> Result<Response> {
    list_questions(caller, None, paging).await
}

async fn questions_of_set(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<Response> {
    list_questions(caller, Some(id), paging).await
}

async fn list_questions(caller: Caller, set_id: Option<i64>, paging: Paging) -> Result<Response> {
    let paging = paging.next_only();
    let slice = caller.read(async |look| diversity::list_questions(look, set_id, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::demographic_question)))
}

async fn question(caller: Caller, Path(id): Path<i64>) -> Result<Json<DemographicQuestion>> {
    caller.read(async |look| Ok(Json(harvest::demographic_question(&look.tx.find(id).await?)))).await
}

async fn options(caller: Caller, paging: Paging) -> Result<Response> {
    list_options(caller, None, paging).await
}

async fn options_of_question(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<Response> {
    list_options(caller, Some(id), paging).await
}

async fn list_options(caller: Caller, question_id: Option<i64>, paging: Paging) -> Result<Response> {
    let paging = paging.next_only();
    let slice = caller.read(async |look| diversity::list_options(look, question_id, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::answer_option)))
}

async fn option(caller: Caller, Path(id): Path<i64>) -> Result<Json<DemographicAnswerOption>> {
    caller.read(async |look| Ok(Json(harvest::answer_option(&look.tx.find(id).await?)))).await
}

async fn answers(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    list_answers(caller, None, params, paging).await
}

async fn answers_of_application(
    caller: Caller,
    Path(id): Path<i64>,
    params: Params,
    paging: Paging,
) -> Result<Response> {
    list_answers(caller, Some(id), params, paging).await
}

async fn list_answers(caller: Caller, application_id: Option<i64>, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(|it| AnswerFilter {
        created_before: it.time("created_before"),
        created_after: it.time("created_after"),
        updated_before: it.time("updated_before"),
        updated_after: it.time("updated_after"),
        application_id,
    })?;
    let paging = paging.next_only();
    let slice = caller.read(async |look| diversity::list_answers(look, filter, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::demographic_answer)))
}

async fn answer(caller: Caller, Path(id): Path<i64>) -> Result<Json<DemographicAnswer>> {
    caller.read(async |look| Ok(Json(harvest::demographic_answer(&look.tx.find(id).await?)))).await
}
