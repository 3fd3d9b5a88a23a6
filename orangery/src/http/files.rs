//! Signed links to files (GEN-4).

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::input::{Params, Path};
use crate::{error::Result, house::Orangery};

pub fn routes() -> Router<Orangery> {
    Router::new().route("/files/{blob}/{filename}", get(file))
}

/// The file, if the link is ours and not older than 7 days. It is never shown as a page of ours.
async fn file(
    State(house): State<Orangery>,
    Path((blob, filename)): Path<(String, String)>,
    params: Params,
) -> Result<Response> {
    let (expires, signature) = params.read(|it| (it.integer("expires", 0, i64::MAX), it.text("signature", 200)))?;
    let good =
        house.links.is_good(&blob, &filename, expires.unwrap_or_default(), &signature.unwrap_or_default(), house.now());
    if !good {
        return Ok((
            StatusCode::FORBIDDEN,
            "This link is not valid any more. Ask for the record again to get a new one.",
        )
            .into_response());
    }
    let Ok(content) = house.files.read(&blob).await else {
        return Ok((StatusCode::NOT_FOUND, "This file is gone.").into_response());
    };
    let kind = house.read(async |look| crate::graph::candidate::content_type(look, &blob).await).await?;
    let name = percent_encoding::utf8_percent_encode(&filename, percent_encoding::NON_ALPHANUMERIC);
    let headers = [
        (header::CONTENT_TYPE, kind.unwrap_or_else(|| "application/octet-stream".to_owned())),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "sandbox".to_owned()),
    ];
    Ok((headers, content).into_response())
}
