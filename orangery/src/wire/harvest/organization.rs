//! Users, departments, offices, and the small lists of the organization.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;

use super::{IdName, Place};
use crate::{
    graph::{Catalog, organization::User as Graph},
    tables::{self, FieldType},
    wire::{
        Millis,
        custom::{self, HarvestMap},
    },
};

view! {
    /// `custom`: whether custom fields are shown, which lists do only when asked.
    pub fn user(u: &Graph, custom: bool) -> User {
        id: i64 = u.person.row.id,
        name: String = u.person.name(),
        first_name: String = u.person.row.first_name.clone(),
        last_name: String = u.person.row.last_name.clone(),
        primary_email_address: Option<String> = u.person.email().map(str::to_owned),
        updated_at: Millis = Millis(u.person.row.updated_at),
        created_at: Millis = Millis(u.person.row.created_at),
        disabled: bool = u.person.row.disabled,
        site_admin: bool = u.person.row.site_admin,
        emails: Vec<String> = u.person.emails.iter().map(|it| it.email.clone()).collect(),
        employee_id: Option<String> = u.person.row.employee_id.clone(),
        linked_candidate_ids: Vec<i64> = u.linked_candidate_ids.clone(),
        offices: Vec<WholeOffice> = whole_offices(&u.catalog, &u.person.row.office_ids.0),
        departments: Vec<WholeDepartment> = whole_departments(&u.catalog, &u.person.row.department_ids.0),
        #[serde(skip_serializing_if = "Option::is_none")]
        custom_fields: Option<IndexMap<String, Value>> = custom.then(|| custom::plain(&u.catalog, FieldType::UserAttribute, &u.person.row.custom)),
        #[serde(skip_serializing_if = "Option::is_none")]
        keyed_custom_fields: Option<HarvestMap> = custom.then(|| custom::keyed(&u.catalog, FieldType::UserAttribute, &u.person.row.custom)),
    }

    pub fn user_email(e: &tables::UserEmail) -> UserEmail {
        id: i64 = e.id,
        user_id: i64 = e.user_id,
        email: String = e.email.clone(),
        // INC-92: a text.
        verified: &'static str = if e.verified { "true" } else { "false" },
    }

    /// With the external ids of its relatives, as departments are shown everywhere but in jobs and applications.
    pub fn whole_department(d: &tables::Department, catalog: &Catalog) -> WholeDepartment {
        id: i64 = d.id,
        name: String = d.name.clone(),
        parent_id: Option<i64> = d.parent_id,
        parent_department_external_id: Option<String> = d.parent_id.and_then(|id| catalog.departments.get(&id)?.external_id.clone()),
        child_ids: Vec<i64> = catalog.departments_under(d.id).map(|it| it.id).collect(),
        child_department_external_ids: Vec<Option<String>> = catalog.departments_under(d.id).map(|it| it.external_id.clone()).collect(),
        external_id: Option<String> = d.external_id.clone(),
    }

    pub fn department_tree(d: &tables::Department, catalog: &Catalog) -> DepartmentTree {
        id: i64 = d.id,
        name: String = d.name.clone(),
        children: Vec<DepartmentTree> = catalog.departments_under(d.id).map(|it| department_tree(it, catalog)).collect(),
        external_id: Option<String> = d.external_id.clone(),
    }

    /// With the external ids of its relatives.
    pub fn whole_office(o: &tables::Office, catalog: &Catalog) -> WholeOffice {
        id: i64 = o.id,
        name: String = o.name.clone(),
        location: Place = Place { name: o.location.clone() },
        primary_contact_user_id: Option<i64> = o.primary_contact_user_id,
        parent_id: Option<i64> = o.parent_id,
        parent_office_external_id: Option<String> = o.parent_id.and_then(|id| catalog.offices.get(&id)?.external_id.clone()),
        child_ids: Vec<i64> = catalog.offices_under(o.id).map(|it| it.id).collect(),
        child_office_external_ids: Vec<Option<String>> = catalog.offices_under(o.id).map(|it| it.external_id.clone()).collect(),
        external_id: Option<String> = o.external_id.clone(),
    }

    pub fn office_tree(o: &tables::Office, catalog: &Catalog) -> OfficeTree {
        id: i64 = o.id,
        name: String = o.name.clone(),
        location: Place = Place { name: o.location.clone() },
        primary_contact_user_id: Option<i64> = o.primary_contact_user_id,
        external_id: Option<String> = o.external_id.clone(),
        children: Vec<OfficeTree> = catalog.offices_under(o.id).map(|it| office_tree(it, catalog)).collect(),
    }

    pub fn close_reason(r: &tables::CloseReason) -> CloseReason {
        id: i64 = r.id,
        name: String = r.name.clone(),
    }

    pub fn source(s: &tables::Source) -> Source {
        id: i64 = s.id,
        name: String = s.name.clone(),
        #[serde(rename = "type")]
        kind: IdName = IdName { id: s.type_id, name: s.type_name.clone() },
    }

    pub fn prospect_pool(p: &tables::ProspectPool, catalog: &Catalog) -> ProspectPool {
        id: i64 = p.id,
        name: String = p.name.clone(),
        active: bool = p.active,
        prospect_stages: Vec<IdName> = catalog.stages_of_pool(p.id).into_iter().map(|it| IdName { id: it.id, name: it.name.clone() }).collect(),
    }

    pub fn education_item(e: &tables::EducationItem) -> EducationItem {
        id: i64 = e.id,
        name: String = e.name.clone(),
        priority: i64 = e.priority,
    }
}

/// In the form that was asked for by `render_as` (FIL-10).
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Rendered<L, T> {
    List(L),
    Tree(T),
}

pub fn whole_departments(catalog: &Catalog, ids: &[i64]) -> Vec<WholeDepartment> {
    ids.iter().filter_map(|id| catalog.departments.get(id)).map(|it| whole_department(it, catalog)).collect()
}

pub fn whole_offices(catalog: &Catalog, ids: &[i64]) -> Vec<WholeOffice> {
    ids.iter().filter_map(|id| catalog.offices.get(id)).map(|it| whole_office(it, catalog)).collect()
}
