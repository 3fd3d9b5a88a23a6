//! The application, in all events but its deletion; and in its deletion.

use serde::Serialize;

use super::{Candidate, Job, candidate, job, offer::OfferOfHire, offer::offer_of_hire, seconds, user_of};
use crate::{
    graph::{
        application::{StageInterview, Whole},
        catalog::Catalog,
        offer::Offer,
    },
    tables::{self, ApplicationStatus, FieldType, Opening, StepStatus},
    wire::{
        Seconds,
        custom::{self, KeyedMap},
    },
};

view! {
    /// The application with candidate and jobs.
    pub fn application(a: &Whole) -> Application {
        id: i64 = a.application.row.id,
        rejected_at: Option<Seconds> = seconds(a.application.row.rejected_at),
        prospect: bool = a.application.row.prospect,
        status: ApplicationStatus = a.application.row.status,
        applied_at: Seconds = Seconds(a.application.row.applied_at),
        last_activity_at: Seconds = Seconds(a.application.row.last_activity_at),
        url: String = a.application.url.clone(),
        source: Option<Source> = source_of(&a.application.catalog, a.application.row.source_id),
        credited_to: Option<Credit> = credit(&a.application.catalog, &a.application.row),
        rejection_reason: Option<Reason> = reason_of(&a.application.catalog, a.application.row.rejection_reason_id),
        rejection_details: Option<Details> = details(&a.application.catalog, &a.application.row),
        current_stage: Option<CurrentStage> = a.application.stage.as_ref().map(|stage| current_stage(stage, &a.interviews, &a.application.catalog)),
        prospect_detail: ProspectDetail = prospect_detail(&a.application.row, &a.application.catalog),
        custom_fields: KeyedMap = custom::hook(&a.application.catalog, FieldType::Application, &a.application.row.custom),
        candidate: Candidate = candidate(&a.candidate),
        jobs: Vec<Job> = a.jobs.iter().map(job).collect(),
    }

    /// `hire_candidate`: the application with opening, offer, and the deprecated twin of its job.
    pub fn hired(a: &Whole, opening: Option<&Opening>, offer: Option<&Offer>) -> Hired {
        #[serde(flatten)]
        application: Application = application(a),
        opening: Option<OpeningOfHire> = opening.map(|it| opening_of_hire(it, &a.application.catalog)),
        job: Option<JobOfHire> = a.jobs.first().map(job_of_hire),
        offer: Option<OfferOfHire> = offer.map(offer_of_hire),
    }

    pub fn opening_of_hire(o: &Opening, catalog: &Catalog) -> OpeningOfHire {
        opening_id: Option<String> = o.opening_id.clone(),
        custom_fields: OpeningFields = opening_fields(catalog, o),
    }

    /// The deprecated `job` of `hire_candidate`.
    pub fn job_of_hire(j: &crate::graph::job::Job) -> JobOfHire {
        id: i64 = j.row.id,
        name: String = j.row.name.clone(),
        open_date: Option<Seconds> = seconds(j.row.opened_at),
        close_date: Option<Seconds> = seconds(j.row.closed_at),
        requisition_id: Option<String> = j.row.requisition_id.clone(),
        departments: Vec<super::JobDepartment> = super::departments(j),
        offices: Vec<super::JobOffice> = super::offices(j),
        custom_fields: KeyedMap = custom::hook(&j.catalog, FieldType::Job, &j.row.custom),
    }

    pub fn source(s: &tables::Source) -> Source {
        id: i64 = s.id,
        name: String = s.name.clone(),
        public_name: String = s.public_name.clone(),
    }

    pub fn reason(r: &tables::RejectionReason) -> Reason {
        id: i64 = r.id,
        name: String = r.name.clone(),
        #[serde(rename = "type")]
        kind: IdName = IdName { id: r.type_id, name: r.type_name.clone() },
    }

    pub fn current_stage(s: &tables::Stage, interviews: &[StageInterview], catalog: &Catalog) -> CurrentStage {
        id: i64 = s.id,
        name: String = s.name.clone(),
        interviews: Vec<Interview> = interviews.iter().map(|it| interview(it, catalog)).collect(),
    }

    pub fn interview(i: &StageInterview, catalog: &Catalog) -> Interview {
        id: i64 = i.step.row.id,
        name: String = i.step.row.name.clone(),
        status: StepStatus = i.status,
        interview_kit: Kit = Kit {
            url: i.kit_url.clone(),
            content: i.step.kit.as_ref().and_then(|it| it.content.clone()).unwrap_or_default(),
            questions: i.step.questions.iter().map(|it| Question { id: it.id, question: it.question.clone() }).collect(),
        },
        interviewers: Vec<Interviewer> = i.interviewers.iter().map(|it| interviewer(it, catalog)).collect(),
    }

    pub fn interviewer(i: &tables::Interviewer, catalog: &Catalog) -> Interviewer {
        id: Option<i64> = i.user_id,
        display_name: Option<String> = catalog.user(i.user_id).map(|it| it.name()).or_else(|| i.name.clone()).or_else(|| i.email.clone()),
        status: tables::ResponseStatus = i.response_status,
    }

    pub fn prospect_detail(a: &tables::Application, catalog: &Catalog) -> ProspectDetail {
        prospect_pool: Option<IdName> = a.prospect_pool_id.and_then(|id| catalog.prospect_pools.get(&id)).map(|it| IdName { id: it.id, name: it.name.clone() }),
        prospect_stage: Option<IdName> = a.prospect_stage_id.and_then(|id| catalog.prospect_stages.get(&id)).map(|it| IdName { id: it.id, name: it.name.clone() }),
        prospect_owner: Option<IdName> = catalog.user(a.prospect_owner_id).map(|it| IdName { id: it.row.id, name: it.name() }),
    }

    /// `delete_application`: ids only.
    pub fn deleted_application(a: &tables::Application) -> DeletedApplication {
        id: i64 = a.id,
        candidate_id: i64 = a.candidate_id,
        job_id: Option<i64> = a.job_id,
        created_at: Seconds = Seconds(a.created_at),
        source_id: Option<i64> = a.source_id,
        candidate_rejection_reason_id: Option<i64> = a.rejection_reason_id,
        rejection_note_id: Option<i64> = a.rejection_note_id,
        rejected_at: Option<Seconds> = seconds(a.rejected_at),
        referrer_id: Option<i64> = a.credited_user_id,
        prospect: bool = a.prospect,
        rejected_by_user_id: Option<i64> = a.rejected_by_id,
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct IdName {
    pub id: i64,
    pub name: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Kit {
    pub url: Option<String>,
    /// Empty where there is none.
    pub content: String,
    pub questions: Vec<Question>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Question {
    pub id: i64,
    pub question: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Details {
    pub custom_fields: KeyedMap,
}

/// Who gets the credit: a user, or somebody of whom only the name is known (WH-13).
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Credit {
    User(super::User),
    Outsider { name: String },
}

/// An opening without values carries `[]`, one with values the map.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum OpeningFields {
    None([(); 0]),
    Some(KeyedMap),
}

pub fn opening_fields(catalog: &Catalog, opening: &Opening) -> OpeningFields {
    match opening.custom.0.is_empty() {
        true => OpeningFields::None([]),
        false => OpeningFields::Some(custom::hook(catalog, FieldType::Opening, &opening.custom)),
    }
}

fn source_of(catalog: &Catalog, id: Option<i64>) -> Option<Source> {
    catalog.sources.get(&id?).map(source)
}

fn reason_of(catalog: &Catalog, id: Option<i64>) -> Option<Reason> {
    catalog.rejection_reasons.get(&id?).map(reason)
}

fn credit(catalog: &Catalog, row: &tables::Application) -> Option<Credit> {
    let user = user_of(catalog, row.credited_user_id).map(Credit::User);
    user.or_else(|| row.credited_name.clone().map(|name| Credit::Outsider { name }))
}

/// Null unless rejected.
fn details(catalog: &Catalog, row: &tables::Application) -> Option<Details> {
    let fields = || custom::hook(catalog, FieldType::RejectionQuestion, &row.rejection_custom);
    (row.status == ApplicationStatus::Rejected).then(|| Details { custom_fields: fields() })
}
