//! Harvest v1 and v2: the table of contents. Paths and verbs are those of `docs/endpoints.md`.

mod applications;
mod offers;

use axum::{Router, middleware};

use super::caller;
use crate::house::Orangery;

pub fn routes(house: Orangery) -> Router<Orangery> {
    Router::new()
        .merge(applications::routes())
        .merge(offers::routes())
        .route_layer(middleware::from_fn_with_state(house, caller::harvest))
}
