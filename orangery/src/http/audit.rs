//! The audit log as Greenhouse's API gives it (AUD-1 … AUD-6): a token for a Harvest key, and what happened in the last 30 days.

pub mod filter;

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Caller, caller, input::Params};
use crate::{
    error::{Error, Result},
    graph::audit::{self, Place},
    house::Orangery,
    jwt,
    rate::{Limit, Rate, Standing},
    wire::{
        Millis,
        audit::{self as wire, AuditPage, AuditPaging, AuditToken},
    },
    work::Work,
};

/// For which a key needs a permission: the one for the other follows.
const TOKEN: &str = "POST /auth/jwt_access_token";
/// So far back it goes.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How many come at a time, unless said; and how few and how many may be said.
const SIZE: i64 = 100;
const SIZES: std::ops::RangeInclusive<i64> = 100..=500;

/// RATE-4.
struct Limits {
    all: Rate,
    paged: Rate,
}

pub fn routes(house: Orangery) -> Router<Orangery> {
    let limit = |requests, seconds| Rate::new(Limit { requests, window: SignedDuration::from_secs(seconds) });
    let limits = Arc::new(Limits { all: limit(50, 10), paged: limit(3, 30) });
    let token = Router::new()
        .route("/auth/jwt_access_token", post(token))
        .route_layer(middleware::from_fn_with_state(house, caller::harvest));
    Router::new().route("/events", get(events)).layer(Extension(limits)).merge(token)
}

async fn token(caller: Caller) -> Result<Json<AuditToken>> {
    let key = caller.actor.api_key_id.unwrap_or_default();
    let (access_token, expires) = jwt::make(&caller.house.links.file_key, key, caller.house.now());
    caller
        .write(async move |work: &mut Work| {
            work.note("Audit Log Token Made");
            Ok(())
        })
        .await?;
    Ok(Json(AuditToken { access_token, expires: Millis(expires) }))
}

/// Where a list is at, by query and headers.
struct Turn {
    paged: bool,
    size: i64,
    /// When the list began: what came later is in none of its pages.
    began: Timestamp,
    after: Option<Place>,
}

async fn events(
    State(house): State<Orangery>,
    Extension(limits): Extension<Arc<Limits>>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response> {
    let Some(key) = whose(&house, &headers).await? else { return Ok(unauthorized()) };
    tracing::Span::current().record("key", key);
    let now = house.now();
    let standing = match limits.all.take(key, now) {
        Ok(standing) => standing,
        Err(standing) => return Ok(too_many(&standing)),
    };
    let turn = turn(&headers, &params, now)?;
    if turn.paged
        && let Err(standing) = limits.paged.take(key, now)
    {
        return Ok(too_many(&standing));
    }
    let mut filter = params.read(|it| filter::read(it, turn.began))?;
    let oldest = now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    filter.after = Some(filter.after.map_or(oldest, |it| it.max(oldest)));
    if turn.paged {
        // The moment itself is in it.
        let end = turn.began.saturating_add(SignedDuration::from_millis(1)).unwrap_or(turn.began);
        filter.before = Some(filter.before.map_or(end, |it| it.min(end)));
    }
    let page = house.read(async |look| {
        let records = audit::list(look, &filter, turn.after, turn.size).await?;
        let hits = audit::count(look, &filter).await?;
        let keys = audit::keys(look, &records).await?;
        let next = records.last().map(|it| wire::place(it.at, it.id));
        let results = records.iter().map(|it| wire::event(it, &look.catalog, &keys)).collect();
        let paging = turn.paged.then(|| AuditPaging {
            pit_id: BASE64_URL_SAFE_NO_PAD.encode(turn.began.as_microsecond().to_string()),
            search_after: turn.after.map(|it| wire::place(it.at, it.id)),
            size: turn.size.to_string(),
            next_search_after: next,
        });
        Ok(AuditPage { paging, hits, results })
    });
    let mut answer = Json(page.await?).into_response();
    answer.headers_mut().insert("x-ratelimit-limit", HeaderValue::from(standing.limit));
    answer.headers_mut().insert("x-ratelimit-remaining", HeaderValue::from(standing.remaining));
    Ok(answer)
}

/// AUD-4: `paging` in the query, the rest in headers.
fn turn(headers: &HeaderMap, params: &Params, now: Timestamp) -> Result<Turn> {
    let said = |name: &str| headers.get(name).map(|it| it.to_str().unwrap_or("?").trim()).filter(|it| !it.is_empty());
    let size = match said("size") {
        None => SIZE,
        Some(text) => text
            .parse()
            .ok()
            .filter(|it| SIZES.contains(it))
            .ok_or_else(|| Error::invalid("Size", format!("Must be from {} to {}", SIZES.start(), SIZES.end())))?,
    };
    let paged = params.read(|it| it.flag("paging"))?.unwrap_or(false);
    if !paged {
        return Ok(Turn { paged, size, began: now, after: None });
    }
    let wrong = |name: &str| Error::invalid(name, "Must be what the answer before says");
    let began = said("pit-id").map(|text| {
        let text = BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|it| String::from_utf8(it).ok());
        let at = text.and_then(|it| it.parse().ok()).and_then(|it| Timestamp::from_microsecond(it).ok());
        at.filter(|it| *it <= now).ok_or_else(|| wrong("Pit-Id"))
    });
    let after = said("search-after").map(|text| {
        let place = wire::read_place(text).map(|(at, id)| Place { at, id });
        place.ok_or_else(|| wrong("Search-After"))
    });
    Ok(Turn { paged, size, began: began.transpose()?.unwrap_or(now), after: after.transpose()? })
}

/// The key for which the token was made, if that may still have one.
async fn whose(house: &Orangery, headers: &HeaderMap) -> Result<Option<i64>> {
    let Some(token) = caller::bearer(headers) else { return Ok(None) };
    let Some(claims) = jwt::read(&house.links.file_key, &token, house.now()) else { return Ok(None) };
    let catalog = house.recent_catalog().await?;
    let key = catalog.api_keys.values().find(|it| it.id == claims.sub);
    Ok(key.filter(|it| caller::is_allowed(it, TOKEN)).map(|it| it.id))
}

fn unauthorized() -> Response {
    let message =
        "The access token is not good, or older than 24 hours: make another one with POST /auth/jwt_access_token";
    let body = Json(json!({"message": message, "errors": [{"message": message}]}));
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer realm=\"Orangery\"")], body).into_response()
}

/// Without the headers of the limit, as documented.
fn too_many(standing: &Standing) -> Response {
    let message = format!("Too many requests: {} are allowed; try again in {} seconds", standing.limit, standing.wait);
    let body = Json(json!({"message": message, "errors": [{"message": message}]}));
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, HeaderValue::from(standing.wait))], body).into_response()
}
