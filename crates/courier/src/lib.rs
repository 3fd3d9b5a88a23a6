//! Signed web hook delivery: claim, sign, guard, post, back off, give up.
//!
//! The cast: a program writes what happened into `journal` and one row of `deliveries` per listening endpoint, in the
//! transaction of the deed, and calls `Courier::wake`. The courier claims due deliveries with a lease, signs
//! the stored body, posts it where the guard lets it go, writes the attempt down and settles what came of it: delivered,
//! due again, or failed. It delivers at least once, with one id over all attempts, and knows nothing of
//! hiring.
//!
//! - `endpoint`: who is called, what may be configured, the ping
//! - `seal`, `sign`: secrets at rest, signatures on the wire
//! - `guard`, `connect`, `proxy`: where a request may go, and the way there
//! - `target`, `identity`, `oauth`: an endpoint made ready, with what it wants to be shown
//! - `transport`, `client`: connections, and one request
//! - `fetch`: a file that somebody pointed to
//! - `shown`: the headers of a request, for its log
//! - `schedule`, `replay`: the ladder of retries, and beginning anew
//! - `courier`, `turn`, `board`, `desk`, `share`: the loop, its transaction, and what is claimed in between
//! - `claim`, `settle`, `health`, `erase`, `bulk`: the statements
//! - `meters`: what is counted

mod board;
mod bulk;
mod claim;
pub mod client;
pub mod connect;
mod courier;
mod desk;
pub mod endpoint;
pub mod erase;
pub mod fetch;
pub mod guard;
mod health;
pub mod identity;
mod meters;
pub mod oauth;
pub mod proxy;
pub mod replay;
pub mod schedule;
pub mod seal;
mod settle;
mod share;
pub mod shown;
pub mod sign;
pub mod tables;
pub mod target;
mod transport;
mod turn;
pub mod validate;

pub use courier::{CHANNEL, Clock, Courier, Error, Result, Settings};
pub use schedule::LADDER;
