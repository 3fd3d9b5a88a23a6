//! Who reads a board: anybody, from anywhere. Answers may be kept for a minute, are asked for again by their ETag, and come as JSONP where a
//! callback is named (BRD-1). What is for colleagues wants a key, and is kept by nobody.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    domain::board::INTERNAL,
    error::{Error, Result},
    graph::Look,
    house::Orangery,
    http::{caller, input::Params},
};

const LONGEST_CALLBACK: usize = 200;

pub struct Visitor {
    /// The board that is looked at.
    pub token: String,
    pub params: Params,
    house: Orangery,
    headers: HeaderMap,
    callback: Option<String>,
}

impl FromRequestParts<Orangery> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Orangery) -> Result<Self, Response> {
        let names = RawPathParams::from_request_parts(parts, house).await;
        let names = names.map_err(|_| Error::NotFound("path", 0).into_response())?;
        let token = names.iter().find(|(name, _)| *name == "board_token").map_or("", |it| it.1).to_lowercase();
        if token.contains('\0') {
            return Err(Error::NotFound("boards", 0).into_response());
        }
        let params = Params::from_request_parts(parts, house).await.map_err(IntoResponse::into_response)?;
        let callback = params.read(|it| it.text("callback", LONGEST_CALLBACK)).map_err(IntoResponse::into_response)?;
        let plain = |it: u8| it.is_ascii_alphanumeric() || it == b'_' || it == b'.';
        if callback.as_ref().is_some_and(|it| it.is_empty() || !it.bytes().all(plain)) {
            let why = "Must be of letters, digits, underscores and dots";
            return Err(Error::invalid("callback", why).into_response());
        }
        let (house, headers) = (house.clone(), parts.headers.clone());
        if token == INTERNAL
            && caller::board_key(&house, &headers).await.map_err(IntoResponse::into_response)?.is_none()
        {
            return Err(caller::unauthorized("The board for colleagues wants a Job Board key"));
        }
        Ok(Self { token, params, house, headers, callback })
    }
}

impl Visitor {
    pub async fn read<T>(&self, look: impl AsyncFnOnce(&Look<'_>) -> Result<T>) -> Result<T> {
        self.house.read(look).await
    }

    /// The answer, or that it is what the visitor has already.
    pub fn answer<T: Serialize>(&self, shown: &T) -> Result<Response> {
        let json = serde_json::to_string(shown);
        let json = json.map_err(|error| Error::Database(sql::Error::Database(format!("can't be shown: {error}"))))?;
        let (body, kind) = match &self.callback {
            // The comment keeps the beginning from being taken for anything else; a script may not hold these two line ends.
            Some(name) => {
                let json = json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
                (format!("/**/{name}({json})"), "application/javascript; charset=utf-8")
            }
            None => (json, "application/json"),
        };
        let tag = format!("\"{}\"", &hex::encode(Sha256::digest(body.as_bytes()))[..32]);
        let keep = if self.token == INTERNAL { "private, no-cache" } else { "public, max-age=60" };
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        if self.has(&tag) {
            return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        Ok((headers, body).into_response())
    }

    /// Whether one of the tags that the visitor has is this one, strong or weak.
    fn has(&self, tag: &str) -> bool {
        let sent = self.headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
        sent.flat_map(|it| it.split(',')).map(str::trim).any(|it| it == "*" || it.trim_start_matches("W/") == tag)
    }
}

/// Pages of every origin may read what is answered here.
pub async fn everybody(mut response: Response) -> Response {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// What a browser asks before it sends somebody's application.
pub async fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, If-None-Match"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
