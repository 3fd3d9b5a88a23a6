//! Web hook endpoints: made, changed, pinged, enabled, disabled, deleted.

use std::collections::BTreeMap;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use courier::{client::Outcome, endpoint};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::webhook::{self, Basic, NewWebhook, Then, WebhookChange},
    error::{Error, Result},
    graph::select::Select,
    hooks::{deliveries, ping, replay},
    house::Orangery,
    http::{Caller, input::Path, page::Paging},
    patch::Patch,
    wire::webhook as wire,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(index, create))
        .routes(routes!(show, update, delete))
        .routes(routes!(send_ping))
        .routes(routes!(enable))
        .routes(routes!(disable))
}

#[derive(Deserialize, ToSchema)]
struct New {
    /// At most 255 characters.
    #[serde(default)]
    #[schema(required)]
    name: String,
    /// `https://` and a public host, unless the operator allows others.
    #[serde(default)]
    #[schema(required)]
    url: String,
    /// What deliveries are signed with. It is never shown again.
    #[serde(default)]
    #[schema(required)]
    secret: String,
    /// `["all"]`, or names of events, each once.
    #[serde(default)]
    #[schema(required)]
    events: Vec<String>,
    basic: Option<Credentials>,
    /// Sent with every delivery. Some names are ours: Signature, Authorization …
    headers: Option<BTreeMap<String, String>>,
    /// From 1 to 7; 7 unless said.
    max_attempts: Option<i64>,
    /// Who is to be told when deliveries fail. It is kept; no mail is sent yet.
    error_email: Option<String>,
}

/// Basic credentials that deliveries carry.
#[derive(Deserialize, ToSchema)]
struct Credentials {
    user: String,
    /// Never shown again. In a change, the one there is is kept where none is given.
    password: Option<String>,
}

impl From<Credentials> for Basic {
    fn from(Credentials { user, password }: Credentials) -> Self {
        Self { user, password }
    }
}

/// What is not given stays.
#[derive(Deserialize, ToSchema)]
struct Change {
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false)]
    url: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false)]
    secret: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, nullable = false)]
    events: Patch<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<Credentials>)]
    basic: Patch<Credentials>,
    /// Added to those there are; null takes one away, or all of them.
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, Option<String>>>)]
    headers: Patch<BTreeMap<String, Option<String>>>,
    #[serde(default)]
    #[schema(value_type = Option<i64>, nullable = false)]
    max_attempts: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    error_email: Patch<String>,
}

/// The endpoints, by id. Paged by `page` and `per_page`, with a Link header.
#[utoipa::path(
    get, path = "/api/v1/webhooks", tag = "webhooks",
    params(("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query, maximum = 500)),
    responses((status = 200, body = Vec<wire::Webhook>))
)]
async fn index(caller: Caller, paging: Paging) -> Result<Response> {
    let slice = caller
        .read(async |look| Ok(Select::new().page::<endpoint::Webhook>(look.tx, "id", paging.page).await?))
        .await?;
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
    let New { name, url, secret, events, basic, headers, max_attempts, error_email } = new;
    let headers = headers.unwrap_or_default();
    let basic = basic.map(Basic::from);
    let new = NewWebhook { id: None, name, url, secret, events, basic, headers, max_attempts, error_email };
    let row = caller.write(async move |work| webhook::create(work, &new).await).await?;
    let (row, outcome) = ping::saved(&caller.house, caller.actor, row, Then::Enable).await?;
    Ok((StatusCode::CREATED, Json(wire::saved(&row, &outcome))).into_response())
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
    let Change { name, url, secret, events, basic, headers, max_attempts, error_email } = change;
    let basic = basic.map(Basic::from);
    let change = WebhookChange { name, url, secret, events, basic, headers, max_attempts, error_email };
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
    let row = find(&caller, id).await?;
    saved(caller, row, Then::Keep).await
}

/// Enables an endpoint that answers a ping with 200, and says what it missed.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/enable", tag = "webhooks", params(("id" = i64, Path)),
    responses((status = 200, body = wire::Enabled))
)]
async fn enable(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::Enabled>> {
    let row = find(&caller, id).await?;
    let (row, outcome) = ping::saved(&caller.house, caller.actor, row, Then::Enable).await?;
    if !row.enabled {
        return Err(still_disabled(&outcome));
    }
    let missed = replay::missed(&caller.house, id).await?;
    Ok(Json(wire::Enabled { saved: wire::saved(&row, &outcome), missed: wire::missed(missed) }))
}

fn still_disabled(outcome: &Outcome) -> Error {
    if outcome.succeeded() {
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
    let row = caller.write(async move |work| webhook::disable(work, id).await).await?;
    ping::changed(&caller.house, id);
    Ok(Json(wire::webhook(&row)))
}

async fn find(caller: &Caller, id: i64) -> Result<endpoint::Webhook> {
    caller.read(async move |look| Ok(look.tx.find(id).await?)).await
}

/// Pings what was stored, and answers both.
async fn saved(caller: Caller, row: endpoint::Webhook, then: Then) -> Result<Json<wire::Saved>> {
    let (row, outcome) = ping::saved(&caller.house, caller.actor, row, then).await?;
    Ok(Json(wire::saved(&row, &outcome)))
}
