//! Submitted scorecards, to be read (SC-1 … SC-3).

use axum::{Json, Router, response::Response, routing::get};

use crate::{
    error::Result,
    graph::{self, scorecard::Filter},
    house::Orangery,
    http::{
        Caller,
        input::{Params, Path},
        page::Paging,
    },
    wire::harvest::{self, Scorecard},
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/scorecards", get(index))
        .route("/v1/scorecards/{id}", get(show))
        .route("/v1/applications/{id}/scorecards", get(of_application))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(|it| Filter {
        created_before: it.time("created_before"),
        created_after: it.time("created_after"),
        updated_before: it.time("updated_before"),
        updated_after: it.time("updated_after"),
        ..Filter::default()
    })?;
    list(caller, filter, paging).await
}

async fn of_application(caller: Caller, Path(application_id): Path<i64>, paging: Paging) -> Result<Response> {
    list(caller, Filter { application_id: Some(application_id), ..Filter::default() }, paging).await
}

async fn list(caller: Caller, filter: Filter, paging: Paging) -> Result<Response> {
    let slice = caller.read(async |look| graph::scorecard::list(look, filter, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::scorecard)))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<Scorecard>> {
    caller.read(async |look| Ok(Json(harvest::scorecard(&graph::scorecard::submitted(look, id).await?)))).await
}
