//! `GET /metrics` in the text form of Prometheus, for who has the token of `--metrics-token`, or an API key that is allowed `GET /metrics`.

use std::fmt::Write;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use serde_json::json;
use subtle::ConstantTimeEq;

use super::caller;
use crate::{
    hooks::backlog::{self, Backlog},
    house::Orangery,
    search::worker,
    telemetry,
};

const ENDPOINT: &str = "GET /metrics";
const TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub fn routes() -> Router<Orangery> {
    Router::new().route("/metrics", get(scrape))
}

async fn scrape(State(house): State<Orangery>, headers: HeaderMap) -> Response {
    if !has_token(&house, &headers) {
        match caller::opens(&house, &headers, ENDPOINT).await {
            Ok(true) => {}
            Ok(false) => return unauthorized(),
            Err(error) => return error.into_response(),
        }
    }
    let backlog = backlog::look(&house).await;
    if let Err(error) = &backlog {
        tracing::warn!(%error, "the backlog could not be measured");
    }
    let search = worker::backlog(&house).await;
    if let Err(error) = &search {
        tracing::warn!(%error, "how far search is could not be measured");
    }
    let mut page = Page(telemetry::recorder().map(|it| it.render()).unwrap_or_default());
    page.add(backlog.ok().as_ref(), house.now());
    page.add_search(search.ok());
    ([(header::CONTENT_TYPE, TYPE), (header::CACHE_CONTROL, "no-store")], page.0).into_response()
}

fn has_token(house: &Orangery, headers: &HeaderMap) -> bool {
    let Some(token) = &house.metrics_token else { return false };
    let given = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()).and_then(|it| it.split_once(' '));
    given.is_some_and(|(scheme, it)| {
        scheme.eq_ignore_ascii_case("bearer") && bool::from(it.trim().as_bytes().ct_eq(token.as_bytes()))
    })
}

fn unauthorized() -> Response {
    let message = "Metrics are for API keys that are allowed GET /metrics, and for the token of --metrics-token";
    let body = Json(json!({"message": message, "errors": [{"message": message}]}));
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=\"Orangery\"")], body).into_response()
}

/// What is asked for at a scrape, written below what was measured before: so that nothing is told of endpoints that are gone.
struct Page(String);

impl Page {
    fn add(&mut self, backlog: Option<&Backlog>, now: Timestamp) {
        let version = format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
        self.gauge("orangery_build_info", "The version that runs; always 1", [(version, 1.0)]);
        let up = if backlog.is_some() { 1.0 } else { 0.0 };
        self.gauge("orangery_database_up", "Whether the database answered at this scrape", [(String::new(), up)]);
        if let Some(bytes) = resident_bytes() {
            let help = "Memory of this process that is in use";
            self.gauge("orangery_process_resident_memory_bytes", help, [(String::new(), bytes)]);
        }
        let Some(backlog) = backlog else { return };
        let help = "Entries of the journal that can be read by number";
        self.gauge("orangery_journal_entries", help, [(String::new(), backlog.journal as f64)]);
        let help = "The last number that was given in the journal";
        self.gauge("orangery_journal_head", help, [(String::new(), backlog.head as f64)]);
        let label = |id: i64| format!("{{webhook=\"{id}\"}}");
        let waiting = backlog.endpoints.iter().map(|it| (label(it.webhook_id), it.waiting as f64));
        let help = format!("Deliveries that wait or are in flight, by endpoint; counted up to {}", backlog::MOST);
        self.gauge("orangery_backlog_deliveries", &help, waiting);
        let ages = backlog.endpoints.iter().map(|it| (label(it.webhook_id), it.age(now)));
        let help = "How long the delivery that is due for the longest has been due, by endpoint; 0 where none is";
        self.gauge("orangery_backlog_oldest_due_seconds", help, ages);
        let enabled = backlog.endpoints.iter().map(|it| (label(it.webhook_id), f64::from(u8::from(it.enabled))));
        self.gauge("orangery_endpoint_enabled", "Whether an endpoint is enabled", enabled);
    }

    fn add_search(&mut self, backlog: Option<worker::Backlog>) {
        let Some(worker::Backlog { stale, unread, rebuilding }) = backlog else { return };
        let one = |value: f64| [(String::new(), value)];
        let help = format!("Changes of candidates that search does not know yet; counted up to {}", worker::MOST);
        self.gauge("orangery_search_stale", &help, one(stale as f64));
        let help = format!("Files that are still to be read for search; counted up to {}", worker::MOST);
        self.gauge("orangery_search_unread_files", &help, one(unread as f64));
        let help = "Whether the whole index of search is being made";
        self.gauge("orangery_search_rebuilding", help, one(f64::from(u8::from(rebuilding))));
    }

    fn gauge(&mut self, name: &str, help: &str, lines: impl IntoIterator<Item = (String, f64)>) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (labels, value) in lines {
            let _ = writeln!(self.0, "{name}{labels} {value}");
        }
        self.0.push('\n');
    }
}

/// As Linux tells it, in pages of 4 KiB.
fn resident_bytes() -> Option<f64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    pages.split(' ').nth(1)?.parse::<f64>().ok().map(|it| it * 4096.0)
}
