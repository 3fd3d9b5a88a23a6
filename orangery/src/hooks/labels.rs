//! What each action is called where people read it: in the ping (SEND-6), in pages and lists.

use super::Action;

pub fn label(action: Action) -> &'static str {
    match action {
        Action::NewCandidateApplication => "Candidate has submitted application",
        Action::NewProspectApplication => "Prospect created",
        Action::ApplicationUpdated => "Application updated",
        Action::DeleteApplication => "Application deleted",
        Action::OfferCreated => "Offer created",
        Action::OfferApproved => "Offer approved",
        Action::OfferUpdated => "Offer updated",
        Action::OfferDeleted => "Offer deleted",
        Action::DeleteCandidate => "Candidate or prospect deleted",
        Action::MergeCandidate => "Candidate merged",
        Action::HireCandidate => "Candidate hired",
        Action::UnhireCandidate => "Candidate unhired",
        Action::CandidateStageChange => "Candidate changed stage",
        Action::RejectCandidate => "Candidate or prospect rejected",
        Action::UnrejectCandidate => "Candidate or prospect unrejected",
        Action::UpdateCandidate => "Candidate or prospect updated",
        Action::CandidateAnonymized => "Candidate anonymized",
        Action::InterviewDeleted => "Interview deleted",
        Action::ScorecardDeleted => "Scorecard deleted",
        Action::JobCreated => "Job created",
        Action::JobUpdated => "Job updated",
        Action::JobApproved => "Job approved",
        Action::JobDeleted => "Job deleted",
        Action::JobPostCreated => "Job post created",
        Action::JobPostUpdated => "Job post updated",
        Action::JobPostDeleted => "Job post deleted",
        Action::JobInterviewStageDeleted => "Job interview stage deleted",
        Action::DepartmentDeleted => "Department deleted",
        Action::OfficeDeleted => "Office deleted",
    }
}
