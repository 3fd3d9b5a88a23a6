//! The life of a job: draft, open, closed, open again, gone.

use jiff::Timestamp;

use crate::{
    domain::{
        application,
        catalog::check_close_reason,
        job::{lock, must_be},
        opening, post,
    },
    error::{Error, Faults, Result},
    event::Event,
    tables::{Job, JobStatus},
    work::Work,
};

/// Starts recruiting for a draft.
pub async fn open(work: &mut Work, id: i64, at: Option<Timestamp>) -> Result<()> {
    let before = lock(work, id).await?;
    must_be(&before, JobStatus::Draft)?;
    let mut after = before.clone();
    after.status = JobStatus::Open;
    after.opened_at = Some(at.unwrap_or(work.now));
    changed(work, before, after).await
}

/// Why a job closes.
#[derive(Debug, Clone, PartialEq)]
pub enum Closing {
    /// Somebody closes it, and with it the openings that are left.
    ByHand { close_reason_id: Option<i64> },
    /// Its last opening was closed (OPN-4).
    LastOpening,
    /// A hire filled its last opening; if the hire is taken back, the job opens again (FIRE-8).
    Hire { application_id: i64 },
}

/// Closes a job: its openings close, its posts go off line (FIRE-13).
pub async fn close(work: &mut Work, id: i64, by: Closing) -> Result<()> {
    let before = lock(work, id).await?;
    if before.status == JobStatus::Closed {
        return Err(Error::refused("The job is closed already"));
    }
    let (close_reason_id, application_id) = match by {
        Closing::ByHand { close_reason_id } => (close_reason_id, None),
        Closing::LastOpening => (None, None),
        Closing::Hire { application_id } => (None, Some(application_id)),
    };
    let mut faults = Faults::default();
    check_close_reason(&mut faults, &*work.catalog().await?, close_reason_id);
    faults.done()?;
    let mut after = before.clone();
    after.status = JobStatus::Closed;
    after.closed_at = Some(work.now);
    after.closed_by_application_id = application_id;
    changed(work, before, after).await?;
    opening::close_all(work, id, close_reason_id).await?;
    post::all_offline(work, id).await
}

/// Opens a closed job again; one that was never open is a draft again. Openings and posts stay as they are.
pub async fn reopen(work: &mut Work, id: i64) -> Result<()> {
    let before = lock(work, id).await?;
    must_be(&before, JobStatus::Closed)?;
    let mut after = before.clone();
    after.status = if before.opened_at.is_some() { JobStatus::Open } else { JobStatus::Draft };
    after.closed_at = None;
    after.closed_by_application_id = None;
    changed(work, before, after).await
}

/// Deletes a closed job and all that hangs on it, its applications too (FIRE-12).
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    // Applications go before their job, in the order of locks.
    let applications = "select id from applications where job_id = $1 order by id {for update}";
    let rows = work.tx.rows(applications, sql::params![id]).await?;
    let applications: Vec<i64> = rows.iter().map(|row| row.get(0)).collect::<sql::Result<_>>()?;
    let job = lock(work, id).await?;
    if job.status != JobStatus::Closed {
        return Err(Error::refused("Only a closed job can be deleted; close it first"));
    }
    work.record_deletion(Event::JobDeleted { job_id: id }).await?;
    application::delete::release_files(work, &applications).await?;
    work.delete(&job).await
}

async fn changed(work: &mut Work, before: Job, mut after: Job) -> Result<()> {
    after.updated_at = work.now;
    work.update(&before, &after).await?;
    work.record(Event::JobUpdated { before: Box::new(before), after: Box::new(after), offices_changed: false });
    Ok(())
}
