//! The ways of an application through a job's stages, and to another job.

use sql::params;

use super::{lock, lock_for_change, must_be, touch};
use crate::{
    domain::candidate,
    error::{Error, Result},
    event::Event,
    tables::{Application, ApplicationStatus, Job, Stage, StageVisit},
    work::Work,
};

/// Moves on to the next stage of the job (APP-10).
pub async fn advance(work: &mut Work, id: i64, from_stage_id: i64) -> Result<()> {
    let (before, stages) = find(work, id).await?;
    present(&before, from_stage_id)?;
    onward(work, before, &stages).await
}

async fn onward(work: &mut Work, before: Application, stages: &[Stage]) -> Result<()> {
    let at = stages.iter().position(|it| Some(it.id) == before.stage_id);
    let next = match at {
        Some(n) => stages.get(n + 1),
        // Its stage was taken out of the plan, so that its place there is unknown.
        None => {
            return Err(Error::refused("The present stage is not in the job's plan any more; move to a stage instead"));
        }
    };
    // APP-10: from the last stage there is no next.
    let next = next.ok_or_else(|| {
        Error::refused("The application is in the last stage of its job: hire, reject or move to another stage instead")
    })?;
    enter(work, before, next.id).await
}

/// Moves to any stage of the job (APP-11).
pub async fn to_stage(work: &mut Work, id: i64, from_stage_id: i64, to_stage_id: i64) -> Result<()> {
    let (before, stages) = find(work, id).await?;
    present(&before, from_stage_id)?;
    let to = of_job(&stages, to_stage_id, "to_stage_id")?;
    enter(work, before, to).await
}

/// Moves to any stage of the job, from wherever it is.
pub async fn to_stage_from_any(work: &mut Work, id: i64, to_stage_id: i64) -> Result<()> {
    let (before, stages) = find(work, id).await?;
    let to = of_job(&stages, to_stage_id, "to_stage_id")?;
    enter(work, before, to).await
}

/// Moves on to the next stage, from wherever it is.
pub async fn advance_from_any(work: &mut Work, id: i64) -> Result<()> {
    let (before, stages) = find(work, id).await?;
    onward(work, before, &stages).await
}

/// Moves to another job, into the given stage or the first (APP-12); the id stays. FIRE-3: the job changed, then the stage.
pub async fn to_job(work: &mut Work, id: i64, job_id: i64, stage_id: Option<i64>) -> Result<()> {
    let before = lock_for_change(work, id).await?;
    if before.prospect {
        return Err(Error::refused("A prospect is on no job's plan: convert it to a candidate of that job instead"));
    }
    must_be(&before, ApplicationStatus::Active)?;
    if work.tx.get::<Job>(Some(job_id)).await?.is_none() {
        return Err(Error::invalid("new_job_id", format!("There is no job {job_id}")));
    }
    if before.job_id == Some(job_id) {
        return Err(Error::refused("The application is on that job already: move it to another stage instead"));
    }
    let twin = "where candidate_id = $1 and job_id = $2 order by id limit 1";
    if let Some(twin) = work.tx.first::<Application>(twin, params![before.candidate_id, job_id]).await? {
        return Err(Error::Refused(format!("The candidate is on that job already, by application {}", twin.id)));
    }
    let stages = stages(work, job_id).await?;
    let to = match stage_id {
        Some(stage_id) => of_job(&stages, stage_id, "new_stage_id")?,
        None => first(&stages)?,
    };
    let from = before.stage_id;
    let mut after = Application { job_id: Some(job_id), stage_id: Some(to), ..before.clone() };
    visit(work, id, to).await?;
    touch(work, &mut after);
    work.update(&before, &after).await?;
    let (before, after) = (Box::new(before), Box::new(after));
    work.record(Event::ApplicationUpdated { before, after, jobs_changed: false });
    work.record(Event::StageChanged { application_id: id, from_stage_id: from, to_stage_id: to });
    Ok(())
}

