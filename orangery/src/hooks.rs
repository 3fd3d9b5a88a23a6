//! From events to journal entries and deliveries, in the transaction that made them.
//!
//! [`rules`] says which actions an event fires, [`payload`] what each says, [`journal`] keeps them and addresses them to who listens;
//! [`sequencer`] numbers them and [`follow`] reads them by number. [`backlog`] tells how much waits, [`keep`] removes what is too old,
//! [`endpoints`] tells how those fare who listen.
//! [`ping`] sees whether an endpoint answers, [`deliveries`] is the log of what was sent, [`replay`] sends it again. [`preview`] shows what
//! would be said, and [`test_fire`] says it to one endpoint as a test. [`watch`] sees to endpoints that fail, with
//! what [`trouble`] reads.

pub mod attempts;
pub mod backlog;
pub mod deliveries;
pub mod endpoints;
mod examples;
pub mod follow;
pub mod journal;
pub mod keep;
pub mod labels;
mod payload;
pub mod ping;
pub mod preview;
pub mod replay;
pub mod rules;
pub mod sequencer;
pub mod test_fire;
pub mod trouble;
pub mod watch;

pub use rules::Action;

use crate::{
    error::Result,
    event::Event,
    work::{Happened, Work},
};

/// What one action says, and of whom.
pub struct Body {
    pub action: Action,
    /// The bytes that will be signed.
    pub json: String,
    pub about: About,
    /// It tells of what is being erased: it goes once it is delivered.
    pub erase: bool,
}

/// Whom a journal entry concerns, so that it can be found, replayed and erased.
#[derive(Debug, Clone, Copy, Default)]
pub struct About {
    pub candidate_id: Option<i64>,
    pub application_id: Option<i64>,
    pub job_id: Option<i64>,
}

/// The bodies of all actions that `event` fires, rendered from what is there now.
pub(crate) async fn bodies(work: &Work, event: &Event) -> Result<Vec<Body>> {
    let merges_heard = match event {
        Event::CandidateMerged { .. } => journal::is_heard(work, Action::MergeCandidate).await?,
        _ => false,
    };
    let mut bodies = Vec::new();
    for &action in rules::actions(event, merges_heard) {
        bodies.push(payload::body(&work.look().await?, action, event).await?);
    }
    Ok(bodies)
}

/// What the events of a Work fire, in their order.
pub(crate) async fn all_bodies(work: &Work, events: impl Iterator<Item = &mut Happened>) -> Result<Vec<Body>> {
    let mut fired = Vec::new();
    for happened in events {
        fired.extend(match happened.bodies.take() {
            Some(bodies) => bodies,
            None => bodies(work, &happened.event).await?,
        });
    }
    Ok(fired)
}
