//! Departments, offices, and the small catalogs.

use serde_json::Value;
use sql::Json;

use super::{
    Harvest,
    json::{It, rows},
};
use crate::{
    import::{Batch, Inlet},
    tables::{
        CloseReason, CustomField, CustomFieldOption, Department, EducationItem, EducationKind, EmailTemplate,
        FieldType, Office, ProspectPool, ProspectStage, RejectionReason, RoleKind, Source, Tag, TemplateKind, UserRole,
        ValueType,
    },
    words::Word,
};

const TIMES: &[&str] = &["created_at", "updated_at"];

pub fn departments(to: &Inlet<'_>, page: &[Value]) -> Batch {
    let (mut batch, at) = (Batch::new(), to.began());
    for (id, it) in rows(page) {
        let (name, parent_id, external_id) = (it.words("name"), it.number("parent_id"), it.text("external_id"));
        batch.put(Department { id, name, parent_id, external_id, created_at: at, updated_at: at }, TIMES);
    }
    batch
}

pub fn offices(to: &Inlet<'_>, page: &[Value]) -> Batch {
    let (mut batch, at) = (Batch::new(), to.began());
    for (id, it) in rows(page) {
        let office = Office {
            id,
            name: it.words("name"),
            location: it.at("location").text("name"),
            primary_contact_user_id: it.number("primary_contact_user_id"),
            parent_id: it.number("parent_id"),
            external_id: it.text("external_id"),
            created_at: at,
            updated_at: at,
        };
        batch.put(office, TIMES);
    }
    batch
}

/// Their public names are shown by applications only.
pub fn sources(_: &Inlet<'_>, page: &[Value]) -> Batch {
    let mut batch = Batch::new();
    for (id, it) in rows(page) {
        let name = it.words("name");
        let kind = it.at("type");
        let (type_id, type_name) = (kind.id().unwrap_or(1), kind.words("name"));
        batch.put(Source { id, public_name: name.clone(), name, type_id, type_name }, &["public_name"]);
    }
    batch
}

pub fn close_reasons(_: &Inlet<'_>, page: &[Value]) -> Batch {
    let mut batch = Batch::new();
    for (id, it) in rows(page) {
        batch.put(CloseReason { id, name: it.words("name") }, &[]);
    }
    batch
}

pub fn prospect_pools(_: &Inlet<'_>, page: &[Value]) -> Batch {
    let mut batch = Batch::new();
    for (id, it) in rows(page) {
        batch.put(ProspectPool { id, name: it.words("name"), active: it.flag("active") }, &[]);
    }
    for (pool, it) in rows(page) {
        let stages = (0..).zip(it.list("prospect_stages")).filter_map(|(priority, it)| {
            Some(ProspectStage { id: it.id()?, prospect_pool_id: pool, name: it.words("name"), priority })
        });
        batch.list("prospect_pool_id", pool, stages.collect(), &[]);
    }
    batch
}

pub fn tags(_: &Inlet<'_>, page: &[Value]) -> Batch {
    let mut batch = Batch::new();
    for (id, it) in rows(page) {
        let name = it.words("name");
        batch.put(Tag { id, name_key: name.trim().to_lowercase(), name }, &[]);
    }
    batch
}

pub fn user_roles(_: &Inlet<'_>, page: &[Value]) -> Batch {
    let mut batch = Batch::new();
    for (id, it) in rows(page) {
        let kind = it.word("type").unwrap_or(RoleKind::JobAdmin);
        batch.put(UserRole { id, kind, name: it.words("name") }, &[]);
    }
    batch
}

/// Harvest shows no subject.
pub fn email_templates(to: &Inlet<'_>, page: &[Value]) -> Batch {
    let mut batch = Batch::new();
    for (id, it) in rows(page) {
        let template = EmailTemplate {
            id,
            name: it.words("name"),
            description: it.text("description"),
            kind: it.word("type").unwrap_or(TemplateKind::Nothing),
            is_default: it.flag("default"),
            subject: it.words("subject"),
            sender: it.text("from"),
            cc: Json(it.list("cc").filter_map(|it| it.0.as_str().map(str::to_owned)).collect()),
            body: it.text("body"),
            html_body: it.text("html_body"),
            user_id: it.id_of("user"),
            created_at: it.time("created_at").unwrap_or(to.began()),
            updated_at: it.time("updated_at").unwrap_or(to.began()),
        };
        batch.put(template, &["subject"]);
    }
    batch
}

