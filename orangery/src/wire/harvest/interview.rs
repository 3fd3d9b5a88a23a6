//! The scheduled interview.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{IdName, UserStub, user_of};
use crate::{
    graph::interview::ScheduledInterview as Graph,
    tables::{self, InterviewStatus, ResponseStatus},
    wire::Millis,
};

view! {
    pub fn scheduled_interview(i: &Graph) -> ScheduledInterview {
        id: i64 = i.row.id,
        application_id: i64 = i.row.application_id,
        external_event_id: Option<String> = i.row.external_event_id.clone(),
        start: Moment = moment(i.row.starts_at, i.row.all_day),
        end: Moment = moment(i.row.ends_at, i.row.all_day),
        location: Option<String> = i.row.location.clone(),
        video_conferencing_url: Option<String> = i.row.video_conferencing_url.clone(),
        status: InterviewStatus = i.row.status,
        created_at: Millis = Millis(i.row.created_at),
        updated_at: Millis = Millis(i.row.updated_at),
        interview: IdName = IdName { id: i.row.interview_id, name: i.step_name.clone() },
        organizer: Option<UserStub> = user_of(&i.catalog, i.row.organizer_id),
        interviewers: Vec<Interviewer> = i.interviewers.iter().map(|it| interviewer(it, i)).collect(),
    }

    /// A user, or an address outside the house, which has no id.
    pub fn interviewer(it: &tables::Interviewer, i: &Graph) -> Interviewer {
        id: Option<i64> = it.user_id,
        employee_id: Option<String> = i.catalog.user(it.user_id).and_then(|it| it.row.employee_id.clone()),
        name: Option<String> = i.catalog.user(it.user_id).map(|it| it.name()).or_else(|| it.name.clone()).or_else(|| it.email.clone()),
        email: Option<String> = i.catalog.user(it.user_id).and_then(|it| it.email()).map(str::to_owned).or_else(|| it.email.clone()),
        response_status: ResponseStatus = it.response_status,
        scorecard_id: Option<i64> = it.user_id.and_then(|id| i.scorecards.get(&id)).copied(),
    }
}

/// INT-2: a time, or a day where it takes all day.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    DateTime(Millis),
    Date(Date),
}

fn moment(at: Timestamp, all_day: bool) -> Moment {
    match all_day {
        true => Moment::Date(at.to_zoned(TimeZone::UTC).date()),
        false => Moment::DateTime(Millis(at)),
    }
}
