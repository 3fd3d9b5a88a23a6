//! Who may do what on which jobs: roles, permissions on jobs, and on the jobs to come (USR-1 … USR-3).

use sql::params;

use super::{NAME, job::DepartmentRef};
use crate::{
    error::{Error, Faults, Result},
    patch::Patch,
    tables::{FutureJobPermission, Job, JobPermission, RoleKind, User, UserRole},
    work::Work,
};

#[derive(Debug, Clone)]
pub struct NewRole {
    pub id: Option<i64>,
    pub name: String,
    pub kind: RoleKind,
}

#[derive(Debug, Clone)]
pub struct EditedRole {
    pub name: Patch<String>,
    pub kind: Patch<RoleKind>,
}

pub async fn create_role(work: &mut Work, new: &NewRole) -> Result<UserRole> {
    let NewRole { id, name, kind } = new.clone();
    let mut row = UserRole { id: id.unwrap_or_default(), kind, name };
    check_role(&row)?;
    work.insert(&mut row).await?;
    Ok(row)
}

pub async fn edit_role(work: &mut Work, id: i64, edited: &EditedRole) -> Result<UserRole> {
    let EditedRole { name, kind } = edited.clone();
    let before: UserRole = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    kind.set(&mut after.kind);
    check_role(&after)?;
    work.update(&before, &after).await?;
    Ok(after)
}

/// Deletes a role that nobody has.
pub async fn delete_role(work: &mut Work, id: i64) -> Result<()> {
    let row: UserRole = work.tx.lock(id).await?;
    let had = "select (select count(*) from job_permissions where user_role_id = $1) \
               + (select count(*) from future_job_permissions where user_role_id = $1)";
    match work.tx.count(had, params![id]).await? {
        0 => work.delete(&row).await,
        n => Err(Error::refused(format!("{n} permissions give it: it can be renamed, not deleted"))),
    }
}

fn check_role(role: &UserRole) -> Result<()> {
    let mut faults = Faults::default();
    faults.text("name", &role.name, NAME);
    faults.done()
}

#[derive(Debug, Clone)]
pub struct NewPermission {
    pub id: Option<i64>,
    pub job_id: i64,
    pub user_role_id: i64,
}

/// Lets a user do on a job what a role lets. Site admins may do it anyway: they get nothing (USR-3).
pub async fn grant(work: &mut Work, user_id: i64, new: &NewPermission) -> Result<Option<JobPermission>> {
    let NewPermission { id, job_id, user_role_id } = new;
    let user: User = work.tx.lock(user_id).await?;
    let mut faults = Faults::default();
    let job: Option<Job> = work.tx.get(Some(*job_id)).await?;
    match &job {
        None => faults.add("job_id", format!("There is no job {job_id}")),
        Some(job) if job.confidential => {
            faults.add("job_id", format!("Job {job_id} is confidential: nobody is let in from outside"));
        }
        Some(_) => {}
    }
    check_given(work, &mut faults, *user_role_id).await?;
    faults.done()?;
    if user.site_admin {
        return Ok(None);
    }
    let same = "where user_id = $1 and job_id = $2 and user_role_id = $3";
    if let Some(there) = work.tx.first(same, params![user_id, *job_id, *user_role_id]).await? {
        return Ok(Some(there));
    }
    let mut row = JobPermission { id: id.unwrap_or_default(), user_id, job_id: *job_id, user_role_id: *user_role_id };
    work.insert(&mut row).await?;
    Ok(Some(row))
}

/// Takes a permission from a user.
pub async fn revoke(work: &mut Work, user_id: i64, id: i64) -> Result<()> {
    let user: User = work.tx.lock(user_id).await?;
    let row: Option<JobPermission> = work.tx.get(Some(id)).await?;
    match row.filter(|it| it.user_id == user.id) {
        Some(row) => work.delete(&row).await,
        None => Err(Error::invalid("job_permission_id", format!("User {user_id} has no job permission {id}"))),
    }
}

