//! The options of selects (CF-6). A removed option stays, inactive, for the values that hold it.

use crate::{
    error::{Error, Faults, Result},
    patch::Patch,
    tables::{CustomField, CustomFieldOption},
    work::Work,
};

#[derive(Debug, Clone)]
pub struct NewOption {
    pub id: Option<i64>,
    pub name: String,
    pub priority: i64,
    pub external_id: Option<String>,
}

#[derive(Debug, Clone)]
pub struct EditedOption {
    pub id: i64,
    pub name: Patch<String>,
    pub priority: Patch<i64>,
    pub external_id: Patch<String>,
}

/// Adds options; a name that is there already is skipped, silently.
pub async fn create_options(work: &mut Work, field_id: i64, new: &[NewOption]) -> Result<()> {
    select(work, field_id).await?;
    let mut faults = Faults::default();
    check_new(&mut faults, "options", new);
    faults.done()?;
    let there = options(work, field_id).await?;
    add(work, field_id, &there, new).await
}

/// Changes options, all or none.
pub async fn update_options(work: &mut Work, field_id: i64, edited: &[EditedOption]) -> Result<()> {
    select(work, field_id).await?;
    let mut there = options(work, field_id).await?;
    let former = there.clone();
    let mut faults = Faults::default();
    for (n, edited) in edited.iter().enumerate() {
        let EditedOption { id, name, priority, external_id } = edited.clone();
        let Some(option) = there.iter_mut().find(|it| it.id == id && it.active) else {
            faults.add(format!("options[{n}].id"), format!("The field has no option {id}"));
            continue;
        };
        if name == Patch::Null {
            faults.add(format!("options[{n}].name"), "must not be blank");
        }
        name.set(&mut option.name);
        priority.set(&mut option.priority);
        external_id.apply(&mut option.external_id);
        check(&mut faults, &format!("options[{n}]."), &option.name, option.external_id.as_deref());
    }
    for (n, edited) in edited.iter().enumerate() {
        let clashes = |it: &&CustomFieldOption| it.active && it.id != edited.id;
        if let Patch::Value(name) = &edited.name
            && there.iter().filter(clashes).any(|it| it.name == *name)
        {
            faults.add(format!("options[{n}].name"), format!("There is an option {name} already"));
        }
    }
    faults.done()?;
    for (before, after) in former.iter().zip(&there) {
        work.update(before, after).await?;
    }
    Ok(())
}

/// Removes options; answers how many there were and how many were not. Can be repeated.
pub async fn remove_options(work: &mut Work, field_id: i64, ids: &[i64]) -> Result<(usize, usize)> {
    select(work, field_id).await?;
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut removed = 0;
    for option in options(work, field_id).await? {
        if option.active && ids.contains(&option.id) {
            work.update(&option, &CustomFieldOption { active: false, ..option.clone() }).await?;
            removed += 1;
        }
    }
    Ok((removed, ids.len() - removed))
}

/// The field, locked; refuses one that has no options.
async fn select(work: &mut Work, id: i64) -> Result<CustomField> {
    let field: CustomField = work.tx.lock(id).await?;
    match super::is_select(field.value_type) {
        true => Ok(field),
        false => Err(Error::refused(format!("The field {} is no select: it has no options", field.name))),
    }
}

async fn options(work: &Work, field_id: i64) -> Result<Vec<CustomFieldOption>> {
    Ok(work.tx.children("custom_field_id", &[field_id]).await?)
}

pub(super) fn check_new(faults: &mut Faults, list: &str, new: &[NewOption]) {
    for (n, option) in new.iter().enumerate() {
        check(faults, &format!("{list}[{n}]."), &option.name, option.external_id.as_deref());
    }
}

fn check(faults: &mut Faults, path: &str, name: &str, external_id: Option<&str>) {
    faults.text(&format!("{path}name"), name, 255);
    faults.limit(&format!("{path}external_id"), external_id, 255);
}

/// Adds those whose names are not `there`. One that was removed comes back as it is now written.
pub(super) async fn add(work: &mut Work, field_id: i64, there: &[CustomFieldOption], new: &[NewOption]) -> Result<()> {
    let mut names: Vec<&str> = there.iter().filter(|it| it.active).map(|it| it.name.as_str()).collect();
    for NewOption { id, name, priority, external_id } in new {
        if names.contains(&name.as_str()) {
            continue;
        }
        names.push(name);
        let mut row = CustomFieldOption {
            id: id.unwrap_or_default(),
            custom_field_id: field_id,
            name: name.clone(),
            priority: *priority,
            external_id: external_id.clone(),
            active: true,
        };
        match there.iter().find(|it| it.name == *name) {
            Some(removed) => {
                row.id = removed.id;
                work.update(removed, &row).await?;
            }
            None => work.insert(&mut row).await?,
        }
    }
    Ok(())
}

/// Adds what is not there, and gives to the rest the priority and external id that are written.
pub(super) async fn put(work: &mut Work, field_id: i64, new: &[NewOption]) -> Result<()> {
    let there = options(work, field_id).await?;
    add(work, field_id, &there, new).await?;
    for option in there.iter().filter(|it| it.active) {
        if let Some(new) = new.iter().find(|it| it.name == option.name) {
            let (priority, external_id) = (new.priority, new.external_id.clone());
            work.update(option, &CustomFieldOption { priority, external_id, ..option.clone() }).await?;
        }
    }
    Ok(())
}
