//! What Harvest can't do with candidates: what its PATCH leaves out, photos, files and lines of the feed taken away. Many at a time stand in
//! `bulk_candidates`, reminders and touchpoints in `follow_ups`.

use axum::{Json, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::{
        attachment,
        candidate::{self, Edit},
        note,
    },
    error::{Error, Faults, Result},
    graph,
    house::Orangery,
    http::{Caller, input::Path, upload},
    patch::Patch,
    wire::harvest::{self, Candidate},
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(edit))
        .routes(routes!(put_photo, delete_photo))
        .routes(routes!(delete_attachment))
        .routes(routes!(delete_item))
}

/// What is absent stays, null takes a value away.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EditCandidate {
    /// Whether mail may be sent to them.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    can_email: Patch<bool>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    is_private: Patch<bool>,
    /// At most 255 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    headline: Patch<String>,
    /// The organization's own id. At most 255 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    external_id: Patch<String>,
    /// The user who is this person, where they work here already.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    linked_user_id: Patch<i64>,
    /// At most 1000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    linkedin_profile: Patch<String>,
}

impl EditCandidate {
    fn edit(self) -> Result<Edit> {
        let Self { can_email, is_private, headline, external_id, linked_user_id, linkedin_profile } = self;
        let mut faults = Faults::default();
        for (name, text, max) in [
            ("headline", &headline, 255),
            ("external_id", &external_id, 255),
            ("linkedin_profile", &linkedin_profile, 1000),
        ] {
            if let Patch::Value(text) = text {
                faults.limit(name, text.as_str(), max);
            }
        }
        faults.done()?;
        Ok(Edit { can_email, is_private, headline, external_id, linked_user_id, linkedin_profile, ..Edit::default() })
    }
}

/// Changes what Harvest can't. Fires `update_candidate` where anything changed that a candidate object shows, which a headline is not.
#[utoipa::path(
    patch, path = "/api/v1/candidates/{id}", tag = "candidates", params(("id" = i64, Path)), request_body = EditCandidate,
    responses(
        (status = 200, description = "The candidate, as Harvest shows them"),
        (status = 404, description = "No such candidate"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit(caller: Caller, Path(id): Path<i64>, Input(input): Input<EditCandidate>) -> Result<Json<Candidate>> {
    let edit = input.edit()?;
    change(caller, id, edit).await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Photo {
    /// The picture in base64; at most 30 MiB.
    content: String,
}

/// Gives a candidate a photo, or another one. Fires `update_candidate`.
#[utoipa::path(
    put, path = "/api/v1/candidates/{id}/photo", tag = "candidates", params(("id" = i64, Path)), request_body = Photo,
    responses(
        (status = 200, description = "The candidate, as Harvest shows them"),
        (status = 404, description = "No such candidate"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn put_photo(
    caller: Caller,
    Path(id): Path<i64>,
    Input(Photo { content }): Input<Photo>,
) -> Result<Json<Candidate>> {
    let content = upload::decode(&content).map_err(|why| Error::invalid("content", why))?;
    let blob = upload::store(&caller.house, &content).await?;
    change(caller, id, Edit { photo: Patch::Value(blob), ..Edit::default() }).await
}

/// Takes the photo away. Fires `update_candidate` if there was one.
#[utoipa::path(
    delete, path = "/api/v1/candidates/{id}/photo", tag = "candidates", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "The candidate, as Harvest shows them"),
        (status = 404, description = "No such candidate"),
    ),
)]
async fn delete_photo(caller: Caller, Path(id): Path<i64>) -> Result<Json<Candidate>> {
    change(caller, id, Edit { photo: Patch::Null, ..Edit::default() }).await
}

/// Takes a file away from a candidate or an application. Fires `update_candidate`.
#[utoipa::path(
    delete, path = "/api/v1/attachments/{id}", tag = "candidates", params(("id" = i64, Path)),
    responses((status = 204, description = "It is gone"), (status = 404, description = "No such file")),
)]
async fn delete_attachment(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| attachment::delete(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a note, an e-mail note or an activity out of a candidate's feed. Fires nothing.
#[utoipa::path(
    delete, path = "/api/v1/candidates/{id}/activity_feed/{item_id}", tag = "candidates",
    params(("id" = i64, Path), ("item_id" = i64, Path)),
    responses((status = 204, description = "It is gone"), (status = 404, description = "No such candidate or line")),
)]
async fn delete_item(caller: Caller, Path((id, item_id)): Path<(i64, i64)>) -> Result<StatusCode> {
    caller.write(async move |work| note::delete(work, id, item_id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(caller: Caller, id: i64, edit: Edit) -> Result<Json<Candidate>> {
    caller
        .write(async move |work| {
            candidate::edit(work, id, &edit).await?;
            answer(work, id).await
        })
        .await
}

/// The candidate after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<Candidate>> {
    Ok(Json(harvest::candidate(&graph::candidate::person(&work.look().await?, id).await?)))
}
