//! What fires when, and with which body.

mod applications;
mod approvals;
mod interviews;
mod hire;
mod offers;
mod races;
mod reject;
