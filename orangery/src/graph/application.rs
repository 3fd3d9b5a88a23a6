//! Applications as Harvest shows them, and with all that the web hooks add: the candidate, the whole jobs, the stage's interviews.

use std::{collections::HashMap, sync::Arc};

use futures_util::try_join;
use jiff::Timestamp;
use sql::{Value, params};

use super::{
    Catalog, Look, by,
    candidate::{self, Attachment, Candidate},
    ids,
    job::{self, Job, Stage, Step},
    plan::{self, Plan},
    select::{Page, Select, Slice},
};
use crate::{
    error::{Error, Result},
    tables::{
        self, ApplicationJob, InterviewKind, InterviewState, InterviewStatus, Interviewer, ResponseStatus,
        ScheduledInterview, StepStatus,
    },
};

#[derive(Clone)]
pub struct Application {
    pub row: tables::Application,
    /// Id and name: one for a candidate, any number for a prospect.
    pub jobs: Vec<(i64, String)>,
    pub stage: Option<tables::Stage>,
    pub attachments: Vec<Attachment>,
    pub url: String,
    pub catalog: Arc<Catalog>,
}

/// The applications of `rows`, in their order.
pub async fn applications(look: &Look<'_>, rows: Vec<tables::Application>) -> Result<Vec<Application>> {
    let of: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let stage_ids = ids(rows.iter().filter_map(|it| it.stage_id));
    let job_ids = ids(rows.iter().filter_map(|it| it.job_id));
    let prospects: Vec<i64> = rows.iter().filter(|it| it.prospect).map(|it| it.id).collect();
    let tx = look.tx;
    let (names, prospect_names, stages, attachments) = try_join!(
        async { Ok(tx.rows("select id, name from jobs where id {any:$1}", &[Value::Ids(job_ids)]).await?) },
        prospect_jobs(look, prospects),
        job::stages_by_id(look, &stage_ids),
        async { Ok(tx.children::<tables::Attachment>("application_id", &of).await?) },
    )?;
    let names = names.iter().map(|it| Ok((it.get(0)?, it.get(1)?))).collect::<sql::Result<HashMap<i64, String>>>()?;
    let mut prospect_names = by(prospect_names, |it| it.0);
    let mut attachments = by(attachments, |it| it.application_id.unwrap_or_default());
    Ok(rows
        .into_iter()
        .map(|row| Application {
            jobs: match row.job_id {
                Some(id) => vec![(id, names.get(&id).cloned().unwrap_or_default())],
                None => prospect_names.remove(&row.id).unwrap_or_default().into_iter().map(|it| (it.1, it.2)).collect(),
            },
            stage: row.stage_id.and_then(|id| stages.get(&id).cloned()),
            attachments: candidate::signed(look, attachments.remove(&row.id).unwrap_or_default()),
            url: look.links.application(row.candidate_id, row.id),
            catalog: look.catalog.clone(),
            row,
        })
        .collect())
}

/// (application, job, name of the job) of prospects.
async fn prospect_jobs(look: &Look<'_>, application_ids: Vec<i64>) -> Result<Vec<(i64, i64, String)>> {
    if application_ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "select a.application_id, j.id, j.name from application_jobs a join jobs j on j.id = a.job_id \
               where a.application_id {any:$1} order by a.id";
    let rows = look.tx.rows(sql, &[Value::Ids(application_ids)]).await?;
    Ok(rows.iter().map(|it| Ok((it.get(0)?, it.get(1)?, it.get(2)?))).collect::<sql::Result<_>>()?)
}

pub async fn application(look: &Look<'_>, id: i64) -> Result<Application> {
    let row = look.tx.find(id).await?;
    applications(look, vec![row]).await?.pop().ok_or(Error::NotFound("applications", id))
}

/// What a list of applications can be narrowed by (FIL-1, FIL-5, FIL-8).
pub struct Filter {
    pub created_before: Option<Timestamp>,
    pub created_after: Option<Timestamp>,
    pub last_activity_after: Option<Timestamp>,
    /// Candidates and prospects alike.
    pub job_id: Option<i64>,
    /// An unknown status finds nothing (ERR-6).
    pub status: Option<String>,
}

pub async fn list(look: &Look<'_>, filter: Filter, page: Page) -> Result<Slice<Application>> {
    let Filter { created_before, created_after, last_activity_after, job_id, status } = filter;
    let mut select = Select::new();
    select
        .times("created_at", &created_after, &created_before)
        .times("last_activity_at", &last_activity_after, &None)
        .maybe("(job_id = ? or id in (select application_id from application_jobs where job_id = ?))", &job_id)
        .maybe("status = ?", &status);
    select.long_page(look, &["id"], page).await?.and_then(async |rows| applications(look, rows).await).await
}

/// An application as the web hooks tell of it.
pub struct Whole {
    pub application: Application,
    pub candidate: Candidate,
    pub jobs: Vec<Job>,
    pub interviews: Vec<StageInterview>,
}

/// Where an application stands with one interview of its stage.
pub struct StageInterview {
    pub step: Step,
    pub kit_url: Option<String>,
    pub status: StepStatus,
    pub interviewers: Vec<Interviewer>,
}

/// One application with candidate, jobs and interviews: for the body of a web hook.
pub async fn whole(look: &Look<'_>, id: i64) -> Result<Arc<Whole>> {
    if let Some(whole) = look.remembered(id) {
        return Ok(whole);
    }
    let whole = Arc::new(Box::pin(read_whole(look, id)).await?);
    look.remember(&whole);
    Ok(whole)
}

