//! OAuth 2.0 for partners (ING-9, RFC 6749): the page on which a user grants, and the tokens that come of it.

mod ask;
mod page;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

use self::ask::{Ask, Form};
use super::origin::origin;
use crate::{
    domain::oauth::grant::{self, ACCESS, Client, Consent, Denied, Fresh, Shown},
    error::{Error, Result},
    house::Orangery,
    tables::{Door, OauthGrant, Scope},
    words::Word,
    work::{Actor, Origin, Work},
};

/// No form of ours is longer.
const LONGEST: usize = 64 * 1024;

pub fn routes() -> Router<Orangery> {
    Router::new().route("/oauth/authorize", get(show).post(decide)).route("/oauth/token", post(token))
}

/// The page.
async fn show(State(house): State<Orangery>, request: Request) -> Result<Response> {
    let form = Form::read(request.uri().query().unwrap_or_default().as_bytes());
    match Ask::read(&house, &form).await? {
        Ok(ask) => Ok(page::consent(&ask, None)),
        Err(turned) => Ok(turned.answer()),
    }
}

/// What the user said on it.
async fn decide(State(house): State<Orangery>, request: Request) -> Result<Response> {
    let origin = origin(&house, request.extensions(), request.headers());
    let Ok(body) = axum::body::to_bytes(request.into_body(), LONGEST).await else {
        return Ok(page::fault("This form is too long."));
    };
    let form = Form::read(&body);
    let ask = match Ask::read(&house, &form).await? {
        Ok(ask) => ask,
        Err(turned) => return Ok(turned.answer()),
    };
    match form.get("decision") {
        Some("grant") => {}
        Some("deny") => return Ok(ask.turn("access_denied", "The user said no").answer()),
        Some(_) | None => return Ok(page::consent(&ask, Some("Say whether you allow it."))),
    }
    let code = house.fresh_token("orac");
    let consent = Consent {
        oauth_application_id: ask.application.id,
        scopes: ask.scopes.clone(),
        redirect_uri: ask.redirect_uri.clone(),
        code_challenge: ask.code_challenge.clone(),
        consent_code: form.get("code").unwrap_or_default().to_owned(),
        code: code.clone(),
    };
    let actor = actor("POST /oauth/authorize", Door::Page);
    let granted = house.write_from(origin, actor, async move |work| grant::add(work, &consent).await).await;
    match granted {
        Ok(_) => Ok(ask.back(&[("code", &code)])),
        Err(Error::Invalid(faults)) => Ok(page::consent(&ask, faults.first().map(|it| it.message.as_str()))),
        Err(Error::Refused(why)) => Ok(page::consent(&ask, Some(&why))),
        Err(error) => Err(error),
    }
}

fn actor(request: &str, door: Door) -> Actor {
    Actor { user_id: None, api_key_id: None, door, request: request.to_owned() }
}

/// RFC 6749, 4.1.3 and 6.
async fn token(State(house): State<Orangery>, request: Request) -> Result<Response> {
    let origin = origin(&house, request.extensions(), request.headers());
    let headers = request.headers().clone();
    let Ok(body) = axum::body::to_bytes(request.into_body(), LONGEST).await else {
        return Ok(refused("invalid_request", "The body is too long"));
    };
    match exchange(&house, origin, &headers, &body).await? {
        Ok((grant, fresh)) => {
            let scope = grant.scopes.0.iter().map(|it| it.word()).collect::<Vec<_>>().join(" ");
            let body = json!({
                "access_token": fresh.access, "token_type": "Bearer", "expires_in": ACCESS.as_secs(),
                "refresh_token": fresh.refresh, "scope": scope,
            });
            Ok(([(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")], Json(body)).into_response())
        }
        Err(response) => Ok(response),
    }
}

async fn exchange(
    house: &Orangery,
    origin: Origin,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Result<(OauthGrant, Fresh), Response>> {
    let form = Form::read(body);
    let Some(client) = client(headers, &form) else { return Ok(Err(unknown_client())) };
    let text = |name: &str| form.get(name).map(str::to_owned);
    let shown = match (form.get("grant_type"), text("code"), text("refresh_token")) {
        (Some("authorization_code"), Some(code), _) => {
            Shown::Code { code, redirect_uri: text("redirect_uri"), verifier: text("code_verifier") }
        }
        (Some("refresh_token"), _, Some(token)) => match form.get("scope").map(scopes).transpose() {
            Ok(scopes) => Shown::Refresh { token, scopes },
            Err(why) => return Ok(Err(refused("invalid_scope", &why))),
        },
        (Some("authorization_code"), None, _) => return Ok(Err(refused("invalid_request", "code is missing"))),
        (Some("refresh_token"), _, None) => return Ok(Err(refused("invalid_request", "refresh_token is missing"))),
        (Some(_), _, _) => {
            let why = "grant_type must be one of: authorization_code, refresh_token";
            return Ok(Err(refused("unsupported_grant_type", why)));
        }
        (None, _, _) => return Ok(Err(refused("invalid_request", "grant_type is missing"))),
    };
    let fresh = Fresh { access: house.fresh_token("orat"), refresh: house.fresh_token("orrt") };
    let given = fresh.clone();
    let actor = actor("POST /oauth/token", Door::Partner);
    let act = async move |work: &mut Work| grant::exchange(work, &client, &shown, &fresh).await;
    Ok(match house.write_from(origin, actor, act).await? {
        Ok(grant) => Ok((grant, given)),
        Err(Denied::Client) => Err(unknown_client()),
        Err(Denied::Grant(why)) => Err(refused("invalid_grant", why)),
        Err(Denied::Scope) => Err(refused("invalid_scope", "More than the user granted")),
    })
}

/// By Basic auth, or in the body.
fn client(headers: &HeaderMap, form: &Form) -> Option<Client> {
    let basic = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()).and_then(|it| it.split_once(' '));
    if let Some((scheme, encoded)) = basic
        && scheme.eq_ignore_ascii_case("basic")
    {
        let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (key, secret) = decoded.split_once(':')?;
        return Some(Client { consumer_key: plain(key)?, secret: plain(secret)? });
    }
    Some(Client { consumer_key: plain(form.get("client_id")?)?, secret: plain(form.get("client_secret")?)? })
}

/// No database keeps U+0000.
fn plain(text: &str) -> Option<String> {
    (!text.contains('\0') && text.len() <= 255).then(|| text.to_owned())
}

fn unknown_client() -> Response {
    let body = Json(json!({"error": "invalid_client", "error_description": "Unknown client, or wrong secret"}));
    let says = [(header::WWW_AUTHENTICATE, "Basic realm=\"Orangery\""), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::UNAUTHORIZED, says, body).into_response()
}

fn refused(error: &str, why: &str) -> Response {
    let body = Json(json!({"error": error, "error_description": why}));
    (StatusCode::BAD_REQUEST, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}

/// What a list of scopes says, or what is wrong with it.
fn scopes(text: &str) -> Result<Vec<Scope>, String> {
    let mut found = Vec::new();
    for word in text.split([' ', '+', ',']).filter(|it| !it.is_empty()) {
        let scope = Scope::parse(word).ok_or_else(|| format!("scope must be made of: {}", Scope::list()))?;
        if !found.contains(&scope) {
            found.push(scope);
        }
    }
    Ok(found)
}
