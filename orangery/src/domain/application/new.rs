//! Applications made: a candidate's on one job, a prospect's on none, one or several (APP-1, APP-7).

use sql::{Json, Value, params};

use super::moves;
use crate::{
    domain::{
        attachment::{self, NewAttachment},
        candidate,
        custom_value::{self, Write},
        user::{self, UserRef},
    },
    error::{Error, Faults, Result},
    event::Event,
    graph::Catalog,
    tables::{
        Answer, Application, ApplicationJob, ApplicationStatus, CustomValues, FieldType, Job, JobPost, Stage, TeamRole,
    },
    work::Work,
};

/// An application to be made.
#[derive(Debug, Clone)]
pub struct NewApplication {
    pub id: Option<i64>,
    pub standing: Standing,
    pub source_id: Option<i64>,
    pub referrer: Option<Referrer>,
    pub recruiter: Option<UserRef>,
    pub coordinator: Option<UserRef>,
    /// Only where they applied through a post (APP-4).
    pub job_post_id: Option<i64>,
    pub location: Option<String>,
    pub answers: Vec<Answer>,
    pub custom: Vec<Write>,
    pub referral_custom: Vec<Write>,
    pub attachments: Vec<NewAttachment>,
    /// Where it stood in the input, such as `applications[0].`, for faults.
    pub path: String,
}

/// The two kinds of applications (APP-1).
#[derive(Debug, Clone)]
pub enum Standing {
    Candidate {
        job_id: i64,
        /// Else the first stage of the job.
        initial_stage_id: Option<i64>,
    },
    Prospect(Prospect),
}

/// What only prospects have.
#[derive(Debug, Clone, Default)]
pub struct Prospect {
    pub job_ids: Vec<i64>,
    pub pool_id: Option<i64>,
    pub stage_id: Option<i64>,
    pub owner_id: Option<i64>,
    pub department_id: Option<i64>,
    pub office_id: Option<i64>,
}

/// Who gets the credit (APP-8).
#[derive(Debug, Clone, PartialEq)]
pub enum Referrer {
    User(UserRef),
    Outside(String),
}

impl NewApplication {
    /// An application with nothing but its standing.
    pub fn new(standing: Standing) -> Self {
        Self {
            id: None,
            standing,
            source_id: None,
            referrer: None,
            recruiter: None,
            coordinator: None,
            job_post_id: None,
            location: None,
            answers: Vec::new(),
            custom: Vec::new(),
            referral_custom: Vec::new(),
            attachments: Vec::new(),
            path: String::new(),
        }
    }
}

/// Makes an application of a candidate that is there, and answers its id.
pub async fn create(work: &mut Work, candidate_id: i64, new: &NewApplication) -> Result<i64> {
    candidate::lock(work, candidate_id).await?;
    let mut faults = Faults::default();
    let made = draft(work, candidate_id, new, &mut faults).await?;
    faults.done()?;
    candidate::active(work, candidate_id).await?;
    insert(work, made, new).await
}

/// The row as `new` says; what is wrong with it is noted in `faults`.
pub(crate) async fn draft(
    work: &Work,
    candidate_id: i64,
    new: &NewApplication,
    faults: &mut Faults,
) -> Result<Application> {
    let NewApplication {
        id,
        standing,
        source_id,
        referrer: _,
        recruiter: _,
        coordinator: _,
        job_post_id,
        location,
        answers,
        custom,
        referral_custom,
        attachments: _,
        path,
    } = new;
    let catalog = work.catalog().await?;
    let at = |name: &str| format!("{path}{name}");
    let mut row = blank(work, candidate_id);
    row.id = id.unwrap_or_default();
    match standing {
        Standing::Candidate { job_id, initial_stage_id } => {
            of_candidate(work, &mut row, *job_id, *initial_stage_id, path, faults).await?;
        }
        Standing::Prospect(prospect) => of_prospect(work, &catalog, &mut row, prospect, path, faults).await?,
    }
    if let Some(id) = source_id
        && !catalog.sources.contains_key(id)
    {
        faults.add(at("source_id"), format!("There is no source {id}"));
    }
    row.source_id = *source_id;
    people(&catalog, &mut row, new, faults)?;
    row.job_post_id = *job_post_id;
    if work.tx.get::<JobPost>(*job_post_id).await?.is_none() && job_post_id.is_some() {
        faults.add(at("job_post_id"), "There is no such job post");
    }
    row.location = location.clone();
    row.answers = Json(answers.clone());
    faults.take(custom_value::apply(&catalog, FieldType::Application, &mut row.custom, custom))?;
    faults.take(custom_value::apply(
        &catalog,
        FieldType::ReferralQuestion,
        &mut row.referral_custom,
        referral_custom,
    ))?;
    Ok(row)
}

