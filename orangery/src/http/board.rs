//! The Job Board API: what is published, for everybody to read, and the way in for those who apply. The older paths under `embed` answer the
//! same.

mod apply;
mod attached;
mod form;
mod pace;
mod sent;
mod visitor;

use std::sync::Arc;

use axum::{
    Extension, Router, middleware,
    response::Response,
    routing::{get, post},
};

use super::{
    harvest::render::RenderAs,
    input::{Fields, Path},
};
use crate::{
    error::{Error, Result},
    graph::{self, Look},
    house::Orangery,
    tables::{Board, EducationKind},
    wire::board::{self, Shelves},
};

use visitor::{Visitor, everybody, preflight};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/boards/{board_token}", get(show).options(preflight))
        .route("/v1/boards/{board_token}/jobs", get(jobs).options(preflight))
        .route("/v1/boards/{board_token}/jobs/{id}", get(job).post(apply::apply).options(preflight))
        .route("/v1/boards/{board_token}/offices", get(offices).options(preflight))
        .route("/v1/boards/{board_token}/offices/{office_id}", get(office).options(preflight))
        .route("/v1/boards/{board_token}/departments", get(departments).options(preflight))
        .route("/v1/boards/{board_token}/departments/{department_id}", get(department).options(preflight))
        .route("/v1/boards/{board_token}/sections", get(sections).options(preflight))
        .route("/v1/boards/{board_token}/sections/{section_id}", get(section).options(preflight))
        .route("/v1/boards/{board_token}/education/degrees", get(degrees).options(preflight))
        .route("/v1/boards/{board_token}/education/disciplines", get(disciplines).options(preflight))
        .route("/v1/boards/{board_token}/education/schools", get(schools).options(preflight))
        .route("/v1/boards/{board_token}/embed/jobs", get(jobs).options(preflight))
        .route("/v1/boards/{board_token}/embed/job", get(job_by_query).options(preflight))
        .route("/v1/boards/{board_token}/embed/offices", get(offices).options(preflight))
        .route("/v1/boards/{board_token}/embed/office", get(office_by_query).options(preflight))
        .route("/v1/boards/{board_token}/embed/departments", get(departments).options(preflight))
        .route("/v1/boards/{board_token}/embed/department", get(department_by_query).options(preflight))
        .route("/v1/applications", post(apply::apply_by_form))
        .route_layer(Extension(Arc::new(pace::Pace::new())))
        .route_layer(middleware::map_response(everybody))
}

async fn show(visitor: Visitor) -> Result<Response> {
    let shown =
        visitor.read(async |look| Ok(board::board(&graph::job::board::live(look, &visitor.token).await?))).await?;
    visitor.answer(&shown)
}

async fn jobs(visitor: Visitor) -> Result<Response> {
    let whole = visitor.params.read(|it| it.flag("content").unwrap_or(false))?;
    let (board, posted) = visitor
        .read(async |look| {
            let board = graph::job::board::live(look, &visitor.token).await?;
            let posted = graph::job::board::posted(look, &board).await?;
            Ok((board, posted))
        })
        .await?;
    match whole {
        true => visitor.answer(&board::jobs(posted.iter().map(|it| board::whole_job(it, &board)).collect())),
        false => visitor.answer(&board::jobs(posted.iter().map(board::job).collect())),
    }
}

async fn job(visitor: Visitor, Path((_, id)): Path<(String, i64)>) -> Result<Response> {
    one_job(visitor, id).await
}

/// `?id=`, as the older paths have it.
async fn job_by_query(visitor: Visitor) -> Result<Response> {
    let id = visitor.params.read(|it| it.required_id("id"))?;
    one_job(visitor, id).await
}

async fn one_job(visitor: Visitor, id: i64) -> Result<Response> {
    let asked = |it: &Fields<'_>| (it.flag("questions").unwrap_or(false), it.flag("pay_transparency").unwrap_or(false));
    let (questions, pay) = visitor.params.read(asked)?;
    let shown = visitor
        .read(async |look| {
            let board = graph::job::board::live(look, &visitor.token).await?;
            let (posted, asked) = graph::job::board::post(look, &board, id).await?;
            let set = match posted.row.demographic_question_set_id.filter(|_| questions) {
                Some(id) => graph::diversity::asked(look, id).await?,
                None => None,
            };
            Ok(board::detail(&posted, &asked, set.as_ref(), &board, questions, pay))
        })
        .await?;
    visitor.answer(&shown)
}

/// Sorts all that is published on a board.
async fn sorted<T>(look: &Look<'_>, token: &str, sort: impl FnOnce(&Shelves<'_>) -> T) -> Result<T> {
    let board = graph::job::board::live(look, token).await?;
    let posted = graph::job::board::posted(look, &board).await?;
    Ok(sort(&Shelves { posted: &posted, catalog: &look.catalog }))
}

