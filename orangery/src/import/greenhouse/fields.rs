//! Custom fields and their options; the lists of schools, degrees and disciplines, which v3 keeps as options of standard fields.

use sql::Json;

use super::{Row, out::Out};
use crate::{
    tables::{CustomField, CustomFieldOption, EducationItem, EducationKind, FieldType, ValueType},
    words::Word,
};

/// What a field is here; v3 has more kinds and more types.
fn kind(field: Row<'_>) -> Option<(FieldType, ValueType)> {
    Some((FieldType::parse(field.word("field_type"))?, ValueType::parse(field.word("value_type"))?))
}

fn education(field: Row<'_>) -> Option<EducationKind> {
    let is = |key: &str| field.word("internal_type") == key || field.word("name_key") == key;
    match field.word("field_type") {
        "standard" if is("school_name") => Some(EducationKind::School),
        "standard" if is("degree") => Some(EducationKind::Degree),
        "standard" if is("discipline") => Some(EducationKind::Discipline),
        _ => None,
    }
}

pub fn field(it: Row<'_>, out: &mut Out) {
    let Some((field_type, value_type)) = kind(it) else {
        if education(it).is_none() {
            out.leave_one(format!("field_type {} with value_type {}", it.word("field_type"), it.word("value_type")));
        }
        return;
    };
    out.leave(it, &["placeholder", "default_value"]);
    if !["", "all_applications"].contains(&it.word("application_type")) {
        out.leave_one("application_type");
    }
    let those = |list: &str, key: &str| {
        let rows = out.beside(list, "custom_field_id", it.id());
        let mut ids: Vec<i64> = rows.into_iter().filter_map(|it| it.int(key)).collect();
        ids.sort_unstable();
        Json(ids)
    };
    let field = CustomField {
        id: it.id(),
        field_type,
        value_type,
        name: it.say("name"),
        name_key: it.say("name_key"),
        description: it.text("description"),
        priority: it.number("sort_order"),
        private: it.flag("private"),
        required: it.flag("required"),
        require_approval: it.flag("require_approval"),
        trigger_new_version: it.flag("trigger_new_version"),
        expose_in_job_board_api: it.flag("expose_in_job_board_api"),
        api_only: it.flag("api_only"),
        active: it.0["active"].as_bool().unwrap_or(true),
        template_token: it.filled("template_token_string"),
        department_ids: those("custom_field_departments", "department_id"),
        office_ids: those("custom_field_offices", "office_id"),
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(field, &[]);
}

pub fn option(it: Row<'_>, out: &mut Out) {
    let Some(field) = out.named("custom_fields", it, "custom_field_id") else {
        return out.odd(it, "it is an option of no field that can be read");
    };
    let (id, name, priority) = (it.id(), it.say("name"), it.number("sort_order"));
    if let Some(kind) = education(Row(&field)) {
        out.leave(it, &["external_id"]);
        out.batch.put(EducationItem { id, kind, name, priority }, &[]);
    } else if kind(Row(&field)).is_some() {
        let (custom_field_id, external_id) = (it.number("custom_field_id"), it.filled("external_id"));
        let active = it.flag("active");
        out.batch.put(CustomFieldOption { id, custom_field_id, name, priority, external_id, active }, &[]);
    }
}