/// The active application of a candidate, locked, and the stages of its job.
async fn find(work: &mut Work, id: i64) -> Result<(Application, Vec<Stage>)> {
    let application = lock(work, id).await?;
    must_be(&application, ApplicationStatus::Active)?;
    let Some(job_id) = application.job_id else {
        return Err(Error::refused("A prospect has no stage: convert it to a candidate of a job first"));
    };
    let stages = stages(work, job_id).await?;
    Ok((application, stages))
}

/// Refuses unless the stage that the application is in is the one that the caller believes it is in.
fn present(application: &Application, from_stage_id: i64) -> Result<()> {
    match application.stage_id {
        Some(id) if id == from_stage_id => Ok(()),
        Some(id) => Err(Error::invalid("from_stage_id", format!("Must be the present stage, which is {id}"))),
        None => Err(Error::invalid("from_stage_id", "The application is in no stage")),
    }
}

/// The stages of a job's plan, first to last.
pub async fn stages(work: &Work, job_id: i64) -> Result<Vec<Stage>> {
    Ok(work.tx.all("where job_id = $1 and active order by priority, id", params![job_id]).await?)
}

fn first(stages: &[Stage]) -> Result<i64> {
    let first = stages.first().ok_or_else(|| Error::refused("The job has no stages: give it some first"))?;
    Ok(first.id)
}

fn of_job(stages: &[Stage], id: i64, field: &str) -> Result<i64> {
    match stages.iter().any(|it| it.id == id) {
        true => Ok(id),
        false => Err(Error::invalid(field, format!("Stage {id} is none of the job's stages"))),
    }
}

/// Enters another stage; entering the one where it is changes nothing.
async fn enter(work: &mut Work, before: Application, to: i64) -> Result<()> {
    let (id, from) = (before.id, before.stage_id);
    if from == Some(to) {
        return Ok(());
    }
    let mut after = Application { stage_id: Some(to), ..before.clone() };
    visit(work, id, to).await?;
    candidate::active(work, after.candidate_id).await?;
    touch(work, &mut after);
    work.update(&before, &after).await?;
    work.record(Event::StageChanged { application_id: id, from_stage_id: from, to_stage_id: to });
    Ok(())
}

/// Puts an application of a job back into the stage where it was left, or into the first where that is gone, without a word.
pub async fn return_to(work: &mut Work, application: &mut Application, left: Option<i64>) -> Result<()> {
    let Some(job_id) = application.job_id else { return Ok(()) };
    let stages = stages(work, job_id).await?;
    let kept = left.filter(|id| stages.iter().any(|it| it.id == *id));
    let Some(to) = kept.or(stages.first().map(|it| it.id)) else { return Ok(()) };
    // Those who are not active do not keep their stage from being deleted.
    must_be_there(&work.tx.lock(to).await?)?;
    if application.stage_id != Some(to) {
        visit(work, application.id, to).await?;
        application.stage_id = Some(to);
    }
    Ok(())
}

/// Notes in the history of stages that it left the one it was in, and entered another; refuses one that was deleted meanwhile. The history
/// is derived from the changes of `stage_id`, so it leaves no audit records of its own.
pub async fn visit(work: &mut Work, application_id: i64, stage_id: i64) -> Result<()> {
    leave(work, application_id).await?;
    let mut visit = StageVisit { id: 0, application_id, stage_id: Some(stage_id), entered_at: work.now, left_at: None };
    work.tx.insert(&mut visit).await?;
    // The row that refers to the stage keeps others from locking it, so what is seen now holds until the end: `stage::delete` either was
    // before, or waits and then counts this application. If it were locked here, all who enter a stage would wait for each other.
    must_be_there(&work.tx.find(stage_id).await?)
}

fn must_be_there(stage: &Stage) -> Result<()> {
    match stage.active {
        true => Ok(()),
        false => Err(Error::Refused(format!("Stage {} was deleted just now: choose another one", stage.id))),
    }
}

/// Notes in the history of stages that it left the one it was in.
pub async fn leave(work: &mut Work, application_id: i64) -> Result<()> {
    let left = "update stage_history set left_at = $2 where application_id = $1 and left_at is null";
    work.tx.execute(left, params![application_id, work.now]).await?;
    Ok(())
}
