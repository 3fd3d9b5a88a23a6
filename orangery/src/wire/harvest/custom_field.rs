//! Custom fields as they are defined, and their options.

use super::{WholeDepartment, WholeOffice, whole_departments, whole_offices};
use crate::{
    graph::{Catalog, catalog::Field},
    tables::{self, FieldType, ValueType},
};

view! {
    pub fn custom_field(f: &Field, catalog: &Catalog) -> CustomField {
        id: i64 = f.row.id,
        name: String = f.row.name.clone(),
        active: bool = f.row.active,
        field_type: FieldType = f.row.field_type,
        priority: i64 = f.row.priority,
        value_type: ValueType = f.row.value_type,
        private: bool = f.row.private,
        required: bool = f.row.required,
        require_approval: bool = f.row.require_approval,
        trigger_new_version: bool = f.row.trigger_new_version,
        name_key: String = f.row.name_key.clone(),
        description: Option<String> = f.row.description.clone(),
        expose_in_job_board_api: bool = f.row.expose_in_job_board_api,
        api_only: bool = f.row.api_only,
        offices: Vec<WholeOffice> = whole_offices(catalog, &f.row.office_ids.0),
        departments: Vec<WholeDepartment> = whole_departments(catalog, &f.row.department_ids.0),
        template_token_string: Option<String> = f.row.template_token.as_ref().map(|it| format!("{{{{{it}}}}}")),
        custom_field_options: Vec<CustomFieldOption> = f.options.iter().filter(|it| it.active).map(custom_field_option).collect(),
    }

    pub fn custom_field_option(o: &tables::CustomFieldOption) -> CustomFieldOption {
        id: i64 = o.id,
        name: String = o.name.clone(),
        priority: i64 = o.priority,
        external_id: Option<String> = o.external_id.clone(),
    }
}
