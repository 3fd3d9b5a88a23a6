//! What endpoints were sent.

use axum::Json;
use courier::endpoint::Webhook;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    error::{Error, Result},
    hooks::{
        Action, attempts,
        deliveries::{self, Cursor, DeliveryStatus, Filter, Line},
    },
    house::Orangery,
    http::{
        Caller,
        input::{Params, Path},
    },
    wire::webhook as wire,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(index))
        .routes(routes!(show))
        .routes(routes!(attempts))
        .routes(routes!(attempt))
        .routes(routes!(of_one))
}

/// Of lists, how much there is at most.
const MOST: i64 = 500;
/// The same where bodies come along.
const MOST_BODIES: i64 = 100;

/// A part of the log, the latest first.
#[derive(Serialize, ToSchema)]
struct Deliveries {
    deliveries: Vec<wire::Delivery>,
    /// The `cursor` of the next part; null at the end.
    next: Option<String>,
}

/// What an endpoint was sent, the latest first.
///
/// A part may be shorter than asked for, or even empty, though `next` says that there is more: of a long log only so much is looked at for one
/// answer.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/deliveries", tag = "deliveries",
    params(
        ("id" = i64, Path),
        ("status" = Option<DeliveryStatus>, Query),
        ("event" = Option<Action>, Query),
        ("candidate_id" = Option<i64>, Query),
        ("application_id" = Option<i64>, Query),
        ("after" = Option<String>, Query, description = "Made at this time or later", format = DateTime),
        ("before" = Option<String>, Query, description = "Made before this time", format = DateTime),
        ("cursor" = Option<String>, Query, description = "`next` of the part before"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 500, description = "100 unless said; at most 100 with bodies"),
        ("bodies" = Option<bool>, Query, description = "Whether bodies come along"),
    ),
    responses((status = 200, body = Deliveries))
)]
async fn index(caller: Caller, Path(id): Path<i64>, params: Params) -> Result<Json<Deliveries>> {
    let filter = filter(&params)?;
    let found = caller
        .read(async move |look| {
            look.tx.find::<Webhook>(id).await?;
            deliveries::list(look.tx, id, &filter).await
        })
        .await?;
    Ok(Json(shown(found)))
}

/// What all endpoints were sent of one candidate or one application, the latest first.
#[utoipa::path(
    get, path = "/api/v1/deliveries", tag = "deliveries",
    params(
        ("candidate_id" = Option<i64>, Query, description = "This or the next is required"),
        ("application_id" = Option<i64>, Query),
        ("status" = Option<DeliveryStatus>, Query),
        ("event" = Option<Action>, Query),
        ("after" = Option<String>, Query, description = "Made at this time or later", format = DateTime),
        ("before" = Option<String>, Query, description = "Made before this time", format = DateTime),
        ("cursor" = Option<String>, Query, description = "`next` of the part before"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 500, description = "100 unless said; at most 100 with bodies"),
        ("bodies" = Option<bool>, Query, description = "Whether bodies come along"),
    ),
    responses((status = 200, body = Deliveries))
)]
async fn of_one(caller: Caller, params: Params) -> Result<Json<Deliveries>> {
    let filter = filter(&params)?;
    if filter.candidate_id.is_none() && filter.application_id.is_none() {
        let why = "Is required here, or application_id: all that an endpoint was sent is under /api/v1/webhooks/{id}/deliveries";
        return Err(Error::invalid("candidate_id", why));
    }
    let found = caller.read(async move |look| deliveries::of_one(look.tx, None, &filter).await).await?;
    Ok(Json(shown(found)))
}

fn filter(params: &Params) -> Result<Filter> {
    params.read(|it| {
        let bodies = it.flag("bodies").unwrap_or(false);
        let cursor = it.text("cursor", 64).and_then(|text| {
            let cursor = Cursor::parse(&text);
            if cursor.is_none() {
                it.fault("cursor", "Must be `next` of the part before");
            }
            cursor
        });
        Filter {
            status: it.word("status"),
            action: it.word("event"),
            candidate_id: it.id("candidate_id"),
            application_id: it.id("application_id"),
            after: it.time("after"),
            before: it.time("before"),
            cursor,
            limit: it.integer("limit", 1, if bodies { MOST_BODIES } else { MOST }).unwrap_or(100),
            bodies,
        }
    })
}

fn shown((lines, next): (Vec<Line>, Option<Cursor>)) -> Deliveries {
    Deliveries { deliveries: lines.iter().map(wire::delivery).collect(), next: next.map(|it| it.to_string()) }
}

/// One delivery: its headers, its body as it is sent, and its attempts.
#[utoipa::path(
    get, path = "/api/v1/deliveries/{id}", tag = "deliveries", params(("id" = i64, Path)),
    responses((status = 200, body = wire::WholeDelivery))
)]
async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::WholeDelivery>> {
    let house = caller.house.clone();
    let (line, webhook, attempts) = caller
        .read(async move |look| {
            let line = deliveries::find(look.tx, id).await?;
            let webhook: Webhook = look.tx.find(line.webhook_id).await?;
            let (attempts, _) = attempts::list(&house, look.tx, id, 0, 50).await?;
            Ok((line, webhook, attempts))
        })
        .await?;
    let headers = deliveries::headers(&caller.house, &webhook, &line);
    Ok(Json(wire::whole_delivery(&line, headers, &attempts)))
}

/// The attempts of a delivery, the first first.
#[derive(Serialize, ToSchema)]
struct Attempts {
    attempts: Vec<wire::AttemptMade>,
    /// What to give as `after` for more; null at the end.
    next: Option<i64>,
}

/// Every try of a delivery.
#[utoipa::path(
    get, path = "/api/v1/deliveries/{id}/attempts", tag = "deliveries",
    params(
        ("id" = i64, Path),
        ("after" = Option<i64>, Query, description = "The id of the last attempt that is known"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 500),
    ),
    responses((status = 200, body = Attempts))
)]
async fn attempts(caller: Caller, Path(id): Path<i64>, params: Params) -> Result<Json<Attempts>> {
    let (after, limit) =
        params.read(|it| (it.id("after").unwrap_or(0), it.integer("limit", 1, MOST).unwrap_or(100)))?;
    let house = caller.house.clone();
    let (made, more) = caller.read(async move |look| attempts::list(&house, look.tx, id, after, limit).await).await?;
    let next = made.last().filter(|_| more).map(|it| it.attempt.id);
    Ok(Json(Attempts { attempts: made.iter().map(wire::attempt_made).collect(), next }))
}

/// One try: the request with its headers and its body, and what came of it.
#[utoipa::path(
    get, path = "/api/v1/attempts/{id}", tag = "deliveries", params(("id" = i64, Path)),
    responses((status = 200, body = wire::WholeAttempt))
)]
async fn attempt(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::WholeAttempt>> {
    let house = caller.house.clone();
    let (made, line) = caller.read(async move |look| attempts::find(&house, look.tx, id).await).await?;
    Ok(Json(wire::whole_attempt(&made, &line)))
}
