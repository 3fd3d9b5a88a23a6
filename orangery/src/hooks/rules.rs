//! What fires when. This page is the whole of it; `docs/what-fires-when.md` says where each rule comes from.
//!
//! Every event has its line and there is no wildcard: a new event does not compile until this page decides. A deletion tells of itself
//! alone: verbs record no events for what goes with it (the exception, `all_offer_versions`, is in `domain/anonymize.rs`).

use Action::*;

use crate::{
    event::Event,
    tables::{Application, ApplicationStatus, Job},
    words,
};

words! {
    /// The documented web hook events.
    Action {
        NewCandidateApplication = "new_candidate_application",
        NewProspectApplication = "new_prospect_application",
        ApplicationUpdated = "application_updated",
        DeleteApplication = "delete_application",
        OfferCreated = "offer_created",
        OfferApproved = "offer_approved",
        OfferUpdated = "offer_updated",
        OfferDeleted = "offer_deleted",
        DeleteCandidate = "delete_candidate",
        MergeCandidate = "merge_candidate",
        HireCandidate = "hire_candidate",
        UnhireCandidate = "unhire_candidate",
        CandidateStageChange = "candidate_stage_change",
        RejectCandidate = "reject_candidate",
        UnrejectCandidate = "unreject_candidate",
        UpdateCandidate = "update_candidate",
        CandidateAnonymized = "candidate_anonymized",
        InterviewDeleted = "interview_deleted",
        ScorecardDeleted = "scorecard_deleted",
        JobCreated = "job_created",
        JobUpdated = "job_updated",
        JobApproved = "job_approved",
        JobDeleted = "job_deleted",
        JobPostCreated = "job_post_created",
        JobPostUpdated = "job_post_updated",
        JobPostDeleted = "job_post_deleted",
        JobInterviewStageDeleted = "job_interview_stage_deleted",
        DepartmentDeleted = "department_deleted",
        OfficeDeleted = "office_deleted",
    }
}

/// The actions that `event` fires, in order. `merges_heard`: some enabled endpoint listens to `merge_candidate`, asked inside the Work.
pub fn actions(event: &Event, merges_heard: bool) -> &'static [Action] {
    match event {
        Event::ApplicationCreated { prospect: false, .. } => &[NewCandidateApplication],
        Event::ApplicationCreated { prospect: true, .. } => &[NewProspectApplication],
        Event::ApplicationUpdated { before, after, jobs_changed } => {
            match *jobs_changed || application_changed(before, after) {
                true => &[ApplicationUpdated],
                false => &[],
            }
        }
        Event::ApplicationDeleted { .. } => &[DeleteApplication],
        Event::StageChanged { .. } => &[CandidateStageChange],
        Event::ApplicationRejected { .. } => &[RejectCandidate],
        Event::ApplicationUnrejected { .. } => &[UnrejectCandidate],
        Event::ApplicationHired { .. } => &[HireCandidate],
        Event::ApplicationUnhired { .. } => &[UnhireCandidate],
        // The new application tells of itself; the old one becomes `converted`, silently.
        Event::ProspectConverted { .. } => &[],

        Event::CandidateUpdated { .. } => &[UpdateCandidate],
        Event::CandidateDeleted { .. } => &[DeleteCandidate],
        // Who hears of merges is not told of the deletion that each implies; where nobody hears of merges, the deletion is told.
        Event::CandidateMerged { .. } if merges_heard => &[MergeCandidate],
        Event::CandidateMerged { .. } => &[MergeCandidate, DeleteCandidate],
        Event::CandidateAnonymized { .. } => &[CandidateAnonymized],

        Event::OfferCreated { .. } => &[OfferCreated],
        Event::OfferApproved { .. } => &[OfferApproved],
        Event::OfferUpdated { .. } => &[OfferUpdated],
        Event::OfferDeleted { .. } => &[OfferDeleted],

        Event::JobCreated { .. } => &[JobCreated],
        Event::JobUpdated { before, after, offices_changed } => match *offices_changed || job_changed(before, after) {
            true => &[JobUpdated],
            false => &[],
        },
        Event::JobApproved { .. } => &[JobApproved],
        Event::JobDeleted { .. } => &[JobDeleted],

        Event::JobPostCreated { .. } => &[JobPostCreated],
        Event::JobPostUpdated { .. } => &[JobPostUpdated],
        Event::JobPostDeleted { .. } => &[JobPostDeleted],

        Event::StageDeleted { .. } => &[JobInterviewStageDeleted],
        Event::InterviewDeleted { .. } => &[InterviewDeleted],
        Event::ScorecardDeleted { .. } => &[ScorecardDeleted],
        Event::DepartmentDeleted { .. } => &[DepartmentDeleted],
        Event::OfficeDeleted { .. } => &[OfficeDeleted],
    }
}

/// `application_updated` is for these fields and no other; stage, status and people have events of their own or none.
fn application_changed(before: &Application, after: &Application) -> bool {
    let rejected = before.status == ApplicationStatus::Rejected && after.status == ApplicationStatus::Rejected;
    before.source_id != after.source_id
        || before.credited_user_id != after.credited_user_id
        || before.credited_name != after.credited_name
        || before.custom != after.custom
        || before.answers != after.answers
        || before.location != after.location
        || before.prospect_pool_id != after.prospect_pool_id
        || before.prospect_stage_id != after.prospect_stage_id
        || before.prospect_owner_id != after.prospect_owner_id
        || before.prospective_department_id != after.prospective_department_id
        || before.prospective_office_id != after.prospective_office_id
        || before.job_id != after.job_id
        || before.job_post_id != after.job_post_id
        || rejected && before.rejection_reason_id != after.rejection_reason_id
        || rejected && before.rejection_custom != after.rejection_custom
}

/// `job_updated` is for these fields and no other (the offices are compared where the event is made).
fn job_changed(before: &Job, after: &Job) -> bool {
    before.name != after.name
        || before.department_id != after.department_id
        || before.level != after.level
        || before.opened_at != after.opened_at
        || before.status != after.status
        || before.notes != after.notes
        || before.team_and_responsibilities != after.team_and_responsibilities
        || before.how_to_sell_this_job != after.how_to_sell_this_job
        || before.custom != after.custom
}
