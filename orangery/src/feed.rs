//! What line an event leaves in a candidate's activity feed (CAND-7, "activities").

use crate::{
    error::Result,
    event::Event,
    tables::{Application, FeedItem, FeedKind, RejectionReason, Stage, Visibility},
    work::Work,
};

/// Writes the line of `event`, where it leaves one.
pub(crate) async fn line(work: &mut Work, event: &Event) -> Result<()> {
    match event {
        Event::ApplicationRejected { application_id } => {
            let application: Application = work.tx.find(*application_id).await?;
            let reason = match application.rejection_reason_id {
                Some(id) => format!("Reason: {}", work.tx.find::<RejectionReason>(id).await?.name),
                None => "No reason was given.".to_owned(),
            };
            write(work, &application, "Candidate Rejected", reason).await
        }
        Event::ApplicationUnrejected { application_id } => {
            let application: Application = work.tx.find(*application_id).await?;
            write(work, &application, "Candidate Unrejected", "The rejection was taken back.".to_owned()).await
        }
        Event::StageChanged { application_id, from_stage_id, to_stage_id } => {
            let application: Application = work.tx.find(*application_id).await?;
            let to: Stage = work.tx.find(*to_stage_id).await?;
            let from: Option<Stage> = work.tx.get(*from_stage_id).await?;
            let body = match from {
                Some(from) => format!("Moved from {} to {}", from.name, to.name),
                None => format!("Moved to {}", to.name),
            };
            write(work, &application, "Candidate Stage Change", body).await
        }
        Event::ApplicationHired { application_id, .. } => {
            let application: Application = work.tx.find(*application_id).await?;
            write(work, &application, "Candidate Hired", "The offer was accepted.".to_owned()).await
        }
        Event::ApplicationUnhired { application_id } => {
            let application: Application = work.tx.find(*application_id).await?;
            write(work, &application, "Candidate Unhired", "The hire was taken back.".to_owned()).await
        }
        Event::ApplicationCreated { application_id, .. } => {
            let application: Application = work.tx.find(*application_id).await?;
            write(work, &application, "Application Created", "An application was added.".to_owned()).await
        }
        Event::ProspectConverted { application_id, .. } => {
            let application: Application = work.tx.find(*application_id).await?;
            write(work, &application, "Prospect Converted", "The prospect became a candidate.".to_owned()).await
        }
        Event::ApplicationUpdated { .. }
        | Event::ApplicationDeleted { .. }
        | Event::CandidateUpdated { .. }
        | Event::CandidateDeleted { .. }
        | Event::CandidateMerged { .. }
        | Event::CandidateAnonymized { .. }
        | Event::OfferCreated { .. }
        | Event::OfferApproved { .. }
        | Event::OfferUpdated { .. }
        | Event::OfferDeleted { .. }
        | Event::JobCreated { .. }
        | Event::JobUpdated { .. }
        | Event::JobApproved { .. }
        | Event::JobDeleted { .. }
        | Event::JobPostCreated { .. }
        | Event::JobPostUpdated { .. }
        | Event::JobPostDeleted { .. }
        | Event::StageDeleted { .. }
        | Event::InterviewDeleted { .. }
        | Event::ScorecardDeleted { .. }
        | Event::DepartmentDeleted { .. }
        | Event::OfficeDeleted { .. } => Ok(()),
    }
}

/// A feed line is derived from the event, so it leaves no audit record of its own.
async fn write(work: &mut Work, application: &Application, subject: &str, body: String) -> Result<()> {
    let mut item = FeedItem {
        id: 0,
        candidate_id: application.candidate_id,
        application_id: Some(application.id),
        user_id: work.actor.user_id,
        touchpoint_id: None,
        kind: FeedKind::Activity,
        of_rejection: false,
        visibility: Visibility::Public,
        subject: Some(subject.to_owned()),
        body,
        mail_to: None,
        mail_from: None,
        mail_cc: None,
        created_at: work.now,
    };
    Ok(work.tx.insert(&mut item).await?)
}
