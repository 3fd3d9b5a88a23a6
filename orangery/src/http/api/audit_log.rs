//! The audit log: every change of a row with its values before and after, and what keys read over Harvest.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    error::Result,
    graph::audit::{self, Performer, Place},
    house::Orangery,
    http::{Caller, audit::filter, input::Params},
    tables::ChangeKind,
    wire::audit::{self as wire, AuditEntry},
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(index))
}

/// Part of the audit log, the latest first.
#[derive(Serialize, ToSchema)]
struct AuditEntries {
    entries: Vec<AuditEntry>,
    /// What to ask for `place` next; null where nothing follows.
    next: Option<String>,
}

/// What was done, by whom, and from where; the latest first.
///
/// Lists are divided by comma, at most 100 long.
#[utoipa::path(
    get, path = "/api/v1/audit-log", tag = "audit",
    params(
        ("before_time" = Option<String>, Query, description = "Not included"),
        ("after_time" = Option<String>, Query, description = "Included"),
        ("date" = Option<String>, Query, description = "A day in UTC"),
        ("magic_time" = Option<String>, Query, description = "`last7days`; seconds, minutes, hours, days, weeks"),
        ("performer_ids" = Option<String>, Query, description = "Users or keys"),
        ("performer_types" = Option<Performer>, Query),
        ("performer_ip_addresses" = Option<String>, Query),
        ("event_types" = Option<ChangeKind>, Query),
        ("event_target_ids" = Option<String>, Query),
        ("event_target_types" = Option<String>, Query, description = "`Candidate` or `candidates`"),
        ("request_ids" = Option<String>, Query, description = "`X-Request-Id` of an answer"),
        ("request_types" = Option<String>, Query, description = "`POST /v1/applications/{id}/reject`"),
        ("place" = Option<String>, Query, description = "`next` of the answer before"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 500, description = "100 unless said"),
    ),
    responses((status = 200, body = AuditEntries))
)]
async fn index(caller: Caller, params: Params) -> Result<Json<AuditEntries>> {
    let now = caller.house.now();
    let (filter, place, limit) = params.read(|it| {
        let place = it.text("place", 100).filter(|it| !it.is_empty()).and_then(|text| {
            let place = wire::read_place(&text).map(|(at, id)| Place { at, id });
            if place.is_none() {
                it.fault("place", "Must be `next` of the answer before");
            }
            place
        });
        (filter::read(it, now), place, it.integer("limit", 1, 500).unwrap_or(100))
    })?;
    let records = caller.read(async |look| audit::list(look, &filter, place, limit + 1).await).await?;
    let more = records.len() as i64 > limit;
    let entries: Vec<&_> = records.iter().take(usize::try_from(limit).unwrap_or_default()).collect();
    let next = entries.last().filter(|_| more).map(|it| wire::place(it.at, it.id));
    Ok(Json(AuditEntries { entries: entries.into_iter().map(wire::entry).collect(), next }))
}
