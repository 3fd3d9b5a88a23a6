//! Boards and their sections. Which posts are on them, the posts say.

use axum::{Json, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::board::{self, Edit, NewBoard, NewSection, Settings},
    error::Result,
    graph::{self, Look},
    house::Orangery,
    http::{Caller, input::Path, page::Paging},
    patch::Patch,
    tables,
    wire::Millis,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, edit, delete))
        .routes(routes!(add_section))
        .routes(routes!(edit_section, delete_section))
}

#[derive(Serialize, ToSchema)]
struct Section {
    id: i64,
    board_id: i64,
    name: String,
    /// By which sections are ordered.
    priority: i64,
}

fn section(row: &tables::BoardSection) -> Section {
    Section { id: row.id, board_id: row.board_id, name: row.name.clone(), priority: row.priority }
}

#[derive(Serialize, ToSchema)]
struct Board {
    id: i64,
    name: String,
    /// Its name in addresses: `/v1/boards/{token}/jobs`.
    token: String,
    content: Option<String>,
    /// For colleagues: there is one, its token is `internal`, and reading it wants a Job Board key.
    internal: bool,
    live: bool,
    post_introduction: Option<String>,
    post_conclusion: Option<String>,
    job_url: Option<String>,
    source_id: Option<i64>,
    requires_consent: bool,
    requires_processing_consent: bool,
    requires_retention_consent: bool,
    retention_days: Option<i64>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Millis,
}

fn shown(row: &tables::Board) -> Board {
    Board {
        id: row.id,
        name: row.name.clone(),
        token: row.token.clone(),
        content: row.content.clone(),
        internal: row.internal,
        live: row.live,
        post_introduction: row.post_introduction.clone(),
        post_conclusion: row.post_conclusion.clone(),
        job_url: row.job_url.clone(),
        source_id: row.source_id,
        requires_consent: row.requires_consent,
        requires_processing_consent: row.requires_processing_consent,
        requires_retention_consent: row.requires_retention_consent,
        retention_days: row.retention_days,
        created_at: Millis(row.created_at),
        updated_at: Millis(row.updated_at),
    }
}

/// A board with its sections.
#[derive(Serialize, ToSchema)]
struct WholeBoard {
    #[serde(flatten)]
    board: Board,
    sections: Vec<Section>,
}

async fn whole(look: &Look<'_>, id: i64) -> Result<WholeBoard> {
    let row: tables::Board = look.tx.find(id).await?;
    let sections = graph::job::board::sections(look, id).await?;
    Ok(WholeBoard { board: shown(&row), sections: sections.iter().map(section).collect() })
}

/// The boards, the one for colleagues too.
#[utoipa::path(
    get, path = "/api/v1/boards", tag = "boards",
    params(("page" = Option<i64>, Query), ("per_page" = Option<i64>, Query)),
    responses((status = 200, body = Vec<Board>), (status = 422, description = "The page is wrong")),
)]
async fn list(caller: Caller, paging: Paging) -> Result<Response> {
    let slice = caller.read(async |look| graph::job::board::list(look, paging.page).await).await?;
    Ok(paging.answer(slice.map(shown)))
}

/// One board with its sections.
#[utoipa::path(
    get, path = "/api/v1/boards/{id}", tag = "boards", params(("id" = i64, Path)),
    responses((status = 200, body = WholeBoard), (status = 404, description = "No such board")),
)]
async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<WholeBoard>> {
    Ok(Json(caller.read(async |look| whole(look, id).await).await?))
}

/// What is absent stays, null takes a value away. Of a new board: it is live and asks for no consent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BoardInput {
    /// At most 255 characters; a new board needs one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    /// 1 to 64 characters of a to z, 0 to 9, _ and -; a new board needs one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    token: Patch<String>,
    /// HTML; at most 100 000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    content: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    live: Patch<bool>,
    /// HTML that stands before the content of each post.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    post_introduction: Patch<String>,
    /// HTML that stands after it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    post_conclusion: Patch<String>,
    /// The page of a post, such as `https://example.com/careers/{id}`; without `{id}`, `?gh_jid=` and the id are added.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    job_url: Patch<String>,
    /// The source of those who come without a tracking link.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    source_id: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    requires_consent: Patch<bool>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    requires_processing_consent: Patch<bool>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    requires_retention_consent: Patch<bool>,
    /// From 1 to 36500.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    retention_days: Patch<i64>,
}

