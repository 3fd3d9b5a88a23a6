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
        Action::NewCandidateApplication => include_str!("../../tests/it/examples/new_candidate_application.json"),
        Action::NewProspectApplication => include_str!("../../tests/it/examples/new_prospect_application.json"),
        Action::ApplicationUpdated => include_str!("../../tests/it/examples/application_updated.json"),
        Action::DeleteApplication => include_str!("../../tests/it/examples/delete_application.json"),
        Action::OfferCreated => include_str!("../../tests/it/examples/offer_created.json"),
        Action::OfferApproved => include_str!("../../tests/it/examples/offer_approved.json"),
        Action::OfferUpdated => include_str!("../../tests/it/examples/offer_updated.json"),
        Action::OfferDeleted => include_str!("../../tests/it/examples/offer_deleted.json"),
        Action::DeleteCandidate => include_str!("../../tests/it/examples/delete_candidate.json"),
        Action::MergeCandidate => include_str!("../../tests/it/examples/merge_candidate.json"),
        Action::HireCandidate => include_str!("../../tests/it/examples/hire_candidate.json"),
        Action::UnhireCandidate => include_str!("../../tests/it/examples/unhire_candidate.json"),
        Action::CandidateStageChange => include_str!("../../tests/it/examples/candidate_stage_change.json"),
        Action::RejectCandidate => include_str!("../../tests/it/examples/reject_candidate.json"),
        Action::UnrejectCandidate => include_str!("../../tests/it/examples/unreject_candidate.json"),
        Action::UpdateCandidate => include_str!("../../tests/it/examples/update_candidate.json"),
        Action::CandidateAnonymized => include_str!("../../tests/it/examples/candidate_anonymized.json"),
        Action::InterviewDeleted => include_str!("../../tests/it/examples/interview_deleted.early.json"),
        Action::ScorecardDeleted => include_str!("../../tests/it/examples/scorecard_deleted.early.json"),
        Action::JobCreated => include_str!("../../tests/it/examples/job_created.json"),
        Action::JobUpdated => include_str!("../../tests/it/examples/job_updated.json"),
        Action::JobApproved => include_str!("../../tests/it/examples/job_approved.json"),
        Action::JobDeleted => include_str!("../../tests/it/examples/job_deleted.json"),
        Action::JobPostCreated => include_str!("../../tests/it/examples/job_post_created.json"),
        Action::JobPostUpdated => include_str!("../../tests/it/examples/job_post_updated.json"),
        Action::JobPostDeleted => include_str!("../../tests/it/examples/job_post_deleted.json"),
        Action::JobInterviewStageDeleted => include_str!("../../tests/it/examples/job_interview_stage_deleted.json"),
        Action::DepartmentDeleted => include_str!("examples/department_deleted.json"),
        Action::OfficeDeleted => include_str!("examples/office_deleted.json"),
    }
}
