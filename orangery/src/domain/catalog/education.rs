//! The catalogue of schools, disciplines and degrees, of which candidates' educations choose.

use sql::params;

use crate::{
    domain::NAME,
    error::{Error, Faults, Result},
    patch::Patch,
    tables::{EducationItem, EducationKind},
    work::Work,
};

#[derive(Debug, Clone)]
pub struct NewItem {
    pub id: Option<i64>,
    pub kind: EducationKind,
    pub name: String,
    /// Else it is its list's last.
    pub priority: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct EditedItem {
    pub name: Patch<String>,
    pub priority: Patch<i64>,
}

pub async fn create(work: &mut Work, new: &NewItem) -> Result<EducationItem> {
    let NewItem { id, kind, name, priority } = new.clone();
    let priority = match priority {
        Some(priority) => priority,
        None => {
            let last = "select coalesce(max(priority), -1) from education_items where kind = $1";
            work.tx.count(last, params![kind]).await? + 1
        }
    };
    let mut row = EducationItem { id: id.unwrap_or_default(), kind, name, priority };
    check(&row)?;
    work.insert(&mut row).await?;
    Ok(row)
}

pub async fn edit(work: &mut Work, id: i64, edited: &EditedItem) -> Result<EducationItem> {
    let EditedItem { name, priority } = edited.clone();
    let before: EducationItem = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    priority.set(&mut after.priority);
    check(&after)?;
    work.update(&before, &after).await?;
    Ok(after)
}

/// Deletes an item that nobody's education names.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let row: EducationItem = work.tx.lock(id).await?;
    let named = "select count(*) from educations where school_id = $1 or discipline_id = $1 or degree_id = $1";
    match work.tx.count(named, params![id]).await? {
        0 => work.delete(&row).await,
        n => Err(Error::refused(format!("{n} educations name it: it can be renamed, not deleted"))),
    }
}

fn check(item: &EducationItem) -> Result<()> {
    let mut faults = Faults::default();
    faults.text("name", &item.name, NAME);
    if !(0..=1_000_000).contains(&item.priority) {
        faults.add("priority", "Must be from 0 to 1000000");
    }
    faults.done()
}
