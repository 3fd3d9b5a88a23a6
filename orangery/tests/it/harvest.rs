//! Harvest, asked as its clients ask.

mod access;
mod applications;
mod approvals;
mod candidates;
mod conformance;
mod custom_fields;
mod custom_values;
mod departments;
mod interviews;
mod jobs;
mod jobs_openings;
mod jobs_posts;
mod long_lists;
mod offers;
mod offices;
mod said;
mod scorecards;
mod users;
