//! Offices: a tree, made from above (ORG-1 … ORG-3).

use sql::params;

use super::{
    organization::{DEEPEST, depth},
    user,
};
use crate::{
    error::{Faults, Result},
    event::Event,
    graph::Catalog,
    patch::Patch,
    tables::Office,
    work::Work,
};

#[derive(Debug, Clone)]
pub struct NewOffice {
    pub id: Option<i64>,
    pub name: String,
    /// Free text.
    pub location: Option<String>,
    /// A site admin.
    pub primary_contact_user_id: Option<i64>,
    /// Either of the two names a parent; both is a fault.
    pub parent_id: Option<i64>,
    pub external_parent_id: Option<String>,
    pub external_id: Option<String>,
}

#[derive(Debug, Clone)]
pub struct EditedOffice {
    pub name: Patch<String>,
    pub location: Patch<String>,
    pub external_id: Patch<String>,
}

pub async fn create(work: &mut Work, new: &NewOffice) -> Result<Office> {
    super::organization::may_make(work, "offices").await?;
    let NewOffice { id, name, location, primary_contact_user_id, parent_id, external_parent_id, external_id } = new;
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    check_name(&mut faults, &catalog, 0, name);
    let external_id = external_id.as_ref().filter(|it| !it.trim().is_empty());
    check_external_id(&mut faults, &catalog, 0, external_id);
    check_location(&mut faults, location.as_deref());
    if let Some(id) = primary_contact_user_id
        && !catalog.user(Some(*id)).is_some_and(|it| it.row.site_admin)
    {
        faults.add("primary_contact_user_id", format!("There is no site admin {id}"));
    }
    let parent_id = parent(&mut faults, &catalog, *parent_id, external_parent_id.as_deref());
    faults.done()?;
    let mut row = Office {
        id: id.unwrap_or_default(),
        name: name.clone(),
        location: location.clone().filter(|it| !it.trim().is_empty()),
        primary_contact_user_id: *primary_contact_user_id,
        parent_id,
        external_id: external_id.cloned(),
        created_at: work.now,
        updated_at: work.now,
    };
    work.insert(&mut row).await?;
    Ok(row)
}

pub async fn edit(work: &mut Work, id: i64, edited: &EditedOffice) -> Result<()> {
    let before: Office = work.tx.lock(id).await?;
    let EditedOffice { name, location, external_id } = edited.clone();
    let mut after = before.clone();
    name.clone().set(&mut after.name);
    location.apply(&mut after.location);
    after.location = after.location.filter(|it| !it.trim().is_empty());
    external_id.apply(&mut after.external_id);
    after.external_id = after.external_id.filter(|it| !it.trim().is_empty());
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    if name == Patch::Null {
        faults.add("name", "must not be blank");
    }
    check_name(&mut faults, &catalog, id, &after.name);
    check_external_id(&mut faults, &catalog, id, after.external_id.as_ref());
    check_location(&mut faults, after.location.as_deref());
    faults.done()?;
    if after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
    }
    Ok(())
}

/// Removes an office. Those below it move up to its parent; jobs and prospects that named it name none, silently (FIRE-14).
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let office: Office = work.tx.lock(id).await?;
    work.record_deletion(Event::OfficeDeleted { office_id: id }).await?;
    let below = "where parent_id = $1 order by id {for update}";
    for child in work.tx.all::<Office>(below, params![id]).await? {
        let moved = Office { parent_id: office.parent_id, updated_at: work.now, ..child.clone() };
        work.update(&child, &moved).await?;
    }
    // A field that is limited to this office keeps its id: without it, it would be asked for everywhere.
    let catalog = work.catalog().await?;
    let there = catalog.users.values().filter(|it| it.row.office_ids.0.contains(&id)).map(|it| it.row.id);
    for before in user::lock_all(work, there.collect()).await? {
        let mut after = before.clone();
        after.office_ids.0.retain(|it| *it != id);
        after.updated_at = work.now;
        work.update(&before, &after).await?;
    }
    work.delete(&office).await
}

/// Under 255 characters, and no other office's name.
fn check_name(faults: &mut Faults, catalog: &Catalog, id: i64, name: &str) {
    faults.text("name", name, 254);
    if catalog.offices.values().any(|it| it.id != id && it.name == name) {
        faults.add("name", format!("There is an office {name} already"));
    }
}

fn check_external_id(faults: &mut Faults, catalog: &Catalog, id: i64, external_id: Option<&String>) {
    let Some(external_id) = external_id else { return };
    faults.limit("external_id", external_id.as_str(), 255);
    if catalog.offices.values().any(|it| it.id != id && it.external_id.as_ref() == Some(external_id)) {
        faults.add("external_id", format!("There is an office with the external id {external_id} already"));
    }
}

fn check_location(faults: &mut Faults, location: Option<&str>) {
    faults.limit("location", location, 255);
}

fn parent(faults: &mut Faults, catalog: &Catalog, id: Option<i64>, external_id: Option<&str>) -> Option<i64> {
    if id.is_some() && external_id.is_some() {
        faults.add("external_parent_id", "Only one of parent_id and external_parent_id can be given");
        return None;
    }
    let found = match (id, external_id) {
        (Some(id), _) => find(catalog, id).map_err(|message| ("parent_id", message)),
        (_, Some(external_id)) => {
            find_external(catalog, external_id).map_err(|message| ("external_parent_id", message))
        }
        (None, None) => return None,
    };
    let fits = found.and_then(|id| match depth(id, |id| catalog.offices.get(&id)?.parent_id) < DEEPEST {
        true => Ok(id),
        false => Err(("parent_id", format!("Trees of offices are at most {DEEPEST} deep"))),
    });
    fits.map_err(|(field, message)| faults.add(field, message)).ok()
}

fn find(catalog: &Catalog, id: i64) -> Result<i64, String> {
    catalog.offices.get(&id).map(|it| it.id).ok_or_else(|| format!("There is no office {id}"))
}

fn find_external(catalog: &Catalog, external_id: &str) -> Result<i64, String> {
    let found = catalog.offices.values().find(|it| it.external_id.as_deref() == Some(external_id));
    found.map(|it| it.id).ok_or_else(|| format!("There is no office with the external id {external_id}"))
}

/// The offices that are meant, by ids or by external ids, each once; the fault stands at `field` or `external_field`.
pub fn resolve_all(
    catalog: &Catalog,
    ids: Option<&Vec<i64>>,
    external_ids: Option<&Vec<String>>,
    (field, external_field): (&str, &str),
) -> Result<Option<Vec<i64>>> {
    super::organization::resolve_all(
        ids,
        external_ids,
        (field, external_field),
        |id| find(catalog, id),
        |external_id| find_external(catalog, external_id),
    )
}
