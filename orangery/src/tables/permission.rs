//! Who may do what on which jobs.

use crate::words;
use sql::table;

words! {
    /// What a role lets one do (USR-1).
    RoleKind { Interviewer = "interviewer", JobAdmin = "job_admin" }
}

table! {
    UserRole: "user_roles" {
        id: i64,
        kind: RoleKind,
        name: String,
    }
}

table! {
    JobPermission: "job_permissions" {
        id: i64,
        user_id: i64,
        job_id: i64,
        user_role_id: i64,
    }
}

table! {
    /// What a user gets on a job that is made (USR-3).
    FutureJobPermission: "future_job_permissions" {
        id: i64,
        user_id: i64,
        /// Any office where there is none.
        office_id: Option<i64>,
        department_id: Option<i64>,
        user_role_id: i64,
    }
}
