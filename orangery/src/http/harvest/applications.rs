//! Applications over Harvest.

use axum::{
    Json, Router,
    response::Response,
    routing::{get, patch, post},
};
use serde_json::{Value, json};

use super::person;
use crate::{
    domain::{
        application::{
            self, Farewell, Rejection, convert, delete,
            farewell::SendAt,
            hire::{self, Hire},
            moves,
            new::Referrer,
            update::{self, ProspectUpdate, Update},
        },
        custom_value::Write,
    },
    error::Result,
    graph::{self, application::Filter},
    house::Orangery,
    http::{
        Caller,
        input::{Body, Fields, Params, Path},
        page::Paging,
    },
    patch::Patch,
    tables,
    wire::harvest::{self, Application},
    work::Work,
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/applications", get(index))
        .route("/v1/applications/{id}", get(show).patch(edit).delete(remove))
        .route("/v1/applications/{id}/advance", post(advance))
        .route("/v1/applications/{id}/move", post(to_stage))
        .route("/v1/applications/{id}/transfer_to_job", post(to_job))
        .route("/v1/applications/{id}/convert_prospect", patch(to_candidate))
        .route("/v1/applications/{id}/hire", post(take))
        .route("/v1/applications/{id}/reject", post(reject).patch(change_reason))
        .route("/v1/applications/{id}/unreject", post(unreject))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(|it| Filter {
        created_before: it.time("created_before"),
        created_after: it.time("created_after"),
        last_activity_after: it.time("last_activity_after"),
        job_id: it.id("job_id"),
        status: it.text("status", 255),
    })?;
    let slice = caller.read(async |look| graph::application::list(look, filter, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::application)))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<Application>> {
    caller.read(async |look| Ok(Json(harvest::application(&graph::application::application(look, id).await?)))).await
}

/// APP-9. Pool and stage of a prospect are also taken by the names that they have on creation (INC-28).
async fn edit(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Application>> {
    let update = body.read(|it| Update {
        source_id: it.patch_id("source_id"),
        referrer: patch_referrer(it),
        recruiter_id: it.patch_id("recruiter_id"),
        coordinator_id: it.patch_id("coordinator_id"),
        custom: it.custom_values("custom_fields"),
        rejection_custom: rejection_custom(it),
        prospect: ProspectUpdate {
            pool_id: it.patch_id("prospect_pool_id"),
            stage_id: match it.has("prospect_stage_id") {
                true => it.patch_id("prospect_stage_id"),
                false => it.patch_id("prospect_pool_stage_id"),
            },
            owner_id: it.patch_id("prospect_owner_id"),
            ..ProspectUpdate::default()
        },
        ..Update::default()
    })?;
    caller
        .write(async move |work| {
            update::update(work, id, &update).await?;
            answer(work, id).await
        })
        .await
}

/// APP-8. A null takes the credit away.
fn patch_referrer(it: &Fields<'_>) -> Patch<Referrer> {
    match (person::referrer(it), it.raw("referrer")) {
        (Some(referrer), _) => Patch::Value(referrer),
        (None, None) if it.has("referrer") => Patch::Null,
        (None, _) => Patch::Absent,
    }
}

fn rejection_custom(it: &Fields<'_>) -> Vec<Write> {
    it.object("rejection_details", |it| it.custom_values("custom_fields")).unwrap_or_default()
}

async fn remove(caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    caller
        .write(async move |work| {
            delete::delete(work, id).await?;
            Ok(Json(json!({"message": format!("Application {id} has been deleted.")})))
        })
        .await
}

async fn advance(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Application>> {
    let from = body.read(|it| it.required_id("from_stage_id"))?;
    caller
        .write(async move |work| {
            moves::advance(work, id, from).await?;
            answer(work, id).await
        })
        .await
}

async fn to_stage(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Application>> {
    let (from, to) = body.read(|it| (it.required_id("from_stage_id"), it.required_id("to_stage_id")))?;
    caller
        .write(async move |work| {
            moves::to_stage(work, id, from, to).await?;
            answer(work, id).await
        })
        .await
}

async fn to_job(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Application>> {
    let (job_id, stage_id) = body.read(|it| (it.required_id("new_job_id"), it.id("new_stage_id")))?;
    caller
        .write(async move |work| {
            moves::to_job(work, id, job_id, stage_id).await?;
            answer(work, id).await
        })
        .await
}

/// APP-13.
async fn to_candidate(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let (job_id, stage_id) = body.read(|it| (it.required_id("job_id"), it.id("initial_stage_id")))?;
    caller
        .write(async move |work| {
            let new_id = convert::convert(work, id, job_id, stage_id).await?;
            let new: tables::Application = work.tx.find(new_id).await?;
            Ok(Json(json!({
                "success": true,
                "old_application_id": id,
                "new_application_id": new_id,
                "new_job_id": job_id,
                "new_stage_id": new.stage_id,
            })))
        })
        .await
}

async fn take(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Application>> {
    let hire = body.read(|it| Hire {
        start_date: it.date("start_date"),
        opening_id: it.id("opening_id"),
        close_reason_id: it.id("close_reason_id"),
    })?;
    caller
        .write(async move |work| {
            hire::hire(work, id, hire).await?;
            answer(work, id).await
        })
        .await
}

async fn reject(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Application>> {
    let rejection = body.read(|it| Rejection {
        reason_id: it.id("rejection_reason_id"),
        notes: it.text("notes", 100_000),
        custom: rejection_custom(it),
        farewell: it.object("rejection_email", |it| Farewell {
            template_id: it.required_id("email_template_id"),
            send_at: it.time_or_local("send_email_at").map(|it| match it {
                Ok(at) => SendAt::At(at),
                Err(local) => SendAt::Local(local),
            }),
        }),
    })?;
    caller
        .write(async move |work| {
            application::reject(work, id, &rejection).await?;
            answer(work, id).await
        })
        .await
}

async fn change_reason(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let reason_id = body.read(|it| it.required_id("rejection_reason_id"))?;
    caller
        .write(async move |work| {
            let reason = application::change_reason(work, id, reason_id).await?;
            let message = format!("Rejection reason updated to {} ({})", reason.id, reason.name);
            Ok(Json(json!({"id": id, "message": message, "success": true})))
        })
        .await
}

async fn unreject(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Application>> {
    body.read(|_| ())?;
    caller
        .write(async move |work| {
            application::unreject(work, id).await?;
            answer(work, id).await
        })
        .await
}

/// The application as it is after the verb: read as the web hooks need it too, so that they need not read it again.
async fn answer(work: &Work, id: i64) -> Result<Json<Application>> {
    Ok(Json(harvest::application(&graph::application::whole(&work.look().await?, id).await?.application)))
}
