//! Results of a search, as our own API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    graph::search::{Found, Place},
    tables::ApplicationStatus,
};

/// Somebody, or an application, that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchResult {
    pub candidate_id: i64,
    pub name: String,
    pub headline: Option<String>,
    pub company: Option<String>,
    pub title: Option<String>,
    pub is_private: bool,
    /// The application, where applications are asked for.
    pub application: Option<FoundApplication>,
    /// Where the words stand, what matters most first; at most five places.
    pub places: Vec<Place>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FoundApplication {
    pub id: i64,
    pub job_id: Option<i64>,
    pub prospect: bool,
    pub status: ApplicationStatus,
}

pub fn result(found: &Found) -> SearchResult {
    let Found { candidate, application, places } = found;
    SearchResult {
        candidate_id: candidate.id,
        name: format!("{} {}", candidate.first_name, candidate.last_name).trim().to_owned(),
        headline: candidate.headline.clone(),
        company: candidate.company.clone(),
        title: candidate.title.clone(),
        is_private: candidate.is_private,
        application: application.as_ref().map(|it| FoundApplication {
            id: it.id,
            job_id: it.job_id,
            prospect: it.prospect,
            status: it.status,
        }),
        places: places.clone(),
    }
}
