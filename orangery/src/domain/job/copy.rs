//! A job made like another one (JOB-2): most are.

use crate::{
    domain::{
        NAME, hiring_team,
        job::place::{self, DepartmentRef, OfficeRefs},
        opening::{self, NewOpening},
        post, stage,
    },
    error::{Error, Faults, Result},
    event::Event,
    patch::Patch,
    tables::{Job, JobStatus},
    work::Work,
};

/// What differs from the job that is copied.
#[derive(Debug, Clone, Default)]
pub struct JobCopy {
    pub id: Option<i64>,
    pub template_id: i64,
    /// Else `Copy Of ` and the template's.
    pub name: Option<String>,
    /// The title of all posts, else each keeps its own.
    pub post_name: Option<String>,
    pub requisition_id: Option<String>,
    /// Open from the start; else a draft.
    pub open: bool,
    /// Absent copies, null is none; likewise the offices.
    pub department: Patch<DepartmentRef>,
    pub offices: Patch<OfficeRefs>,
    pub openings: Vec<NewOpening>,
}

/// Copies a job with its custom fields, hiring team, plan and posts; not its openings and applications. The posts are not live.
pub async fn copy(work: &mut Work, new: JobCopy) -> Result<Job> {
    let JobCopy { id, template_id, name, post_name, requisition_id, open, department, offices, openings } = new;
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    let Some(template) = work.tx.get::<Job>(Some(template_id)).await? else {
        return Err(Error::invalid("template_job_id", format!("There is no job {template_id}")));
    };
    let name = name.unwrap_or_else(|| format!("Copy Of {}", template.name).chars().take(NAME).collect());
    faults.text("job_name", &name, NAME);
    if let Some(title) = &post_name {
        faults.text("job_post_name", title, NAME);
    }
    faults.limit("requisition_id", requisition_id.as_deref(), NAME);
    let department_id = match department {
        Patch::Absent => template.department_id,
        Patch::Null => None,
        Patch::Value(it) => it.resolve(&catalog, &mut faults),
    };
    let office_ids = match offices {
        Patch::Absent => place::office_ids(work, template_id).await?,
        Patch::Null => Vec::new(),
        Patch::Value(it) => it.resolve(&catalog, &mut faults),
    };
    faults.done()?;
    let mut job = Job {
        id: id.unwrap_or(0),
        name,
        requisition_id,
        status: if open { JobStatus::Open } else { JobStatus::Draft },
        department_id,
        is_template: false,
        copied_from_id: Some(template_id),
        created_by_id: work.actor.user_id,
        closed_by_application_id: None,
        created_at: work.now,
        opened_at: open.then_some(work.now),
        closed_at: None,
        updated_at: work.now,
        ..template
    };
    work.insert(&mut job).await?;
    // The job is told of before its posts (FIRE-16).
    work.record(Event::JobCreated { job_id: job.id });
    place::settle(work, &job, &office_ids).await?;
    hiring_team::copy(work, template_id, job.id).await?;
    opening::add(work, job.id, openings).await?;
    stage::copy(work, template_id, job.id).await?;
    post::copy(work, template_id, job.id, post_name.as_deref()).await?;
    Ok(job)
}
