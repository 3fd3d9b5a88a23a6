//! Tokens: client credentials by Basic, `grant_type` in the form or in the query.

use std::time::Instant;

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, Response, StatusCode, header},
    response::IntoResponse,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;
use url::form_urlencoded;

use super::{CLIENT_ID, CLIENT_SECRET, Greenhouse};

pub async fn token(
    State(greenhouse): State<Greenhouse>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Response<Body> {
    let mut response = answer(&greenhouse, &query.unwrap_or_default(), &headers, &body);
    greenhouse.headers(&mut response);
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store"));
    response
}

fn answer(greenhouse: &Greenhouse, query: &str, headers: &HeaderMap, body: &str) -> Response<Body> {
    let Some((id, secret)) = credentials(headers) else {
        let body = json!({"message": "Unauthorized", "errorId": "err-1"});
        return (StatusCode::UNAUTHORIZED, Json(body)).into_response();
    };
    if id.rsplit_once('-').is_none_or(|(_, end)| end.parse::<u32>().is_err()) {
        let message = format!("client_id={id} does not contain a valid client ID suffix");
        return (StatusCode::BAD_REQUEST, Json(json!({"message": message, "errorId": "err-2"}))).into_response();
    }
    if (id.as_str(), secret.as_str()) != (CLIENT_ID, CLIENT_SECRET) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"}))).into_response();
    }
    let mut pairs = form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(body.as_bytes()));
    match pairs.find(|(name, _)| name == "grant_type") {
        Some((_, it)) if it == "client_credentials" => {}
        Some((_, it)) => {
            let message = format!(
                "grant_type={it} is invalid, please use one of: authorization_code, refresh_token, client_credentials, \
                 urn:ietf:params:oauth:grant-type:token-exchange"
            );
            return (StatusCode::BAD_REQUEST, Json(json!({"message": message}))).into_response();
        }
        None => {
            let message = "Must include `grant_type` parameter in /token request";
            return (StatusCode::BAD_REQUEST, Json(json!({"message": message}))).into_response();
        }
    }
    let mut conduct = greenhouse.conduct();
    conduct.tokens_made += 1;
    let token = format!("e30.{}.signature", conduct.tokens_made);
    let life = conduct.life;
    conduct.tokens.push((token.clone(), Instant::now() + life));
    let only_expires_at = conduct.only_expires_at;
    drop(conduct);
    let mut body = json!({"token_type": "Bearer", "access_token": token, "expires_at": greenhouse.now() + life});
    if !only_expires_at {
        body["expires_in"] = json!(life.as_secs());
    }
    Json(body).into_response()
}

fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let basic = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(BASE64_STANDARD.decode(basic).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    // Encoded before, as RFC 6749 wants it.
    let decode =
        |text: &str| form_urlencoded::parse(format!("it={text}").as_bytes()).next().map(|it| it.1.into_owned());
    Some((decode(id)?, decode(secret)?))
}

/// Whether a token that was given, and is still good, is shown.
pub fn is_good(greenhouse: &Greenhouse, headers: &HeaderMap) -> bool {
    let shown = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let shown = shown.strip_prefix("Bearer ").unwrap_or_default();
    greenhouse.conduct().tokens.iter().any(|(token, until)| token == shown && Instant::now() < *until)
}
