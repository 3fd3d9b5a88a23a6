//! The application object.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;

use super::{IdName, RejectionReason, SourceRef, UserStub, rejection_reason, source_ref, user_of};
use crate::{
    graph::{Catalog, application::Application as Graph, candidate::Attachment as StoredAttachment},
    tables::{self, Answer, ApplicationStatus, AttachmentKind, FieldType},
    wire::{
        Millis,
        custom::{self, HarvestMap},
    },
};

view! {
    pub fn application(a: &Graph) -> Application {
        id: i64 = a.row.id,
        candidate_id: i64 = a.row.candidate_id,
        prospect: bool = a.row.prospect,
        applied_at: Millis = Millis(a.row.applied_at),
        rejected_at: Option<Millis> = a.row.rejected_at.map(Millis),
        last_activity_at: Millis = Millis(a.row.last_activity_at),
        location: Option<Address> = a.row.location.clone().map(|address| Address { address }),
        source: Option<SourceRef> = a.row.source_id.and_then(|id| a.catalog.sources.get(&id)).map(source_ref),
        credited_to: Option<Credit> = credit(&a.catalog, a.row.credited_user_id, a.row.credited_name.as_deref()),
        recruiter: Option<UserStub> = user_of(&a.catalog, a.row.recruiter_id),
        coordinator: Option<UserStub> = user_of(&a.catalog, a.row.coordinator_id),
        rejection_reason: Option<RejectionReason> = a.row.rejection_reason_id.and_then(|id| a.catalog.rejection_reasons.get(&id)).map(rejection_reason),
        rejection_details: Option<Details> = details(&a.catalog, &a.row),
        jobs: Vec<IdName> = a.jobs.iter().map(|(id, name)| IdName { id: *id, name: name.clone() }).collect(),
        job_post_id: Option<i64> = a.row.job_post_id,
        status: ApplicationStatus = a.row.status,
        current_stage: Option<IdName> = a.stage.as_ref().map(|it| IdName { id: it.id, name: it.name.clone() }),
        answers: Vec<Answer> = a.row.answers.0.clone(),
        prospective_office: Option<Office> = a.row.prospective_office_id.and_then(|id| a.catalog.offices.get(&id)).map(|it| office(it, &a.catalog)),
        prospective_department: Option<Department> = a.row.prospective_department_id.and_then(|id| a.catalog.departments.get(&id)).map(|it| department(it, &a.catalog)),
        prospect_detail: ProspectDetail = prospect_detail(&a.row, &a.catalog),
        custom_fields: IndexMap<String, Value> = custom::plain(&a.catalog, FieldType::Application, &a.row.custom),
        keyed_custom_fields: HarvestMap = custom::keyed(&a.catalog, FieldType::Application, &a.row.custom),
        attachments: Vec<Attachment> = a.attachments.iter().map(attachment).collect(),
    }

    pub fn prospect_detail(a: &tables::Application, catalog: &Catalog) -> ProspectDetail {
        prospect_pool: Option<IdName> = a.prospect_pool_id.and_then(|id| catalog.prospect_pools.get(&id)).map(|it| IdName { id: it.id, name: it.name.clone() }),
        prospect_stage: Option<IdName> = a.prospect_stage_id.and_then(|id| catalog.prospect_stages.get(&id)).map(|it| IdName { id: it.id, name: it.name.clone() }),
        prospect_owner: Option<IdName> = catalog.user(a.prospect_owner_id).map(|it| IdName { id: it.row.id, name: it.name() }),
    }

    pub fn attachment(a: &StoredAttachment) -> Attachment {
        filename: String = a.row.filename.clone(),
        url: String = a.url.clone(),
        #[serde(rename = "type")]
        kind: AttachmentKind = a.row.kind,
        created_at: Millis = Millis(a.row.created_at),
    }

    /// The reduced form inside jobs and applications: without the external ids of relatives.
    pub fn department(d: &tables::Department, catalog: &Catalog) -> Department {
        id: i64 = d.id,
        name: String = d.name.clone(),
        parent_id: Option<i64> = d.parent_id,
        child_ids: Vec<i64> = catalog.departments.values().filter(|it| it.parent_id == Some(d.id)).map(|it| it.id).collect(),
        external_id: Option<String> = d.external_id.clone(),
    }

    /// The reduced form inside jobs and applications.
    pub fn office(o: &tables::Office, catalog: &Catalog) -> Office {
        id: i64 = o.id,
        name: String = o.name.clone(),
        location: Place = Place { name: o.location.clone() },
        primary_contact_user_id: Option<i64> = o.primary_contact_user_id,
        parent_id: Option<i64> = o.parent_id,
        child_ids: Vec<i64> = catalog.offices.values().filter(|it| it.parent_id == Some(o.id)).map(|it| it.id).collect(),
        external_id: Option<String> = o.external_id.clone(),
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Address {
    pub address: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Place {
    pub name: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Details {
    pub custom_fields: IndexMap<String, Value>,
    pub keyed_custom_fields: HarvestMap,
}

/// A user, or somebody of whom only the name is known: the other keys are null then (GEN-1).
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Credit {
    User(UserStub),
    Outsider { id: (), first_name: (), last_name: (), name: String, employee_id: () },
}

pub fn credit(catalog: &Catalog, user_id: Option<i64>, name: Option<&str>) -> Option<Credit> {
    let outsider =
        |name: &str| Credit::Outsider { id: (), first_name: (), last_name: (), name: name.to_owned(), employee_id: () };
    user_of(catalog, user_id).map(Credit::User).or_else(|| name.map(outsider))
}

/// Null unless rejected.
fn details(catalog: &Catalog, row: &tables::Application) -> Option<Details> {
    (row.status == ApplicationStatus::Rejected).then(|| Details {
        custom_fields: custom::plain(catalog, FieldType::RejectionQuestion, &row.rejection_custom),
        keyed_custom_fields: custom::keyed(catalog, FieldType::RejectionQuestion, &row.rejection_custom),
    })
}
