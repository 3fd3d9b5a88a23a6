//! Around every request: its id, its span, its time. What stands in logs and measures is bounded and holds nothing that a client chose, except
//! the id that it gave.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use metrics::SharedString;
use tracing::{Instrument, field::Empty};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ids are not taken.
const LONGEST_ID: usize = 128;

/// What a request is called, in its answer, the log and the audit log.
#[derive(Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    pub fn text(&self) -> Option<String> {
        self.0.to_str().ok().map(str::to_owned)
    }
}

/// The span of a request has room for what is known later: who asked, and in which Work.
pub async fn observe(route: Option<MatchedPath>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = method(request.method());
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method,
        route,
        key = Empty,
        user = Empty,
        work = Empty,
        status = Empty,
        ms = Empty
    );
    let mut response = next.run(request).instrument(span.clone()).await;
    let (took, status) = (began.elapsed(), response.status());

    let labels = [("method", SharedString::from(method)), ("route", SharedString::from(route.to_owned()))];
    metrics::histogram!("orangery_http_request_duration_seconds", &labels).record(took);
    let [method, route] = labels;
    let labels = [method, route, ("status", SharedString::from(status.as_str().to_owned()))];
    metrics::counter!("orangery_http_requests_total", &labels).increment(1);

    span.record("status", status.as_u16());
    span.record("ms", (took.as_secs_f64() * 100_000.0).round() / 100.0);
    match status.is_server_error() {
        true => tracing::warn!(parent: &span, "answered"),
        false => tracing::debug!(parent: &span, "answered"),
    }
    response.headers_mut().entry(REQUEST_ID).or_insert(id);
    response
}

/// What the client calls its request, or a name that we make. It is in no transcript, so that any chance will do.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let plain = |it: &u8| it.is_ascii_alphanumeric() || b"-_.:+/=@".contains(it);
    let given =
        headers.get(REQUEST_ID).filter(|it| (1..=LONGEST_ID).contains(&it.len()) && it.as_bytes().iter().all(plain));
    let made = || HeaderValue::from_str(&format!("{:032x}", fastrand::u128(..)));
    given.cloned().or_else(|| made().ok()).unwrap_or(HeaderValue::from_static("none"))
}

/// There are as many methods as a client likes to think of; these are ours.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
