//! Which partner asks, and on behalf of which user (OBO-6): by a partner's key with the user's e-mail address, or by a token that the user granted.

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, MatchedPath, Request},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    domain::key::hash,
    error::{Error, Fault, Result},
    graph::{Catalog, oauth},
    house::Orangery,
    http::{caller, input::Body, origin::origin},
    tables::{ApiKey, Door, KeyKind, Scope},
    words::Word,
    work::{Actor, Origin, Work},
};

pub struct Partner {
    pub house: Orangery,
    pub user_id: i64,
    /// Where those come from whom the partner sends; none, if that source was deleted.
    pub source_id: Option<i64>,
    /// What the user granted; a key has no scopes.
    scopes: Option<Vec<Scope>>,
    actor: Actor,
    origin: Origin,
}

impl Partner {
    /// Refuses a token that was not granted this (ING-6).
    pub fn must(&self, scope: Scope) -> Result<(), Problem> {
        match &self.scopes {
            Some(granted) if !granted.contains(&scope) => Err(Problem::Unscoped(scope)),
            Some(_) | None => Ok(()),
        }
    }

    pub async fn write<T>(&self, act: impl AsyncFnOnce(&mut Work) -> Result<T> + Clone) -> Result<T, Problem> {
        Ok(self.house.write_from(self.origin.clone(), self.actor.clone(), act).await?)
    }
}

/// Who asks, before anything else is known of the request.
struct Known {
    user_id: i64,
    source_id: Option<i64>,
    scopes: Option<Vec<Scope>>,
    api_key_id: Option<i64>,
}

impl FromRequestParts<Orangery> for Partner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Orangery) -> Result<Self, Problem> {
        let Known { user_id, source_id, scopes, api_key_id } = match caller::bearer(&parts.headers) {
            Some(token) => by_token(house, &token).await?,
            None => by_key(house, parts).await?,
        };
        if house.recent_catalog().await?.user(Some(user_id)).is_none_or(|it| it.row.disabled) {
            return Err(Error::Forbidden("This user is disabled, and may do nothing".to_owned()).into());
        }
        let span = tracing::Span::current();
        span.record("user", user_id);
        if let Some(key) = api_key_id {
            span.record("key", key);
        }
        let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let request = format!("{} {path}", parts.method);
        let actor = Actor { user_id: Some(user_id), api_key_id, door: Door::Partner, request };
        let origin = origin(house, &parts.extensions, &parts.headers);
        Ok(Self { house: house.clone(), user_id, source_id, scopes, actor, origin })
    }
}

async fn by_token(house: &Orangery, token: &str) -> Result<Known, Problem> {
    let hash = hash(token);
    let found = house.read(async |look| oauth::by_access(look, &hash).await).await?;
    let (grant, application) =
        found.ok_or(Problem::Unauthorized("The access token is not good, or not any more: refresh it"))?;
    let scopes = Some(grant.scopes.0);
    Ok(Known { user_id: grant.user_id, source_id: application.source_id, scopes, api_key_id: None })
}

async fn by_key(house: &Orangery, parts: &Parts) -> Result<Known, Problem> {
    let token = caller::token(&parts.headers).ok_or(Problem::Unauthorized("Invalid Basic Auth credentials"))?;
    let hash = hash(&token);
    let email = parts.headers.get("On-Behalf-Of").and_then(|it| it.to_str().ok());
    let find = |catalog: &Catalog| -> (Option<ApiKey>, Option<i64>) {
        let key = catalog.api_keys.get(&hash).filter(|it| it.kind == KeyKind::Partner).cloned();
        (key, email.and_then(|it| catalog.user_by_email(it)).map(|it| it.row.id))
    };
    let found = match find(&*house.recent_catalog().await?) {
        (Some(key), Some(user)) => (Some(key), Some(user)),
        // Another process may just have made the key or the user.
        _ => find(&*house.newest_catalog().await?),
    };
    match found {
        (Some(key), Some(user_id)) => {
            Ok(Known { user_id, source_id: key.source_id, scopes: None, api_key_id: Some(key.id) })
        }
        (Some(_), None) => Err(Problem::Unauthorized("The On-Behalf-Of header must be the e-mail address of a user")),
        (None, _) => Err(Problem::Unauthorized("Invalid Basic Auth credentials")),
    }
}

/// A JSON body.
pub struct Sent(pub Value);

impl FromRequest<Orangery> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, house: &Orangery) -> Result<Self, Problem> {
        let Body(value) = Body::from_request(request, house).await?;
        Ok(Self(value))
    }
}

/// Why a partner gets nothing, in the envelope of ingestion (ERR-3).
pub enum Problem {
    Unauthorized(&'static str),
    Unscoped(Scope),
    Error(Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let one = |message: &str| vec![Fault { message: message.to_owned(), field: String::new() }];
        let (status, errors) = match self {
            Self::Unauthorized(why) => {
                let says = [
                    (header::WWW_AUTHENTICATE, "Basic realm=\"Orangery\""),
                    (header::WWW_AUTHENTICATE, "Bearer realm=\"Orangery\", error=\"invalid_token\""),
                ];
                let body = Json(json!({"errors": one(why)}));
                return (StatusCode::UNAUTHORIZED, axum::response::AppendHeaders(says), body).into_response();
            }
            Self::Unscoped(scope) => {
                let scope = scope.word();
                let says = format!("Bearer realm=\"Orangery\", error=\"insufficient_scope\", scope=\"{scope}\"");
                let body = Json(json!({"errors": one(&format!("The user did not grant {scope}"))}));
                return (StatusCode::FORBIDDEN, [(header::WWW_AUTHENTICATE, says)], body).into_response();
            }
            // The documents know no 422.
            Self::Error(Error::Invalid(faults)) => (StatusCode::BAD_REQUEST, faults),
            Self::Error(Error::NotFound(..)) => (StatusCode::NOT_FOUND, one("Resource not found")),
            Self::Error(error) => return error.into_response(),
        };
        (status, Json(json!({"errors": errors}))).into_response()
    }
}
