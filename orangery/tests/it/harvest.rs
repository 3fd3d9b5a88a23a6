//! Harvest, asked as its clients ask.

mod access;
mod applications;
mod approvals;
mod candidates;
mod interviews;
mod offers;
mod scorecards;
