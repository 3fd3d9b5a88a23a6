//! The doors over HTTP. The routers are the table of contents.

pub mod api;
pub mod audit;
mod board;
pub mod caller;
mod error;
mod files;
pub mod harvest;
mod health;
pub mod input;
mod metrics;
mod oauth;
mod observe;
mod origin;
mod pace;
pub mod page;
mod partner;
pub mod upload;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    middleware,
    response::Response,
};
use tower::Layer;
use tower_http::{catch_panic::CatchPanicLayer, normalize_path::NormalizePathLayer};

pub use caller::Caller;

use crate::house::Orangery;

/// All doors. A slash at the end of a path means nothing: some clients write one, some do not.
pub fn router(house: Orangery) -> Router {
    Router::new().fallback_service(NormalizePathLayer::trim_trailing_slash().layer(doors(house)))
}

fn doors(house: Orangery) -> Router {
    Router::new()
        .merge(harvest::routes(house.clone()))
        .merge(api::routes(house.clone()))
        .merge(audit::routes(house.clone()))
        .merge(partner::routes())
        .merge(oauth::routes())
        .merge(board::routes())
        .merge(files::routes())
        .merge(health::routes())
        .merge(metrics::routes())
        .fallback(error::no_such_path)
        .method_not_allowed_fallback(error::no_such_method)
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(house.clone(), upload::settled))
        .layer(no_panics())
        .layer(middleware::map_response(with_charset))
        .layer(middleware::from_fn(observe::observe))
        .with_state(house)
}

/// JSON names its charset, as recorded answers do; a file that somebody sent us is what they called it.
async fn with_charset(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let is_json = headers.get(header::CONTENT_TYPE).is_some_and(|it| it == "application/json");
    if is_json && !headers.contains_key(header::CONTENT_DISPOSITION) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf-8"));
    }
    response
}

/// Whatever panics behind this, answers as a fault of ours.
pub fn no_panics() -> CatchPanicLayer<fn(Box<dyn std::any::Any + Send>) -> axum::response::Response> {
    CatchPanicLayer::custom(error::panicked)
}
