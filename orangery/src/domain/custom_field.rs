//! Custom fields as they are defined (CF-1 … CF-6, CF-12): made, changed, hidden; and the options of selects. Their values are written in
//! [`super::custom_value`].

mod option;

pub use option::{EditedOption, NewOption, create_options, remove_options, update_options};

use super::{department, office};
use crate::{
    error::{Error, Faults, Result},
    graph::Catalog,
    patch::Patch,
    tables::{CustomField, FieldType, ValueType},
    words::Word,
    work::Work,
};

#[derive(Debug, Clone)]
pub struct NewField {
    pub id: Option<i64>,
    pub field_type: FieldType,
    pub value_type: ValueType,
    pub name: String,
    /// For imports, which keep keys; otherwise the key is made from the name.
    pub name_key: Option<String>,
    pub description: Option<String>,
    /// Without one, the field is the last of its kind.
    pub priority: Option<i64>,
    pub flags: Flags,
    pub department_ids: Vec<i64>,
    pub office_ids: Vec<i64>,
    pub options: Vec<NewOption>,
    pub generate_email_token: bool,
}

/// CF-3. One that is not given stays, and is false at first.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub private: Option<bool>,
    pub required: Option<bool>,
    pub require_approval: Option<bool>,
    pub trigger_new_version: Option<bool>,
    pub expose_in_job_board_api: Option<bool>,
    pub api_only: Option<bool>,
}

#[derive(Debug, Clone)]
pub struct EditedField {
    pub name: Patch<String>,
    pub description: Patch<String>,
    pub priority: Patch<i64>,
    /// Can't change; may be repeated.
    pub field_type: Patch<FieldType>,
    pub value_type: Patch<ValueType>,
    pub flags: Flags,
    pub department_ids: Option<Vec<i64>>,
    pub office_ids: Option<Vec<i64>>,
    /// Those whose names are there already get this priority and external id, others are added; none goes.
    pub options: Vec<NewOption>,
    pub template_token: Patch<String>,
}

const LONGEST_DESCRIPTION: usize = 10_000;

pub async fn create(work: &mut Work, new: &NewField) -> Result<i64> {
    let NewField {
        id,
        field_type,
        value_type,
        name,
        name_key,
        description,
        priority,
        flags,
        department_ids,
        office_ids,
        options,
        generate_email_token,
    } = new;
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    check_type(&mut faults, *field_type, *value_type, options);
    let name_key = name_key.clone().unwrap_or_else(|| fresh_key(&catalog, *field_type, name));
    if is_taken(&catalog, *field_type, &name_key) {
        faults.add("name_key", format!("There is a {} field {name_key} already", field_type.word()));
    }
    let last = catalog.custom_fields.iter().filter(|it| it.row.field_type == *field_type).map(|it| it.row.priority);
    let mut row = CustomField {
        id: id.unwrap_or_default(),
        field_type: *field_type,
        value_type: *value_type,
        name: name.clone(),
        template_token: generate_email_token.then(|| name_key.to_uppercase()),
        name_key,
        description: description.clone(),
        priority: priority.unwrap_or_else(|| last.max().map_or(0, |it| it.saturating_add(1))),
        private: false,
        required: false,
        require_approval: false,
        trigger_new_version: false,
        expose_in_job_board_api: false,
        api_only: false,
        active: true,
        department_ids: sql::Json(Vec::new()),
        office_ids: sql::Json(Vec::new()),
        created_at: work.now,
        updated_at: work.now,
    };
    flags.set(&mut row);
    limit(&mut faults, &catalog, &mut row, Some(department_ids), Some(office_ids))?;
    check(&mut faults, &row);
    faults.done()?;
    work.insert(&mut row).await?;
    option::add(work, row.id, &[], options).await?;
    Ok(row.id)
}

pub async fn update(work: &mut Work, id: i64, edited: &EditedField) -> Result<()> {
    let before: CustomField = work.tx.lock(id).await?;
    if !before.active {
        return Err(Error::refused(format!("The field {} is deleted: what is deleted can't be changed", before.name)));
    }
    let EditedField {
        name,
        description,
        priority,
        field_type,
        value_type,
        flags,
        department_ids,
        office_ids,
        options,
        template_token,
    } = edited.clone();
    let catalog = work.catalog().await?;
    let mut after = before.clone();
    let mut faults = Faults::default();
    if field_type.value().is_some_and(|it| it != before.field_type) {
        faults.add("field_type", format!("Is {} and can't change", before.field_type.word()));
    }
    if value_type.value().is_some_and(|it| it != before.value_type) {
        faults.add("value_type", format!("Is {} and can't change", before.value_type.word()));
    }
    if !options.is_empty() && !is_select(before.value_type) {
        faults.add("custom_field_options", "Only selects have options");
    }
    match name {
        Patch::Null => faults.add("name", "must not be blank"),
        name => name.set(&mut after.name),
    }
    description.apply(&mut after.description);
    priority.set(&mut after.priority);
    template_token.map(|it| bare(&it)).apply(&mut after.template_token);
    after.template_token = after.template_token.filter(|it| !it.is_empty());
    flags.set(&mut after);
    limit(&mut faults, &catalog, &mut after, department_ids.as_ref(), office_ids.as_ref())?;
    check(&mut faults, &after);
    option::check_new(&mut faults, "custom_field_options", &options);
    faults.done()?;
    if after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
    }
    option::put(work, id, &options).await
}

