//! Departments over Harvest (ORG-1, ORG-3, FIL-10).

use axum::{Json, Router, http::StatusCode, response::Response, routing::get};

use super::render::RenderAs;
use crate::{
    domain::department::{self, EditedDepartment, NewDepartment},
    error::{Error, Result},
    graph::{Look, organization},
    house::Orangery,
    http::{
        Caller,
        input::{Body, Params, Path},
        page::Paging,
    },
    tables::Department,
    wire::harvest::{self, DepartmentTree, Rendered, WholeDepartment},
};

pub fn routes() -> Router<Orangery> {
    Router::new().route("/v1/departments", get(index).post(create)).route("/v1/departments/{id}", get(show).patch(edit))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let (render_as, external_id) = params.read(|it| (RenderAs::read(it), it.text("external_id", 255)))?;
    let slice = caller
        .read(async |look| {
            let roots = render_as == RenderAs::Tree;
            let slice = organization::list_departments(look, external_id.as_deref(), roots, paging.page);
            Ok(slice.map(|it| render(look, it, render_as)))
        })
        .await?;
    Ok(paging.answer(slice))
}

async fn show(
    caller: Caller,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Json<Rendered<WholeDepartment, DepartmentTree>>> {
    let render_as = params.read(RenderAs::read)?;
    caller
        .read(async |look| {
            let row = look.catalog.departments.get(&id).ok_or(Error::NotFound("departments", id))?;
            Ok(Json(render(look, row, render_as)))
        })
        .await
}

fn render(look: &Look<'_>, row: &Department, render_as: RenderAs) -> Rendered<WholeDepartment, DepartmentTree> {
    match render_as {
        RenderAs::List => Rendered::List(harvest::whole_department(row, &look.catalog)),
        RenderAs::Tree => Rendered::Tree(harvest::department_tree(row, &look.catalog)),
    }
}

async fn create(caller: Caller, body: Body) -> Result<(StatusCode, Json<WholeDepartment>)> {
    let new = body.read(|it| NewDepartment {
        id: None,
        name: it.required_text("name", 254),
        parent_id: it.id("parent_id"),
        external_parent_id: it.text("external_parent_id", 255),
        external_id: it.text("external_id", 255),
    })?;
    caller
        .write(async move |work| {
            let row = department::create(work, &new).await?;
            let catalog = work.catalog().await?;
            Ok((StatusCode::CREATED, Json(harvest::whole_department(&row, &catalog))))
        })
        .await
}

async fn edit(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<WholeDepartment>> {
    let edited = body.read(|it| EditedDepartment {
        name: it.patch_text("name", 254),
        external_id: it.patch_text("external_id", 255),
    })?;
    caller
        .write(async move |work| {
            department::edit(work, id, &edited).await?;
            let row = work.tx.find(id).await?;
            Ok(Json(harvest::whole_department(&row, &*work.catalog().await?)))
        })
        .await
}
