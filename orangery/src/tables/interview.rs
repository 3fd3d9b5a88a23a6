//! Scheduled interviews and scorecards.

use crate::words;
use jiff::Timestamp;
use sql::{Json, table};

words! {
    /// INT-1.
    InterviewStatus { Scheduled = "scheduled", AwaitingFeedback = "awaiting_feedback", Complete = "complete" }
    /// INT-5: where an application stands with one interview of its stage.
    StepStatus {
        ToBeScheduled = "to_be_scheduled", Scheduled = "scheduled", AwaitingFeedback = "awaiting_feedback", Complete = "complete",
        Skipped = "skipped", CollectFeedback = "collect_feedback", ToBeSent = "to_be_sent", Sent = "sent", Received = "received",
    }
    /// INT-1.
    ResponseStatus { NeedsAction = "needs_action", Declined = "declined", Tentative = "tentative", Accepted = "accepted" }
    ScorecardStatus { Draft = "draft", Complete = "complete" }
    /// SC-1: recommendations are all but `mixed`, ratings of attributes are all.
    Rating { DefinitelyNot = "definitely_not", No = "no", Mixed = "mixed", Yes = "yes", StrongYes = "strong_yes", NoDecision = "no_decision" }
}

/// One rated attribute of a scorecard.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct ScorecardAttribute {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub note: Option<String>,
    pub rating: Rating,
}

/// One answered question of a scorecard. Key Take-Aways and Private Notes have no id (SC-2).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct ScorecardAnswer {
    pub id: Option<i64>,
    pub question: String,
    pub answer: Option<String>,
}

table! {
    ScheduledInterview: "scheduled_interviews" {
        id: i64,
        application_id: i64,
        interview_id: i64,
        external_event_id: Option<String>,
        organizer_id: Option<i64>,
        starts_at: Timestamp,
        ends_at: Timestamp,
        all_day: bool,
        location: Option<String>,
        video_conferencing_url: Option<String>,
        status: InterviewStatus,
        by_api: bool,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    Interviewer: "interviewers" {
        id: i64,
        scheduled_interview_id: i64,
        user_id: Option<i64>,
        email: Option<String>,
        name: Option<String>,
        response_status: ResponseStatus,
    }
}

table! {
    InterviewState: "interview_states" {
        id: i64,
        application_id: i64,
        interview_id: i64,
        status: StepStatus,
    }
}

table! {
    Scorecard: "scorecards" {
        id: i64,
        candidate_id: i64,
        application_id: Option<i64>,
        interview_id: Option<i64>,
        scheduled_interview_id: Option<i64>,
        interview_name: String,
        interviewer_id: Option<i64>,
        submitted_by_id: Option<i64>,
        status: ScorecardStatus,
        overall_recommendation: Rating,
        attributes: Json<Vec<ScorecardAttribute>>,
        answers: Json<Vec<ScorecardAnswer>>,
        interviewed_at: Option<Timestamp>,
        submitted_at: Option<Timestamp>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}
