//! What a user grants to an application: a code that lives a minute and once, then an access token for an hour and a refresh token that changes
//! each time. Whoever comes with a code or a refresh token that was used before ends the grant: one of two who have it is a thief.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use sql::{Json, params};
use subtle::ConstantTimeEq;

use crate::{
    domain::key::hash,
    error::{Error, Result},
    tables::{ConsentCode, OauthApplication, OauthGrant, Scope},
    work::Work,
};

const CODE: SignedDuration = SignedDuration::from_secs(60);
/// So long an access token is good.
pub const ACCESS: SignedDuration = SignedDuration::from_hours(1);

/// What a user is asked for on the page.
#[derive(Debug, Clone)]
pub struct Consent {
    pub oauth_application_id: i64,
    pub scopes: Vec<Scope>,
    /// As the partner gave it, if it did.
    pub redirect_uri: Option<String>,
    pub code_challenge: Option<String>,
    /// By which the user says that it is them.
    pub consent_code: String,
    /// What the partner gets.
    pub code: String,
}

/// A user grants.
pub async fn add(work: &mut Work, consent: &Consent) -> Result<OauthGrant> {
    let Consent { oauth_application_id, scopes, redirect_uri, code_challenge, consent_code, code } = consent;
    let wrong = || Error::invalid("code", "This code is not good, or not any more. Ask for another one.");
    let by_hash = "where hash = $1 {for update}";
    let before: Option<ConsentCode> = work.tx.first(by_hash, params![hash(consent_code.trim())]).await?;
    let before = before.filter(|it| it.used_at.is_none() && work.now < it.expires_at).ok_or_else(wrong)?;
    if work.catalog().await?.user(Some(before.user_id)).is_none_or(|it| it.row.disabled) {
        return Err(wrong());
    }
    let application: OauthApplication = work.tx.find(*oauth_application_id).await?;
    if application.revoked_at.is_some() {
        return Err(Error::refused("This application was revoked"));
    }
    work.actor.user_id = Some(before.user_id);
    work.update(&before, &ConsentCode { used_at: Some(work.now), ..before.clone() }).await?;
    let mut row = OauthGrant {
        id: 0,
        oauth_application_id: application.id,
        user_id: before.user_id,
        scopes: Json(scopes.clone()),
        redirect_uri: redirect_uri.clone(),
        code_challenge: code_challenge.clone(),
        code_hash: hash(code),
        code_expires_at: work.now.saturating_add(CODE).unwrap_or(work.now),
        exchanged_at: None,
        access_hash: None,
        access_expires_at: None,
        refresh_hash: None,
        old_refresh_hash: None,
        created_at: work.now,
        ended_at: None,
    };
    work.insert(&mut row).await?;
    Ok(row)
}

/// Who asks for tokens.
#[derive(Debug, Clone)]
pub struct Client {
    pub consumer_key: String,
    pub secret: String,
}

/// Tokens to be given.
#[derive(Debug, Clone)]
pub struct Fresh {
    pub access: String,
    pub refresh: String,
}

/// What is shown for tokens.
#[derive(Debug, Clone)]
pub enum Shown {
    Code { code: String, redirect_uri: Option<String>, verifier: Option<String> },
    Refresh { token: String, scopes: Option<Vec<Scope>> },
}

/// Why there are no tokens (RFC 6749, 5.2). No error of a Work: what it found out is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Denied {
    Client,
    Grant(&'static str),
    Scope,
}