impl BoardInput {
    fn edit(self) -> Edit {
        let Self {
            name,
            token,
            content,
            live,
            post_introduction,
            post_conclusion,
            job_url,
            source_id,
            requires_consent,
            requires_processing_consent,
            requires_retention_consent,
            retention_days,
        } = self;
        let settings = Settings {
            content,
            live,
            post_introduction,
            post_conclusion,
            job_url,
            source_id,
            requires_consent,
            requires_processing_consent,
            requires_retention_consent,
            retention_days,
        };
        Edit { token, name, settings }
    }
}

/// Adds a board for everybody.
#[utoipa::path(
    post, path = "/api/v1/boards", tag = "boards", request_body = BoardInput,
    responses((status = 201, body = WholeBoard), (status = 422, description = "The input is wrong")),
)]
async fn create(caller: Caller, Input(input): Input<BoardInput>) -> Result<(StatusCode, Json<WholeBoard>)> {
    let Edit { token, name, settings } = input.edit();
    let text = |it: Patch<String>| it.value().unwrap_or_default();
    let new = NewBoard { id: None, token: text(token), name: text(name), settings };
    caller
        .write(async move |work| {
            let id = board::create(work, new).await?.id;
            Ok((StatusCode::CREATED, Json(whole(&work.look().await?, id).await?)))
        })
        .await
}

/// Edits a board.
#[utoipa::path(
    patch, path = "/api/v1/boards/{id}", tag = "boards", params(("id" = i64, Path)), request_body = BoardInput,
    responses((status = 200, body = WholeBoard), (status = 404, description = "No such board"), (status = 422, description = "The input is wrong")),
)]
async fn edit(caller: Caller, Path(id): Path<i64>, Input(input): Input<BoardInput>) -> Result<Json<WholeBoard>> {
    let edit = input.edit();
    caller
        .write(async move |work| {
            board::edit(work, id, edit).await?;
            Ok(Json(whole(&work.look().await?, id).await?))
        })
        .await
}

/// Deletes a board with its sections. Its posts stay, and are on none.
#[utoipa::path(
    delete, path = "/api/v1/boards/{id}", tag = "boards", params(("id" = i64, Path)),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "No such board"),
        (status = 422, description = "It is the last one, or the one for colleagues"),
    ),
)]
async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| board::delete(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SectionInput {
    /// At most 255 characters.
    name: String,
    /// From 0 to 1000000; by default it is the last.
    priority: Option<i64>,
}

/// Adds a section to a board.
#[utoipa::path(
    post, path = "/api/v1/boards/{id}/sections", tag = "boards", params(("id" = i64, Path)), request_body = SectionInput,
    responses((status = 201, body = Section), (status = 404, description = "No such board"), (status = 422, description = "The input is wrong")),
)]
async fn add_section(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<SectionInput>,
) -> Result<(StatusCode, Json<Section>)> {
    let SectionInput { name, priority } = input;
    let new = NewSection { id: None, name, priority };
    caller
        .write(async move |work| Ok((StatusCode::CREATED, Json(section(&board::add_section(work, id, new).await?)))))
        .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SectionEdit {
    /// At most 255 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    /// From 0 to 1000000.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    priority: Patch<i64>,
}

/// Edits a section.
#[utoipa::path(
    patch, path = "/api/v1/board-sections/{id}", tag = "boards", params(("id" = i64, Path)), request_body = SectionEdit,
    responses((status = 200, body = Section), (status = 404, description = "No such section"), (status = 422, description = "The input is wrong")),
)]
async fn edit_section(caller: Caller, Path(id): Path<i64>, Input(input): Input<SectionEdit>) -> Result<Json<Section>> {
    let SectionEdit { name, priority } = input;
    caller.write(async move |work| Ok(Json(section(&board::edit_section(work, id, name, priority).await?)))).await
}

/// Deletes a section. Its posts stay, and are in none.
#[utoipa::path(
    delete, path = "/api/v1/board-sections/{id}", tag = "boards", params(("id" = i64, Path)),
    responses((status = 204, description = "It is gone"), (status = 404, description = "No such section")),
)]
async fn delete_section(caller: Caller, Path(id): Path<i64>) -> Result<StatusCode> {
    caller.write(async move |work| board::delete_section(work, id).await).await?;
    Ok(StatusCode::NO_CONTENT)
}
