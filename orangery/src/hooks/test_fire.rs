//! A test: one event to one endpoint, marked as a test, so that an integration can be tried before anything happens. Nobody who follows the
//! journal sees it, and it is in no other endpoint's log.

use courier::{
    endpoint::Webhook,
    tables::{Delivery, Journal, PENDING},
};
use jiff::Timestamp;
use sql::params;

use super::{
    About, Action, Body, examples,
    preview::{Preview, Subject, preview},
    replay, sequencer,
};
use crate::{
    error::{Error, Result},
    house::Orangery,
    words,
    words::Word,
    work::{Actor, Work},
};

words! {
    /// Where the body of a test is from.
    Source {
        /// The latest that was told of such an event.
        Event = "event",
        /// What would be told of a real record.
        Record = "record",
        /// The documented example, since nothing here fits.
        Example = "example",
    }
}

/// A test on its way.
#[derive(Debug, Clone, Copy)]
pub struct Test {
    pub delivery_id: i64,
    pub source: Source,
}

/// What a test says, and of whom.
#[derive(Clone)]
struct Told {
    source: Source,
    body: String,
    about: About,
}

/// Sends a test: of the subject, where one is named; else the latest real body; else what a record that fits would tell; else the example.
pub async fn test_fire(
    house: &Orangery,
    actor: Actor,
    webhook_id: i64,
    action: Action,
    subject: Subject,
) -> Result<Test> {
    sequencer::number_now(&house.pool).await?;
    if subject == Subject::default() {
        let repeated = house.write(actor.clone(), async move |work| match latest(work, action).await? {
            Some(told) => Ok(Some(send(work, webhook_id, action, told).await?)),
            None => Ok(None),
        });
        if let Some(test) = repeated.await? {
            return Ok(test);
        }
    }
    let began = house.now();
    let told = rendered(house, actor.clone(), action, subject).await?;
    let act = async move |work: &mut Work| {
        not_erased_since(work, told.about.candidate_id, began).await?;
        send(work, webhook_id, action, told).await
    };
    house.write(actor, act).await
}

/// The latest that was told of such an event. Its candidate is held, so that no erasure misses the copy.
async fn latest(work: &Work, action: Action) -> Result<Option<Told>> {
    let latest = "where action = $1 and seq is not null and body is not null and not erase order by seq desc limit 1";
    let Some(seen) = work.tx.first::<Journal>(latest, params![action.word()]).await? else { return Ok(None) };
    let there = hold(work, seen.candidate_id).await?;
    let Journal { body, erase, candidate_id, application_id, job_id, .. } = work.tx.find(seen.id).await?;
    let about = About { candidate_id, application_id, job_id };
    Ok(body.filter(|_| there && !erase).map(|body| Told { source: Source::Event, body, about }))
}

async fn rendered(house: &Orangery, actor: Actor, action: Action, subject: Subject) -> Result<Told> {
    let named = subject != Subject::default();
    match preview(house, actor, action, subject).await {
        Ok(preview) => {
            let Preview { body: Body { json, mut about, .. }, of: (_, id) } = preview;
            // Nobody was merged: it is the loser's still, and is erased with them.
            if action == Action::MergeCandidate {
                about.candidate_id = Some(id);
            }
            Ok(Told { source: Source::Record, body: json, about })
        }
        Err(Error::Invalid(_) | Error::Refused(_)) if !named => {
            Ok(Told { source: Source::Example, body: examples::example(action), about: About::default() })
        }
        Err(error) => Err(error),
    }
}

/// Whether the candidate is there; until this Work ends nobody erases them.
async fn hold(work: &Work, candidate_id: Option<i64>) -> Result<bool> {
    let Some(id) = candidate_id else { return Ok(true) };
    let row = work.tx.row("select id from candidates where id = $1 {for update}", params![id]).await?;
    Ok(row.is_some())
}

/// What was rendered in a transaction of its own must not bring back whom another erased meanwhile.
async fn not_erased_since(work: &Work, candidate_id: Option<i64>, began: Timestamp) -> Result<()> {
    let there = hold(work, candidate_id).await?;
    let erased = "select count(*) from anonymizations where candidate_id = $1 and at >= $2";
    if !there || work.tx.count(erased, params![candidate_id, began]).await? > 0 {
        return Err(Error::refused("The candidate was erased while the test was made: try again"));
    }
    Ok(())
}

async fn send(work: &mut Work, webhook_id: i64, action: Action, told: Told) -> Result<Test> {
    let row: Webhook = work.tx.lock(webhook_id).await?;
    if !row.enabled {
        return Err(replay::disabled(&row));
    }
    let Told { source, body, about } = told;
    let mut entry = Journal {
        id: 0,
        seq: None,
        work: work.id.clone(),
        action: action.word().to_owned(),
        body: Some(body),
        actor_id: work.actor.user_id,
        happened_at: work.now,
        candidate_id: about.candidate_id,
        application_id: about.application_id,
        job_id: about.job_id,
        test: true,
        erase: false,
    };
    work.tx.insert(&mut entry).await?;
    let mut delivery = Delivery {
        id: 0,
        webhook_id,
        journal_id: entry.id,
        action: entry.action.clone(),
        order_key: None,
        status: PENDING.to_owned(),
        attempts: 0,
        due_at: Some(work.now),
        node: None,
        lease_until: None,
        replay: false,
        created_at: work.now,
        finished_at: None,
    };
    work.tx.insert(&mut delivery).await?;
    work.deliver();
    Ok(Test { delivery_id: delivery.id, source })
}
