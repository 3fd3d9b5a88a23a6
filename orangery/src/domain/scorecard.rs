//! Scorecards: written, submitted, edited, deleted (SC-1 … SC-3). Only that one is deleted is told (FIRE-2).

use jiff::Timestamp;
use sql::{Json, params};

use crate::{
    domain::{application, interview},
    error::{Error, Faults, Result},
    event::Event,
    patch::Patch,
    tables::{
        Application, InterviewStatus, Interviewer, Rating, ScheduledInterview, Scorecard, ScorecardAnswer,
        ScorecardAttribute, ScorecardStatus,
    },
    work::Work,
};

#[derive(Debug, Clone)]
pub struct NewScorecard {
    pub id: Option<i64>,
    pub application_id: i64,
    /// The step that was interviewed for; else there is a name.
    pub interview_id: Option<i64>,
    pub interview_name: Option<String>,
    /// The meeting it is about; else the last of this step that the interviewer was asked to.
    pub scheduled_interview_id: Option<i64>,
    /// Who interviewed: the acting user where nobody is named.
    pub interviewer_id: Option<i64>,
    /// Who writes it down, where that is somebody else (SC-3).
    pub submitted_by_id: Option<i64>,
    pub interviewed_at: Option<Timestamp>,
    pub overall_recommendation: Rating,
    pub attributes: Vec<ScorecardAttribute>,
    pub answers: Vec<ScorecardAnswer>,
    pub status: ScorecardStatus,
}

/// Writes a scorecard, as a draft or submitted at once.
pub async fn create(work: &mut Work, new: NewScorecard) -> Result<i64> {
    let application = match application::lock_for_change(work, new.application_id).await {
        Err(Error::NotFound(..)) => {
            let message = format!("There is no application {}", new.application_id);
            return Err(Error::invalid("application_id", message));
        }
        application => application?,
    };
    let mut row = drafted(work, &application, new).await?;
    let submitted = row.status == ScorecardStatus::Complete;
    if submitted {
        mark_submitted(work, &mut row);
    }
    work.insert(&mut row).await?;
    if submitted {
        complete_interview(work, row.scheduled_interview_id).await?;
    }
    touch(work, application).await?;
    Ok(row.id)
}

/// The row of a new scorecard, or all that is wrong with it.
async fn drafted(work: &Work, application: &Application, new: NewScorecard) -> Result<Scorecard> {
    let NewScorecard {
        id,
        application_id,
        interview_id,
        interview_name,
        scheduled_interview_id,
        interviewer_id,
        submitted_by_id,
        interviewed_at,
        overall_recommendation,
        attributes,
        answers,
        status,
    } = new;
    let mut faults = Faults::default();
    let interviewer_id = interviewer_id.or(work.actor.user_id);
    if interviewer_id.is_none() {
        faults.add("interviewer_id", "is required where no user acts");
    }
    let meeting = match scheduled_interview_id {
        Some(id) => meeting(work, application_id, interview_id, id, &mut faults).await?,
        None => last_meeting(work, application_id, interview_id, interviewer_id).await?,
    };
    let interview_id = interview_id.or(meeting.as_ref().map(|it| it.interview_id));
    let interview_name = match interview_id {
        Some(id) => step_name(work, application, id, &mut faults).await?,
        None => interview_name.unwrap_or_default(),
    };
    if interview_name.trim().is_empty() && faults.is_empty() {
        faults.add("interview_name", "is required where there is no interview_id");
    }
    faults.limit("interview_name", interview_name.as_str(), 255);
    let row = Scorecard {
        id: id.unwrap_or_default(),
        candidate_id: application.candidate_id,
        application_id: Some(application_id),
        interview_id,
        interviewed_at: Some(interviewed_at.or(meeting.as_ref().map(|it| it.starts_at)).unwrap_or(work.now)),
        scheduled_interview_id: meeting.map(|it| it.id),
        interview_name,
        interviewer_id,
        submitted_by_id,
        status,
        overall_recommendation,
        attributes: Json(attributes),
        answers: Json(answers),
        submitted_at: None,
        created_at: work.now,
        updated_at: work.now,
    };
    check(work, &row, faults).await?;
    Ok(row)
}

#[derive(Debug, Clone)]
pub struct Edit {
    pub interviewer_id: Patch<i64>,
    pub submitted_by_id: Patch<i64>,
    pub interviewed_at: Patch<Timestamp>,
    pub overall_recommendation: Patch<Rating>,
    /// All of them.
    pub attributes: Patch<Vec<ScorecardAttribute>>,
    pub answers: Patch<Vec<ScorecardAnswer>>,
}

/// Changes what a scorecard says, submitted or not.
pub async fn edit(work: &mut Work, id: i64, edit: Edit) -> Result<()> {
    let Edit { interviewer_id, submitted_by_id, interviewed_at, overall_recommendation, attributes, answers } = edit;
    let before = lock(work, id).await?;
    let mut after = before.clone();
    interviewer_id.apply(&mut after.interviewer_id);
    submitted_by_id.apply(&mut after.submitted_by_id);
    interviewed_at.apply(&mut after.interviewed_at);
    overall_recommendation.set(&mut after.overall_recommendation);
    attributes.map(Json).set(&mut after.attributes);
    answers.map(Json).set(&mut after.answers);
    check(work, &after, Faults::default()).await?;
    if after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
    }
    Ok(())
}

