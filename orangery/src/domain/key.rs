//! API keys: long random tokens of which only the hash is kept.

use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    tables::{ApiKey, KeyKind},
    work::Work,
};

#[derive(Debug, Clone)]
pub struct NewKey {
    pub name: String,
    pub token: String,
    pub kind: KeyKind,
    /// None for a Job Board key; of Harvest `*` for all, or method and path as the routers write them: `GET /v1/candidates/{id}`.
    pub endpoints: Vec<String>,
    /// A partner's, and of nobody else: where those come from whom it sends.
    pub source_id: Option<i64>,
}

/// A token nobody can guess. Made outside of any Work, since chance does not run twice alike.
pub fn fresh_token() -> std::io::Result<String> {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(format!("orng_{}", hex::encode(bytes)))
}

/// Tokens are long and random, so that a plain hash is enough to keep them.
pub fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

pub async fn add(work: &mut Work, key: &NewKey) -> Result<ApiKey> {
    let NewKey { name, token, kind, endpoints, source_id } = key;
    if name.trim().is_empty() || name.chars().count() > 255 {
        return Err(Error::invalid("name", "Must be from 1 to 255 characters long"));
    }
    if let Some(wrong) = endpoints.iter().find(|it| *it != "*" && !is_endpoint(it)) {
        return Err(Error::invalid(
            "endpoints",
            format!("{wrong:?} is no endpoint; one is written as method and path: GET /v1/candidates/{{id}}"),
        ));
    }
    if *kind == KeyKind::JobBoard && !endpoints.is_empty() {
        return Err(Error::invalid(
            "endpoints",
            "A Job Board key opens the job board and nothing else: name no endpoints",
        ));
    }
    check_partner(work, key).await?;
    let mut row = ApiKey {
        id: 0,
        name: name.clone(),
        kind: *kind,
        hash: hash(token),
        hint: token.chars().take(9).collect(),
        endpoints: sql::Json(endpoints.clone()),
        source_id: *source_id,
        created_at: work.now,
        revoked_at: None,
        last_used_at: None,
    };
    work.insert(&mut row).await?;
    Ok(row)
}

/// A partner's key has a source, and opens all of ingestion, as far as its user may go.
async fn check_partner(work: &Work, key: &NewKey) -> Result<()> {
    match (key.kind, key.source_id) {
        (KeyKind::Partner, None) => Err(Error::invalid("source_id", "A partner's key needs a source")),
        (KeyKind::Partner, Some(_)) if !key.endpoints.is_empty() => {
            Err(Error::invalid("endpoints", "A partner's key opens ingestion and nothing else: name no endpoints"))
        }
        (KeyKind::Partner, Some(id)) if !work.catalog().await?.sources.contains_key(&id) => {
            Err(Error::invalid("source_id", format!("There is no source {id}")))
        }
        (KeyKind::Harvest | KeyKind::JobBoard, Some(_)) => {
            Err(Error::invalid("source_id", "Only a partner's key has a source"))
        }
        (KeyKind::Partner | KeyKind::Harvest | KeyKind::JobBoard, _) => Ok(()),
    }
}

/// Ends a key; a revoked one stays revoked.
pub async fn revoke(work: &mut Work, id: i64) -> Result<()> {
    let before: ApiKey = work.tx.lock(id).await?;
    let mut after = before.clone();
    after.revoked_at = before.revoked_at.or(Some(work.now));
    work.update(&before, &after).await?;
    Ok(())
}

fn is_endpoint(text: &str) -> bool {
    let method = text.split(' ').next().unwrap_or_default();
    let path = text.split_once(' ').map_or("", |it| it.1);
    ["GET /metrics", "POST /auth/jwt_access_token"].contains(&text)
        || ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method)
            && path.starts_with("/v1/") | path.starts_with("/v2/") | path.starts_with("/api/")
}
