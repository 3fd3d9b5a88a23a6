//! The objects of Harvest, as `docs/objects.md` lists them.

mod application;
mod candidate;
mod custom_field;
mod diversity;
mod email_template;
mod feed;
mod hiring_team;
mod interview;
mod job;
mod job_post;
mod job_stage;
mod offer;
mod opening;
mod organization;
mod permission;
mod scorecard;
mod tracking_link;

pub use application::*;
pub use candidate::*;
pub use custom_field::*;
pub use diversity::*;
pub use email_template::*;
pub use feed::*;
pub use hiring_team::*;
pub use interview::*;
pub use job::*;
pub use job_post::*;
pub use job_stage::*;
pub use offer::*;
pub use opening::*;
pub use organization::*;
pub use permission::*;
pub use scorecard::*;
pub use tracking_link::*;
mod approval;
pub use approval::*;

use crate::{
    graph::{Catalog, catalog::Person},
    tables,
};

view! {
    /// A user as others show one.
    pub fn user_stub(u: &Person) -> UserStub {
        id: i64 = u.row.id,
        first_name: String = u.row.first_name.clone(),
        last_name: String = u.row.last_name.clone(),
        name: String = u.name(),
        employee_id: Option<String> = u.row.employee_id.clone(),
    }

    pub fn source_ref(s: &tables::Source) -> SourceRef {
        id: i64 = s.id,
        public_name: String = s.public_name.clone(),
    }

    pub fn rejection_reason(r: &tables::RejectionReason) -> RejectionReason {
        id: i64 = r.id,
        name: String = r.name.clone(),
        #[serde(rename = "type")]
        kind: IdName = IdName { id: r.type_id, name: r.type_name.clone() },
    }
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct IdName {
    pub id: i64,
    pub name: String,
}

/// The user of that id, if there is one.
pub fn user_of(catalog: &Catalog, id: Option<i64>) -> Option<UserStub> {
    catalog.user(id).map(user_stub)
}