/// Who gets the credit, who recruits and who coordinates.
fn people(catalog: &Catalog, row: &mut Application, new: &NewApplication, faults: &mut Faults) -> Result<()> {
    let NewApplication { referrer, recruiter, coordinator, path, .. } = new;
    let at = |name: &str| format!("{path}{name}");
    match referrer {
        Some(Referrer::User(user)) => {
            row.credited_user_id =
                faults.take(user::resolve(catalog, user, &at("referrer.value")))?.map(|it| it.row.id);
        }
        Some(Referrer::Outside(name)) => row.credited_name = Some(name.clone()),
        None => {}
    }
    for (user, name, to) in
        [(recruiter, "recruiter_id", &mut row.recruiter_id), (coordinator, "coordinator_id", &mut row.coordinator_id)]
    {
        if let Some(user) = user {
            *to = faults.take(user::resolve(catalog, user, &at(name)))?.map(|it| it.row.id);
        }
    }
    Ok(())
}

/// Writes the row and what hangs on it, and tells of it.
pub(crate) async fn insert(work: &mut Work, mut row: Application, new: &NewApplication) -> Result<i64> {
    if let Some(job_id) = row.job_id {
        must_be_off(work, row.candidate_id, job_id).await?;
    }
    work.insert(&mut row).await?;
    if let Standing::Prospect(prospect) = &new.standing {
        for job_id in once(&prospect.job_ids) {
            work.insert(&mut ApplicationJob { id: 0, application_id: row.id, job_id }).await?;
        }
    }
    if let Some(stage_id) = row.stage_id {
        moves::visit(work, row.id, stage_id).await?;
    }
    for attachment in &new.attachments {
        attachment::insert(work, row.candidate_id, Some(row.id), attachment).await?;
    }
    work.record(Event::ApplicationCreated { application_id: row.id, prospect: row.prospect });
    Ok(row.id)
}

/// Refuses somebody who is on that job already; one who was rejected there may apply again.
async fn must_be_off(work: &Work, candidate_id: i64, job_id: i64) -> Result<()> {
    let twin = "where candidate_id = $1 and job_id = $2 and not prospect and status in ($3, $4) order by id limit 1";
    let of = params![candidate_id, job_id, ApplicationStatus::Active, ApplicationStatus::Hired];
    match work.tx.first::<Application>(twin, of).await? {
        Some(twin) => Err(Error::Refused(format!("The candidate is on that job already, by application {}", twin.id))),
        None => Ok(()),
    }
}

/// APP-7: on one job, in the given stage or the job's first; the job's responsible recruiter and coordinator by default.
async fn of_candidate(
    work: &Work,
    row: &mut Application,
    job_id: i64,
    initial_stage_id: Option<i64>,
    path: &str,
    faults: &mut Faults,
) -> Result<()> {
    let Some(job) = work.tx.get::<Job>(Some(job_id)).await? else {
        faults.add(format!("{path}job_id"), format!("There is no job {job_id}"));
        return Ok(());
    };
    row.job_id = Some(job.id);
    let stages: Vec<Stage> = work.tx.all("where job_id = $1 and active order by priority, id", params![job.id]).await?;
    row.stage_id = match initial_stage_id {
        None => stages.first().map(|it| it.id),
        Some(id) if stages.iter().any(|it| it.id == id) => Some(id),
        Some(id) => {
            faults.add(format!("{path}initial_stage_id"), format!("Job {job_id} has no stage {id}"));
            None
        }
    };
    row.recruiter_id = responsible(work, job.id, TeamRole::Recruiter).await?;
    row.coordinator_id = responsible(work, job.id, TeamRole::Coordinator).await?;
    Ok(())
}

