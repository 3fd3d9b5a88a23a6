//! What the token of a shared link stands for, over Harvest (TRK-1).

use axum::{Json, Router, routing::get};

use crate::{
    error::Result,
    graph,
    house::Orangery,
    http::{Caller, input::Path},
    wire::harvest::{self, TrackingLink},
};

pub fn routes() -> Router<Orangery> {
    Router::new().route("/v1/tracking_links/{token}", get(show))
}

async fn show(caller: Caller, Path(token): Path<String>) -> Result<Json<TrackingLink>> {
    caller
        .read(async |look| {
            let link = graph::tracking_link::by_token(look, &token).await?;
            Ok(Json(harvest::tracking_link(&link, &look.catalog)))
        })
        .await
}
