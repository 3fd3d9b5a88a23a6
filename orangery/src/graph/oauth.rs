//! Partners' applications, and what users granted to them.

use sql::params;

use super::{
    Look,
    select::{Page, Select, Slice},
};
use crate::{
    error::Result,
    tables::{OauthApplication, OauthGrant},
};

pub async fn list_applications(look: &Look<'_>, page: Page) -> Result<Slice<OauthApplication>> {
    Select::new().page(look.tx, "id", page).await
}

/// An application that was not revoked, by what it calls itself.
pub async fn application(look: &Look<'_>, consumer_key: &str) -> Result<Option<OauthApplication>> {
    let by_key = "where consumer_key = $1 and revoked_at is null";
    Ok(look.tx.first(by_key, params![consumer_key]).await?)
}

#[derive(Debug, Clone, Default)]
pub struct GrantFilter {
    pub user_id: Option<i64>,
    pub oauth_application_id: Option<i64>,
}

pub async fn list_grants(look: &Look<'_>, filter: GrantFilter, page: Page) -> Result<Slice<OauthGrant>> {
    let GrantFilter { user_id, oauth_application_id } = filter;
    let mut select = Select::new();
    select.maybe("user_id = ?", &user_id).maybe("oauth_application_id = ?", &oauth_application_id);
    select.page(look.tx, "id", page).await
}

/// What was granted by the token of this hash, if it is still good.
pub async fn by_access(look: &Look<'_>, hash: &str) -> Result<Option<(OauthGrant, OauthApplication)>> {
    let good = "where access_hash = $1 and access_expires_at > $2 and ended_at is null";
    let Some(grant) = look.tx.first::<OauthGrant>(good, params![hash, look.now]).await? else { return Ok(None) };
    let application: OauthApplication = look.tx.find(grant.oauth_application_id).await?;
    Ok(application.revoked_at.is_none().then_some((grant, application)))
}
