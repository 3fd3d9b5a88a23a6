//! Offers over Harvest.

use axum::{Json, Router, response::Response, routing::get};
use serde_json::{Value, json};

use crate::{
    domain::offer::{self, EditOffer},
    error::Result,
    graph::{self, offer::Filter},
    house::Orangery,
    http::{
        Caller,
        input::{Body, Params, Path},
        page::Paging,
    },
    tables,
    wire::harvest::{self, Offer},
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/offers", get(index))
        .route("/v1/offers/{id}", get(show))
        .route("/v1/applications/{id}/offers", get(of_application))
        .route("/v1/applications/{id}/offers/current_offer", get(current).patch(edit))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(|it| Filter {
        application_id: None,
        status: it.word("status"),
        created_before: it.time("created_before"),
        created_after: it.time("created_after"),
        updated_before: it.time("updated_before"),
        updated_after: it.time("updated_after"),
        resolved_before: it.time("resolved_before"),
        resolved_after: it.time("resolved_after"),
        sent_before: it.date("sent_before"),
        sent_after: it.date("sent_after"),
        starts_before: it.date("starts_before"),
        starts_after: it.date("starts_after"),
    })?;
    let slice = caller.read(async |look| graph::offer::list(look, filter, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::offer)))
}

async fn of_application(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<Response> {
    let list = async |look: &graph::Look<'_>| {
        look.tx.find::<tables::Application>(id).await?;
        let filter = Filter { application_id: Some(id), ..Filter::default() };
        graph::offer::list(look, filter, paging.page).await
    };
    let slice = caller.read(list).await?;
    Ok(paging.answer(slice.map(harvest::offer)))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<Offer>> {
    caller.read(async |look| Ok(Json(harvest::offer(&graph::offer::offer(look, id).await?)))).await
}

async fn current(caller: Caller, Path(id): Path<i64>) -> Result<Json<Offer>> {
    caller.read(async |look| Ok(Json(harvest::offer(&graph::offer::current(look, id).await?)))).await
}

/// OFF-4. A null start or sending date takes it away.
async fn edit(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let edit = body.read(|it| EditOffer {
        starts_on: it.patch_date("start_date"),
        sent_on: it.patch_date("sent_at"),
        created_at: it.patch_time("created_at"),
        custom: it.custom_values("custom_fields"),
        ..EditOffer::default()
    })?;
    caller
        .write(async move |work| {
            offer::edit_current(work, id, edit).await?;
            Ok(Json(json!({"success": true})))
        })
        .await
}
