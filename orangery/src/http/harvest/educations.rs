//! Educations and employments of candidates over Harvest.

use axum::{
    Json, Router,
    http::StatusCode,
    routing::{delete, post},
};
use serde_json::{Value, json};

use super::person;
use crate::{
    domain::candidate::lists,
    error::{Error, Result},
    graph,
    house::Orangery,
    http::{
        Caller,
        input::{Body, Path},
    },
    wire::harvest::{self, Education, Employment},
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/candidates/{id}/educations", post(add_education))
        .route("/v1/candidates/{id}/educations/{education_id}", delete(remove_education))
        .route("/v1/candidates/{id}/employments", post(add_employment))
        .route("/v1/candidates/{id}/employments/{employment_id}", delete(remove_employment))
}

async fn add_education(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<(StatusCode, Json<Education>)> {
    let new = body.read(person::education)?;
    caller
        .write(async move |work| {
            let made = lists::add_education(work, id, &new).await?;
            let all = graph::candidate::educations(&work.look().await?, &[id]).await?;
            let made = all.iter().find(|it| it.id == made).ok_or(Error::NotFound("educations", made))?;
            Ok((StatusCode::CREATED, Json(harvest::education(made))))
        })
        .await
}

async fn remove_education(caller: Caller, Path((id, education_id)): Path<(i64, i64)>) -> Result<Json<Value>> {
    caller
        .write(async move |work| {
            lists::remove_education(work, id, education_id).await?;
            Ok(Json(json!({"success": true, "message": format!("Education ID {education_id} destroyed.")})))
        })
        .await
}

async fn add_employment(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<(StatusCode, Json<Employment>)> {
    let new = body.read(person::employment)?;
    caller
        .write(async move |work| {
            let made = lists::add_employment(work, id, &new).await?;
            Ok((StatusCode::CREATED, Json(harvest::employment(&made))))
        })
        .await
}

async fn remove_employment(caller: Caller, Path((id, employment_id)): Path<(i64, i64)>) -> Result<Json<Value>> {
    caller
        .write(async move |work| {
            lists::remove_employment(work, id, employment_id).await?;
            Ok(Json(json!({"success": true, "message": format!("Employment ID {employment_id} destroyed.")})))
        })
        .await
}
