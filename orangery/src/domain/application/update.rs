//! What can be said of an application besides where it stands (APP-9).

use jiff::Timestamp;
use sql::{Json, params};

use super::{lock, must_be, new::Referrer, touch};
use crate::{
    domain::{
        candidate,
        custom_value::{self, Write},
        user,
    },
    error::{Error, Faults, Result},
    event::Event,
    graph::Catalog,
    patch::Patch,
    tables::{Answer, Application, ApplicationJob, ApplicationStatus, FieldType, Job, JobPost},
    work::Work,
};

/// A change of an application; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Update {
    pub source_id: Patch<i64>,
    pub referrer: Patch<Referrer>,
    pub recruiter_id: Patch<i64>,
    pub coordinator_id: Patch<i64>,
    pub custom: Vec<Write>,
    pub location: Patch<String>,
    pub answers: Option<Vec<Answer>>,
    pub job_post_id: Patch<i64>,
    pub rejection_custom: Vec<Write>,
    /// These are for prospects only.
    pub prospect: ProspectUpdate,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProspectUpdate {
    pub pool_id: Patch<i64>,
    pub stage_id: Patch<i64>,
    pub owner_id: Patch<i64>,
    pub department_id: Patch<i64>,
    pub office_id: Patch<i64>,
    pub job_ids: Option<Vec<i64>>,
}

/// Changes an application that is not converted.
pub async fn update(work: &mut Work, id: i64, update: &Update) -> Result<()> {
    let before = lock(work, id).await?;
    let Update {
        source_id,
        referrer,
        recruiter_id,
        coordinator_id,
        custom,
        location,
        answers,
        job_post_id,
        rejection_custom,
        prospect,
    } = update.clone();
    if before.status == ApplicationStatus::Converted {
        return Err(Error::refused("Application must be 'active', 'rejected' or 'hired', is currently 'converted'"));
    }
    if !rejection_custom.is_empty() {
        must_be(&before, ApplicationStatus::Rejected)?;
    }
    if !before.prospect && prospect != ProspectUpdate::default() {
        return Err(Error::refused(
            "Pool, stage, owner, department, office and jobs of a prospect can't be set on a candidate's application",
        ));
    }
    let catalog = work.catalog().await?;
    let mut after = before.clone();
    let mut faults = Faults::default();
    known(&mut faults, "source_id", "source", &source_id, |id| catalog.sources.contains_key(&id));
    known(&mut faults, "recruiter_id", "user", &recruiter_id, |id| catalog.user(Some(id)).is_some());
    known(&mut faults, "coordinator_id", "user", &coordinator_id, |id| catalog.user(Some(id)).is_some());
    faults.take(credit(&catalog, &mut after, referrer))?;
    faults.take(custom_value::apply(&catalog, FieldType::Application, &mut after.custom, &custom))?;
    let rejection =
        custom_value::apply(&catalog, FieldType::RejectionQuestion, &mut after.rejection_custom, &rejection_custom);
    faults.take(rejection)?;
    faults.take(post(work, &before, &job_post_id).await)?;
    let job_ids = prospect.job_ids.clone();
    prospect_detail(&catalog, &mut after, prospect, &mut faults);
    if let Patch::Value(location) = &location {
        faults.limit("location", location.as_str(), 1000);
    }
    for (n, Answer { question, answer }) in answers.iter().flatten().enumerate() {
        faults.limit(&format!("answers[{n}].question"), question.as_str(), 1000);
        faults.limit(&format!("answers[{n}].answer"), answer.as_deref(), 100_000);
    }
    faults.done()?;
    source_id.apply(&mut after.source_id);
    recruiter_id.apply(&mut after.recruiter_id);
    coordinator_id.apply(&mut after.coordinator_id);
    location.apply(&mut after.location);
    job_post_id.apply(&mut after.job_post_id);
    if let Some(answers) = answers {
        after.answers = Json(answers);
    }
    let jobs_changed = match job_ids {
        Some(job_ids) => set_jobs(work, id, job_ids).await?,
        None => false,
    };
    save(work, before, after, jobs_changed).await
}

/// When they applied, where that was before they came here. Nothing tells of it.
pub async fn applied(work: &mut Work, id: i64, at: Timestamp) -> Result<()> {
    let before = lock(work, id).await?;
    if at > work.now {
        return Err(Error::invalid("applied_at", "Must not lie in the future"));
    }
    let after = Application { applied_at: at, ..before.clone() };
    work.update(&before, &after).await?;
    Ok(())
}

