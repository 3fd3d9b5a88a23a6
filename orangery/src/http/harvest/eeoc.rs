//! EEOC records over Harvest (EEO-1, EEO-2, FIL-7): to read.

use axum::{Json, Router, response::Response, routing::get};

use crate::{
    error::Result,
    graph::diversity::{self, EeocFilter},
    house::Orangery,
    http::{
        Caller,
        input::{Params, Path},
        page::Paging,
    },
    wire::harvest::{self, Eeoc},
};

pub fn routes() -> Router<Orangery> {
    Router::new().route("/v1/eeoc", get(index)).route("/v1/applications/{id}/eeoc", get(show))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(|it| EeocFilter {
        submitted_before: it.time("submitted_before"),
        submitted_after: it.time("submitted_after"),
    })?;
    let paging = paging.next_only();
    let slice = caller.read(async |look| diversity::list_eeocs(look, filter, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::eeoc)))
}

/// GAP-4: an application without one answers 404.
async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<Eeoc>> {
    caller.read(async |look| Ok(Json(harvest::eeoc(&diversity::eeoc(look, id).await?)))).await
}
