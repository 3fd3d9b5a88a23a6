//! The stages of interview plans over Harvest.

use axum::{Json, Router, response::Response, routing::get};

use super::jobs::times;
use crate::{
    error::Result,
    graph,
    house::Orangery,
    http::{
        Caller,
        input::{Params, Path},
        page::Paging,
    },
    wire::harvest::{self, JobStage},
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/job_stages", get(index))
        .route("/v1/job_stages/{id}", get(show))
        .route("/v1/jobs/{id}/stages", get(of_job))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    list(caller, None, params, paging).await
}

async fn of_job(caller: Caller, Path(job_id): Path<i64>, params: Params, paging: Paging) -> Result<Response> {
    list(caller, Some(job_id), params, paging).await
}

async fn list(caller: Caller, job_id: Option<i64>, params: Params, paging: Paging) -> Result<Response> {
    let times = params.read(times)?;
    let slice = caller.read(async |look| graph::job::stage_list(look, job_id, times, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::job_stage)))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<JobStage>> {
    caller.read(async |look| Ok(Json(harvest::job_stage(&graph::job::stage(look, id).await?)))).await
}
