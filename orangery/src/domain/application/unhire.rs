//! A hire taken back (APP-18, FIRE-8).

use sql::params;

use super::{lock_for_change, moves, must_be, touch};
use crate::{
    domain::{approval, job, opening},
    error::{Error, Result},
    event::Event,
    tables::{Application, ApplicationStatus, Job, JobStatus, Offer, OfferStatus},
    work::Work,
};

/// Takes a hire back: active again in the stage it was hired from, without a change of stage; the offer is open again, and so are the
/// opening and a job that a hire closed.
pub async fn unhire(work: &mut Work, id: i64) -> Result<()> {
    let before = lock_for_change(work, id).await?;
    must_be(&before, ApplicationStatus::Hired)?;
    let job = match before.job_id {
        Some(job_id) => Some(job::lock(work, job_id).await?),
        None => None,
    };
    if let Some(job) = &job {
        may_open_again(work, job).await?;
    }
    let mut after =
        Application { status: ApplicationStatus::Active, hired_from_stage_id: None, hired_at: None, ..before.clone() };
    moves::return_to(work, &mut after, before.hired_from_stage_id).await?;
    touch(work, &mut after);
    work.update(&before, &after).await?;
    opening::vacate(work, id).await?;
    work.record(Event::ApplicationUnhired { application_id: id });
    let accepted = "where application_id = $1 and status = 'accepted' order by version";
    for before in work.tx.all::<Offer>(accepted, params![id]).await? {
        let after =
            Offer { status: OfferStatus::Unresolved, resolved_at: None, updated_at: work.now, ..before.clone() };
        work.update(&before, &after).await?;
        work.record(Event::OfferUpdated { offer_id: before.id });
    }
    // Whichever hire closed the job by filling its last opening: now one is open again.
    if let Some(job) = job
        && job.status == JobStatus::Closed
        && job.closed_by_application_id.is_some()
    {
        job::reopen(work, job.id).await?;
    }
    Ok(())
}

/// FIRE-8: a job that somebody closed, and that has approvals, is not to get an open opening behind their backs.
async fn may_open_again(work: &Work, job: &Job) -> Result<()> {
    let by_hand = job.status == JobStatus::Closed && job.closed_by_application_id.is_none();
    match by_hand && approval::has_flows(work, job.id).await? {
        true => Err(Error::refused(
            "The job was closed by hand and has approvals: open it again first, then take the hire back",
        )),
        false => Ok(()),
    }
}
