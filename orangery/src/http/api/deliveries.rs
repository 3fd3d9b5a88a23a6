//! What endpoints were sent, and sending it again.

use axum::Json;
use courier::endpoint::Webhook;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    error::{Error, Result},
    hooks::{
        Action,
        deliveries::{self, Cursor, DeliveryStatus, Filter},
        replay::{self, Selection},
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
        .routes(routes!(send_again))
}

/// Of lists, how much there is at most.
const MOST: i64 = 500;
/// The same where bodies come along.
const MOST_BODIES: i64 = 100;
const MOST_IDS: usize = 1000;
const FASTEST: i64 = 10_000;

/// A part of the log, the latest first.
#[derive(Serialize, ToSchema)]
struct Deliveries {
    deliveries: Vec<wire::Delivery>,
    /// The `cursor` of the next part; null at the end.
    next: Option<String>,
}

/// What an endpoint was sent, the latest first.
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
    let filter = params.read(|it| {
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
    })?;
    let (lines, next) = caller
        .read(async move |look| {
            look.tx.find::<Webhook>(id).await?;
            deliveries::list(look.tx, id, &filter).await
        })
        .await?;
    let deliveries = lines.iter().map(wire::delivery).collect();
    Ok(Json(Deliveries { deliveries, next: next.map(|it| it.to_string()) }))
}

/// One delivery: its headers, its body as it is sent, and its attempts.
#[utoipa::path(
    get, path = "/api/v1/deliveries/{id}", tag = "deliveries", params(("id" = i64, Path)),
    responses((status = 200, body = wire::WholeDelivery))
)]
async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::WholeDelivery>> {
    let (line, webhook, attempts) = caller
        .read(async move |look| {
            let line = deliveries::find(look.tx, id).await?;
            let webhook: Webhook = look.tx.find(line.webhook_id).await?;
            let (attempts, _) = deliveries::attempts(look.tx, id, 0, 50).await?;
            Ok((line, webhook, attempts))
        })
        .await?;
    let headers = deliveries::headers(&caller.house, &webhook, &line);
    Ok(Json(wire::whole_delivery(&line, headers, &attempts)))
}

/// The attempts of a delivery, the first first.
#[derive(Serialize, ToSchema)]
struct Attempts {
    attempts: Vec<wire::Attempt>,
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
    let (rows, more) = caller.read(async move |look| deliveries::attempts(look.tx, id, after, limit).await).await?;
    let next = rows.last().filter(|_| more).map(|it| it.id);
    Ok(Json(Attempts { attempts: rows.iter().map(wire::attempt).collect(), next }))
}

/// What to send again: exactly one of `delivery_ids`, `from_seq` (with or without `to_seq`), `candidate_id`, `failed`, `missed`.
#[derive(Deserialize, ToSchema)]
struct Again {
    /// At most 1000.
    delivery_ids: Option<Vec<i64>>,
    /// Events from this number on.
    from_seq: Option<i64>,
    /// Up to this number; the latest unless said.
    to_seq: Option<i64>,
    /// Everything about one candidate.
    candidate_id: Option<i64>,
    /// Everything that was given up.
    failed: Option<bool>,
    /// What was held, and what happened, while the endpoint was disabled.
    missed: Option<bool>,
    /// At most so many a second; as fast as the endpoint takes them unless said.
    per_second: Option<i64>,
    /// Only counts.
    dry_run: Option<bool>,
}

impl Again {
    fn selection(self) -> Result<Selection> {
        let Self { delivery_ids, from_seq, to_seq, candidate_id, failed, missed, per_second, dry_run: _ } = self;
        if per_second.is_some_and(|it| !(1..=FASTEST).contains(&it)) {
            return Err(Error::invalid("per_second", format!("Must be from 1 to {FASTEST}")));
        }
        if delivery_ids.as_ref().is_some_and(|it| it.len() > MOST_IDS) {
            return Err(Error::invalid("delivery_ids", format!("Must be at most {MOST_IDS}")));
        }
        if to_seq.is_some() && from_seq.is_none() {
            return Err(Error::invalid("from_seq", "Is required with to_seq"));
        }
        let all = [
            delivery_ids.map(Selection::Deliveries),
            from_seq.map(|from| Selection::Sequence { from, to: to_seq }),
            candidate_id.map(Selection::Candidate),
            failed.filter(|it| *it).map(|_| Selection::Failed),
            missed.filter(|it| *it).map(|_| Selection::Missed),
        ];
        let mut given = all.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(selection), None) => Ok(selection),
            _ => Err(Error::invalid(
                "",
                "Must say what to send again by exactly one of delivery_ids, from_seq, candidate_id, failed, missed",
            )),
        }
    }
}

/// Sends deliveries again, with the ids they have, and events for the first time that the endpoint never heard of.
///
/// They are marked by the header `Orangery-Replay: true`. The endpoint must be enabled, unless `dry_run` asks only for the counts.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/replay", tag = "deliveries", params(("id" = i64, Path)), request_body = Again,
    responses((status = 200, body = wire::Replayed))
)]
async fn send_again(caller: Caller, Path(id): Path<i64>, Input(again): Input<Again>) -> Result<Json<wire::Replayed>> {
    let (per_second, dry) = (again.per_second, again.dry_run.unwrap_or(false));
    let selection = again.selection()?;
    let counts = replay::replay(&caller.house, caller.actor, id, selection, per_second, dry).await?;
    Ok(Json(wire::replayed(counts, dry)))
}
