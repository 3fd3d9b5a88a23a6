//! Harvest, asked as its clients ask.

mod access;
mod approvals;
mod candidates;
mod interviews;
mod scorecards;
