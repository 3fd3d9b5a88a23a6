//! A candidate made anonymous (FIRE-11, ANON-1): the values of the named fields go, from wherever they are kept. What each name does stands in
//! one table, `effects`.

pub mod effect;
mod stored;

use sql::Record;

use effect::{Effect, Field};

use super::{candidate, mail::of_candidate as mail};
use crate::{
    error::{Error, Faults, Result},
    event::Event,
    tables::{
        Anonymization, Application, ApplicationJob, Attachment, Candidate, CandidateTag, Contact, CustomValues,
        DemographicAnswer, Education, Eeoc, Employment, FeedItem, FeedKind, InterviewState, Offer, Reminder,
        ScheduledInterview, Scorecard, Stage, StageVisit, SyncedMessage, Touchpoint,
    },
    words::Word,
    work::Work,
};

/// Erases the fields of these names; an unknown name refuses the whole. `offer_deleted` tells of each offer under `all_offer_versions`,
/// `candidate_anonymized` of the rest, with the names as they came.
pub async fn anonymize(work: &mut Work, id: i64, names: &[String]) -> Result<()> {
    let fields = fields(names)?;
    let before = candidate::lock(work, id).await?;
    work.discreet = true;
    let mut after = before.clone();
    for field in &fields {
        Box::pin(apply(work, &mut after, field.effect())).await?;
    }
    if after != before {
        after.updated_at = work.now;
        work.release(before.photo.clone().filter(|_| after.photo.is_none()));
        work.update(&before, &after).await?;
    }
    // The outbox holds name and address beside the text.
    if fields.iter().any(|it| matches!(it, Field::Emails | Field::EmailAddresses | Field::FullName)) {
        mail::erase(work, id).await?;
    }
    stored::erase(work, id, &fields).await?;
    let mut row = Anonymization { id: 0, candidate_id: id, fields: key(names), at: work.now };
    work.insert(&mut row).await?;
    work.record(Event::CandidateAnonymized { candidate_id: id, fields: names.to_vec() });
    Ok(())
}

/// The fields of these names, each once, or all that is wrong with them.
pub fn fields(names: &[String]) -> Result<Vec<Field>> {
    if names.is_empty() {
        return Err(Error::invalid("fields", "Must name at least one field"));
    }
    let mut faults = Faults::default();
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        match Field::parse(name) {
            Some(field) if !found.contains(&field) => found.push(field),
            Some(_) => {}
            None => faults.add("fields", format!("There is no field {name:?}. Must be among: {}", Field::list())),
        }
    }
    faults.done()?;
    Ok(found)
}

/// The same names in whatever order are the same key.
pub(crate) fn key(names: &[String]) -> String {
    let mut names = names.to_vec();
    names.sort();
    names.dedup();
    names.join(",")
}

async fn apply(work: &mut Work, candidate: &mut Candidate, effect: Effect) -> Result<()> {
    let id = candidate.id;
    match effect {
        Effect::Candidate(change) => change(candidate),
        Effect::Applications(change) => each_application(work, id, change).await?,
        Effect::Offers(change) => each_offer(work, id, change).await?,
        Effect::AllOffers => delete_offers(work, id).await?,
        Effect::StageData => back_to_the_first_stage(work, id).await?,
        Effect::Answers => {
            each_application(work, id, |it| it.answers.0.clear()).await?;
            delete_of_applications::<Eeoc>(work, id).await?;
            delete_of_applications::<DemographicAnswer>(work, id).await?;
        }
        Effect::Attachments => {
            let rows = work.tx.children::<Attachment>("candidate_id", &[id]).await?;
            work.release(rows.into_iter().map(|it| it.blob));
            delete_children::<Attachment>(work, id, |_| true).await?;
        }
        Effect::Contacts(kind) => delete_children::<Contact>(work, id, |it| it.kind == kind).await?,
        Effect::Educations => delete_children::<Education>(work, id, |_| true).await?,
        Effect::Employments => delete_children::<Employment>(work, id, |_| true).await?,
        Effect::Tags => delete_children::<CandidateTag>(work, id, |_| true).await?,
        Effect::Reminders => delete_children::<Reminder>(work, id, |_| true).await?,
        Effect::Synced(kind) => delete_children::<SyncedMessage>(work, id, |it| it.kind == kind).await?,
        Effect::Feed(kind) => {
            delete_children::<FeedItem>(work, id, |it| it.kind == kind && !it.of_rejection).await?;
        }
        Effect::RejectionNotes => {
            delete_children::<FeedItem>(work, id, |it| it.of_rejection).await?;
            each_application(work, id, |it| it.rejection_note_id = None).await?;
        }
        Effect::RejectionReasons => {
            each_application(work, id, |it| it.rejection_reason_id = None).await?;
            blank_activities(work, id, "Candidate Rejected").await?;
        }
        Effect::Touchpoints => {
            delete_children::<Touchpoint>(work, id, |_| true).await?;
            delete_children::<FeedItem>(work, id, |it| it.touchpoint_id.is_some()).await?;
        }
        Effect::ScorecardsAndInterviews => {
            delete_children::<Scorecard>(work, id, |_| true).await?;
            delete_of_applications::<ScheduledInterview>(work, id).await?;
            delete_of_applications::<InterviewState>(work, id).await?;
        }
        Effect::ProspectJobs => delete_of_applications::<ApplicationJob>(work, id).await?,
    }
    Ok(())
}

