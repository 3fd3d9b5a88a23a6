//! Tags over Harvest (TAG-1 … TAG-4).

use axum::{
    Json, Router,
    http::StatusCode,
    response::Response,
    routing::{delete, get, put},
};
use serde_json::{Value, json};

use crate::{
    domain::tag,
    error::Result,
    graph,
    house::Orangery,
    http::{
        Caller,
        input::{Body, Path},
        page::Paging,
    },
    wire::harvest::{self, Tag},
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/tags/candidate", get(index).post(create))
        .route("/v1/tags/candidate/{id}", delete(destroy))
        .route("/v1/candidates/{id}/tags", get(of_candidate))
        .route("/v1/candidates/{id}/tags/{tag_id}", put(apply).delete(remove))
}

async fn index(caller: Caller, paging: Paging) -> Result<Response> {
    let slice = caller.read(async |look| graph::candidate::all_tags(look, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::tag)))
}

async fn create(caller: Caller, body: Body) -> Result<(StatusCode, Json<Tag>)> {
    let name = body.read(|it| it.required_text("name", 255))?;
    caller
        .write(async move |work| {
            let (tag, made) = tag::create(work, None, &name).await?;
            Ok((if made { StatusCode::CREATED } else { StatusCode::OK }, Json(harvest::tag(&tag))))
        })
        .await
}

async fn destroy(caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    caller
        .write(async move |work| {
            tag::delete(work, id).await?;
            Ok(Json(json!({"message": format!("Tag {id} has been deleted.")})))
        })
        .await
}

async fn of_candidate(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<Response> {
    let slice = caller.read(async |look| graph::candidate::tags(look, id, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::tag)))
}

async fn apply(caller: Caller, Path((id, tag_id)): Path<(i64, i64)>) -> Result<Json<Value>> {
    caller
        .write(async move |work| {
            let tag = tag::put(work, id, tag_id).await?;
            let message = format!("Tag {tag_id}, '{}', has been applied to candidate {id}", tag.name);
            Ok(Json(json!({"message": message})))
        })
        .await
}

async fn remove(caller: Caller, Path((id, tag_id)): Path<(i64, i64)>) -> Result<Json<Value>> {
    caller
        .write(async move |work| {
            tag::take(work, id, tag_id).await?;
            Ok(Json(json!({"message": format!("Tag {tag_id} has been removed from candidate {id}")})))
        })
        .await
}
