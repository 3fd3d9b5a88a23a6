//! Custom fields over Harvest (CF-1 … CF-6, CF-12, CF-14).

use axum::{
    Json, Router,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde_json::{Value, json};

use crate::{
    domain::custom_field::{self, EditedField, EditedOption, Flags, NewField, NewOption},
    error::{Error, Result},
    graph::{
        Look,
        organization::{self, Options},
    },
    house::Orangery,
    http::{
        Caller,
        input::{Body, Fields, Params, Path},
        page::Paging,
    },
    patch::Patch,
    tables::{FieldType, ValueType},
    wire::harvest::{self, CustomField},
    words::Word,
    work::Work,
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/custom_fields", post(create))
        // A type to list, an id to change: the path is one, its parameter two things.
        .route("/v1/custom_fields/{field_type}", get(index).patch(update).delete(delete))
        // Some clients write the singular here too.
        .route("/v1/custom_field/{id}", get(show).patch(update).delete(delete))
        .route(
            "/v1/custom_field/{id}/custom_field_options",
            get(options).post(create_options).patch(update_options).delete(remove_options),
        )
}

/// More than any list needs, and small enough to be sorted by any client.
const LARGEST_PRIORITY: i64 = 1_000_000_000;

async fn index(caller: Caller, Path(field_type): Path<String>, params: Params, paging: Paging) -> Result<Response> {
    let field_type = FieldType::parse(&field_type)
        .ok_or_else(|| Error::invalid("field_type", format!("Must be one of: {}", FieldType::list())))?;
    let inactive_too = params.read(|it| it.flag("include_inactive").unwrap_or(false))?;
    let paging = paging.next_only();
    let slice = caller
        .read(async |look| {
            let slice = organization::list_fields(look, field_type, inactive_too, paging.page);
            Ok(slice.map(|it| harvest::custom_field(it, &look.catalog)))
        })
        .await?;
    Ok(paging.answer(slice))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<CustomField>> {
    caller.read(async |look| field(look, id)).await
}

async fn create(caller: Caller, body: Body) -> Result<(StatusCode, Json<CustomField>)> {
    let new = body.read(|it| {
        let (field_type, value_type) = (it.word("field_type"), it.word("value_type"));
        NewField {
            id: None,
            field_type: it.required("field_type", field_type).unwrap_or(FieldType::Candidate),
            value_type: it.required("value_type", value_type).unwrap_or(ValueType::ShortText),
            name: it.required_text("name", 255),
            name_key: None,
            description: it.text("description", 10_000),
            priority: it.integer("priority", 0, LARGEST_PRIORITY),
            flags: flags(it),
            department_ids: it.ids("department_ids").unwrap_or_default(),
            office_ids: it.ids("office_ids").unwrap_or_default(),
            options: new_options(it, "custom_field_options").unwrap_or_default(),
            generate_email_token: it.flag("generate_email_token").unwrap_or(false),
        }
    })?;
    caller
        .write(async move |work| {
            let id = custom_field::create(work, &new).await?;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

async fn update(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<CustomField>> {
    let edited = body.read(|it| EditedField {
        name: it.patch_text("name", 255),
        description: it.patch_text("description", 10_000),
        priority: given(it.integer("priority", 0, LARGEST_PRIORITY)),
        field_type: given(it.word("field_type")),
        value_type: given(it.word("value_type")),
        flags: flags(it),
        department_ids: it.ids("department_ids"),
        office_ids: it.ids("office_ids"),
        options: new_options(it, "custom_field_options").unwrap_or_default(),
        template_token: it.patch_text("template_token_string", 255),
    })?;
    caller
        .write(async move |work| {
            custom_field::update(work, id, &edited).await?;
            answer(work, id).await
        })
        .await
}

async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    caller
        .write(async move |work| {
            custom_field::delete(work, id).await?;
            Ok(Json(json!({"success": format!("Custom Field ID {id} has been deleted.")})))
        })
        .await
}

async fn options(caller: Caller, Path(id): Path<i64>, params: Params, paging: Paging) -> Result<Response> {
    let which = params.read(|it| it.word("type").unwrap_or(Options::Active))?;
    let paging = paging.next_only();
    let slice = caller.read(async |look| organization::list_options(look, id, which, paging.page)).await?;
    Ok(paging.answer(slice.map(harvest::custom_field_option)))
}

async fn create_options(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<(StatusCode, Json<Value>)> {
    let new = body.read(|it| it.required("options", new_options(it, "options")).unwrap_or_default())?;
    caller
        .write(async move |work| {
            custom_field::create_options(work, id, &new).await?;
            Ok((StatusCode::CREATED, Json(json!({"success": true}))))
        })
        .await
}

async fn update_options(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let edited = body.read(|it| {
        let edited = it.objects("options", |it| EditedOption {
            id: it.required_id("id"),
            name: it.patch_text("name", 255),
            priority: given(it.integer("priority", 0, LARGEST_PRIORITY)),
            external_id: it.patch_text("external_id", 255),
        });
        it.required("options", edited).unwrap_or_default()
    })?;
    caller
        .write(async move |work| {
            custom_field::update_options(work, id, &edited).await?;
            Ok(Json(json!({"success": true})))
        })
        .await
}

async fn remove_options(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let ids = body.read(|it| it.required("option_ids", it.ids("option_ids")).unwrap_or_default())?;
    caller
        .write(async move |work| {
            let (removed, unknown) = custom_field::remove_options(work, id, &ids).await?;
            let message = format!("{removed} option(s) deleted. {unknown} option(s) not found.");
            Ok(Json(json!({ "message": message })))
        })
        .await
}

fn flags(it: &Fields<'_>) -> Flags {
    Flags {
        private: it.flag("private"),
        required: it.flag("required"),
        require_approval: it.flag("require_approval"),
        trigger_new_version: it.flag("trigger_new_version"),
        expose_in_job_board_api: it.flag("expose_in_job_board_api"),
        api_only: it.flag("api_only"),
    }
}

fn new_options(it: &Fields<'_>, name: &str) -> Option<Vec<NewOption>> {
    it.objects(name, |it| {
        let priority = it.integer("priority", 0, LARGEST_PRIORITY);
        NewOption {
            id: None,
            name: it.required_text("name", 255),
            priority: it.required("priority", priority).unwrap_or_default(),
            external_id: it.text("external_id", 255),
        }
    })
}

/// Null leaves what always has a value.
fn given<T>(value: Option<T>) -> Patch<T> {
    value.map_or(Patch::Absent, Patch::Value)
}

fn field(look: &Look<'_>, id: i64) -> Result<Json<CustomField>> {
    let field = look.catalog.field(id).ok_or(Error::NotFound("custom_fields", id))?;
    Ok(Json(harvest::custom_field(field, &look.catalog)))
}

/// The field as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<CustomField>> {
    field(&work.look().await?, id)
}
