//! Partners that come by OAuth 2.0: their applications, what users granted to them, and the codes by which users say that it is them.

use axum::{Json, http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::oauth::{self, EditedPartnerApp, NewPartnerApp, grant},
    error::Result,
    graph::oauth::{self as seen, GrantFilter},
    house::Orangery,
    http::{
        Caller,
        input::{Params, Path},
        page::Paging,
    },
    patch::Patch,
    wire::oauth::{self as wire, ConsentCode, PartnerApplication, PartnerGrant},
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(edit))
        .routes(routes!(renew))
        .routes(routes!(revoke))
        .routes(routes!(list_grants))
        .routes(routes!(withdraw))
        .routes(routes!(issue_code))
}

/// The applications, the revoked ones too.
#[utoipa::path(
    get, path = "/api/v1/oauth/applications", tag = "oauth",
    params(("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query)),
    responses((status = 200, body = Vec<PartnerApplication>)),
)]
async fn list(caller: Caller, paging: Paging) -> Result<Response> {
    let slice = caller.read(async |look| seen::list_applications(look, paging.page).await).await?;
    Ok(paging.answer(slice.map(|it| wire::application(it, None))))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PartnerApplicationInput {
    /// What users are shown.
    name: String,
    url: String,
    /// Where users are sent back; over https, but for this machine.
    callback_url: String,
    /// Where those come from whom it sends.
    source_id: i64,
}

/// Adds a partner's application. This answer is the only one that shows its secret.
#[utoipa::path(
    post, path = "/api/v1/oauth/applications", tag = "oauth", request_body = PartnerApplicationInput,
    responses((status = 201, body = PartnerApplication)),
)]
async fn create(
    caller: Caller,
    Input(input): Input<PartnerApplicationInput>,
) -> Result<(StatusCode, Json<PartnerApplication>)> {
    let PartnerApplicationInput { name, url, callback_url, source_id } = input;
    let (consumer_key, secret) = (caller.house.fresh_token("orck"), caller.house.fresh_token("orcs"));
    let new = NewPartnerApp { id: None, name, url, callback_url, source_id, consumer_key, secret };
    caller
        .write(async move |work| {
            let row = oauth::add_application(work, &new).await?;
            Ok((StatusCode::CREATED, Json(wire::application(&row, Some(new.secret)))))
        })
        .await
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PartnerApplicationChanges {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    url: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    callback_url: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    source_id: Patch<i64>,
}

/// Changes an application; what is absent stays.
#[utoipa::path(
    patch, path = "/api/v1/oauth/applications/{id}", tag = "oauth", params(("id" = i64, Path)),
    request_body = PartnerApplicationChanges, responses((status = 200, body = PartnerApplication)),
)]
async fn edit(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<PartnerApplicationChanges>,
) -> Result<Json<PartnerApplication>> {
    let PartnerApplicationChanges { name, url, callback_url, source_id } = input;
    let edited = EditedPartnerApp { name, url, callback_url, source_id };
    let edit = async move |work: &mut crate::work::Work| oauth::edit_application(work, id, &edited).await;
    Ok(Json(wire::application(&caller.write(edit).await?, None)))
}

/// Gives an application another secret, which only this answer shows. The one before is worth nothing any more; tokens stay good.
#[utoipa::path(
    post, path = "/api/v1/oauth/applications/{id}/secret", tag = "oauth", params(("id" = i64, Path)),
    responses((status = 200, body = PartnerApplication)),
)]
async fn renew(caller: Caller, Path(id): Path<i64>) -> Result<Json<PartnerApplication>> {
    let secret = caller.house.fresh_token("orcs");
    caller
        .write(async move |work| {
            let row = oauth::renew_secret(work, id, &secret).await?;
            Ok(Json(wire::application(&row, Some(secret))))
        })
        .await
}

/// Ends an application, and all that was granted to it. Can be repeated.
#[utoipa::path(
    post, path = "/api/v1/oauth/applications/{id}/revoke", tag = "oauth", params(("id" = i64, Path)),
    responses((status = 200, body = PartnerApplication)),
)]
async fn revoke(caller: Caller, Path(id): Path<i64>) -> Result<Json<PartnerApplication>> {
    let revoked = caller.write(async move |work| oauth::revoke_application(work, id).await).await?;
    Ok(Json(wire::application(&revoked, None)))
}

/// What users granted, what they withdrew too.
#[utoipa::path(
    get, path = "/api/v1/oauth/grants", tag = "oauth",
    params(
        ("user_id" = Option<i64>, Query),
        ("oauth_application_id" = Option<i64>, Query),
        ("page" = Option<i64>, Query),
        ("per_page" = Option<i64>, Query),
    ),
    responses((status = 200, body = Vec<PartnerGrant>)),
)]
async fn list_grants(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params
        .read(|it| GrantFilter { user_id: it.id("user_id"), oauth_application_id: it.id("oauth_application_id") })?;
    let page = paging.page;
    let slice = caller.read(async move |look| seen::list_grants(look, filter, page).await).await?;
    Ok(paging.answer(slice.map(wire::grant)))
}

/// Withdraws what a user granted: its tokens are worth nothing any more. Can be repeated.
#[utoipa::path(
    post, path = "/api/v1/oauth/grants/{id}/withdraw", tag = "oauth", params(("id" = i64, Path)),
    responses((status = 200, body = PartnerGrant)),
)]
async fn withdraw(caller: Caller, Path(id): Path<i64>) -> Result<Json<PartnerGrant>> {
    Ok(Json(wire::grant(&caller.write(async move |work| grant::withdraw(work, id).await).await?)))
}

/// Makes a code by which a user says, once and within 24 hours, that it is them who grants. Give it to nobody else.
#[utoipa::path(
    post, path = "/api/v1/users/{id}/consent-codes", tag = "oauth", params(("id" = i64, Path)),
    responses((status = 201, body = ConsentCode)),
)]
async fn issue_code(caller: Caller, Path(id): Path<i64>) -> Result<(StatusCode, Json<ConsentCode>)> {
    let code = caller.house.fresh_token("once");
    caller
        .write(async move |work| {
            let row = oauth::issue_code(work, id, &code).await?;
            Ok((StatusCode::CREATED, Json(wire::consent_code(&row, code))))
        })
        .await
}
