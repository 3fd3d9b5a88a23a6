//! OAuth 2.0 for partners (ING-9, RFC 6749): their applications, and what users grant to them. Tokens are made outside, since chance is asked
//! outside of any Work; only their hashes are kept.

pub mod grant;

use jiff::SignedDuration;
use url::{Host, Url};

use super::{NAME, key::hash};
use crate::{
    error::{Error, Faults, Result},
    patch::Patch,
    tables::{ConsentCode, OauthApplication, OauthGrant, User},
    work::Work,
};

/// A URL has at most so many characters.
const URL: usize = 2000;
/// So long a user may say by their code that it is them.
const CONSENT: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Clone)]
pub struct NewPartnerApp {
    pub id: Option<i64>,
    pub name: String,
    pub url: String,
    pub callback_url: String,
    /// Where those come from whom it sends.
    pub source_id: i64,
    pub consumer_key: String,
    pub secret: String,
}

#[derive(Debug, Clone)]
pub struct EditedPartnerApp {
    pub name: Patch<String>,
    pub url: Patch<String>,
    pub callback_url: Patch<String>,
    pub source_id: Patch<i64>,
}

pub async fn add_application(work: &mut Work, new: &NewPartnerApp) -> Result<OauthApplication> {
    let NewPartnerApp { id, name, url, callback_url, source_id, consumer_key, secret } = new.clone();
    let mut row = OauthApplication {
        id: id.unwrap_or_default(),
        name,
        url,
        callback_url,
        consumer_key,
        secret_hash: hash(&secret),
        source_id: Some(source_id),
        created_at: work.now,
        updated_at: work.now,
        revoked_at: None,
    };
    check(work, &row).await?;
    work.insert(&mut row).await?;
    Ok(row)
}

pub async fn edit_application(work: &mut Work, id: i64, edited: &EditedPartnerApp) -> Result<OauthApplication> {
    let EditedPartnerApp { name, url, callback_url, source_id } = edited.clone();
    let before: OauthApplication = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    url.set(&mut after.url);
    callback_url.set(&mut after.callback_url);
    source_id.map(Some).set(&mut after.source_id);
    check(work, &after).await?;
    if after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
    }
    Ok(after)
}

/// Gives an application another secret; the one before is worth nothing any more. Tokens stay good.
pub async fn renew_secret(work: &mut Work, id: i64, secret: &str) -> Result<OauthApplication> {
    let before: OauthApplication = work.tx.lock(id).await?;
    if before.revoked_at.is_some() {
        return Err(Error::refused("This application was revoked: add another one"));
    }
    let after = OauthApplication { secret_hash: hash(secret), updated_at: work.now, ..before.clone() };
    work.update(&before, &after).await?;
    Ok(after)
}

/// Ends an application, and all that was granted to it. Can be repeated.
pub async fn revoke_application(work: &mut Work, id: i64) -> Result<OauthApplication> {
    let before: OauthApplication = work.tx.lock(id).await?;
    if before.revoked_at.is_some() {
        return Ok(before);
    }
    let after = OauthApplication { revoked_at: Some(work.now), updated_at: work.now, ..before.clone() };
    work.update(&before, &after).await?;
    for granted in work.tx.children::<OauthGrant>("oauth_application_id", &[id]).await? {
        grant::end(work, &granted).await?;
    }
    Ok(after)
}

/// Makes a code by which a user says, once, that it is them.
pub async fn issue_code(work: &mut Work, user_id: i64, code: &str) -> Result<ConsentCode> {
    let user: User = work.tx.find(user_id).await?;
    if user.disabled {
        return Err(Error::refused("This user is disabled: enable them first"));
    }
    let expires_at = work.now.saturating_add(CONSENT).unwrap_or(work.now);
    let mut row = ConsentCode { id: 0, user_id, hash: hash(code), created_at: work.now, expires_at, used_at: None };
    work.insert(&mut row).await?;
    Ok(row)
}

async fn check(work: &Work, row: &OauthApplication) -> Result<()> {
    let mut faults = Faults::default();
    faults.text("name", &row.name, NAME);
    faults.text("url", &row.url, URL);
    faults.text("callback_url", &row.callback_url, URL);
    if !Url::parse(&row.url).is_ok_and(|it| matches!(it.scheme(), "https" | "http") && it.has_host()) {
        faults.add("url", "Must be a URL such as https://partner.example.com");
    }
    if !Url::parse(&row.callback_url).is_ok_and(|it| may_be_called(&it)) {
        faults.add("callback_url", "Must be a URL such as https://partner.example.com/callback, without a #fragment");
    }
    if let Some(id) = row.source_id
        && !work.catalog().await?.sources.contains_key(&id)
    {
        faults.add("source_id", format!("There is no source {id}"));
    }
    faults.done()
}

/// Codes travel by it: where it leaves the machine, only over TLS.
fn may_be_called(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.has_host() && url.fragment().is_none() && (url.scheme() == "https" || url.scheme() == "http" && is_here)
}
