//! What fires when, and with which body.

mod anonymize;
mod applications;
mod approvals;
pub mod candidates;
mod hire;
mod interviews;
mod merge;
mod offers;
mod organization;
mod races;
mod reject;
mod scorecards;
