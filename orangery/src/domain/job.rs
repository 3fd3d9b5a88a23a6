//! Jobs: made, changed, opened, closed, opened again, deleted. Harvest, our own API and imports call these; a hire closes a job and taking
//! it back opens the job again.

mod copy;
mod life;
mod place;

use jiff::Timestamp;

pub use copy::{JobCopy, copy};
pub use life::{Closing, close, delete, open, reopen};
pub use place::{DepartmentRef, OfficeRefs, office_ids};

use crate::{
    domain::{
        BODY, NAME, approval,
        custom_value::{self, Scope, Write},
        opening::{self, NewOpening},
        stage::{self, NewStage},
    },
    error::{Error, Faults, Result},
    event::Event,
    graph::Catalog,
    patch::Patch,
    tables::{CustomValues, FieldType, FlowKind, Job, JobStatus},
    words::Word,
    work::Work,
};

/// The job, locked.
pub async fn lock(work: &Work, id: i64) -> Result<Job> {
    Ok(work.tx.lock(id).await?)
}

/// Refuses a job that is not in `status`.
pub fn must_be(job: &Job, status: JobStatus) -> Result<()> {
    match job.status == status {
        true => Ok(()),
        false => Err(Error::Refused(format!("Job must be '{}', is currently '{}'", status.word(), job.status.word()))),
    }
}

/// A job from nothing.
#[derive(Debug, Clone, Default)]
pub struct NewJob {
    pub id: Option<i64>,
    pub name: String,
    pub requisition_id: Option<String>,
    pub notes: Option<String>,
    pub confidential: bool,
    /// Open from the start; else a draft.
    pub open: bool,
    /// When an open one was opened, if not now.
    pub opened_at: Option<Timestamp>,
    pub level: Option<String>,
    pub department: Option<DepartmentRef>,
    pub offices: OfficeRefs,
    pub anywhere: bool,
    pub team_and_responsibilities: Option<String>,
    pub how_to_sell_this_job: Option<String>,
    pub is_template: bool,
    pub custom: Vec<Write>,
    pub openings: Vec<NewOpening>,
    /// The interview plan; None is the one that every job begins with.
    pub stages: Option<Vec<NewStage>>,
}

/// Makes a job with its openings and its plan.
pub async fn create(work: &mut Work, new: NewJob) -> Result<Job> {
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    let NewJob {
        id,
        name,
        requisition_id,
        notes,
        confidential,
        open,
        opened_at,
        level,
        department,
        offices,
        anywhere,
        team_and_responsibilities,
        how_to_sell_this_job,
        is_template,
        custom: writes,
        openings,
        stages,
    } = new;
    let department_id = department.and_then(|it| it.resolve(&catalog, &mut faults));
    let office_ids = offices.resolve(&catalog, &mut faults);
    let mut custom = CustomValues::default();
    if faults.take(custom_value::apply(&catalog, FieldType::Job, &mut custom, &writes))?.is_some() {
        let scope = Scope { department_id, office_ids: office_ids.clone() };
        faults.take(custom_value::check_required_in(&catalog, FieldType::Job, &custom, &scope))?;
    }
    let mut job = Job {
        id: id.unwrap_or(0),
        name,
        requisition_id,
        notes,
        confidential,
        status: if open { JobStatus::Open } else { JobStatus::Draft },
        level,
        department_id,
        anywhere,
        team_and_responsibilities,
        how_to_sell_this_job,
        is_template,
        copied_from_id: None,
        created_by_id: work.actor.user_id,
        closed_by_application_id: None,
        custom,
        created_at: work.now,
        opened_at: open.then(|| opened_at.unwrap_or(work.now)),
        closed_at: None,
        updated_at: work.now,
    };
    texts(&mut faults, &job);
    faults.done()?;
    work.insert(&mut job).await?;
    work.record(Event::JobCreated { job_id: job.id });
    place::settle(work, &job, &office_ids).await?;
    opening::add(work, job.id, openings).await?;
    stage::plan(work, job.id, stages.unwrap_or_else(stage::default_plan)).await?;
    Ok(job)
}

/// What changes about a job.
#[derive(Debug, Clone, Default)]
pub struct JobChange {
    pub name: Option<String>,
    pub requisition_id: Patch<String>,
    pub notes: Patch<String>,
    pub confidential: Option<bool>,
    pub opened_at: Option<Timestamp>,
    pub level: Patch<String>,
    pub department: Patch<DepartmentRef>,
    pub offices: Option<OfficeRefs>,
    pub anywhere: Option<bool>,
    pub team_and_responsibilities: Patch<String>,
    pub how_to_sell_this_job: Patch<String>,
    pub is_template: Option<bool>,
    pub custom: Vec<Write>,
}