/// Gives tokens for a code or a refresh token.
pub async fn exchange(
    work: &mut Work,
    client: &Client,
    shown: &Shown,
    fresh: &Fresh,
) -> Result<Result<OauthGrant, Denied>> {
    let by_key = "where consumer_key = $1 and revoked_at is null";
    let application: Option<OauthApplication> = work.tx.first(by_key, params![client.consumer_key.as_str()]).await?;
    let same = |it: &OauthApplication| bool::from(it.secret_hash.as_bytes().ct_eq(hash(&client.secret).as_bytes()));
    let Some(application) = application.filter(same) else { return Ok(Err(Denied::Client)) };
    let before = match shown {
        Shown::Code { code, redirect_uri, verifier } => {
            by_code(work, &application, code, redirect_uri.as_deref(), verifier.as_deref()).await?
        }
        Shown::Refresh { token, scopes } => by_refresh(work, &application, token, scopes.as_deref()).await?,
    };
    let before = match before {
        Ok(before) => before,
        Err(denied) => return Ok(Err(denied)),
    };
    if work.catalog().await?.user(Some(before.user_id)).is_none_or(|it| it.row.disabled) {
        return Ok(Err(Denied::Grant("the user is disabled")));
    }
    work.actor.user_id = Some(before.user_id);
    let after = OauthGrant {
        exchanged_at: before.exchanged_at.or(Some(work.now)),
        access_hash: Some(hash(&fresh.access)),
        access_expires_at: Some(work.now.saturating_add(ACCESS).unwrap_or(work.now)),
        refresh_hash: Some(hash(&fresh.refresh)),
        old_refresh_hash: before.refresh_hash.clone(),
        ..before.clone()
    };
    work.update(&before, &after).await?;
    Ok(Ok(after))
}

async fn by_code(
    work: &mut Work,
    application: &OauthApplication,
    code: &str,
    redirect_uri: Option<&str>,
    verifier: Option<&str>,
) -> Result<Result<OauthGrant, Denied>> {
    let found: Option<OauthGrant> = work.tx.first("where code_hash = $1 {for update}", params![hash(code)]).await?;
    let Some(grant) = found.filter(|it| it.oauth_application_id == application.id) else {
        return Ok(Err(Denied::Grant("there is no such code")));
    };
    if grant.exchanged_at.is_some() {
        end(work, &grant).await?;
        return Ok(Err(Denied::Grant("the code was used before: what was given for it is withdrawn")));
    }
    if grant.ended_at.is_some() || work.now >= grant.code_expires_at {
        return Ok(Err(Denied::Grant("the code is too old, or was withdrawn")));
    }
    let named = redirect_uri.unwrap_or(&application.callback_url);
    if grant.redirect_uri.is_some() && grant.redirect_uri.as_deref() != redirect_uri
        || named != application.callback_url
    {
        return Ok(Err(Denied::Grant("redirect_uri is not the one that was asked for")));
    }
    let proven = match (&grant.code_challenge, verifier) {
        (None, _) => true,
        (Some(challenge), Some(verifier)) => {
            *challenge == BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
        }
        (Some(_), None) => false,
    };
    Ok(if proven { Ok(grant) } else { Err(Denied::Grant("code_verifier does not fit the code_challenge")) })
}

async fn by_refresh(
    work: &mut Work,
    application: &OauthApplication,
    token: &str,
    scopes: Option<&[Scope]>,
) -> Result<Result<OauthGrant, Denied>> {
    let by_hash = "where refresh_hash = $1 or old_refresh_hash = $1 {for update}";
    let hash = hash(token);
    let found: Option<OauthGrant> = work.tx.first(by_hash, params![hash.as_str()]).await?;
    let Some(grant) = found.filter(|it| it.oauth_application_id == application.id) else {
        return Ok(Err(Denied::Grant("there is no such refresh token")));
    };
    if grant.ended_at.is_some() {
        return Ok(Err(Denied::Grant("it was withdrawn")));
    }
    if grant.refresh_hash.as_deref() != Some(&hash) {
        end(work, &grant).await?;
        return Ok(Err(Denied::Grant("the refresh token was used before: what was given for it is withdrawn")));
    }
    match scopes {
        Some(scopes) if scopes.iter().any(|it| !grant.scopes.0.contains(it)) => Ok(Err(Denied::Scope)),
        Some(_) | None => Ok(Ok(grant)),
    }
}

/// Ends a grant. Can be repeated.
pub async fn end(work: &mut Work, grant: &OauthGrant) -> Result<()> {
    if grant.ended_at.is_none() {
        work.update(grant, &OauthGrant { ended_at: Some(work.now), ..grant.clone() }).await?;
    }
    Ok(())
}

/// A user withdraws what was granted.
pub async fn withdraw(work: &mut Work, id: i64) -> Result<OauthGrant> {
    let before: OauthGrant = work.tx.lock(id).await?;
    end(work, &before).await?;
    Ok(work.tx.find(id).await?)
}
