//! Tracking links: made, listed, changed and deleted here; Harvest tells what a token stands for.

use axum::{Json, http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::{
        application::new::Referrer,
        tracking_link::{self, EditedLink, NewLink},
        user::UserRef,
    },
    error::{Error, Result},
    graph,
    house::Orangery,
    http::{
        Caller,
        input::{Params, Path},
        page::Paging,
    },
    patch::Patch,
    tables,
    wire::harvest::{self, TrackingLink},
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(edit, delete))
}

/// The links, all or those of a job.
#[utoipa::path(
    get, path = "/api/v1/tracking-links", tag = "links",
    params(
        ("job_id" = Option<i64>, Query), ("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query),
    ),
    responses((status = 200, description = "The links"), (status = 422, description = "The page is wrong")),
)]
async fn list(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let job_id = params.read(|it| it.id("job_id"))?;
    let slice = caller
        .read(async |look| {
            let slice = graph::tracking_link::list(look, job_id, paging.page).await?;
            Ok(slice.map(|it| harvest::tracking_link(it, &look.catalog)))
        })
        .await?;
    Ok(paging.answer(slice))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TrackingLinkInput {
    /// Letters, digits, underscores and hyphens, at most 64, nobody else's. One is made where absent.
    token: Option<String>,
    job_id: Option<i64>,
    /// A post of that job.
    job_post_id: Option<i64>,
    /// A whole board.
    board_id: Option<i64>,
    source_id: Option<i64>,
    /// The user who is credited.
    referrer_id: Option<i64>,
    /// Who is credited, where that is no user.
    referrer_name: Option<String>,
}

/// Makes a link that stands for a source, for somebody to credit, or for both.
#[utoipa::path(
    post, path = "/api/v1/tracking-links", tag = "links", request_body = TrackingLinkInput,
    responses(
        (status = 201, description = "The link"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create(caller: Caller, Input(input): Input<TrackingLinkInput>) -> Result<(StatusCode, Json<TrackingLink>)> {
    let TrackingLinkInput { token, job_id, job_post_id, board_id, source_id, referrer_id, referrer_name } = input;
    let referrer = match (referrer_id, referrer_name) {
        (Some(_), Some(_)) => return Err(Error::invalid("referrer_name", "Only one of referrer_id and referrer_name")),
        (Some(id), None) => Some(Referrer::User(UserRef::Id(id))),
        (None, name) => name.map(Referrer::Outside),
    };
    let token = token.unwrap_or_else(|| caller.house.fresh_name());
    let new = NewLink { id: None, token, job_id, job_post_id, board_id, source_id, referrer, related_post: None };
    caller
        .write(async move |work| {
            let row = tracking_link::create(work, &new).await?;
            Ok((StatusCode::CREATED, answer(work, &row).await?))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TrackingLinkChanges {
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    job_id: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    job_post_id: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    board_id: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    source_id: Patch<i64>,
    /// Null credits nobody, as does `referrer_name`.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    referrer_id: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    referrer_name: Patch<String>,
}

/// Changes what a link stands for; what is absent stays. Who came by it before keeps source and credit.
#[utoipa::path(
    patch, path = "/api/v1/tracking-links/{id}", tag = "links", params(("id" = i64, Path)),
    request_body = TrackingLinkChanges,
    responses(
        (status = 200, description = "The link"),
        (status = 404, description = "No such link"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<TrackingLinkChanges>,
) -> Result<Json<TrackingLink>> {
    let TrackingLinkChanges { job_id, job_post_id, board_id, source_id, referrer_id, referrer_name } = input;
    let referrer = match (referrer_id, referrer_name) {
        (Patch::Value(_), Patch::Value(_)) => {
            return Err(Error::invalid("referrer_name", "Only one of referrer_id and referrer_name"));
        }
        (Patch::Value(id), _) => Patch::Value(Referrer::User(UserRef::Id(id))),
        (_, Patch::Value(name)) => Patch::Value(Referrer::Outside(name)),
        (Patch::Absent, Patch::Absent) => Patch::Absent,
        _ => Patch::Null,
    };
    let edited = EditedLink { job_id, job_post_id, board_id, source_id, referrer };
    caller
        .write(async move |work| {
            let row = tracking_link::edit(work, id, &edited).await?;
            answer(work, &row).await
        })
        .await
}

/// Deletes a link. Who came by it keeps source and credit.
#[utoipa::path(
    delete, path = "/api/v1/tracking-links/{id}", tag = "links", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such link"),
        (status = 422, description = "The header On-Behalf-Of is wrong"),
    ),
)]
async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| tracking_link::delete(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn answer(work: &Work, row: &tables::TrackingLink) -> Result<Json<TrackingLink>> {
    let look = work.look().await?;
    let links = graph::tracking_link::links(&look, vec![row.clone()]).await?;
    let link = links.first().ok_or(Error::NotFound("tracking_links", row.id))?;
    Ok(Json(harvest::tracking_link(link, &look.catalog)))
}
