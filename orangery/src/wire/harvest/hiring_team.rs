//! The hiring team as its own endpoint shows it (HT-6).

use crate::{
    graph::{Catalog, job::Job as Graph},
    tables::{TeamMember as Stored, TeamRole},
};

view! {
    pub fn hiring_team(j: &Graph) -> HiringTeam {
        hiring_managers: Vec<TeamMember> = j.team(TeamRole::HiringManager).map(|it| team_member(it, &j.catalog)).collect(),
        recruiters: Vec<ResponsibleMember> = j.team(TeamRole::Recruiter).map(|it| responsible_member(it, &j.catalog)).collect(),
        coordinators: Vec<ResponsibleMember> = j.team(TeamRole::Coordinator).map(|it| responsible_member(it, &j.catalog)).collect(),
        sourcers: Vec<TeamMember> = j.team(TeamRole::Sourcer).map(|it| team_member(it, &j.catalog)).collect(),
    }

    pub fn team_member(m: &Stored, catalog: &Catalog) -> TeamMember {
        user_id: i64 = m.user_id,
        active: bool = is_active(m, catalog),
    }

    pub fn responsible_member(m: &Stored, catalog: &Catalog) -> ResponsibleMember {
        user_id: i64 = m.user_id,
        active: bool = is_active(m, catalog),
        responsible: bool = m.responsible,
    }
}

/// Who is disabled has no access to any job.
fn is_active(member: &Stored, catalog: &Catalog) -> bool {
    catalog.user(Some(member.user_id)).is_some_and(|it| !it.row.disabled)
}
