//! What fires when, and with which body.

mod approvals;
mod interviews;
mod reject;
