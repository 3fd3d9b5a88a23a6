//! Everything that happened, by number: for those who rather ask than be called.

use std::time::Duration;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    error::{Error, Result},
    hooks::{
        Action,
        follow::{Answer, Query, follow},
    },
    house::Orangery,
    http::{Caller, input::Params},
    wire::webhook as wire,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(index))
}

/// What happened, in the order of the numbers.
#[derive(Serialize, ToSchema)]
struct Events {
    events: Vec<wire::Event>,
    /// What to ask for `after` next.
    next: i64,
    /// The latest number that there is.
    newest: i64,
}

/// That events after the given number were removed.
#[derive(Serialize, ToSchema)]
struct Gone {
    message: String,
    /// The oldest number that there still is.
    oldest: i64,
}

/// What happened after a number.
///
/// Numbers have no gaps, and who asks again with `next` misses nothing and sees nothing twice. With `wait`, an answer without events comes only
/// after so many seconds, one with events at once. Where a job and an event are asked for together, an answer may be empty although `next` is less
/// than `newest`: go on from `next`.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "events",
    params(
        ("after" = Option<i64>, Query, description = "`next` of the answer before; the oldest come first unless said"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 500, description = "100 unless said"),
        ("wait" = Option<i64>, Query, minimum = 0, maximum = 30, description = "Seconds"),
        ("event" = Option<Action>, Query),
        ("candidate_id" = Option<i64>, Query),
        ("application_id" = Option<i64>, Query),
        ("job_id" = Option<i64>, Query),
        ("payload" = Option<bool>, Query, description = "False leaves payloads out"),
    ),
    responses(
        (status = 200, body = Events),
        (status = 410, body = Gone, description = "Events after that number were removed; `oldest` is the first that there still is"),
    )
)]
async fn index(caller: Caller, params: Params) -> Result<Response> {
    let query = params.read(|it| Query {
        after: it.integer("after", 0, i64::MAX),
        limit: it.integer("limit", 1, 500).unwrap_or(100),
        wait: Duration::from_secs(it.integer("wait", 0, 30).unwrap_or(0).unsigned_abs()),
        action: it.word("event"),
        candidate_id: it.id("candidate_id"),
        application_id: it.id("application_id"),
        job_id: it.id("job_id"),
        bodies: it.flag("payload").unwrap_or(true),
    })?;
    Ok(match follow(&caller.house, query).await? {
        Answer::Entries { entries, next, newest } => {
            let events = entries.into_iter().map(wire::event).collect();
            Json(Events { events, next, newest }).into_response()
        }
        Answer::Gone { oldest } => {
            let message = format!("Events before {oldest} were removed: ask for those after {}", oldest - 1);
            let body =
                json!({"message": message, "oldest": oldest, "errors": [{"message": message, "field": "after"}]});
            (StatusCode::GONE, Json(body)).into_response()
        }
        Answer::Ahead { newest } => {
            let why = format!("No event has that number yet: the latest is {newest}");
            return Err(Error::invalid("after", why));
        }
    })
}
