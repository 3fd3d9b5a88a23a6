//! API keys: made, listed, revoked. The key itself is told once, when it is made.

use axum::{Json, http::StatusCode, response::Response};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::key::{self, NewKey},
    error::{Error, Result},
    graph::organization,
    house::Orangery,
    http::{Caller, input::Path, page::Paging},
    tables::{self, KeyKind},
    wire::Millis,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Key {
    id: i64,
    name: String,
    kind: KeyKind,
    /// How the key begins.
    hint: String,
    /// `*` for all, or method and path: `GET /v1/candidates/{id}`.
    endpoints: Vec<String>,
    /// A partner's: where those come from whom it sends.
    source_id: Option<i64>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Millis>,
    /// The key itself, in the answer that made it and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

fn shown(row: &tables::ApiKey, key: Option<String>) -> Key {
    Key {
        id: row.id,
        name: row.name.clone(),
        kind: row.kind,
        hint: row.hint.clone(),
        endpoints: row.endpoints.0.clone(),
        source_id: row.source_id,
        created_at: Millis(row.created_at),
        revoked_at: row.revoked_at.map(Millis),
        key,
    }
}

/// The keys, the revoked ones too.
#[utoipa::path(
    get, path = "/api/v1/keys", tag = "keys",
    params(("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query)),
    responses((status = 200, body = Vec<Key>), (status = 422, description = "The page is wrong")),
)]
async fn list(caller: Caller, paging: Paging) -> Result<Response> {
    let slice = caller.read(async |look| organization::list_keys(look, paging.page).await).await?;
    Ok(paging.answer(slice.map(|it| shown(it, None))))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyInput {
    /// At most 255 characters.
    name: String,
    /// By default `harvest`, which is for `/api/v1` too. A `job_board` key is for applying through the Job Board API alone.
    kind: Option<KeyKind>,
    /// `*` for all, or method and path: `GET /v1/candidates/{id}`. None for a `job_board` key.
    #[serde(default)]
    endpoints: Vec<String>,
    /// Needed by a `partner` key, which is for ingestion alone: where those come from whom it sends.
    source_id: Option<i64>,
}

/// Makes a key. This answer is the only one that shows it.
#[utoipa::path(
    post, path = "/api/v1/keys", tag = "keys", request_body = KeyInput,
    responses((status = 201, body = Key), (status = 422, description = "The input is wrong")),
)]
async fn create(caller: Caller, Input(input): Input<KeyInput>) -> Result<(StatusCode, Json<Key>)> {
    let KeyInput { name, kind, endpoints, source_id } = input;
    let token = key::fresh_token().map_err(|error| Error::Database(sql::Error::Unavailable(error.to_string())))?;
    let new = NewKey { name, token, kind: kind.unwrap_or(KeyKind::Harvest), endpoints, source_id };
    caller
        .write(async move |work| {
            let row = key::add(work, &new).await?;
            Ok((StatusCode::CREATED, Json(shown(&row, Some(new.token)))))
        })
        .await
}

/// Ends a key, for good. Can be repeated.
#[utoipa::path(
    post, path = "/api/v1/keys/{id}/revoke", tag = "keys", params(("id" = i64, Path)),
    responses((status = 200, body = Key), (status = 404, description = "No such key")),
)]
async fn revoke(caller: Caller, Path(id): Path<i64>) -> Result<Json<Key>> {
    caller
        .write(async move |work| {
            key::revoke(work, id).await?;
            Ok(Json(shown(&work.tx.find(id).await?, None)))
        })
        .await
}
