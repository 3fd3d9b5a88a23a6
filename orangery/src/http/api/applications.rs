//! What Harvest can't do with applications: take a hire back, change what was answered, and many at a time (in `bulk`).

use axum::Json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::application::{
        unhire,
        update::{self, ProspectUpdate, Update},
    },
    error::Result,
    graph,
    house::Orangery,
    http::{Caller, input::Path},
    patch::Patch,
    tables::Answer,
    wire::harvest::{self, Application},
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(edit)).routes(routes!(take_back))
}

/// What is absent stays, null takes a value away.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EditApplication {
    /// At most 1000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    location: Patch<String>,
    /// All answers of the form, in plain text; they replace those that are there.
    answers: Option<Vec<Answer>>,
    /// The post that it came through: one of the application's job.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    job_post_id: Patch<i64>,
    /// The jobs of a prospect; they replace those that are there.
    job_ids: Option<Vec<i64>>,
    /// A prospect's.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    prospect_owner_id: Patch<i64>,
    /// A prospect's.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    prospective_department_id: Patch<i64>,
    /// A prospect's.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    prospective_office_id: Patch<i64>,
}

impl EditApplication {
    fn update(self) -> Update {
        let Self {
            location,
            answers,
            job_post_id,
            job_ids,
            prospect_owner_id,
            prospective_department_id,
            prospective_office_id,
        } = self;
        Update {
            location,
            answers,
            job_post_id,
            prospect: ProspectUpdate {
                owner_id: prospect_owner_id,
                department_id: prospective_department_id,
                office_id: prospective_office_id,
                job_ids,
                ..ProspectUpdate::default()
            },
            ..Update::default()
        }
    }
}

/// Changes what Harvest can't. Fires `application_updated` where anything changed.
#[utoipa::path(
    patch, path = "/api/v1/applications/{id}", tag = "applications", params(("id" = i64, Path)), request_body = EditApplication,
    responses(
        (status = 200, description = "The application, as Harvest shows it"),
        (status = 404, description = "No such application"),
        (status = 422, description = "It is converted, or the input is wrong"),
    ),
)]
async fn edit(caller: Caller, Path(id): Path<i64>, Input(edit): Input<EditApplication>) -> Result<Json<Application>> {
    let update = edit.update();
    caller
        .write(async move |work| {
            update::update(work, id, &update).await?;
            answer(work, id).await
        })
        .await
}

/// Takes a hire back: active again in the stage it was hired from. Fires `unhire_candidate`, then `offer_updated`, and `job_updated` where a
/// hire had closed the job.
#[utoipa::path(
    post, path = "/api/v1/applications/{id}/unhire", tag = "applications", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "The application, as Harvest shows it"),
        (status = 404, description = "No such application"),
        (status = 422, description = "It is not hired, or its job was closed by hand and has approvals"),
    ),
)]
async fn take_back(caller: Caller, Path(id): Path<i64>) -> Result<Json<Application>> {
    caller
        .write(async move |work| {
            unhire::unhire(work, id).await?;
            answer(work, id).await
        })
        .await
}

/// The application as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<Application>> {
    Ok(Json(harvest::application(&graph::application::application(&work.look().await?, id).await?)))
}
