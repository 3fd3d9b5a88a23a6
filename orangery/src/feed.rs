//! What line an event leaves in a candidate's activity feed (CAND-7, "activities").

use crate::{
    error::Result,
    event::Event,
    graph,
    tables::{Application, FeedItem, FeedKind, Stage, Visibility},
    work::{Happened, Work},
};

/// The lines that `events` leave. They are derived from events, so they leave no audit records of their own.
pub(crate) async fn lines(work: &Work, events: &[Happened]) -> Result<Vec<FeedItem>> {
    let mut lines = Vec::new();
    for happened in events {
        lines.extend(line(work, &happened.event).await?);
    }
    Ok(lines)
}

/// The line of `event`, where it leaves one.
async fn line(work: &Work, event: &Event) -> Result<Option<FeedItem>> {
    let (application_id, subject, body) = match event {
        Event::ApplicationRejected { application_id } => {
            let reason = application(work, *application_id).await?.rejection_reason_id;
            let reason = match reason {
                Some(id) => {
                    format!("Reason: {}", work.catalog().await?.rejection_reasons.get(&id).map_or("", |it| &it.name))
                }
                None => "No reason was given.".to_owned(),
            };
            (application_id, "Candidate Rejected", reason)
        }
        Event::ApplicationUnrejected { application_id } => {
            (application_id, "Candidate Unrejected", "The rejection was taken back.".to_owned())
        }
        Event::StageChanged { application_id, from_stage_id, to_stage_id } => {
            let to: Stage = work.tx.find(*to_stage_id).await?;
            let from: Option<Stage> = work.tx.get(*from_stage_id).await?;
            let body = match from {
                Some(from) => format!("Moved from {} to {}", from.name, to.name),
                None => format!("Moved to {}", to.name),
            };
            (application_id, "Candidate Stage Change", body)
        }
        Event::ApplicationHired { application_id, .. } => {
            (application_id, "Candidate Hired", "The offer was accepted.".to_owned())
        }
        Event::ApplicationUnhired { application_id } => {
            (application_id, "Candidate Unhired", "The hire was taken back.".to_owned())
        }
        Event::ApplicationCreated { application_id, .. } => {
            (application_id, "Application Created", "An application was added.".to_owned())
        }
        Event::ProspectConverted { application_id, .. } => {
            (application_id, "Prospect Converted", "The prospect became a candidate.".to_owned())
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
        | Event::OfficeDeleted { .. } => return Ok(None),
    };
    let application = application(work, *application_id).await?;
    Ok(Some(FeedItem {
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
    }))
}

async fn application(work: &Work, id: i64) -> Result<Application> {
    graph::application::row(&work.look().await?, id).await
}