impl Harvest {
    /// The built-in ones are those that are listed only when asked for.
    pub(super) async fn rejection_reasons(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = "/v1/rejection_reasons";
        let Some(all) = self.list(to, &format!("{path}?include_defaults=true")).await? else { return Ok(()) };
        let Some(own) = self.list(to, path).await? else { return Ok(()) };
        let mut batch = Batch::new();
        for (id, it) in rows(&all) {
            let (type_id, type_name) = (it.id_of("type").unwrap_or(1), it.at("type").words("name"));
            let built_in = !rows(&own).any(|it| it.0 == id);
            batch.put(RejectionReason { id, name: it.words("name"), type_id, type_name, built_in }, &[]);
        }
        to.write(batch.of(all.len())).await
    }

    pub(super) async fn education(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let lists = [
            (EducationKind::Degree, "/v1/degrees"),
            (EducationKind::Discipline, "/v1/disciplines"),
            (EducationKind::School, "/v1/schools"),
        ];
        let (mut batch, mut read) = (Batch::new(), 0);
        for (kind, path) in lists {
            // Half a catalogue would have taken the place of a whole one.
            let Some(items) = self.list(to, path).await? else { return Ok(()) };
            read += items.len();
            for (id, it) in rows(&items) {
                let priority = it.number("priority").unwrap_or(0);
                batch.put(EducationItem { id, kind, name: it.words("name"), priority }, &[]);
            }
        }
        to.write(batch.of(read)).await
    }

    pub(super) async fn custom_fields(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        for of in FieldType::ALL {
            let path = format!("/v1/custom_fields/{}?include_inactive=true", of.word());
            let Some(fields) = self.list(to, &path).await? else { continue };
            let mut batch = Batch::new();
            for (id, it) in rows(&fields) {
                batch.put(custom_field(to, *of, id, it), TIMES);
            }
            for (id, it) in rows(&fields) {
                let selects = matches!(it.word("value_type"), Some(ValueType::SingleSelect | ValueType::MultiSelect));
                let options = if selects { self.options(to, id, it).await? } else { Vec::new() };
                batch.list("custom_field_id", id, options, &[]);
            }
            to.write(batch.of(fields.len())).await?;
        }
        Ok(())
    }

    /// All options of a field: those that its definition does not show are the ones that can't be chosen any more.
    async fn options(&self, to: &Inlet<'_>, field: i64, it: It<'_>) -> Result<Vec<CustomFieldOption>, String> {
        let option = |it: It<'_>, active| {
            let (name, priority) = (it.words("name"), it.number("priority").unwrap_or(0));
            let external_id = it.text("external_id");
            Some(CustomFieldOption { id: it.id()?, custom_field_id: field, name, priority, external_id, active })
        };
        let mut options: Vec<_> = it.list("custom_field_options").filter_map(|it| option(it, true)).collect();
        let path = format!("/v1/custom_field/{field}/custom_field_options?type=inactive");
        let former = self.list(to, &path).await?.unwrap_or_default();
        options.extend(former.iter().filter_map(|it| option(It(it), false)));
        Ok(options)
    }
}

fn custom_field(to: &Inlet<'_>, field_type: FieldType, id: i64, it: It<'_>) -> CustomField {
    let token = it.text("template_token_string");
    CustomField {
        id,
        field_type,
        value_type: it.word("value_type").unwrap_or(ValueType::LongText),
        name: it.words("name"),
        name_key: it.words("name_key"),
        description: it.text("description"),
        priority: it.number("priority").unwrap_or(0),
        private: it.flag("private"),
        required: it.flag("required"),
        require_approval: it.flag("require_approval"),
        trigger_new_version: it.flag("trigger_new_version"),
        expose_in_job_board_api: it.flag("expose_in_job_board_api"),
        api_only: it.flag("api_only"),
        active: it.at("active").0.as_bool().unwrap_or(true),
        template_token: token.map(|it| it.trim_start_matches("{{").trim_end_matches("}}").to_owned()),
        department_ids: Json(it.ids("departments")),
        office_ids: Json(it.ids("offices")),
        created_at: to.began(),
        updated_at: to.began(),
    }
}
