//! The way in: an application that comes through a board (SUB-1 … SUB-15), by the documented path or by the older one, which names the post in
//! the form.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    form::Form,
    pace::Pace,
    sent::{MOST_FETCHED, MOST_FILES, Sent, sent},
};
use crate::{
    domain::board::apply::{self, Submission},
    error::{Error, Fault, Result},
    graph::{self, job::JobPost},
    house::Orangery,
    http::{caller, input::Path, origin::origin},
    tables::{Board, Door},
    work::{Actor, Origin},
};

/// The older path.
const OLDER: &str = "POST /v1/applications";

/// A field that people leave empty, since they don't see it: who fills it in is none.
const HONEYPOT: &str = "your_homepage";

pub async fn apply(
    State(house): State<Orangery>,
    Extension(pace): Extension<Arc<Pace>>,
    Path((token, id)): Path<(String, i64)>,
    request: Request,
) -> Response {
    let target = Target { token: Some(token.to_lowercase()), id: Some(id) };
    come_in(house, pace, target, request).await.unwrap_or_else(|answer| answer)
}

/// `id` in the form is the post's.
pub async fn apply_by_form(
    State(house): State<Orangery>,
    Extension(pace): Extension<Arc<Pace>>,
    request: Request,
) -> Response {
    come_in(house, pace, Target { token: None, id: None }, request).await.unwrap_or_else(|answer| answer)
}

/// What one applies to, as far as the path says it.
struct Target {
    token: Option<String>,
    id: Option<i64>,
}

async fn come_in(house: Orangery, pace: Arc<Pace>, target: Target, request: Request) -> Result<Response, Response> {
    let (parts, body) = request.into_parts();
    if let Some(refusal) = pace.sender(&house, &parts) {
        return Err(refusal);
    }
    let key = caller::board_key(&house, &parts.headers).await.map_err(IntoResponse::into_response)?;
    let Some(key) = key else {
        return Err(caller::unauthorized("Applying wants a Job Board key as the user name of Basic auth"));
    };
    tracing::Span::current().record("key", key.id);
    let origin = origin(&house, &parts.extensions, &parts.headers);
    let form = Form::read(&house, Request::from_parts(parts, body)).await.map_err(IntoResponse::into_response)?;
    let request = if target.token.is_some() { caller::APPLY } else { OLDER };
    let actor = Actor { user_id: None, api_key_id: Some(key.id), door: Door::Board, request: request.to_owned() };
    take(&house, &pace, (actor, origin), target, form).await
}

async fn take(
    house: &Orangery,
    pace: &Pace,
    who: (Actor, Origin),
    target: Target,
    mut form: Form,
) -> Result<Response, Response> {
    let refused = IntoResponse::into_response;
    let id = match target.id {
        Some(id) => id,
        None => form.fields.read(|it| it.required_id("id")).map_err(Error::into_response)?,
    };
    let look = house.read(async |look| graph::job::board::open(look, target.token.as_deref(), id).await);
    let (board, post) = look.await.map_err(Error::into_response)?;
    let (bait, sent) = read(&mut form, &post).map_err(Error::into_response)?;
    if let Some(refusal) = sent.applicant.and_then(|it| pace.applicant(it)) {
        return Err(refusal);
    }
    if bait {
        tracing::info!(post = id, "an application was dropped: it filled in the field that nobody sees");
        return Ok(thanks());
    }
    submit(house, who, &board, &post, sent).await.map_err(refused)?;
    Ok(thanks())
}

fn read(form: &mut Form, post: &JobPost) -> Result<(bool, Sent)> {
    let files = &mut form.files;
    form.fields.read(|it| {
        let sent = sent(it, &post.questions, files);
        if sent.is_too_much() {
            let why = format!("An application has at most {MOST_FILES} files, {MOST_FETCHED} of them by a URL");
            it.fault("", why);
        }
        (it.raw(HONEYPOT).is_some(), sent)
    })
}

async fn submit(
    house: &Orangery,
    (actor, origin): (Actor, Origin),
    board: &Board,
    post: &JobPost,
    sent: Sent,
) -> Result<()> {
    let Sent { person, location, answers, attached, token, eeoc, demographics, consent, applicant: _ } = sent;
    let mut attachments = Vec::with_capacity(attached.len());
    for it in attached {
        attachments.push(it.store(house).await?);
    }
    let new = Submission {
        board_id: board.id,
        post_id: post.row.id,
        person,
        location,
        answers,
        attachments,
        token,
        eeoc,
        demographics,
        consent,
    };
    let done = house.write_from(origin, actor, async move |work| apply::apply(work, &new).await.map(drop)).await;
    done.map_err(as_sent)
}

/// The form calls a school by another name than the rest of the house.
fn as_sent(error: Error) -> Error {
    let Error::Invalid(faults) = error else { return error };
    let renamed = |it: Fault| match it.field.strip_suffix(".school_id") {
        Some(place) => Fault { field: format!("{place}.school_name_id"), ..it },
        None => it,
    };
    Error::Invalid(faults.into_iter().map(renamed).collect())
}

/// SUB-14.
fn thanks() -> Response {
    Json(json!({"success": "Candidate saved successfully"})).into_response()
}
