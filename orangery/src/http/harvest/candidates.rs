//! Candidates over Harvest.

use axum::{
    Json, Router,
    http::StatusCode,
    response::Response,
    routing::{get, post, put},
};
use serde_json::{Value, json};

use super::person;
use crate::{
    domain::{
        anonymize,
        application::new,
        candidate::{self, Edit},
        merge,
    },
    error::Result,
    graph::{self, candidate::Filter},
    house::Orangery,
    http::{
        Caller,
        input::{Body, Fields, Params, Path},
        page::Paging,
    },
    wire::harvest::{self, Application, Candidate},
    work::Work,
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/candidates", get(index).post(create))
        .route("/v1/candidates/{id}", get(show).patch(edit).delete(delete))
        .route("/v1/candidates/{id}/applications", post(apply))
        .route("/v1/candidates/{id}/anonymize", put(erase))
        .route("/v1/candidates/merge", put(join))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(|it| Filter {
        created_before: it.time("created_before"),
        created_after: it.time("created_after"),
        updated_before: it.time("updated_before"),
        updated_after: it.time("updated_after"),
        job_id: it.id("job_id"),
        email: it.text("email", 1000),
        candidate_ids: at_most_50(it),
    })?;
    let slice = caller.read(async |look| graph::candidate::list(look, filter, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::candidate)))
}

/// FIL-8.
fn at_most_50(it: &Fields<'_>) -> Option<Vec<i64>> {
    let ids = it.ids("candidate_ids")?;
    if ids.len() > 50 {
        it.fault("candidate_ids", "Must be at most 50 ids");
    }
    Some(ids)
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<Candidate>> {
    caller.read(async |look| Ok(Json(harvest::candidate(&graph::candidate::person(look, id).await?)))).await
}

async fn create(caller: Caller, body: Body) -> Result<(StatusCode, Json<Candidate>)> {
    let (mut new, sent) = body.read(|it| {
        let sent = it.required("applications", it.objects("applications", person::of_candidate));
        (person::person(it), sent.unwrap_or_default())
    })?;
    for it in sent {
        new.applications.push(it.store(&caller.house).await?);
    }
    caller
        .write(async move |work| {
            let id = candidate::create(work, &new).await?;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

async fn edit(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Candidate>> {
    let edit = body.read(|it| Edit {
        first_name: it.patch_name("first_name", 255),
        last_name: it.patch_name("last_name", 255),
        company: it.patch_text("company", 255),
        title: it.patch_text("title", 255),
        is_private: it.patch_flag("is_private"),
        recruiter: it.patch_user("recruiter"),
        coordinator: it.patch_user("coordinator"),
        contacts: person::CONTACTS
            .iter()
            .filter_map(|(name, kind)| Some((*kind, person::contacts(it, name, *kind)?)))
            .collect(),
        tags: person::tags(it),
        custom: it.custom_values("custom_fields"),
        ..Edit::default()
    })?;
    caller
        .write(async move |work| {
            candidate::edit(work, id, &edit).await?;
            answer(work, id).await
        })
        .await
}

async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    caller
        .write(async move |work| {
            candidate::delete(work, id).await?;
            Ok(Json(json!({"message": format!("Person {id} has been deleted.")})))
        })
        .await
}

/// Another application of somebody who is there; `prospect` says of which kind (APP-7).
async fn apply(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<(StatusCode, Json<Application>)> {
    let sent = body.read(|it| match it.flag("prospect").unwrap_or(false) {
        true => person::of_prospect(it),
        false => person::of_candidate(it),
    })?;
    let new = sent.store(&caller.house).await?;
    caller
        .write(async move |work| {
            let id = new::create(work, id, &new).await?;
            let made = graph::application::application(&work.look().await?, id).await?;
            Ok((StatusCode::CREATED, Json(harvest::application(&made))))
        })
        .await
}

/// The names of the fields come in the query or in the body, by comma or as a list.
async fn erase(caller: Caller, Path(id): Path<i64>, params: Params, body: Body) -> Result<Json<Candidate>> {
    let sent = params.read(names)?;
    let names = match sent {
        Some(names) => names,
        None => body.read(names)?.unwrap_or_default(),
    };
    caller
        .write(async move |work| {
            anonymize::anonymize(work, id, &names).await?;
            answer(work, id).await
        })
        .await
}

fn names(it: &Fields<'_>) -> Option<Vec<String>> {
    if let Some(Value::Array(_)) = it.raw("fields") {
        return it.texts("fields", 255);
    }
    let text = it.text("fields", 10_000)?;
    Some(text.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect())
}

async fn join(caller: Caller, body: Body) -> Result<Json<Candidate>> {
    let (kept, gone) =
        body.read(|it| (it.required_id("primary_candidate_id"), it.required_id("duplicate_candidate_id")))?;
    caller
        .write(async move |work| {
            merge::merge(work, kept, gone).await?;
            answer(work, kept).await
        })
        .await
}

/// The candidate as it is after the verb.
pub async fn answer(work: &Work, id: i64) -> Result<Json<Candidate>> {
    Ok(Json(harvest::candidate(&graph::candidate::person(&work.look().await?, id).await?)))
}
