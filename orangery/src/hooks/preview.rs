//! The body that an event would have for a real record at this moment, with nothing fired. What tells how a record stands is rendered as it
//! stands; what tells of a deed that is still to be done is rendered after the deed, in a transaction that is never committed.

mod subject;

pub use subject::Subject;

use sql::params;

use super::{Action, Body, payload};
use crate::{
    domain::{
        application::{self, Rejection, hire, unhire},
        merge,
    },
    error::{Error, Result},
    event::Event,
    graph::Look,
    house::Orangery,
    tables::{self, ApplicationStatus, FlowKind, FlowStatus, Offer, OfferStatus, Opening},
    words::Word,
    work::{Actor, Work},
};

/// A body, and the record that it is about.
pub struct Preview {
    pub body: Body,
    /// The field by which that record can be named, and its id.
    pub of: (&'static str, i64),
}

/// How a preview is had.
enum Story {
    /// From what is there.
    Told(Body),
    /// By doing what it tells of.
    Done(Deed),
}

#[derive(Clone, Copy)]
enum Deed {
    Reject(i64),
    Unreject(i64),
    Hire(i64),
    Unhire(i64),
    Merge { kept_id: i64, gone_id: i64 },
}

/// What `action` would say of the subject, or of the latest record that fits.
pub async fn preview(house: &Orangery, actor: Actor, action: Action, subject: Subject) -> Result<Preview> {
    let of = subject.clone();
    let (id, story) = house
        .read(async move |look| {
            let id = of.find(look.tx, action).await?;
            Ok((id, story(look, action, id, &of).await?))
        })
        .await?;
    let body = match story {
        Story::Told(body) => body,
        Story::Done(deed) => {
            let bodies = house.rehearse(actor, async move |work| deed.run(work).await).await?;
            let told = bodies.into_iter().find(|it| it.action == action);
            told.ok_or_else(|| Error::refused(format!("{} would not be told of it", action.word())))?
        }
    };
    Ok(Preview { body, of: (subject::field(action), id) })
}

async fn story(look: &Look<'_>, action: Action, id: i64, subject: &Subject) -> Result<Story> {
    let deed = match action {
        Action::RejectCandidate if !stands(look, id, ApplicationStatus::Rejected).await? => Deed::Reject(id),
        Action::HireCandidate if !stands(look, id, ApplicationStatus::Hired).await? => Deed::Hire(id),
        Action::UnrejectCandidate => Deed::Unreject(id),
        Action::UnhireCandidate => Deed::Unhire(id),
        Action::MergeCandidate => Deed::Merge { kept_id: subject.kept(look.tx, id).await?, gone_id: id },
        _ => {
            let event = Box::pin(event(look, action, id, subject)).await?;
            return Ok(Story::Told(payload::body(look, action, &event).await?));
        }
    };
    Ok(Story::Done(deed))
}

async fn stands(look: &Look<'_>, application_id: i64, status: ApplicationStatus) -> Result<bool> {
    let row: tables::Application = look.tx.find(application_id).await?;
    Ok(row.status == status)
}

/// The event that tells of the record as it stands.
async fn event(look: &Look<'_>, action: Action, id: i64, subject: &Subject) -> Result<Event> {
    Ok(match action {
        Action::NewCandidateApplication | Action::NewProspectApplication => {
            let prospect = action == Action::NewProspectApplication;
            Event::ApplicationCreated { application_id: id, prospect }
        }
        Action::ApplicationUpdated => {
            let row: Box<tables::Application> = Box::new(look.tx.find(id).await?);
            Event::ApplicationUpdated { before: row.clone(), after: row, jobs_changed: false }
        }
        Action::DeleteApplication => Event::ApplicationDeleted { application_id: id },
        Action::CandidateStageChange => stage_changed(look, id).await?,
        Action::RejectCandidate => Event::ApplicationRejected { application_id: id },
        Action::UnrejectCandidate => Event::ApplicationUnrejected { application_id: id },
        Action::HireCandidate => hired(look, id).await?,
        Action::UnhireCandidate => Event::ApplicationUnhired { application_id: id },
        Action::UpdateCandidate => Event::CandidateUpdated { candidate_id: id },
        Action::DeleteCandidate => Event::CandidateDeleted { candidate_id: id },
        Action::MergeCandidate => Event::CandidateMerged { kept_id: subject.kept(look.tx, id).await?, gone_id: id },
        Action::CandidateAnonymized => Event::CandidateAnonymized { candidate_id: id, fields: subject.fields()? },
        Action::OfferCreated => Event::OfferCreated { offer_id: id },
        Action::OfferApproved => Event::OfferApproved { offer_id: id },
        Action::OfferUpdated => Event::OfferUpdated { offer_id: id },
        Action::OfferDeleted => Event::OfferDeleted { offer_id: id },
        Action::JobCreated => Event::JobCreated { job_id: id },
        Action::JobUpdated => {
            let row: Box<tables::Job> = Box::new(look.tx.find(id).await?);
            Event::JobUpdated { before: row.clone(), after: row, offices_changed: false }
        }
        Action::JobApproved => Event::JobApproved { job_id: id, kind: approved(look, id).await? },
        Action::JobDeleted => Event::JobDeleted { job_id: id },
        Action::JobPostCreated => Event::JobPostCreated { job_post_id: id },
        Action::JobPostUpdated => Event::JobPostUpdated { job_post_id: id },
        Action::JobPostDeleted => Event::JobPostDeleted { job_post_id: id },
        Action::JobInterviewStageDeleted => Event::StageDeleted { stage_id: id },
        Action::InterviewDeleted => Event::InterviewDeleted { scheduled_interview_id: id },
        Action::ScorecardDeleted => Event::ScorecardDeleted { scorecard_id: id },
        Action::DepartmentDeleted => Event::DepartmentDeleted { department_id: id },
        Action::OfficeDeleted => Event::OfficeDeleted { office_id: id },
    })
}

/// It has come to the stage where it is.
async fn stage_changed(look: &Look<'_>, id: i64) -> Result<Event> {
    let row: tables::Application = look.tx.find(id).await?;
    let Some(to_stage_id) = row.stage_id else {
        return Err(Error::invalid(
            "application_id",
            format!("The application {id} is in no stage: name one of a candidate who is neither prospect nor hired"),
        ));
    };
    Ok(Event::StageChanged { application_id: id, from_stage_id: None, to_stage_id })
}

/// The hire as it was made: with the offer that was accepted and the opening that was filled.
async fn hired(look: &Look<'_>, id: i64) -> Result<Event> {
    let accepted = "where application_id = $1 and status = $2 order by version desc limit 1";
    let offer: Option<Offer> = look.tx.first(accepted, params![id, OfferStatus::Accepted]).await?;
    let filled = "where application_id = $1 order by id desc limit 1";
    let opening: Option<Opening> = look.tx.first(filled, params![id]).await?;
    let (offer_id, opening_id) = (offer.map(|it| it.id), opening.map(|it| it.id));
    Ok(Event::ApplicationHired { application_id: id, offer_id, opening_id })
}

/// Which approval of the job was given last; the first one that jobs get, where none was.
async fn approved(look: &Look<'_>, job_id: i64) -> Result<FlowKind> {
    let last = "where job_id = $1 and kind <> $2 and status = $3 order by updated_at desc, id desc limit 1";
    let params = params![job_id, FlowKind::OfferCandidate, FlowStatus::Approved];
    let flow: Option<tables::ApprovalFlow> = look.tx.first(last, params).await?;
    Ok(flow.map_or(FlowKind::OpenJob, |it| it.kind))
}

impl Deed {
    async fn run(self, work: &mut Work) -> Result<()> {
        match self {
            Self::Reject(id) => application::reject(work, id, &Rejection::default()).await,
            Self::Unreject(id) => application::unreject(work, id).await,
            Self::Hire(id) => hire::hire(work, id, hire::Hire::default()).await,
            Self::Unhire(id) => unhire::unhire(work, id).await,
            Self::Merge { kept_id, gone_id } => merge::merge(work, kept_id, gone_id).await,
        }
    }
}
