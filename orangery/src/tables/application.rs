//! A candidate's run for a job, or a prospect's for none or many.

use crate::{tables::CustomValues, words};
use jiff::Timestamp;
use sql::{Json, table};

words! {
    /// APP-2.
    ApplicationStatus { Active = "active", Rejected = "rejected", Hired = "hired", Converted = "converted" }
}

/// One answered question of the form (APP-5): plain text, booleans as Yes or No.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Answer {
    pub question: String,
    pub answer: Option<String>,
}

table! {
    Application: "applications" {
        id: i64,
        candidate_id: i64,
        job_id: Option<i64>,
        prospect: bool,
        status: ApplicationStatus,
        stage_id: Option<i64>,
        hired_from_stage_id: Option<i64>,
        job_post_id: Option<i64>,
        source_id: Option<i64>,
        credited_user_id: Option<i64>,
        credited_name: Option<String>,
        recruiter_id: Option<i64>,
        coordinator_id: Option<i64>,
        location: Option<String>,
        answers: Json<Vec<Answer>>,
        custom: CustomValues,
        referral_custom: CustomValues,
        rejection_reason_id: Option<i64>,
        rejection_custom: CustomValues,
        rejection_note_id: Option<i64>,
        rejected_by_id: Option<i64>,
        prospect_pool_id: Option<i64>,
        prospect_stage_id: Option<i64>,
        prospect_owner_id: Option<i64>,
        prospective_department_id: Option<i64>,
        prospective_office_id: Option<i64>,
        applied_at: Timestamp,
        rejected_at: Option<Timestamp>,
        hired_at: Option<Timestamp>,
        created_at: Timestamp,
        last_activity_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    ApplicationJob: "application_jobs" {
        id: i64,
        application_id: i64,
        job_id: i64,
    }
}

table! {
    StageVisit: "stage_history" {
        id: i64,
        application_id: i64,
        stage_id: Option<i64>,
        entered_at: Timestamp,
        left_at: Option<Timestamp>,
    }
}
