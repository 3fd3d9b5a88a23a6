//! Approval flows: listed, made, requested; approvers replaced (APR-1 … APR-9).

use axum::{
    Json, Router,
    response::Response,
    routing::{get, post, put},
};
use serde_json::{Value, json};

use crate::{
    domain::approval::{self, Plan, PlannedGroup},
    error::Result,
    graph::{self, approval::PendingKind},
    house::Orangery,
    http::{
        Caller,
        input::{Body, Fields, Params, Path},
        page::Paging,
    },
    tables::FlowKind,
    wire::harvest::{self, ApprovalFlow},
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/jobs/{id}/approval_flows", get(of_job).put(make))
        .route("/v1/approval_flows/{id}", get(show))
        .route("/v1/approval_flows/{id}/request_approvals", post(request))
        .route("/v1/users/{user_id}/pending_approvals", get(pending))
        .route("/v1/approver_groups/{approver_group_id}/replace_approvers", put(replace_approver))
}

async fn of_job(caller: Caller, Path(job_id): Path<i64>, paging: Paging) -> Result<Response> {
    let paging = paging.next_only();
    let slice = caller.read(async |look| graph::approval::of_job(look, job_id, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::approval_flow)))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<ApprovalFlow>> {
    caller.read(async |look| Ok(Json(harvest::approval_flow(&graph::approval::flow(look, id).await?)))).await
}

async fn make(caller: Caller, Path(job_id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let plan = body.read(|it| Plan {
        id: None,
        kind: it.required("approval_type", it.word("approval_type")).unwrap_or(FlowKind::OpenJob),
        offer_id: it.id("offer_id"),
        sequential: it.required("sequential", it.flag("sequential")).unwrap_or_default(),
        groups: it.required("approver_groups", it.objects("approver_groups", group)).unwrap_or_default(),
    })?;
    let id = caller.write(async move |work| approval::put(work, job_id, plan).await).await?;
    Ok(Json(json!({"success": true, "approval_flow_id": id})))
}

fn group(it: &Fields<'_>) -> PlannedGroup {
    let approvers = it.required("approvers", it.objects("approvers", |it| it.user_ref()));
    PlannedGroup {
        approvals_required: it.required("approvals_required", it.integer("approvals_required", 1, 1000)).unwrap_or(1),
        approvers: approvers.unwrap_or_default().into_iter().flatten().collect(),
    }
}

async fn request(caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    caller.write(async move |work| approval::request(work, id).await).await?;
    // GAP-6.
    Ok(Json(json!({"success": true})))
}

async fn pending(caller: Caller, Path(user_id): Path<i64>, params: Params, paging: Paging) -> Result<Response> {
    let kind: Option<PendingKind> =
        params.read(|it| it.text("type", 255).filter(|it| !it.is_empty()).and_then(|_| it.word("type")))?;
    let paging = paging.next_only();
    let slice = caller.read(async |look| graph::approval::pending(look, user_id, kind, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::pending_approval)))
}

async fn replace_approver(caller: Caller, Path(group_id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let (remove, add) = body.read(|it| (it.required_id("remove_user_id"), it.required_id("add_user_id")))?;
    let flow_id = caller.write(async move |work| approval::replace_approver(work, group_id, remove, add).await).await?;
    Ok(Json(json!({
        // INC-9: a text.
        "success": "true",
        "message": "Approver group updated.",
        "approval_flow_id": flow_id,
        "approver_group_id": group_id,
        "removed_user_id": remove,
        "added_user_id": add,
    })))
}
