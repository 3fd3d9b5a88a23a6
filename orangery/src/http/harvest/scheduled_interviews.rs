//! Scheduled interviews: listed, made, changed, called off (INT-1 … INT-6). v1 is v2 with stricter interviewers (INC-16).

use axum::{
    Json, Router,
    http::StatusCode,
    response::Response,
    routing::{get, patch, post},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    domain::interview::{self, Attendee, Edit, NewInterview, Outsiders},
    error::Result,
    graph::{self, interview::Filter},
    house::Orangery,
    http::{
        Caller,
        input::{Body, Fields, Params, Path},
        page::Paging,
    },
    tables::ResponseStatus,
    wire::harvest::{self, ScheduledInterview},
    work::Work,
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/scheduled_interviews", get(index).post(create_v1))
        .route("/v1/scheduled_interviews/{id}", get(show).patch(edit_v1).delete(remove))
        .route("/v1/applications/{id}/scheduled_interviews", get(of_application))
        .route("/v2/scheduled_interviews", post(create))
        .route("/v2/scheduled_interviews/{id}", patch(edit))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(|it| Filter {
        starts_before: it.time("starts_before"),
        starts_after: it.time("starts_after"),
        ends_before: it.time("ends_before"),
        ends_after: it.time("ends_after"),
        ..filter(it)
    })?;
    list(caller, filter, paging).await
}

/// FIL-6: without the filters on start and end.
async fn of_application(
    caller: Caller,
    Path(application_id): Path<i64>,
    params: Params,
    paging: Paging,
) -> Result<Response> {
    let filter = params.read(|it| Filter { application_id: Some(application_id), ..filter(it) })?;
    list(caller, filter, paging).await
}

fn filter(it: &Fields<'_>) -> Filter {
    Filter {
        created_before: it.time("created_before"),
        created_after: it.time("created_after"),
        updated_before: it.time("updated_before"),
        updated_after: it.time("updated_after"),
        external_event_id: it.text("external_event_id", 255),
        actionable: it.flag("actionable").unwrap_or_default(),
        ..Filter::default()
    }
}

async fn list(caller: Caller, filter: Filter, paging: Paging) -> Result<Response> {
    let slice = caller.read(async |look| graph::interview::list(look, filter, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::scheduled_interview)))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<ScheduledInterview>> {
    caller
        .read(async |look| Ok(Json(harvest::scheduled_interview(&graph::interview::interview(look, id).await?))))
        .await
}

async fn create(caller: Caller, body: Body) -> Result<(StatusCode, Json<ScheduledInterview>)> {
    make(caller, body, Outsiders::Welcome).await
}

async fn create_v1(caller: Caller, body: Body) -> Result<(StatusCode, Json<ScheduledInterview>)> {
    make(caller, body, Outsiders::Refused).await
}

async fn make(caller: Caller, body: Body, outsiders: Outsiders) -> Result<(StatusCode, Json<ScheduledInterview>)> {
    let new = body.read(|it| NewInterview {
        id: None,
        application_id: it.required_id("application_id"),
        interview_id: it.required_id("interview_id"),
        interviewers: it.required("interviewers", interviewers(it)).unwrap_or_default(),
        starts_at: it.required("start", it.time("start")).unwrap_or(Timestamp::UNIX_EPOCH),
        ends_at: it.required("end", it.time("end")).unwrap_or(Timestamp::UNIX_EPOCH),
        all_day: false,
        external_event_id: Some(it.required_text("external_event_id", 255)),
        location: it.text("location", 255),
        video_conferencing_url: it.text("video_conferencing_url", 2000),
        outsiders,
        by_api: true,
    })?;
    caller
        .write(async move |work| {
            let id = interview::create(work, new).await?;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

fn interviewers(it: &Fields<'_>) -> Option<Vec<Attendee>> {
    let read = it.objects("interviewers", |it| {
        let response_status = it.required("response_status", it.word("response_status"));
        it.user_ref().map(|who| Attendee {
            who,
            name: None,
            response_status: response_status.unwrap_or(ResponseStatus::NeedsAction),
        })
    });
    read.map(|it| it.into_iter().flatten().collect())
}

async fn edit(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<ScheduledInterview>> {
    change(caller, id, body, Outsiders::Welcome).await
}

async fn edit_v1(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<ScheduledInterview>> {
    change(caller, id, body, Outsiders::Refused).await
}

async fn change(caller: Caller, id: i64, body: Body, outsiders: Outsiders) -> Result<Json<ScheduledInterview>> {
    let edit = body.read(|it| Edit {
        interviewers: interviewers(it),
        starts_at: it.time("start"),
        ends_at: it.time("end"),
        external_event_id: it.patch_text("external_event_id", 255),
        location: it.patch_text("location", 255),
        video_conferencing_url: it.patch_text("video_conferencing_url", 2000),
        outsiders,
    })?;
    caller
        .write(async move |work| {
            interview::edit(work, id, edit).await?;
            answer(work, id).await
        })
        .await
}

async fn remove(caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    caller.write(async move |work| interview::delete_through_api(work, id).await).await?;
    Ok(Json(json!({"message": format!("Interview {id} has been deleted.")})))
}

/// The interview as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<ScheduledInterview>> {
    Ok(Json(harvest::scheduled_interview(&graph::interview::interview(&work.look().await?, id).await?)))
}
