//! Roles, and permissions on jobs and jobs to come.

use crate::{
    graph::permission as graph,
    tables::{self, RoleKind},
};

view! {
    pub fn user_role(r: &tables::UserRole) -> UserRole {
        id: i64 = r.id,
        #[serde(rename = "type")]
        kind: RoleKind = r.kind,
        name: String = r.name.clone(),
    }

    pub fn job_permission(p: &tables::JobPermission) -> JobPermission {
        id: i64 = p.id,
        job_id: i64 = p.job_id,
        user_role_id: i64 = p.user_role_id,
    }

    pub fn future_job_permission(p: &graph::Future) -> FutureJobPermission {
        id: i64 = p.row.id,
        office_id: Option<i64> = p.row.office_id,
        external_office_id: Option<String> = p.external_office_id.clone(),
        department_id: Option<i64> = p.row.department_id,
        external_department_id: Option<String> = p.external_department_id.clone(),
        user_role_id: i64 = p.row.user_role_id,
    }
}
