//! Reminders to follow up, touchpoints, and messages that integrations synced. None of them fires anything.

use axum::{Json, http::StatusCode, response::Response};
use jiff::Timestamp;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::note::{self, NewMessage, NewReminder, NewTouchpoint},
    error::{Faults, Result},
    graph,
    house::Orangery,
    http::{Caller, input::Path, page::Paging},
    tables::{self, SyncedKind},
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(reminders, add_reminder))
        .routes(routes!(delete_reminder))
        .routes(routes!(touchpoints, add_touchpoint))
        .routes(routes!(messages, add_message))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Reminder {
    id: i64,
    user_id: i64,
    note: Option<String>,
    #[schema(value_type = String)]
    remind_at: Timestamp,
    #[schema(value_type = String)]
    created_at: Timestamp,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReminderInput {
    /// Who is reminded.
    user_id: i64,
    /// At most 10 000 characters.
    note: Option<String>,
    /// ISO-8601, with a zone.
    #[schema(value_type = String)]
    remind_at: Timestamp,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Touchpoint {
    id: i64,
    application_id: Option<i64>,
    user_id: Option<i64>,
    kind: String,
    #[schema(value_type = String)]
    happened_at: Timestamp,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TouchpointInput {
    application_id: Option<i64>,
    /// `call`, `meeting`, `message`, or a word of your own. At most 255 characters.
    kind: String,
    /// ISO-8601, with a zone.
    #[schema(value_type = String)]
    happened_at: Timestamp,
    /// Goes to the activity feed. At most 100 000 characters.
    note: Option<String>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Message {
    id: i64,
    kind: SyncedKind,
    body: String,
    #[schema(value_type = String)]
    created_at: Timestamp,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct MessageInput {
    kind: SyncedKind,
    /// At most 100 000 characters.
    body: String,
}

/// A candidate's reminders.
#[utoipa::path(
    get, path = "/api/v1/candidates/{id}/reminders", tag = "candidates",
    params(("id" = i64, Path), ("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query)),
    responses((status = 200, body = Vec<Reminder>), (status = 404, description = "No such candidate")),
)]
async fn reminders(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<Response> {
    let page = paging.page;
    let slice = caller.read(async |look| graph::feed::of_candidate(look, id, page).await).await?;
    Ok(paging.answer(slice.map(reminder)))
}

/// Reminds a user of a candidate.
#[utoipa::path(
    post, path = "/api/v1/candidates/{id}/reminders", tag = "candidates", params(("id" = i64, Path)), request_body = ReminderInput,
    responses(
        (status = 201, body = Reminder),
        (status = 404, description = "No such candidate"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn add_reminder(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<ReminderInput>,
) -> Result<(StatusCode, Json<Reminder>)> {
    let ReminderInput { user_id, note, remind_at } = input;
    let mut faults = Faults::default();
    faults.limit("note", note.as_deref(), 10_000);
    within(&mut faults, "remind_at", remind_at);
    faults.done()?;
    let new = NewReminder { id: None, user_id, note, remind_at };
    let made = caller.write(async move |work| note::remind(work, id, &new).await).await?;
    Ok((StatusCode::CREATED, Json(reminder(&made))))
}

/// Takes a reminder away.
#[utoipa::path(
    delete, path = "/api/v1/candidates/{id}/reminders/{reminder_id}", tag = "candidates",
    params(("id" = i64, Path), ("reminder_id" = i64, Path)),
    responses((status = 204, description = "It is gone"), (status = 404, description = "No such candidate or reminder")),
)]
async fn delete_reminder(caller: Caller, Path((id, reminder_id)): Path<(i64, i64)>) -> Result<StatusCode> {
    caller.write(async move |work| note::forget_reminder(work, id, reminder_id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A candidate's touchpoints.
#[utoipa::path(
    get, path = "/api/v1/candidates/{id}/touchpoints", tag = "candidates",
    params(("id" = i64, Path), ("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query)),
    responses((status = 200, body = Vec<Touchpoint>), (status = 404, description = "No such candidate")),
)]
async fn touchpoints(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<Response> {
    let page = paging.page;
    let slice = caller.read(async |look| graph::feed::of_candidate(look, id, page).await).await?;
    Ok(paging.answer(slice.map(touchpoint)))
}

/// Notes a contact with the candidate.
#[utoipa::path(
    post, path = "/api/v1/candidates/{id}/touchpoints", tag = "candidates", params(("id" = i64, Path)), request_body = TouchpointInput,
    responses(
        (status = 201, body = Touchpoint),
        (status = 404, description = "No such candidate"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn add_touchpoint(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<TouchpointInput>,
) -> Result<(StatusCode, Json<Touchpoint>)> {
    let TouchpointInput { application_id, kind, happened_at, note } = input;
    let mut faults = Faults::default();
    faults.text("kind", &kind, 255);
    faults.limit("note", note.as_deref(), 100_000);
    within(&mut faults, "happened_at", happened_at);
    faults.done()?;
    let new = NewTouchpoint { id: None, application_id, kind, happened_at, note };
    let made = caller.write(async move |work| note::touchpoint(work, id, &new).await).await?;
    Ok((StatusCode::CREATED, Json(touchpoint(&made))))
}

/// Messages that integrations synced.
#[utoipa::path(
    get, path = "/api/v1/candidates/{id}/messages", tag = "candidates",
    params(("id" = i64, Path), ("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query)),
    responses((status = 200, body = Vec<Message>), (status = 404, description = "No such candidate")),
)]
async fn messages(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<Response> {
    let page = paging.page;
    let slice = caller.read(async |look| graph::feed::of_candidate(look, id, page).await).await?;
    Ok(paging.answer(slice.map(message)))
}

/// Keeps a message that an integration synced.
#[utoipa::path(
    post, path = "/api/v1/candidates/{id}/messages", tag = "candidates", params(("id" = i64, Path)), request_body = MessageInput,
    responses(
        (status = 201, body = Message),
        (status = 404, description = "No such candidate"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn add_message(
    caller: Caller,
    Path(id): Path<i64>,
    Input(MessageInput { kind, body }): Input<MessageInput>,
) -> Result<(StatusCode, Json<Message>)> {
    let mut faults = Faults::default();
    faults.text("body", &body, 100_000);
    faults.done()?;
    let new = NewMessage { id: None, kind, body };
    let made = caller.write(async move |work| note::sync_message(work, id, &new).await).await?;
    Ok((StatusCode::CREATED, Json(message(&made))))
}

/// Between the years that every database and client can tell.
fn within(faults: &mut Faults, field: &str, at: Timestamp) {
    if !(0..=9999).contains(&at.to_zoned(jiff::tz::TimeZone::UTC).year()) {
        faults.add(field, "Must be in the years 0 to 9999");
    }
}

fn reminder(row: &tables::Reminder) -> Reminder {
    let tables::Reminder { id, candidate_id: _, user_id, note, remind_at, created_at } = row.clone();
    Reminder { id, user_id, note, remind_at, created_at }
}

fn touchpoint(row: &tables::Touchpoint) -> Touchpoint {
    let tables::Touchpoint { id, candidate_id: _, application_id, user_id, kind, happened_at, created_at: _ } =
        row.clone();
    Touchpoint { id, application_id, user_id, kind, happened_at }
}

fn message(row: &tables::SyncedMessage) -> Message {
    let tables::SyncedMessage { id, candidate_id: _, kind, body, created_at } = row.clone();
    Message { id, kind, body, created_at }
}
