//! What fires when, and with which body.

mod applications;
mod approvals;
mod hire;
mod interviews;
mod offers;
mod races;
mod reject;
mod scorecards;
