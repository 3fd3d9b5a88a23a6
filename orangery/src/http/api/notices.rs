//! Notices: what the house tells those who look after it.

use axum::{Json, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    domain::notice,
    error::Result,
    graph,
    house::Orangery,
    http::{
        Caller,
        input::{Params, Path},
        page::Paging,
    },
    wire::mail as wire,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(index)).routes(routes!(dismiss))
}

/// Notices: the open ones first, of these the latest first.
///
/// What was dismissed is forgotten after 90 days.
#[utoipa::path(
    get, path = "/api/v1/notices", tag = "notices",
    params(
        ("open" = Option<bool>, Query, description = "Only those that are open, or that are not"),
        ("page" = Option<i64>, Query),
        ("per_page" = Option<i64>, Query, maximum = 500),
    ),
    responses((status = 200, body = Vec<wire::Notice>))
)]
async fn index(caller: Caller, paging: Paging, params: Params) -> Result<Response> {
    let open = params.read(|it| it.flag("open"))?;
    let page = paging.page;
    let slice = caller.read(async move |look| graph::mail::notices(look, open, page).await).await?;
    Ok(paging.answer(slice.map(wire::notice)))
}

/// Dismisses a notice: somebody has seen it.
#[utoipa::path(
    post, path = "/api/v1/notices/{id}/dismiss", tag = "notices", params(("id" = i64, Path)),
    responses((status = 200, body = wire::Notice))
)]
async fn dismiss(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::Notice>> {
    Ok(Json(wire::notice(&caller.write(async move |work| notice::dismiss(work, id).await).await?)))
}
