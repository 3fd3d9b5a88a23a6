//! Interviews that are scheduled, moved, finished and called off (INT-1 … INT-6). Scheduling fires nothing; that one is deleted by itself does.

mod edit;
mod state;

pub use edit::{Edit, create, edit};
pub use state::{respond, set_status, set_step};

use jiff::Timestamp;
use sql::params;

use crate::{
    domain::{
        application,
        user::{self, UserRef},
    },
    error::{Error, Fault, Result},
    event::Event,
    tables::{Application, Interview, InterviewStatus, ResponseStatus, ScheduledInterview, Stage},
    words::Word,
    work::Work,
};

#[derive(Debug, Clone)]
pub struct NewInterview {
    pub id: Option<i64>,
    pub application_id: i64,
    /// The step of a stage that is being scheduled.
    pub interview_id: i64,
    pub interviewers: Vec<Attendee>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// From the day of `starts_at` to that of `ends_at`, without times.
    pub all_day: bool,
    pub external_event_id: Option<String>,
    pub location: Option<String>,
    pub video_conferencing_url: Option<String>,
    pub outsiders: Outsiders,
    /// Only what was made through the API may be changed through it (INT-4).
    pub by_api: bool,
}

/// Somebody who interviews.
#[derive(Debug, Clone)]
pub struct Attendee {
    pub who: UserRef,
    /// Shown for who is not a user.
    pub name: Option<String>,
    pub response_status: ResponseStatus,
}

/// Whether addresses of nobody in the house may interview: v2 takes them, v1 does not (INT-3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outsiders {
    Welcome,
    Refused,
}

/// An interviewer who was found: a user, or an address.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    user_id: Option<i64>,
    email: Option<String>,
    name: Option<String>,
    response_status: ResponseStatus,
}

/// Calls an interview off.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let row = lock(work, id).await?;
    work.record_deletion(Event::InterviewDeleted { scheduled_interview_id: id }).await?;
    work.delete(&row).await
}

/// The same for who may call off only what they may change.
pub async fn delete_through_api(work: &mut Work, id: i64) -> Result<()> {
    let row = lock(work, id).await?;
    must_be_changeable(&row)?;
    delete(work, id).await
}

/// The interview, locked, its application before it. That something happened to it is an activity of the application (FIRE-2: which fires
/// nothing).
async fn lock(work: &mut Work, id: i64) -> Result<ScheduledInterview> {
    let row: ScheduledInterview = work.tx.find(id).await?;
    let application = application::lock_for_change(work, row.application_id).await?;
    touch(work, application).await?;
    Ok(work.tx.lock(id).await?)
}

async fn touch(work: &mut Work, before: Application) -> Result<()> {
    let mut after = before.clone();
    application::touch(work, &mut after);
    work.update(&before, &after).await?;
    Ok(())
}

/// INT-4.
fn must_be_changeable(row: &ScheduledInterview) -> Result<()> {
    if !row.by_api {
        return Err(Error::refused(format!(
            "Interview {} was not created through the API: only those that were can be changed through it",
            row.id
        )));
    }
    match row.status {
        InterviewStatus::Scheduled | InterviewStatus::AwaitingFeedback => Ok(()),
        InterviewStatus::Complete => Err(Error::Refused(format!(
            "Interview must be 'scheduled' or 'awaiting_feedback', is currently '{}'",
            row.status.word()
        ))),
    }
}

/// The step, if it belongs to a stage of the application's job.
pub async fn step_of(work: &Work, application: &Application, interview_id: i64) -> Result<Interview> {
    let step: Option<Interview> = work.tx.get(Some(interview_id)).await?;
    let stage: Option<Stage> = work.tx.get(step.as_ref().map(|it| it.stage_id)).await?;
    match (step, stage) {
        (Some(step), Some(stage)) if stage.active && application.job_id == Some(stage.job_id) => Ok(step),
        _ => Err(Error::invalid(
            "interview_id",
            format!("Interview {interview_id} is in no stage of the job of application {}", application.id),
        )),
    }
}

/// Who is meant, each once; what is wrong goes to `faults`.
async fn attendees(
    work: &Work,
    attendees: Vec<Attendee>,
    outsiders: Outsiders,
    faults: &mut Vec<Fault>,
) -> Result<Vec<Found>> {
    let catalog = work.catalog().await?;
    let mut found: Vec<Found> = Vec::new();
    for (n, Attendee { who, name, response_status }) in attendees.into_iter().enumerate() {
        let one = match (user::resolve(&catalog, &who, &format!("interviewers[{n}].user_id")), who) {
            (Ok(person), _) => Found { user_id: Some(person.row.id), email: None, name: None, response_status },
            (Err(_), UserRef::Email(email)) if outsiders == Outsiders::Welcome => {
                let email = email.trim().to_owned();
                if !email.contains('@') {
                    let message = format!("{email:?} is no e-mail address");
                    faults.push(Fault { message, field: format!("interviewers[{n}].email") });
                }
                Found { user_id: None, email: Some(email), name, response_status }
            }
            (Err(Error::Invalid(wrong)), _) => {
                faults.extend(wrong);
                continue;
            }
            (Err(error), _) => return Err(error),
        };
        if !found.iter().any(|it| it.user_id == one.user_id && it.email == one.email) {
            found.push(one);
        }
    }
    if found.is_empty() && faults.is_empty() {
        let message = "Must name at least one interviewer".to_owned();
        faults.push(Fault { message, field: "interviewers".to_owned() });
    }
    Ok(found)
}

/// INT-6: no two interviews have the same event.
async fn event_is_taken(work: &Work, external_event_id: &Option<String>, but: i64) -> Result<Option<Fault>> {
    let count = "select count(*) from scheduled_interviews where external_event_id = $1 and id <> $2";
    let taken = work.tx.count(count, params![external_event_id.clone(), but]).await? > 0;
    Ok(taken.then(|| Fault {
        message: "Must be unique: another interview has this event".to_owned(),
        field: "external_event_id".to_owned(),
    }))
}

/// Two requests at once are told apart by the database.
fn event_is_unique(error: Error) -> Error {
    match error {
        Error::Database(sql::Error::Unique(_)) => {
            Error::invalid("external_event_id", "Must be unique: another interview has this event")
        }
        error => error,
    }
}

/// A day may be one day long, a meeting has to last.
fn must_end_after_start(starts_at: Timestamp, ends_at: Timestamp, all_day: bool) -> Option<Fault> {
    let wrong = if all_day { ends_at < starts_at } else { ends_at <= starts_at };
    wrong.then(|| Fault { message: "Must be after start".to_owned(), field: "end".to_owned() })
}
