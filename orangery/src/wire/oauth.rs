//! Partners' applications and what was granted to them, as our own API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use super::Millis;
use crate::tables::{self, OauthApplication, OauthGrant, Scope};

/// A partner's application.
#[derive(Serialize, ToSchema)]
pub struct PartnerApplication {
    pub id: i64,
    pub name: String,
    pub url: String,
    pub callback_url: String,
    /// Where those come from whom it sends; null if that source was deleted.
    pub source_id: Option<i64>,
    pub consumer_key: String,
    /// In the answer that made it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumer_secret: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Millis,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Millis,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Millis>,
}

pub fn application(row: &OauthApplication, secret: Option<String>) -> PartnerApplication {
    PartnerApplication {
        id: row.id,
        name: row.name.clone(),
        url: row.url.clone(),
        callback_url: row.callback_url.clone(),
        source_id: row.source_id,
        consumer_key: row.consumer_key.clone(),
        consumer_secret: secret,
        created_at: Millis(row.created_at),
        updated_at: Millis(row.updated_at),
        revoked_at: row.revoked_at.map(Millis),
    }
}

/// What a user granted to an application.
#[derive(Serialize, ToSchema)]
pub struct PartnerGrant {
    pub id: i64,
    pub oauth_application_id: i64,
    pub user_id: i64,
    pub scopes: Vec<Scope>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Millis,
    /// Null as long as the partner has not come for its tokens.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub exchanged_at: Option<Millis>,
    /// When it was withdrawn, or ended since somebody came with what was used before.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Millis>,
}

pub fn grant(row: &OauthGrant) -> PartnerGrant {
    PartnerGrant {
        id: row.id,
        oauth_application_id: row.oauth_application_id,
        user_id: row.user_id,
        scopes: row.scopes.0.clone(),
        created_at: Millis(row.created_at),
        exchanged_at: row.exchanged_at.map(Millis),
        ended_at: row.ended_at.map(Millis),
    }
}

/// By which a user says that it is them.
#[derive(Serialize, ToSchema)]
pub struct ConsentCode {
    pub user_id: i64,
    /// In this answer, and never again.
    pub code: String,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Millis,
}

pub fn consent_code(row: &tables::ConsentCode, code: String) -> ConsentCode {
    ConsentCode { user_id: row.user_id, code, expires_at: Millis(row.expires_at) }
}
