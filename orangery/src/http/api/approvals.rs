//! Approvals given, refused and taken back: no endpoint of Harvest does it (APR-10).

use axum::{Json, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::approval,
    error::Result,
    graph,
    house::Orangery,
    http::{Caller, input::Path, page::Paging},
    wire::harvest::{self, ApprovalFlow},
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(of_offer))
        .routes(routes!(approve))
        .routes(routes!(refuse))
        .routes(routes!(reset))
}

/// The approval flows of an offer, as Harvest shows flows.
#[utoipa::path(
    get, path = "/api/v1/offers/{id}/approval-flows", tag = "approvals",
    params(("id" = i64, Path), ("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query)),
    responses((status = 200, description = "The flows"), (status = 404, description = "No such offer")),
)]
async fn of_offer(caller: Caller, Path(offer_id): Path<i64>, paging: Paging) -> Result<Response> {
    let slice = caller.read(async |look| graph::approval::of_offer(look, offer_id, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::approval_flow)))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Approval {
    /// Who approves; the user of On-Behalf-Of where absent.
    user_id: Option<i64>,
}

/// Approves for a user whose turn it is. The last approval of a flow fires `job_approved` or `offer_approved`.
#[utoipa::path(
    post, path = "/api/v1/approval-flows/{id}/approve", tag = "approvals", params(("id" = i64, Path)), request_body = Approval,
    responses(
        (status = 200, description = "The flow"),
        (status = 404, description = "No such flow"),
        (status = 422, description = "It is not this user's turn, or the input is wrong"),
    ),
)]
async fn approve(
    caller: Caller,
    Path(id): Path<i64>,
    Input(Approval { user_id }): Input<Approval>,
) -> Result<Json<ApprovalFlow>> {
    let user_id = user_id.map_or_else(|| caller.user_id(), Ok)?;
    caller
        .write(async move |work| {
            approval::approve(work, id, user_id).await?;
            answer(work, id).await
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RefusalInput {
    /// Who refuses; the user of On-Behalf-Of where absent.
    user_id: Option<i64>,
    /// Why; at most 10 000 characters.
    reason: Option<String>,
}

/// Refuses for a user whose turn it is, and with that the whole flow. Fires nothing.
#[utoipa::path(
    post, path = "/api/v1/approval-flows/{id}/refuse", tag = "approvals", params(("id" = i64, Path)), request_body = RefusalInput,
    responses(
        (status = 200, description = "The flow"),
        (status = 404, description = "No such flow"),
        (status = 422, description = "It is not this user's turn, or the input is wrong"),
    ),
)]
async fn refuse(
    caller: Caller,
    Path(id): Path<i64>,
    Input(RefusalInput { user_id, reason }): Input<RefusalInput>,
) -> Result<Json<ApprovalFlow>> {
    let user_id = user_id.map_or_else(|| caller.user_id(), Ok)?;
    caller
        .write(async move |work| {
            approval::refuse(work, id, user_id, reason).await?;
            answer(work, id).await
        })
        .await
}

/// Takes all approvals of a flow back, so that it can be changed and requested again. Fires nothing.
#[utoipa::path(
    post, path = "/api/v1/approval-flows/{id}/reset", tag = "approvals", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "The flow"),
        (status = 404, description = "No such flow"),
        (status = 422, description = "The offer is decided"),
    ),
)]
async fn reset(caller: Caller, Path(id): Path<i64>) -> Result<Json<ApprovalFlow>> {
    caller
        .write(async move |work| {
            approval::reset(work, id).await?;
            answer(work, id).await
        })
        .await
}

/// The flow as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<ApprovalFlow>> {
    Ok(Json(harvest::approval_flow(&graph::approval::flow(&work.look().await?, id).await?)))
}
