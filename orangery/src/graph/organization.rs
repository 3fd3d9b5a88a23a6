//! Lists of what the organization is made of: users, departments, offices, custom fields, education items. All but the last are cut from the
//! catalog, which is at hand as a whole.

use std::sync::Arc;

use jiff::Timestamp;
use sql::Value;

use super::{
    Catalog, Look, by,
    catalog::{Field, Person},
    select::{Page, Select, Slice},
};
use crate::{
    error::{Error, Result},
    tables::{ApiKey, CustomFieldOption, Department, EducationItem, EducationKind, FieldType, Office},
    words,
};

/// A user, with the candidates who are this person.
#[derive(Clone)]
pub struct User {
    pub person: Person,
    pub linked_candidate_ids: Vec<i64>,
    pub catalog: Arc<Catalog>,
}

async fn users(look: &Look<'_>, people: Vec<Person>) -> Result<Vec<User>> {
    let ids = people.iter().map(|it| it.row.id).collect();
    let sql = "select linked_user_id, id from candidates where linked_user_id {any:$1} order by id";
    let linked = look.tx.rows(sql, &[Value::Ids(ids)]).await?;
    let linked = linked.iter().map(|it| Ok((it.get(0)?, it.get(1)?))).collect::<sql::Result<Vec<(i64, i64)>>>()?;
    let mut linked = by(linked, |it| it.0);
    Ok(people
        .into_iter()
        .map(|person| User {
            linked_candidate_ids: linked
                .remove(&person.row.id)
                .unwrap_or_default()
                .into_iter()
                .map(|it| it.1)
                .collect(),
            catalog: look.catalog.clone(),
            person,
        })
        .collect())
}

pub async fn user(look: &Look<'_>, id: i64) -> Result<User> {
    let person = look.catalog.user(Some(id)).cloned().into_iter().collect();
    users(look, person).await?.pop().ok_or(Error::NotFound("users", id))
}

/// What a list of users can be narrowed by (FIL-1, FIL-14).
pub struct UserFilter {
    pub created_before: Option<Timestamp>,
    pub created_after: Option<Timestamp>,
    pub updated_before: Option<Timestamp>,
    pub updated_after: Option<Timestamp>,
    /// Any address of the user.
    pub email: Option<String>,
    pub employee_id: Option<String>,
}

pub async fn list_users(look: &Look<'_>, filter: UserFilter, page: Page) -> Result<Slice<User>> {
    let UserFilter { created_before, created_after, updated_before, updated_after, email, employee_id } = filter;
    let by_email = email.as_ref().map(|it| look.catalog.user_by_email(it).map(|it| it.row.id));
    let keep = |it: &&Person| {
        created_before.is_none_or(|at| it.row.created_at < at)
            && created_after.is_none_or(|at| it.row.created_at >= at)
            && updated_before.is_none_or(|at| it.row.updated_at < at)
            && updated_after.is_none_or(|at| it.row.updated_at >= at)
            && by_email.is_none_or(|id| id == Some(it.row.id))
            && (employee_id.is_none() || it.row.employee_id == employee_id)
    };
    let slice = Slice::cut(look.catalog.users.values().filter(keep), page).map(|it| (*it).clone());
    slice.and_then(async |people| users(look, people).await).await
}

/// Departments, or the roots of their trees (FIL-10).
pub fn list_departments(look: &Look<'_>, external_id: Option<&str>, roots: bool, page: Page) -> Slice<Department> {
    let departments = look.catalog.departments.values();
    let kept = departments
        .filter(|it| external_id.is_none_or(|external_id| it.external_id.as_deref() == Some(external_id)))
        .filter(|it| !roots || external_id.is_some() || it.parent_id.is_none());
    Slice::cut(kept, page).map(|it| (*it).clone())
}

/// Offices, or the roots of their trees (FIL-10).
pub fn list_offices(look: &Look<'_>, external_id: Option<&str>, roots: bool, page: Page) -> Slice<Office> {
    let offices = look.catalog.offices.values();
    let kept = offices
        .filter(|it| external_id.is_none_or(|external_id| it.external_id.as_deref() == Some(external_id)))
        .filter(|it| !roots || external_id.is_some() || it.parent_id.is_none());
    Slice::cut(kept, page).map(|it| (*it).clone())
}

/// The fields of one kind by id (GAP-8); deleted ones only if asked for (FIL-12).
pub fn list_fields(look: &Look<'_>, of: FieldType, inactive_too: bool, page: Page) -> Slice<Field> {
    let mut fields: Vec<&Field> = look.catalog.custom_fields.iter().collect();
    fields.retain(|it| it.row.field_type == of && (it.row.active || inactive_too));
    fields.sort_by_key(|it| it.row.id);
    Slice::cut(fields, page).map(|it| (*it).clone())
}

words! {
    /// Which options of a field are listed (FIL-12).
    Options { All = "all", Active = "active", Inactive = "inactive" }
}

/// The options of a select, by priority.
pub fn list_options(look: &Look<'_>, field_id: i64, which: Options, page: Page) -> Result<Slice<CustomFieldOption>> {
    let field = look.catalog.field(field_id).ok_or(Error::NotFound("custom_fields", field_id))?;
    let kept = field.options.iter().filter(|it| match which {
        Options::All => true,
        Options::Active => it.active,
        Options::Inactive => !it.active,
    });
    Ok(Slice::cut(kept, page).map(|it| (*it).clone()))
}

/// Degrees, disciplines or schools, by priority.
pub async fn list_education(look: &Look<'_>, kind: EducationKind, page: Page) -> Result<Slice<EducationItem>> {
    let mut select = Select::new();
    select.and("kind = ?", &kind);
    select.page(look.tx, "priority, id", page).await
}

/// API keys, the revoked ones too.
pub async fn list_keys(look: &Look<'_>, page: Page) -> Result<Slice<ApiKey>> {
    Select::new().page(look.tx, "id", page).await
}
