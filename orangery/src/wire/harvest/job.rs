//! The job object.

use indexmap::IndexMap;
use serde_json::Value;

use super::{Department, Office, Opening, department, office, opening};
use crate::{
    graph::{Catalog, catalog::Person, job::Job as Graph},
    tables::{FieldType, JobStatus, TeamRole},
    wire::{
        Millis,
        custom::{self, HarvestMap},
    },
};

view! {
    pub fn job(j: &Graph) -> Job {
        id: i64 = j.row.id,
        name: String = j.row.name.clone(),
        requisition_id: Option<String> = j.row.requisition_id.clone(),
        notes: Option<String> = j.row.notes.clone(),
        confidential: bool = j.row.confidential,
        status: JobStatus = j.row.status,
        created_at: Millis = Millis(j.row.created_at),
        opened_at: Option<Millis> = j.row.opened_at.map(Millis),
        closed_at: Option<Millis> = j.row.closed_at.map(Millis),
        updated_at: Millis = Millis(j.row.updated_at),
        is_template: bool = j.row.is_template,
        copied_from_id: Option<i64> = j.row.copied_from_id,
        /// A job without one has a list with a null in it, as recorded answers do.
        departments: [Option<Department>; 1] = [j.row.department_id.and_then(|id| j.catalog.departments.get(&id)).map(|it| department(it, &j.catalog))],
        offices: Vec<Office> = j.office_ids.iter().filter_map(|id| j.catalog.offices.get(id)).map(|it| office(it, &j.catalog)).collect(),
        custom_fields: IndexMap<String, Value> = custom::plain(&j.catalog, FieldType::Job, &j.row.custom),
        keyed_custom_fields: HarvestMap = custom::keyed(&j.catalog, FieldType::Job, &j.row.custom),
        hiring_team: JobTeam = job_team(j),
        openings: Vec<Opening> = j.openings.iter().map(|it| opening(it, &j.catalog)).collect(),
    }

    /// The hiring team inside a job; its own endpoint shows another shape.
    pub fn job_team(j: &Graph) -> JobTeam {
        hiring_managers: Vec<TeamUser> = members(j, TeamRole::HiringManager),
        recruiters: Vec<TeamUser> = members(j, TeamRole::Recruiter),
        coordinators: Vec<TeamUser> = members(j, TeamRole::Coordinator),
        sourcers: Vec<TeamUser> = members(j, TeamRole::Sourcer),
    }

    pub fn team_user(u: &Person, responsible: Option<bool>) -> TeamUser {
        id: i64 = u.row.id,
        first_name: String = u.row.first_name.clone(),
        last_name: String = u.row.last_name.clone(),
        name: String = u.name(),
        employee_id: Option<String> = u.row.employee_id.clone(),
        /// Only recruiters and coordinators carry it.
        #[serde(skip_serializing_if = "Option::is_none")]
        responsible: Option<bool> = responsible,
    }
}

fn members(j: &Graph, role: TeamRole) -> Vec<TeamUser> {
    let catalog: &Catalog = &j.catalog;
    let carries = matches!(role, TeamRole::Recruiter | TeamRole::Coordinator);
    let user = |it: &crate::tables::TeamMember| {
        Some(team_user(catalog.user(Some(it.user_id))?, carries.then_some(it.responsible)))
    };
    j.team(role).filter_map(user).collect()
}
