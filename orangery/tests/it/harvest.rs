//! Harvest, asked as its clients ask.

mod access;
mod approvals;
mod interviews;
mod scorecards;
