//! Signed web hook delivery: claim, sign, guard, post, back off, give up.
//!
//! The cast: a program writes what happened into `journal` and one row of `deliveries` per listening endpoint, in the
//! transaction of the deed, and calls `Courier::wake`. The courier claims due deliveries with a lease, writes an
//! attempt for each, signs the stored body, posts it where the guard lets it go, and settles what came of it:
//! delivered, due again, or failed. It delivers at least once, with one id over all attempts, and knows nothing of
//! hiring.
//!
//! - `endpoint`: who is called, what may be configured, the ping
//! - `seal`, `sign`: secrets at rest, signatures on the wire
//! - `guard`, `connect`, `client`: where a request may go, and one request
//! - `schedule`: the ladder of retries

pub mod client;
pub mod connect;
pub mod guard;
pub mod schedule;
pub mod seal;
pub mod tables;
#[derive(Clone)]
pub struct Courier;
impl Courier {
    pub fn wake(&self) {}
}
pub mod sign;
pub mod target;
pub mod validate;

pub use schedule::LADDER;