/// Hides a field (CF-5): it stays, with all its values, and nothing shows or takes it any more. Can be repeated.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let before: CustomField = work.tx.lock(id).await?;
    if before.active {
        work.update(&before, &CustomField { active: false, updated_at: work.now, ..before.clone() }).await?;
    }
    Ok(())
}

/// CF-2.
const USER_ATTRIBUTES: [ValueType; 4] =
    [ValueType::SingleSelect, ValueType::MultiSelect, ValueType::YesNo, ValueType::User];

fn check_type(faults: &mut Faults, field_type: FieldType, value_type: ValueType, options: &[NewOption]) {
    if field_type == FieldType::UserAttribute && !USER_ATTRIBUTES.contains(&value_type) {
        let taken: Vec<&str> = USER_ATTRIBUTES.iter().map(|it| it.word()).collect();
        faults.add("value_type", format!("Of a user_attribute, must be one of: {}", taken.join(", ")));
    }
    match is_select(value_type) {
        true if options.is_empty() => faults.add("custom_field_options", "is required for a select"),
        false if !options.is_empty() => faults.add("custom_field_options", "Only selects have options"),
        _ => {}
    }
    option::check_new(faults, "custom_field_options", options);
}

pub fn is_select(value_type: ValueType) -> bool {
    matches!(value_type, ValueType::SingleSelect | ValueType::MultiSelect)
}

impl Flags {
    fn set(&self, field: &mut CustomField) {
        let Self { private, required, require_approval, trigger_new_version, expose_in_job_board_api, api_only } = self;
        let write = |flag: &Option<bool>, to: &mut bool| *to = flag.unwrap_or(*to);
        write(private, &mut field.private);
        write(required, &mut field.required);
        write(require_approval, &mut field.require_approval);
        write(trigger_new_version, &mut field.trigger_new_version);
        write(expose_in_job_board_api, &mut field.expose_in_job_board_api);
        write(api_only, &mut field.api_only);
        // CF-3: fields of offers are always private.
        field.private |= field.field_type == FieldType::Offer;
    }
}

fn check(faults: &mut Faults, field: &CustomField) {
    faults.text("name", &field.name, 255);
    faults.limit("name_key", field.name_key.as_str(), 300);
    faults.limit("description", field.description.as_deref(), LONGEST_DESCRIPTION);
    faults.limit("template_token_string", field.template_token.as_deref(), 300);
    let only = |faults: &mut Faults, flag: bool, name: &str, of: &[FieldType]| {
        if flag && !of.contains(&field.field_type) {
            let of: Vec<&str> = of.iter().map(|it| it.word()).collect();
            faults.add(name, format!("Only fields of the type {} can have it", of.join(" or ")));
        }
    };
    only(faults, field.require_approval, "require_approval", &[FieldType::Job, FieldType::Opening]);
    only(faults, field.trigger_new_version, "trigger_new_version", &[FieldType::Offer]);
    only(faults, field.expose_in_job_board_api, "expose_in_job_board_api", &[FieldType::Job]);
    only(faults, field.api_only, "api_only", &[FieldType::Job]);
}

/// Writes the departments and offices to which a field is limited.
fn limit(
    faults: &mut Faults,
    catalog: &Catalog,
    field: &mut CustomField,
    department_ids: Option<&Vec<i64>>,
    office_ids: Option<&Vec<i64>>,
) -> Result<()> {
    let departments = department::resolve_all(catalog, department_ids, None, ("department_ids", ""));
    if let Some(Some(ids)) = faults.take(departments)? {
        field.department_ids = sql::Json(ids);
    }
    let offices = office::resolve_all(catalog, office_ids, None, ("office_ids", ""));
    if let Some(Some(ids)) = faults.take(offices)? {
        field.office_ids = sql::Json(ids);
    }
    Ok(())
}

/// The key of a new field (CF-4): its name in lower case, whatever is neither letter nor digit as `_`; a number where it is taken.
fn fresh_key(catalog: &Catalog, of: FieldType, name: &str) -> String {
    let mut key = String::new();
    for letter in name.trim().to_lowercase().chars() {
        match letter.is_alphanumeric() {
            true => key.push(letter),
            false if key.ends_with('_') => {}
            false => key.push('_'),
        }
    }
    if key.trim_matches('_').is_empty() {
        key = "field".to_owned();
    }
    let numbered = (1..).map(|n| format!("{key}_{n}"));
    let mut keys = std::iter::once(key.clone()).chain(numbered);
    keys.find(|it| !is_taken(catalog, of, it)).unwrap_or(key)
}

/// Keys of deleted fields stay taken: the values are still there.
fn is_taken(catalog: &Catalog, of: FieldType, key: &str) -> bool {
    catalog.custom_fields.iter().any(|it| it.row.field_type == of && it.row.name_key == key)
}

/// A token without the braces in which it is shown (CF-12).
fn bare(token: &str) -> String {
    token.trim().trim_start_matches('{').trim_end_matches('}').trim().to_owned()
}
