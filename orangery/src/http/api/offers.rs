//! Offers made, changed, sent, accepted, turned down and deleted: no endpoint of Harvest does it (OFF-6).

use axum::{Json, http::StatusCode};
use jiff::civil::Date;
use serde_json::{Value, json};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Input, custom::CustomFields};
use crate::{
    domain::{
        application::hire::{self, Hire},
        offer::{self, EditOffer, NewOffer},
    },
    error::Result,
    graph,
    house::Orangery,
    http::{Caller, input::Path},
    patch::Patch,
    wire::harvest::{self, Offer},
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(edit, remove))
        .routes(routes!(send))
        .routes(routes!(accept))
        .routes(routes!(reject))
}

#[derive(Clone, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferInput {
    /// An open opening of the application's job.
    opening_id: Option<i64>,
    #[schema(value_type = Option<String>, format = Date)]
    start_date: Option<Date>,
    /// When it was sent, if it was.
    #[schema(value_type = Option<String>, format = Date)]
    sent_on: Option<Date>,
    /// At most 100 000 characters.
    notes: Option<String>,
    /// `{"id" or "name_key", "value"}`, as in Harvest.
    #[serde(default)]
    #[schema(value_type = Vec<serde_json::Value>)]
    custom_fields: CustomFields,
}

impl OfferInput {
    pub(super) fn new_offer(self, application_id: i64) -> NewOffer {
        let Self { opening_id, start_date, sent_on, notes, custom_fields } = self;
        NewOffer {
            id: None,
            application_id,
            opening_id,
            starts_on: start_date,
            sent_on,
            notes,
            custom: custom_fields.0,
        }
    }
}

/// Makes an offer to an active candidate; one that is still open is deprecated by it. Fires `offer_updated` for that and `offer_created`.
#[utoipa::path(
    post, path = "/api/v1/applications/{id}/offers", tag = "offers", params(("id" = i64, Path)), request_body = OfferInput,
    responses(
        (status = 201, description = "The offer, as Harvest shows it"),
        (status = 404, description = "No such application"),
        (status = 422, description = "It is not active or a prospect's, or the input is wrong"),
    ),
)]
async fn create(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<OfferInput>,
) -> Result<(StatusCode, Json<Offer>)> {
    let new = input.new_offer(id);
    caller
        .write(async move |work| {
            let id = offer::create(work, new).await?;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

/// What is absent stays, null takes a value away.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct OfferEdit {
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    opening_id: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    start_date: Patch<Date>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    sent_on: Patch<Date>,
    /// At most 100 000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    notes: Patch<String>,
    /// `{"id" or "name_key", "value"}`, as in Harvest.
    #[serde(default)]
    #[schema(value_type = Vec<serde_json::Value>)]
    custom_fields: CustomFields,
}

/// Changes the current offer. A change in a custom field that makes versions makes a new one: `offer_updated` for the old, `offer_created`
/// for the new. Every other fires `offer_updated`.
#[utoipa::path(
    patch, path = "/api/v1/offers/{id}", tag = "offers", params(("id" = i64, Path)), request_body = OfferEdit,
    responses(
        (status = 200, description = "The version that now is current, as Harvest shows it"),
        (status = 404, description = "No such offer"),
        (status = 422, description = "It is not unresolved, or the input is wrong"),
    ),
)]
async fn edit(caller: Caller, Path(id): Path<i64>, Input(input): Input<OfferEdit>) -> Result<Json<Offer>> {
    let OfferEdit { opening_id, start_date, sent_on, notes, custom_fields } = input;
    let edit = EditOffer {
        opening_id,
        starts_on: start_date,
        sent_on,
        notes,
        created_at: Patch::Absent,
        custom: custom_fields.0,
    };
    caller
        .write(async move |work| {
            let id = offer::edit(work, id, edit).await?;
            answer(work, id).await
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Sending {
    /// By default today, in the organization's time zone.
    #[schema(value_type = Option<String>, format = Date)]
    sent_on: Option<Date>,
}

/// Notes that an offer was sent. Fires `offer_updated`.
#[utoipa::path(
    post, path = "/api/v1/offers/{id}/send", tag = "offers", params(("id" = i64, Path)), request_body = Sending,
    responses(
        (status = 200, description = "The offer, as Harvest shows it"),
        (status = 404, description = "No such offer"),
        (status = 422, description = "It is not unresolved, or the input is wrong"),
    ),
)]
async fn send(caller: Caller, Path(id): Path<i64>, Input(Sending { sent_on }): Input<Sending>) -> Result<Json<Offer>> {
    caller
        .write(async move |work| {
            offer::send(work, id, sent_on).await?;
            answer(work, id).await
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    /// Goes to the offer.
    #[schema(value_type = Option<String>, format = Date)]
    start_date: Option<Date>,
    /// By default that of the offer, else one that is open.
    opening_id: Option<i64>,
    /// Goes to the opening.
    close_reason_id: Option<i64>,
}

/// Accepts an offer, which hires the candidate. Fires `hire_candidate`, then `offer_updated`, and `job_updated` where it filled the job's
/// last opening.
#[utoipa::path(
    post, path = "/api/v1/offers/{id}/accept", tag = "offers", params(("id" = i64, Path)), request_body = Acceptance,
    responses(
        (status = 200, description = "The offer, as Harvest shows it"),
        (status = 404, description = "No such offer"),
        (status = 422, description = "It is not the current one, approvals are missing, or the input is wrong"),
    ),
)]
async fn accept(caller: Caller, Path(id): Path<i64>, Input(input): Input<Acceptance>) -> Result<Json<Offer>> {
    let Acceptance { start_date, opening_id, close_reason_id } = input;
    let terms = Hire { start_date, opening_id, close_reason_id };
    caller
        .write(async move |work| {
            hire::accept(work, id, terms).await?;
            answer(work, id).await
        })
        .await
}

/// Notes that an offer was turned down. Fires `offer_updated`.
#[utoipa::path(
    post, path = "/api/v1/offers/{id}/reject", tag = "offers", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "The offer, as Harvest shows it"),
        (status = 404, description = "No such offer"),
        (status = 422, description = "It is not unresolved"),
    ),
)]
async fn reject(caller: Caller, Path(id): Path<i64>) -> Result<Json<Offer>> {
    caller
        .write(async move |work| {
            offer::reject(work, id).await?;
            answer(work, id).await
        })
        .await
}

/// Deletes one version of an offer. Fires `offer_deleted`.
#[utoipa::path(
    delete, path = "/api/v1/offers/{id}", tag = "offers", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "`{\"message\"}`"),
        (status = 404, description = "No such offer"),
        (status = 422, description = "It is accepted"),
    ),
)]
async fn remove(caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    caller
        .write(async move |work| {
            offer::delete(work, id).await?;
            Ok(Json(json!({"message": format!("Offer {id} has been deleted.")})))
        })
        .await
}

/// The offer as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<Offer>> {
    Ok(Json(harvest::offer(&graph::offer::offer(&work.look().await?, id).await?)))
}
