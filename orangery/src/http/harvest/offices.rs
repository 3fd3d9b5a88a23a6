//! Offices over Harvest (ORG-1 … ORG-3, FIL-10).

use axum::{Json, Router, http::StatusCode, response::Response, routing::get};
use serde_json::Value;

use super::render::RenderAs;
use crate::{
    domain::office::{self, EditedOffice, NewOffice},
    error::{Error, Result},
    graph::{Look, organization},
    house::Orangery,
    http::{
        Caller,
        input::{Body, Fields, Params, Path},
        page::Paging,
    },
    patch::Patch,
    tables::Office,
    wire::harvest::{self, OfficeTree, Rendered, WholeOffice},
};

pub fn routes() -> Router<Orangery> {
    Router::new().route("/v1/offices", get(index).post(create)).route("/v1/offices/{id}", get(show).patch(edit))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let (render_as, external_id) = params.read(|it| (RenderAs::read(it), it.text("external_id", 255)))?;
    let slice = caller
        .read(async |look| {
            let roots = render_as == RenderAs::Tree;
            let slice = organization::list_offices(look, external_id.as_deref(), roots, paging.page);
            Ok(slice.map(|it| render(look, it, render_as)))
        })
        .await?;
    Ok(paging.answer(slice))
}

async fn show(caller: Caller, Path(id): Path<i64>, params: Params) -> Result<Json<Rendered<WholeOffice, OfficeTree>>> {
    let render_as = params.read(RenderAs::read)?;
    caller
        .read(async |look| {
            let row = look.catalog.offices.get(&id).ok_or(Error::NotFound("offices", id))?;
            Ok(Json(render(look, row, render_as)))
        })
        .await
}

fn render(look: &Look<'_>, row: &Office, render_as: RenderAs) -> Rendered<WholeOffice, OfficeTree> {
    match render_as {
        RenderAs::List => Rendered::List(harvest::whole_office(row, &look.catalog)),
        RenderAs::Tree => Rendered::Tree(harvest::office_tree(row, &look.catalog)),
    }
}

/// Free text; also as the object that it is read as (INC-73).
fn place(it: &Fields<'_>) -> Option<String> {
    match it.raw("location") {
        Some(Value::Object(_)) => it.object("location", |it| it.text("name", 255)).flatten(),
        _ => it.text("location", 255),
    }
}

async fn create(caller: Caller, body: Body) -> Result<(StatusCode, Json<WholeOffice>)> {
    let new = body.read(|it| NewOffice {
        id: None,
        name: it.required_text("name", 254),
        location: place(it),
        primary_contact_user_id: it.id("primary_contact_user_id"),
        parent_id: it.id("parent_id"),
        external_parent_id: it.text("external_parent_id", 255),
        external_id: it.text("external_id", 255),
    })?;
    caller
        .write(async move |work| {
            let row = office::create(work, &new).await?;
            let catalog = work.catalog().await?;
            Ok((StatusCode::CREATED, Json(harvest::whole_office(&row, &catalog))))
        })
        .await
}

async fn edit(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<WholeOffice>> {
    let edited = body.read(|it| EditedOffice {
        name: it.patch_text("name", 254),
        location: if it.has("location") { place(it).map_or(Patch::Null, Patch::Value) } else { Patch::Absent },
        external_id: it.patch_text("external_id", 255),
    })?;
    caller
        .write(async move |work| {
            office::edit(work, id, &edited).await?;
            let row = work.tx.find(id).await?;
            Ok(Json(harvest::whole_office(&row, &*work.catalog().await?)))
        })
        .await
}