async fn read_whole(look: &Look<'_>, id: i64) -> Result<Whole> {
    let row: tables::Application = look.tx.find(id).await?;
    let job_ids = match row.job_id {
        Some(id) => vec![id],
        None => {
            look.tx.children::<ApplicationJob>("application_id", &[id]).await?.into_iter().map(|it| it.job_id).collect()
        }
    };
    let ((candidate, interviewed), plans) =
        try_join!(candidate::of_application(look, row.candidate_id, id), plan::plans(look, &job_ids))?;
    let stage = match row.stage_id {
        Some(id) => Some(stage(look, &plans, id).await?),
        None => None,
    };
    let progress = match interviewed {
        true => progress(look, id).await?,
        false => Progress::default(),
    };
    let jobs = plans.iter().map(|it| Job {
        job_post_id: row.job_post_id.or(it.job.job_post_id),
        catalog: look.catalog.clone(),
        ..it.job.clone()
    });
    let steps = stage.iter().flat_map(|it| it.interviews.iter().cloned());
    let interviews = steps.map(|step| StageInterview {
        kit_url: step.kit.as_ref().map(|kit| look.links.kit(kit.id, row.candidate_id)),
        status: progress.status(&step),
        interviewers: progress.interviewers(&step),
        step,
    });
    Ok(Whole {
        jobs: jobs.collect(),
        interviews: interviews.collect(),
        application: Application {
            jobs: plans.iter().map(|it| (it.job.row.id, it.job.row.name.clone())).collect(),
            stage: stage.map(|it| it.row),
            attachments: candidate.attachments.iter().filter(|it| it.row.application_id == Some(id)).cloned().collect(),
            url: look.links.application(row.candidate_id, id),
            catalog: look.catalog.clone(),
            row,
        },
        candidate,
    })
}

/// The stage of an application: one of its job's, or one that it has been left in.
async fn stage(look: &Look<'_>, plans: &[Arc<Plan>], id: i64) -> Result<Stage> {
    if let Some(stage) = plans.iter().find_map(|it| it.stage(id)) {
        return Ok(stage.clone());
    }
    let row = look.tx.find(id).await?;
    job::stages(look, vec![row]).await?.pop().ok_or(Error::NotFound("stages", id))
}

/// The row of an application.
pub async fn row(look: &Look<'_>, id: i64) -> Result<tables::Application> {
    match look.remembered(id) {
        Some(whole) => Ok(whole.application.row.clone()),
        None => Ok(look.tx.find(id).await?),
    }
}

/// What is known of an application's interviews.
#[derive(Default)]
struct Progress {
    scheduled: Vec<ScheduledInterview>,
    interviewers: HashMap<i64, Vec<Interviewer>>,
    states: HashMap<i64, StepStatus>,
    with_scorecard: Vec<i64>,
}

async fn progress(look: &Look<'_>, application_id: i64) -> Result<Progress> {
    let interviewers =
        "where scheduled_interview_id in (select id from scheduled_interviews where application_id = $1) order by id";
    let scored = "select interview_id from scorecards where application_id = $1 and status = 'complete' and interview_id is not null";
    let of = params![application_id];
    let (scheduled, interviewers, states, scored) = try_join!(
        look.tx.all::<ScheduledInterview>("where application_id = $1 order by starts_at desc, id desc", of),
        look.tx.all::<Interviewer>(interviewers, of),
        look.tx.all::<InterviewState>("where application_id = $1", of),
        look.tx.rows(scored, of),
    )?;
    Ok(Progress {
        scheduled,
        interviewers: by(interviewers, |it| it.scheduled_interview_id),
        states: states.into_iter().map(|it| (it.interview_id, it.status)).collect(),
        with_scorecard: scored.iter().map(|it| it.get(0)).collect::<sql::Result<_>>()?,
    })
}

impl Progress {
    /// INT-5: what a person set by hand counts first, then the latest meeting, then whether feedback is there.
    fn status(&self, step: &Step) -> StepStatus {
        let id = step.row.id;
        if let Some(status) = self.states.get(&id) {
            return *status;
        }
        if let Some(scheduled) = self.latest(id) {
            return match scheduled.status {
                InterviewStatus::Scheduled => StepStatus::Scheduled,
                InterviewStatus::AwaitingFeedback => StepStatus::AwaitingFeedback,
                InterviewStatus::Complete => StepStatus::Complete,
            };
        }
        match step.row.kind {
            _ if self.with_scorecard.contains(&id) => StepStatus::Complete,
            InterviewKind::Meeting => StepStatus::ToBeScheduled,
            InterviewKind::Review => StepStatus::CollectFeedback,
            InterviewKind::TakeHomeTest => StepStatus::ToBeSent,
        }
    }

    fn latest(&self, interview_id: i64) -> Option<&ScheduledInterview> {
        self.scheduled.iter().find(|it| it.interview_id == interview_id)
    }

    /// Who was asked to the latest meeting; before there is one, the people whom the plan names, tentatively.
    fn interviewers(&self, step: &Step) -> Vec<Interviewer> {
        if let Some(scheduled) = self.latest(step.row.id) {
            return self.interviewers.get(&scheduled.id).cloned().unwrap_or_default();
        }
        let planned = |user_id: &i64| Interviewer {
            id: 0,
            scheduled_interview_id: 0,
            user_id: Some(*user_id),
            email: None,
            name: None,
            response_status: ResponseStatus::Tentative,
        };
        match step.row.kind {
            InterviewKind::Meeting => step.row.default_user_ids.0.iter().map(planned).collect(),
            InterviewKind::Review | InterviewKind::TakeHomeTest => Vec::new(),
        }
    }
}