async fn delete_children<T: Record>(work: &mut Work, candidate_id: i64, which: impl Fn(&T) -> bool) -> Result<()> {
    for row in work.tx.children::<T>("candidate_id", &[candidate_id]).await? {
        if which(&row) {
            work.delete(&row).await?;
        }
    }
    Ok(())
}

async fn delete_of_applications<T: Record>(work: &mut Work, candidate_id: i64) -> Result<()> {
    let ids: Vec<i64> = applications(work, candidate_id).await?.iter().map(|it| it.id).collect();
    for row in work.tx.children::<T>("application_id", &ids).await? {
        work.delete(&row).await?;
    }
    Ok(())
}

async fn applications(work: &Work, candidate_id: i64) -> Result<Vec<Application>> {
    Ok(work.tx.all("where candidate_id = $1 order by id {for update}", sql::params![candidate_id]).await?)
}

async fn each_application(work: &mut Work, candidate_id: i64, change: impl Fn(&mut Application)) -> Result<()> {
    for before in applications(work, candidate_id).await? {
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            after.updated_at = work.now;
        }
        work.update(&before, &after).await?;
    }
    Ok(())
}

async fn offers(work: &Work, candidate_id: i64) -> Result<Vec<Offer>> {
    let rest = "where application_id in (select id from applications where candidate_id = $1) \
                order by application_id, version {for update}";
    Ok(work.tx.all(rest, sql::params![candidate_id]).await?)
}

/// That there was an offer stays; what it said goes.
async fn each_offer(work: &mut Work, candidate_id: i64, change: fn(&mut Offer)) -> Result<()> {
    for before in offers(work, candidate_id).await? {
        let mut after = before.clone();
        change(&mut after);
        work.update(&before, &after).await?;
    }
    Ok(())
}

/// FIRE-0: the one deletion inside another that tells of itself.
async fn delete_offers(work: &mut Work, candidate_id: i64) -> Result<()> {
    let offers = offers(work, candidate_id).await?;
    for offer in &offers {
        work.record_deletion(Event::OfferDeleted { offer_id: offer.id }).await?;
    }
    for offer in &offers {
        work.delete(offer).await?;
    }
    Ok(())
}

/// Every application: created now, without a history, in the first stage of its job. The hired stand in none (APP-3).
async fn back_to_the_first_stage(work: &mut Work, candidate_id: i64) -> Result<()> {
    for before in applications(work, candidate_id).await? {
        let first = "where job_id = $1 and active order by priority, id limit 1";
        let first: Option<Stage> = work.tx.first(first, sql::params![before.job_id.unwrap_or_default()]).await?;
        let first = first.map(|it| it.id);
        let mut after = Application { created_at: work.now, updated_at: work.now, ..before.clone() };
        after.stage_id = before.stage_id.and(first);
        after.hired_from_stage_id = before.hired_from_stage_id.and(first);
        work.update(&before, &after).await?;
        work.tx.delete_where::<StageVisit>("where application_id = $1", sql::params![before.id]).await?;
        if let Some(stage_id) = after.stage_id {
            super::application::moves::visit(work, before.id, stage_id).await?;
        }
    }
    delete_children::<FeedItem>(work, candidate_id, |it| is_activity(it, "Candidate Stage Change")).await
}

/// The line stays, what it said goes.
async fn blank_activities(work: &mut Work, candidate_id: i64, subject: &str) -> Result<()> {
    let rest = "where candidate_id = $1 order by id {for update}";
    for before in work.tx.all::<FeedItem>(rest, sql::params![candidate_id]).await? {
        if is_activity(&before, subject) {
            let after = FeedItem { body: String::new(), ..before.clone() };
            work.update(&before, &after).await?;
        }
    }
    Ok(())
}

fn is_activity(item: &FeedItem, subject: &str) -> bool {
    item.kind == FeedKind::Activity && item.subject.as_deref() == Some(subject)
}

/// No custom values.
fn none() -> CustomValues {
    CustomValues::default()
}
