//! Roles, and what users may do on jobs and on jobs to come, over Harvest (USR-1 … USR-3).

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use crate::{
    domain::{
        job::DepartmentRef,
        permission::{self, NewFuturePermission, NewPermission, OfficeRef},
    },
    error::Result,
    graph,
    house::Orangery,
    http::{
        Caller,
        input::{Body, Fields, Path},
        page::Paging,
    },
    wire::harvest,
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/user_roles", get(roles))
        .route("/v1/users/{id}/permissions/jobs", get(index).put(add).delete(remove))
        .route("/v1/users/{id}/permissions/future_jobs", get(index_future).put(add_future).delete(remove_future))
}

async fn roles(caller: Caller, paging: Paging) -> Result<Response> {
    let paging = paging.next_only();
    let slice = caller.read(async |look| graph::permission::list_roles(look, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::user_role)))
}

async fn index(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<Response> {
    let slice = caller.read(async |look| graph::permission::list_on_jobs(look, id, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::job_permission)))
}

/// 201 with the permission; 204 for a site admin, who needs none.
async fn add(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Response> {
    let new = body.read(|it| NewPermission {
        id: None,
        job_id: it.required_id("job_id"),
        user_role_id: it.required_id("user_role_id"),
    })?;
    let given = caller.write(async move |work| permission::grant(work, id, &new).await).await?;
    Ok(match given {
        Some(row) => (StatusCode::CREATED, Json(harvest::job_permission(&row))).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

async fn remove(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let permission_id = body.read(|it| it.required_id("job_permission_id"))?;
    caller.write(async move |work| permission::revoke(work, id, permission_id).await).await?;
    Ok(Json(json!({"message": format!("Job Permission {permission_id} has been deleted.")})))
}

async fn index_future(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<Response> {
    let slice = caller.read(async |look| graph::permission::list_on_future_jobs(look, id, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::future_job_permission)))
}

async fn add_future(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Response> {
    let new = body.read(new_future)?;
    caller
        .write(async move |work| {
            let Some(row) = permission::grant_future(work, id, &new).await? else {
                return Ok(StatusCode::NO_CONTENT.into_response());
            };
            let shown = harvest::future_job_permission(&graph::permission::future(&work.look().await?, &row));
            Ok((StatusCode::CREATED, Json(shown)).into_response())
        })
        .await
}

/// No office is all of them, likewise the department.
fn new_future(it: &Fields<'_>) -> NewFuturePermission {
    let both = |a: &str, b: &str| {
        if it.raw(a).is_some() && it.raw(b).is_some() {
            it.fault(b, format!("Only one of {a} and {b} can be given"));
        }
    };
    both("office_id", "external_office_id");
    both("department_id", "external_department_id");
    let office = it.id("office_id").map(OfficeRef::Id);
    let department = it.id("department_id").map(DepartmentRef::Id);
    NewFuturePermission {
        id: None,
        office: office.or_else(|| it.text("external_office_id", 255).map(OfficeRef::ExternalId)),
        department: department.or_else(|| it.text("external_department_id", 255).map(DepartmentRef::ExternalId)),
        user_role_id: it.required_id("user_role_id"),
    }
}

async fn remove_future(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let permission_id = body.read(|it| it.required_id("future_job_permission_id"))?;
    caller.write(async move |work| permission::revoke_future(work, id, permission_id).await).await?;
    Ok(Json(json!({"message": format!("Future Job Permission {permission_id} has been deleted.")})))
}
