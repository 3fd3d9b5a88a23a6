//! Templates of e-mails over Harvest (TPL-1): to read.

use axum::{Json, Router, response::Response, routing::get};

use crate::{
    error::Result,
    graph::email_template::{self, Filter},
    house::Orangery,
    http::{
        Caller,
        input::{Fields, Params, Path},
        page::Paging,
    },
    wire::harvest::{self, EmailTemplate},
};

pub fn routes() -> Router<Orangery> {
    Router::new().route("/v1/email_templates", get(index)).route("/v1/email_templates/{id}", get(show))
}

/// What both APIs narrow their list by.
pub fn filter(it: &Fields<'_>) -> Filter {
    Filter {
        created_before: it.time("created_before"),
        created_after: it.time("created_after"),
        updated_before: it.time("updated_before"),
        updated_after: it.time("updated_after"),
    }
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(filter)?;
    let slice = caller
        .read(async |look| {
            let slice = email_template::list(look, filter, paging.page).await?;
            Ok(slice.map(|it| harvest::email_template(it, &look.catalog, false)))
        })
        .await?;
    Ok(paging.answer(slice))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<EmailTemplate>> {
    caller.read(async |look| Ok(Json(harvest::email_template(&look.tx.find(id).await?, &look.catalog, false)))).await
}
