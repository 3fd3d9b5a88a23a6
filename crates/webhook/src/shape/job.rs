//! The job: in every application, and by itself in `job_created`, `job_updated` and `job_approved`.

use super::CustomFields;
use crate::{
    part::{objects, words},
    time::Timestamp,
};

objects! {
    JobPayload {
        job: Job,
    }

    /// `job_approved`.
    ApprovedJobPayload {
        approval_flow: ApprovalFlow,
        job: Job,
    }

    ApprovalFlow {
        approval_flow_type: ApprovalFlowType,
    }

    Job {
        id: i64,
        name: String,
        requisition_id: Option<String>,
        notes: Option<String>,
        confidential: Option<bool>,
        /// In an application the post it came through, elsewhere the first of the job's.
        job_post_id: Option<i64>,
        status: Option<JobStatus>,
        created_by_id: Option<i64>,
        created_at: Option<Timestamp>,
        opened_at: Option<Timestamp>,
        closed_at: Option<Timestamp>,
        url: Option<String>,
        departments: Vec<JobDepartment>,
        offices: Vec<JobOffice>,
        hiring_team: Option<HiringTeam>,
        custom_fields: CustomFields,
        openings: Vec<Opening>,
    }

    JobDepartment {
        id: i64,
        name: String,
        external_id: Option<String>,
    }

    JobOffice {
        id: i64,
        name: String,
        location: Option<String>,
        external_id: Option<String>,
    }

    HiringTeam {
        hiring_managers: Vec<TeamMember>,
        sourcers: Vec<TeamMember>,
        recruiters: Vec<TeamMember>,
        coordinators: Vec<TeamMember>,
    }

    TeamMember {
        user_id: i64,
        employee_id: Option<String>,
    }

    Opening {
        id: i64,
        opening_id: Option<String>,
        custom_fields: CustomFields,
    }
}

words! {
    JobStatus {
        Draft = "draft",
        Open = "open",
        Closed = "closed",
    }

    /// What was approved: to start recruiting, or the job officially.
    ApprovalFlowType {
        OpenJob = "open_job",
        OfferJob = "offer_job",
    }
}