async fn departments(visitor: Visitor) -> Result<Response> {
    #[derive(serde::Serialize)]
    struct All<T> {
        departments: Vec<T>,
    }
    match visitor.params.read(RenderAs::read)? {
        RenderAs::List => {
            let departments =
                visitor.read(async |look| sorted(look, &visitor.token, |it| it.departments()).await).await?;
            visitor.answer(&All { departments })
        }
        RenderAs::Tree => {
            let departments =
                visitor.read(async |look| sorted(look, &visitor.token, |it| it.department_roots()).await).await?;
            visitor.answer(&All { departments })
        }
    }
}

async fn department(visitor: Visitor, Path((_, id)): Path<(String, String)>) -> Result<Response> {
    let id = id.parse().map_err(|_| Error::NotFound("departments", 0))?;
    one_department(visitor, id).await
}

async fn department_by_query(visitor: Visitor) -> Result<Response> {
    let id = visitor.params.read(place_id)?;
    one_department(visitor, id).await
}

/// 0 is the place of those that are in none.
fn place_id(it: &Fields<'_>) -> i64 {
    it.required("id", it.integer("id", 0, i64::MAX)).unwrap_or_default()
}

async fn one_department(visitor: Visitor, id: i64) -> Result<Response> {
    let none = || Error::NotFound("departments", id);
    match visitor.params.read(RenderAs::read)? {
        RenderAs::List => {
            let shown = visitor.read(async |look| sorted(look, &visitor.token, |it| it.department(id)).await).await?;
            visitor.answer(&shown.ok_or_else(none)?)
        }
        RenderAs::Tree => {
            let shown =
                visitor.read(async |look| sorted(look, &visitor.token, |it| it.department_tree(id)).await).await?;
            visitor.answer(&shown.ok_or_else(none)?)
        }
    }
}

async fn offices(visitor: Visitor) -> Result<Response> {
    #[derive(serde::Serialize)]
    struct All<T> {
        offices: Vec<T>,
    }
    match visitor.params.read(RenderAs::read)? {
        RenderAs::List => {
            let offices = visitor.read(async |look| sorted(look, &visitor.token, |it| it.offices()).await).await?;
            visitor.answer(&All { offices })
        }
        RenderAs::Tree => {
            let offices = visitor.read(async |look| sorted(look, &visitor.token, |it| it.office_roots()).await).await?;
            visitor.answer(&All { offices })
        }
    }
}

async fn office(visitor: Visitor, Path((_, id)): Path<(String, String)>) -> Result<Response> {
    let id = id.parse().map_err(|_| Error::NotFound("offices", 0))?;
    one_office(visitor, id).await
}

async fn office_by_query(visitor: Visitor) -> Result<Response> {
    let id = visitor.params.read(place_id)?;
    one_office(visitor, id).await
}

async fn one_office(visitor: Visitor, id: i64) -> Result<Response> {
    let none = || Error::NotFound("offices", id);
    match visitor.params.read(RenderAs::read)? {
        RenderAs::List => {
            let shown = visitor.read(async |look| sorted(look, &visitor.token, |it| it.office(id)).await).await?;
            visitor.answer(&shown.ok_or_else(none)?)
        }
        RenderAs::Tree => {
            let shown = visitor.read(async |look| sorted(look, &visitor.token, |it| it.office_tree(id)).await).await?;
            visitor.answer(&shown.ok_or_else(none)?)
        }
    }
}

async fn sections(visitor: Visitor) -> Result<Response> {
    #[derive(serde::Serialize)]
    struct All {
        sections: Vec<board::Section>,
    }
    let sections = visitor.read(async |look| sections_of(look, &visitor.token).await).await?;
    visitor.answer(&All { sections })
}

async fn section(visitor: Visitor, Path((_, id)): Path<(String, i64)>) -> Result<Response> {
    let sections = visitor.read(async |look| sections_of(look, &visitor.token).await).await?;
    let shown = sections.into_iter().find(|it| it.id == id).ok_or(Error::NotFound("board_sections", id))?;
    visitor.answer(&shown)
}

async fn sections_of(look: &Look<'_>, token: &str) -> Result<Vec<board::Section>> {
    let board: Board = graph::job::board::live(look, token).await?;
    let rows = graph::job::board::sections(look, board.id).await?;
    let posted = graph::job::board::posted(look, &board).await?;
    let shelves = Shelves { posted: &posted, catalog: &look.catalog };
    Ok(rows.iter().map(|it| shelves.section(it)).collect())
}

async fn degrees(visitor: Visitor) -> Result<Response> {
    education(visitor, EducationKind::Degree).await
}

async fn disciplines(visitor: Visitor) -> Result<Response> {
    education(visitor, EducationKind::Discipline).await
}

async fn schools(visitor: Visitor) -> Result<Response> {
    education(visitor, EducationKind::School).await
}

/// PAG-9.
async fn education(visitor: Visitor, kind: EducationKind) -> Result<Response> {
    let (term, page) = visitor.params.read(|it| {
        (it.text("term", 255).unwrap_or_default(), it.integer("page", 1, i64::from(i32::MAX)).unwrap_or(1))
    })?;
    let found = visitor
        .read(async |look| {
            graph::job::board::live(look, &visitor.token).await?;
            graph::job::board::education(look, kind, &term, page).await
        })
        .await?;
    visitor.answer(&board::items(found))
}
