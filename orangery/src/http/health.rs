//! Whether the house is well, for who starts it again and for who sends it requests. Nothing here is secret, and no key is needed.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use crate::house::Orangery;

/// A database that takes longer than this to answer is of no use.
const SOON: Duration = Duration::from_secs(1);

pub fn routes() -> Router<Orangery> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready))
}

/// The process answers: it need not be started again.
async fn live() -> Response {
    say(StatusCode::OK, "alive", None)
}

/// The house can do its work: it may be sent requests.
async fn ready(State(house): State<Orangery>) -> Response {
    match why_not(&house).await {
        None => say(StatusCode::OK, "ready", None),
        Some(why) => say(StatusCode::SERVICE_UNAVAILABLE, "not ready", Some(why)),
    }
}

async fn why_not(house: &Orangery) -> Option<&'static str> {
    if house.is_closing() {
        return Some("it is closing");
    }
    match tokio::time::timeout(SOON, house.answers()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            return Some("the database does not answer as it should");
        }
        Err(_) => return Some("the database did not answer within a second"),
    }
    match house.courier().is_some_and(courier::Courier::is_running) {
        true => None,
        false => Some("the courier does not run"),
    }
}

fn say(status: StatusCode, word: &str, reason: Option<&str>) -> Response {
    let body = match reason {
        Some(reason) => json!({"status": word, "reason": reason}),
        None => json!({"status": word}),
    };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
