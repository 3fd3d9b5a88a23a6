//! How far an interview is: its own status, what interviewers answered, and what is said of a step by hand (INT-1, INT-5).

use sql::params;

use super::{lock, step_of, touch};
use crate::{
    domain::{
        application,
        user::{self, UserRef},
    },
    error::{Error, Result},
    tables::{
        Interview, InterviewKind, InterviewState, InterviewStatus, Interviewer, ResponseStatus, ScheduledInterview,
        StepStatus,
    },
    words::Word,
    work::Work,
};

/// An interview goes from scheduled to awaiting feedback to complete, and never back.
pub async fn set_status(work: &mut Work, id: i64, status: InterviewStatus) -> Result<()> {
    let before = lock(work, id).await?;
    if status < before.status {
        return Err(Error::Refused(format!(
            "Interview {id} is {} and can't be {} again; schedule another one",
            before.status.word(),
            status.word()
        )));
    }
    if status != before.status {
        let after = ScheduledInterview { status, updated_at: work.now, ..before.clone() };
        work.update(&before, &after).await?;
    }
    Ok(())
}

/// An interviewer of the interview answers the invitation.
pub async fn respond(work: &mut Work, id: i64, who: UserRef, response_status: ResponseStatus) -> Result<()> {
    let row = lock(work, id).await?;
    let catalog = work.catalog().await?;
    let user_id = user::resolve(&catalog, &who, "user_id").ok().map(|it| it.row.id);
    let is_meant = |it: &Interviewer| match (user_id, &who) {
        (Some(user_id), _) => it.user_id == Some(user_id),
        (None, UserRef::Email(email)) => {
            it.email.as_deref().is_some_and(|it| it.to_lowercase() == email.trim().to_lowercase())
        }
        (None, UserRef::Id(_) | UserRef::EmployeeId(_)) => false,
    };
    let interviewers: Vec<Interviewer> = work.tx.children("scheduled_interview_id", &[id]).await?;
    let Some(before) = interviewers.into_iter().find(is_meant) else {
        return Err(Error::invalid("user_id", format!("Is no interviewer of interview {id}")));
    };
    let after = Interviewer { response_status, ..before.clone() };
    if work.update(&before, &after).await? {
        let touched = ScheduledInterview { updated_at: work.now, ..row.clone() };
        work.update(&row, &touched).await?;
    }
    Ok(())
}

/// Says by hand where an application stands with one step: skipped, or a test that was sent or received. None leaves it to what is
/// scheduled and scored.
pub async fn set_step(
    work: &mut Work,
    application_id: i64,
    interview_id: i64,
    status: Option<StepStatus>,
) -> Result<()> {
    let application = application::lock_for_change(work, application_id).await?;
    let _: Interview = work.tx.find(interview_id).await?;
    let step = step_of(work, &application, interview_id).await?;
    match (status, step.kind) {
        (None | Some(StepStatus::Skipped), _) => {}
        (Some(StepStatus::Sent | StepStatus::Received), InterviewKind::TakeHomeTest) => {}
        (Some(StepStatus::Sent | StepStatus::Received), InterviewKind::Meeting | InterviewKind::Review) => {
            return Err(Error::invalid("status", "Only a take-home test is sent and received"));
        }
        (
            Some(
                StepStatus::ToBeScheduled
                | StepStatus::Scheduled
                | StepStatus::AwaitingFeedback
                | StepStatus::Complete
                | StepStatus::CollectFeedback
                | StepStatus::ToBeSent,
            ),
            _,
        ) => return Err(Error::invalid("status", "Must be one of: skipped, sent, received")),
    }
    let of = params![application_id, interview_id];
    let there: Option<InterviewState> = work.tx.first("where application_id = $1 and interview_id = $2", of).await?;
    match (there, status) {
        (None, None) => return Ok(()),
        (None, Some(status)) => {
            work.insert(&mut InterviewState { id: 0, application_id, interview_id, status }).await?;
        }
        (Some(before), None) => work.delete(&before).await?,
        (Some(before), Some(status)) => {
            let after = InterviewState { status, ..before.clone() };
            if !work.update(&before, &after).await? {
                return Ok(());
            }
        }
    }
    touch(work, application).await
}
