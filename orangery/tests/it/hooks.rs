//! What fires when, and with which body.

mod reject;
