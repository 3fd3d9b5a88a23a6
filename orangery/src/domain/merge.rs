//! Two records of one person made one (CAND-6, FIRE-9, FIRE-10): whatever the loser had moves to the winner, and the loser ceases to be.

use sql::{Record, params};

use super::{board::apply, candidate, diversity, job, mail::of_candidate as mail};
use crate::{
    error::{Error, Faults, Result},
    event::Event,
    hooks::journal,
    tables::{
        Application, ApplicationStatus, Attachment, Candidate, CandidateTag, Contact, Education, Employment, FeedItem,
        Offer, OfferStatus, Opening, Reminder, Scorecard, SyncedMessage, Touchpoint,
    },
    work::Work,
};

/// Merges `gone_id` into `kept_id`. `delete_application` tells of each application that is dropped, `merge_candidate` of the person;
/// nothing is told of the winner or of what moved.
pub async fn merge(work: &mut Work, kept_id: i64, gone_id: i64) -> Result<()> {
    let (winner, loser) = both(work, kept_id, gone_id).await?;
    work.about = Some(kept_id);
    drop_doubles(work, kept_id, gone_id).await?;
    let applications: Vec<Application> = locked(work, "candidate_id", gone_id).await?;
    move_all(work, applications, |it| it.candidate_id = kept_id).await?;
    // Told while the loser still stands there as it was, without the applications that live on.
    work.record_deletion(Event::CandidateMerged { kept_id, gone_id }).await?;
    move_lists(work, kept_id, gone_id).await?;
    mail::move_candidate(work, gone_id, kept_id).await?;
    fill(work, &winner, &loser).await?;
    work.release(loser.photo.clone());
    // What the log says of the loser's end must not outlive an erasure of the winner.
    let discreet = std::mem::replace(&mut work.discreet, true);
    work.delete(&loser).await?;
    work.discreet = discreet;
    journal::move_candidate(work, gone_id, kept_id).await?;
    let audit = "update audit_records set candidate_id = $1 where candidate_id = $2";
    work.tx.execute(audit, params![kept_id, gone_id]).await?;
    Ok(())
}

/// Both, locked in the order of their ids, so that two merges of the same people wait for each other.
async fn both(work: &mut Work, kept_id: i64, gone_id: i64) -> Result<(Candidate, Candidate)> {
    if kept_id == gone_id {
        return Err(Error::refused("A candidate can't be merged with itself: name two different candidates"));
    }
    let mut faults = Faults::default();
    for (field, id) in [("primary_candidate_id", kept_id), ("duplicate_candidate_id", gone_id)] {
        if work.tx.get::<Candidate>(Some(id)).await?.is_none() {
            faults.add(field, format!("There is no candidate {id}"));
        }
    }
    faults.done()?;
    let first = candidate::lock(work, kept_id.min(gone_id)).await?;
    let second = candidate::lock(work, kept_id.max(gone_id)).await?;
    Ok(if first.id == kept_id { (first, second) } else { (second, first) })
}

/// FIRE-10: of two applications on one job the loser's is dropped, unless only that one is hired.
async fn drop_doubles(work: &mut Work, kept_id: i64, gone_id: i64) -> Result<()> {
    let winners = on_jobs(work, kept_id).await?;
    let losers = on_jobs(work, gone_id).await?;
    let mut dropped: Vec<i64> = Vec::new();
    for loser in &losers {
        let same = |it: &&Application| it.job_id == loser.job_id && !dropped.contains(&it.id);
        let hired = winners.iter().filter(same).find(|it| is_hired(it));
        let Some(winner) = hired.or_else(|| winners.iter().find(same)) else { continue };
        let (kept, gone) = match is_hired(loser) && !is_hired(winner) {
            true => (loser, winner),
            false => (winner, loser),
        };
        drop_one(work, kept_id, kept, gone).await?;
        dropped.push(gone.id);
    }
    Ok(())
}

/// The candidate's applications that are on a job, locked.
async fn on_jobs(work: &Work, candidate_id: i64) -> Result<Vec<Application>> {
    let rest = "where candidate_id = $1 and job_id is not null and not prospect order by id {for update}";
    Ok(work.tx.all(rest, params![candidate_id]).await?)
}

fn is_hired(application: &Application) -> bool {
    application.status == ApplicationStatus::Hired
}

/// Drops `gone`; what people made for it goes on with `kept`.
async fn drop_one(work: &mut Work, kept_id: i64, kept: &Application, gone: &Application) -> Result<()> {
    work.record_deletion(Event::ApplicationDeleted { application_id: gone.id }).await?;
    let to = Some(kept.id);
    let notes: Vec<FeedItem> = locked(work, "application_id", gone.id).await?;
    move_all(work, notes, |it| it.application_id = to).await?;
    let scorecards: Vec<Scorecard> = locked(work, "application_id", gone.id).await?;
    move_all(work, scorecards, |it| it.application_id = to).await?;
    let attachments: Vec<Attachment> = locked(work, "application_id", gone.id).await?;
    move_all(work, attachments, |it| it.application_id = to).await?;
    let touchpoints: Vec<Touchpoint> = locked(work, "application_id", gone.id).await?;
    move_all(work, touchpoints, |it| it.application_id = to).await?;
    diversity::hand_on(work, gone.id, kept.id).await?;
    apply::hand_on(work, gone.id, kept.id).await?;
    if let Some(job_id) = gone.job_id {
        job::lock(work, job_id).await?;
    }
    let openings: Vec<Opening> = locked(work, "application_id", gone.id).await?;
    move_all(work, openings, |it| it.application_id = to).await?;
    move_offers(work, kept, gone).await?;
    mail::move_application(work, gone.id, kept.id).await?;
    // The audit log tells of it under the winner, with whom it is erased one day.
    work.delete(&Application { candidate_id: kept_id, ..gone.clone() }).await
}

