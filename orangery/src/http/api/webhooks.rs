//! Web hook endpoints: made, changed, pinged, enabled, disabled, deleted.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use courier::{client::Outcome, endpoint::Webhook};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Input,
    webhook_inputs::{Change, New, Rotate},
};
use crate::{
    domain::webhook::{self, NewWebhook, Rotation, Then, WebhookChange},
    error::{Error, Result},
    hooks::{
        deliveries,
        endpoints::{self, Endpoint},
        ping, replay,
    },
    house::Orangery,
    http::{Caller, input::Path, page::Paging},
    wire::endpoint as wire,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(index, create))
        .routes(routes!(show, update, delete))
        .routes(routes!(send_ping))
        .routes(routes!(enable))
        .routes(routes!(disable))
        .routes(routes!(rotate_secret))
}

/// The endpoints, by id. Paged by `page` and `per_page`, with a Link header.
#[utoipa::path(
    get, path = "/api/v1/webhooks", tag = "webhooks",
    params(("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query, maximum = 500)),
    responses((status = 200, body = Vec<wire::Webhook>))
)]
async fn index(caller: Caller, paging: Paging) -> Result<Response> {
    let page = paging.page;
    let slice = caller.read(async move |look| endpoints::page(look.tx, page).await).await?;
    Ok(paging.answer(slice.map(wire::webhook)))
}

/// Makes an endpoint and pings it.
///
/// It is enabled if the ping is answered with 200. Else it is kept, disabled, and `ping` says why.
#[utoipa::path(
    post, path = "/api/v1/webhooks", tag = "webhooks", request_body = New,
    responses((status = 201, body = wire::Saved))
)]
async fn create(caller: Caller, Input(new): Input<New>) -> Result<Response> {
    let new = NewWebhook::from(new);
    let row = caller.write(async move |work| webhook::create(work, &new).await).await?;
    Ok((StatusCode::CREATED, saved(caller, row, Then::Enable).await?).into_response())
}

/// One endpoint.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = i64, Path)),
    responses((status = 200, body = wire::Webhook))
)]
async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::Webhook>> {
    Ok(Json(wire::webhook(&find(&caller, id).await?)))
}

/// Changes an endpoint and pings it.
///
/// It stays enabled or disabled as it was; if the ping fails, it is disabled, and `ping` says why.
#[utoipa::path(
    patch, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = i64, Path)), request_body = Change,
    responses((status = 200, body = wire::Saved))
)]
async fn update(caller: Caller, Path(id): Path<i64>, Input(change): Input<Change>) -> Result<Json<wire::Saved>> {
    let change = WebhookChange::from(change);
    let row = caller.write(async move |work| webhook::update(work, id, &change).await).await?;
    ping::changed(&caller.house, id);
    let then = webhook::then(&row);
    saved(caller, row, then).await
}

/// Deletes an endpoint with the log of its deliveries.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", params(("id" = i64, Path)),
    responses((status = 200, body = wire::Webhook))
)]
async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::Webhook>> {
    let row = find(&caller, id).await?;
    deliveries::end(&caller.house, caller.actor, id).await?;
    Ok(Json(wire::webhook(&row)))
}

/// Pings an endpoint. A ping that fails disables it.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/ping", tag = "webhooks", params(("id" = i64, Path)),
    responses((status = 200, body = wire::Saved))
)]
async fn send_ping(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::Saved>> {
    let row = find(&caller, id).await?.row;
    saved(caller, row, Then::Keep).await
}

/// Enables an endpoint that answers a ping with 200, and says what it missed.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/enable", tag = "webhooks", params(("id" = i64, Path)),
    responses((status = 200, body = wire::Enabled))
)]
async fn enable(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::Enabled>> {
    let row = find(&caller, id).await?.row;
    let (row, outcome) = ping::saved(&caller.house, caller.actor.clone(), row, Then::Enable).await?;
    if !row.enabled {
        return Err(still_disabled(&row, &outcome));
    }
    let missed = replay::missed(&caller.house, id).await?;
    let saved = wire::saved(&find(&caller, id).await?, &outcome);
    Ok(Json(wire::Enabled { saved, missed: wire::missed(missed) }))
}

fn still_disabled(row: &Webhook, outcome: &Outcome) -> Error {
    if webhook::succeeded(row, outcome) {
        return Error::refused("The web hook was changed or disabled while it was pinged: enable it again");
    }
    Error::refused(format!(
        "The web hook stays disabled, since its ping failed: {}. It must be answered with 200",
        outcome.describe()
    ))
}

/// Disables an endpoint: it is sent nothing until it is enabled again, and what is pending is held.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/disable", tag = "webhooks", params(("id" = i64, Path)),
    responses((status = 200, body = wire::Webhook))
)]
async fn disable(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::Webhook>> {
    caller.write(async move |work| webhook::disable(work, id).await).await?;
    ping::changed(&caller.house, id);
    Ok(Json(wire::webhook(&find(&caller, id).await?)))
}

/// Changes the secret for another, which signs at once. It is not pinged with it: nobody there can know the secret yet.
///
/// Attempts that the endpoint refuses until it knows the new one are made again, as the ladder has it. With `standard_headers` the one before
/// signs too until the overlap ends, and nothing is refused.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/rotate-secret", tag = "webhooks", params(("id" = i64, Path)), request_body = Rotate,
    responses((status = 200, body = wire::Rotated))
)]
async fn rotate_secret(
    caller: Caller,
    Path(id): Path<i64>,
    Input(Rotate { secret, overlap_hours }): Input<Rotate>,
) -> Result<Json<wire::Rotated>> {
    let made = secret.is_none().then(|| caller.house.fresh_secret());
    let secret = secret.or_else(|| made.clone()).unwrap_or_default();
    let rotation = Rotation { secret, overlap_hours };
    caller.write(async move |work| webhook::rotate_secret(work, id, &rotation).await).await?;
    ping::changed(&caller.house, id);
    Ok(Json(wire::Rotated { webhook: wire::webhook(&find(&caller, id).await?), secret: made }))
}

async fn find(caller: &Caller, id: i64) -> Result<Endpoint> {
    caller.read(async move |look| endpoints::find(look.tx, id).await).await
}

/// Pings what was stored, and answers both.
async fn saved(caller: Caller, row: Webhook, then: Then) -> Result<Json<wire::Saved>> {
    let (row, outcome) = ping::saved(&caller.house, caller.actor.clone(), row, then).await?;
    Ok(Json(wire::saved(&find(&caller, row.id).await?, &outcome)))
}
