//! Many applications at a time: each record is a Work of its own, so that its events stand or fall with it (FIRE-17).

use std::sync::Arc;

use axum::Json;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Input, offers::OfferInput};
use crate::{
    domain::{
        application::{self, Rejection, delete, moves},
        offer,
    },
    error::{Error, Fault, Faults, Result},
    graph,
    house::Orangery,
    http::{Caller, error::told},
    words,
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(applications))
}

words! {
    BulkAction { Reject = "reject", Unreject = "unreject", Move = "move", Advance = "advance", Delete = "delete", Offer = "offer" }
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkApplications {
    action: BulkAction,
    /// At most 500 applications; each is done once.
    ids: Vec<i64>,
    /// For reject.
    rejection_reason_id: Option<i64>,
    /// For reject: goes to each activity feed. At most 100 000 characters.
    notes: Option<String>,
    /// For move: a stage of the job that all of them are on.
    to_stage_id: Option<i64>,
    /// For offer: what each of them is offered.
    offer: Option<OfferInput>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct BulkResult {
    id: i64,
    ok: bool,
    /// Why not.
    errors: Vec<Fault>,
}

/// What is done to each.
enum Deed {
    Reject(Rejection),
    Unreject,
    Move { to_stage_id: i64 },
    Advance,
    Delete,
    Offer(OfferInput),
}

/// Rejects, takes rejections back, moves, advances, deletes or makes offers, one record after the other; a record that is refused does not
/// keep the others from being done. Each fires what it fires when it is done alone.
#[utoipa::path(
    post, path = "/api/v1/applications/bulk", tag = "applications", request_body = BulkApplications,
    responses(
        (status = 200, description = "What became of each", body = Vec<BulkResult>),
        (status = 422, description = "The input is wrong; nothing was done"),
    ),
)]
async fn applications(caller: Caller, Input(input): Input<BulkApplications>) -> Result<Json<Vec<BulkResult>>> {
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

impl BulkApplications {
    fn read(self) -> Result<(Vec<i64>, Deed)> {
        let Self { action, ids, rejection_reason_id, notes, to_stage_id, offer } = self;
        let mut faults = Faults::default();
        if ids.is_empty() || ids.len() > 500 {
            faults.add("ids", "Must be from 1 to 500 ids");
        }
        if notes.as_ref().is_some_and(|it| it.chars().count() > 100_000 || it.contains('\0')) {
            faults.add("notes", "Must be at most 100000 characters long, none of them U+0000");
        }
        let deed = match action {
            BulkAction::Reject => {
                Some(Deed::Reject(Rejection { reason_id: rejection_reason_id, notes, ..Rejection::default() }))
            }
            BulkAction::Unreject => Some(Deed::Unreject),
            BulkAction::Move => to_stage_id.map(|to_stage_id| Deed::Move { to_stage_id }),
            BulkAction::Advance => Some(Deed::Advance),
            BulkAction::Delete => Some(Deed::Delete),
            BulkAction::Offer => offer.map(Deed::Offer),
        };
        let needed = if action == BulkAction::Move { "to_stage_id" } else { "offer" };
        if deed.is_none() {
            faults.add(needed, "is required");
        }
        faults.done()?;
        // No deed is a fault that was told just now.
        let deed = deed.ok_or_else(|| Error::invalid(needed, "is required"))?;
        Ok((graph::ids(ids), deed))
    }
}

async fn act(work: &mut Work, id: i64, deed: &Deed) -> Result<()> {
    match deed {
        Deed::Reject(rejection) => application::reject(work, id, rejection).await,
        Deed::Unreject => application::unreject(work, id).await,
        Deed::Move { to_stage_id } => moves::to_stage_from_any(work, id, *to_stage_id).await,
        Deed::Advance => moves::advance_from_any(work, id).await,
        Deed::Delete => delete::delete(work, id).await,
        Deed::Offer(input) => offer::create(work, input.clone().new_offer(id)).await.map(drop),
    }
}

/// What became of one record.
pub(super) fn result(id: i64, done: Result<()>) -> BulkResult {
    let one = |message: String| vec![Fault { message, field: String::new() }];
    let errors = match done {
        Ok(()) => return BulkResult { id, ok: true, errors: Vec::new() },
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Database(error)) => one(told(&error).1),
        Err(error) => one(error.to_string()),
    };
    BulkResult { id, ok: false, errors }
}
