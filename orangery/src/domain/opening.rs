//! Openings of a job: made, edited, destroyed; filled by a hire and vacated when it is taken back. No event tells of them (FIRE-15); a job
//! whose last opening closes is closed, and that is told.

use jiff::Timestamp;
use sql::params;

use crate::{
    domain::{
        approval,
        catalog::check_close_reason,
        custom_value::{self, Write},
        job::{self, Closing},
    },
    error::{Error, Faults, Result},
    graph::ids,
    patch::Patch,
    tables::{CustomValues, FieldType, FlowKind, Job, JobStatus, Opening, OpeningStatus},
    work::Work,
};

/// OPN-3.
const MOST_OPEN: i64 = 100;

#[derive(Debug, Clone, Default)]
pub struct NewOpening {
    pub id: Option<i64>,
    pub opening_id: Option<String>,
    /// If not now.
    pub opened_at: Option<Timestamp>,
    pub custom: Vec<Write>,
}

/// Adds openings to a job that is not closed; all or none.
pub async fn create(work: &mut Work, job_id: i64, openings: Vec<NewOpening>) -> Result<Vec<Opening>> {
    let job = job::lock(work, job_id).await?;
    if openings.is_empty() {
        return Err(Error::invalid("openings", "Must name at least one opening"));
    }
    if job.status == JobStatus::Closed {
        return Err(Error::refused("The job is closed; open it again first"));
    }
    let made = add(work, job_id, openings).await?;
    required_fields(work, &job, &made).await?;
    approve_anew(work, job_id).await?;
    job::touch(work, &job).await?;
    Ok(made)
}

/// Adds openings to a job that the caller has just made or holds.
pub async fn add(work: &mut Work, job_id: i64, openings: Vec<NewOpening>) -> Result<Vec<Opening>> {
    if openings.len() as i64 > MOST_OPEN {
        return Err(Error::invalid("openings", "Must be at most 100 openings"));
    }
    may_open(work, job_id, openings.len() as i64).await?;
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    let mut made = Vec::with_capacity(openings.len());
    for (n, new) in openings.into_iter().enumerate() {
        let NewOpening { id, opening_id, opened_at, custom: writes } = new;
        faults.limit(&format!("openings[{n}].opening_id"), opening_id.as_deref(), 255);
        let mut custom = CustomValues::default();
        faults.take(custom_value::apply(&catalog, FieldType::Opening, &mut custom, &writes))?;
        made.push(Opening {
            id: id.unwrap_or(0),
            job_id,
            opening_id,
            status: OpeningStatus::Open,
            opened_at: opened_at.unwrap_or(work.now),
            closed_at: None,
            application_id: None,
            close_reason_id: None,
            custom,
        });
    }
    faults.done()?;
    for opening in &mut made {
        work.insert(opening).await?;
    }
    Ok(made)
}

/// How many openings of a job are open.
pub async fn count_open(work: &Work, job_id: i64) -> Result<i64> {
    let sql = "select count(*) from openings where job_id = $1 and status = 'open'";
    Ok(work.tx.count(sql, params![job_id]).await?)
}

/// OPN-3: no more than a hundred are open.
async fn may_open(work: &Work, job_id: i64, more: i64) -> Result<()> {
    let open = count_open(work, job_id).await?;
    match open + more > MOST_OPEN {
        true => Err(Error::refused(format!("A job has at most 100 open openings, and this one has {open}"))),
        false => Ok(()),
    }
}

/// OPN-5.
async fn approve_anew(work: &mut Work, job_id: i64) -> Result<()> {
    approval::reset_for_job(work, job_id, FlowKind::OpenJob).await?;
    approval::reset_for_job(work, job_id, FlowKind::OfferJob).await
}

/// CF-13: a field that is required of openings, and meant for this job's department and offices, must come with each.
async fn required_fields(work: &Work, job: &Job, openings: &[Opening]) -> Result<()> {
    let catalog = work.catalog().await?;
    let scope = job::scope(work, job).await?;
    let mut faults = Faults::default();
    for (n, opening) in openings.iter().enumerate() {
        let checked = custom_value::check_required_in(&catalog, FieldType::Opening, &opening.custom, &scope);
        faults.take_at(&format!("openings[{n}]."), checked)?;
    }
    faults.done()
}

#[derive(Debug, Clone, Default)]
pub struct OpeningChange {
    pub opening_id: Patch<String>,
    pub status: Option<OpeningStatus>,
    /// Only with closing.
    pub close_reason_id: Option<i64>,
    pub custom: Vec<Write>,
}

/// Edits an opening (OPN-4).
pub async fn edit(work: &mut Work, job_id: i64, id: i64, change: OpeningChange) -> Result<()> {
    let OpeningChange { opening_id, status, close_reason_id, custom } = change;
    let job = job::lock(work, job_id).await?;
    let before: Opening = work.tx.lock(id).await?;
    if before.job_id != job_id {
        return Err(Error::NotFound("openings", id));
    }
    let catalog = work.catalog().await?;
    let mut after = before.clone();
    let mut faults = Faults::default();
    opening_id.apply(&mut after.opening_id);
    faults.limit("opening_id", after.opening_id.as_deref(), 255);
    check_close_reason(&mut faults, &catalog, close_reason_id);
    if close_reason_id.is_some() && status != Some(OpeningStatus::Closed) {
        faults.add("close_reason_id", "Must come with status closed");
    }
    faults.take(custom_value::apply(&catalog, FieldType::Opening, &mut after.custom, &custom))?;
    faults.done()?;
    let scope = job::scope(work, &job).await?;
    job::keeps_required(&catalog, FieldType::Opening, &before.custom, &after.custom, &scope)?;
    after.status = status.unwrap_or(before.status);
    after.close_reason_id = close_reason_id.or(after.close_reason_id);
    let closes = before.status == OpeningStatus::Open && after.status == OpeningStatus::Closed;
    if closes {
        after.closed_at = Some(work.now);
    }
    if before.status == OpeningStatus::Closed && after.status == OpeningStatus::Open {
        may_reopen(work, &job, &before).await?;
        after.closed_at = None;
        after.close_reason_id = None;
    }
    if !work.update(&before, &after).await? {
        return Ok(());
    }
    // A draft is not closed by this: it was never open.
    if closes && job.status == JobStatus::Open && count_open(work, job_id).await? == 0 {
        // OPN-5: approvals stay.
        return job::close(work, job_id, Closing::LastOpening).await;
    }
    if before.opening_id != after.opening_id {
        approve_anew(work, job_id).await?;
    } else if job::asks_approval(&catalog, FieldType::Opening, &before.custom, &after.custom) {
        approval::reset_for_job(work, job_id, FlowKind::OfferJob).await?;
    }
    job::touch(work, &job).await
}

