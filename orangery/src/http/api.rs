//! Orangery's own API under `/api/v1`: what Harvest can't do. The table of contents.

use axum::Router;

use crate::house::Orangery;

pub fn routes(_house: Orangery) -> Router<Orangery> {
    Router::new()
}
