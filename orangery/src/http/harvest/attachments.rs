//! Attachments of candidates and applications over Harvest.

use axum::{Json, Router, http::StatusCode, routing::post};
use serde::Serialize;

use crate::{
    domain::attachment,
    error::Result,
    graph::{self, Look},
    house::Orangery,
    http::{
        Caller,
        input::{Body, Path},
        upload::Upload,
    },
    tables::{self, AttachmentKind},
    work::Work,
};

/// ATT-2.
const OF_CANDIDATES: &[AttachmentKind] = &[AttachmentKind::Resume, AttachmentKind::CoverLetter, AttachmentKind::Other];
/// ATT-3.
const OF_APPLICATIONS: &[AttachmentKind] = &[
    AttachmentKind::Resume,
    AttachmentKind::CoverLetter,
    AttachmentKind::Other,
    AttachmentKind::TakeHomeTest,
    AttachmentKind::OfferLetter,
    AttachmentKind::SignedOfferLetter,
];

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/candidates/{id}/attachments", post(to_candidate))
        .route("/v1/applications/{id}/attachments", post(to_application))
}

#[derive(Serialize)]
struct Attached {
    filename: String,
    url: String,
    #[serde(rename = "type")]
    kind: AttachmentKind,
    content_type: Option<String>,
}

async fn to_candidate(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<(StatusCode, Json<Attached>)> {
    let new = body.read(|it| Upload::read(it, OF_CANDIDATES))?.store(&caller.house).await?;
    caller
        .write(async move |work| {
            let made = attachment::attach_to_candidate(work, id, &new).await?;
            answer(work, made).await
        })
        .await
}

async fn to_application(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<(StatusCode, Json<Attached>)> {
    let new = body.read(|it| Upload::read(it, OF_APPLICATIONS))?.store(&caller.house).await?;
    caller
        .write(async move |work| {
            let made = attachment::attach_to_application(work, id, &new).await?;
            answer(work, made).await
        })
        .await
}

async fn answer(work: &Work, id: i64) -> Result<(StatusCode, Json<Attached>)> {
    let look: Look<'_> = work.look().await?;
    let row: tables::Attachment = look.tx.find(id).await?;
    let signed = graph::candidate::signed(&look, vec![row]).into_iter().next();
    let shown = signed.ok_or(crate::error::Error::NotFound("attachments", id))?;
    let tables::Attachment { filename, kind, content_type, .. } = shown.row;
    Ok((StatusCode::CREATED, Json(Attached { filename, url: shown.url, kind, content_type })))
}
