//! Many candidates at a time: each record is a Work of its own, so that its events stand or fall with it (FIRE-17).

use std::sync::Arc;

use axum::Json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Input,
    bulk::{BulkResult, result},
};
use crate::{
    domain::{anonymize, candidate, merge, tag},
    error::{Error, Faults, Result},
    graph,
    house::Orangery,
    http::Caller,
    words,
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(candidates))
}

words! {
    BulkCandidateAction { Delete = "delete", Merge = "merge", Tag = "tag", Untag = "untag", Anonymize = "anonymize" }
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkCandidates {
    action: BulkCandidateAction,
    /// At most 500 candidates; each is done once.
    ids: Vec<i64>,
    /// For merge: who lives on. The others are merged into this candidate, one after the other.
    into_id: Option<i64>,
    /// For tag and untag: the tag's name; tagging makes one that isn't there. At most 255 characters.
    tag: Option<String>,
    /// For anonymize: what goes, by the names that `PUT /v1/candidates/{id}/anonymize` takes.
    fields: Option<Vec<String>>,
}

/// What is done to each.
enum Deed {
    Delete,
    Merge { into_id: i64 },
    Tag(String),
    Untag(String),
    Anonymize(Vec<String>),
}

/// Deletes, merges, tags, untags or anonymizes, one record after the other; a record that is refused does not keep the others from being done.
/// Each fires what it fires when it is done alone.
#[utoipa::path(
    post, path = "/api/v1/candidates/bulk", tag = "candidates", request_body = BulkCandidates,
    responses(
        (status = 200, description = "What became of each", body = Vec<BulkResult>),
        (status = 422, description = "The input is wrong; nothing was done"),
    ),
)]
async fn candidates(caller: Caller, Input(input): Input<BulkCandidates>) -> Result<Json<Vec<BulkResult>>> {
    let (ids, deed) = input.read()?;
    let deed = Arc::new(deed);
    let mut results = Vec::with_capacity(ids.len());
    for id in ids {
        let deed = deed.clone();
        let done = caller.write(async move |work| act(work, id, &deed).await).await;
        results.push(result(id, done));
    }
    Ok(Json(results))
}

impl BulkCandidates {
    fn read(self) -> Result<(Vec<i64>, Deed)> {
        let Self { action, ids, into_id, tag, fields } = self;
        let mut faults = Faults::default();
        if ids.is_empty() || ids.len() > 500 {
            faults.add("ids", "Must be from 1 to 500 ids");
        }
        if let Some(tag) = &tag {
            faults.text("tag", tag, 255);
        }
        if let Some(fields) = &fields {
            faults.take(anonymize::fields(fields))?;
        }
        let (needed, deed) = match action {
            BulkCandidateAction::Delete => ("", Some(Deed::Delete)),
            BulkCandidateAction::Merge => ("into_id", into_id.map(|into_id| Deed::Merge { into_id })),
            BulkCandidateAction::Tag => ("tag", tag.map(Deed::Tag)),
            BulkCandidateAction::Untag => ("tag", tag.map(Deed::Untag)),
            BulkCandidateAction::Anonymize => ("fields", fields.map(Deed::Anonymize)),
        };
        let deed = match deed {
            Some(deed) => deed,
            None => {
                faults.add(needed, "is required");
                Deed::Delete
            }
        };
        faults.done()?;
        Ok((graph::ids(ids), deed))
    }
}

async fn act(work: &mut Work, id: i64, deed: &Deed) -> Result<()> {
    match deed {
        Deed::Delete => candidate::delete(work, id).await,
        Deed::Merge { into_id } => merge::merge(work, *into_id, id).await,
        Deed::Tag(name) => {
            let (tag, _) = tag::create(work, None, name).await?;
            tag::put(work, id, tag.id).await.map(drop)
        }
        Deed::Untag(name) => {
            let found = tag::named(work, name).await?;
            let tag = found.ok_or_else(|| Error::invalid("tag", format!("There is no tag {name:?}")))?;
            tag::take(work, id, tag.id).await.map(drop)
        }
        Deed::Anonymize(fields) => anonymize::anonymize(work, id, fields).await,
    }
}
