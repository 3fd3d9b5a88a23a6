//! Search.

use axum::response::Response;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    error::Result,
    graph::{
        self,
        search::{Filter, SearchKind},
    },
    house::Orangery,
    http::{Caller, input::Params, page::Paging},
    search::query,
    wire::search as wire,
};

/// Who may read this one sees private candidates.
const CANDIDATE: &str = "GET /v1/candidates/{id}";

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(index))
}

/// Looks for words in candidates: names, addresses, headline, work, schools, tags, custom fields, answers, public notes, and the text of files.
///
/// All words must be there; `eng*` is a beginning, `"senior engineer"` a phrase, `-intern` must not be there. Case and accents don't matter. First comes
/// who has all words in names and addresses, then in headline, work, schools and tags too, then the others; the latest first. The index follows a change
/// within a second or so. Private candidates are found by keys that may also read `GET /v1/candidates/{id}`.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "search",
    params(
        ("q" = String, Query, description = "At most 500 characters, 32 words and phrases"),
        ("kind" = Option<SearchKind>, Query, description = "What is listed [default: candidates]"),
        ("job_id" = Option<i64>, Query, description = "Only who has applied for that job, prospects too"),
        ("page" = Option<i64>, Query),
        ("per_page" = Option<i64>, Query, maximum = 100),
    ),
    responses((status = 200, body = Vec<wire::SearchResult>))
)]
async fn index(caller: Caller, paging: Paging, params: Params) -> Result<Response> {
    let private = caller.may(CANDIDATE).await?;
    let filter = params.read(|it| {
        it.integer("per_page", 1, 100);
        (it.required("q", it.text("q", 500)), it.word("kind"), it.id("job_id"))
    })?;
    let (q, kind, job_id) = filter;
    let kind = kind.unwrap_or(SearchKind::Candidates);
    let filter = Filter { wanted: query::parse(&q.unwrap_or_default())?, kind, job_id, private };
    let paging = paging.next_only();
    let page = paging.page;
    let slice = caller.read(async move |look| graph::search::list(look, &filter, page).await).await?;
    Ok(paging.answer(slice.map(wire::result)))
}
