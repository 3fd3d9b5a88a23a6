//! The documented example of each event, for houses in which nothing has happened yet. NOTICE says where they are from; departments and
//! offices have none there, so theirs are ours.

use super::Action;

/// What `action` looks like in its documentation, written as it would be sent.
pub fn example(action: Action) -> String {
    let text = text(action);
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(body) => courier::sign::escape(&body.to_string()),
        Err(_) => text.to_owned(),
    }
}

fn text(action: Action) -> &'static str {
    match action {
        Action::NewCandidateApplication => include_str!("../../examples-of-hooks/new_candidate_application.json"),
        Action::NewProspectApplication => include_str!("../../examples-of-hooks/new_prospect_application.json"),
        Action::ApplicationUpdated => include_str!("../../examples-of-hooks/application_updated.json"),
        Action::DeleteApplication => include_str!("../../examples-of-hooks/delete_application.json"),
        Action::OfferCreated => include_str!("../../examples-of-hooks/offer_created.json"),
        Action::OfferApproved => include_str!("../../examples-of-hooks/offer_approved.json"),
        Action::OfferUpdated => include_str!("../../examples-of-hooks/offer_updated.json"),
        Action::OfferDeleted => include_str!("../../examples-of-hooks/offer_deleted.json"),
        Action::DeleteCandidate => include_str!("../../examples-of-hooks/delete_candidate.json"),
        Action::MergeCandidate => include_str!("../../examples-of-hooks/merge_candidate.json"),
        Action::HireCandidate => include_str!("../../examples-of-hooks/hire_candidate.json"),
        Action::UnhireCandidate => include_str!("../../examples-of-hooks/unhire_candidate.json"),
        Action::CandidateStageChange => include_str!("../../examples-of-hooks/candidate_stage_change.json"),
        Action::RejectCandidate => include_str!("../../examples-of-hooks/reject_candidate.json"),
        Action::UnrejectCandidate => include_str!("../../examples-of-hooks/unreject_candidate.json"),
        Action::UpdateCandidate => include_str!("../../examples-of-hooks/update_candidate.json"),
        Action::CandidateAnonymized => include_str!("../../examples-of-hooks/candidate_anonymized.json"),
        Action::InterviewDeleted => include_str!("../../examples-of-hooks/interview_deleted.early.json"),
        Action::ScorecardDeleted => include_str!("../../examples-of-hooks/scorecard_deleted.early.json"),
        Action::JobCreated => include_str!("../../examples-of-hooks/job_created.json"),
        Action::JobUpdated => include_str!("../../examples-of-hooks/job_updated.json"),
        Action::JobApproved => include_str!("../../examples-of-hooks/job_approved.json"),
        Action::JobDeleted => include_str!("../../examples-of-hooks/job_deleted.json"),
        Action::JobPostCreated => include_str!("../../examples-of-hooks/job_post_created.json"),
        Action::JobPostUpdated => include_str!("../../examples-of-hooks/job_post_updated.json"),
        Action::JobPostDeleted => include_str!("../../examples-of-hooks/job_post_deleted.json"),
        Action::JobInterviewStageDeleted => include_str!("../../examples-of-hooks/job_interview_stage_deleted.json"),
        Action::DepartmentDeleted => include_str!("../../examples-of-hooks/department_deleted.ours.json"),
        Action::OfficeDeleted => include_str!("../../examples-of-hooks/office_deleted.ours.json"),
    }
}