/// Writes a change, if it is one, and says so.
pub async fn save(work: &mut Work, before: Application, mut after: Application, jobs_changed: bool) -> Result<()> {
    if before == after && !jobs_changed {
        return Ok(());
    }
    touch(work, &mut after);
    candidate::active(work, after.candidate_id).await?;
    work.update(&before, &after).await?;
    work.record(Event::ApplicationUpdated { before: Box::new(before), after: Box::new(after), jobs_changed });
    Ok(())
}

/// Notes an id that is none.
fn known(faults: &mut Faults, field: &str, what: &str, id: &Patch<i64>, is_known: impl Fn(i64) -> bool) {
    if let Patch::Value(id) = id
        && !is_known(*id)
    {
        faults.add(field, format!("There is no {what} {id}"));
    }
}

fn credit(catalog: &Catalog, application: &mut Application, referrer: Patch<Referrer>) -> Result<()> {
    let (user_id, name) = match referrer {
        Patch::Absent => return Ok(()),
        Patch::Null => (None, None),
        Patch::Value(Referrer::User(named)) => (Some(user::resolve(catalog, &named, "referrer.value")?.row.id), None),
        Patch::Value(Referrer::Outside(name)) => (None, Some(name)),
    };
    (application.credited_user_id, application.credited_name) = (user_id, name);
    Ok(())
}

/// The post must be one that leads to the application's job, or a prospect's post for a prospect.
async fn post(work: &Work, application: &Application, post_id: &Patch<i64>) -> Result<()> {
    let Patch::Value(post_id) = *post_id else { return Ok(()) };
    let post: Option<JobPost> = work.tx.get(Some(post_id)).await?;
    match post {
        Some(post) if post.job_id == application.job_id => Ok(()),
        Some(_) => Err(Error::invalid("job_post_id", format!("Post {post_id} is not of the application's job"))),
        None => Err(Error::invalid("job_post_id", format!("There is no post {post_id}"))),
    }
}

/// A stage must be of the pool, another pool takes the stage away (POOL-1).
fn prospect_detail(catalog: &Catalog, application: &mut Application, update: ProspectUpdate, faults: &mut Faults) {
    let ProspectUpdate { pool_id, stage_id, owner_id, department_id, office_id, job_ids: _ } = update;
    known(faults, "prospect_pool_id", "prospect pool", &pool_id, |id| catalog.prospect_pools.contains_key(&id));
    known(faults, "prospect_stage_id", "prospect stage", &stage_id, |id| catalog.prospect_stages.contains_key(&id));
    known(faults, "prospect_owner_id", "user", &owner_id, |id| catalog.user(Some(id)).is_some());
    known(faults, "prospective_department_id", "department", &department_id, |id| {
        catalog.departments.contains_key(&id)
    });
    known(faults, "prospective_office_id", "office", &office_id, |id| catalog.offices.contains_key(&id));
    let old_pool = application.prospect_pool_id;
    pool_id.apply(&mut application.prospect_pool_id);
    if application.prospect_pool_id != old_pool {
        application.prospect_stage_id = None;
    }
    let given = stage_id.clone().value();
    stage_id.apply(&mut application.prospect_stage_id);
    let of_pool = |id: i64| catalog.prospect_stages.get(&id).map(|it| it.prospect_pool_id);
    if let Some(pool) = given.and_then(of_pool)
        && application.prospect_pool_id != Some(pool)
    {
        faults.add("prospect_stage_id", "Must be a stage of the prospect's pool");
    }
    owner_id.apply(&mut application.prospect_owner_id);
    department_id.apply(&mut application.prospective_department_id);
    office_id.apply(&mut application.prospective_office_id);
}

/// Gives a prospect these jobs and no others; tells whether that changed anything.
async fn set_jobs(work: &mut Work, id: i64, mut job_ids: Vec<i64>) -> Result<bool> {
    job_ids.sort_unstable();
    job_ids.dedup();
    let known = work.tx.among::<Job>(&job_ids).await?;
    if let Some(unknown) = job_ids.iter().find(|id| !known.iter().any(|it| it.id == **id)) {
        return Err(Error::invalid("job_ids", format!("There is no job {unknown}")));
    }
    let present: Vec<ApplicationJob> = work.tx.all("where application_id = $1 order by id", params![id]).await?;
    let mut changed = false;
    for link in present.iter().filter(|it| !job_ids.contains(&it.job_id)) {
        work.delete(link).await?;
        changed = true;
    }
    for job_id in job_ids.into_iter().filter(|it| !present.iter().any(|link| link.job_id == *it)) {
        work.insert(&mut ApplicationJob { id: 0, application_id: id, job_id }).await?;
        changed = true;
    }
    Ok(changed)
}