/// Versions go on counting after those of `kept`. Where that has a current offer it stays the only one.
async fn move_offers(work: &mut Work, kept: &Application, gone: &Application) -> Result<()> {
    let there: Vec<Offer> = work.tx.children("application_id", &[kept.id]).await?;
    let has_current = there.iter().any(|it| it.status != OfferStatus::Deprecated);
    let last = there.iter().map(|it| it.version).max().unwrap_or_default();
    let rest = "where application_id = $1 order by version {for update}";
    let moved: Vec<Offer> = work.tx.all(rest, params![gone.id]).await?;
    for (before, version) in moved.iter().zip(last + 1..) {
        let mut after = Offer { application_id: kept.id, version, ..before.clone() };
        if has_current && before.status != OfferStatus::Deprecated {
            after.status = OfferStatus::Deprecated;
            after.resolved_at = before.resolved_at.or(Some(work.now));
        }
        work.update(before, &after).await?;
    }
    Ok(())
}

/// Everything else that hangs on the loser; contacts and tags that the winner has are not had twice.
async fn move_lists(work: &mut Work, kept_id: i64, gone_id: i64) -> Result<()> {
    let there: Vec<Contact> = work.tx.children("candidate_id", &[kept_id]).await?;
    let contacts: Vec<Contact> = work.tx.children("candidate_id", &[gone_id]).await?;
    let same =
        |a: &Contact, b: &Contact| a.kind == b.kind && a.value.trim().to_lowercase() == b.value.trim().to_lowercase();
    for it in contacts.into_iter().filter(|it| !there.iter().any(|other| same(it, other))) {
        // Made anew, so that they stand behind the winner's, whose first address stays the first.
        work.insert(&mut Contact { id: 0, candidate_id: kept_id, ..it }).await?;
    }
    let there: Vec<CandidateTag> = work.tx.children("candidate_id", &[kept_id]).await?;
    let mut tags: Vec<CandidateTag> = locked(work, "candidate_id", gone_id).await?;
    tags.retain(|it| !there.iter().any(|other| it.tag_id == other.tag_id));
    move_all(work, tags, |it| it.candidate_id = kept_id).await?;
    let rows: Vec<Education> = locked(work, "candidate_id", gone_id).await?;
    move_all(work, rows, |it| it.candidate_id = kept_id).await?;
    let rows: Vec<Employment> = locked(work, "candidate_id", gone_id).await?;
    move_all(work, rows, |it| it.candidate_id = kept_id).await?;
    let rows: Vec<Attachment> = locked(work, "candidate_id", gone_id).await?;
    move_all(work, rows, |it| it.candidate_id = kept_id).await?;
    let rows: Vec<FeedItem> = locked(work, "candidate_id", gone_id).await?;
    move_all(work, rows, |it| it.candidate_id = kept_id).await?;
    let rows: Vec<Reminder> = locked(work, "candidate_id", gone_id).await?;
    move_all(work, rows, |it| it.candidate_id = kept_id).await?;
    let rows: Vec<Touchpoint> = locked(work, "candidate_id", gone_id).await?;
    move_all(work, rows, |it| it.candidate_id = kept_id).await?;
    let rows: Vec<SyncedMessage> = locked(work, "candidate_id", gone_id).await?;
    move_all(work, rows, |it| it.candidate_id = kept_id).await?;
    let rows: Vec<Scorecard> = locked(work, "candidate_id", gone_id).await?;
    move_all(work, rows, |it| it.candidate_id = kept_id).await
}

/// The rows that hang on `id` by their column `key`, locked: somebody may be changing them who holds neither candidate nor application.
async fn locked<T: Record>(work: &Work, key: &str, id: i64) -> Result<Vec<T>> {
    Ok(work.tx.all(&format!("where {key} = $1 order by id {{for update}}"), params![id]).await?)
}

async fn move_all<T: Record + Clone>(work: &mut Work, rows: Vec<T>, change: impl Fn(&mut T)) -> Result<()> {
    for before in rows {
        let mut after = before.clone();
        change(&mut after);
        work.update(&before, &after).await?;
    }
    Ok(())
}

/// The winner keeps what it has; what is empty there comes from the loser.
async fn fill(work: &mut Work, winner: &Candidate, loser: &Candidate) -> Result<()> {
    let mut after = winner.clone();
    let fill = |to: &mut Option<String>, from: &Option<String>| *to = to.take().or_else(|| from.clone());
    fill(&mut after.company, &loser.company);
    fill(&mut after.title, &loser.title);
    fill(&mut after.headline, &loser.headline);
    fill(&mut after.external_id, &loser.external_id);
    fill(&mut after.photo, &loser.photo);
    fill(&mut after.linkedin_profile, &loser.linkedin_profile);
    fill(&mut after.match_score_reasoning, &loser.match_score_reasoning);
    fill(&mut after.identity_verification, &loser.identity_verification);
    after.recruiter_id = winner.recruiter_id.or(loser.recruiter_id);
    after.coordinator_id = winner.coordinator_id.or(loser.coordinator_id);
    after.linked_user_id = winner.linked_user_id.or(loser.linked_user_id);
    for (field, value) in &loser.custom.0 {
        after.custom.0.entry(*field).or_insert_with(|| value.clone());
    }
    after.updated_at = work.now;
    after.last_activity_at = work.now;
    work.update(winner, &after).await?;
    Ok(())
}