async fn may_reopen(work: &Work, job: &Job, opening: &Opening) -> Result<()> {
    if let Some(application_id) = opening.application_id {
        return Err(Error::refused(format!("The opening is filled by application {application_id}; unhire it first")));
    }
    if job.status == JobStatus::Closed {
        return Err(Error::refused("The job is closed; open it again first"));
    }
    may_open(work, job.id, 1).await
}

/// Closes what is open when its job closes.
pub(super) async fn close_all(work: &mut Work, job_id: i64, close_reason_id: Option<i64>) -> Result<()> {
    let open = "where job_id = $1 and status = 'open' order by id {for update}";
    let rows: Vec<Opening> = work.tx.all(open, params![job_id]).await?;
    for before in rows {
        let mut after = before.clone();
        after.status = OpeningStatus::Closed;
        after.closed_at = Some(work.now);
        after.close_reason_id = close_reason_id;
        work.update(&before, &after).await?;
    }
    Ok(())
}

#[derive(Debug, Clone, PartialEq)]
pub struct Destroyed {
    pub deleted_ids: Vec<i64>,
    pub failed_ids: Vec<i64>,
}

/// Destroys those of the openings that may go (OPN-6): closed, never filled, without an offer.
pub async fn destroy(work: &mut Work, job_id: i64, wanted: &[i64]) -> Result<Destroyed> {
    let job = job::lock(work, job_id).await?;
    if !work.catalog().await?.organization.openings_deletable {
        return Err(Error::Forbidden("Deleting openings is switched off in this organization".to_owned()));
    }
    let offered = "select opening_id from offers where job_id = $1 and opening_id is not null";
    let offered = work.tx.rows(offered, params![job_id]).await?;
    let offered = offered.iter().map(|it| it.get(0)).collect::<sql::Result<Vec<i64>>>()?;
    let rows: Vec<Opening> = work.tx.children("job_id", &[job_id]).await?;
    let mut done = Destroyed { deleted_ids: Vec::new(), failed_ids: Vec::new() };
    for id in ids(wanted.iter().copied()) {
        let may_go = |it: &&Opening| {
            it.id == id
                && it.status == OpeningStatus::Closed
                && it.application_id.is_none()
                && !offered.contains(&it.id)
        };
        match rows.iter().find(may_go) {
            Some(row) => {
                work.delete(row).await?;
                done.deleted_ids.push(id);
            }
            None => done.failed_ids.push(id),
        }
    }
    if !done.deleted_ids.is_empty() {
        job::touch(work, &job).await?;
    }
    Ok(done)
}

/// A hire fills an opening: the named one, else the lowest that is open. Whether the job closes with it is the hire's business: see
/// [`count_open`].
pub async fn fill(
    work: &mut Work,
    job_id: i64,
    opening_id: Option<i64>,
    application_id: i64,
    close_reason_id: Option<i64>,
) -> Result<Opening> {
    job::lock(work, job_id).await?;
    let mut faults = Faults::default();
    check_close_reason(&mut faults, &*work.catalog().await?, close_reason_id);
    faults.done()?;
    let before: Option<Opening> = match opening_id {
        Some(id) => work.tx.first("where id = $1 and job_id = $2 {for update}", params![id, job_id]).await?,
        None => {
            let lowest = "where job_id = $1 and status = 'open' order by id limit 1 {for update}";
            work.tx.first(lowest, params![job_id]).await?
        }
    };
    let before = match (before, opening_id) {
        (Some(opening), _) if opening.status == OpeningStatus::Open => opening,
        (Some(_), _) => return Err(Error::refused("The opening is closed already; name one that is open")),
        (None, Some(id)) => {
            return Err(Error::invalid("opening_id", format!("Job {job_id} has no opening {id}")));
        }
        (None, None) => return Err(Error::refused("The job has no open opening; add one first")),
    };
    let mut after = before.clone();
    after.status = OpeningStatus::Closed;
    after.closed_at = Some(work.now);
    after.application_id = Some(application_id);
    after.close_reason_id = close_reason_id;
    work.update(&before, &after).await?;
    Ok(after)
}

/// A hire is taken back: what it filled is open again.
pub async fn vacate(work: &mut Work, application_id: i64) -> Result<Vec<Opening>> {
    let rows: Vec<Opening> =
        work.tx.all("where application_id = $1 order by id {for update}", params![application_id]).await?;
    let mut open = Vec::with_capacity(rows.len());
    for before in rows {
        let mut after = before.clone();
        after.status = OpeningStatus::Open;
        after.closed_at = None;
        after.application_id = None;
        after.close_reason_id = None;
        work.update(&before, &after).await?;
        open.push(after);
    }
    Ok(open)
}
