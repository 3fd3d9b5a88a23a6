//! What a client is told of its limit (RATE-1, RATE-2).

use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::rate::Standing;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
/// A time, in seconds since 1970.
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

pub fn headers(standing: &Standing) -> HeaderMap {
    let Standing { limit, remaining, reset, wait: _ } = standing;
    // Who comes back in the second that is named must not come too early.
    let reset = (reset.as_millisecond() + 999).div_euclid(1000);
    let values =
        [(LIMIT, HeaderValue::from(*limit)), (REMAINING, HeaderValue::from(*remaining)), (RESET, reset.into())];
    values.into_iter().collect()
}

/// Nothing was done.
pub fn refusal(standing: &Standing) -> Response {
    let Standing { limit, wait, .. } = standing;
    let seconds = if *wait == 1 { "a second".to_owned() } else { format!("{wait} seconds") };
    let message = format!("Too many requests: this key may make {limit} at a time; try again in {seconds}");
    let body = Json(json!({"message": message, "errors": [{"message": message}]}));
    let wait = [(header::RETRY_AFTER, HeaderValue::from(*wait))];
    (StatusCode::TOO_MANY_REQUESTS, headers(standing), wait, body).into_response()
}
