//! The small lists of the organization over Harvest (POOL-1, REJ-1, SRC-1, PAG-7): to read; they are changed by our own API.

use axum::{Json, Router, response::Response, routing::get};

use crate::{
    error::{Error, Result},
    graph::{organization, select::Slice},
    house::Orangery,
    http::{
        Caller,
        input::{Params, Path},
        page::Paging,
    },
    tables::EducationKind,
    wire::harvest::{self, ProspectPool},
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/close_reasons", get(close_reasons))
        .route("/v1/rejection_reasons", get(rejection_reasons))
        .route("/v1/sources", get(sources))
        .route("/v1/prospect_pools", get(prospect_pools))
        .route("/v1/prospect_pools/{id}", get(prospect_pool))
        .route("/v1/degrees", get(degrees))
        .route("/v1/disciplines", get(disciplines))
        .route("/v1/schools", get(schools))
}

async fn close_reasons(caller: Caller, paging: Paging) -> Result<Response> {
    let slice = caller
        .read(async |look| Ok(Slice::cut(look.catalog.close_reasons.values().map(harvest::close_reason), paging.page)))
        .await?;
    Ok(paging.answer(slice))
}

/// Those of the organization itself; `include_defaults` adds the built-in ones.
async fn rejection_reasons(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let defaults_too = params.read(|it| it.flag("include_defaults").unwrap_or(false))?;
    let slice = caller
        .read(async |look| {
            let kept = look.catalog.rejection_reasons.values().filter(|it| defaults_too || !it.built_in);
            Ok(Slice::cut(kept.map(harvest::rejection_reason), paging.page))
        })
        .await?;
    Ok(paging.answer(slice))
}

async fn sources(caller: Caller, paging: Paging) -> Result<Response> {
    let slice = caller
        .read(async |look| {
            let mut sources: Vec<_> = look.catalog.sources.values().collect();
            sources.sort_by_key(|it| (it.type_id, it.id));
            Ok(Slice::cut(sources.into_iter().map(harvest::source), paging.page))
        })
        .await?;
    Ok(paging.answer(slice))
}

async fn prospect_pools(caller: Caller, paging: Paging) -> Result<Response> {
    let slice = caller
        .read(async |look| {
            let pools = look.catalog.prospect_pools.values().map(|it| harvest::prospect_pool(it, &look.catalog));
            Ok(Slice::cut(pools, paging.page))
        })
        .await?;
    Ok(paging.answer(slice))
}

async fn prospect_pool(caller: Caller, Path(id): Path<i64>) -> Result<Json<ProspectPool>> {
    caller
        .read(async |look| {
            let pool = look.catalog.prospect_pools.get(&id).ok_or(Error::NotFound("prospect_pools", id))?;
            Ok(Json(harvest::prospect_pool(pool, &look.catalog)))
        })
        .await
}

async fn degrees(caller: Caller, paging: Paging) -> Result<Response> {
    education(caller, paging, EducationKind::Degree).await
}

async fn disciplines(caller: Caller, paging: Paging) -> Result<Response> {
    education(caller, paging, EducationKind::Discipline).await
}

async fn schools(caller: Caller, paging: Paging) -> Result<Response> {
    education(caller, paging, EducationKind::School).await
}

async fn education(caller: Caller, paging: Paging, kind: EducationKind) -> Result<Response> {
    let slice = caller.read(async |look| organization::list_education(look, kind, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::education_item)))
}
