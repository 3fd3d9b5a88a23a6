//! The bodies of the web hooks: one shape per object, the same in every event that carries it, each the union of all that is documented for it.

mod application;
mod candidate;
mod job;
mod offer;

pub use application::*;
pub use candidate::*;
pub use job::*;
pub use offer::*;
use serde::Serialize;

use super::{Millis, Seconds};
use crate::{
    graph::{Catalog, catalog},
    hooks::Action,
    tables::{self, ScorecardStatus},
};

/// `{"action": …, "payload": …}`.
#[derive(Serialize)]
pub struct Envelope<'a, T: Serialize> {
    pub action: Action,
    pub payload: &'a T,
}

/// A payload whose object stands under its name (WH-15).
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Named<T: Serialize> {
    Application(T),
    Candidate(T),
    Person(T),
    Offer(T),
    Job(T),
    JobPost(T),
    JobInterviewStage(T),
    Interview(T),
    Scorecard(T),
    Department(T),
    Office(T),
}

#[derive(Clone, Debug, Serialize)]
pub struct Id {
    pub id: i64,
}

#[derive(Serialize)]
pub struct Anonymized<'a> {
    pub candidate_id: i64,
    pub anonymized_fields: &'a [String],
}

view! {
    /// A user as recruiter, coordinator, or who gets the credit.
    pub fn user(u: &catalog::Person) -> User {
        id: i64 = u.row.id,
        email: Option<String> = u.email().map(str::to_owned),
        name: String = u.name(),
        employee_id: Option<String> = u.row.employee_id.clone(),
    }

    pub fn stage(s: &tables::Stage) -> Stage {
        id: i64 = s.id,
        job_id: i64 = s.job_id,
        created_at: Millis = Millis(s.created_at),
        updated_at: Millis = Millis(s.updated_at),
        name: String = s.name.clone(),
        active: bool = s.active,
    }

    pub fn scorecard(s: &tables::Scorecard) -> Scorecard {
        id: i64 = s.id,
        candidate_id: i64 = s.candidate_id,
        interviewed_at: Option<Millis> = s.interviewed_at.map(Millis),
        created_at: Millis = Millis(s.created_at),
        updated_at: Millis = Millis(s.updated_at),
        scorecard_status: ScorecardStatus = s.status,
    }

    pub fn department(d: &tables::Department, below: Vec<i64>) -> Department {
        id: i64 = d.id,
        name: String = d.name.clone(),
        child_ids: Vec<i64> = below,
        parent_id: Option<i64> = d.parent_id,
        external_id: Option<String> = d.external_id.clone(),
    }

    pub fn office(o: &tables::Office, below: Vec<i64>) -> Office {
        id: i64 = o.id,
        name: String = o.name.clone(),
        location: Location = Location { name: o.location.clone() },
        child_ids: Vec<i64> = below,
        parent_id: Option<i64> = o.parent_id,
        external_id: Option<String> = o.external_id.clone(),
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Location {
    pub name: Option<String>,
}

/// The user of that id, if there is one.
fn user_of(catalog: &Catalog, id: Option<i64>) -> Option<User> {
    catalog.user(id).map(user)
}

fn seconds(at: Option<jiff::Timestamp>) -> Option<Seconds> {
    at.map(Seconds)
}
