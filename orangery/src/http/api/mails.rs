//! Mail: what waits in the outbox, what was sent and what was given up.

use axum::{Json, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    domain::mail,
    error::Result,
    graph::{self, mail::Filter},
    house::Orangery,
    http::{
        Caller,
        input::{Params, Path},
        page::Paging,
    },
    tables::{MailKind, MailStatus},
    wire::mail as wire,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(index)).routes(routes!(show)).routes(routes!(retry)).routes(routes!(discard))
}

/// Mails, the latest first. Without an SMTP server they stay `waiting`.
///
/// What was sent, given up or discarded is forgotten after 90 days.
#[utoipa::path(
    get, path = "/api/v1/mails", tag = "mails",
    params(
        ("status" = Option<MailStatus>, Query),
        ("kind" = Option<MailKind>, Query),
        ("webhook_id" = Option<i64>, Query, description = "About that endpoint"),
        ("candidate_id" = Option<i64>, Query, description = "To that candidate"),
        ("page" = Option<i64>, Query),
        ("per_page" = Option<i64>, Query, maximum = 500),
    ),
    responses((status = 200, body = Vec<wire::Mail>))
)]
async fn index(caller: Caller, paging: Paging, params: Params) -> Result<Response> {
    let filter = params.read(|it| Filter {
        status: it.word("status"),
        kind: it.word("kind"),
        webhook_id: it.id("webhook_id"),
        candidate_id: it.id("candidate_id"),
    })?;
    let paging = paging.next_only();
    let page = paging.page;
    let slice = caller.read(async move |look| graph::mail::list(look, filter, page).await).await?;
    Ok(paging.answer(slice.map(wire::mail)))
}

/// One mail, with its text.
#[utoipa::path(
    get, path = "/api/v1/mails/{id}", tag = "mails", params(("id" = i64, Path)),
    responses((status = 200, body = wire::WholeMail))
)]
async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::WholeMail>> {
    caller.read(async move |look| Ok(Json(wire::whole_mail(&look.tx.find(id).await?)))).await
}

/// Sends a mail at once that waits, was given up or discarded. It has all its attempts again.
///
/// One that was sent, or is being sent at this moment, is refused.
#[utoipa::path(
    post, path = "/api/v1/mails/{id}/retry", tag = "mails", params(("id" = i64, Path)),
    responses((status = 200, body = wire::Mail))
)]
async fn retry(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::Mail>> {
    Ok(Json(wire::mail(&caller.write(async move |work| mail::retry(work, id).await).await?)))
}

/// Does not send a mail that waits or was given up. It stays visible.
///
/// One that was sent, or is being sent at this moment, is refused.
#[utoipa::path(
    post, path = "/api/v1/mails/{id}/discard", tag = "mails", params(("id" = i64, Path)),
    responses((status = 200, body = wire::Mail))
)]
async fn discard(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::Mail>> {
    Ok(Json(wire::mail(&caller.write(async move |work| mail::discard(work, id).await).await?)))
}
