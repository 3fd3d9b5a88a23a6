//! The application, as all its events show it but that of its deletion.

use super::{Candidate, CustomFields, HiredOffer, Job, JobDepartment, JobOffice, Named, User};
use crate::{
    part::{objects, words},
    time::Timestamp,
};

objects! {
    ApplicationPayload {
        application: Application,
    }

    /// A candidate's standing on a job, or a prospect's.
    Application {
        id: i64,
        rejected_at: Option<Timestamp>,
        prospect: Option<bool>,
        status: Option<ApplicationStatus>,
        applied_at: Option<Timestamp>,
        last_activity_at: Option<Timestamp>,
        /// The candidate's page, with `?application_id=`.
        url: Option<String>,
        source: Option<Source>,
        credited_to: Option<User>,
        rejection_reason: Option<RejectionReason>,
        /// Null unless it is rejected.
        rejection_details: Option<RejectionDetails>,
        /// Null for prospects, and after a hire.
        current_stage: Option<Stage>,
        prospect_detail: Option<ProspectDetail>,
        custom_fields: CustomFields,
        candidate: Candidate,
        jobs: Vec<Job>,
        /// `hire_candidate` only.
        opening: Option<HiredOpening>,
        /// `hire_candidate` only: the deprecated twin of the first of `jobs`.
        job: Option<HiredJob>,
        /// `hire_candidate` only; null for a hire without one.
        offer: Option<HiredOffer>,
    }

    Source {
        id: i64,
        name: Option<String>,
        public_name: Option<String>,
    }

    RejectionReason {
        id: i64,
        name: String,
        kind = "type": Named,
    }

    RejectionDetails {
        custom_fields: CustomFields,
    }

    /// The stage that an application is in, with its interviews.
    Stage {
        id: i64,
        name: String,
        interviews: Vec<Interview>,
    }

    Interview {
        id: i64,
        name: String,
        status: InterviewStatus,
        interview_kit: InterviewKit,
        interviewers: Vec<Interviewer>,
    }

    InterviewKit {
        url: Option<String>,
        /// HTML, empty for none.
        content: Option<String>,
        questions: Vec<InterviewQuestion>,
    }

    InterviewQuestion {
        id: i64,
        question: String,
    }

    Interviewer {
        /// Null for somebody from outside.
        id: Option<i64>,
        display_name: Option<String>,
        status: InterviewerStatus,
    }

    ProspectDetail {
        prospect_pool: Option<Named>,
        prospect_stage: Option<Named>,
        prospect_owner: Option<Named>,
    }

    HiredOpening {
        opening_id: Option<String>,
        custom_fields: CustomFields,
    }

    HiredJob {
        id: i64,
        name: String,
        open_date: Option<Timestamp>,
        close_date: Option<Timestamp>,
        requisition_id: Option<String>,
        departments: Vec<JobDepartment>,
        offices: Vec<JobOffice>,
        custom_fields: CustomFields,
    }
}

words! {
    ApplicationStatus {
        Active = "active",
        Rejected = "rejected",
        Hired = "hired",
        Converted = "converted",
    }

    InterviewStatus {
        ToBeScheduled = "to_be_scheduled",
        Scheduled = "scheduled",
        AwaitingFeedback = "awaiting_feedback",
        Complete = "complete",
        Skipped = "skipped",
        CollectFeedback = "collect_feedback",
        ToBeSent = "to_be_sent",
        Sent = "sent",
        Received = "received",
    }

    InterviewerStatus {
        NeedsAction = "needs_action",
        Declined = "declined",
        Tentative = "tentative",
        Accepted = "accepted",
    }
}
