//! Prospects over Harvest: added like candidates, but on no job, or on several.

use axum::{Json, Router, http::StatusCode, routing::post};

use super::{candidates::answer, person};
use crate::{
    domain::candidate,
    error::Result,
    house::Orangery,
    http::{Caller, input::Body},
    wire::harvest::Candidate,
};

pub fn routes() -> Router<Orangery> {
    Router::new().route("/v1/prospects", post(create))
}

async fn create(caller: Caller, body: Body) -> Result<(StatusCode, Json<Candidate>)> {
    let (mut new, sent) = body.read(|it| (person::person(it), it.object("application", person::of_prospect)))?;
    if let Some(sent) = sent {
        new.applications.push(sent.store(&caller.house).await?);
    }
    caller
        .write(async move |work| {
            let id = candidate::create_prospect(work, &new).await?;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}
