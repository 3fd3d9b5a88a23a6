//! Who asks: the API key (AUTH-1 … AUTH-5) and, for writes, the user on whose behalf (OBO-1 … OBO-3).

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

use super::{origin::origin, pace};
use crate::{
    domain::key,
    error::{Error, Result},
    graph::{Catalog, Look},
    house::Orangery,
    tables::{ApiKey, Door, KeyKind},
    work::{Actor, Origin, Work},
};

/// Who asks, and the house that answers. A handler takes one and names a verb.
#[derive(Clone)]
pub struct Caller {
    pub house: Orangery,
    pub actor: Actor,
    pub origin: Origin,
}

impl Caller {
    pub async fn read<T>(&self, look: impl AsyncFnOnce(&Look<'_>) -> Result<T>) -> Result<T> {
        self.house.read(look).await
    }

    pub async fn write<T>(&self, act: impl AsyncFnOnce(&mut Work) -> Result<T> + Clone) -> Result<T> {
        self.house.write_from(self.origin.clone(), self.actor.clone(), act).await
    }

    /// Whether the key that asks may use that endpoint too.
    pub async fn may(&self, endpoint: &str) -> Result<bool> {
        let catalog = self.house.recent_catalog().await?;
        let key = catalog.api_keys.values().find(|it| Some(it.id) == self.actor.api_key_id);
        Ok(key.is_some_and(|it| is_allowed(it, endpoint)))
    }

    /// The user who acts; where the door lets one act without a user, that is told.
    pub fn user_id(&self) -> Result<i64> {
        self.actor
            .user_id
            .ok_or_else(|| Error::invalid("On-Behalf-Of", "The On-Behalf-Of header must be the id of a user"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::Forbidden("This path has no door".to_owned()))
    }
}

/// Harvest's door: a key for each endpoint, and On-Behalf-Of for every write.
pub async fn harvest(State(house): State<Orangery>, path: MatchedPath, request: Request, next: Next) -> Response {
    enter(house, path, request, next, Door::Harvest).await
}

/// Our own API's door: the same keys; On-Behalf-Of is welcome, not needed, and where it stands it must be right.
pub async fn api(State(house): State<Orangery>, path: MatchedPath, request: Request, next: Next) -> Response {
    enter(house, path, request, next, Door::Api).await
}

async fn enter(house: Orangery, path: MatchedPath, request: Request, next: Next, door: Door) -> Response {
    let endpoint = format!("{} {}", request.method(), path.as_str());
    let named = |catalog: &Catalog, request: &Request| {
        let (headers, method) = (request.headers(), request.method());
        (key(catalog, headers), on_behalf_of(catalog, headers, method, door))
    };
    let (mut key, mut user_id) = match house.recent_catalog().await {
        Ok(catalog) => named(&catalog, &request),
        Err(error) => return error.into_response(),
    };
    let count = |key: &ApiKey| Some(house.rate().filter(|_| door == Door::Harvest)?.take(key.id, house.now()));
    let mut pace = key.as_ref().and_then(count);
    if let Some(Err(standing)) = &pace {
        return pace::refusal(standing);
    }
    if (key.is_none() || user_id.is_err()) && request.headers().contains_key(header::AUTHORIZATION) {
        // Another process may just have made the key or the user.
        (key, user_id) = match house.newest_catalog().await {
            Ok(catalog) => named(&catalog, &request),
            Err(error) => return error.into_response(),
        };
        pace = pace.or_else(|| key.as_ref().and_then(count));
    }
    let Some(key) = key else {
        return unauthorized("Invalid Basic Auth credentials");
    };
    match pace {
        None => admit(house, (key, user_id), endpoint, request, next, door).await,
        Some(Ok(standing)) => {
            let mut response = admit(house, (key, user_id), endpoint, request, next, door).await;
            response.headers_mut().extend(pace::headers(&standing));
            response
        }
        Some(Err(standing)) => pace::refusal(&standing),
    }
}

/// Lets in who has a key.
async fn admit(
    house: Orangery,
    (key, user_id): (ApiKey, Result<Option<i64>>),
    endpoint: String,
    mut request: Request,
    next: Next,
    door: Door,
) -> Response {
    if !is_allowed(&key, &endpoint) {
        return unauthorized(&format!("This API key does not have permission for {endpoint}"));
    }
    if door == Door::Harvest && is_reading_with_a_body(&request) {
        return Error::Forbidden("A GET must not have a body".to_owned()).into_response();
    }
    let user_id = match user_id {
        Ok(user_id) => user_id,
        Err(error) => return error.into_response(),
    };
    let span = tracing::Span::current();
    span.record("key", key.id);
    if let Some(user) = user_id {
        span.record("user", user);
    }
    let actor = Actor { user_id, api_key_id: Some(key.id), door, request: endpoint };
    let origin = origin(&house, request.extensions(), request.headers());
    let read = (door == Door::Harvest && request.method() == Method::GET).then(|| request.uri().path().to_owned());
    let caller = Caller { house, actor, origin };
    request.extensions_mut().insert(caller.clone());
    let response = next.run(request).await;
    if let Some(path) = read.filter(|_| response.status().is_success()) {
        caller.house.access.note(&caller.house, &caller.actor, &caller.origin, &path);
    }
    response
}

/// Whether a key that is allowed this endpoint stands in the headers: as the user name of Basic auth, or as a bearer.
pub async fn opens(house: &Orangery, headers: &HeaderMap, endpoint: &str) -> Result<bool> {
    let Some(token) = token(headers).or_else(|| bearer(headers)) else { return Ok(false) };
    let hash = key::hash(&token);
    let find = |catalog: Arc<Catalog>| catalog.api_keys.get(&hash).map(|it| is_allowed(it, endpoint));
    let known = match find(house.recent_catalog().await?) {
        Some(known) => Some(known),
        // Another process may just have made it.
        None => find(house.newest_catalog().await?),
    };
    Ok(known.unwrap_or(false))
}

/// The key with which somebody applies through a job board (SUB-1): one that is for that, or one of Harvest that is allowed it.
pub async fn board_key(house: &Orangery, headers: &HeaderMap) -> Result<Option<ApiKey>> {
    let Some(token) = token(headers) else { return Ok(None) };
    let hash = key::hash(&token);
    let find = |catalog: Arc<Catalog>| catalog.api_keys.get(&hash).cloned();
    let found = match find(house.recent_catalog().await?) {
        Some(found) => Some(found),
        // Another process may just have made it.
        None => find(house.newest_catalog().await?),
    };
    Ok(found.filter(|it| it.kind == KeyKind::JobBoard || is_allowed(it, APPLY)))
}

/// How the endpoint is called at which one applies.
pub const APPLY: &str = "POST /v1/boards/{board_token}/jobs/{id}";

/// GEN-6.
fn is_reading_with_a_body(request: &Request) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok());
    request.method() == Method::GET && length.is_some_and(|it| it.trim() != "0")
}