/// Hands a draft in: from now on everybody may read it.
pub async fn submit(work: &mut Work, id: i64) -> Result<()> {
    let before = lock(work, id).await?;
    if before.status == ScorecardStatus::Complete {
        return Err(Error::refused(format!("Scorecard {id} was submitted already")));
    }
    let mut after = before.clone();
    after.status = ScorecardStatus::Complete;
    after.updated_at = work.now;
    mark_submitted(work, &mut after);
    work.update(&before, &after).await?;
    complete_interview(work, after.scheduled_interview_id).await
}

pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let row = lock(work, id).await?;
    work.record_deletion(Event::ScorecardDeleted { scorecard_id: id }).await?;
    work.delete(&row).await
}

fn mark_submitted(work: &Work, row: &mut Scorecard) {
    row.submitted_at = Some(work.now);
    row.submitted_by_id = row.submitted_by_id.or(work.actor.user_id).or(row.interviewer_id);
}

/// The scorecard, locked, its application before it: one may have outlived its application.
async fn lock(work: &mut Work, id: i64) -> Result<Scorecard> {
    let row: Scorecard = work.tx.find(id).await?;
    work.about = Some(row.candidate_id);
    if let Some(id) = row.application_id {
        let application = application::lock_for_change(work, id).await?;
        touch(work, application).await?;
    }
    Ok(work.tx.lock(id).await?)
}

async fn touch(work: &mut Work, before: Application) -> Result<()> {
    let mut after = before.clone();
    application::touch(work, &mut after);
    work.update(&before, &after).await?;
    Ok(())
}

/// The meeting of that id; where it is none of the application for this step, that is one more fault.
async fn meeting(
    work: &Work,
    application_id: i64,
    interview_id: Option<i64>,
    id: i64,
    faults: &mut Faults,
) -> Result<Option<ScheduledInterview>> {
    let named: Option<ScheduledInterview> = work.tx.get(Some(id)).await?;
    let fits = |it: &ScheduledInterview| {
        it.application_id == application_id && interview_id.is_none_or(|id| id == it.interview_id)
    };
    let found = named.filter(fits);
    if found.is_none() {
        faults.add("scheduled_interview_id", format!("Application {application_id} has no such interview {id}"));
    }
    Ok(found)
}

/// The name of a step of the application's job; where it is none, that is one more fault.
async fn step_name(work: &Work, application: &Application, id: i64, faults: &mut Faults) -> Result<String> {
    let step = faults.take(interview::step_of(work, application, id).await)?;
    Ok(step.map(|it| it.name).unwrap_or_default())
}

/// The last meeting for this step to which the interviewer was asked.
async fn last_meeting(
    work: &Work,
    application_id: i64,
    interview_id: Option<i64>,
    interviewer_id: Option<i64>,
) -> Result<Option<ScheduledInterview>> {
    let (Some(interview_id), Some(interviewer_id)) = (interview_id, interviewer_id) else { return Ok(None) };
    let sql = "where application_id = $1 and interview_id = $2 and id in \
               (select scheduled_interview_id from interviewers where user_id = $3) order by starts_at desc, id desc limit 1";
    Ok(work.tx.first(sql, params![application_id, interview_id, interviewer_id]).await?)
}

/// A meeting is complete when each of its interviewers who can still submit a scorecard has done so.
async fn complete_interview(work: &mut Work, scheduled_interview_id: Option<i64>) -> Result<()> {
    let Some(id) = scheduled_interview_id else { return Ok(()) };
    let before: ScheduledInterview = work.tx.lock(id).await?;
    let interviewers: Vec<Interviewer> = work.tx.children("scheduled_interview_id", &[id]).await?;
    let submitted: Vec<Scorecard> = work
        .tx
        .all("where scheduled_interview_id = $1 and status = $2", params![id, ScorecardStatus::Complete])
        .await?;
    let catalog = work.catalog().await?;
    let is_awaited = |user_id: i64| {
        let enabled = catalog.user(Some(user_id)).is_some_and(|it| !it.row.disabled);
        enabled && !submitted.iter().any(|it| it.interviewer_id == Some(user_id))
    };
    if before.status != InterviewStatus::Complete && !interviewers.iter().filter_map(|it| it.user_id).any(is_awaited) {
        let after = ScheduledInterview { status: InterviewStatus::Complete, updated_at: work.now, ..before.clone() };
        work.update(&before, &after).await?;
    }
    Ok(())
}

/// What may stand in a scorecard, besides the `faults` that are known already.
async fn check(work: &Work, row: &Scorecard, mut faults: Faults) -> Result<()> {
    let catalog = work.catalog().await?;
    for (field, id) in [("interviewer_id", row.interviewer_id), ("submitted_by_id", row.submitted_by_id)] {
        if let Some(id) = id
            && catalog.user(Some(id)).is_none()
        {
            faults.add(field, format!("There is no user {id}"));
        }
    }
    if row.overall_recommendation == Rating::Mixed {
        faults.add("overall_recommendation", "Must be one of: definitely_not, no, yes, strong_yes, no_decision");
    }
    for (field, count) in [("attributes", row.attributes.0.len()), ("answers", row.answers.0.len())] {
        if count > 500 {
            faults.add(field, "Must be at most 500");
        }
    }
    for (n, attribute) in row.attributes.0.iter().enumerate() {
        faults.limit(&format!("attributes[{n}].name"), attribute.name.as_str(), 255);
        faults.limit(&format!("attributes[{n}].type"), attribute.kind.as_str(), 255);
        faults.limit(&format!("attributes[{n}].note"), attribute.note.as_deref(), 10_000);
    }
    for (n, answer) in row.answers.0.iter().enumerate() {
        faults.limit(&format!("answers[{n}].question"), answer.question.as_str(), 10_000);
        faults.limit(&format!("answers[{n}].answer"), answer.answer.as_deref(), 100_000);
    }
    faults.done()
}
