//! How far interviews are, and any interview called off: Harvest changes only those that were made through it (INT-4).

use axum::Json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::{interview, user::UserRef},
    error::{Error, Result},
    graph,
    house::Orangery,
    http::{Caller, input::Path},
    tables::{InterviewStatus, ResponseStatus, StepStatus},
    wire::harvest::{self, ScheduledInterview},
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(remove))
        .routes(routes!(set_status))
        .routes(routes!(respond))
        .routes(routes!(set_step))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Deleted {
    message: String,
}

/// Calls an interview off, however it was made. Fires `interview_deleted`.
#[utoipa::path(
    delete, path = "/api/v1/scheduled-interviews/{id}", tag = "interviews", params(("id" = i64, Path)),
    responses((status = 200, body = Deleted), (status = 404, description = "No such interview")),
)]
async fn remove(caller: Caller, Path(id): Path<i64>) -> Result<Json<Deleted>> {
    caller.write(async move |work| interview::delete(work, id).await).await?;
    Ok(Json(Deleted { message: format!("Interview {id} has been deleted.") }))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct InterviewProgress {
    status: InterviewStatus,
}

/// Takes an interview on from scheduled to awaiting feedback to complete. Fires nothing.
#[utoipa::path(
    post, path = "/api/v1/scheduled-interviews/{id}/status", tag = "interviews", params(("id" = i64, Path)), request_body = InterviewProgress,
    responses(
        (status = 200, description = "The interview, as Harvest shows it"),
        (status = 404, description = "No such interview"),
        (status = 422, description = "It would go back"),
    ),
)]
async fn set_status(
    caller: Caller,
    Path(id): Path<i64>,
    Input(InterviewProgress { status }): Input<InterviewProgress>,
) -> Result<Json<ScheduledInterview>> {
    caller
        .write(async move |work| {
            interview::set_status(work, id, status).await?;
            answer(work, id).await
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct InvitationAnswer {
    /// The user who answers; the user of On-Behalf-Of where neither is named.
    user_id: Option<i64>,
    /// An interviewer's address, for who is not a user.
    email: Option<String>,
    response_status: ResponseStatus,
}

/// Notes what an interviewer answered to the invitation. Fires nothing.
#[utoipa::path(
    put, path = "/api/v1/scheduled-interviews/{id}/response", tag = "interviews", params(("id" = i64, Path)), request_body = InvitationAnswer,
    responses(
        (status = 200, description = "The interview, as Harvest shows it"),
        (status = 404, description = "No such interview"),
        (status = 422, description = "No interviewer of it"),
    ),
)]
async fn respond(
    caller: Caller,
    Path(id): Path<i64>,
    Input(InvitationAnswer { user_id, email, response_status }): Input<InvitationAnswer>,
) -> Result<Json<ScheduledInterview>> {
    let who = match (user_id, email) {
        (Some(id), None) => UserRef::Id(id),
        (None, Some(email)) => UserRef::Email(email),
        (None, None) => UserRef::Id(caller.user_id()?),
        (Some(_), Some(_)) => return Err(Error::invalid("email", "Name either user_id or email")),
    };
    caller
        .write(async move |work| {
            interview::respond(work, id, who, response_status).await?;
            answer(work, id).await
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct StepProgress {
    /// skipped, sent or received; null leaves it to what is scheduled and scored.
    status: Option<StepStatus>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct StepSet {
    application_id: i64,
    interview_id: i64,
    status: Option<StepStatus>,
}

/// Says by hand where an application stands with one interview of its job: skipped, or a take-home test that was sent or received. Fires
/// nothing.
#[utoipa::path(
    put, path = "/api/v1/applications/{id}/interviews/{interview_id}/status", tag = "interviews",
    params(("id" = i64, Path), ("interview_id" = i64, Path)), request_body = StepProgress,
    responses(
        (status = 200, body = StepSet),
        (status = 404, description = "No such application"),
        (status = 422, description = "No interview of its job, or a status that nobody sets"),
    ),
)]
async fn set_step(
    caller: Caller,
    Path((application_id, interview_id)): Path<(i64, i64)>,
    Input(StepProgress { status }): Input<StepProgress>,
) -> Result<Json<StepSet>> {
    caller.write(async move |work| interview::set_step(work, application_id, interview_id, status).await).await?;
    Ok(Json(StepSet { application_id, interview_id, status }))
}

/// The interview as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<ScheduledInterview>> {
    Ok(Json(harvest::scheduled_interview(&graph::interview::interview(&work.look().await?, id).await?)))
}
