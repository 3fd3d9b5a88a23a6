//! Roles, and what users may do on jobs.

use super::{
    Look,
    select::{Page, Select, Slice},
};
use crate::{
    error::{Error, Result},
    tables::{FutureJobPermission, JobPermission, UserRole},
};

pub async fn list_roles(look: &Look<'_>, page: Page) -> Result<Slice<UserRole>> {
    Select::new().page(look.tx, "id", page).await
}

/// What a user may do on jobs. A site admin may do everything, and has none (USR-2).
pub async fn list_on_jobs(look: &Look<'_>, user_id: i64, page: Page) -> Result<Slice<JobPermission>> {
    match is_site_admin(look, user_id)? {
        true => Ok(Slice::cut([], page)),
        false => {
            let mut select = Select::new();
            select.and("user_id = ?", &user_id);
            select.page(look.tx, "id", page).await
        }
    }
}

/// A permission on jobs to come, with the external ids of its places.
pub struct Future {
    pub row: FutureJobPermission,
    pub external_office_id: Option<String>,
    pub external_department_id: Option<String>,
}

pub async fn list_on_future_jobs(look: &Look<'_>, user_id: i64, page: Page) -> Result<Slice<Future>> {
    if is_site_admin(look, user_id)? {
        return Ok(Slice::cut([], page));
    }
    let mut select = Select::new();
    select.and("user_id = ?", &user_id);
    let slice: Slice<FutureJobPermission> = select.page(look.tx, "id", page).await?;
    Ok(slice.map(|it| future(look, it)))
}

pub fn future(look: &Look<'_>, row: &FutureJobPermission) -> Future {
    let catalog = &look.catalog;
    Future {
        row: row.clone(),
        external_office_id: row.office_id.and_then(|id| catalog.offices.get(&id)?.external_id.clone()),
        external_department_id: row.department_id.and_then(|id| catalog.departments.get(&id)?.external_id.clone()),
    }
}

fn is_site_admin(look: &Look<'_>, user_id: i64) -> Result<bool> {
    let user = look.catalog.user(Some(user_id)).ok_or(Error::NotFound("users", user_id))?;
    Ok(user.row.site_admin)
}