/// Changes a job. Which of the changes are told by `job_updated`, the rules page says.
pub async fn update(work: &mut Work, id: i64, change: JobChange) -> Result<Job> {
    let before = lock(work, id).await?;
    let catalog = work.catalog().await?;
    let mut after = before.clone();
    let mut faults = Faults::default();
    let JobChange {
        name,
        requisition_id,
        notes,
        confidential,
        opened_at,
        level,
        department,
        offices,
        anywhere,
        team_and_responsibilities,
        how_to_sell_this_job,
        is_template,
        custom,
    } = change;
    after.name = name.unwrap_or(after.name);
    requisition_id.apply(&mut after.requisition_id);
    notes.apply(&mut after.notes);
    after.confidential = confidential.unwrap_or(after.confidential);
    if let Some(at) = opened_at {
        match before.status {
            JobStatus::Draft => faults.add("opened_at", "A draft has no open date; open the job instead"),
            JobStatus::Open | JobStatus::Closed => after.opened_at = Some(at),
        }
    }
    level.apply(&mut after.level);
    match department {
        Patch::Absent => {}
        Patch::Null => after.department_id = None,
        Patch::Value(it) => after.department_id = it.resolve(&catalog, &mut faults),
    }
    let office_ids = offices.map(|it| it.resolve(&catalog, &mut faults));
    after.anywhere = anywhere.unwrap_or(after.anywhere);
    team_and_responsibilities.apply(&mut after.team_and_responsibilities);
    how_to_sell_this_job.apply(&mut after.how_to_sell_this_job);
    after.is_template = is_template.unwrap_or(after.is_template);
    faults.take(custom_value::apply(&catalog, FieldType::Job, &mut after.custom, &custom))?;
    texts(&mut faults, &after);
    faults.done()?;
    keeps_required(&catalog, FieldType::Job, &before.custom, &after.custom, &scope(work, &before).await?)?;
    let offices_changed = match office_ids {
        Some(wanted) => place::set_offices(work, &before, &wanted).await?,
        None => false,
    };
    if offices_changed || after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
        approvals(work, &catalog, &before, &after).await?;
        let (before, after) = (Box::new(before), Box::new(after.clone()));
        work.record(Event::JobUpdated { before, after, offices_changed });
    }
    Ok(after)
}

/// JOB-4: a new requisition or department has to be approved anew, and so has a custom field that says so.
async fn approvals(work: &mut Work, catalog: &Catalog, before: &Job, after: &Job) -> Result<()> {
    if before.requisition_id != after.requisition_id || before.department_id != after.department_id {
        approval::reset_for_job(work, after.id, FlowKind::OpenJob).await?;
        return approval::reset_for_job(work, after.id, FlowKind::OfferJob).await;
    }
    match asks_approval(catalog, FieldType::Job, &before.custom, &after.custom) {
        true => approval::reset_for_job(work, after.id, FlowKind::OfferJob).await,
        false => Ok(()),
    }
}

/// Whether a field that may not change without approval did change.
pub(super) fn asks_approval(catalog: &Catalog, of: FieldType, before: &CustomValues, after: &CustomValues) -> bool {
    let changed = |id: i64| before.0.get(&id) != after.0.get(&id);
    catalog.fields(of).any(|it| it.row.require_approval && changed(it.row.id))
}

/// Refuses to take away the value of a required field; one that was never there may stay away.
pub(super) fn keeps_required(
    catalog: &Catalog,
    of: FieldType,
    before: &CustomValues,
    after: &CustomValues,
    scope: &Scope,
) -> Result<()> {
    match custom_value::check_required_in(catalog, of, before, scope) {
        Ok(()) => custom_value::check_required_in(catalog, of, after, scope),
        Err(_) => Ok(()),
    }
}

/// Where a job belongs, for custom fields that are asked for only there.
pub(super) async fn scope(work: &Work, job: &Job) -> Result<Scope> {
    Ok(Scope { department_id: job.department_id, office_ids: office_ids(work, job.id).await? })
}

fn texts(faults: &mut Faults, job: &Job) {
    faults.text("name", &job.name, NAME);
    faults.limit("requisition_id", job.requisition_id.as_deref(), 255);
    faults.limit("level", job.level.as_deref(), 255);
    faults.limit("notes", job.notes.as_deref(), BODY);
    faults.limit("team_and_responsibilities", job.team_and_responsibilities.as_deref(), BODY);
    faults.limit("how_to_sell_this_job", job.how_to_sell_this_job.as_deref(), BODY);
}

/// Something that the job shows did change: openings, hiring team. No event tells of it (FIRE-15).
pub async fn touch(work: &mut Work, job: &Job) -> Result<()> {
    let after = Job { updated_at: work.now, ..job.clone() };
    work.update(job, &after).await?;
    Ok(())
}
