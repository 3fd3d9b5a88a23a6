//! What deletions, merges and anonymizations tell.

use super::Named;
use crate::{
    part::{objects, words},
    time::Timestamp,
};

objects! {
    DeletedApplicationPayload {
        application: DeletedApplication,
    }

    DeletedApplication {
        id: i64,
        candidate_id: i64,
        job_id: Option<i64>,
        created_at: Timestamp,
        source_id: Option<i64>,
        candidate_rejection_reason_id: Option<i64>,
        rejection_note_id: Option<i64>,
        rejected_at: Option<Timestamp>,
        referrer_id: Option<i64>,
        prospect: bool,
        rejected_by_user_id: Option<i64>,
    }

    /// `delete_candidate`, `merge_candidate`.
    PersonPayload {
        person: Person,
    }

    Person {
        id: i64,
        first_name: String,
        last_name: String,
        company: Option<String>,
        title: Option<String>,
        created_at: Timestamp,
        headline: Option<String>,
        is_private: bool,
        recruiter_user_id: Option<i64>,
        coordinator_user_id: Option<i64>,
        can_email: bool,
        /// Mostly empty in a merge, since applications move.
        deleted_application_ids: Vec<i64>,
        /// `merge_candidate` only: who lives on.
        new_candidate_id: Option<i64>,
    }

    /// `candidate_anonymized`: straight in the payload.
    Anonymized {
        candidate_id: i64,
        anonymized_fields: Vec<String>,
    }

    DeletedInterviewPayload {
        interview: DeletedInterview,
    }

    DeletedInterview {
        id: i64,
    }

    DeletedScorecardPayload {
        scorecard: DeletedScorecard,
    }

    DeletedScorecard {
        id: i64,
        candidate_id: i64,
        interviewed_at: Option<Timestamp>,
        created_at: Timestamp,
        updated_at: Timestamp,
        scorecard_status: ScorecardStatus,
    }

    DeletedJobPayload {
        job: Named,
    }

    DeletedStagePayload {
        job_interview_stage: DeletedStage,
    }

    /// As it was before.
    DeletedStage {
        id: i64,
        job_id: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
        name: String,
        active: bool,
    }

    DeletedDepartmentPayload {
        department: DeletedDepartment,
    }

    DeletedDepartment {
        id: i64,
        name: String,
        /// All that were below it.
        child_ids: Vec<i64>,
        parent_id: Option<i64>,
        external_id: Option<String>,
    }

    DeletedOfficePayload {
        office: DeletedOffice,
    }

    DeletedOffice {
        id: i64,
        name: String,
        location: Option<OfficeLocation>,
        /// Its children alone.
        child_ids: Vec<i64>,
        parent_id: Option<i64>,
        external_id: Option<String>,
    }

    OfficeLocation {
        name: Option<String>,
    }
}

words! {
    ScorecardStatus {
        Draft = "draft",
        Complete = "complete",
    }
}