#[derive(Debug, Clone)]
pub struct NewFuturePermission {
    pub id: Option<i64>,
    /// None is all.
    pub office: Option<OfficeRef>,
    pub department: Option<DepartmentRef>,
    pub user_role_id: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub enum OfficeRef {
    Id(i64),
    ExternalId(String),
}

/// Lets a user do what a role lets on the jobs that will be made in an office and a department. Site admins get nothing.
pub async fn grant_future(
    work: &mut Work,
    user_id: i64,
    new: &NewFuturePermission,
) -> Result<Option<FutureJobPermission>> {
    let NewFuturePermission { id, office, department, user_role_id } = new;
    let user: User = work.tx.lock(user_id).await?;
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    let department_id = department.as_ref().and_then(|it| it.resolve(&catalog, &mut faults));
    let office_id = match office {
        None => None,
        Some(OfficeRef::Id(id)) if catalog.offices.contains_key(id) => Some(*id),
        Some(OfficeRef::Id(id)) => {
            faults.add("office_id", format!("There is no office {id}"));
            None
        }
        Some(OfficeRef::ExternalId(id)) => {
            let found = catalog.offices.values().find(|it| it.external_id.as_ref() == Some(id)).map(|it| it.id);
            if found.is_none() {
                faults.add("external_office_id", format!("There is no office {id:?}"));
            }
            found
        }
    };
    check_given(work, &mut faults, *user_role_id).await?;
    faults.done()?;
    if user.site_admin {
        return Ok(None);
    }
    let mut row = FutureJobPermission {
        id: id.unwrap_or_default(),
        user_id,
        office_id,
        department_id,
        user_role_id: *user_role_id,
    };
    let there: Vec<FutureJobPermission> = work.tx.children("user_id", &[user_id]).await?;
    if let Some(same) = there.into_iter().find(|it| FutureJobPermission { id: it.id, ..row.clone() } == *it) {
        return Ok(Some(same));
    }
    work.insert(&mut row).await?;
    Ok(Some(row))
}

/// Takes a permission on jobs to come from a user; what they may do on those that came meanwhile they still may.
pub async fn revoke_future(work: &mut Work, user_id: i64, id: i64) -> Result<()> {
    let user: User = work.tx.lock(user_id).await?;
    let row: Option<FutureJobPermission> = work.tx.get(Some(id)).await?;
    match row.filter(|it| it.user_id == user.id) {
        Some(row) => work.delete(&row).await,
        None => {
            Err(Error::invalid("future_job_permission_id", format!("User {user_id} has no future job permission {id}")))
        }
    }
}

async fn check_given(work: &Work, faults: &mut Faults, role_id: i64) -> Result<()> {
    if work.tx.get::<UserRole>(Some(role_id)).await?.is_none() {
        faults.add("user_role_id", format!("There is no user role {role_id}"));
    }
    Ok(())
}

/// Gives what was promised for jobs to come, now that one came. Into a confidential one nobody is let.
pub(super) async fn job_came(work: &mut Work, job: &Job, office_ids: &[i64]) -> Result<()> {
    if job.confidential {
        return Ok(());
    }
    let catalog = work.catalog().await?;
    let promised = "where department_id is null or department_id = $1 order by user_id, id";
    let promised: Vec<FutureJobPermission> = work.tx.all(promised, params![job.department_id]).await?;
    let mut given: Vec<(i64, i64)> = Vec::new();
    for it in promised {
        let here = it.office_id.is_none_or(|id| office_ids.contains(&id));
        let takes = catalog.user(Some(it.user_id)).is_some_and(|it| !it.row.site_admin);
        if here && takes && !given.contains(&(it.user_id, it.user_role_id)) {
            given.push((it.user_id, it.user_role_id));
        }
    }
    for (user_id, user_role_id) in given {
        work.insert(&mut JobPermission { id: 0, user_id, job_id: job.id, user_role_id }).await?;
    }
    Ok(())
}

/// A user becomes basic (USR-6): all that was given goes.
pub(super) async fn take_all(work: &mut Work, user_id: i64) -> Result<()> {
    for row in work.tx.children::<JobPermission>("user_id", &[user_id]).await? {
        work.delete(&row).await?;
    }
    for row in work.tx.children::<FutureJobPermission>("user_id", &[user_id]).await? {
        work.delete(&row).await?;
    }
    Ok(())
}

/// The roles that a new organization begins with.
pub(super) async fn found(work: &mut Work) -> Result<()> {
    for (name, kind) in [("Interviewer", RoleKind::Interviewer), ("Job Admin", RoleKind::JobAdmin)] {
        create_role(work, &NewRole { id: None, name: name.to_owned(), kind }).await?;
    }
    Ok(())
}
