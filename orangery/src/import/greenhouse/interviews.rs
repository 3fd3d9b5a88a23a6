//! Interviews of applications: meetings that have a time, and steps of which something was said by hand.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sql::Field;

use super::{Row, out::Out};
use crate::{
    tables::{InterviewState, InterviewStatus, Interviewer, ResponseStatus, ScheduledInterview, StepStatus},
    words::Word,
};

pub fn interview(it: Row<'_>, out: &mut Out) {
    let (id, application_id, interview_id) = (it.id(), it.number("application_id"), it.number("job_interview_id"));
    out.leave(it, &["availability_received_at"]);
    let (starts_at, ends_at) = (it.time("starts_at"), it.time("ends_at"));
    let (first_day, last_day) = (it.date("all_day_start_on"), it.date("all_day_end_on"));
    let Some(begins) = starts_at.or_else(|| midnight(first_day)) else {
        // INT-5: where it stands otherwise follows from what is scheduled and scored.
        if let Some(status @ (StepStatus::Skipped | StepStatus::Sent | StepStatus::Received)) =
            StepStatus::parse(it.word("status"))
        {
            out.batch.put(InterviewState { id, application_id, interview_id, status }, &[]);
        }
        return;
    };
    let meeting = ScheduledInterview {
        id,
        application_id,
        interview_id,
        external_event_id: it.filled("external_event_id"),
        organizer_id: it.int("organizer_id"),
        starts_at: begins,
        ends_at: ends_at.or_else(|| midnight(last_day)).unwrap_or(begins),
        all_day: starts_at.is_none(),
        location: it.text("location"),
        video_conferencing_url: it.text("video_conferencing_url"),
        status: InterviewStatus::parse(it.word("status")).unwrap_or(InterviewStatus::Scheduled),
        by_api: false,
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(meeting, &["by_api"]);
}

/// INT-2: whole days are kept from midnight on, in UTC.
fn midnight(day: Option<Date>) -> Option<Timestamp> {
    Some(day?.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Answers go beyond those that are documented: one that says nothing yet waits for one.
pub fn interviewer(it: Row<'_>, out: &mut Out) {
    let (scheduled_interview_id, user_id) = (it.number("interview_id"), it.int("user_id"));
    let interviewer = Interviewer {
        id: it.id(),
        scheduled_interview_id,
        user_id,
        email: it.filled("email").filter(|_| user_id.is_none()),
        name: None,
        response_status: ResponseStatus::parse(it.word("response_status")).unwrap_or(ResponseStatus::NeedsAction),
    };
    out.batch.put(interviewer, &["name"]);
    if let Some(scorecard) = it.int("scorecard_id") {
        out.batch.set("scorecards", scorecard, vec![("scheduled_interview_id", scheduled_interview_id.value())]);
    }
}
