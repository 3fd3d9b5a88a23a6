//! All that can happen, told in the past tense. Verbs record these and nothing else; `hooks/rules.rs` says what each fires, `feed.rs` what
//! line it leaves in a candidate's activity feed.
//!
//! Events whose rule looks at a difference carry the row before and after. Events of deletions are recorded before the deletion
//! ([`crate::work::Work::record_deletion`]), since their bodies show what was there.

use crate::tables::{Application, FlowKind, Job};

#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    ApplicationCreated {
        application_id: i64,
        prospect: bool,
    },
    /// `jobs` are the jobs of a prospect, before and after.
    ApplicationUpdated {
        before: Box<Application>,
        after: Box<Application>,
        jobs_changed: bool,
    },
    ApplicationDeleted {
        application_id: i64,
    },
    StageChanged {
        application_id: i64,
        from_stage_id: Option<i64>,
        to_stage_id: i64,
    },
    ApplicationRejected {
        application_id: i64,
    },
    ApplicationUnrejected {
        application_id: i64,
    },
    ApplicationHired {
        application_id: i64,
        offer_id: Option<i64>,
        opening_id: Option<i64>,
    },
    ApplicationUnhired {
        application_id: i64,
    },
    ProspectConverted {
        application_id: i64,
        new_application_id: i64,
    },

    CandidateUpdated {
        candidate_id: i64,
    },
    CandidateDeleted {
        candidate_id: i64,
    },
    CandidateMerged {
        kept_id: i64,
        gone_id: i64,
    },
    /// `fields` as they were asked for.
    CandidateAnonymized {
        candidate_id: i64,
        fields: Vec<String>,
    },

    OfferCreated {
        offer_id: i64,
    },
    OfferApproved {
        offer_id: i64,
    },
    OfferUpdated {
        offer_id: i64,
    },
    OfferDeleted {
        offer_id: i64,
    },

    JobCreated {
        job_id: i64,
    },
    JobUpdated {
        before: Box<Job>,
        after: Box<Job>,
        offices_changed: bool,
    },
    JobApproved {
        job_id: i64,
        kind: FlowKind,
    },
    JobDeleted {
        job_id: i64,
    },

    JobPostCreated {
        job_post_id: i64,
    },
    JobPostUpdated {
        job_post_id: i64,
    },
    JobPostDeleted {
        job_post_id: i64,
    },

    StageDeleted {
        stage_id: i64,
    },
    InterviewDeleted {
        scheduled_interview_id: i64,
    },
    ScorecardDeleted {
        scorecard_id: i64,
    },
    DepartmentDeleted {
        department_id: i64,
    },
    OfficeDeleted {
        office_id: i64,
    },
}