/// The key is the user name of Basic auth; the password is empty or ignored.
fn key(catalog: &Catalog, headers: &HeaderMap) -> Option<ApiKey> {
    catalog.api_keys.get(&key::hash(&token(headers)?)).cloned()
}

pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    decoded.split(':').next().map(str::to_owned)
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// A key of Harvest is allowed all endpoints (`*`) or those that it names: `GET /v1/candidates/{id}`.
pub(super) fn is_allowed(key: &ApiKey, endpoint: &str) -> bool {
    key.kind == KeyKind::Harvest && key.endpoints.0.iter().any(|it| it == "*" || same_endpoint(it, endpoint))
}

/// Whatever a parameter is called, and whether a slash ends the path.
fn same_endpoint(a: &str, b: &str) -> bool {
    let parts = |it: &'_ str| -> Vec<String> {
        let parts = it.trim_end_matches('/').split('/');
        parts.map(|part| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() }).collect()
    };
    parts(a) == parts(b)
}

/// Absent is refused for Harvest's writes; what is no id, no user or a disabled one is refused for every write (OBO-3).
fn on_behalf_of(catalog: &Catalog, headers: &HeaderMap, method: &Method, door: Door) -> Result<Option<i64>> {
    let writes = method != Method::GET && method != Method::HEAD;
    let Some(value) = headers.get("On-Behalf-Of") else {
        return match writes && door == Door::Harvest {
            true => {
                Err(Error::invalid("On-Behalf-Of", "The On-Behalf-Of header is missing: it must be the id of a user"))
            }
            false => Ok(None),
        };
    };
    let id: Option<i64> = value.to_str().ok().and_then(|it| it.trim().parse().ok());
    match id {
        Some(id) if catalog.user(Some(id)).is_some_and(|it| !it.row.disabled) => Ok(Some(id)),
        // Reads need no user, and a wrong one does no harm there.
        _ if !writes => Ok(None),
        Some(id) => Err(Error::Forbidden(format!("On-Behalf-Of: there is no enabled user {id}"))),
        None => Err(Error::invalid("On-Behalf-Of", "The On-Behalf-Of header must be the id of a user")),
    }
}

pub fn unauthorized(message: &str) -> Response {
    let body = Json(json!({"message": message, "errors": [{"message": message}]}));
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=\"Orangery\"")], body).into_response()
}
