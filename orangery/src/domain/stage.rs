//! The interview plan of a job: its stages (STG-1) and, in [`interview`], their steps with kits and questions.

pub mod interview;

use sql::params;

pub use interview::NewInterview;

use crate::{
    domain::{NAME, job},
    error::{Error, Faults, Result},
    event::Event,
    graph::{self, job::Step},
    tables::{InterviewKind, Job, Stage},
    work::Work,
};

const MOST_STAGES: usize = 100;

#[derive(Debug, Clone, Default)]
pub struct NewStage {
    pub id: Option<i64>,
    pub name: String,
    pub interviews: Vec<NewInterview>,
}

/// What a job begins with.
pub fn default_plan() -> Vec<NewStage> {
    let stage = |name: &str, kind: Option<(InterviewKind, Option<i64>)>| NewStage {
        id: None,
        name: name.to_owned(),
        interviews: kind
            .into_iter()
            .map(|(kind, minutes)| NewInterview {
                name: name.to_owned(),
                kind,
                estimated_minutes: minutes,
                ..NewInterview::default()
            })
            .collect(),
    };
    vec![
        stage("Application Review", Some((InterviewKind::Review, None))),
        stage("Preliminary Phone Screen", Some((InterviewKind::Meeting, Some(30)))),
        stage("Phone Interview", Some((InterviewKind::Meeting, Some(30)))),
        stage("Face to Face", Some((InterviewKind::Meeting, Some(60)))),
        stage("Offer", None),
    ]
}

/// Gives a job that has just been made its plan.
pub(super) async fn plan(work: &mut Work, job_id: i64, stages: Vec<NewStage>) -> Result<()> {
    check(work, &stages, "stages").await?;
    if stages.is_empty() {
        return Err(Error::invalid("stages", "A job needs at least one stage"));
    }
    for (priority, stage) in (0..).zip(stages) {
        insert(work, job_id, priority, stage).await?;
    }
    Ok(())
}

/// Adds a stage: as number `position` of the plan, counted from 0, else as the last.
pub async fn create(work: &mut Work, job_id: i64, position: Option<usize>, stage: NewStage) -> Result<Stage> {
    job::lock(work, job_id).await?;
    let mut order = plan_of(work, job_id).await?;
    if order.len() >= MOST_STAGES {
        return Err(Error::refused(format!("A job has at most {MOST_STAGES} stages")));
    }
    check(work, std::slice::from_ref(&stage), "").await?;
    let position = position.unwrap_or(order.len()).min(order.len());
    let made = insert(work, job_id, position as i64, stage).await?;
    order.insert(position, made.clone());
    number(work, &order).await?;
    Ok(made)
}

async fn check(work: &Work, stages: &[NewStage], list: &str) -> Result<()> {
    let mut faults = Faults::default();
    if stages.len() > MOST_STAGES {
        faults.add(list, format!("Must be at most {MOST_STAGES} stages"));
    }
    let catalog = work.catalog().await?;
    for (n, stage) in stages.iter().enumerate() {
        let path = if list.is_empty() { String::new() } else { format!("{list}[{n}].") };
        faults.text(&format!("{path}name"), &stage.name, NAME);
        for (m, step) in stage.interviews.iter().enumerate() {
            interview::check(&mut faults, &catalog, &format!("{path}interviews[{m}]."), step);
        }
    }
    faults.done()
}

async fn insert(work: &mut Work, job_id: i64, priority: i64, new: NewStage) -> Result<Stage> {
    let NewStage { id, name, interviews } = new;
    let (created_at, updated_at) = (work.now, work.now);
    let mut stage = Stage { id: id.unwrap_or(0), job_id, name, priority, active: true, created_at, updated_at };
    work.insert(&mut stage).await?;
    for (priority, step) in (0..).zip(interviews) {
        interview::insert(work, stage.id, priority, step).await?;
    }
    Ok(stage)
}

/// The stages that are not deleted, in their order.
async fn plan_of(work: &Work, job_id: i64) -> Result<Vec<Stage>> {
    Ok(work.tx.all("where job_id = $1 and active order by priority, id {for update}", params![job_id]).await?)
}

/// Numbers the stages from 0 in this order.
async fn number(work: &mut Work, order: &[Stage]) -> Result<()> {
    for (priority, before) in (0..).zip(order) {
        if before.priority != priority {
            let after = Stage { priority, updated_at: work.now, ..before.clone() };
            work.update(before, &after).await?;
        }
    }
    Ok(())
}

/// The stage, locked with its job, unless it is deleted.
async fn lock(work: &Work, id: i64) -> Result<(Job, Stage)> {
    let job_id = work.tx.find::<Stage>(id).await?.job_id;
    let job = job::lock(work, job_id).await?;
    let stage: Stage = work.tx.lock(id).await?;
    match stage.active {
        true => Ok((job, stage)),
        false => Err(Error::refused("The stage is deleted")),
    }
}

pub async fn rename(work: &mut Work, id: i64, name: String) -> Result<()> {
    let mut faults = Faults::default();
    faults.text("name", &name, NAME);
    let (_, before) = lock(work, id).await?;
    faults.done()?;
    if before.name != name {
        let after = Stage { name, updated_at: work.now, ..before.clone() };
        work.update(&before, &after).await?;
    }
    Ok(())
}

/// Puts the stages of a job into this order; it must name each of them once.
pub async fn reorder(work: &mut Work, job_id: i64, stage_ids: &[i64]) -> Result<()> {
    job::lock(work, job_id).await?;
    let plan = plan_of(work, job_id).await?;
    let order: Vec<Stage> = stage_ids.iter().filter_map(|id| plan.iter().find(|it| it.id == *id)).cloned().collect();
    let named = graph::ids(stage_ids.iter().copied());
    if named.len() != stage_ids.len() || order.len() != stage_ids.len() || order.len() != plan.len() {
        let all = plan.iter().map(|it| it.id.to_string()).collect::<Vec<_>>().join(", ");
        return Err(Error::invalid("stage_ids", format!("Must name each stage of the job once: {all}")));
    }
    number(work, &order).await
}

/// Takes a stage out of the plan. It stays as one that is deleted (STG-1), since histories name it.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let (job, before) = lock(work, id).await?;
    let active = "select count(*) from applications where stage_id = $1 and status = 'active'";
    let active = work.tx.count(active, params![id]).await?;
    if active > 0 {
        return Err(Error::refused(format!(
            "{active} active application(s) stand in the stage; move or reject them first"
        )));
    }
    let mut rest = plan_of(work, job.id).await?;
    rest.retain(|it| it.id != id);
    if rest.is_empty() {
        return Err(Error::refused("The last stage of a job can't be deleted; add another one first"));
    }
    work.record_deletion(Event::StageDeleted { stage_id: id }).await?;
    let after = Stage { active: false, updated_at: work.now, ..before.clone() };
    work.update(&before, &after).await?;
    number(work, &rest).await
}

/// Gives a job the plan of another, with interviews, kits and questions.
pub(super) async fn copy(work: &mut Work, from_job_id: i64, job_id: i64) -> Result<()> {
    let look = work.look().await?;
    let rows = graph::job::stages_of_job(&look, from_job_id).await?;
    let stages = graph::job::stages(&look, rows).await?;
    for (priority, stage) in (0..).zip(stages) {
        let interviews = stage.interviews.into_iter().map(|step: Step| interview::again(step)).collect();
        insert(work, job_id, priority, NewStage { id: None, name: stage.row.name, interviews }).await?;
    }
    Ok(())
}
