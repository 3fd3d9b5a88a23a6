//! From a prospect to a candidate.

use sql::params;

use super::{
    lock_for_change, must_be,
    new::{self, NewApplication, Standing},
    touch,
};
use crate::{
    error::{Error, Faults, Result},
    event::Event,
    tables::{Application, ApplicationStatus},
    work::Work,
};

/// Makes a candidate of a prospect, by a new application on one job (APP-13); answers its id. The old one becomes `converted`, silently
/// (FIRE-4).
pub async fn convert(work: &mut Work, id: i64, job_id: i64, initial_stage_id: Option<i64>) -> Result<i64> {
    let before = lock_for_change(work, id).await?;
    if !before.prospect {
        return Err(Error::refused("Only a prospect can be converted, and this is a candidate's application"));
    }
    must_be(&before, ApplicationStatus::Active)?;
    let twin = "where candidate_id = $1 and job_id = $2 order by id limit 1";
    if let Some(twin) = work.tx.first::<Application>(twin, params![before.candidate_id, job_id]).await? {
        return Err(Error::Refused(format!("The candidate is on that job already, by application {}", twin.id)));
    }
    let new = NewApplication::new(Standing::Candidate { job_id, initial_stage_id });
    let mut faults = Faults::default();
    let draft = new::draft(work, before.candidate_id, &new, &mut faults).await?;
    faults.done()?;
    let made = Application {
        source_id: before.source_id,
        credited_user_id: before.credited_user_id,
        credited_name: before.credited_name.clone(),
        recruiter_id: before.recruiter_id.or(draft.recruiter_id),
        coordinator_id: before.coordinator_id.or(draft.coordinator_id),
        location: before.location.clone(),
        answers: before.answers.clone(),
        custom: before.custom.clone(),
        referral_custom: before.referral_custom.clone(),
        ..draft
    };
    let mut after = Application { status: ApplicationStatus::Converted, ..before.clone() };
    touch(work, &mut after);
    work.update(&before, &after).await?;
    let new_application_id = new::insert(work, made, &new).await?;
    work.record(Event::ProspectConverted { application_id: id, new_application_id });
    Ok(new_application_id)
}
