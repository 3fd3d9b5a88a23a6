//! Templates of e-mails: made, changed and deleted here, and shown with their subjects; Harvest only reads them.

use axum::{Json, http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::email_template::{self, EditedTemplate, NewTemplate},
    error::Result,
    graph,
    house::Orangery,
    http::{
        Caller,
        harvest::email_templates::filter,
        input::{Params, Path},
        page::Paging,
    },
    patch::Patch,
    tables::{self, TemplateKind},
    wire::harvest::{self, EmailTemplate},
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, edit, delete))
}

/// The templates, with their subjects.
#[utoipa::path(
    get, path = "/api/v1/email-templates", tag = "templates",
    params(
        ("created_after" = Option<String>, Query), ("created_before" = Option<String>, Query),
        ("updated_after" = Option<String>, Query), ("updated_before" = Option<String>, Query),
        ("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query),
    ),
    responses((status = 200, description = "The templates"), (status = 422, description = "The page is wrong")),
)]
async fn list(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(filter)?;
    let slice = caller
        .read(async |look| {
            let slice = graph::email_template::list(look, filter, paging.page).await?;
            Ok(slice.map(|it| harvest::email_template(it, &look.catalog, true)))
        })
        .await?;
    Ok(paging.answer(slice))
}

/// One template.
#[utoipa::path(
    get, path = "/api/v1/email-templates/{id}", tag = "templates", params(("id" = i64, Path)),
    responses((status = 200, description = "The template"), (status = 404, description = "No such template")),
)]
async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<EmailTemplate>> {
    caller.read(async |look| Ok(Json(harvest::email_template(&look.tx.find(id).await?, &look.catalog, true)))).await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailTemplateInput {
    /// At most 255 characters.
    name: String,
    description: Option<String>,
    /// What it is for.
    #[serde(rename = "type")]
    kind: TemplateKind,
    /// The one of its kind that is taken where none is chosen; the one before it is that no more.
    #[serde(default)]
    default: bool,
    /// One line of at most 255 characters, which may hold tokens such as `{{JOB_NAME}}`.
    subject: String,
    /// An address or a token such as `{{MY_EMAIL_ADDRESS}}`; absent where the sender depends on what is done.
    from: Option<String>,
    #[serde(default)]
    cc: Vec<String>,
    /// Plain text; this or `html_body`, or both.
    body: Option<String>,
    html_body: Option<String>,
    /// Whose own it is; absent for the whole organization's.
    user_id: Option<i64>,
}

/// Makes a template. Harvest lists it.
#[utoipa::path(
    post, path = "/api/v1/email-templates", tag = "templates", request_body = EmailTemplateInput,
    responses(
        (status = 201, description = "The template"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create(caller: Caller, Input(input): Input<EmailTemplateInput>) -> Result<(StatusCode, Json<EmailTemplate>)> {
    let EmailTemplateInput { name, description, kind, default, subject, from, cc, body, html_body, user_id } = input;
    let (is_default, sender) = (default, from);
    let new =
        NewTemplate { id: None, name, description, kind, is_default, subject, sender, cc, body, html_body, user_id };
    caller
        .write(async move |work| {
            let row = email_template::create(work, &new).await?;
            Ok((StatusCode::CREATED, answer(work, &row).await?))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailTemplateChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    default: Patch<bool>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    subject: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    from: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    cc: Patch<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    body: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    html_body: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    user_id: Patch<i64>,
}

/// Changes a template; what is absent stays. Its type is for good.
#[utoipa::path(
    patch, path = "/api/v1/email-templates/{id}", tag = "templates", params(("id" = i64, Path)),
    request_body = EmailTemplateChanges,
    responses(
        (status = 200, description = "The template"),
        (status = 404, description = "No such template"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<EmailTemplateChanges>,
) -> Result<Json<EmailTemplate>> {
    let EmailTemplateChanges { name, description, default, subject, from, cc, body, html_body, user_id } = input;
    let (is_default, sender) = (default, from);
    let edited = EditedTemplate { name, description, is_default, subject, sender, cc, body, html_body, user_id };
    caller
        .write(async move |work| {
            let row = email_template::edit(work, id, &edited).await?;
            answer(work, &row).await
        })
        .await
}

/// Deletes a template. Mail that was made by it is not touched.
#[utoipa::path(
    delete, path = "/api/v1/email-templates/{id}", tag = "templates", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such template"),
        (status = 422, description = "The header On-Behalf-Of is wrong"),
    ),
)]
async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| email_template::delete(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn answer(work: &Work, row: &tables::EmailTemplate) -> Result<Json<EmailTemplate>> {
    Ok(Json(harvest::email_template(row, &*work.catalog().await?, true)))
}
