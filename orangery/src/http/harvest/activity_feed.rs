//! The activity feed over Harvest.

use axum::{
    Json, Router,
    http::StatusCode,
    routing::{get, post},
};

use super::person;
use crate::{
    domain::note,
    error::Result,
    graph,
    house::Orangery,
    http::{
        Caller,
        input::{Body, Path},
    },
    wire::harvest::{self, ActivityFeed, NewEmailNote, Note},
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/candidates/{id}/activity_feed", get(show))
        .route("/v1/candidates/{id}/activity_feed/notes", post(add_note))
        .route("/v1/candidates/{id}/activity_feed/emails", post(add_email))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<ActivityFeed>> {
    caller.read(async |look| Ok(Json(harvest::activity_feed(&graph::feed::feed(look, id).await?)))).await
}

/// A note answers 200, unlike other creates.
async fn add_note(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Note>> {
    let new = body.read(person::note)?;
    caller
        .write(async move |work| {
            let note = note::add(work, id, &new).await?;
            Ok(Json(harvest::note(&note, &*work.catalog().await?)))
        })
        .await
}

async fn add_email(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<(StatusCode, Json<NewEmailNote>)> {
    let new = body.read(person::email_note)?;
    caller
        .write(async move |work| {
            let note = note::add(work, id, &new).await?;
            Ok((StatusCode::CREATED, Json(harvest::new_email_note(&note, &*work.catalog().await?))))
        })
        .await
}
