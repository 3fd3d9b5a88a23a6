//! Applications over Harvest.

use axum::{
    Json, Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};

use crate::{
    domain::application::{self, Rejection},
    error::Result,
    graph::{self, application::Filter},
    house::Orangery,
    http::{
        Caller,
        input::{Body, Params},
        page::Paging,
    },
    wire::harvest::{self, Application},
    work::Work,
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/applications", get(index))
        .route("/v1/applications/{id}", get(show))
        .route("/v1/applications/{id}/reject", post(reject))
        .route("/v1/applications/{id}/unreject", post(unreject))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(|it| Filter {
        created_before: it.time("created_before"),
        created_after: it.time("created_after"),
        last_activity_after: it.time("last_activity_after"),
        job_id: it.id("job_id"),
        status: it.text("status", 255),
    })?;
    let slice = caller.read(async |look| graph::application::list(look, filter, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::application)))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<Application>> {
    caller.read(async |look| Ok(Json(harvest::application(&graph::application::application(look, id).await?)))).await
}

async fn reject(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Application>> {
    let rejection = body.read(|it| Rejection {
        reason_id: it.id("rejection_reason_id"),
        notes: it.text("notes", 100_000),
        ..Rejection::default()
    })?;
    caller
        .write(async move |work| {
            application::reject(work, id, &rejection).await?;
            answer(work, id).await
        })
        .await
}

async fn unreject(caller: Caller, Path(id): Path<i64>) -> Result<Json<Application>> {
    caller
        .write(async move |work| {
            application::unreject(work, id).await?;
            answer(work, id).await
        })
        .await
}

/// The application as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<Application>> {
    Ok(Json(harvest::application(&graph::application::application(&work.look().await?, id).await?)))
}
