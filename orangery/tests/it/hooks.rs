//! What fires when, and with which body.

mod anonymize;
mod applications;
mod approvals;
mod attempts;
pub mod candidates;
mod conformance;
mod deliveries;
mod endpoints;
mod erasure;
mod events;
mod hire;
mod interviews;
mod jobs;
mod keep;
mod merge;
mod offers;
mod organization;
mod plans;
mod preview;
mod races;
mod reject;
mod replays;
mod retention;
mod scorecards;
mod settings;
mod test_fire;
