//! Openings of a job over Harvest.

use axum::{
    Json, Router,
    http::StatusCode,
    response::Response,
    routing::{delete, get},
};
use serde_json::{Value, json};

use crate::{
    domain::opening::{self, Destroyed, NewOpening, OpeningChange},
    error::{Error, Result},
    graph,
    house::Orangery,
    http::{
        Caller,
        input::{Body, Params, Path},
        page::Paging,
    },
    tables::OpeningStatus,
    wire::harvest::{self, Opening},
    words::Word,
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/jobs/{job_id}/openings", get(index).post(create).delete(destroy))
        .route("/v1/jobs/{job_id}/openings/{id}", get(show).patch(edit))
        .route("/v2/jobs/{job_id}/openings", delete(destroy))
}

async fn index(caller: Caller, Path(job_id): Path<i64>, params: Params, paging: Paging) -> Result<Response> {
    // INC-7: opened and open are one; an unknown word does not filter.
    let status = params.read(|it| it.text("status", 255))?;
    let status = status.and_then(|it| if it == "opened" { Some(OpeningStatus::Open) } else { Word::parse(&it) });
    let paging = paging.next_only();
    let slice = caller
        .read(async |look| {
            let slice = graph::job::openings(look, job_id, status, paging.page).await?;
            Ok(slice.map(|it| harvest::opening(it, &look.catalog)))
        })
        .await?;
    Ok(paging.answer(slice))
}

async fn show(caller: Caller, Path((job_id, id)): Path<(i64, i64)>) -> Result<Json<Opening>> {
    caller
        .read(async |look| {
            let row: crate::tables::Opening = look.tx.find(id).await?;
            match row.job_id == job_id {
                true => Ok(Json(harvest::opening(&row, &look.catalog))),
                false => Err(Error::NotFound("openings", id)),
            }
        })
        .await
}

async fn create(caller: Caller, Path(job_id): Path<i64>, body: Body) -> Result<(StatusCode, Json<Value>)> {
    let openings = body.read(|it| {
        let list = it.objects("openings", |it| NewOpening {
            id: None,
            opening_id: it.text("opening_id", 255),
            opened_at: None,
            custom: it.custom_values("custom_fields"),
        });
        it.required("openings", list).unwrap_or_default()
    })?;
    let made = caller.write(async move |work| opening::create(work, job_id, openings).await).await?;
    let made: Vec<_> = made.iter().map(harvest::created_opening).collect();
    Ok((StatusCode::CREATED, Json(json!({"openings": made}))))
}

async fn edit(caller: Caller, Path((job_id, id)): Path<(i64, i64)>, body: Body) -> Result<Json<Value>> {
    let change = body.read(|it| OpeningChange {
        opening_id: it.patch_text("opening_id", 255),
        status: it.word("status"),
        close_reason_id: it.id("close_reason_id"),
        custom: it.custom_values("custom_fields"),
    })?;
    caller.write(async move |work| opening::edit(work, job_id, id, change).await).await?;
    // INC-9: a text here.
    Ok(Json(json!({"success": "true"})))
}

async fn destroy(caller: Caller, Path(job_id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let ids = body.read(|it| it.required("ids", it.ids("ids")).unwrap_or_default())?;
    let done = caller.write(async move |work| opening::destroy(work, job_id, &ids).await).await?;
    let Destroyed { deleted_ids, failed_ids } = done;
    Ok(Json(json!({"success": true, "deleted_ids": deleted_ids, "failed_ids": failed_ids})))
}
