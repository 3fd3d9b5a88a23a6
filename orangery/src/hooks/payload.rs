//! What each web hook says. One shape per object, whatever event carries it: `wire/hook`.

use serde::Serialize;

use super::{About, Action, Body};
use crate::{
    error::Result,
    event::Event,
    graph::{self, Look},
    tables::{self, Opening, ScheduledInterview, Scorecard, Stage},
    wire::hook,
};

/// Renders the body that `event` has for `action`.
pub async fn body(look: &Look<'_>, action: Action, event: &Event) -> Result<Body> {
    match event {
        Event::ApplicationCreated { application_id: id, .. }
        | Event::StageChanged { application_id: id, .. }
        | Event::ApplicationRejected { application_id: id }
        | Event::ApplicationUnrejected { application_id: id }
        | Event::ApplicationUnhired { application_id: id }
        | Event::ProspectConverted { new_application_id: id, .. } => application(look, action, *id).await,
        Event::ApplicationUpdated { after, .. } => application(look, action, after.id).await,
        Event::ApplicationHired { application_id, offer_id, opening_id } => {
            hired(look, action, *application_id, *offer_id, *opening_id).await
        }
        Event::ApplicationDeleted { application_id } => {
            let row: tables::Application = look.tx.find(*application_id).await?;
            let about =
                About { candidate_id: Some(row.candidate_id), application_id: Some(row.id), job_id: row.job_id };
            render(action, about, &hook::Named::Application(hook::deleted_application(&row)))
        }

        Event::CandidateUpdated { candidate_id } => {
            let candidate = graph::candidate::candidate(look, *candidate_id).await?;
            render(action, person(*candidate_id), &hook::Named::Candidate(hook::candidate(&candidate)))
        }
        Event::CandidateDeleted { candidate_id } => {
            let candidate = graph::candidate::candidate(look, *candidate_id).await?;
            render(action, person(*candidate_id), &hook::Named::Person(hook::deleted_person(&candidate)))
        }
        Event::CandidateMerged { kept_id, gone_id } => {
            let candidate = graph::candidate::candidate(look, *gone_id).await?;
            // What the loser had lives on with the winner, so it is the winner's when someone asks for its story.
            match action {
                Action::DeleteCandidate => {
                    render(action, person(*kept_id), &hook::Named::Person(hook::deleted_person(&candidate)))
                }
                _ => render(action, person(*kept_id), &hook::Named::Person(hook::merged_person(&candidate, *kept_id))),
            }
        }
        Event::CandidateAnonymized { candidate_id, fields } => render(
            action,
            person(*candidate_id),
            &hook::Anonymized { candidate_id: *candidate_id, anonymized_fields: fields },
        ),

        Event::OfferCreated { offer_id } | Event::OfferApproved { offer_id } | Event::OfferUpdated { offer_id } => {
            let offer = graph::offer::offer(look, *offer_id).await?;
            render(action, of_offer(&offer), &hook::offer(&offer))
        }
        Event::OfferDeleted { offer_id } => {
            let offer = graph::offer::offer(look, *offer_id).await?;
            render(action, of_offer(&offer), &hook::Named::Offer(hook::deleted_offer(&offer)))
        }

        Event::JobCreated { job_id } => job(look, action, *job_id).await,
        Event::JobUpdated { after, .. } => job(look, action, after.id).await,
        Event::JobApproved { job_id, kind } => {
            let whole = graph::job::job(look, *job_id).await?;
            render(action, of_job(*job_id), &hook::job_approved(&whole, *kind))
        }
        Event::JobDeleted { job_id } => {
            let row: tables::Job = look.tx.find(*job_id).await?;
            render(action, of_job(*job_id), &hook::Named::Job(hook::deleted_job(&row)))
        }

        Event::JobPostCreated { job_post_id } | Event::JobPostUpdated { job_post_id } => {
            let post = graph::job::post(look, *job_post_id).await?;
            render(action, About { job_id: post.row.job_id, ..About::default() }, &hook::job_post(&post))
        }
        Event::JobPostDeleted { job_post_id } => {
            let post = graph::job::post(look, *job_post_id).await?;
            let about = About { job_id: post.row.job_id, ..About::default() };
            render(action, about, &hook::Named::JobPost(hook::job_post(&post)))
        }
        Event::StageDeleted { stage_id } => {
            let row: Stage = look.tx.find(*stage_id).await?;
            render(action, of_job(row.job_id), &hook::Named::JobInterviewStage(hook::stage(&row)))
        }

        Event::InterviewDeleted { scheduled_interview_id } => {
            let row: ScheduledInterview = look.tx.find(*scheduled_interview_id).await?;
            let application: tables::Application = look.tx.find(row.application_id).await?;
            render(action, of_application(&application), &hook::Named::Interview(hook::Id { id: row.id }))
        }
        Event::ScorecardDeleted { scorecard_id } => {
            let row: Scorecard = look.tx.find(*scorecard_id).await?;
            let about =
                About { candidate_id: Some(row.candidate_id), application_id: row.application_id, job_id: None };
            render(action, about, &hook::Named::Scorecard(hook::scorecard(&row)))
        }
        Event::DepartmentDeleted { department_id } => {
            let row = look.tx.find(*department_id).await?;
            let below = look.catalog.departments_below(*department_id);
            render(action, About::default(), &hook::Named::Department(hook::department(&row, below)))
        }
        Event::OfficeDeleted { office_id } => {
            let row = look.tx.find(*office_id).await?;
            let children = look.catalog.offices_under(*office_id).map(|it| it.id).collect();
            render(action, About::default(), &hook::Named::Office(hook::office(&row, children)))
        }
    }
}

fn render(action: Action, about: About, payload: &impl Serialize) -> Result<Body> {
    let json = serde_json::to_string(&hook::Envelope { action, payload });
    let json =
        json.map_err(|error| sql::Error::Database(format!("the body of {action:?} can't be written: {error}")))?;
    Ok(Body { action, json: courier::sign::escape(&json), about, erase: false })
}

async fn application(look: &Look<'_>, action: Action, id: i64) -> Result<Body> {
    let whole = graph::application::whole(look, id).await?;
    render(action, of_application(&whole.application.row), &hook::Named::Application(hook::application(&whole)))
}

async fn hired(
    look: &Look<'_>,
    action: Action,
    id: i64,
    offer_id: Option<i64>,
    opening_id: Option<i64>,
) -> Result<Body> {
    let whole = graph::application::whole(look, id).await?;
    let offer = match offer_id {
        Some(id) => Some(graph::offer::offer(look, id).await?),
        None => None,
    };
    let opening: Option<Opening> = look.tx.get(opening_id).await?;
    let about = of_application(&whole.application.row);
    render(action, about, &hook::Named::Application(hook::hired(&whole, opening.as_ref(), offer.as_ref())))
}

async fn job(look: &Look<'_>, action: Action, id: i64) -> Result<Body> {
    let job = graph::job::job(look, id).await?;
    render(action, of_job(id), &hook::Named::Job(hook::job(&job)))
}

fn person(candidate_id: i64) -> About {
    About { candidate_id: Some(candidate_id), ..About::default() }
}

fn of_application(row: &tables::Application) -> About {
    About { candidate_id: Some(row.candidate_id), application_id: Some(row.id), job_id: row.job_id }
}

fn of_job(job_id: i64) -> About {
    About { job_id: Some(job_id), ..About::default() }
}

fn of_offer(offer: &graph::offer::Offer) -> About {
    About {
        candidate_id: Some(offer.candidate_id),
        application_id: Some(offer.row.application_id),
        job_id: Some(offer.row.job_id),
    }
}