/// The user in that list of the hiring team who is responsible for future candidates (HT-2).
async fn responsible(work: &Work, job_id: i64, role: TeamRole) -> Result<Option<i64>> {
    let sql = "select user_id from hiring_team where job_id = $1 and role = $2 and responsible order by id desc";
    Ok(work.tx.row(sql, params![job_id, role]).await?.map(|it| it.get(0)).transpose()?)
}

/// APP-7: jobs, pool with its stage, owner, department with an office, all of them optional.
async fn of_prospect(
    work: &Work,
    catalog: &Catalog,
    row: &mut Application,
    prospect: &Prospect,
    path: &str,
    faults: &mut Faults,
) -> Result<()> {
    let Prospect { job_ids, pool_id, stage_id, owner_id, department_id, office_id } = prospect;
    row.prospect = true;
    let known = work.tx.rows("select id from jobs where id {any:$1}", &[Value::Ids(job_ids.clone())]).await?;
    let known = known.iter().map(|it| it.get(0)).collect::<sql::Result<Vec<i64>>>()?;
    for (n, id) in job_ids.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
        faults.add(format!("{path}job_ids[{n}]"), format!("There is no job {id}"));
    }
    let mut check = |name: &str, what: &str, id: &Option<i64>, is_there: bool| {
        if let Some(id) = id
            && !is_there
        {
            faults.add(format!("{path}{name}"), format!("There is no {what} {id}"));
        }
    };
    let within = |id: &Option<i64>, has: &dyn Fn(&i64) -> bool| id.as_ref().is_some_and(has);
    check("prospect_pool_id", "prospect pool", pool_id, within(pool_id, &|it| catalog.prospect_pools.contains_key(it)));
    check("prospect_owner_id", "user", owner_id, catalog.user(*owner_id).is_some());
    let departments = &catalog.departments;
    check(
        "prospective_department_id",
        "department",
        department_id,
        within(department_id, &|it| departments.contains_key(it)),
    );
    check("prospective_office_id", "office", office_id, within(office_id, &|it| catalog.offices.contains_key(it)));
    if let Some(id) = stage_id {
        // POOL-1: a stage must be of its pool.
        let of = catalog.prospect_stages.get(id).map(|it| it.prospect_pool_id);
        if pool_id.is_none() || of != *pool_id {
            faults.add(
                format!("{path}prospect_pool_stage_id"),
                "Must be a stage of the prospect pool, which must be given too",
            );
        }
    }
    if office_id.is_some() && department_id.is_none() {
        faults.add(format!("{path}prospective_office_id"), "Needs a prospective_department_id beside it");
    }
    row.prospect_pool_id = *pool_id;
    row.prospect_stage_id = *stage_id;
    row.prospect_owner_id = *owner_id;
    row.prospective_department_id = *department_id;
    row.prospective_office_id = *office_id;
    Ok(())
}

/// Each id once, in the order in which they came.
fn once(ids: &[i64]) -> Vec<i64> {
    let mut found: Vec<i64> = Vec::with_capacity(ids.len());
    for id in ids {
        if !found.contains(id) {
            found.push(*id);
        }
    }
    found
}

/// An active application that began now, with nothing in it.
fn blank(work: &Work, candidate_id: i64) -> Application {
    Application {
        id: 0,
        candidate_id,
        job_id: None,
        prospect: false,
        status: ApplicationStatus::Active,
        stage_id: None,
        hired_from_stage_id: None,
        job_post_id: None,
        source_id: None,
        credited_user_id: None,
        credited_name: None,
        recruiter_id: None,
        coordinator_id: None,
        location: None,
        answers: Json::default(),
        custom: CustomValues::default(),
        referral_custom: CustomValues::default(),
        rejection_reason_id: None,
        rejection_custom: CustomValues::default(),
        rejection_note_id: None,
        rejected_by_id: None,
        prospect_pool_id: None,
        prospect_stage_id: None,
        prospect_owner_id: None,
        prospective_department_id: None,
        prospective_office_id: None,
        applied_at: work.now,
        rejected_at: None,
        hired_at: None,
        created_at: work.now,
        last_activity_at: work.now,
        updated_at: work.now,
    }
}
