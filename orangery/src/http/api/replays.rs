//! Sending again: counted, begun, looked at, cancelled.

use std::time::Duration;

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use courier::endpoint::Webhook;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    error::{Error, Result},
    graph::select::Select,
    hooks::replay::{self, Selection},
    house::Orangery,
    http::{Caller, input::Path, page::Paging},
    tables::{Replay, ReplayStatus},
    wire::webhook as wire,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(begin)).routes(routes!(index)).routes(routes!(show)).routes(routes!(cancel))
}

const MOST_IDS: usize = 1000;
const FASTEST: i64 = 10_000;
/// So long somebody waits for a replay; then it goes on by itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// What to send again: exactly one of `delivery_ids`, `from_seq` (with or without `to_seq`), `from` or `to` or both, `candidate_id`, `failed`,
/// `missed`.
#[derive(Deserialize, ToSchema)]
// A misspelt dry_run would send everything.
#[serde(deny_unknown_fields)]
struct Again {
    /// At most 1000.
    delivery_ids: Option<Vec<i64>>,
    /// Events from this number on.
    from_seq: Option<i64>,
    /// Up to this number; the latest unless said.
    to_seq: Option<i64>,
    /// What happened at this time or later.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// What happened before this time.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Everything about one candidate.
    candidate_id: Option<i64>,
    /// Everything that was given up.
    failed: Option<bool>,
    /// What was held, and what happened, each time that the endpoint was disabled.
    missed: Option<bool>,
    /// At most so many a second; as fast as the endpoint takes them unless said.
    per_second: Option<i64>,
    /// Only counts.
    dry_run: Option<bool>,
}

impl Again {
    fn selection(self) -> Result<Selection> {
        let Self { delivery_ids, from_seq, to_seq, from, to, candidate_id, failed, missed, per_second, dry_run: _ } =
            self;
        if per_second.is_some_and(|it| !(1..=FASTEST).contains(&it)) {
            return Err(Error::invalid("per_second", format!("Must be from 1 to {FASTEST}")));
        }
        if delivery_ids.as_ref().is_some_and(|it| it.len() > MOST_IDS) {
            return Err(Error::invalid("delivery_ids", format!("Must be at most {MOST_IDS}")));
        }
        if to_seq.is_some() && from_seq.is_none() {
            return Err(Error::invalid("from_seq", "Is required with to_seq"));
        }
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            return Err(Error::invalid("to", "Must be after from"));
        }
        let all = [
            delivery_ids.map(Selection::Deliveries),
            from_seq.map(|from| Selection::Sequence { from, to: to_seq }),
            from.or(to).map(|_| Selection::Time { from, to }),
            candidate_id.map(Selection::Candidate),
            failed.filter(|it| *it).map(|_| Selection::Failed),
            missed.filter(|it| *it).map(|_| Selection::Missed),
        ];
        let mut given = all.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(selection), None) => Ok(selection),
            _ => Err(Error::invalid(
                "",
                "Must say what to send again by exactly one of delivery_ids, from_seq, from or to, candidate_id, failed, missed",
            )),
        }
    }
}

/// Sends deliveries again, with the ids they have, and events for the first time that the endpoint never heard of.
///
/// They are marked by the header `Orangery-Replay: true`. The endpoint must be enabled, unless `dry_run` asks only for the counts. A replay that
/// is not done within two seconds is answered 202 and goes on by itself, also after a restart: `/api/v1/replays/{id}` tells how far it is.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/replay", tag = "replays", params(("id" = i64, Path)), request_body = Again,
    responses(
        (status = 200, body = wire::Replay, description = "It is done, or was counted"),
        (status = 202, body = wire::Replay, description = "It goes on"),
    )
)]
async fn begin(caller: Caller, Path(id): Path<i64>, Input(again): Input<Again>) -> Result<Response> {
    let (per_second, dry) = (again.per_second, again.dry_run.unwrap_or(false));
    let selection = again.selection()?;
    if dry {
        let told = selection.told();
        let counts = replay::count_all(&caller.house, id, selection).await?;
        return Ok(Json(wire::counted(id, told, per_second, counts)).into_response());
    }
    let begun = replay::begin(&caller.house, caller.actor, id, selection, per_second).await?;
    // From here on it goes on whatever happens: who is told that it failed would begin it twice.
    let replay = match replay::go_on(&caller.house, begun.clone(), Some(PATIENCE)).await {
        Ok(replay) => replay,
        Err(why) => {
            tracing::warn!(replay = begun.id, %why, "a replay could not go on");
            begun
        }
    };
    let answer = Json(wire::replay(&replay));
    Ok(match replay.status {
        ReplayStatus::Running => {
            let place = format!("/{}/{}", "api/v1/replays", replay.id);
            (StatusCode::ACCEPTED, [(header::LOCATION, place)], answer).into_response()
        }
        ReplayStatus::Done | ReplayStatus::Cancelled | ReplayStatus::Stopped => answer.into_response(),
    })
}

/// The replays of an endpoint, the latest first. Paged by `page` and `per_page`, with a Link header.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/replays", tag = "replays",
    params(("id" = i64, Path), ("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query, maximum = 500)),
    responses((status = 200, body = Vec<wire::Replay>))
)]
async fn index(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<Response> {
    let page = paging.page;
    let slice = caller
        .read(async move |look| {
            look.tx.find::<Webhook>(id).await?;
            let mut select = Select::new();
            select.and("webhook_id = ?", &id);
            select.page::<Replay>(look.tx, "id desc", page).await
        })
        .await?;
    Ok(paging.answer(slice.map(wire::replay)))
}

/// One replay, and how far it is.
#[utoipa::path(
    get, path = "/api/v1/replays/{id}", tag = "replays", params(("id" = i64, Path)),
    responses((status = 200, body = wire::Replay))
)]
async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::Replay>> {
    let replay: Replay = caller.read(async move |look| Ok(look.tx.find(id).await?)).await?;
    Ok(Json(wire::replay(&replay)))
}

/// Ends a replay before it is done. What it has sent so far stays due.
#[utoipa::path(
    post, path = "/api/v1/replays/{id}/cancel", tag = "replays", params(("id" = i64, Path)),
    responses((status = 200, body = wire::Replay))
)]
async fn cancel(caller: Caller, Path(id): Path<i64>) -> Result<Json<wire::Replay>> {
    let replay = caller.write(async move |work| replay::cancel(work, id).await).await?;
    Ok(Json(wire::replay(&replay)))
}
