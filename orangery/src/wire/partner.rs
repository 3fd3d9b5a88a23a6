//! Ingestion: what partners are answered, in the order of `docs/objects.md`.

use crate::{
    graph::{catalog::Person, partner},
    links::Links,
    tables::{self, ApplicationStatus},
    wire::harvest::IdName,
};

view! {
    /// Somebody whom the partner sent (ING-5).
    pub fn partner_candidate(c: &partner::Sent, links: &Links) -> PartnerCandidate {
        id: i64 = c.candidate.id,
        name: String = format!("{} {}", c.candidate.first_name, c.candidate.last_name).trim().to_owned(),
        external_id: Option<String> = c.candidate.external_id.clone(),
        applications: Vec<PartnerCandidateApplication> =
            c.applications.iter().map(|it| partner_candidate_application(it, links)).collect(),
    }

    pub fn partner_candidate_application(a: &partner::SentApplication, links: &Links) -> PartnerCandidateApplication {
        id: i64 = a.row.id,
        job: Option<String> = if a.jobs.is_empty() { None } else { Some(a.jobs.join(", ")) },
        status: ApplicationStatus = a.row.status,
        stage: Option<String> = a.stage.clone(),
        profile_url: String = links.application(a.row.candidate_id, a.row.id),
    }

    pub fn partner_user(u: &Person) -> PartnerUser {
        full_name: String = u.name(),
        first_name: String = u.row.first_name.clone(),
        last_name: String = u.row.last_name.clone(),
        email: Option<String> = u.email().map(str::to_owned),
        id: i64 = u.row.id,
    }

    /// ING-8.
    pub fn partner_job(j: &(tables::Job, bool)) -> PartnerJob {
        id: i64 = j.0.id,
        name: String = j.0.name.clone(),
        status: &'static str = "open",
        public: bool = j.1,
    }

    pub fn partner_pool(p: &(tables::ProspectPool, Vec<tables::ProspectStage>)) -> PartnerPool {
        id: i64 = p.0.id,
        name: String = p.0.name.clone(),
        stages: Vec<IdName> = p.1.iter().map(|it| IdName { id: it.id, name: it.name.clone() }).collect(),
    }
}

/// Somebody who was just sent.
#[derive(Clone, Debug, serde::Serialize)]
pub struct PartnerAdded {
    pub id: i64,
    pub application_id: i64,
    pub external_id: String,
    pub profile_url: String,
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct PartnerTrackingLink {
    pub tracking_link: String,
    pub job: String,
    pub source: Option<String>,
    pub referrer: String,
}
