//! The organization: its people, its departments and offices, its catalogs.

use sql::Json;

use super::{Row, custom, out::Out};
use crate::{
    domain::user,
    tables::{
        AnswerOption, AnswerType, CloseReason, DemographicQuestion, Department, EmailTemplate, FieldType,
        FutureJobPermission, JobPermission, Office, ProspectPool, ProspectStage, QuestionSet, RejectionReason,
        RoleKind, Source, Tag, TemplateKind, User, UserEmail, UserRole,
    },
    words::Word,
};

pub fn department(it: Row<'_>, out: &mut Out) {
    let department = Department {
        id: it.id(),
        name: it.say("name"),
        parent_id: it.int("parent_id"),
        external_id: it.filled("external_id"),
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(department, &[]);
}

pub fn office(it: Row<'_>, out: &mut Out) {
    let office = Office {
        id: it.id(),
        name: it.say("name"),
        location: it.text("location"),
        primary_contact_user_id: it.int("primary_in_house_contact_user_id"),
        parent_id: it.int("parent_id"),
        external_id: it.filled("external_id"),
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(office, &[]);
}

/// Service accounts come along too: others name them as who did something. They have no address.
pub fn user(it: Row<'_>, out: &mut Out) {
    let (mut first_name, last_name) = (it.say("first_name"), it.say("last_name"));
    if first_name.is_empty() && last_name.is_empty() {
        first_name = it.filled("name").or_else(|| it.filled("primary_email")).unwrap_or_else(|| it.id().to_string());
    }
    let custom = custom::values(it, "custom_fields", FieldType::UserAttribute, out);
    out.leave(it, &["job_title", "agency_id", "interviewer_tags"]);
    let user = User {
        id: it.id(),
        first_name,
        last_name,
        employee_id: it.filled("employee_id"),
        site_admin: it.flag("site_admin"),
        disabled: it.flag("deactivated"),
        department_ids: Json(it.ints("department_ids")),
        office_ids: Json(it.ints("office_ids")),
        time_zone: None,
        custom,
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(user, &[]);
}

pub fn user_email(it: Row<'_>, out: &mut Out) {
    let email = it.say("email");
    let email_key = user::email_key(&email);
    let primary = out.named("users", it, "user_id").and_then(|it| Row(&it).text("primary_email"));
    let is_primary = primary.is_some_and(|it| user::email_key(&it) == email_key);
    let (id, user_id, verified) = (it.id(), it.number("user_id"), it.flag("verified"));
    out.batch.put(UserEmail { id, user_id, email, email_key, is_primary, verified }, &[]);
}

pub fn user_role(it: Row<'_>, out: &mut Out) {
    let kind = match it.word("role_type") {
        "job_admin" => RoleKind::JobAdmin,
        "interviewer" | "deprecated_interviewer" => RoleKind::Interviewer,
        other => return out.leave_one(format!("role_type {other}")),
    };
    out.batch.put(UserRole { id: it.id(), kind, name: it.say("name") }, &[]);
}

pub fn job_permission(it: Row<'_>, out: &mut Out) {
    out.leave(it, &["automated"]);
    let (user_id, job_id, user_role_id) = (it.number("user_id"), it.number("job_id"), it.number("role_id"));
    out.batch.put(JobPermission { id: it.id(), user_id, job_id, user_role_id }, &[]);
}

pub fn future_job_permission(it: Row<'_>, out: &mut Out) {
    let permission = FutureJobPermission {
        id: it.id(),
        user_id: it.number("user_id"),
        office_id: it.int("office_id"),
        department_id: it.int("department_id"),
        user_role_id: it.number("role_id"),
    };
    out.batch.put(permission, &[]);
}

pub fn source(it: Row<'_>, out: &mut Out) {
    let (name, kind) = (it.say("name"), it.part("type"));
    let (type_id, type_name) = (kind.number("id"), kind.say("name"));
    out.batch.put(Source { id: it.id(), public_name: name.clone(), name, type_id, type_name }, &["public_name"]);
}

/// The built-in ones are those that are told only when they are asked for.
pub fn rejection_reason(it: Row<'_>, out: &mut Out) {
    let built_in = out.beside("rejection_reasons", "id", it.id()).is_empty();
    let kind = it.part("type");
    let (type_id, type_name) = (kind.number("id"), kind.say("name"));
    out.batch.put(RejectionReason { id: it.id(), name: it.say("name"), type_id, type_name, built_in }, &[]);
}

pub fn close_reason(it: Row<'_>, out: &mut Out) {
    out.batch.put(CloseReason { id: it.id(), name: it.say("name") }, &[]);
}

pub fn pool(it: Row<'_>, out: &mut Out) {
    out.leave(it, &["description", "department_ids", "office_ids", "job_ids"]);
    out.batch.put(ProspectPool { id: it.id(), name: it.say("name"), active: it.flag("active") }, &[]);
}

pub fn pool_stage(it: Row<'_>, out: &mut Out) {
    let (prospect_pool_id, priority) = (it.number("prospect_pool_id"), it.number("sort_order"));
    out.batch.put(ProspectStage { id: it.id(), prospect_pool_id, name: it.say("name"), priority }, &[]);
}

pub fn tag(it: Row<'_>, out: &mut Out) {
    let name = it.say("name").trim().to_owned();
    out.batch.put(Tag { id: it.id(), name_key: name.to_lowercase(), name }, &[]);
}

pub fn email_template(it: Row<'_>, out: &mut Out) {
    let Some(kind) = TemplateKind::parse(it.word("email_type")) else {
        return out.leave_one(format!("email_type {}", it.word("email_type")));
    };
    out.leave(it, &["recipients", "cc_recruiter", "cc_coordinator"]);
    let template = EmailTemplate {
        id: it.id(),
        name: it.say("name"),
        description: it.text("description"),
        kind,
        is_default: it.flag("default"),
        subject: it.say("subject"),
        sender: (it.word("from_type") == "my_email_address").then(|| "{{MY_EMAIL_ADDRESS}}".to_owned()),
        cc: Json(Vec::new()),
        body: it.text("body"),
        html_body: it.text("html_body"),
        user_id: it.int("user_id"),
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(template, &["cc"]);
}

pub fn question_set(it: Row<'_>, out: &mut Out) {
    let set = QuestionSet {
        id: it.id(),
        title: it.say("title"),
        description: it.text("description"),
        active: it.flag("active"),
    };
    out.batch.put(set, &[]);
}

pub fn question(it: Row<'_>, out: &mut Out) {
    let question = DemographicQuestion {
        id: it.id(),
        demographic_question_set_id: it.number("demographic_question_set_id"),
        name: it.say("name"),
        required: it.flag("required"),
        answer_type: AnswerType::parse(it.word("answer_type")).unwrap_or(AnswerType::SingleSelect),
        active: it.flag("active"),
        priority: it.number("sort_order"),
    };
    out.batch.put(question, &[]);
}

pub fn answer_option(it: Row<'_>, out: &mut Out) {
    out.leave(it, &["decline_to_answer"]);
    let option = AnswerOption {
        id: it.id(),
        demographic_question_id: it.number("demographic_question_id"),
        name: it.say("name"),
        free_form: it.flag("free_form"),
        active: it.flag("active"),
        priority: it.number("sort_order"),
    };
    out.batch.put(option, &[]);
}
