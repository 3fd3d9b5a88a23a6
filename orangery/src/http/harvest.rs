//! Harvest v1 and v2: the table of contents. Paths and verbs are those of `docs/endpoints.md`.

mod activity_feed;
mod applications;
mod approvals;
mod attachments;
mod candidates;
mod catalogs;
mod custom_fields;
mod demographics;
mod departments;
mod educations;
mod eeoc;
pub(super) mod email_templates;
mod hiring_team;
mod job_posts;
mod job_stages;
pub(super) mod jobs;
mod offers;
mod offices;
mod openings;
mod permissions;
mod person;
mod prospects;
pub(super) mod render;
mod scheduled_interviews;
mod scorecards;
mod tags;
mod tracking_links;
mod users;

use axum::{Router, middleware};

use super::caller;
use crate::house::Orangery;

pub fn routes(house: Orangery) -> Router<Orangery> {
    Router::new()
        .merge(applications::routes())
        .merge(candidates::routes())
        .merge(prospects::routes())
        .merge(educations::routes())
        .merge(activity_feed::routes())
        .merge(attachments::routes())
        .merge(tags::routes())
        .merge(hiring_team::routes())
        .merge(job_posts::routes())
        .merge(job_stages::routes())
        .merge(jobs::routes())
        .merge(openings::routes())
        .merge(offers::routes())
        .merge(approvals::routes())
        .merge(scheduled_interviews::routes())
        .merge(users::routes())
        .merge(departments::routes())
        .merge(offices::routes())
        .merge(custom_fields::routes())
        .merge(catalogs::routes())
        .merge(demographics::routes())
        .merge(eeoc::routes())
        .merge(email_templates::routes())
        .merge(permissions::routes())
        .merge(tracking_links::routes())
        .merge(scorecards::routes())
        .route_layer(middleware::from_fn_with_state(house, caller::harvest))
}
